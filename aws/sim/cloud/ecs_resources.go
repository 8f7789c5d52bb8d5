package cloud

import (
	"maps"
	"slices"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// ResourceInfo is a resource as somebody who knows everything sees it.
type ResourceInfo struct {
	// ARN names it, Kind is its kind in rootout's words ("ecs:task"), Region where it lives.
	ARN, Kind, Region string
	// Gone is true for what AWS still shows and what is no more: an INACTIVE cluster, service or instance, a STOPPED task, a definition that is
	// being deleted and that nothing uses.
	Gone bool
}

// Resources are all resources of ECS, Application Auto Scaling, EventBridge and Scheduler that can be seen now, by region, in disabled regions
// too. Kinds: ecs:cluster, ecs:service, ecs:task, ecs:container-instance, ecs:daemon, ecs:capacity-provider, ecs:task-definition,
// application-autoscaling:target, events:rule, scheduler:schedule. The lock is held.
func (c *Cloud) Resources() []ResourceInfo {
	p := c.computing()
	var out []ResourceInfo
	for _, region := range slices.Sorted(maps.Keys(p.regions)) {
		add := func(kind, arn string, gone bool) {
			out = append(out, ResourceInfo{ARN: arn, Kind: kind, Region: region, Gone: gone})
		}
		p.regions[region].eachResource(add)
		p.scalingIn(region).targets.each(func(t *scalableTarget) bool {
			add("application-autoscaling:target", t.arn, false)
			return true
		})
		p.eventsIn(region).rules.each(func(r *eventRule) bool {
			add("events:rule", r.arn, false)
			return true
		})
		p.schedulesIn(region).schedules.each(func(s *schedule) bool {
			add("scheduler:schedule", s.arn, false)
			return true
		})
	}
	return out
}

func (r *ecsRegion) eachResource(add func(kind, arn string, gone bool)) {
	for _, cl := range r.clusters.all(nil) {
		add("ecs:cluster", cl.arn, cl.status == stInactive)
		cl.eachResource(add)
	}
	r.providers.each(func(v *ecsProvider) bool {
		add("ecs:capacity-provider", v.arn, v.status == ecstypes.CapacityProviderStatusInactive)
		return true
	})
	for _, name := range r.families.names {
		for _, d := range r.families.by[name].revisions {
			add("ecs:task-definition", d.arn(), d.td.Status == ecstypes.TaskDefinitionStatusDeleteInProgress && d.refs == 0)
		}
	}
}

func (cl *ecsCluster) eachResource(add func(kind, arn string, gone bool)) {
	cl.services.each(func(s *ecsService) bool {
		add("ecs:service", s.arn, s.status == stInactive)
		return true
	})
	cl.tasks.each(func(t *ecsTask) bool {
		add("ecs:task", t.arn(), t.status == taskStopped)
		return true
	})
	cl.instances.each(func(i *ecsInstance) bool {
		add("ecs:container-instance", i.arn, i.status == stInactive)
		return true
	})
	cl.daemons.each(func(d *ecsDaemon) bool {
		add("ecs:daemon", d.arn, false)
		return true
	})
	cl.managed.each(func(v *ecsProvider) bool {
		add("ecs:capacity-provider", v.arn, v.status == ecstypes.CapacityProviderStatusInactive)
		return true
	})
}

// LiveClusters are the ARNs of all clusters that are not INACTIVE, by region: as long as there is one, AWSServiceRoleForECS cannot be deleted
// (ECS Developer Guide, "Using service-linked roles"). The lock is held.
func (c *Cloud) LiveClusters() []string {
	p := c.computing()
	var out []string
	for _, region := range slices.Sorted(maps.Keys(p.regions)) {
		p.regions[region].clusters.each(func(cl *ecsCluster) bool {
			if cl.status != stInactive {
				out = append(out, cl.arn)
			}
			return true
		})
	}
	return out
}

// OrphanedTasks are the ARNs of tasks whose container instance was deregistered by force: ECS forgot them, and their containers run on until
// the machine is terminated. The lock is held.
func (c *Cloud) OrphanedTasks(region string) []string {
	return slices.Clone(c.computing().region(region).orphans)
}
