package cloud

import (
	"slices"

	aas "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	aastypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
)

// putScalingPolicy: a policy stands on a registered target, else ObjectNotFoundException (Application Auto Scaling API Reference,
// PutScalingPolicy). Policies are kept and shown; they scale nothing here.
func (p *compute) putScalingPolicy(call Call, in *aas.PutScalingPolicyInput) (*aas.PutScalingPolicyOutput, error) {
	g := p.scalingIn(call.Region)
	if _, err := g.target(in.ServiceNamespace, in.ResourceId, in.ScalableDimension); err != nil {
		return nil, err
	}
	key := policyKey(in.ServiceNamespace, *in.ResourceId, in.ScalableDimension, val(in.PolicyName))
	v := aastypes.ScalingPolicy{
		CreationTime: when(call.Now), Alarms: []aastypes.Alarm{},
		PolicyARN: str(p.c.ARN("autoscaling", call.Region, "scalingPolicy:"+p.c.UUID()+":resource/"+string(in.ServiceNamespace)+"/"+*in.ResourceId+":policyName/"+val(in.PolicyName))),
	}
	if old, ok := g.policies.get(key); ok {
		v = *old
	}
	v.PolicyName, v.ResourceId, v.ServiceNamespace, v.ScalableDimension = in.PolicyName, in.ResourceId, in.ServiceNamespace, in.ScalableDimension
	v.PolicyType, v.StepScalingPolicyConfiguration = in.PolicyType, in.StepScalingPolicyConfiguration
	v.TargetTrackingScalingPolicyConfiguration = in.TargetTrackingScalingPolicyConfiguration
	v.PredictiveScalingPolicyConfiguration = in.PredictiveScalingPolicyConfiguration
	g.policies.put(key, &v)
	return &aas.PutScalingPolicyOutput{PolicyARN: v.PolicyARN, Alarms: v.Alarms}, nil
}

func (p *compute) describeScalingPolicies(call Call, in *aas.DescribeScalingPoliciesInput) (*aas.DescribeScalingPoliciesOutput, error) {
	n, err := scalingLimit(in.MaxResults)
	if err != nil {
		return nil, err
	}
	items, next, ok := p.scalingIn(call.Region).policies.page(func(v *aastypes.ScalingPolicy) bool {
		return v.ServiceNamespace == in.ServiceNamespace && (in.ResourceId == nil || *v.ResourceId == *in.ResourceId) &&
			(in.ScalableDimension == "" || v.ScalableDimension == in.ScalableDimension) &&
			(len(in.PolicyNames) == 0 || slices.Contains(in.PolicyNames, *v.PolicyName))
	}, n, val(in.NextToken))
	if !ok {
		return nil, Errorf("InvalidNextTokenException", "The next token is not valid.")
	}
	out := &aas.DescribeScalingPoliciesOutput{ScalingPolicies: []aastypes.ScalingPolicy{}, NextToken: opt(next)}
	for _, v := range items {
		out.ScalingPolicies = append(out.ScalingPolicies, *v)
	}
	return out, nil
}

func (p *compute) deleteScalingPolicy(call Call, in *aas.DeleteScalingPolicyInput) (*aas.DeleteScalingPolicyOutput, error) {
	g := p.scalingIn(call.Region)
	key := policyKey(in.ServiceNamespace, val(in.ResourceId), in.ScalableDimension, val(in.PolicyName))
	if _, ok := g.policies.get(key); !ok {
		return nil, Errorf("ObjectNotFoundException", "No scaling policy found: %s", val(in.PolicyName))
	}
	g.policies.drop(key)
	return &aas.DeleteScalingPolicyOutput{}, nil
}

// putScheduledAction keeps a scheduled action; it is shown and deleted with its target, and does not scale here.
func (p *compute) putScheduledAction(call Call, in *aas.PutScheduledActionInput) (*aas.PutScheduledActionOutput, error) {
	g := p.scalingIn(call.Region)
	if _, err := g.target(in.ServiceNamespace, in.ResourceId, in.ScalableDimension); err != nil {
		return nil, err
	}
	g.actions.put(policyKey(in.ServiceNamespace, *in.ResourceId, in.ScalableDimension, val(in.ScheduledActionName)), &aastypes.ScheduledAction{
		CreationTime: when(call.Now), ResourceId: in.ResourceId, Schedule: in.Schedule, ScheduledActionName: in.ScheduledActionName,
		ScheduledActionARN: str(p.c.ARN("autoscaling", call.Region, "scheduledAction:"+p.c.UUID()+":resource/"+string(in.ServiceNamespace)+"/"+*in.ResourceId+":scheduledActionName/"+val(in.ScheduledActionName))),
		ServiceNamespace:   in.ServiceNamespace, ScalableDimension: in.ScalableDimension, ScalableTargetAction: in.ScalableTargetAction,
		StartTime: in.StartTime, EndTime: in.EndTime, Timezone: in.Timezone,
	})
	return &aas.PutScheduledActionOutput{}, nil
}

func (p *compute) describeScheduledActions(call Call, in *aas.DescribeScheduledActionsInput) (*aas.DescribeScheduledActionsOutput, error) {
	n, err := scalingLimit(in.MaxResults)
	if err != nil {
		return nil, err
	}
	items, next, ok := p.scalingIn(call.Region).actions.page(func(v *aastypes.ScheduledAction) bool {
		return v.ServiceNamespace == in.ServiceNamespace && (in.ResourceId == nil || *v.ResourceId == *in.ResourceId) &&
			(in.ScalableDimension == "" || v.ScalableDimension == in.ScalableDimension) &&
			(len(in.ScheduledActionNames) == 0 || slices.Contains(in.ScheduledActionNames, *v.ScheduledActionName))
	}, n, val(in.NextToken))
	if !ok {
		return nil, Errorf("InvalidNextTokenException", "The next token is not valid.")
	}
	out := &aas.DescribeScheduledActionsOutput{ScheduledActions: []aastypes.ScheduledAction{}, NextToken: opt(next)}
	for _, v := range items {
		out.ScheduledActions = append(out.ScheduledActions, *v)
	}
	return out, nil
}

func (p *compute) deleteScheduledAction(call Call, in *aas.DeleteScheduledActionInput) (*aas.DeleteScheduledActionOutput, error) {
	g := p.scalingIn(call.Region)
	key := policyKey(in.ServiceNamespace, val(in.ResourceId), in.ScalableDimension, val(in.ScheduledActionName))
	if _, ok := g.actions.get(key); !ok {
		return nil, Errorf("ObjectNotFoundException", "No scheduled action found: %s", val(in.ScheduledActionName))
	}
	g.actions.drop(key)
	return &aas.DeleteScheduledActionOutput{}, nil
}
