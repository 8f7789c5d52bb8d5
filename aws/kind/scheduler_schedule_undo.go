package kind

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"

	"github.com/rootout/rootout/model/plan"
)

// scheduleAgain is the inverse of DeleteSchedule.
func scheduleAgain() []plan.Step {
	return []plan.Step{{Op: "scheduler:CreateSchedule", Goal: plan.Exists, Proof: "GetSchedule shows it"}}
}

func (k schedule) prepareCreating(step plan.Step, kept Kept) ([]plan.Step, error) {
	var was scheduler.GetScheduleOutput
	if err := fromEvidence(kept, "record", &was); err != nil {
		return nil, err
	}
	return withRequest(step, scheduler.CreateScheduleInput{
		ActionAfterCompletion: was.ActionAfterCompletion, Description: was.Description, EndDate: was.EndDate,
		FlexibleTimeWindow: was.FlexibleTimeWindow, KmsKeyArn: was.KmsKeyArn, ScheduleExpression: was.ScheduleExpression,
		ScheduleExpressionTimezone: was.ScheduleExpressionTimezone, StartDate: was.StartDate, State: was.State,
		Target: was.Target,
	})
}

func (k schedule) create(ctx context.Context, v *Visit, step plan.Step) (Answer, error) {
	in, err := request[scheduler.CreateScheduleInput](step)
	if err != nil {
		return Answer{}, err
	}
	group, name := scheduleOf(step.Targets[0])
	in.GroupName, in.Name = sdk.String(group), sdk.String(name)
	_, err = schedulerClient(v).CreateSchedule(ctx, in)
	return Answer{}, err
}
