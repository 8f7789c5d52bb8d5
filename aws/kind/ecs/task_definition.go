package ecs

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/ecsref"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// TaskDefinition is `ecs:task-definition`: one revision, ACTIVE, INACTIVE or DELETE_IN_PROGRESS.
func TaskDefinition() kind.Def {
	k := newDefinition()
	return kind.Def{
		Kind: model.Kind{
			ID: ecsref.DefinitionKind, Aliases: []string{"taskdef", "definition", "task-definition"}, Title: "TASKDEF", Plural: "task definitions", Order: 40,
			Fields: k.fields, Phase: model.Tidy, Undo: model.UndoPartly,
			States: kind.Texts(types.TaskDefinitionStatus("").Values()),
			After:  []model.KindID{ecsref.ServiceKind, ecsref.TaskKind},
			MadeBy: []model.EventOf{
				{Event: "ecs.amazonaws.com:RegisterTaskDefinition", IDs: []string{"{responseElements.taskDefinition.taskDefinitionArn}"}},
			},
			Console: func(r *model.Resource) string {
				return ecsref.Console(r, "/task-definitions/"+k.family(r).String()+"/"+k.revision(r).String()+"/containers")
			},
			CLI: func(r *model.Resource) [][]string {
				commands := [][]string{kind.AWSCLI(r, "ecs", "describe-task-definition", "--task-definition", r.Ref.ID, "--include", "TAGS")}
				if r.State == active {
					commands = append(commands, kind.AWSCLI(r, "ecs", "deregister-task-definition", "--task-definition", r.Ref.ID))
				}
				return append(commands, kind.AWSCLI(r, "ecs", "delete-task-definitions", "--task-definitions", r.Ref.ID))
			},
		},
		List: k.list, Calls: []string{"ecs:ListTaskDefinitions", "ecs:DescribeTaskDefinition"},
		Rule: plan.Rule{
			Verbs: plan.ByDeleting(plan.Way{Steps: k.steps, Refuse: k.refuse}),
			Batch: map[string]int{"ecs:DeleteTaskDefinitions": deleteDefinitionsMost},
		},
		Ops: map[string]kind.Op{
			"ecs:DeregisterTaskDefinition": {Call: k.deregister, Reads: []string{"ecs:DescribeTaskDefinition"}},
			"ecs:DeleteTaskDefinitions":    {Call: k.remove, Reads: []string{"ecs:DescribeTaskDefinition"}},
		},
		// Proving lists, so that a thousand revisions cost thirty calls.
		Read: k.prove, ReadBatch: 5000, ReadCalls: []string{"ecs:ListTaskDefinitions"},
	}
}

// deleteDefinitionsMost is how many revisions one DeleteTaskDefinitions takes (ECS API Reference).
const deleteDefinitionsMost = 10

type definition struct {
	fields                  []model.Field
	values                  func(*types.TaskDefinition) []model.Value
	family, revision, image func(*model.Resource) model.Value
}

func newDefinition() definition {
	fields, values := kind.Columns(definitionColumns()...)
	return definition{
		fields: fields, values: values, family: kind.Getter(fields, "family"), revision: kind.Getter(fields, "revision"), image: kind.Getter(fields, "image"),
	}
}

func definitionColumns() []kind.Column[*types.TaskDefinition] {
	return slices.Concat(definitionIdentity(), definitionContents())
}

