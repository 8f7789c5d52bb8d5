package kind

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// definitionKind names the kind to the kinds that come after, own or use its resources.
const definitionKind model.KindID = "ecs:task-definition"

// ecsTaskDefinition is `ecs:task-definition`: one revision, ACTIVE, INACTIVE or DELETE_IN_PROGRESS.
func ecsTaskDefinition() Def {
	k := newDefinition()
	return Def{
		Kind: model.Kind{
			ID: definitionKind, Aliases: []string{"taskdef", "definition", "task-definition"}, Title: "TASKDEF", Plural: "task definitions", Order: 40,
			Fields: k.fields, Phase: model.Tidy, Undo: model.UndoPartly,
			After:        []model.KindID{serviceKind, taskKind},
			MadeByEvents: []string{"ecs.amazonaws.com:RegisterTaskDefinition"},
			Console: func(r *model.Resource) string {
				return ecsConsole(r, "/task-definitions/"+k.family(r).String()+"/"+k.revision(r).String()+"/containers")
			},
			CLI: func(r *model.Resource) [][]string {
				commands := [][]string{awsCLI(r, "ecs", "describe-task-definition", "--task-definition", r.Ref.ID, "--include", "TAGS")}
				if r.State == active {
					commands = append(commands, awsCLI(r, "ecs", "deregister-task-definition", "--task-definition", r.Ref.ID))
				}
				return append(commands, awsCLI(r, "ecs", "delete-task-definitions", "--task-definitions", r.Ref.ID))
			},
		},
		List: k.list, Calls: []string{"ecs:ListTaskDefinitions", "ecs:DescribeTaskDefinition"},
		Rule: plan.Rule{
			Verbs: plan.ByDeleting(plan.Way{Steps: k.steps, Refuse: k.refuse}),
			Batch: map[string]int{"ecs:DeleteTaskDefinitions": deleteDefinitionsMost},
		},
		Ops: map[string]Op{
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
	fields, values := columns(definitionColumns()...)
	return definition{
		fields: fields, values: values, family: getter(fields, "family"), revision: getter(fields, "revision"), image: getter(fields, "image"),
	}
}

func definitionColumns() []column[*types.TaskDefinition] {
	type record = *types.TaskDefinition
	return []column[record]{
		{
			model.Field{ID: "family", Key: "family", Title: "FAMILY", Order: 60, Help: "the name that its revisions share"},
			func(d record) model.Value { return model.TextPtr(d.Family) },
		},
		{
			model.Field{ID: "revision", Key: "revision", Title: "REV", Type: model.NumberField, Unit: model.CountOfThem, Order: 61, Help: "the number of the revision"},
			func(d record) model.Value { return model.Number(float64(d.Revision)) },
		},
		{
			model.Field{ID: "image", Key: "images", Title: "IMAGE", Order: 9, Help: "the images of its containers"},
			func(d record) model.Value {
				return eachContainer(d, func(c types.ContainerDefinition) string { return sdk.ToString(c.Image) })
			},
		},
		{
			model.Field{ID: "cpu", Aliases: []string{"vcpu"}, Key: "vcpu", Title: "vCPU", Type: model.NumberField, Unit: model.VCPU, Order: 10, Help: "processors that a task of it takes"},
			func(d record) model.Value { return sizeOrNone(d.Cpu, cpuVCPU) },
		},
		{
			model.Field{ID: "memory", Aliases: []string{"mem"}, Key: "memoryMiB", Title: "MEM", Type: model.NumberField, Unit: model.MiB, Order: 11, Help: "memory that a task of it takes"},
			func(d record) model.Value { return sizeOrNone(d.Memory, memoryMiB) },
		},
		{
			model.Field{ID: "registeredby", Key: "registeredBy", Title: "REGISTERED BY", Order: 12, Help: "the full session that registered it, as ECS itself remembers"},
			func(d record) model.Value { return model.TextPtr(d.RegisteredBy) },
		},
		{
			model.Field{ID: "registeredat", Aliases: []string{"registered"}, Key: "registeredAt", Title: "REGISTERED", Type: model.TimeField, Order: 31, Help: "when it was registered"},
			func(d record) model.Value { return model.TimePtr(d.RegisteredAt) },
		},
		{
			model.Field{ID: "launch", Key: "compatibilities", Title: "LAUNCH", Order: 32, Help: "what it was registered for"},
			func(d record) model.Value { return model.List(words(d.RequiresCompatibilities)...) },
		},
		{
			model.Field{ID: "networkmode", Aliases: []string{"network"}, Key: "networkMode", Title: "NETWORK", Order: 33, Help: "awsvpc, bridge, host or none"},
			func(d record) model.Value { return model.Text(string(d.NetworkMode)) },
		},
		{
			model.Field{ID: "envs", Aliases: []string{"env"}, Key: "environmentVariables", Title: "ENVS", Type: model.NumberField, Unit: model.CountOfThem, Order: 34, Help: "environment variables of its containers; values are never kept"},
			func(d record) model.Value {
				n := 0
				for _, c := range d.ContainerDefinitions {
					n += len(c.Environment)
				}
				return model.Number(float64(n))
			},
		},
		{
			model.Field{ID: "command", Key: "command", Title: "COMMAND", Order: 35, Help: "what its containers run"},
			func(d record) model.Value {
				return eachContainer(d, func(c types.ContainerDefinition) string {
					return strings.TrimSpace(strings.Join(c.EntryPoint, " ") + " " + strings.Join(c.Command, " "))
				})
			},
		},
		{
			model.Field{ID: "role", Aliases: []string{"taskrole"}, Key: "taskRole", Title: "ROLE", Order: 36, Help: "the role that its containers have"},
			func(d record) model.Value { return model.TextPtr(d.TaskRoleArn) },
		},
		{
			model.Field{ID: "execrole", Key: "executionRole", Title: "EXECUTION ROLE", Order: 105, Help: "the role that ECS pulls its image with"},
			func(d record) model.Value { return model.TextPtr(d.ExecutionRoleArn) },
		},
		{
			model.Field{ID: "privileged", Key: "privileged", Title: "PRIVILEGED", Type: model.BoolField, Order: 106, Help: "whether a container has the rights of its host"},
			func(d record) model.Value {
				for _, c := range d.ContainerDefinitions {
					if sdk.ToBool(c.Privileged) {
						return model.Bool(true)
					}
				}
				return model.Bool(false)
			},
		},
		{
			model.Field{ID: "deregistered", Key: "deregisteredAt", Title: "DEREGISTERED", Type: model.TimeField, Order: 107, Help: "when it became INACTIVE"},
			func(d record) model.Value {
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
	return model.List(distinct(all)...)
}

// sizeOrNone reads a size that a definition for EC2 may leave out.
func sizeOrNone(text *string, parse func(string) (float64, bool)) model.Value {
	if sdk.ToString(text) == "" {
		return model.Never()
	}
	return sizeValue(parse(*text))
}

func words[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = string(w)
	}
	return out
}

// definitionStatuses are the three listings, in the order in which a revision passes through them: one that moves on while we look is then met
// twice rather than never.
func definitionStatuses() []types.TaskDefinitionStatus {
	return []types.TaskDefinitionStatus{
		types.TaskDefinitionStatusActive, types.TaskDefinitionStatusInactive, types.TaskDefinitionStatusDeleteInProgress,
	}
}

func (k definition) list(ctx context.Context, v *Visit) error {
	known := map[string]*model.Resource{}
	for _, r := range v.known(definitionKind) {
		known[r.Ref.ID] = r
	}
	calls := newGroup()
	var denied atomic.Bool
	for _, status := range definitionStatuses() {
		err := pages(ctx, definitionLister(v, status), func(arns []string) {
			for _, arn := range arns {
				// A revision never changes but for its status, so that what is known is not asked for again.
				if old := known[arn]; old != nil && old.State == string(status) && !k.image(old).IsUnknown() {
					v.Found(old, nil)
					continue
				}
				v.Found(k.bare(v, arn, status), nil)
				calls.start(ctx, func(ctx context.Context) error {
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
		calls.fail(err)
	}
	return calls.wait()
}

func definitionLister(v *Visit, status types.TaskDefinitionStatus) func(context.Context, *string) ([]string, *string, error) {
	return func(ctx context.Context, token *string) ([]string, *string, error) {
		out, err := ecsClient(v).ListTaskDefinitions(ctx, &ecs.ListTaskDefinitionsInput{
			Status: status, MaxResults: sdk.Int32(100), NextToken: token,
		})
		if err != nil {
			return nil, nil, err
		}
		return out.TaskDefinitionArns, out.NextToken, nil
	}
}

// bare is what the ARN and the listing's status tell.
func (k definition) bare(v *Visit, arn string, status types.TaskDefinitionStatus) *model.Resource {
	r := &model.Resource{
		Ref: v.Ref(definitionKind, arn), ARN: arn, Name: model.Clean(tail(arn)), State: string(status),
		Size: model.Size{Known: true}, Rate: model.Rate{Known: true},
	}
	r.Deleting = status == types.TaskDefinitionStatusDeleteInProgress
	r.Counts = !r.Deleting
	family, revision, _ := strings.Cut(tail(arn), ":")
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

// describe reads one revision and reports it. One that has gone away since it was listed is no error; AWS has no code of its own for that
// (ClientException), so that the next listing tells.
func (k definition) describe(ctx context.Context, v *Visit, arn string) error {
	out, err := ecsClient(v).DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{
		TaskDefinition: sdk.String(arn), Include: []types.TaskDefinitionField{types.TaskDefinitionFieldTags},
	})
	if hasCode(err, definitionAbsent()...) || (err == nil && out.TaskDefinition == nil) {
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
	raw, sealed := record(struct {
		TaskDefinition *types.TaskDefinition
		Tags           []types.Tag
	}{d, out.Tags}, lowerCamel, v.Sealer)
	r.Secrets = sealed
	v.Found(r, raw)
	return nil
}

// definitionAbsent are the codes that DescribeTaskDefinition may answer for a revision that is not there.
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
		case serviceKind, taskKind, ruleKind, scheduleKind:
			return u.Thing() + ", which is not in the plan, uses it"
		}
	}
	return ""
}

func (k definition) deregister(ctx context.Context, v *Visit, step plan.Step) (Answer, error) {
	arn := step.Targets[0].ID
	_, err := ecsClient(v).DeregisterTaskDefinition(ctx, &ecs.DeregisterTaskDefinitionInput{TaskDefinition: sdk.String(arn)})
	if !hasCode(err, definitionAbsent()...) {
		return Answer{}, err
	}
	status, lookErr := k.statusOf(ctx, v, arn)
	if lookErr != nil {
		return Answer{}, fmt.Errorf("%w (and looking at its status failed: %w)", err, lookErr)
	}
	if status == types.TaskDefinitionStatusActive {
		return Answer{}, err
	}
	return Answer{}, nil
}

// statusOf is a revision's status, "" when it is not there.
func (k definition) statusOf(ctx context.Context, v *Visit, arn string) (types.TaskDefinitionStatus, error) {
	out, err := ecsClient(v).DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{TaskDefinition: sdk.String(arn)})
	switch {
	case hasCode(err, definitionAbsent()...):
		return "", nil
	case err != nil:
		return "", err
	case out.TaskDefinition == nil:
		return "", nil
	}
	return out.TaskDefinition.Status, nil
}

// remove deletes up to ten revisions. AWS refuses single ones inside a good answer; those that are on their way out already are no failure.
func (k definition) remove(ctx context.Context, v *Visit, step plan.Step) (Answer, error) {
	out, err := ecsClient(v).DeleteTaskDefinitions(ctx, &ecs.DeleteTaskDefinitionsInput{TaskDefinitions: ids(step.Targets)})
	if err != nil {
		return Answer{}, err
	}
	refused := map[model.Ref]*model.Failure{}
	for _, f := range out.Failures {
		for _, ref := range step.Targets {
			if tail(ref.ID) != tail(sdk.ToString(f.Arn)) {
				continue
			}
			status, lookErr := k.statusOf(ctx, v, ref.ID)
			if lookErr == nil && (status == "" || status == types.TaskDefinitionStatusDeleteInProgress) {
				continue
			}
			refused[ref] = failureOf(v, "ecs:DeleteTaskDefinitions", "", strings.TrimSpace(sdk.ToString(f.Reason)+" "+sdk.ToString(f.Detail)))
		}
	}
	return Answer{Refused: refused}, nil
}
