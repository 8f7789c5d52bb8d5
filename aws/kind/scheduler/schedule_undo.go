package scheduler

import (
	"context"
	"slices"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// scheduleAgain is the inverse of DeleteSchedule.
func scheduleAgain(r *model.Resource) []plan.Step {
	return []plan.Step{{
		Op: "scheduler:CreateSchedule", Goal: plan.Exists, Names: slices.Concat(r.Owners, r.Uses), Proof: "GetSchedule shows it",
	}}
}

func (k schedule) prepareCreating(step plan.Step, kept kind.Kept) ([]plan.Step, error) {
	var was scheduler.GetScheduleOutput
	if err := kind.FromEvidence(kept, "record", &was); err != nil {
		return nil, err
	}
	return kind.WithRequest(step, scheduler.CreateScheduleInput{
		ActionAfterCompletion: was.ActionAfterCompletion, Description: was.Description, EndDate: was.EndDate,
		FlexibleTimeWindow: was.FlexibleTimeWindow, KmsKeyArn: was.KmsKeyArn, ScheduleExpression: was.ScheduleExpression,
		ScheduleExpressionTimezone: was.ScheduleExpressionTimezone, StartDate: was.StartDate, State: was.State,
		Target: was.Target,
	})
}

func (k schedule) create(ctx context.Context, v *kind.Visit, step plan.Step) (kind.Answer, error) {
	in, err := kind.Request[scheduler.CreateScheduleInput](step)
	if err != nil {
		return kind.Answer{}, err
	}
	group, name := scheduleOf(step.Targets[0])
	in.GroupName, in.Name = sdk.String(group), sdk.String(name)
	_, err = client(v).CreateSchedule(ctx, in)
	return kind.Answer{}, err
}
