// Package events are the kinds of Amazon EventBridge: rules that start ECS tasks.
//
// It must not know the kinds of other services but by the names in ecsref, nor screens, cases or
// the order of a run.
package events

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/ecsref"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// Rule is `events:rule`, as far as it starts ECS tasks, on every bus of the region.
func Rule() kind.Def {
	k := newRule()
	return kind.Def{
		Kind: model.Kind{
			ID: ecsref.RuleKind, Aliases: []string{"rule"}, Title: "RULE", Plural: "event rules", Order: 80,
			Fields: k.fields, Phase: model.Silence, Undo: model.UndoExactly,
			States: kind.Texts(types.RuleState("").Values()),
			MadeBy: []model.EventOf{
				{Event: "events.amazonaws.com:PutRule", IDs: []string{"{responseElements.ruleArn}"}},
			},
			EndedBy: []model.EventOf{
				{Event: "events.amazonaws.com:DeleteRule", IDs: []string{
					"arn:{partition}:events:{region}:{account}:rule/{requestParameters.eventBusName|tail|not:default}/{requestParameters.name}",
					"arn:{partition}:events:{region}:{account}:rule/{requestParameters.name}",
				}},
			},
			Console: func(r *model.Resource) string {
				return model.ConsoleURL(r.Ref.Partition, r.Ref.Region,
					"/events/home?region="+r.Ref.Region+"#/eventbus/"+kind.EscapePath(k.bus(r).String())+"/rules/"+kind.EscapePath(kind.Tail(r.Ref.ID)))
			},
			CLI: k.cli,
		},
		List: k.list, Calls: []string{"events:ListEventBuses", "events:ListRules", "events:ListTargetsByRule", "ecs:DescribeTaskDefinition"},
		Secret:   secret(),
		Evidence: k.evidence, EvidenceCalls: []string{"events:ListTargetsByRule"},
		Rule: plan.Rule{Verbs: plan.ByDeleting(plan.Way{Steps: k.steps, Refuse: k.refuse, Warn: func(r *model.Resource, _ *model.Graph, _ func(model.Ref) bool) plan.Warning {
			if n, _ := k.others(r).Number(); n == 0 {
				return plan.Warning{}
			}
			return plan.Warning{
				Name: r.Name, One: "rule " + r.Name + " has targets besides ECS, which stop too",
				Many: "rules have targets besides ECS, which stop too",
			}
		}})},
		Ops:  k.ops(),
		Read: k.prove, ReadBatch: 20, ReadCalls: []string{"events:DescribeRule"},
	}
}

// secret is what EventBridge sends along to HTTP endpoints, whatever it is.
func secret() []string { return []string{"HttpParameters"} }

// record is AWS's record of a rule or of its targets.
func record(v *kind.Visit, value any) kind.Recorded {
	return kind.Record(value, ecsref.Writing(secret()...), v.Sealer)
}

// client asks Amazon EventBridge in the visit's region.
func client(v *kind.Visit) *eventbridge.Client {
	return aws.Client(v.Clients, eventbridge.NewFromConfig)
}

type rule struct {
	fields                          []model.Field
	values                          func(aimed) []model.Value
	bus, targets, managedBy, others func(*model.Resource) model.Value
}

// aimed is a rule with its targets.
type aimed struct {
	types.Rule
	targets []types.Target
	starts  ecsref.Starts
}

func newRule() rule {
	fields, values := kind.Columns(ruleColumns()...)
	return rule{
		fields: fields, values: values, bus: kind.Getter(fields, "bus"), targets: kind.Getter(fields, "targets"), managedBy: kind.Getter(fields, "managedby"),
		others: kind.Getter(fields, "others"),
	}
}