// definitionIdentity are what it is called, how large it is, and who registered it.
func definitionIdentity() []kind.Column[*types.TaskDefinition] {
	type record = *types.TaskDefinition
	return []kind.Column[record]{
		{
			Field: model.Field{ID: "family", Key: "family", Title: "FAMILY", Order: 60, Help: "the name that its revisions share"},
			From:  func(d record) model.Value { return model.TextPtr(d.Family) },
		},
		{
			Field: model.Field{ID: "revision", Key: "revision", Title: "REV", Type: model.NumberField, Unit: model.CountOfThem, Order: 61, Help: "the number of the revision"},
			From:  func(d record) model.Value { return model.Number(float64(d.Revision)) },
		},
		{
			Field: model.Field{ID: "image", Key: "images", Title: "IMAGE", Order: 9, Help: "the images of its containers"},
			From: func(d record) model.Value {
				return eachContainer(d, func(c types.ContainerDefinition) string { return sdk.ToString(c.Image) })
			},
		},
		{
			Field: model.Field{ID: "cpu", Aliases: []string{"vcpu"}, Key: "vcpu", Title: "vCPU", Type: model.NumberField, Unit: model.VCPU, Order: 10, Help: "processors that a task of it takes"},
			From:  func(d record) model.Value { return sizeOrNone(d.Cpu, cpuVCPU) },
		},
		{
			Field: model.Field{ID: "memory", Aliases: []string{"mem"}, Key: "memoryMiB", Title: "MEM", Type: model.NumberField, Unit: model.MiB, Order: 11, Help: "memory that a task of it takes"},
			From:  func(d record) model.Value { return sizeOrNone(d.Memory, memoryMiB) },
		},
		{
			Field: model.Field{ID: "registeredby", Key: "registeredBy", Title: "REGISTERED BY", Order: 12, Help: "the full session that registered it, as ECS itself remembers"},
			From:  func(d record) model.Value { return model.TextPtr(d.RegisteredBy) },
		},
		{
			Field: model.Field{ID: "registeredat", Aliases: []string{"registered"}, Key: "registeredAt", Title: "REGISTERED", Type: model.TimeField, Order: 31, Help: "when it was registered"},
			From:  func(d record) model.Value { return model.TimePtr(d.RegisteredAt) },
		},
	}
}

// definitionContents are what a task of it may do.
func definitionContents() []kind.Column[*types.TaskDefinition] {
	type record = *types.TaskDefinition
	return []kind.Column[record]{
		{
			Field: model.Field{ID: "launch", Key: "compatibilities", Title: "LAUNCH", Order: 32, Help: "what it was registered for"},
			From:  func(d record) model.Value { return model.List(kind.Texts(d.RequiresCompatibilities)...) },
		},
		{
			Field: model.Field{ID: "networkmode", Aliases: []string{"network"}, Key: "networkMode", Title: "NETWORK", Order: 33, Help: "awsvpc, bridge, host or none"},
			From:  func(d record) model.Value { return model.Text(string(d.NetworkMode)) },
		},
		{
			Field: model.Field{ID: "envs", Aliases: []string{"env"}, Key: "environmentVariables", Title: "ENVS", Type: model.NumberField, Unit: model.CountOfThem, Order: 34, Help: "environment variables of its containers; values are never kept"},
			From: func(d record) model.Value {
				n := 0
				for _, c := range d.ContainerDefinitions {
					n += len(c.Environment)
				}
				return model.Number(float64(n))
			},
		},
		{
			Field: model.Field{ID: "command", Key: "command", Title: "COMMAND", Order: 35, Help: "what its containers run"},
			From: func(d record) model.Value {
				return eachContainer(d, func(c types.ContainerDefinition) string {
					return strings.TrimSpace(strings.Join(c.EntryPoint, " ") + " " + strings.Join(c.Command, " "))
				})
			},
		},
		{
			Field: model.Field{ID: "role", Aliases: []string{"taskrole"}, Key: "taskRole", Title: "ROLE", Order: 36, Help: "the role that its containers have"},
			From:  func(d record) model.Value { return model.TextPtr(d.TaskRoleArn) },
		},
		{
			Field: model.Field{ID: "execrole", Key: "executionRole", Title: "EXECUTION ROLE", Order: 105, Help: "the role that ECS pulls its image with"},
			From:  func(d record) model.Value { return model.TextPtr(d.ExecutionRoleArn) },
		},
		{
			Field: model.Field{ID: "privileged", Key: "privileged", Title: "PRIVILEGED", Type: model.BoolField, Order: 106, Help: "whether a container has the rights of its host"},
			From: func(d record) model.Value {
				for _, c := range d.ContainerDefinitions {
					if sdk.ToBool(c.Privileged) {
						return model.Bool(true)
					}
				}
				return model.Bool(false)
			},
		},
		{
			Field: model.Field{
				ID: "stoptimeout", Key: "stopTimeoutSeconds", Title: "STOP TIME", Type: model.NumberField, Order: 108,
				Help: "seconds that a task of it may take to stop, and is billed for: the longest of its containers",
			},
			From: func(d record) model.Value { return model.Number(stopTime(d).Seconds()) },
		},
		{
			Field: model.Field{ID: "deregistered", Key: "deregisteredAt", Title: "DEREGISTERED", Type: model.TimeField, Order: 107, Help: "when it became INACTIVE"},
			From: func(d record) model.Value {
				if d.DeregisteredAt == nil {
					return model.Never()
				}
				return model.TimePtr(d.DeregisteredAt)
			},
		},
	}
}

