package autoscaling

import (
	"context"
	"fmt"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// What AWS deletes with a scaling target, by the names of its evidence.
const (
	policiesEvidence = "scaling policies"
	actionsEvidence  = "scheduled actions"
)

// targetAgain are the inverses of DeregisterScalableTarget, which takes policies and scheduled
// actions along.
func targetAgain(owners []model.Ref) []plan.Step {
	return []plan.Step{
		{
			Op: "application-autoscaling:RegisterScalableTarget", Goal: plan.Exists, Needs: owners,
			Proof: "DescribeScalableTargets shows it",
		},
		{Op: "application-autoscaling:PutScalingPolicy", Goal: plan.Changed, Proof: "DescribeScalingPolicies names it"},
		{Op: "application-autoscaling:PutScheduledAction", Goal: plan.Changed, Proof: "DescribeScheduledActions names it"},
	}
}

func (k scaling) undoOps() map[string]kind.Op {
	again := []string{"ConcurrentUpdateException"}
	return map[string]kind.Op{
		"application-autoscaling:RegisterScalableTarget": {Call: k.register, Again: again, Prepare: k.prepareTarget},
		"application-autoscaling:PutScalingPolicy": {
			Call: k.putPolicy, Again: again, Prepare: k.preparePolicies, Prove: k.provePolicy,
			Reads: []string{"application-autoscaling:DescribeScalingPolicies"},
		},
		"application-autoscaling:PutScheduledAction": {
			Call: k.putAction, Again: again, Prepare: k.prepareActions, Prove: k.proveAction,
			Reads: []string{"application-autoscaling:DescribeScheduledActions"},
		},
	}
}

// prepareTarget leaves the role out: for ECS the service-linked one is used whatever is said
// (Application Auto Scaling API Reference, RegisterScalableTarget, RoleARN).
func (k scaling) prepareTarget(step plan.Step, kept kind.Kept) ([]plan.Step, error) {
	var was types.ScalableTarget
	if err := kind.FromEvidence(kept, "record", &was); err != nil {
		return nil, err
	}
	return kind.WithRequest(step, applicationautoscaling.RegisterScalableTargetInput{
		MinCapacity: was.MinCapacity, MaxCapacity: was.MaxCapacity, SuspendedState: was.SuspendedState,
	})
}

func (k scaling) register(ctx context.Context, v *kind.Visit, step plan.Step) (kind.Answer, error) {
	in, err := kind.Request[applicationautoscaling.RegisterScalableTargetInput](step)
	if err != nil {
		return kind.Answer{}, err
	}
	in.ServiceNamespace, in.ScalableDimension = types.ServiceNamespaceEcs, types.ScalableDimensionECSServiceDesiredCount
	in.ResourceId = sdk.String(step.Targets[0].ID)
	_, err = client(v).RegisterScalableTarget(ctx, in)
	return kind.Answer{}, err
}

// preparePolicies makes a step of each policy. One that only follows a metric comes back with
// alarms of its own; the alarms of a step policy point to the old one, so that it cannot come back
// exactly.
func (k scaling) preparePolicies(step plan.Step, kept kind.Kept) ([]plan.Step, error) {
	var all []types.ScalingPolicy
	if err := kind.FromEvidence(kept, policiesEvidence, &all); err != nil {
		return nil, err
	}
	var steps []plan.Step
	for _, p := range all {
		name := sdk.ToString(p.PolicyName)
		if p.PolicyType != types.PolicyTypeTargetTrackingScaling {
			return nil, fmt.Errorf("its policy %s is a %s, whose alarms would point to the old one: put it back by hand", model.Clean(name), p.PolicyType)
		}
		more, err := kind.WithRequest(step, applicationautoscaling.PutScalingPolicyInput{
			PolicyName: p.PolicyName, PolicyType: p.PolicyType,
			TargetTrackingScalingPolicyConfiguration: p.TargetTrackingScalingPolicyConfiguration,
		})
		if err != nil {
			return nil, err
		}
		steps = append(steps, more...)
	}
	return steps, nil
}

func (k scaling) putPolicy(ctx context.Context, v *kind.Visit, step plan.Step) (kind.Answer, error) {
	in, err := kind.Request[applicationautoscaling.PutScalingPolicyInput](step)
	if err != nil {
		return kind.Answer{}, err
	}
	in.ServiceNamespace, in.ScalableDimension = types.ServiceNamespaceEcs, types.ScalableDimensionECSServiceDesiredCount
	in.ResourceId = sdk.String(step.Targets[0].ID)
	_, err = client(v).PutScalingPolicy(ctx, in)
	return kind.Answer{}, err
}

func (k scaling) provePolicy(ctx context.Context, v *kind.Visit, step plan.Step, _ kind.Receipt) (kind.Proof, error) {
	in, err := kind.Request[applicationautoscaling.PutScalingPolicyInput](step)
	if err != nil {
		return kind.Proof{}, err
	}
	all, err := policiesOf(ctx, v, step.Targets[0].ID)
	if err != nil {
		return kind.Proof{}, err
	}
	for _, p := range all {
		if sdk.ToString(p.PolicyName) == sdk.ToString(in.PolicyName) {
			return kind.Proof{State: kind.Reached}, nil
		}
	}
	return kind.Proof{Why: "policy " + model.Clean(sdk.ToString(in.PolicyName)) + " is not there yet"}, nil
}

func (k scaling) prepareActions(step plan.Step, kept kind.Kept) ([]plan.Step, error) {
	var all []types.ScheduledAction
	if err := kind.FromEvidence(kept, actionsEvidence, &all); err != nil {
		return nil, err
	}
	var steps []plan.Step
	for _, a := range all {
		more, err := kind.WithRequest(step, applicationautoscaling.PutScheduledActionInput{
			ScheduledActionName: a.ScheduledActionName, Schedule: a.Schedule, Timezone: a.Timezone,
			StartTime: a.StartTime, EndTime: a.EndTime, ScalableTargetAction: a.ScalableTargetAction,
		})
		if err != nil {
			return nil, err
		}
		steps = append(steps, more...)
	}
	return steps, nil
}

func (k scaling) putAction(ctx context.Context, v *kind.Visit, step plan.Step) (kind.Answer, error) {
	in, err := kind.Request[applicationautoscaling.PutScheduledActionInput](step)
	if err != nil {
		return kind.Answer{}, err
	}
	in.ServiceNamespace, in.ScalableDimension = types.ServiceNamespaceEcs, types.ScalableDimensionECSServiceDesiredCount
	in.ResourceId = sdk.String(step.Targets[0].ID)
	_, err = client(v).PutScheduledAction(ctx, in)
	return kind.Answer{}, err
}

func (k scaling) proveAction(ctx context.Context, v *kind.Visit, step plan.Step, _ kind.Receipt) (kind.Proof, error) {
	in, err := kind.Request[applicationautoscaling.PutScheduledActionInput](step)
	if err != nil {
		return kind.Proof{}, err
	}
	all, err := actionsOf(ctx, v, step.Targets[0].ID)
	if err != nil {
		return kind.Proof{}, err
	}
	for _, a := range all {
		if sdk.ToString(a.ScheduledActionName) == sdk.ToString(in.ScheduledActionName) {
			return kind.Proof{State: kind.Reached}, nil
		}
	}
	return kind.Proof{Why: "scheduled action " + model.Clean(sdk.ToString(in.ScheduledActionName)) + " is not there yet"}, nil
}
