package ecs

import (
	"strings"
	"time"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
)

// What a scenario asks of an account beside its Resources, to tell whose a thing is. The lock is
// held in all of them.

// TaskOrigin is what a task stems from.
type TaskOrigin struct {
	// Service is the ARN of the task's service and Daemon that of its daemon, both empty for a task
	// of nobody; Definition is that of its task definition.
	Service, Daemon, Definition string
	// StartedBy is as DescribeTasks shows it, Created when it was made.
	StartedBy string
	Created   time.Time
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
	o := TaskOrigin{Definition: t.def.ARN(), StartedBy: t.startedBy, Created: t.created}
	if t.rollout != nil {
		o.Service = t.rollout.svc.arn
	}
	if t.daemon != nil {
		o.Daemon = t.daemon.arn
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

// PartOf is a resource that is a part of another one.
type PartOf struct {
	cloud.ResourceInfo
	// Owner is the ARN of what it is a part of, Created when it was made.
	Owner   string
	Created time.Time
}

// Parts are what Resources leave out since it is listed under what it belongs to: the task sets of
// services with the EXTERNAL controller (kind "ecs:task-set"), and the definitions of daemons
// ("ecs:daemon-task-definition"), which belong to nobody. Those of services that are INACTIVE are
// gone.
func (e *ECS) Parts() (out []PartOf) {
	for _, p := range e.regions.Places() {
		r := e.at(p)
		for _, cl := range r.clusters.Select(nil) {
			for s := range cl.services.All() {
				for _, ro := range s.rollouts {
					if ro.set != nil {
						info := cloud.ResourceInfo{ARN: ro.set.arn, Kind: "ecs:task-set", Place: p, Gone: s.status == stInactive}
						out = append(out, PartOf{info, s.arn, ro.set.created})
					}
				}
			}
		}
		for d := range r.definitions.Daemons() {
			info := cloud.ResourceInfo{ARN: *d.TD.DaemonTaskDefinitionArn, Kind: "ecs:daemon-task-definition", Place: p, Gone: !d.Active()}
			out = append(out, PartOf{info, "", *d.TD.RegisteredAt})
		}
	}
	return out
}

// InstanceMachine is the id of the EC2 machine behind a container instance.
func (e *ECS) InstanceMachine(region, arn string) string {
	if cl, id, ok := e.inCluster(region, arn); ok {
		if i, ok := cl.instances.Get(id); ok {
			return i.ec2
		}
	}
	return ""
}
