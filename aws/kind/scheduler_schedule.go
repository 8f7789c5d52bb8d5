package kind

import (
	"context"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// scheduleKind names the kind to the kinds that come after, own or use its resources.
const scheduleKind model.KindID = "scheduler:schedule"

// schedulerSchedule is `scheduler:schedule`, as far as it starts ECS tasks: by the target form for ECS, or by calling RunTask and its like.
func schedulerSchedule() Def {
	k := newSchedule()
	return Def{
		Kind: model.Kind{
			ID: scheduleKind, Aliases: []string{"schedule"}, Title: "SCHEDULE", Plural: "schedules", Order: 90,
			Fields: k.fields, Phase: model.Silence, Undo: model.UndoExactly,
			MadeByEvents: []string{"scheduler.amazonaws.com:CreateSchedule"},
			Console: func(r *model.Resource) string {
				group, name := scheduleOf(r.Ref)
				return model.ConsoleURL(r.Ref.Partition, r.Ref.Region,
					"/scheduler/home?region="+r.Ref.Region+"#schedules/"+escaped(group)+"/"+escaped(name))
			},
			CLI: func(r *model.Resource) [][]string {
				group, name := scheduleOf(r.Ref)
				return [][]string{
					awsCLI(r, "scheduler", "get-schedule", "--group-name", group, "--name", name),
					awsCLI(r, "scheduler", "delete-schedule", "--group-name", group, "--name", name),
				}
			},
		},
		List: k.list, Calls: []string{"scheduler:ListSchedules", "scheduler:GetSchedule"},
		Rule: plan.Rule{
			Verbs: plan.ByDeleting(plan.Way{Steps: func(r *model.Resource, _ *model.Graph) []plan.Step {
				return []plan.Step{{
					Op: "scheduler:DeleteSchedule", Goal: plan.Gone, Undo: model.UndoExactly,
					Proof: "GetSchedule says that there is none", UndoHow: "CreateSchedule from the evidence; sealed values have to be filled in",
					Inverse: scheduleAgain(),
				}}
			}}),
		},
		Ops: map[string]Op{"scheduler:DeleteSchedule": {
			Call: func(ctx context.Context, v *Visit, step plan.Step) (Answer, error) {
				group, name := scheduleOf(step.Targets[0])
				_, err := schedulerClient(v).DeleteSchedule(ctx, &scheduler.DeleteScheduleInput{GroupName: sdk.String(group), Name: sdk.String(name)})
				return Answer{}, err
			},
			Gone: scheduleGone(), Again: []string{"ConflictException"},
		}, "scheduler:CreateSchedule": {
			Call: k.create, There: []string{"ConflictException"}, Prepare: k.prepareCreating, Actions: []string{"iam:PassRole"},
		}},
		Read: k.prove, ReadBatch: 20, ReadCalls: []string{"scheduler:GetSchedule"},
	}
}

func scheduleGone() []string { return []string{"ResourceNotFoundException"} }

// scheduleOf is the group and name in a schedule's ARN: schedule/GROUP/NAME.
func scheduleOf(ref model.Ref) (group, name string) {
	group, name, _ = strings.Cut(strings.TrimPrefix(resourceOf(ref.ID), "schedule/"), "/")
	return group, name
}

// schedulerClient asks EventBridge Scheduler in the visit's region.
func schedulerClient(v *Visit) *scheduler.Client {
	return aws.Client(v.Clients, scheduler.NewFromConfig)
}

type schedule struct {
	fields []model.Field
	values func(timed) []model.Value
}

// timed is a schedule with what its target starts.
type timed struct {
	*scheduler.GetScheduleOutput
	starts starts
}

func newSchedule() schedule {
	fields, values := columns(scheduleColumns()...)
	return schedule{fields: fields, values: values}
}

func scheduleColumns() []column[timed] {
	return []column[timed]{
		{
			model.Field{ID: "clusters", Aliases: []string{"cluster"}, Key: "clusters", Title: "CLUSTERS", Order: 9, Help: "the cluster that it starts tasks in"},
			func(s timed) model.Value { return model.List(tails(ids(s.starts.clusters))...) },
		},
		{
			model.Field{ID: "definition", Aliases: []string{"taskdef"}, Key: "taskDefinitions", Title: "TASKDEF", Order: 10, Help: "the definition that it runs"},
			func(s timed) model.Value { return model.List(s.starts.names()...) },
		},
		{
			model.Field{ID: "schedule", Key: "scheduleExpression", Title: "SCHEDULE", Order: 11, Help: "when it fires"},
			func(s timed) model.Value { return model.TextPtr(s.ScheduleExpression) },
		},
		{
			model.Field{ID: "group", Key: "scheduleGroup", Title: "GROUP", Order: 31, Help: "the schedule group that it belongs to"},
			func(s timed) model.Value { return model.TextPtr(s.GroupName) },
		},
		{
			model.Field{ID: "tasks", Key: "taskCount", Title: "TASKS", Type: model.NumberField, Unit: model.CountOfThem, Order: 32, Help: "tasks that it starts each time"},
			func(s timed) model.Value {
				if s.Target == nil || s.Target.EcsParameters == nil {
					return model.Unknown()
				}
				// One, if it is not said (EventBridge Scheduler API Reference, EcsParameters).
				return model.Number(float64(max(1, sdk.ToInt32(s.Target.EcsParameters.TaskCount))))
			},
		},
		{
			model.Field{ID: "role", Key: "role", Title: "ROLE", Order: 33, Help: "the role that it starts tasks with"},
			func(s timed) model.Value {
				if s.Target == nil {
					return model.Unknown()
				}
				return model.TextPtr(s.Target.RoleArn)
			},
		},
		{
			model.Field{ID: "changed", Key: "changedAt", Title: "CHANGED", Type: model.TimeField, Order: 34, Help: "when it was last changed"},
			func(s timed) model.Value { return model.TimePtr(s.LastModificationDate) },
		},
		{
			model.Field{ID: "target", Key: "targetArn", Title: "TARGET", Order: 105, Help: "the cluster, or the API that it calls"},
			func(s timed) model.Value {
				if s.Target == nil {
					return model.Unknown()
				}
				return model.TextPtr(s.Target.Arn)
			},
		},
		{
			model.Field{ID: "description", Key: "description", Title: "DESCRIPTION", Order: 106, Help: "what its maker wrote about it"},
			func(s timed) model.Value { return model.TextPtr(s.Description) },
		},
	}
}

// list reads the schedules of all groups, and describes those whose target is ECS.
func (k schedule) list(ctx context.Context, v *Visit) error {
	calls := newGroup()
	calls.fail(pages(ctx, func(ctx context.Context, token *string) ([]types.ScheduleSummary, *string, error) {
		out, err := schedulerClient(v).ListSchedules(ctx, &scheduler.ListSchedulesInput{MaxResults: sdk.Int32(100), NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return out.Schedules, out.NextToken, nil
	}, func(page []types.ScheduleSummary) {
		for _, s := range page {
			if s.Target == nil || !startsTasks(sdk.ToString(s.Target.Arn)) {
				continue
			}
			calls.start(ctx, func(ctx context.Context) error {
				out, err := schedulerClient(v).GetSchedule(ctx, &scheduler.GetScheduleInput{GroupName: s.GroupName, Name: s.Name})
				if hasCode(err, scheduleGone()...) {
					return nil
				}
				if err != nil {
					v.Found(k.bare(v, s), nil)
					return err
				}
				r, raw := k.resource(v, out)
				v.Found(r, raw)
				return nil
			})
		}
	}))
	return calls.wait()
}

func startsTasks(target string) bool {
	return templated(target, "").ecs || universal(target, "").ecs
}

// bare is what the listing tells of a schedule that cannot be described.
func (k schedule) bare(v *Visit, s types.ScheduleSummary) *model.Resource {
	arn := sdk.ToString(s.Arn)
	return &model.Resource{
		Ref: v.Ref(scheduleKind, arn), ARN: arn, Name: model.Clean(sdk.ToString(s.Name)), State: model.Clean(string(s.State)), Counts: true,
		MadeAt: sdk.ToTime(s.CreationDate), Size: model.Size{Known: true}, Rate: model.Rate{Known: true},
	}
}

func (k schedule) resource(v *Visit, s *scheduler.GetScheduleOutput) (*model.Resource, []byte) {
	r := k.bare(v, types.ScheduleSummary{Arn: s.Arn, Name: s.Name, State: s.State, CreationDate: s.CreationDate})
	t := timed{GetScheduleOutput: s}
	if s.Target != nil {
		target := sdk.ToString(s.Target.Arn)
		definition := ""
		if s.Target.EcsParameters != nil {
			definition = sdk.ToString(s.Target.EcsParameters.TaskDefinitionArn)
		}
		what := templated(target, definition)
		if !what.ecs {
			what = universal(target, sdk.ToString(s.Target.Input))
		}
		t.starts.add(v, what)
	}
	r.Owners, r.Uses, r.Attrs = t.starts.owners(), t.starts.definitions, k.values(t)
	raw, sealed := record(s, upperCamel, v.Sealer)
	r.Secrets = sealed
	return r, raw
}

func (k schedule) prove(ctx context.Context, v *Visit, refs []model.Ref) (map[model.Ref]Reading, error) {
	readings := make(map[model.Ref]Reading, len(refs))
	for _, ref := range refs {
		group, name := scheduleOf(ref)
		out, err := schedulerClient(v).GetSchedule(ctx, &scheduler.GetScheduleInput{GroupName: sdk.String(group), Name: sdk.String(name)})
		switch {
		case hasCode(err, scheduleGone()...):
			readings[ref] = Reading{Presence: Absent}
		case err != nil:
			return nil, err
		default:
			readings[ref] = Reading{Presence: Present, Why: string(out.State)}
		}
	}
	return readings, nil
}
