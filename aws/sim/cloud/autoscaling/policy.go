package autoscaling

import (
	"slices"

	aas "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	aastypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// putScalingPolicy: a policy stands on a registered target, else ObjectNotFoundException
// (Application Auto Scaling API Reference, PutScalingPolicy). Policies are kept and shown; they
// scale nothing here.
func (a *AutoScaling) putScalingPolicy(call cloud.Call, in *aas.PutScalingPolicyInput) (*aas.PutScalingPolicyOutput, error) {
	g := a.regions.At(call.Place)
	if _, err := g.find(in.ServiceNamespace, in.ResourceId, in.ScalableDimension); err != nil {
		return nil, err
	}
	key := policyKey(in.ServiceNamespace, *in.ResourceId, in.ScalableDimension, ptr.Val(in.PolicyName))
	v := aastypes.ScalingPolicy{
		CreationTime: ptr.Time(call.Now), Alarms: []aastypes.Alarm{},
		PolicyARN: new(a.c.ARNIn(call.Place, "autoscaling", "scalingPolicy:"+a.c.UUID()+":resource/"+string(in.ServiceNamespace)+"/"+*in.ResourceId+":policyName/"+ptr.Val(in.PolicyName))),
	}
	if old, ok := g.policies.Get(key); ok {
		v = *old
	}
	v.PolicyName, v.ResourceId, v.ServiceNamespace, v.ScalableDimension = in.PolicyName, in.ResourceId, in.ServiceNamespace, in.ScalableDimension
	v.PolicyType, v.StepScalingPolicyConfiguration = in.PolicyType, in.StepScalingPolicyConfiguration
	v.TargetTrackingScalingPolicyConfiguration = in.TargetTrackingScalingPolicyConfiguration
	v.PredictiveScalingPolicyConfiguration = in.PredictiveScalingPolicyConfiguration
	g.policies.Set(key, &v)
	return &aas.PutScalingPolicyOutput{PolicyARN: v.PolicyARN, Alarms: v.Alarms}, nil
}

func (a *AutoScaling) describeScalingPolicies(call cloud.Call, in *aas.DescribeScalingPoliciesInput) (*aas.DescribeScalingPoliciesOutput, error) {
	n, err := scalingLimit(in.MaxResults)
	if err != nil {
		return nil, err
	}
	items, next, ok := a.regions.At(call.Place).policies.Page(func(v *aastypes.ScalingPolicy) bool {
		return v.ServiceNamespace == in.ServiceNamespace && (in.ResourceId == nil || *v.ResourceId == *in.ResourceId) &&
			(in.ScalableDimension == "" || v.ScalableDimension == in.ScalableDimension) &&
			(len(in.PolicyNames) == 0 || slices.Contains(in.PolicyNames, *v.PolicyName))
	}, n, ptr.Val(in.NextToken))
	if !ok {
		return nil, cloud.Errorf("InvalidNextTokenException", "The next token is not valid.")
	}
	out := &aas.DescribeScalingPoliciesOutput{ScalingPolicies: []aastypes.ScalingPolicy{}, NextToken: ptr.Opt(next)}
	for _, v := range items {
		out.ScalingPolicies = append(out.ScalingPolicies, *v)
	}
	return out, nil
}

func (a *AutoScaling) deleteScalingPolicy(call cloud.Call, in *aas.DeleteScalingPolicyInput) (*aas.DeleteScalingPolicyOutput, error) {
	g := a.regions.At(call.Place)
	key := policyKey(in.ServiceNamespace, ptr.Val(in.ResourceId), in.ScalableDimension, ptr.Val(in.PolicyName))
	if _, ok := g.policies.Get(key); !ok {
		return nil, cloud.Errorf("ObjectNotFoundException", "No scaling policy found: %s", ptr.Val(in.PolicyName))
	}
	g.policies.Delete(key)
	return &aas.DeleteScalingPolicyOutput{}, nil
}

// putScheduledAction keeps a scheduled action; it is shown and deleted with its target, and does
// not scale here.
func (a *AutoScaling) putScheduledAction(call cloud.Call, in *aas.PutScheduledActionInput) (*aas.PutScheduledActionOutput, error) {
	g := a.regions.At(call.Place)
	if _, err := g.find(in.ServiceNamespace, in.ResourceId, in.ScalableDimension); err != nil {
		return nil, err
	}
	g.actions.Set(policyKey(in.ServiceNamespace, *in.ResourceId, in.ScalableDimension, ptr.Val(in.ScheduledActionName)), &aastypes.ScheduledAction{
		CreationTime: ptr.Time(call.Now), ResourceId: in.ResourceId, Schedule: in.Schedule, ScheduledActionName: in.ScheduledActionName,
		ScheduledActionARN: new(a.c.ARNIn(call.Place, "autoscaling", "scheduledAction:"+a.c.UUID()+":resource/"+string(in.ServiceNamespace)+"/"+*in.ResourceId+":scheduledActionName/"+ptr.Val(in.ScheduledActionName))),
		ServiceNamespace:   in.ServiceNamespace, ScalableDimension: in.ScalableDimension, ScalableTargetAction: in.ScalableTargetAction,
		StartTime: in.StartTime, EndTime: in.EndTime, Timezone: in.Timezone,
	})
	return &aas.PutScheduledActionOutput{}, nil
}

func (a *AutoScaling) describeScheduledActions(call cloud.Call, in *aas.DescribeScheduledActionsInput) (*aas.DescribeScheduledActionsOutput, error) {
	n, err := scalingLimit(in.MaxResults)
	if err != nil {
		return nil, err
	}
	items, next, ok := a.regions.At(call.Place).actions.Page(func(v *aastypes.ScheduledAction) bool {
		return v.ServiceNamespace == in.ServiceNamespace && (in.ResourceId == nil || *v.ResourceId == *in.ResourceId) &&
			(in.ScalableDimension == "" || v.ScalableDimension == in.ScalableDimension) &&
			(len(in.ScheduledActionNames) == 0 || slices.Contains(in.ScheduledActionNames, *v.ScheduledActionName))
	}, n, ptr.Val(in.NextToken))
	if !ok {
		return nil, cloud.Errorf("InvalidNextTokenException", "The next token is not valid.")
	}
	out := &aas.DescribeScheduledActionsOutput{ScheduledActions: []aastypes.ScheduledAction{}, NextToken: ptr.Opt(next)}
	for _, v := range items {
		out.ScheduledActions = append(out.ScheduledActions, *v)
	}
	return out, nil
}

func (a *AutoScaling) deleteScheduledAction(call cloud.Call, in *aas.DeleteScheduledActionInput) (*aas.DeleteScheduledActionOutput, error) {
	g := a.regions.At(call.Place)
	key := policyKey(in.ServiceNamespace, ptr.Val(in.ResourceId), in.ScalableDimension, ptr.Val(in.ScheduledActionName))
	if _, ok := g.actions.Get(key); !ok {
		return nil, cloud.Errorf("ObjectNotFoundException", "No scheduled action found: %s", ptr.Val(in.ScheduledActionName))
	}
	g.actions.Delete(key)
	return &aas.DeleteScheduledActionOutput{}, nil
}
