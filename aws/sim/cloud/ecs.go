package cloud

import (
	"time"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// compute is Amazon ECS in every region, and the services that start its tasks again: Application Auto Scaling, EventBridge and Scheduler.
// A region that is disabled for the account lives on in here: its resources keep running and its calls are refused by package sim.
//
// State is handed out without deep copies, so slices and pointed-to structs in it are replaced and never written to.
type compute struct {
	c       *Cloud
	agenda  agenda
	regions map[string]*ecsRegion
	scaling map[string]*scalingRegion
	rules   map[string]*eventsRegion
	timers  map[string]*schedulerRegion
}

// computing returns the state of ECS and its friends. The lock is held, or nobody else knows the cloud yet.
func (c *Cloud) computing() *compute {
	if c.compute == nil {
		c.compute = &compute{
			c:       c,
			regions: map[string]*ecsRegion{},
			scaling: map[string]*scalingRegion{},
			rules:   map[string]*eventsRegion{},
			timers:  map[string]*schedulerRegion{},
		}
		c.OnSettle(func(now time.Time) {
			if c.compute.agenda.run(now) {
				c.notify()
			}
		})
	}
	return c.compute
}

// after puts do on the agenda, d from at in the account's own speed.
func (p *compute) after(at time.Time, d time.Duration, do func(at time.Time)) {
	p.agenda.add(p.c.in(at, d), do)
}

// ecsRegion is ECS in one region.
type ecsRegion struct {
	p    *compute
	name string
	// clusters stand by name; INACTIVE ones stay for a while and give way to a new one of their name.
	clusters shelf[*ecsCluster]
	families familyIndex[*ecsDefinition]
	// providers are those of Auto Scaling groups, by name; a Managed Instances one belongs to its cluster.
	providers      shelf[*ecsProvider]
	daemonFamilies familyIndex[*ecsDaemonDefinition]
	launches       launchBudget
	// orphans are the ARNs of tasks whose container instance was deregistered by force: ECS knows them no more, and they run on.
	orphans []string
}

func (p *compute) region(name string) *ecsRegion {
	r, ok := p.regions[name]
	if !ok {
		r = &ecsRegion{p: p, name: name}
		p.regions[name] = r
	}
	return r
}

// ecsCluster is one cluster with all that lives in it.
type ecsCluster struct {
	r                 *ecsRegion
	name, arn, status string
	tags              []ecstypes.Tag
	settings          []ecstypes.ClusterSetting
	configuration     *ecstypes.ClusterConfiguration
	connect           *ecstypes.ClusterServiceConnectDefaults
	providers         []string
	strategy          []ecstypes.CapacityProviderStrategyItem
	// busyUntil is when the attachments of its capacity providers are in place.
	busyUntil time.Time
	services  shelf[*ecsService]
	tasks     shelf[*ecsTask]
	instances shelf[*ecsInstance]
	managed   shelf[*ecsProvider]
	daemons   shelf[*ecsDaemon]
	// running and pending count tasks by launch type, serving services that are ACTIVE and draining those with DRAINING; live counts
	// tasks whose lastStatus is not STOPPED.
	running, pending, serving, draining map[ecstypes.LaunchType]int32
	live                                int
}

// launchBudget is the rate at which Fargate starts tasks: 100 at once and 20 a second, per account and region (Fargate service quotas,
// "rate of task launches").
type launchBudget struct {
	tokens float64
	at     time.Time
}

const (
	launchBurst = 100
	launchRate  = 20
)

// take returns how many of want tasks may start now.
func (b *launchBudget) take(now time.Time, want int, speed float64) int {
	if b.at.IsZero() {
		b.tokens = launchBurst
	} else if now.After(b.at) {
		b.tokens = min(launchBurst, b.tokens+now.Sub(b.at).Seconds()*launchRate*speed)
	}
	b.at = now
	got := min(want, int(b.tokens))
	b.tokens -= float64(got)
	return got
}
