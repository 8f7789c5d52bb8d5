// Package scheduler are the kinds of Amazon EventBridge Scheduler: schedules that start ECS tasks.
//
// It must not know the kinds of other services but by the names in ecsref, nor screens, cases or
// the order of a run.
package scheduler

import (
	"cmp"
	"context"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/ecsref"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// Schedule is `scheduler:schedule`, as far as it starts ECS tasks: by the target form for ECS, or
// by calling RunTask and its like.
func Schedule() kind.Def {
	k := newSchedule()
	return kind.Def{
		Kind: model.Kind{
			ID: ecsref.ScheduleKind, Aliases: []string{"schedule"}, Title: "SCHEDULE", Plural: "schedules", Order: 90,
			Fields: k.fields, Phase: model.Silence, Undo: model.UndoExactly,
			States: kind.Texts(types.ScheduleState("").Values()),
			MadeBy: []model.EventOf{
				{Event: "scheduler.amazonaws.com:CreateSchedule", IDs: []string{"{responseElements.scheduleArn}", "arn:{partition}:scheduler:{region}:{account}:schedule/{requestParameters.groupName|or:default}/{requestParameters.name}"}},
			},
			EndedBy: []model.EventOf{
				{Event: "scheduler.amazonaws.com:DeleteSchedule", IDs: []string{"arn:{partition}:scheduler:{region}:{account}:schedule/{requestParameters.groupName|or:default}/{requestParameters.name}"}},
			},
			Console: func(r *model.Resource) string {
				group, name := scheduleOf(r.Ref)
				return model.ConsoleURL(r.Ref.Partition, r.Ref.Region,
					"/scheduler/home?region="+r.Ref.Region+"#schedules/"+kind.EscapePath(group)+"/"+kind.EscapePath(name))
			},
			CLI: func(r *model.Resource) [][]string {
				group, name := scheduleOf(r.Ref)
				return [][]string{
					kind.AWSCLI(r, "scheduler", "get-schedule", "--group-name", group, "--name", name),
					kind.AWSCLI(r, "scheduler", "delete-schedule", "--group-name", group, "--name", name),
				}
			},
		},
		List: k.list, Calls: []string{"scheduler:ListSchedules", "scheduler:GetSchedule", "ecs:DescribeTaskDefinition"},
		Rule: plan.Rule{
			Verbs: plan.ByDeleting(plan.Way{Steps: func(r *model.Resource, _ *model.Graph) []plan.Step {
				return []plan.Step{{
					Op: "scheduler:DeleteSchedule", Goal: plan.Gone, Undo: kind.UndoOf(r),
					Proof: "GetSchedule says that there is none", UndoHow: "CreateSchedule from the evidence; sealed values have to be filled in",
					Inverse: scheduleAgain(r),
				}}
			}}),
		},
		Ops: map[string]kind.Op{"scheduler:DeleteSchedule": {
			Call: func(ctx context.Context, v *kind.Visit, step plan.Step) (kind.Answer, error) {
				group, name := scheduleOf(step.Targets[0])
				_, err := client(v).DeleteSchedule(ctx, &scheduler.DeleteScheduleInput{GroupName: sdk.String(group), Name: sdk.String(name)})
				return kind.Answer{}, err
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
	group, name, _ = strings.Cut(strings.TrimPrefix(kind.ResourceOf(ref.ID), "schedule/"), "/")
	return group, name
}

// client asks EventBridge Scheduler in the visit's region.
func client(v *kind.Visit) *scheduler.Client {
	return aws.Client(v.Clients, scheduler.NewFromConfig)
}

type schedule struct {
	fields []model.Field
	values func(timed) []model.Value
}

// timed is a schedule with what its target starts.
type timed struct {
	*scheduler.GetScheduleOutput
	starts ecsref.Starts
}

func newSchedule() schedule {
	fields, values := kind.Columns(scheduleColumns()...)
	return schedule{fields: fields, values: values}
}

func scheduleColumns() []kind.Column[timed] {
	starts := ecsref.Columns(
		func(s timed) *ecsref.Starts { return &s.starts },
		func(s timed) *string { return s.ScheduleExpression },
	)
	return append(starts, []kind.Column[timed]{
		{
			Field: model.Field{ID: "timezone", Aliases: []string{"zone", "tz"}, Key: "scheduleExpressionTimezone", Title: "TIME ZONE", Order: 12, Help: "the zone that its times are in"},
			From: func(s timed) model.Value {
				// UTC, if it is not said (EventBridge Scheduler User Guide, "Time zones").
				return model.Text(cmp.Or(sdk.ToString(s.ScheduleExpressionTimezone), "UTC"))
			},
		},
		{
			Field: model.Field{ID: "group", Key: "scheduleGroup", Title: "GROUP", Order: 31, Help: "the schedule group that it belongs to"},
			From:  func(s timed) model.Value { return model.TextPtr(s.GroupName) },
		},
		{
			Field: model.Field{ID: "tasks", Key: "taskCount", Title: "TASKS", Type: model.NumberField, Unit: model.CountOfThem, Order: 32, Help: "tasks that it starts each time"},
			From: func(s timed) model.Value {
				if s.Target == nil || s.Target.EcsParameters == nil {
					return model.Unknown()
				}
				// One, if it is not said (EventBridge Scheduler API Reference, EcsParameters).
				return model.Number(float64(max(1, sdk.ToInt32(s.Target.EcsParameters.TaskCount))))
			},
		},
		{
			Field: model.Field{ID: "role", Key: "role", Title: "ROLE", Order: 33, Help: "the role that it starts tasks with"},
			From: func(s timed) model.Value {
				if s.Target == nil {
					return model.Unknown()
				}
				return model.TextPtr(s.Target.RoleArn)
			},
		},
		{
			Field: model.Field{ID: "changed", Key: "changedAt", Title: "CHANGED", Type: model.TimeField, Order: 34, Help: "when it was last changed"},
			From:  func(s timed) model.Value { return model.TimePtr(s.LastModificationDate) },
		},
		{
			Field: model.Field{ID: "target", Key: "targetArn", Title: "TARGET", Order: 105, Help: "the cluster, or the API that it calls"},
			From: func(s timed) model.Value {
				if s.Target == nil {
					return model.Unknown()
				}
				return model.TextPtr(s.Target.Arn)
			},
		},
		{
			Field: model.Field{ID: "description", Key: "description", Title: "DESCRIPTION", Order: 106, Help: "what its maker wrote about it"},
			From:  func(s timed) model.Value { return model.TextPtr(s.Description) },
		},
	}...)
}

// list reads the schedules of all groups, and describes those whose target is ECS.
func (k schedule) list(ctx context.Context, v *kind.Visit) error {
	calls, earlier, listing := kind.NewGroup(), v.KnownBy(ecsref.ScheduleKind), schedulesAgain(v)
	calls.Fail(kind.Pages(ctx, scheduleLister(v), func(page []types.ScheduleSummary) {
		for _, s := range page {
			if s.Target == nil {
				calls.Fail(aws.Lacking("scheduler:ListSchedules", v.Region, "it does not tell what "+sdk.ToString(s.Arn)+" starts"))
				continue
			}
			if !startsTasks(sdk.ToString(s.Target.Arn)) {
				continue
			}
			calls.Start(ctx, func(ctx context.Context) error {
				out, err := describeSchedule(ctx, v, s, listing)
				switch {
				case err != nil:
					bare := k.bare(v, s)
					v.Found(kind.StillThere(bare, earlier[bare.Ref]), nil)
					return err
				case out == nil:
					return nil
				}
				r, raw, err := k.resource(ctx, v, out)
				v.Found(r, raw)
				return err
			})
		}
	}))
	return calls.Wait()
}

func scheduleLister(v *kind.Visit) func(context.Context, *string) ([]types.ScheduleSummary, *string, error) {
	return func(ctx context.Context, token *string) ([]types.ScheduleSummary, *string, error) {
		out, err := client(v).ListSchedules(ctx, &scheduler.ListSchedulesInput{MaxResults: sdk.Int32(100), NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		page, err := kind.Sieve(v, "scheduler:ListSchedules", out.Schedules, func(s types.ScheduleSummary) string { return sdk.ToString(s.Arn) },
			func(s types.ScheduleSummary) bool { return isOurs(v, s.Arn, s.GroupName, s.Name) })
		return page, out.NextToken, err
	}
}

func schedulesAgain(v *kind.Visit) *kind.Relisting {
	return kind.Relist(func(ctx context.Context) ([]string, error) {
		schedules, err := kind.All(ctx, scheduleLister(v))
		arns := make([]string, len(schedules))
		for i, s := range schedules {
			arns[i] = sdk.ToString(s.Arn)
		}
		return arns, err
	})
}

// describeSchedule is AWS's record of a schedule that a listing named, nil if it has gone since.
func describeSchedule(ctx context.Context, v *kind.Visit, s types.ScheduleSummary, listing *kind.Relisting) (*scheduler.GetScheduleOutput, error) {
	out, err := client(v).GetSchedule(ctx, &scheduler.GetScheduleInput{GroupName: s.GroupName, Name: s.Name})
	switch {
	case kind.HasCode(err, scheduleGone()...):
		return nil, listing.Gone(ctx, v, "scheduler:GetSchedule", sdk.ToString(s.Arn))
	case err != nil:
		return nil, err
	case out.Target == nil || sdk.ToString(out.Arn) != sdk.ToString(s.Arn):
		return nil, aws.Lacking("scheduler:GetSchedule", v.Region, "it does not tell of "+sdk.ToString(s.Arn))
	}
	return out, nil
}

// isOurs says whether an ARN is that of the schedule with this group and name in this place: it is
// what a schedule is removed by.
func isOurs(v *kind.Visit, arn, group, name *string) bool {
	resource, here := v.Here(sdk.ToString(arn), "scheduler")
	return here && resource == "schedule/"+sdk.ToString(group)+"/"+sdk.ToString(name)
}

func startsTasks(target string) bool {
	return ecsref.Templated(target, "").ECS || ecsref.Universal(target, "").ECS
}

// bare is what the listing tells of a schedule that cannot be described.
func (k schedule) bare(v *kind.Visit, s types.ScheduleSummary) *model.Resource {
	arn := sdk.ToString(s.Arn)
	return &model.Resource{
		Ref: v.Ref(ecsref.ScheduleKind, arn), ARN: arn, Name: model.Clean(sdk.ToString(s.Name)), State: model.Clean(string(s.State)), Counts: true,
		MadeAt: sdk.ToTime(s.CreationDate), Size: model.Size{Known: true}, Rate: model.Rate{Known: true},
	}
}

// resource with an error lacks the revision that its target means by a family.
func (k schedule) resource(ctx context.Context, v *kind.Visit, s *scheduler.GetScheduleOutput) (*model.Resource, []byte, error) {
	r := k.bare(v, types.ScheduleSummary{Arn: s.Arn, Name: s.Name, State: s.State, CreationDate: s.CreationDate})
	t := timed{GetScheduleOutput: s}
	if s.Target != nil {
		target := sdk.ToString(s.Target.Arn)
		definition := ""
		if s.Target.EcsParameters != nil {
			definition = sdk.ToString(s.Target.EcsParameters.TaskDefinitionArn)
		}
		what := ecsref.Templated(target, definition)
		if !what.ECS {
			what = ecsref.Universal(target, sdk.ToString(s.Target.Input))
		}
		t.starts.Add(v, what)
	}
	err := t.starts.Resolve(ctx, v, newest(v))
	r.Owners, r.Uses, r.Attrs = t.starts.Owners(), t.starts.Definitions, k.values(t)
	kept := kind.Record(s, ecsref.Writing(), v.Sealer)
	r.Secrets = kept.Sealed
	return r, kept.JSON, err
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

func (k schedule) prove(ctx context.Context, v *kind.Visit, refs []model.Ref) (map[model.Ref]kind.Reading, error) {
	readings := make(map[model.Ref]kind.Reading, len(refs))
	for _, ref := range refs {
		group, name := scheduleOf(ref)
		out, err := client(v).GetSchedule(ctx, &scheduler.GetScheduleInput{GroupName: sdk.String(group), Name: sdk.String(name)})
		switch {
		case kind.HasCode(err, scheduleGone()...):
			readings[ref] = kind.Reading{Presence: kind.Absent}
		case err != nil:
			return nil, err
		default:
			readings[ref] = kind.Reading{Presence: kind.Present, Why: string(out.State)}
		}
	}
	return readings, nil
}
