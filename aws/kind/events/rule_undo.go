package events

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// The inverses of the three steps that remove a rule. A rule that was deleted comes back disabled,
// so that it does not fire before its targets are there.
func enableAgain() []plan.Step {
	return []plan.Step{{Op: "events:EnableRule", Goal: plan.Changed, Proof: "DescribeRule says ENABLED"}}
}

func targetsAgain(r *model.Resource, ids string) []plan.Step {
	return []plan.Step{{
		Op: "events:PutTargets", Goal: plan.Changed, Params: map[string]string{"ids": ids}, Names: slices.Concat(r.Owners, r.Uses),
		Proof: "ListTargetsByRule names them",
	}}
}

func ruleAgain() []plan.Step {
	return []plan.Step{{Op: "events:PutRule", Goal: plan.Exists, Proof: "DescribeRule shows it"}}
}

// undoOps are the operations of those inverses.
func (k rule) undoOps() map[string]kind.Op {
	again := []string{"ConcurrentModificationException"}
	return map[string]kind.Op{
		"events:EnableRule": {Call: k.enable, Again: again, Prepare: k.prepareEnabling, Prove: k.proveEnabled, Reads: []string{"events:DescribeRule"}},
		"events:PutTargets": {
			Call: k.putTargets, Again: again, Prepare: k.prepareTargets, Prove: k.proveTargets,
			Reads: []string{"events:ListTargetsByRule"}, Actions: []string{"iam:PassRole"},
		},
		"events:PutRule": {Call: k.putRule, Again: again, Prepare: k.prepareRule},
	}
}

// recorded is the record of a rule as evidence.
func recorded(kept kind.Kept) (types.Rule, error) {
	var record struct{ Rule types.Rule }
	err := kind.FromEvidence(kept, "record", &record)
	return record.Rule, err
}

func (k rule) prepareEnabling(step plan.Step, kept kind.Kept) ([]plan.Step, error) {
	r, err := recorded(kept)
	if err != nil {
		return nil, err
	}
	if r.State != types.RuleStateEnabled {
		return nil, fmt.Errorf("it was %s, which EnableRule does not bring back", r.State)
	}
	return []plan.Step{step}, nil
}

func (k rule) enable(ctx context.Context, v *kind.Visit, step plan.Step) (kind.Answer, error) {
	name, bus := ruleOf(step)
	_, err := client(v).EnableRule(ctx, &eventbridge.EnableRuleInput{Name: name, EventBusName: bus})
	return kind.Answer{}, err
}

func (k rule) proveEnabled(ctx context.Context, v *kind.Visit, step plan.Step, _ kind.Receipt) (kind.Proof, error) {
	name, bus := ruleOf(step)
	out, err := client(v).DescribeRule(ctx, &eventbridge.DescribeRuleInput{Name: name, EventBusName: bus})
	switch {
	case kind.HasCode(err, ruleGone()...):
		return kind.Proof{State: kind.Lost, Why: "it is not there any more"}, nil
	case err != nil:
		return kind.Proof{}, err
	case out.State == types.RuleStateDisabled:
		return kind.Proof{Why: "it is still disabled"}, nil
	}
	return kind.Proof{State: kind.Reached, Why: string(out.State)}, nil
}

// prepareTargets picks the targets that one RemoveTargets took, as they were before.
func (k rule) prepareTargets(step plan.Step, kept kind.Kept) ([]plan.Step, error) {
	var all []types.Target
	if err := kind.FromEvidence(kept, "targets", &all); err != nil {
		return nil, err
	}
	ids := strings.Split(step.Params["ids"], ",")
	all = slices.DeleteFunc(all, func(t types.Target) bool { return !slices.Contains(ids, sdk.ToString(t.Id)) })
	if len(all) != len(ids) {
		return nil, errors.New("the evidence does not hold all of its targets")
	}
	return kind.WithRequest(step, eventbridge.PutTargetsInput{Targets: all})
}

func (k rule) putTargets(ctx context.Context, v *kind.Visit, step plan.Step) (kind.Answer, error) {
	in, err := kind.Request[eventbridge.PutTargetsInput](step)
	if err != nil {
		return kind.Answer{}, err
	}
	in.Rule, in.EventBusName = ruleOf(step)
	out, err := client(v).PutTargets(ctx, in)
	if err != nil {
		return kind.Answer{}, err
	}
	return targetsPut(v, step, out), nil
}

// targetsPut reads what became of the targets.
func targetsPut(v *kind.Visit, step plan.Step, out *eventbridge.PutTargetsOutput) kind.Answer {
	switch {
	case len(out.FailedEntries) > 0:
		f := out.FailedEntries[0]
		return refusedTarget(v, step, f.ErrorCode, f.TargetId, f.ErrorMessage)
	case out.FailedEntryCount > 0:
		return refusedUnnamed(v, step, out.FailedEntryCount)
	}
	return kind.Answer{}
}

func (k rule) proveTargets(ctx context.Context, v *kind.Visit, step plan.Step, _ kind.Receipt) (kind.Proof, error) {
	in, err := kind.Request[eventbridge.PutTargetsInput](step)
	if err != nil {
		return kind.Proof{}, err
	}
	name, bus := ruleOf(step)
	there, err := targetsOf(ctx, v, sdk.ToString(name), sdk.ToString(bus))
	if err != nil && !kind.HasCode(err, ruleGone()...) {
		return kind.Proof{}, err
	}
	for _, t := range in.Targets {
		if !slices.ContainsFunc(there, func(now types.Target) bool {
			return sdk.ToString(now.Id) == sdk.ToString(t.Id) && sdk.ToString(now.Arn) == sdk.ToString(t.Arn)
		}) {
			return kind.Proof{Why: "target " + sdk.ToString(t.Id) + " is not there yet"}, nil
		}
	}
	return kind.Proof{State: kind.Reached}, nil
}

func (k rule) prepareRule(step plan.Step, kept kind.Kept) ([]plan.Step, error) {
	r, err := recorded(kept)
	if err != nil {
		return nil, err
	}
	return kind.WithRequest(step, eventbridge.PutRuleInput{
		Description: r.Description, EventPattern: r.EventPattern, RoleArn: r.RoleArn, ScheduleExpression: r.ScheduleExpression,
		State: types.RuleStateDisabled,
	})
}

func (k rule) putRule(ctx context.Context, v *kind.Visit, step plan.Step) (kind.Answer, error) {
	in, err := kind.Request[eventbridge.PutRuleInput](step)
	if err != nil {
		return kind.Answer{}, err
	}
	in.Name, in.EventBusName = ruleOf(step)
	_, err = client(v).PutRule(ctx, in)
	return kind.Answer{}, err
}
