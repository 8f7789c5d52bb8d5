package cloud

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedtypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
)

func TestScheduleRunsTasksUntilItIsDeleted(t *testing.T) {
	withECS(t, func(r *ecsRig) {
		r.breach(0)
		r.seed(func(c *Cloud) {
			c.SeedSchedule(r.region, ScheduleSeed{Name: "nightly", Expression: "rate(10 minutes)", Cluster: "mine", TaskDefinition: "xmr", Role: "arn:aws:iam::123456789012:role/s"})
		})
		time.Sleep(10 * time.Minute)
		got := r.listTasks(ecs.ListTasksInput{Cluster: new("mine"), StartedBy: new("chronos-schedule/nightly")})
		if len(got) != 1 {
			t.Fatalf("%d tasks after an interval", len(got))
		}
		g := must[scheduler.GetScheduleOutput](r, "GetSchedule", &scheduler.GetScheduleInput{Name: new("nightly")})
		must[scheduler.UpdateScheduleOutput](r, "UpdateSchedule", &scheduler.UpdateScheduleInput{Name: g.Name, ScheduleExpression: g.ScheduleExpression, Target: g.Target, FlexibleTimeWindow: g.FlexibleTimeWindow, State: schedtypes.ScheduleStateDisabled})
		time.Sleep(time.Hour)
		if n := len(r.running("mine")); n != 1 {
			t.Errorf("%d tasks: a disabled schedule fires", n)
		}
		if l := must[scheduler.ListSchedulesOutput](r, "ListSchedules", &scheduler.ListSchedulesInput{State: schedtypes.ScheduleStateEnabled}); len(l.Schedules) != 0 {
			t.Errorf("enabled ones %+v", l.Schedules)
		}
		if l := must[scheduler.ListSchedulesOutput](r, "ListSchedules", &scheduler.ListSchedulesInput{GroupName: new("default")}); len(l.Schedules) != 1 || *l.Schedules[0].Target.Arn != *g.Target.Arn {
			t.Errorf("all %+v", l.Schedules)
		}
		// A replacement that leaves out the state is enabled again.
		must[scheduler.UpdateScheduleOutput](r, "UpdateSchedule", &scheduler.UpdateScheduleInput{Name: g.Name, ScheduleExpression: g.ScheduleExpression, Target: g.Target, FlexibleTimeWindow: g.FlexibleTimeWindow})
		must[scheduler.DeleteScheduleOutput](r, "DeleteSchedule", &scheduler.DeleteScheduleInput{Name: g.Name})
		time.Sleep(time.Hour)
		if n := len(r.running("mine")); n != 1 {
			t.Errorf("%d tasks: a deleted schedule fires", n)
		}
		if e := refused[scheduler.GetScheduleOutput](r, "ResourceNotFoundException", "GetSchedule", &scheduler.GetScheduleInput{Name: g.Name}); e.Status != 404 {
			t.Errorf("status %d", e.Status)
		}
	})
}

func TestScheduleOnceThenGone(t *testing.T) {
	withECS(t, func(r *ecsRig) {
		r.breach(0)
		in := &scheduler.CreateScheduleInput{
			Name: new("once"), ScheduleExpression: new("at(" + time.Now().UTC().Add(time.Hour).Format("2006-01-02T15:04:05") + ")"),
			FlexibleTimeWindow: &schedtypes.FlexibleTimeWindow{Mode: schedtypes.FlexibleTimeWindowModeOff}, ActionAfterCompletion: schedtypes.ActionAfterCompletionDelete,
			Target: &schedtypes.Target{Arn: new("arn:aws:ecs:eu-west-3:123456789012:cluster/mine"), RoleArn: new("arn:aws:iam::123456789012:role/s"), EcsParameters: &schedtypes.EcsParameters{
				TaskDefinitionArn: new("xmr"), LaunchType: schedtypes.LaunchTypeFargate, TaskCount: new(int32(3)),
				NetworkConfiguration: &schedtypes.NetworkConfiguration{AwsvpcConfiguration: &schedtypes.AwsVpcConfiguration{Subnets: []string{"subnet-1"}}},
			}},
		}
		must[scheduler.CreateScheduleOutput](r, "CreateSchedule", in)
		if e := refused[scheduler.CreateScheduleOutput](r, "ConflictException", "CreateSchedule", in); e.Status != 409 {
			t.Errorf("status %d", e.Status)
		}
		time.Sleep(2 * time.Hour)
		if n := len(r.running("mine")); n != 3 {
			t.Errorf("%d tasks", n)
		}
		refused[scheduler.GetScheduleOutput](r, "ResourceNotFoundException", "GetSchedule", &scheduler.GetScheduleInput{Name: new("once")})
		refused[scheduler.ListSchedulesOutput](r, "ValidationException", "ListSchedules", &scheduler.ListSchedulesInput{MaxResults: new(int32(101))})
	})
}
