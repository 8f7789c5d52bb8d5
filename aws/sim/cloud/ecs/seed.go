package ecs

import (
	"fmt"
	"slices"
	"time"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/taskdef"
)

// The Seed methods put history into an account without calls and without events: a scenario says
// what stands since when. The lock is held (see Locked). They return ARNs, and panic on a reference
// to something that is not there: a scenario is code, and that is a mistake in it.

// ClusterSeed is a cluster to make.
type ClusterSeed struct {
	// Name of the cluster.
	Name string
	// Tags are key and value.
	Tags map[string]string
	// CapacityProviders that exist already (FARGATE and FARGATE_SPOT always do); the first is the
	// default strategy if DefaultStrategy is set.
	CapacityProviders []string
	DefaultStrategy   bool
}

// SeedCluster makes an ACTIVE cluster and returns its ARN.
func (e *ECS) SeedCluster(region string, s ClusterSeed) string {
	cl := e.at(e.c.In(region)).newCluster(s.Name)
	cl.tags, cl.providers = api.Tags(s.Tags), slices.Clone(s.CapacityProviders)
	if s.DefaultStrategy && len(s.CapacityProviders) > 0 {
		cl.strategy = []ecstypes.CapacityProviderStrategyItem{{CapacityProvider: new(s.CapacityProviders[0]), Weight: 1}}
	}
	return cl.arn
}

// TaskSeed is a task of nobody to start.
type TaskSeed struct {
	// Cluster is a name, TaskDefinition a family, family:revision or ARN.
	Cluster, TaskDefinition string
	// Placement says where it runs.
	Placement
	// StartedBy and Group are as in RunTask; an empty group is the family's.
	StartedBy, Group string
	// StartedAt is when it was RUNNING; zero starts it now, through PROVISIONING and PENDING.
	StartedAt time.Time
	// Tags are key and value.
	Tags map[string]string
	// Overrides are those of RunTask.
	Overrides *ecstypes.TaskOverride
}

// Placement is where tasks run.
type Placement struct {
	// LaunchType is FARGATE if empty and Provider is too.
	LaunchType ecstypes.LaunchType
	// Provider is a capacity provider of the cluster; it excludes a launch type.
	Provider string
	// PublicIP gives each task a public address; Subnet is made up if empty.
	PublicIP bool
	Subnet   string
	// Exec turns ECS Exec on.
	Exec bool
}

func (cl *cluster) seedSpec(d *taskdef.Definition, pl Placement) (*taskSpec, []ecstypes.CapacityProviderStrategyItem) {
	var strategy []ecstypes.CapacityProviderStrategyItem
	launch := pl.LaunchType
	if pl.Provider != "" {
		strategy = []ecstypes.CapacityProviderStrategyItem{{CapacityProvider: new(pl.Provider), Weight: 1}}
	} else if launch == "" {
		launch = ecstypes.LaunchTypeFargate
	}
	subnet, public := pl.Subnet, "DISABLED"
	if subnet == "" {
		subnet = "subnet-0" + cl.r.c.HexID(16)
	}
	if pl.PublicIP {
		public = "ENABLED"
	}
	network := &ecstypes.NetworkConfiguration{AwsvpcConfiguration: &ecstypes.AwsVpcConfiguration{
		Subnets: []string{subnet}, SecurityGroups: []string{"sg-0" + cl.r.c.HexID(16)}, AssignPublicIp: ecstypes.AssignPublicIp(public),
	}}
	if d != nil && d.TD.NetworkMode != ecstypes.NetworkModeAwsvpc {
		network = nil
	}
	spec, err := cl.resolve(launch, strategy, network, d)
	mustBe(err)
	spec.exec = pl.Exec
	return spec, strategy
}

// TaskDefinitionSeed is a revision to register.
type TaskDefinitionSeed = taskdef.Seed

