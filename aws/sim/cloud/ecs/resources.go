package ecs

import (
	"slices"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/taskdef"
)

// resources are of the kinds ecs:cluster, ecs:service, ecs:task, ecs:container-instance, ecs:daemon,
// ecs:capacity-provider and ecs:task-definition. A definition is gone when AWS is deleting it and
// nothing uses it.
func (e *ECS) resources(see func(cloud.ResourceInfo)) {
	for _, p := range e.regions.Places() {
		e.at(p).eachResource(func(kind, arn string, gone bool) {
			see(cloud.ResourceInfo{ARN: arn, Kind: kind, Place: p, Gone: gone})
		})
	}
}

func (r *region) eachResource(add func(kind, arn string, gone bool)) {
	for _, cl := range r.clusters.Select(nil) {
		add("ecs:cluster", cl.arn, cl.status == stInactive)
		cl.eachResource(add)
	}
	r.providers.Each(func(v *provider) bool {
		add("ecs:capacity-provider", v.arn, v.status == ecstypes.CapacityProviderStatusInactive)
		return true
	})
	r.definitions.Each(func(d *taskdef.Definition) { add("ecs:task-definition", d.ARN(), d.Gone()) })
}

func (cl *cluster) eachResource(add func(kind, arn string, gone bool)) {
	cl.services.Each(func(s *service) bool {
		add("ecs:service", s.arn, s.status == stInactive)
		return true
	})
	cl.tasks.Each(func(t *task) bool {
		add("ecs:task", t.arn(), t.status == taskStopped)
		return true
	})
	cl.instances.Each(func(i *instance) bool {
		add("ecs:container-instance", i.arn, i.status == stInactive)
		return true
	})
	cl.daemons.Each(func(d *daemon) bool {
		add("ecs:daemon", d.arn, false)
		return true
	})
	cl.managed.Each(func(v *provider) bool {
		add("ecs:capacity-provider", v.arn, v.status == ecstypes.CapacityProviderStatusInactive)
		return true
	})
}

// LiveClusters are the ARNs of all clusters that are not INACTIVE, by region: as long as there is one, AWSServiceRoleForECS cannot be deleted
// (ECS Developer Guide, "Using service-linked roles"). The lock is held.
func (e *ECS) LiveClusters() []string {
	var out []string
	for _, p := range e.regions.Places() {
		e.at(p).clusters.Each(func(cl *cluster) bool {
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
func (e *ECS) OrphanedTasks(region string) []string {
	return slices.Clone(e.at(e.c.In(region)).orphans)
}
