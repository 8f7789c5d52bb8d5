package events

import (
	"cmp"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// ruleResource is the rule that a call is authorized for (Service Authorization Reference, "Amazon
// EventBridge").
func (e *EventBridge) ruleResource(call cloud.Call, input any) string {
	var name, bus *string
	switch in := input.(type) {
	case *eventbridge.PutRuleInput:
		name, bus = in.Name, in.EventBusName
	case *eventbridge.DescribeRuleInput:
		name, bus = in.Name, in.EventBusName
	case *eventbridge.EnableRuleInput:
		name, bus = in.Name, in.EventBusName
	case *eventbridge.DisableRuleInput:
		name, bus = in.Name, in.EventBusName
	case *eventbridge.DeleteRuleInput:
		name, bus = in.Name, in.EventBusName
	case *eventbridge.PutTargetsInput:
		name, bus = in.Rule, in.EventBusName
	case *eventbridge.RemoveTargetsInput:
		name, bus = in.Rule, in.EventBusName
	case *eventbridge.ListTargetsByRuleInput:
		name, bus = in.Rule, in.EventBusName
	default:
		return ""
	}
	path := "rule/"
	if b := cloud.ShortName(ptr.Val(bus)); b != "" && b != defaultName {
		path += b + "/"
	}
	return e.c.ARNIn(call.Place, "events", path+ptr.Val(name))
}

// scheduleResource is the schedule that a call is authorized for (same, "Amazon EventBridge
// Scheduler").
func (e *EventBridge) scheduleResource(call cloud.Call, input any) string {
	var name, group *string
	switch in := input.(type) {
	case *scheduler.CreateScheduleInput:
		name, group = in.Name, in.GroupName
	case *scheduler.GetScheduleInput:
		name, group = in.Name, in.GroupName
	case *scheduler.UpdateScheduleInput:
		name, group = in.Name, in.GroupName
	case *scheduler.DeleteScheduleInput:
		name, group = in.Name, in.GroupName
	default:
		return ""
	}
	return e.c.ARNIn(call.Place, "scheduler", "schedule/"+cmp.Or(ptr.Val(group), defaultName)+"/"+ptr.Val(name))
}