// SeededARNs are the ARNs of a cluster, by name, and a task definition, by family, revision or ARN,
// that were seeded before.
func (e *ECS) SeededARNs(p cloud.Place, cluster, definition string) (clusterARN, definitionARN string) {
	cl, d := e.seedParts(p, cluster, definition)
	return cl.arn, d.ARN()
}

// SeedTask starts one task and returns its ARN.
func (e *ECS) SeedTask(region string, s TaskSeed) string {
	cl, d := e.seedParts(e.c.In(region), s.Cluster, s.TaskDefinition)
	spec, _ := cl.seedSpec(d, s.Placement)
	o := taskOrder{def: d, spec: spec, group: s.Group, startedBy: s.StartedBy, tags: api.Tags(s.Tags), overrides: s.Overrides}
	if o.group == "" {
		o.group = "family:" + *d.TD.Family
	}
	if onInstances(spec.launch) {
		cpu, memory := d.Size(s.Overrides)
		var reason string
		if o.instance, reason = cl.room(spec, cpu, memory, e.c.Now()); o.instance == nil {
			mustBe(api.Invalid("no room for the task: %s", reason))
		}
	}
	if s.StartedAt.IsZero() {
		return cl.begin(o, e.c.Now()).arn()
	}
	return cl.standing(o, s.StartedAt).arn()
}

// standing adds a task that is RUNNING since a moment.
func (cl *cluster) standing(o taskOrder, since time.Time) *task {
	t := cl.addTask(o, since.Add(-provisionTime-pullTime))
	t.started = since
	t.move(taskRunning, since)
	return t
}

// SeedContainerInstance registers an instance, as its agent would, and returns the ARN.
func (e *ECS) SeedContainerInstance(region string, s InstanceSeed) string {
	return e.seedCluster(e.c.In(region), s.Cluster).addInstance(s, e.c.Since(s.RegisteredAt)).arn
}

// CapacityProviderSeed is a capacity provider to make.
type CapacityProviderSeed struct {
	// Name of the provider; with a Cluster it is one of Managed Instances, without one it stands
	// over an Auto Scaling group.
	Name, Cluster string
	// AutoScalingGroup and InfrastructureRole are ARNs for the one and the other.
	AutoScalingGroup, InfrastructureRole string
	// Tags are key and value.
	Tags map[string]string
}

// SeedCapacityProvider makes an ACTIVE provider and returns its ARN. One over an Auto Scaling group
// is in no cluster yet: name it in a ClusterSeed.
func (e *ECS) SeedCapacityProvider(region string, s CapacityProviderSeed) string {
	var v *provider
	if s.Cluster == "" {
		v = e.at(e.c.In(region)).newProvider(s.Name, &ecstypes.AutoScalingGroupProvider{
			AutoScalingGroupArn: new(s.AutoScalingGroup), ManagedTerminationProtection: ecstypes.ManagedTerminationProtectionDisabled,
			ManagedScaling: &ecstypes.ManagedScaling{Status: ecstypes.ManagedScalingStatusEnabled, TargetCapacity: new(int32(100))},
		})
	} else {
		v = e.seedCluster(e.c.In(region), s.Cluster).newManaged(s.Name, &ecstypes.ManagedInstancesProvider{InfrastructureRoleArn: new(s.InfrastructureRole)})
	}
	v.tags = api.Tags(s.Tags)
	return v.arn
}

func (e *ECS) seedCluster(p cloud.Place, name string) *cluster {
	cl, err := e.at(p).cluster(&name)
	if err != nil {
		panic(fmt.Sprintf("scenario: no cluster %s in %s", name, p.Region))
	}
	return cl
}

func (e *ECS) seedParts(p cloud.Place, cluster, definition string) (*cluster, *taskdef.Definition) {
	cl := e.seedCluster(p, cluster)
	d, ok := cl.r.definitions.Find(definition)
	if !ok {
		panic(fmt.Sprintf("scenario: no task definition %s in %s", definition, p.Region))
	}
	return cl, d
}

// mustBe panics on what a scenario got wrong.
func mustBe(err error) {
	if err != nil {
		panic("scenario: " + err.Error())
	}
}
