package events

import (
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// startedByMost is where startedBy of a scheduled task is cut off, as tasks in the wild show
// ("chronos-schedule/" and 19 characters of the schedule's name, "events-rule/" and 24 of the
// rule's).
const startedByMost = 36

// scheduledRun is a RunTask that a rule or a schedule makes.
type scheduledRun struct {
	place                    cloud.Place
	role, session, invokedBy string
	in                       ecs.RunTaskInput
}

// run runs tasks as the service would; what cannot run any more is silent, as it is in AWS unless
// somebody looks at its metrics.
func (e *EventBridge) run(s scheduledRun, at time.Time) {
	if by := ptr.Val(s.in.StartedBy); len(by) > startedByMost {
		s.in.StartedBy = new(by[:startedByMost])
	}
	out, err := e.tasks.RunTask(cloud.Call{Place: s.place, Service: "ecs", Operation: "RunTask", Now: at}, &s.in)
	if err != nil {
		return
	}
	e.c.RecordServiceCall(cloud.ServiceCall{
		Time: at, Account: s.place.Account, Region: s.place.Region, Source: "ecs.amazonaws.com", Name: "RunTask",
		Role: s.role, Session: s.session, InvokedBy: s.invokedBy, Request: &s.in, Response: out,
	})
}

// runNetwork and runStrategy build ECS's types from the look-alikes of EventBridge and Scheduler.
func runNetwork(subnets, groups []string, public string) *ecstypes.NetworkConfiguration {
	return &ecstypes.NetworkConfiguration{AwsvpcConfiguration: &ecstypes.AwsVpcConfiguration{
		Subnets: subnets, SecurityGroups: groups, AssignPublicIp: ecstypes.AssignPublicIp(public),
	}}
}

func runStrategy[T any](items []T, of func(T) (provider *string, weight, base int32)) []ecstypes.CapacityProviderStrategyItem {
	var out []ecstypes.CapacityProviderStrategyItem
	for _, i := range items {
		name, weight, base := of(i)
		out = append(out, ecstypes.CapacityProviderStrategyItem{CapacityProvider: name, Weight: weight, Base: base})
	}
	return out
}

// ecsTags are the tags of a target of Scheduler, in the order of their keys.
func ecsTags(m map[string]string) []ecstypes.Tag {
	var out []ecstypes.Tag
	for _, key := range slices.Sorted(maps.Keys(m)) {
		out = append(out, ecstypes.Tag{Key: new(key), Value: new(m[key])})
	}
	return out
}