func ruleColumns() []kind.Column[aimed] {
	starts := ecsref.Columns(
		func(r aimed) *ecsref.Starts { return &r.starts },
		func(r aimed) *string { return r.ScheduleExpression },
	)
	return append(starts, []kind.Column[aimed]{
		{
			Field: model.Field{ID: "pattern", Key: "eventPattern", Title: "PATTERN", Order: 31, Help: "what events make it fire"},
			From:  func(r aimed) model.Value { return model.TextPtr(r.EventPattern) },
		},
		{
			Field: model.Field{ID: "bus", Key: "eventBus", Title: "BUS", Order: 32, Help: "the event bus that it listens on"},
			From:  func(r aimed) model.Value { return model.Text(busName(r.EventBusName)) },
		},
		{
			Field: model.Field{ID: "managedby", Key: "managedBy", Title: "MANAGED BY", Order: 33, Help: "the AWS service that made it and looks after it"},
			From:  func(r aimed) model.Value { return model.TextPtr(r.ManagedBy) },
		},
		{
			Field: model.Field{ID: "others", Key: "otherTargets", Title: "OTHERS", Type: model.NumberField, Unit: model.CountOfThem, Order: 34, Help: "targets that have nothing to do with ECS"},
			From:  func(r aimed) model.Value { return model.Number(float64(r.starts.Other)) },
		},
		{
			Field: model.Field{ID: "role", Key: "role", Title: "ROLE", Order: 35, Help: "the roles that it starts tasks with"},
			From: func(r aimed) model.Value {
				roles := []string{sdk.ToString(r.RoleArn)}
				for _, t := range r.targets {
					roles = append(roles, sdk.ToString(t.RoleArn))
				}
				return model.List(kind.Distinct(roles)...)
			},
		},
		{
			Field: model.Field{ID: "targets", Key: "targetIds", Title: "TARGETS", Order: 105, Help: "the ids of all its targets"},
			From: func(r aimed) model.Value {
				var all []string
				for _, t := range r.targets {
					all = append(all, sdk.ToString(t.Id))
				}
				return model.List(all...)
			},
		},
		{
			Field: model.Field{ID: "description", Key: "description", Title: "DESCRIPTION", Order: 106, Help: "what its maker wrote about it"},
			From:  func(r aimed) model.Value { return model.TextPtr(r.Description) },
		},
	}...)
}

// busName is the name of a bus by its name or ARN, "default" where AWS leaves it out. A partner's
// bus has slashes in its name.
func busName(bus *string) string {
	name := sdk.ToString(bus)
	if resource := kind.ResourceOf(name); resource != "" {
		name = strings.TrimPrefix(resource, "event-bus/")
	}
	if name == "" {
		return "default"
	}
	return name
}

// resource is nil for a rule that has nothing to do with ECS. With an error it lacks the revisions
// that its targets mean by a family.
func (k rule) resource(ctx context.Context, v *kind.Visit, r types.Rule, targets []types.Target) (*model.Resource, []byte, error) {
	a := aimed{Rule: r, targets: targets}
	for _, t := range targets {
		definition := ""
		if t.EcsParameters != nil {
			definition = sdk.ToString(t.EcsParameters.TaskDefinitionArn)
		}
		a.starts.Add(v, ecsref.Templated(sdk.ToString(t.Arn), definition))
	}
	if a.starts.ECS == 0 {
		return nil, nil, nil
	}
	err := a.starts.Resolve(ctx, v, newest(v))
	arn := sdk.ToString(r.Arn)
	out := &model.Resource{
		Ref: v.Ref(ecsref.RuleKind, arn), ARN: arn, Name: model.Clean(sdk.ToString(r.Name)), State: model.Clean(string(r.State)), Counts: true,
		Owners: a.starts.Owners(), Uses: a.starts.Definitions, Size: model.Size{Known: true}, Rate: model.Rate{Known: true}, Attrs: k.values(a),
	}
	if a.starts.Other > 0 {
		out.Uses = append(out.Uses, a.starts.Clusters...)
	}
	kept := record(v, struct {
		Rule    types.Rule
		Targets []types.Target
	}{r, targets})
	out.Secrets = kept.Sealed
	return out, kept.JSON, err
}

