package ecs

import (
	"slices"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud"
)

// resources are of the kinds ecs:cluster, ecs:service, ecs:task, ecs:container-instance,
// ecs:daemon, ecs:capacity-provider and ecs:task-definition. A definition is gone when AWS is
// deleting it and nothing uses it.
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
	for v := range r.providers.All() {
		add("ecs:capacity-provider", v.arn, v.status == ecstypes.CapacityProviderStatusInactive)
	}
	for d := range r.definitions.All() {
		add("ecs:task-definition", d.ARN(), d.Gone())
	}
}

func (cl *cluster) eachResource(add func(kind, arn string, gone bool)) {
	for s := range cl.services.All() {
		add("ecs:service", s.arn, s.status == stInactive)
	}
	for t := range cl.tasks.All() {
		add("ecs:task", t.arn(), t.status == taskStopped)
	}
	for i := range cl.instances.All() {
		add("ecs:container-instance", i.arn, i.status == stInactive)
	}
	for d := range cl.daemons.All() {
		add("ecs:daemon", d.arn, false)
	}
	for v := range cl.managed.All() {
		add("ecs:capacity-provider", v.arn, v.status == ecstypes.CapacityProviderStatusInactive)
	}
}

// LiveClusters are the ARNs of all clusters that are not INACTIVE, by region: as long as there is
// one, AWSServiceRoleForECS cannot be deleted (ECS Developer Guide, "Using service-linked roles").
// The lock is held.
func (e *ECS) LiveClusters() []string {
	var out []string
	for _, p := range e.regions.Places() {
		for cl := range e.at(p).clusters.All() {
			if cl.status != stInactive {
				out = append(out, cl.arn)
			}
		}
	}
	return out
}

// OrphanedTasks are the ARNs of tasks whose container instance was deregistered by force: ECS
// forgot them, and their containers run on until the machine is terminated. The lock is held.
func (e *ECS) OrphanedTasks(region string) []string {
	return slices.Clone(e.at(e.c.In(region)).orphans)
}
