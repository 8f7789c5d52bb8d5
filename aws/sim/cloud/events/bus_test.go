package events_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedtypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"github.com/rootout/rootout/aws/sim/cloud/cloudtest"
)

func TestEventBuses(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		create := func(name string) *eventbridge.CreateEventBusInput {
			return &eventbridge.CreateEventBusInput{Name: &name}
		}
		made := cloudtest.Must[eventbridge.CreateEventBusOutput](r, "CreateEventBus", create("shadow"))
		if *made.EventBusArn != "arn:aws:events:eu-west-3:123456789012:event-bus/shadow" {
			t.Errorf("made %s", *made.EventBusArn)
		}
		cloudtest.Refused[eventbridge.CreateEventBusOutput](r, "ResourceAlreadyExistsException", "CreateEventBus", create("shadow"))
		cloudtest.Refused[eventbridge.CreateEventBusOutput](r, "ResourceAlreadyExistsException", "CreateEventBus", create("default"))
		for _, name := range []string{"", "a/b", "é", strings.Repeat("x", 257)} {
			cloudtest.Refused[eventbridge.CreateEventBusOutput](r, "ValidationException", "CreateEventBus", create(name))
		}
		cloudtest.Refused[eventbridge.CreateEventBusOutput](r, "ResourceNotFoundException", "CreateEventBus", &eventbridge.CreateEventBusInput{
			Name: new("aws.partner/x/y"), EventSourceName: new("aws.partner/x/y"),
		})
		rule := &eventbridge.PutRuleInput{Name: new("watch"), EventBusName: made.EventBusArn, EventPattern: new(`{"source":["x"]}`)}
		put := cloudtest.Must[eventbridge.PutRuleOutput](r, "PutRule", rule)
		if *put.RuleArn != "arn:aws:events:eu-west-3:123456789012:rule/shadow/watch" {
			t.Errorf("the rule is %s", *put.RuleArn)
		}
		cloudtest.Refused[eventbridge.PutRuleOutput](r, "ValidationException", "PutRule", &eventbridge.PutRuleInput{Name: new("tick"), EventBusName: new("shadow"), ScheduleExpression: new("rate(1 day)")})
		cloudtest.Refused[eventbridge.PutRuleOutput](r, "InvalidEventPatternException", "PutRule", &eventbridge.PutRuleInput{Name: new("bad"), EventPattern: new(`{"source":"x"}`)})
		cloudtest.Refused[eventbridge.PutRuleOutput](r, "ValidationException", "PutRule", &eventbridge.PutRuleInput{Name: new("a b"), EventPattern: new(`{"source":["x"]}`)})
		cloudtest.Refused[eventbridge.PutRuleOutput](r, "ValidationException", "PutRule", &eventbridge.PutRuleInput{Name: new("w"), EventPattern: new(`{"source":["x"]}`), State: "PERHAPS"})
		cloudtest.Refused[eventbridge.DescribeRuleOutput](r, "ResourceNotFoundException", "DescribeRule", &eventbridge.DescribeRuleInput{Name: new("watch")})
		foreign := new(strings.Replace(*made.EventBusArn, "eu-west-3", "eu-west-1", 1))
		cloudtest.Refused[eventbridge.ListRulesOutput](r, "ResourceNotFoundException", "ListRules", &eventbridge.ListRulesInput{EventBusName: foreign})
		for bus, want := range map[string]int{"default": 0, "shadow": 1} {
			if out := cloudtest.Must[eventbridge.ListRulesOutput](r, "ListRules", &eventbridge.ListRulesInput{EventBusName: &bus}); len(out.Rules) != want {
				t.Errorf("%s holds %d rules", bus, len(out.Rules))
			}
		}
		drop := &eventbridge.DeleteEventBusInput{Name: new("shadow")}
		if e := cloudtest.Refused[eventbridge.DeleteEventBusOutput](r, "ValidationException", "DeleteEventBus", drop); e.Message != "EventBus can't be deleted since it has rules." {
			t.Errorf("a bus with rules says %q", e.Message)
		}
		cloudtest.Must[eventbridge.DeleteRuleOutput](r, "DeleteRule", &eventbridge.DeleteRuleInput{Name: new("watch"), EventBusName: new("shadow")})
		cloudtest.Must[eventbridge.DeleteEventBusOutput](r, "DeleteEventBus", drop)
		cloudtest.Must[eventbridge.DeleteEventBusOutput](r, "DeleteEventBus", drop)
		cloudtest.Refused[eventbridge.DescribeEventBusOutput](r, "ResourceNotFoundException", "DescribeEventBus", &eventbridge.DescribeEventBusInput{Name: new("shadow")})
		cloudtest.Refused[eventbridge.DeleteEventBusOutput](r, "ValidationException", "DeleteEventBus", &eventbridge.DeleteEventBusInput{Name: new("default")})
		for i := range 99 {
			cloudtest.Must[eventbridge.CreateEventBusOutput](r, "CreateEventBus", create(fmt.Sprint("bus-", i)))
		}
		cloudtest.Refused[eventbridge.CreateEventBusOutput](r, "LimitExceededException", "CreateEventBus", create("one-more"))
		seen, in := 0, &eventbridge.ListEventBusesInput{Limit: new(int32(30))}
		for {
			out := cloudtest.Must[eventbridge.ListEventBusesOutput](r, "ListEventBuses", in)
			if seen += len(out.EventBuses); out.NextToken == nil {
				break
			}
			in.NextToken = out.NextToken
		}
		if seen != 100 {
			t.Errorf("%d buses are listed", seen)
		}
		cloudtest.Refused[eventbridge.ListEventBusesOutput](r, "ValidationException", "ListEventBuses", &eventbridge.ListEventBusesInput{NextToken: new("garbage!")})
	})
}