func eachContainer(d *types.TaskDefinition, from func(types.ContainerDefinition) string) model.Value {
	var all []string
	for _, c := range d.ContainerDefinitions {
		all = append(all, from(c))
	}
	return model.List(kind.Distinct(all)...)
}

// sizeOrNone reads a size that a definition for EC2 may leave out.
func sizeOrNone(text *string, parse func(string) (float64, bool)) model.Value {
	if sdk.ToString(text) == "" {
		return model.Never()
	}
	return sizeValue(parse(*text))
}

// definitionStatuses are the three listings, in the order in which a revision passes through them:
// one that moves on while we look is then met twice rather than never.
func definitionStatuses() []types.TaskDefinitionStatus {
	return []types.TaskDefinitionStatus{
		types.TaskDefinitionStatusActive, types.TaskDefinitionStatusInactive, types.TaskDefinitionStatusDeleteInProgress,
	}
}

func (k definition) list(ctx context.Context, v *kind.Visit) error {
	known := map[string]*model.Resource{}
	for _, r := range v.KnownOf(ecsref.DefinitionKind) {
		known[r.Ref.ID] = r
	}
	calls := kind.NewGroup()
	var denied atomic.Bool
	for _, status := range definitionStatuses() {
		err := kind.Pages(ctx, definitionLister(v, status), func(arns []string) {
			for _, arn := range arns {
				// A revision never changes but for its status, so that what is known is not asked
				// for again.
				if old := known[arn]; old != nil && old.State == string(status) && !k.image(old).IsUnknown() {
					v.Found(old, nil)
					continue
				}
				v.Found(k.moved(v, known[arn], v.Ref(ecsref.DefinitionKind, arn), status), nil)
				calls.Start(ctx, func(ctx context.Context) error {
					if denied.Load() {
						return nil
					}
					err := k.describe(ctx, v, arn)
					if aws.Classify(err) == aws.Denied {
						denied.Store(true)
					}
					return err
				})
			}
		})
		calls.Fail(err)
	}
	return calls.Wait()
}

func definitionLister(v *kind.Visit, status types.TaskDefinitionStatus) func(context.Context, *string) ([]string, *string, error) {
	return func(ctx context.Context, token *string) ([]string, *string, error) {
		out, err := client(v).ListTaskDefinitions(ctx, &ecs.ListTaskDefinitionsInput{
			Status: status, MaxResults: sdk.Int32(100), NextToken: token,
		})
		if err != nil {
			return nil, nil, err
		}
		arns, err := ours(v, "ecs:ListTaskDefinitions", out.TaskDefinitionArns, "task-definition", "")
		return arns, out.NextToken, err
	}
}

