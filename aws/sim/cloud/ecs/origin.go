package ecs

import (
	"maps"
	"slices"
	"strings"
	"time"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud/ecs/api"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// What a scenario asks of an account beside its Resources, to tell whose a thing is. The lock is held in all of them.

// TaskOrigin is what a task stems from.
type TaskOrigin struct {
	// Service is the ARN of the task's service and empty for a task of nobody; Definition is that of its task definition.
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

// DefinitionOrigin says by whom and when a task definition was registered, and whether new tasks can be made from it.
func (e *ECS) DefinitionOrigin(region, arn string) (by string, at time.Time, active bool) {
	d, ok := e.at(e.c.In(region)).definitions.Find(arn)
	if !ok {
		return "", time.Time{}, false
	}
	return ptr.Val(d.TD.RegisteredBy), ptr.Val(d.TD.RegisteredAt), d.TD.Status == ecstypes.TaskDefinitionStatusActive
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

// inCluster finds the cluster that the ARN of a service or task names, and the short name that follows.
func (e *ECS) inCluster(region, arn string) (*cluster, string, bool) {
	resource, _, _ := api.SplitARN(arn)
	parts := strings.Split(resource, "/")
	if len(parts) != 3 {
		return nil, "", false
	}
	cl, ok := e.at(e.c.In(region)).clusters.Get(parts[1])
	return cl, parts[2], ok
}

// SeedLogs lets every container of a task definition log to a group of CloudWatch Logs. Streams are prefix/container/task, where the prefix
// is "ecs" (ECS Developer Guide, "awslogs-stream-prefix").
func (e *ECS) SeedLogs(region, definition, group string) {
	d, ok := e.at(e.c.In(region)).definitions.Find(definition)
	if !ok {
		mustBe(api.Invalid("no task definition %s in %s", definition, region))
	}
	containers := slices.Clone(d.TD.ContainerDefinitions)
	options := map[string]string{"awslogs-group": group, "awslogs-region": region, "awslogs-stream-prefix": "ecs"}
	for i := range containers {
		containers[i].LogConfiguration = &ecstypes.LogConfiguration{LogDriver: ecstypes.LogDriverAwslogs, Options: maps.Clone(options)}
	}
	d.TD.ContainerDefinitions = containers
}
