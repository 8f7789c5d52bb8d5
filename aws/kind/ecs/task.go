package ecs

import (
	"context"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/ecsref"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// Task is `ecs:task`.
func Task(now func() time.Time) kind.Def {
	k := newTask(now)
	return kind.Def{
		Kind: model.Kind{
			ID: ecsref.TaskKind, Aliases: []string{"task"}, Title: "TASK", Plural: "tasks", Order: 30, Bills: true,
			Fields: k.fields, Phase: model.Drain, Undo: model.UndoNot,
			States: []string{"PROVISIONING", "PENDING", "ACTIVATING", "RUNNING", "DEACTIVATING", "STOPPING", "DEPROVISIONING", stopped, "DELETED"},
			MadeBy: []model.EventOf{
				{Event: "ecs.amazonaws.com:RunTask", IDs: []string{"{responseElements.tasks[].taskArn}"}},
				{Event: "ecs.amazonaws.com:StartTask", IDs: []string{"{responseElements.tasks[].taskArn}"}},
			},
			MadeFor: []model.KindID{ecsref.ServiceKind, ecsref.DaemonKind, ecsref.RuleKind, ecsref.ScheduleKind},
			Console: func(r *model.Resource) string {
				return ecsref.Console(r, "/clusters/"+k.cluster(r).String()+"/tasks/"+kind.Tail(r.Ref.ID))
			},
			CLI: func(r *model.Resource) [][]string {
				home := k.home(r)
				return [][]string{
					kind.AWSCLI(r, "ecs", "describe-tasks", "--cluster", home, "--tasks", r.Ref.ID, "--include", "TAGS"),
					kind.AWSCLI(r, "ecs", "stop-task", "--cluster", home, "--task", r.Ref.ID, "--reason", stopReason),
				}
			},
		},
		List: k.list,
		Calls: []string{
			"ecs:ListClusters", "ecs:DescribeClusters", "ecs:ListTasks", "ecs:DescribeTasks", "ecs:GetTaskProtection",
		},
		Evidence:      k.evidence,
		EvidenceCalls: []string{"ecs:DescribeTaskDefinition", "ec2:DescribeNetworkInterfaces", "logs:GetLogEvents"},
		Rule: plan.Rule{
			Verbs: plan.ByDeleting(plan.Way{Steps: func(r *model.Resource, _ *model.Graph) []plan.Step {
				return []plan.Step{{
					Op: "ecs:StopTask", Params: homeParams(r.Ref, k.home(r)), Goal: plan.Gone, Undo: model.UndoNot,
					Proof:   "DescribeTasks says STOPPED or MISSING",
					UndoHow: "a new task of the same definition can be run; this one's state is lost",
				}}
			}, Warn: k.warn}),
			Carries: k.carries,
			// SIGKILL comes when the time to stop has passed after SIGTERM (ECS API Reference, StopTask).
			Settle: stopTimeout, SettleOf: k.stopTime,
		},
		Ops: map[string]kind.Op{"ecs:StopTask": {
			Call: func(ctx context.Context, v *kind.Visit, step plan.Step) (kind.Answer, error) {
				home, err := stepHome(v, step)
				if err != nil {
					return kind.Answer{}, err
				}
				return kind.Answer{}, stopTask(ctx, v, home, step.Targets[0].ID)
			},
			Gone:  []string{"ClusterNotFoundException", "ResourceNotFoundException"},
			Reads: []string{"ecs:DescribeTasks"},
		}},
		Read: k.prove, ReadBatch: describeTasksMost, ReadCalls: []string{"ecs:DescribeTasks"},
	}
}

// describeTasksMost is how many tasks one DescribeTasks takes (ECS API Reference).
const describeTasksMost = 100

type task struct {
	fields []model.Field
	values func(types.Task) []model.Value
	// The fields that proving, removing and evidence need; protectedAt is the place of the field
	// "protected".
	cluster, protected, digest, eni, definition, containers, launch func(*model.Resource) model.Value
	protectedAt                                                     int
	// stopSeconds reads a field of the definition that a task runs.
	stopSeconds func(*model.Resource) model.Value
}

func newTask(now func() time.Time) task {
	fields, values := kind.Columns(taskColumns(now)...)
	k := task{
		fields: fields, values: values, cluster: kind.Getter(fields, "cluster"), protected: kind.Getter(fields, "protected"),
		digest: kind.Getter(fields, "digest"), eni: kind.Getter(fields, "eni"), definition: kind.Getter(fields, "definition"),
		containers: kind.Getter(fields, "containers"), launch: kind.Getter(fields, "launch"),
		stopSeconds: kind.Getter(newDefinition().fields, "stoptimeout"),
	}
	for i, f := range fields {
		if f.ID == "protected" {
			k.protectedAt = i
		}
	}
	return k
}

// home is the ARN of the cluster that a task lives in.
func (k task) home(r *model.Resource) string { return clusterARN(r.Ref, k.cluster(r).String()) }

func (k task) list(ctx context.Context, v *kind.Visit) error {
	calls := kind.NewGroup()
	guard := newProtections(v)
	err := eachCluster(ctx, v, calls, func(ctx context.Context, c inCluster) error {
		for _, desired := range [...]string{"RUNNING", stopped} {
			calls.Start(ctx, func(ctx context.Context) error {
				listing := relist(taskLister(v, c.arn, desired))
				err := kind.Pages(ctx, taskLister(v, c.arn, desired), func(arns []string) {
					calls.Start(ctx, func(ctx context.Context) error {
						return c.orGone(ctx, v, k.look(ctx, v, c, listed{arns: arns, desired: desired, by: listing}, guard))
					})
				})
				return c.orGone(ctx, v, err)
			})
		}
		return nil
	})
	calls.Fail(err)
	return calls.Wait()
}

// listed are tasks that a listing by a desired status named.
type listed struct {
	arns    []string
	desired string
	by      *kind.Relisting
}

// look describes one page of a cluster's tasks and reports it, and then, as a later finding, which
// of them are protected.
func (k task) look(ctx context.Context, v *kind.Visit, c inCluster, page listed, guard *protections) error {
	var answers <-chan map[string]bool
	if page.desired != stopped {
		answers = guard.ask(ctx, v, c, page.arns)
	}
	records, err := k.describe(ctx, v, c.arn, page.arns, page.by)
	if !c.live() {
		return err
	}
	found := map[string]*model.Resource{}
	for _, t := range records {
		r, raw := k.resource(v, t)
		r.Attrs[k.protectedAt] = guard.before(r, k)
		v.Found(r, raw)
		found[kind.Tail(r.Ref.ID)] = r
	}
	if page.desired != stopped {
		// What is to run and cannot be described is there all the same; of what is stopping nobody
		// knows whether it has stopped.
		for _, arn := range undescribed(err) {
			bare := k.bare(v, c, arn)
			v.Found(kind.StillThere(bare, guard.known[bare.Ref]), nil)
		}
	}
	if answers != nil {
		k.protect(v, found, answers)
	}
	return err
}

// bare is what a listing tells of a task: where it is. It may bill, nobody knows what.
func (k task) bare(v *kind.Visit, c inCluster, arn string) *model.Resource {
	home := ecsref.Cluster(v, c.arn)
	r := &model.Resource{
		Ref: v.Ref(ecsref.TaskKind, arn), ARN: arn, Name: model.Clean(kind.Tail(arn)), Counts: true,
		Container: home, Owners: []model.Ref{home}, Rate: model.Rate{Billed: true}, Attrs: make([]model.Value, len(k.fields)),
	}
	for i, f := range k.fields {
		if f.ID == "cluster" {
			r.Attrs[i] = model.Text(c.name)
		}
	}
	return r
}

// taskLister lists the ARNs of a cluster's tasks by desired status. The status is always named:
// without it AWS lists RUNNING only.
func taskLister(v *kind.Visit, clusterARN, desired string) func(context.Context, *string) ([]string, *string, error) {
	return func(ctx context.Context, token *string) ([]string, *string, error) {
		out, err := client(v).ListTasks(ctx, &ecs.ListTasksInput{
			Cluster: sdk.String(clusterARN), DesiredStatus: types.DesiredStatus(desired), MaxResults: sdk.Int32(100), NextToken: token,
		})
		if err != nil {
			return nil, nil, err
		}
		arns, err := ours(v, "ecs:ListTasks", out.TaskArns, "task", clusterARN)
		return arns, out.NextToken, err
	}
}

// describe describes tasks of one cluster; those that are MISSING have gone away meanwhile. listing is
// what named them, nil where nothing did.
func (k task) describe(ctx context.Context, v *kind.Visit, clusterARN string, arns []string, listing *kind.Relisting) ([]types.Task, error) {
	d := describing[types.Task]{operation: "DescribeTasks", most: describeTasksMost, home: clusterARN, listed: listedBy(ctx, listing)}
	d.arn = func(t types.Task) (*string, *string) { return t.TaskArn, t.ClusterArn }
	d.call = func(batch []string) ([]types.Task, []types.Failure, error) {
		out, err := client(v).DescribeTasks(ctx, &ecs.DescribeTasksInput{
			Cluster: sdk.String(clusterARN), Tasks: batch, Include: []types.TaskField{types.TaskFieldTags},
		})
		if err != nil {
			return nil, nil, err
		}
		return out.Tasks, out.Failures, nil
	}
	return d.of(v, arns)
}

// running are the described tasks that are to run in a cluster now.
func (k task) running(ctx context.Context, v *kind.Visit, c inCluster) ([]types.Task, error) {
	arns, err := kind.All(ctx, taskLister(v, c.arn, "RUNNING"))
	if err != nil {
		return nil, err
	}
	return k.describe(ctx, v, c.arn, arns, relist(taskLister(v, c.arn, "RUNNING")))
}

// servicesOfTasks are the names of the services whose tasks a cluster holds, those that are
// stopping included.
func servicesOfTasks(ctx context.Context, v *kind.Visit, c inCluster) ([]string, error) {
	var tasks []types.Task
	for _, desired := range [...]string{"RUNNING", stopped} {
		arns, err := kind.All(ctx, taskLister(v, c.arn, desired))
		if err != nil {
			return nil, err
		}
		some, err := newTask(v.Now).describe(ctx, v, c.arn, arns, relist(taskLister(v, c.arn, desired)))
		if err != nil {
			return nil, err
		}
		tasks = append(tasks, some...)
	}
	var names []string
	for _, t := range tasks {
		if name, ok := strings.CutPrefix(sdk.ToString(t.Group), "service:"); ok {
			names = append(names, name)
		}
	}
	return kind.Distinct(names), nil
}

func (k task) resource(v *kind.Visit, t types.Task) (*model.Resource, []byte) {
	arn := sdk.ToString(t.TaskArn)
	r := &model.Resource{
		Ref: v.Ref(ecsref.TaskKind, arn), ARN: arn, Name: taskName(t), State: model.Clean(sdk.ToString(t.LastStatus)),
		MadeAt: sdk.ToTime(t.CreatedAt), Attrs: k.values(t),
	}
	r.Counts = r.State != stopped
	r.Container = ecsref.Cluster(v, sdk.ToString(t.ClusterArn))
	r.Owners = []model.Ref{r.Container}
	if name, ok := strings.CutPrefix(sdk.ToString(t.Group), "service:"); ok {
		r.Owners = []model.Ref{ecsref.Service(v, sdk.ToString(t.ClusterArn), name)}
	}
	var uses kind.Refs
	uses.Add(ecsref.Definition(v, sdk.ToString(t.TaskDefinitionArn)))
	uses.Add(ecsref.Starter(v, sdk.ToString(t.StartedBy)))
	uses.Add(providerRef(v, sdk.ToString(t.CapacityProviderName)))
	r.Uses = uses
	r.Size, r.Rate = taskCost(v.Region, t)
	return r, record(v, r, t)
}

// taskName is what people call a task: they know it by its definition, and the first digits of its
// id tell it from its twins.
func taskName(t types.Task) string {
	id := kind.Tail(sdk.ToString(t.TaskArn))
	family, _, _ := strings.Cut(kind.Tail(sdk.ToString(t.TaskDefinitionArn)), ":")
	if family == "" {
		return model.Clean(id)
	}
	return model.Clean(family + "/" + id[:min(8, len(id))])
}

func (k task) prove(ctx context.Context, v *kind.Visit, refs []model.Ref) (map[model.Ref]kind.Reading, error) {
	guard := newProtections(v)
	return proveByCluster(v, refs, func(clusterARN string, list []string, tell func(id string, f kind.Reading)) error {
		records, err := k.describe(ctx, v, clusterARN, list, nil)
		for _, t := range records {
			r, _ := k.resource(v, t)
			r.Attrs[k.protectedAt] = guard.before(r, k)
			reading := kind.Reading{Presence: kind.Present, Resource: r, Why: r.State}
			if !r.Counts {
				reading = kind.Reading{Presence: kind.Absent}
			}
			tell(r.ARN, reading)
		}
		return err
	})
}

func (k task) warn(r *model.Resource, _ *model.Graph, _ func(model.Ref) bool) plan.Warning {
	if on, _ := k.protected(r).Bool(); !on {
		return plan.Warning{}
	}
	return plan.Warning{
		Name: r.Name, One: "task " + r.Name + " is protected against scaling in and deployments: StopTask stops it all the same",
		Many: "tasks are protected against scaling in and deployments: StopTask stops them all the same",
	}
}

// carries says whether rootout itself runs in a task that is stopped: the session of a task's role
// is named by the task's id.
func (k task) carries(steps []plan.Step, _ *model.Graph, caller model.Caller) string {
	resource := kind.ResourceOf(caller.ARN)
	if !strings.HasPrefix(resource, "assumed-role/") {
		return ""
	}
	for _, s := range steps {
		for _, ref := range s.Targets {
			if s.Goal == plan.Gone && kind.Tail(resource) == kind.Tail(ref.ID) {
				return "rootout runs inside this task"
			}
		}
	}
	return ""
}

// madeByPlanned says whether a task was started by something that the plan removes: its service, or
// the rule or schedule that startedBy names.
func (k task) madeByPlanned(r *model.Resource, planned func(model.Ref) bool) bool {
	for _, o := range r.Owners {
		if o.Kind == ecsref.ServiceKind && planned(o) {
			return true
		}
	}
	for _, u := range r.Uses {
		if (u.Kind == ecsref.RuleKind || u.Kind == ecsref.ScheduleKind) && planned(u) {
			return true
		}
	}
	return false
}