// newest is the ARN of the revision that ECS means by a family.
func newest(v *kind.Visit) func(context.Context, string) (string, error) {
	return func(ctx context.Context, family string) (string, error) {
		out, err := aws.Client(v.Clients, ecs.NewFromConfig).DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{TaskDefinition: sdk.String(family)})
		if err != nil || out.TaskDefinition == nil {
			return "", err
		}
		return sdk.ToString(out.TaskDefinition.TaskDefinitionArn), nil
	}
}

// removeTargetsMost is how many targets one RemoveTargets takes in practice.
const removeTargetsMost = 10

func (k rule) steps(r *model.Resource, _ *model.Graph) []plan.Step {
	var steps []plan.Step
	if r.State != string(types.RuleStateDisabled) {
		steps = append(steps, plan.Step{
			Op: "events:DisableRule", Goal: plan.Changed, Interim: true, Undo: model.UndoExactly,
			Proof: "DescribeRule says DISABLED", UndoHow: "EnableRule", Inverse: enableAgain(),
		})
	}
	for _, batch := range kind.Batched(k.targets(r).Texts(), removeTargetsMost) {
		ids := strings.Join(batch, ",")
		steps = append(steps, plan.Step{
			Op: "events:RemoveTargets", Goal: plan.Changed, Interim: true, Params: map[string]string{"ids": ids},
			Undo: kind.UndoOf(r), Proof: "ListTargetsByRule names them no more",
			UndoHow: "PutTargets from the evidence; sealed values have to be filled in", Inverse: targetsAgain(r, ids),
		})
	}
	return append(steps, plan.Step{
		Op: "events:DeleteRule", Goal: plan.Gone, Undo: kind.UndoOf(r),
		Before: "it has no targets any more", Proof: "DescribeRule says that there is none", UndoHow: "PutRule and PutTargets from the evidence",
		Inverse: ruleAgain(),
	})
}

func (k rule) refuse(r *model.Resource, _ *model.Graph, _ func(model.Ref) bool) string {
	if by := k.managedBy(r); by.IsKnown() {
		return "it is managed by " + by.String() + ", which would make it again: remove it there"
	}
	return ""
}

func (k rule) ops() map[string]kind.Op {
	all := map[string]kind.Op{
		"events:DisableRule": {
			Call: func(ctx context.Context, v *kind.Visit, step plan.Step) (kind.Answer, error) {
				name, bus := ruleOf(step)
				_, err := client(v).DisableRule(ctx, &eventbridge.DisableRuleInput{Name: name, EventBusName: bus})
				return kind.Answer{}, err
			},
			Gone: ruleGone(), Again: []string{"ConcurrentModificationException"},
		},
		"events:RemoveTargets": {
			Call: func(ctx context.Context, v *kind.Visit, step plan.Step) (kind.Answer, error) {
				name, bus := ruleOf(step)
				out, err := client(v).RemoveTargets(ctx, &eventbridge.RemoveTargetsInput{
					Rule: name, EventBusName: bus, Ids: strings.Split(step.Params["ids"], ","),
				})
				if err != nil {
					return kind.Answer{}, err
				}
				return targetsRemoved(v, step, out), nil
			},
			Gone: ruleGone(), Again: []string{"ConcurrentModificationException"},
		},
		"events:DeleteRule": {
			Call: func(ctx context.Context, v *kind.Visit, step plan.Step) (kind.Answer, error) {
				name, bus := ruleOf(step)
				_, err := client(v).DeleteRule(ctx, &eventbridge.DeleteRuleInput{Name: name, EventBusName: bus})
				return kind.Answer{}, err
			},
			Gone: ruleGone(), Again: []string{"ConcurrentModificationException"},
		},
	}
	maps.Copy(all, k.undoOps())
	return all
}

// targetsRemoved reads what became of the targets.
func targetsRemoved(v *kind.Visit, step plan.Step, out *eventbridge.RemoveTargetsOutput) kind.Answer {
	for _, f := range out.FailedEntries {
		// A target that is not there is one that an earlier call has removed.
		if !slices.Contains(ruleGone(), sdk.ToString(f.ErrorCode)) {
			return refusedTarget(v, step, f.ErrorCode, f.TargetId, f.ErrorMessage)
		}
	}
	if int(out.FailedEntryCount) > len(out.FailedEntries) {
		return refusedUnnamed(v, step, out.FailedEntryCount)
	}
	return kind.Answer{}
}

