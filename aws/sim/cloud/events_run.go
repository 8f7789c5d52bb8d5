package cloud

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// startedByMost is where startedBy of a scheduled task is cut off, as tasks in the wild show ("chronos-schedule/" and 19 characters of the
// schedule's name, "events-rule/" and 24 of the rule's).
const startedByMost = 36

// scheduledRun is a RunTask that a rule or a schedule makes.
type scheduledRun struct {
	region, role, session, invokedBy string
	in                               ecs.RunTaskInput
}

// runScheduled runs tasks as the service would; what cannot run any more is silent, as it is in AWS unless somebody looks at its metrics.
func (p *compute) runScheduled(s scheduledRun, at time.Time) {
	if by := val(s.in.StartedBy); len(by) > startedByMost {
		s.in.StartedBy = str(by[:startedByMost])
	}
	out, err := p.runTask(Call{Region: s.region, Service: "ecs", Operation: "RunTask", Now: at}, &s.in)
	if err != nil {
		return
	}
	p.recordServiceCall(at, serviceCall{
		region: s.region, source: "ecs.amazonaws.com", name: "RunTask", role: s.role, session: s.session, invokedBy: s.invokedBy,
		request: &s.in, response: out,
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
