package ecs

import (
	"strings"

	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
)

// What a scenario asks of an account beside its Resources, to tell whose a thing is. The lock is
// held in all of them.

// TaskOrigin is what a task stems from.
type TaskOrigin struct {
	// Service is the ARN of the task's service and empty for a task of nobody; Definition is that
	// of its task definition.
	Service, Definition string
	// StartedBy is as DescribeTasks shows it.
	StartedBy string
}

// TaskOrigin looks a task up by its ARN.
func (e *ECS) TaskOrigin(region, arn string) (TaskOrigin, bool) {
	cl, id, ok := e.inCluster(region, arn)
	if !ok {
		return TaskOrigin{}, false
	}
	t, ok := cl.tasks.Get(id)
	if !ok {
		return TaskOrigin{}, false
	}
	o := TaskOrigin{Definition: t.def.ARN(), StartedBy: t.startedBy}
	if t.rollout != nil {
		o.Service = t.rollout.svc.arn
	}
	return o, true
}

// Stands says whether a cluster or service is there and not INACTIVE.
func (e *ECS) Stands(region, arn string) bool {
	resource, _, _ := api.SplitARN(arn)
	if name, isCluster := strings.CutPrefix(resource, "cluster/"); isCluster {
		cl, ok := e.at(e.c.In(region)).clusters.Get(name)
		return ok && cl.status != stInactive
	}
	cl, name, ok := e.inCluster(region, arn)
	if !ok {
		return false
	}
	s, ok := cl.services.Get(name)
	return ok && s.status != stInactive
}

// inCluster finds the cluster that the ARN of a service or task names, and the short name that
// follows.
func (e *ECS) inCluster(region, arn string) (*cluster, string, bool) {
	resource, _, _ := api.SplitARN(arn)
	parts := strings.Split(resource, "/")
	if len(parts) != 3 {
		return nil, "", false
	}
	cl, ok := e.at(e.c.In(region)).clusters.Get(parts[1])
	return cl, parts[2], ok
}
