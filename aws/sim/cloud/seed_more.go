package cloud

import (
	"maps"
	"slices"
	"strings"
	"time"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
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
func (c *Cloud) TaskOrigin(region, arn string) (TaskOrigin, bool) {
	cl, id, ok := c.inCluster(region, arn)
	if !ok {
		return TaskOrigin{}, false
	}
	t, ok := cl.tasks.get(id)
	if !ok {
		return TaskOrigin{}, false
	}
	o := TaskOrigin{Definition: t.def.arn(), StartedBy: t.startedBy}
	if t.rollout != nil {
		o.Service = t.rollout.svc.arn
	}
	return o, true
}

// DefinitionOrigin says by whom and when a task definition was registered, and whether new tasks can be made from it.
func (c *Cloud) DefinitionOrigin(region, arn string) (by string, at time.Time, active bool) {
	d, ok := c.computing().region(region).findDefinition(arn)
	if !ok {
		return "", time.Time{}, false
	}
	return val(d.td.RegisteredBy), val(d.td.RegisteredAt), d.td.Status == ecstypes.TaskDefinitionStatusActive
}

// ScaledServices are the scalable targets of ECS in all regions: the service's ARN by the target's.
func (c *Cloud) ScaledServices() map[string]string {
	out := map[string]string{}
	for region, g := range c.computing().scaling {
		g.targets.each(func(t *scalableTarget) bool {
			out[t.arn] = c.ARN("ecs", region, t.resource)
			return true
		})
	}
	return out
}

// Stands says whether a cluster or service is there and not INACTIVE.
func (c *Cloud) Stands(region, arn string) bool {
	resource, _, _ := arnParts(arn)
	if name, isCluster := strings.CutPrefix(resource, "cluster/"); isCluster {
		cl, ok := c.computing().region(region).clusters.get(name)
		return ok && cl.status != stInactive
	}
	cl, name, ok := c.inCluster(region, arn)
	if !ok {
		return false
	}
	s, ok := cl.services.get(name)
	return ok && s.status != stInactive
}

// inCluster finds the cluster that the ARN of a service or task names, and the short name that follows.
func (c *Cloud) inCluster(region, arn string) (*ecsCluster, string, bool) {
	resource, _, _ := arnParts(arn)
	parts := strings.Split(resource, "/")
	if len(parts) != 3 {
		return nil, "", false
	}
	cl, ok := c.computing().region(region).clusters.get(parts[1])
	return cl, parts[2], ok
}

// SeedLogs lets every container of a task definition log to a group of CloudWatch Logs. Streams are prefix/container/task, where the prefix
// is "ecs" (ECS Developer Guide, "awslogs-stream-prefix").
func (c *Cloud) SeedLogs(region, definition, group string) {
	d, ok := c.computing().region(region).findDefinition(definition)
	if !ok {
		mustBe(invalid("no task definition %s in %s", definition, region))
	}
	containers := slices.Clone(d.td.ContainerDefinitions)
	options := map[string]string{"awslogs-group": group, "awslogs-region": region, "awslogs-stream-prefix": "ecs"}
	for i := range containers {
		containers[i].LogConfiguration = &ecstypes.LogConfiguration{LogDriver: ecstypes.LogDriverAwslogs, Options: maps.Clone(options)}
	}
	d.td.ContainerDefinitions = containers
}

// ServiceCall is a call that an AWS service made on the account's behalf in the past.
type ServiceCall struct {
	Time time.Time
	// Region, Source and Name are those of the event: "ecs.amazonaws.com" and "RunTask".
	Region, Source, Name string
	// Role is the ARN of the role that the service took, Session its session's name, InvokedBy the service ("events.amazonaws.com").
	Role, Session, InvokedBy string
	// Request and Response are as in TrailEvent.
	Request, Response any
}

// RecordServiceCall writes such a call into the history in the words in which the account records those it sees for itself.
func (c *Cloud) RecordServiceCall(s ServiceCall) {
	c.computing().recordServiceCall(s.Time, serviceCall{
		region: s.Region, source: s.Source, name: s.Name, role: s.Role, session: s.Session, invokedBy: s.InvokedBy,
		request: s.Request, response: s.Response,
	})
}

// Changed tells the listeners of OnChange that a scenario has changed the account by itself.
func (c *Cloud) Changed() { c.notify() }
