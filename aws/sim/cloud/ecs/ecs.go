// Package ecs simulates Amazon ECS: clusters, services with their scheduler, task sets and Express
// services, tasks, container instances, capacity providers and managed daemons.
//
// What starts its tasks again (rules, schedules, scaling) calls it through small interfaces, and it
// must not know them.
package ecs

import (
	"time"

	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/taskdef"
)

// ECS is Amazon ECS in every place. A region that is disabled for the account lives on in here: its
// resources keep running and its calls are refused by package sim. The cloud's lock is held in all
// its methods but ScaleWith.
//
// State is handed out without deep copies, so slices and pointed-to structs in it are replaced and
// never written to.
type ECS struct {
	c       *cloud.Cloud
	network Network
	scaling Scaling
	*taskdef.Definitions
	regions *cloud.PerPlace[*region]
}

// Network is where tasks show their interfaces: EC2.
type Network interface {
	Attach(p cloud.Place, eni ec2types.NetworkInterface)
	Detach(p cloud.Place, id string)
}

// Scaling is told what concerns the scaling of a service, by its resource id
// ("service/CLUSTER/NAME").
type Scaling interface {
	// CountChanged follows every change of a desired count.
	CountChanged(p cloud.Place, resource string, at time.Time)
	// Scale and Unscale begin and end the scaling that ECS manages by itself.
	Scale(p cloud.Place, resource string, lowest, highest int32, at time.Time)
	Unscale(p cloud.Place, resource string)
}

// Register adds ECS to an account.
func Register(c *cloud.Cloud, network Network) *ECS {
	e := &ECS{c: c, network: network, scaling: unscaled{}, Definitions: taskdef.New(c)}
	e.regions = cloud.NewPerPlace(func(p cloud.Place) *region {
		return &region{e: e, c: c, place: p, launches: launchRate(), definitions: e.DefinitionsIn(p)}
	})
	c.Register(cloud.Service{
		Wire: api.Wire(), State: e, Operations: e.operations(), Buckets: api.Buckets(), Named: api.Named(), Resources: e.resources,
		Check: api.Check(c), Resource: api.Resource(c),
	})
	return e
}

// ScaleWith says who scales the services, while the account is put together.
func (e *ECS) ScaleWith(s Scaling) { e.scaling = s }

// unscaled is an account without Application Auto Scaling.
type unscaled struct{}

func (unscaled) CountChanged(cloud.Place, string, time.Time) {}

func (unscaled) Scale(cloud.Place, string, int32, int32, time.Time) {}

func (unscaled) Unscale(cloud.Place, string) {}

// region is ECS in one place.
type region struct {
	e           *ECS
	c           *cloud.Cloud
	place       cloud.Place
	definitions *taskdef.Store
	// clusters stand by name; INACTIVE ones stay for a while and give way to a new one of their
	// name.
	clusters cloud.Table[*cluster]
	// providers are those of Auto Scaling groups, by name; a Managed Instances one belongs to its
	// cluster.
	providers cloud.Table[*provider]
	launches  cloud.Rate
	// orphans are the ARNs of tasks whose container instance was deregistered by force: ECS knows
	// them no more, and they run on.
	orphans []string
}

// asked remembers what calls with a client token have made. A token counts within its cluster (ECS
// Developer Guide, "Ensuring idempotency", idempotency types).
type asked struct {
	runs     cloud.Tokens[[]*task]
	services cloud.Tokens[*service]
	sets     cloud.Tokens[*taskSet]
	daemons  cloud.Tokens[*daemon]
}

func (e *ECS) at(p cloud.Place) *region { return e.regions.At(p) }

// arn is an ARN of ECS in the place.
func (r *region) arn(resource string) string { return r.c.ARNIn(r.place, "ecs", resource) }

// cluster is one cluster with all that lives in it.
type cluster struct {
	r                 *region
	name, arn, status string
	tags              []ecstypes.Tag
	settings          []ecstypes.ClusterSetting
	configuration     *ecstypes.ClusterConfiguration
	connect           *ecstypes.ClusterServiceConnectDefaults
	providers         []string
	strategy          []ecstypes.CapacityProviderStrategyItem
	// busyUntil is when the attachments of its capacity providers are in place.
	busyUntil time.Time
	services  cloud.Table[*service]
	tasks     cloud.Table[*task]
	instances cloud.Table[*instance]
	managed   cloud.Table[*provider]
	daemons   cloud.Table[*daemon]
	asked     asked
	// running and pending count tasks by launch type, serving services that are ACTIVE and draining
	// those with DRAINING; live counts tasks whose lastStatus is not STOPPED.
	running, pending, serving, draining map[ecstypes.LaunchType]int32
	live                                int
}

// launchRate is how Fargate starts tasks: 100 at once and 20 a second, per account and region
// (Fargate service quotas, "rate of task launches").
func launchRate() cloud.Rate { return cloud.Rate{Burst: 100, Refill: 20} }