// bare is what the ARN and the listing's status tell.
func (k definition) bare(v *kind.Visit, arn string, status types.TaskDefinitionStatus) *model.Resource {
	r := &model.Resource{
		Ref: v.Ref(ecsref.DefinitionKind, arn), ARN: arn, Name: model.Clean(kind.Tail(arn)), State: string(status),
		Size: model.Size{Known: true}, Rate: model.Rate{Known: true},
	}
	r.Deleting = status == types.TaskDefinitionStatusDeleteInProgress
	r.Counts = !r.Deleting
	family, revision, _ := strings.Cut(kind.Tail(arn), ":")
	r.Attrs = make([]model.Value, len(k.fields))
	for i, f := range k.fields {
		switch f.ID {
		case "family":
			r.Attrs[i] = model.Text(family)
		case "revision":
			if n, err := strconv.Atoi(revision); err == nil {
				r.Attrs[i] = model.Number(float64(n))
			}
		}
	}
	return r
}

// describe reads one revision and reports it. One that has gone away since it was listed is no
// error; AWS has no code of its own for that (ClientException), so that the next listing tells.
func (k definition) describe(ctx context.Context, v *kind.Visit, arn string) error {
	out, err := describeDefinition(ctx, v, arn)
	if kind.HasCode(err, definitionAbsent()...) {
		return nil
	}
	if err != nil {
		return err
	}
	d := out.TaskDefinition
	r := k.bare(v, arn, d.Status)
	r.MadeAt, r.Attrs = sdk.ToTime(d.RegisteredAt), k.values(d)
	if by := sdk.ToString(d.RegisteredBy); by != "" {
		r.Maker = model.Maker{ARN: by, Source: model.FromRegistered}
	}
	v.Found(r, record(v, r, struct {
		TaskDefinition *types.TaskDefinition
		Tags           []types.Tag
	}{d, out.Tags}))
	return nil
}

// describeDefinition is AWS's record of one revision, by its ARN or family:revision; an answer without
// it is not whole.
func describeDefinition(ctx context.Context, v *kind.Visit, revision string) (*ecs.DescribeTaskDefinitionOutput, error) {
	out, err := client(v).DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{
		TaskDefinition: sdk.String(revision), Include: []types.TaskDefinitionField{types.TaskDefinitionFieldTags},
	})
	if err == nil && (out.TaskDefinition == nil || !isNamed(v, sdk.ToString(out.TaskDefinition.TaskDefinitionArn), revision)) {
		err = aws.Lacking("ecs:DescribeTaskDefinition", v.Region, "it does not tell of "+revision)
	}
	return out, err
}

// definitionAbsent are the codes that DescribeTaskDefinition may answer for a revision that is not
// there.
func definitionAbsent() []string { return []string{"ClientException", "InvalidParameterException"} }

func (k definition) steps(r *model.Resource, _ *model.Graph) []plan.Step {
	if r.Deleting {
		return nil
	}
	var steps []plan.Step
	if r.State == active {
		steps = append(steps, plan.Step{
			Op: "ecs:DeregisterTaskDefinition", Goal: plan.Changed, Interim: true, Undo: model.UndoPartly,
			Proof: "it is listed as INACTIVE", UndoHow: "RegisterTaskDefinition from the evidence, as a new revision; environment values have to be filled in",
		})
	}
	return append(steps, plan.Step{
		Op: "ecs:DeleteTaskDefinitions", Goal: plan.Gone, Undo: model.UndoPartly,
		Before: "it is INACTIVE", Proof: "it is listed as DELETE_IN_PROGRESS with nothing using it, or not at all",
		UndoHow: "RegisterTaskDefinition from the evidence, as a new revision; environment values have to be filled in",
	})
}

// refuse keeps a revision that something outside the plan runs or starts.
func (k definition) refuse(r *model.Resource, g *model.Graph, planned func(model.Ref) bool) string {
	for _, u := range g.Users(r.Ref) {
		if !u.Counts || planned(u.Ref) {
			continue
		}
		switch u.Ref.Kind {
		case ecsref.ServiceKind, ecsref.TaskKind, ecsref.RuleKind, ecsref.ScheduleKind:
			return u.Thing() + ", which is not in the plan, uses it"
		}
	}
	return ""
}