// refusedTarget is AWS's refusal of one target of a rule.
func refusedTarget(v *kind.Visit, step plan.Step, code, id, message *string) kind.Answer {
	refused := kind.Refusal(v, step.Op, sdk.ToString(code), sdk.ToString(id)+": "+sdk.ToString(message))
	return kind.Answer{Refused: map[model.Ref]*model.Failure{step.Targets[0]: refused}}
}

// refusedUnnamed is an answer that counts targets as failed and does not name them all.
func refusedUnnamed(v *kind.Visit, step plan.Step, failed int32) kind.Answer {
	refused := kind.Refusal(v, step.Op, "", fmt.Sprintf("%d targets failed, and AWS does not say which", failed))
	return kind.Answer{Refused: map[model.Ref]*model.Failure{step.Targets[0]: refused}}
}

// ruleOf is the name and the bus of the rule that a step is about.
func ruleOf(step plan.Step) (name, bus *string) {
	return sdk.String(kind.Tail(step.Targets[0].ID)), sdk.String(busInARN(step.Targets[0].ID))
}

func (k rule) cli(r *model.Resource) [][]string {
	bus := k.bus(r).String()
	name := kind.Tail(r.Ref.ID)
	commands := [][]string{
		kind.AWSCLI(r, "events", "describe-rule", "--name", name, "--event-bus-name", bus),
		kind.AWSCLI(r, "events", "list-targets-by-rule", "--rule", name, "--event-bus-name", bus),
		kind.AWSCLI(r, "events", "disable-rule", "--name", name, "--event-bus-name", bus),
	}
	for _, batch := range kind.Batched(k.targets(r).Texts(), removeTargetsMost) {
		commands = append(commands, append(kind.AWSCLI(r, "events", "remove-targets", "--rule", name, "--event-bus-name", bus, "--ids"), batch...))
	}
	return append(commands, kind.AWSCLI(r, "events", "delete-rule", "--name", name, "--event-bus-name", bus))
}

// evidence keeps the targets as they are now, which undoing needs.
func (k rule) evidence(ctx context.Context, v *kind.Visit, r *model.Resource) []kind.Evidence {
	item := kind.Evidence{What: "targets"}
	targets, err := targetsOf(ctx, v, kind.Tail(r.Ref.ID), k.bus(r).String())
	switch {
	case err != nil:
		item.Missing = kind.WhyMissing(err)
	case len(targets) == 0:
		item.Missing = "it has none"
	default:
		item.Data = record(v, targets).JSON
	}
	return []kind.Evidence{item}
}

func (k rule) prove(ctx context.Context, v *kind.Visit, refs []model.Ref) (map[model.Ref]kind.Reading, error) {
	readings := make(map[model.Ref]kind.Reading, len(refs))
	for _, ref := range refs {
		out, err := client(v).DescribeRule(ctx, &eventbridge.DescribeRuleInput{
			Name: sdk.String(kind.Tail(ref.ID)), EventBusName: sdk.String(busInARN(ref.ID)),
		})
		switch {
		case kind.HasCode(err, ruleGone()...):
			readings[ref] = kind.Reading{Presence: kind.Absent}
		case err != nil:
			return nil, err
		default:
			readings[ref] = kind.Reading{Presence: kind.Present, Why: string(out.State)}
		}
	}
	return readings, nil
}

// busInARN is the bus in a rule's ARN: rule/NAME on the default one, rule/BUS/NAME on others. A
// partner's bus has slashes in its name.
func busInARN(arn string) string {
	rest := strings.TrimPrefix(kind.ResourceOf(arn), "rule/")
	if at := strings.LastIndexByte(rest, '/'); at > 0 {
		return rest[:at]
	}
	return "default"
}
