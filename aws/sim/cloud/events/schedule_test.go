package events_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedtypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/aws/sim/cloud/cloudtest"
)

func TestScheduleRunsTasksUntilItIsDeleted(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Breach(0)
		r.Seed(func(c *all.Cloud) {
			c.SeedSchedule(r.Region, all.ScheduleSeed{Name: "nightly", Expression: "rate(10 minutes)", Cluster: "mine", TaskDefinition: "xmr", Role: "arn:aws:iam::123456789012:role/s"})
		})
		time.Sleep(10 * time.Minute)
		got := r.ListTasks(ecs.ListTasksInput{Cluster: new("mine"), StartedBy: new("chronos-schedule/nightly")})
		if len(got) != 1 {
			t.Fatalf("%d tasks after an interval", len(got))
		}
		g := cloudtest.Must[scheduler.GetScheduleOutput](r, "GetSchedule", &scheduler.GetScheduleInput{Name: new("nightly")})
		cloudtest.Must[scheduler.UpdateScheduleOutput](r, "UpdateSchedule", &scheduler.UpdateScheduleInput{Name: g.Name, ScheduleExpression: g.ScheduleExpression, Target: g.Target, FlexibleTimeWindow: g.FlexibleTimeWindow, State: schedtypes.ScheduleStateDisabled})
		time.Sleep(time.Hour)
		if n := len(r.Running("mine")); n != 1 {
			t.Errorf("%d tasks: a disabled schedule fires", n)
		}
		if l := cloudtest.Must[scheduler.ListSchedulesOutput](r, "ListSchedules", &scheduler.ListSchedulesInput{State: schedtypes.ScheduleStateEnabled}); len(l.Schedules) != 0 {
			t.Errorf("enabled ones %+v", l.Schedules)
		}
		if l := cloudtest.Must[scheduler.ListSchedulesOutput](r, "ListSchedules", &scheduler.ListSchedulesInput{GroupName: new("default")}); len(l.Schedules) != 1 || *l.Schedules[0].Target.Arn != *g.Target.Arn {
			t.Errorf("all %+v", l.Schedules)
		}
		// A replacement that leaves out the state is enabled again.
		cloudtest.Must[scheduler.UpdateScheduleOutput](r, "UpdateSchedule", &scheduler.UpdateScheduleInput{Name: g.Name, ScheduleExpression: g.ScheduleExpression, Target: g.Target, FlexibleTimeWindow: g.FlexibleTimeWindow})
		cloudtest.Must[scheduler.DeleteScheduleOutput](r, "DeleteSchedule", &scheduler.DeleteScheduleInput{Name: g.Name})
		time.Sleep(time.Hour)
		if n := len(r.Running("mine")); n != 1 {
			t.Errorf("%d tasks: a deleted schedule fires", n)
		}
		if e := cloudtest.Refused[scheduler.GetScheduleOutput](r, "ResourceNotFoundException", "GetSchedule", &scheduler.GetScheduleInput{Name: g.Name}); e.Status != 404 {
			t.Errorf("status %d", e.Status)
		}
	})
}

func TestScheduleOnceThenGone(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Breach(0)
		in := &scheduler.CreateScheduleInput{
			Name: new("once"), ScheduleExpression: new("at(" + time.Now().UTC().Add(time.Hour).Format("2006-01-02T15:04:05") + ")"),
			FlexibleTimeWindow: &schedtypes.FlexibleTimeWindow{Mode: schedtypes.FlexibleTimeWindowModeOff}, ActionAfterCompletion: schedtypes.ActionAfterCompletionDelete,
			Target: &schedtypes.Target{Arn: new("arn:aws:ecs:eu-west-3:123456789012:cluster/mine"), RoleArn: new("arn:aws:iam::123456789012:role/s"), EcsParameters: &schedtypes.EcsParameters{
				TaskDefinitionArn: new("xmr"), LaunchType: schedtypes.LaunchTypeFargate, TaskCount: new(int32(3)),
				NetworkConfiguration: &schedtypes.NetworkConfiguration{AwsvpcConfiguration: &schedtypes.AwsVpcConfiguration{Subnets: []string{"subnet-1"}}},
			}},
		}
		cloudtest.Must[scheduler.CreateScheduleOutput](r, "CreateSchedule", in)
		if e := cloudtest.Refused[scheduler.CreateScheduleOutput](r, "ConflictException", "CreateSchedule", in); e.Status != 409 {
			t.Errorf("status %d", e.Status)
		}
		time.Sleep(2 * time.Hour)
		if n := len(r.Running("mine")); n != 3 {
			t.Errorf("%d tasks", n)
		}
		cloudtest.Refused[scheduler.GetScheduleOutput](r, "ResourceNotFoundException", "GetSchedule", &scheduler.GetScheduleInput{Name: new("once")})
		cloudtest.Refused[scheduler.ListSchedulesOutput](r, "ValidationException", "ListSchedules", &scheduler.ListSchedulesInput{MaxResults: new(int32(101))})
	})
}
