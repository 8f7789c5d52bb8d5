package kind

import (
	"context"
	"maps"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// ruleKind names the kind to the kinds that come after, own or use its resources.
const ruleKind model.KindID = "events:rule"

// eventsRule is `events:rule`, as far as it starts ECS tasks, on every bus of the region.
func eventsRule() Def {
	k := newRule()
	return Def{
		Kind: model.Kind{
			ID: ruleKind, Aliases: []string{"rule"}, Title: "RULE", Plural: "event rules", Order: 80,
			Fields: k.fields, Phase: model.Silence, Undo: model.UndoExactly,
			MadeByEvents: []string{"events.amazonaws.com:PutRule"},
			Console: func(r *model.Resource) string {
				return model.ConsoleURL(r.Ref.Partition, r.Ref.Region,
					"/events/home?region="+r.Ref.Region+"#/eventbus/"+escaped(k.bus(r).String())+"/rules/"+escaped(tail(r.Ref.ID)))
			},
			CLI: k.cli,
		},
		List: k.list, Calls: []string{"events:ListEventBuses", "events:ListRules", "events:ListTargetsByRule"},
		Evidence: k.evidence, EvidenceCalls: []string{"events:ListTargetsByRule"},
		Rule: plan.Rule{Verbs: plan.ByDeleting(plan.Way{Steps: k.steps, Refuse: k.refuse, Warn: func(r *model.Resource, _ *model.Graph, _ func(model.Ref) bool) string {
			n, _ := k.others(r).Number()
			return alsoDoes("rule", r.Name, n > 0)
		}})},
		Ops:  k.ops(),
		Read: k.prove, ReadBatch: 20, ReadCalls: []string{"events:DescribeRule"},
	}
}

// eventsClient asks Amazon EventBridge in the visit's region.
func eventsClient(v *Visit) *eventbridge.Client {
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
	starts  starts
}

func newRule() rule {
	fields, values := columns(ruleColumns()...)
	return rule{
		fields: fields, values: values, bus: getter(fields, "bus"), targets: getter(fields, "targets"), managedBy: getter(fields, "managedby"),
		others: getter(fields, "others"),
	}
}

func ruleColumns() []column[aimed] {
	return []column[aimed]{
		{
			model.Field{ID: "clusters", Aliases: []string{"cluster"}, Key: "clusters", Title: "CLUSTERS", Order: 9, Help: "the clusters that it starts tasks in"},
			func(r aimed) model.Value { return model.List(tails(ids(r.starts.clusters))...) },
		},
		{
			model.Field{ID: "definition", Aliases: []string{"taskdef"}, Key: "taskDefinitions", Title: "TASKDEF", Order: 10, Help: "the definitions that it runs"},
			func(r aimed) model.Value { return model.List(r.starts.names()...) },
		},
		{
			model.Field{ID: "schedule", Key: "scheduleExpression", Title: "SCHEDULE", Order: 11, Help: "when it fires, if by the clock"},
			func(r aimed) model.Value { return model.TextPtr(r.ScheduleExpression) },
		},
		{
			model.Field{ID: "pattern", Key: "eventPattern", Title: "PATTERN", Order: 31, Help: "what events make it fire"},
			func(r aimed) model.Value { return model.TextPtr(r.EventPattern) },
		},
		{
			model.Field{ID: "bus", Key: "eventBus", Title: "BUS", Order: 32, Help: "the event bus that it listens on"},
			func(r aimed) model.Value { return model.Text(busName(r.EventBusName)) },
		},
		{
			model.Field{ID: "managedby", Key: "managedBy", Title: "MANAGED BY", Order: 33, Help: "the AWS service that made it and looks after it"},
			func(r aimed) model.Value { return model.TextPtr(r.ManagedBy) },
		},
		{
			model.Field{ID: "others", Key: "otherTargets", Title: "OTHERS", Type: model.NumberField, Unit: model.CountOfThem, Order: 34, Help: "targets that have nothing to do with ECS"},
			func(r aimed) model.Value { return model.Number(float64(r.starts.other)) },
		},
		{
			model.Field{ID: "role", Key: "role", Title: "ROLE", Order: 35, Help: "the roles that it starts tasks with"},
			func(r aimed) model.Value {
				roles := []string{sdk.ToString(r.RoleArn)}
				for _, t := range r.targets {
					roles = append(roles, sdk.ToString(t.RoleArn))
				}
				return model.List(distinct(roles)...)
			},
		},
		{
			model.Field{ID: "targets", Key: "targetIds", Title: "TARGETS", Order: 105, Help: "the ids of all its targets"},
			func(r aimed) model.Value {
				var all []string
				for _, t := range r.targets {
					all = append(all, sdk.ToString(t.Id))
				}
				return model.List(all...)
			},
		},
		{
			model.Field{ID: "description", Key: "description", Title: "DESCRIPTION", Order: 106, Help: "what its maker wrote about it"},
			func(r aimed) model.Value { return model.TextPtr(r.Description) },
		},
	}
}

// names are the definitions by their short names.
func (s *starts) names() []string { return distinct(append(tails(ids(s.definitions)), s.families...)) }

// busName is the name of a bus by its name or ARN, "default" where AWS leaves it out. A partner's bus has slashes in its name.
func busName(bus *string) string {
	name := sdk.ToString(bus)
	if resource := resourceOf(name); resource != "" {
		name = strings.TrimPrefix(resource, "event-bus/")
	}
	if name == "" {
		return "default"
	}
	return name
}

// list reads every bus, the default one without waiting for the list of buses.
func (k rule) list(ctx context.Context, v *Visit) error {
	calls := newGroup()
	calls.start(ctx, func(ctx context.Context) error { return k.listBus(ctx, v, calls, "default") })
	calls.fail(pages(ctx, func(ctx context.Context, token *string) ([]types.EventBus, *string, error) {
		out, err := eventsClient(v).ListEventBuses(ctx, &eventbridge.ListEventBusesInput{Limit: sdk.Int32(100), NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return out.EventBuses, out.NextToken, nil
	}, func(buses []types.EventBus) {
		for _, b := range buses {
			if name := sdk.ToString(b.Name); name != "default" {
				calls.start(ctx, func(ctx context.Context) error { return k.listBus(ctx, v, calls, name) })
			}
		}
	}))
	return calls.wait()
}

func (k rule) listBus(ctx context.Context, v *Visit, calls *group, bus string) error {
	return pages(ctx, func(ctx context.Context, token *string) ([]types.Rule, *string, error) {
		out, err := eventsClient(v).ListRules(ctx, &eventbridge.ListRulesInput{EventBusName: sdk.String(bus), Limit: sdk.Int32(100), NextToken: token})
		if hasCode(err, ruleGone()...) {
			return nil, nil, nil
		}
		if err != nil {
			return nil, nil, err
		}
		return out.Rules, out.NextToken, nil
	}, func(rules []types.Rule) {
		for _, r := range rules {
			calls.start(ctx, func(ctx context.Context) error { return k.look(ctx, v, r) })
		}
	})
}

func ruleGone() []string { return []string{"ResourceNotFoundException"} }

// look reads the targets of a rule, and reports it if one of them starts tasks.
func (k rule) look(ctx context.Context, v *Visit, r types.Rule) error {
	targets, err := targetsOf(ctx, v, sdk.ToString(r.Name), busName(r.EventBusName))
	if err != nil {
		return err
	}
	rule, raw := k.resource(v, r, targets)
	if rule != nil {
		v.Found(rule, raw)
	}
	return nil
}

func targetsOf(ctx context.Context, v *Visit, name, bus string) ([]types.Target, error) {
	var all []types.Target
	err := pages(ctx, func(ctx context.Context, token *string) ([]types.Target, *string, error) {
		out, err := eventsClient(v).ListTargetsByRule(ctx, &eventbridge.ListTargetsByRuleInput{
			Rule: sdk.String(name), EventBusName: sdk.String(bus), Limit: sdk.Int32(100), NextToken: token,
		})
		if hasCode(err, ruleGone()...) {
			return nil, nil, nil
		}
		if err != nil {
			return nil, nil, err
		}
		return out.Targets, out.NextToken, nil
	}, func(page []types.Target) { all = append(all, page...) })
	return all, err
}

// resource is nil for a rule that has nothing to do with ECS.
func (k rule) resource(v *Visit, r types.Rule, targets []types.Target) (*model.Resource, []byte) {
	a := aimed{Rule: r, targets: targets}
	for _, t := range targets {
		definition := ""
		if t.EcsParameters != nil {
			definition = sdk.ToString(t.EcsParameters.TaskDefinitionArn)
		}
		a.starts.add(v, templated(sdk.ToString(t.Arn), definition))
	}
	if a.starts.ecs == 0 {
		return nil, nil
	}
	arn := sdk.ToString(r.Arn)
	out := &model.Resource{
		Ref: v.Ref(ruleKind, arn), ARN: arn, Name: model.Clean(sdk.ToString(r.Name)), State: model.Clean(string(r.State)), Counts: true,
		Owners: a.starts.owners(), Uses: a.starts.definitions, Size: model.Size{Known: true}, Rate: model.Rate{Known: true}, Attrs: k.values(a),
	}
	if a.starts.other > 0 {
		out.Uses = append(out.Uses, a.starts.clusters...)
	}
	raw, sealed := record(struct {
		Rule    types.Rule
		Targets []types.Target
	}{r, targets}, upperCamel, v.Sealer)
	out.Secrets = sealed
	return out, raw
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
	for _, batch := range batched(k.targets(r).Texts(), removeTargetsMost) {
		ids := strings.Join(batch, ",")
		steps = append(steps, plan.Step{
			Op: "events:RemoveTargets", Goal: plan.Changed, Interim: true, Params: map[string]string{"ids": ids},
			Undo: model.UndoExactly, Proof: "ListTargetsByRule names them no more",
			UndoHow: "PutTargets from the evidence; sealed values have to be filled in", Inverse: targetsAgain(ids),
		})
	}
	return append(steps, plan.Step{
		Op: "events:DeleteRule", Goal: plan.Gone, Undo: model.UndoExactly,
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

func (k rule) ops() map[string]Op {
	all := map[string]Op{
		"events:DisableRule": {
			Call: func(ctx context.Context, v *Visit, step plan.Step) (Answer, error) {
				name, bus := ruleOf(step)
				_, err := eventsClient(v).DisableRule(ctx, &eventbridge.DisableRuleInput{Name: name, EventBusName: bus})
				return Answer{}, err
			},
			Gone: ruleGone(), Again: []string{"ConcurrentModificationException"},
		},
		"events:RemoveTargets": {
			Call: func(ctx context.Context, v *Visit, step plan.Step) (Answer, error) {
				name, bus := ruleOf(step)
				out, err := eventsClient(v).RemoveTargets(ctx, &eventbridge.RemoveTargetsInput{
					Rule: name, EventBusName: bus, Ids: strings.Split(step.Params["ids"], ","),
				})
				if err != nil || out.FailedEntryCount == 0 {
					return Answer{}, err
				}
				for _, f := range out.FailedEntries {
					// A target that is not there is one that an earlier call has removed.
					if code := sdk.ToString(f.ErrorCode); !slices.Contains(ruleGone(), code) {
						refused := failureOf(v, "events:RemoveTargets", code, sdk.ToString(f.TargetId)+": "+sdk.ToString(f.ErrorMessage))
						return Answer{Refused: map[model.Ref]*model.Failure{step.Targets[0]: refused}}, nil
					}
				}
				return Answer{}, nil
			},
			Gone: ruleGone(), Again: []string{"ConcurrentModificationException"},
		},
		"events:DeleteRule": {
			Call: func(ctx context.Context, v *Visit, step plan.Step) (Answer, error) {
				name, bus := ruleOf(step)
				_, err := eventsClient(v).DeleteRule(ctx, &eventbridge.DeleteRuleInput{Name: name, EventBusName: bus})
				return Answer{}, err
			},
			Gone: ruleGone(), Again: []string{"ConcurrentModificationException"},
		},
	}
	maps.Copy(all, k.undoOps())
	return all
}

// ruleOf is the name and the bus of the rule that a step is about.
func ruleOf(step plan.Step) (name, bus *string) {
	return sdk.String(tail(step.Targets[0].ID)), sdk.String(busInARN(step.Targets[0].ID))
}

func (k rule) cli(r *model.Resource) [][]string {
	bus := k.bus(r).String()
	name := tail(r.Ref.ID)
	commands := [][]string{
		awsCLI(r, "events", "describe-rule", "--name", name, "--event-bus-name", bus),
		awsCLI(r, "events", "list-targets-by-rule", "--rule", name, "--event-bus-name", bus),
		awsCLI(r, "events", "disable-rule", "--name", name, "--event-bus-name", bus),
	}
	for _, batch := range batched(k.targets(r).Texts(), removeTargetsMost) {
		commands = append(commands, append(awsCLI(r, "events", "remove-targets", "--rule", name, "--event-bus-name", bus, "--ids"), batch...))
	}
	return append(commands, awsCLI(r, "events", "delete-rule", "--name", name, "--event-bus-name", bus))
}

// evidence keeps the targets as they are now, which undoing needs.
func (k rule) evidence(ctx context.Context, v *Visit, r *model.Resource) []Evidence {
	item := Evidence{What: "targets"}
	targets, err := targetsOf(ctx, v, tail(r.Ref.ID), k.bus(r).String())
	switch {
	case err != nil:
		item.Missing = whyMissing(err)
	case len(targets) == 0:
		item.Missing = "it has none"
	default:
		item.Data, _ = record(targets, upperCamel, v.Sealer)
	}
	return []Evidence{item}
}

func (k rule) prove(ctx context.Context, v *Visit, refs []model.Ref) (map[model.Ref]Reading, error) {
	readings := make(map[model.Ref]Reading, len(refs))
	for _, ref := range refs {
		out, err := eventsClient(v).DescribeRule(ctx, &eventbridge.DescribeRuleInput{
			Name: sdk.String(tail(ref.ID)), EventBusName: sdk.String(busInARN(ref.ID)),
		})
		switch {
		case hasCode(err, ruleGone()...):
			readings[ref] = Reading{Presence: Absent}
		case err != nil:
			return nil, err
		default:
			readings[ref] = Reading{Presence: Present, Why: string(out.State)}
		}
	}
	return readings, nil
}

// busInARN is the bus in a rule's ARN: rule/NAME on the default one, rule/BUS/NAME on others. A partner's bus has slashes in its name.
func busInARN(arn string) string {
	rest := strings.TrimPrefix(resourceOf(arn), "rule/")
	if at := strings.LastIndexByte(rest, '/'); at > 0 {
		return rest[:at]
	}
	return "default"
}