func TestScheduleGroups(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Breach(0)
		group := &scheduler.CreateScheduleGroupInput{Name: new("night"), ClientToken: new("t-1")}
		made := cloudtest.Must[scheduler.CreateScheduleGroupOutput](r, "CreateScheduleGroup", group)
		if again := cloudtest.Must[scheduler.CreateScheduleGroupOutput](r, "CreateScheduleGroup", group); *again.ScheduleGroupArn != *made.ScheduleGroupArn {
			t.Errorf("the same request made %s", *again.ScheduleGroupArn)
		}
		cloudtest.Refused[scheduler.CreateScheduleGroupOutput](r, "ConflictException", "CreateScheduleGroup", &scheduler.CreateScheduleGroupInput{Name: new("day"), ClientToken: new("t-1")})
		cloudtest.Refused[scheduler.CreateScheduleGroupOutput](r, "ConflictException", "CreateScheduleGroup", &scheduler.CreateScheduleGroupInput{Name: new("night"), ClientToken: new("t-2")})
		cloudtest.Refused[scheduler.CreateScheduleGroupOutput](r, "ValidationException", "CreateScheduleGroup", &scheduler.CreateScheduleGroupInput{Name: new("a b")})
		schedule := func(name, group string) *scheduler.CreateScheduleInput {
			return &scheduler.CreateScheduleInput{
				Name: &name, GroupName: &group, ScheduleExpression: new("rate(1 hours)"), FlexibleTimeWindow: &schedtypes.FlexibleTimeWindow{Mode: schedtypes.FlexibleTimeWindowModeOff},
				Target: &schedtypes.Target{Arn: new("arn:aws:ecs:eu-west-3:123456789012:cluster/mine"), RoleArn: new("arn:aws:iam::123456789012:role/r")},
			}
		}
		in := schedule("a", "night")
		in.ClientToken = new("t-3")
		first := cloudtest.Must[scheduler.CreateScheduleOutput](r, "CreateSchedule", in)
		if again := cloudtest.Must[scheduler.CreateScheduleOutput](r, "CreateSchedule", in); *again.ScheduleArn != *first.ScheduleArn {
			t.Errorf("the same request made %s", *again.ScheduleArn)
		}
		cloudtest.Refused[scheduler.CreateScheduleOutput](r, "ConflictException", "CreateSchedule", schedule("a", "night"))
		cloudtest.Must[scheduler.CreateScheduleOutput](r, "CreateSchedule", schedule("a", "default"))
		cloudtest.Refused[scheduler.CreateScheduleOutput](r, "ResourceNotFoundException", "CreateSchedule", schedule("a", "nowhere"))
		unlisted := schedule("b", "night")
		unlisted.State = "PERHAPS"
		cloudtest.Refused[scheduler.CreateScheduleOutput](r, "ValidationException", "CreateSchedule", unlisted)
		for group, want := range map[string]int{"": 2, "night": 1, "default": 1} {
			in := &scheduler.ListSchedulesInput{}
			if group != "" {
				in.GroupName = &group
			}
			if out := cloudtest.Must[scheduler.ListSchedulesOutput](r, "ListSchedules", in); len(out.Schedules) != want {
				t.Errorf("group %q lists %d schedules", group, len(out.Schedules))
			}
		}
		change := func(token, expression string) *scheduler.UpdateScheduleInput {
			s := schedule("a", "default")
			return &scheduler.UpdateScheduleInput{Name: s.Name, GroupName: s.GroupName, ScheduleExpression: &expression, FlexibleTimeWindow: s.FlexibleTimeWindow, Target: s.Target, ClientToken: &token}
		}
		cloudtest.Must[scheduler.UpdateScheduleOutput](r, "UpdateSchedule", change("u-1", "rate(2 hours)"))
		cloudtest.Must[scheduler.UpdateScheduleOutput](r, "UpdateSchedule", change("u-2", "rate(3 hours)"))
		cloudtest.Must[scheduler.UpdateScheduleOutput](r, "UpdateSchedule", change("u-1", "rate(2 hours)"))
		cloudtest.Refused[scheduler.UpdateScheduleOutput](r, "ConflictException", "UpdateSchedule", change("u-1", "rate(4 hours)"))
		if s := cloudtest.Must[scheduler.GetScheduleOutput](r, "GetSchedule", &scheduler.GetScheduleInput{Name: new("a")}); *s.ScheduleExpression != "rate(3 hours)" {
			t.Errorf("a request that came twice is done twice: %s", *s.ScheduleExpression)
		}
		cloudtest.Must[scheduler.CreateScheduleOutput](r, "CreateSchedule", schedule("twice", "default"))
		remove := &scheduler.DeleteScheduleInput{Name: new("twice"), ClientToken: new("d-1")}
		cloudtest.Must[scheduler.DeleteScheduleOutput](r, "DeleteSchedule", remove)
		cloudtest.Must[scheduler.DeleteScheduleOutput](r, "DeleteSchedule", remove)
		cloudtest.Refused[scheduler.DeleteScheduleOutput](r, "ConflictException", "DeleteSchedule", &scheduler.DeleteScheduleInput{Name: new("a"), ClientToken: new("d-1")})
		cloudtest.Refused[scheduler.DeleteScheduleOutput](r, "ResourceNotFoundException", "DeleteSchedule", &scheduler.DeleteScheduleInput{Name: new("twice")})
		cloudtest.Refused[scheduler.DeleteScheduleGroupOutput](r, "ValidationException", "DeleteScheduleGroup", &scheduler.DeleteScheduleGroupInput{Name: new("default")})
		cloudtest.Must[scheduler.DeleteScheduleGroupOutput](r, "DeleteScheduleGroup", &scheduler.DeleteScheduleGroupInput{Name: new("night")})
		if g := cloudtest.Must[scheduler.GetScheduleGroupOutput](r, "GetScheduleGroup", &scheduler.GetScheduleGroupInput{Name: new("night")}); g.State != schedtypes.ScheduleGroupStateDeleting {
			t.Errorf("right after it is %s", g.State)
		}
		cloudtest.Refused[scheduler.CreateScheduleOutput](r, "ConflictException", "CreateSchedule", schedule("b", "night"))
		cloudtest.Refused[scheduler.DeleteScheduleGroupOutput](r, "ConflictException", "DeleteScheduleGroup", &scheduler.DeleteScheduleGroupInput{Name: new("night"), ClientToken: new("t-4")})
		time.Sleep(time.Minute)
		cloudtest.Refused[scheduler.GetScheduleGroupOutput](r, "ResourceNotFoundException", "GetScheduleGroup", &scheduler.GetScheduleGroupInput{Name: new("night")})
		if out := cloudtest.Must[scheduler.ListSchedulesOutput](r, "ListSchedules", &scheduler.ListSchedulesInput{}); len(out.Schedules) != 1 {
			t.Errorf("%d schedules outlive their group", len(out.Schedules)-1)
		}
		if out := cloudtest.Must[scheduler.ListScheduleGroupsOutput](r, "ListScheduleGroups", &scheduler.ListScheduleGroupsInput{}); len(out.ScheduleGroups) != 1 {
			t.Errorf("groups %+v", out.ScheduleGroups)
		}
	})
}

// TestRulesRefuseTagsAndTokens that AWS does not take.
func TestRulesRefuseTagsAndTokens(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		cloudtest.Refused[eventbridge.PutRuleOutput](r, "ValidationException", "PutRule", &eventbridge.PutRuleInput{
			Name: new("w"), EventPattern: new(`{"source":["x"]}`), Tags: []ebtypes.Tag{{Key: new("aws:x"), Value: new("")}},
		})
		for _, token := range []string{"garbage!", "zzzzzzzzzzzzzzzzzzzzz"} {
			cloudtest.Refused[eventbridge.ListRulesOutput](r, "ValidationException", "ListRules", &eventbridge.ListRulesInput{NextToken: &token})
			cloudtest.Refused[scheduler.ListSchedulesOutput](r, "ValidationException", "ListSchedules", &scheduler.ListSchedulesInput{NextToken: &token})
			cloudtest.Refused[scheduler.ListScheduleGroupsOutput](r, "ValidationException", "ListScheduleGroups", &scheduler.ListScheduleGroupsInput{NextToken: &token})
		}
	})
}
