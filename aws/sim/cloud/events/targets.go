package events

import (
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
)

// targetsMost is the quota of targets a rule (Amazon EventBridge quotas, "Targets": 5 per rule).
const targetsMost = 5

// putTargets adds targets or replaces those of the same id. An ECS target must carry a role and a
// task definition (EventBridge API Reference, PutTargets and EcsParameters).
func (e *EventBridge) putTargets(call cloud.Call, in *eventbridge.PutTargetsInput) (*eventbridge.PutTargetsOutput, error) {
	r, err := e.ownRule(call, in.EventBusName, in.Rule, false)
	if err != nil {
		return nil, err
	}
	if len(in.Targets) == 0 {
		return nil, cloud.Validation("Targets cannot be empty.")
	}
	for _, t := range in.Targets {
		if ptr.Val(t.Id) == "" || ptr.Val(t.Arn) == "" {
			return nil, cloud.Validation("Each target needs an Id and an Arn.")
		}
		if task := t.EcsParameters; task != nil && (ptr.Val(task.TaskDefinitionArn) == "" || ptr.Val(t.RoleArn) == "") {
			return nil, cloud.Validation("RoleArn and TaskDefinitionArn are required for target %s.", *t.Arn)
		}
	}
	next := slices.Clone(r.targets)
	for _, t := range in.Targets {
		if i := slices.IndexFunc(next, func(o ebtypes.Target) bool { return *o.Id == *t.Id }); i >= 0 {
			next[i] = t
		} else {
			next = append(next, t)
		}
	}
	if len(next) > targetsMost {
		return nil, cloud.Errorf("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
	}
	r.targets = next
	return &eventbridge.PutTargetsOutput{FailedEntries: []ebtypes.PutTargetsResultEntry{}}, nil
}

// removeTargets answers with the ids that were not there as failed entries (EventBridge API
// Reference, RemoveTargets, FailedEntries).
func (e *EventBridge) removeTargets(call cloud.Call, in *eventbridge.RemoveTargetsInput) (*eventbridge.RemoveTargetsOutput, error) {
	r, err := e.ownRule(call, in.EventBusName, in.Rule, in.Force)
	if err != nil {
		return nil, err
	}
	if len(in.Ids) == 0 || len(in.Ids) > 100 {
		return nil, cloud.Validation("Ids can have 1 to 100 items.")
	}
	out := &eventbridge.RemoveTargetsOutput{FailedEntries: []ebtypes.RemoveTargetsResultEntry{}}
	for _, id := range in.Ids {
		if !r.has(id) {
			out.FailedEntryCount++
			out.FailedEntries = append(out.FailedEntries, ebtypes.RemoveTargetsResultEntry{
				TargetId: new(id), ErrorCode: new("ResourceNotFoundException"), ErrorMessage: new("Rule " + r.name + " does not have a target with the Id " + id + "."),
			})
			continue
		}
		r.targets = slices.DeleteFunc(slices.Clone(r.targets), func(t ebtypes.Target) bool { return *t.Id == id })
	}
	return out, nil
}

func (e *EventBridge) listTargetsByRule(call cloud.Call, in *eventbridge.ListTargetsByRuleInput) (*eventbridge.ListTargetsByRuleOutput, error) {
	n, err := eventsLimit(in.Limit)
	if err != nil {
		return nil, err
	}
	r, err := e.rule(call, in.EventBusName, in.Rule)
	if err != nil {
		return nil, err
	}
	start := 0
	if in.NextToken != nil {
		end, ok := cloud.OpenToken(*in.NextToken)
		if start, err = strconv.Atoi(end); !ok || err != nil || start < 0 || start > len(r.targets) {
			return nil, badToken()
		}
	}
	end := min(start+n, len(r.targets))
	out := &eventbridge.ListTargetsByRuleOutput{Targets: append([]ebtypes.Target{}, r.targets[start:end]...)}
	if end < len(r.targets) {
		out.NextToken = new(cloud.SealToken(strconv.Itoa(end)))
	}
	return out, nil
}

func (e *EventBridge) listRuleNamesByTarget(call cloud.Call, in *eventbridge.ListRuleNamesByTargetInput) (*eventbridge.ListRuleNamesByTargetOutput, error) {
	n, err := eventsLimit(in.Limit)
	if err != nil {
		return nil, err
	}
	g := e.rules.At(call.Place)
	bus, err := g.bus(in.EventBusName)
	if err != nil {
		return nil, err
	}
	items, next, ok := g.Page(func(r *eventRule) bool {
		return r.bus == bus.name && slices.ContainsFunc(r.targets, func(t ebtypes.Target) bool { return ptr.Val(t.Arn) == ptr.Val(in.TargetArn) })
	}, n, ptr.Val(in.NextToken))
	if !ok {
		return nil, badToken()
	}
	out := &eventbridge.ListRuleNamesByTargetOutput{RuleNames: []string{}, NextToken: ptr.Opt(next)}
	for _, r := range items {
		out.RuleNames = append(out.RuleNames, r.name)
	}
	return out, nil
}
