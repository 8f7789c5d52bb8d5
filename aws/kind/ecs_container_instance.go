package kind

import (
	"context"
	"fmt"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// instanceKind names the kind to the kinds that come after, own or use its resources.
const instanceKind model.KindID = "ecs:container-instance"

// ecsContainerInstance is `ecs:container-instance`: a machine that a cluster places tasks on. The machine itself stays when it is deregistered.
func ecsContainerInstance() Def {
	k := newInstance()
	return Def{
		Kind: model.Kind{
			ID: instanceKind, Aliases: []string{"instance", "containerinstance"}, Title: "INSTANCE", Plural: "container instances", Order: 60,
			Fields: k.fields, Phase: model.Remove, Undo: model.UndoNot,
			After:        []model.KindID{serviceKind, taskKind, daemonKind},
			MadeByEvents: []string{"ecs.amazonaws.com:RegisterContainerInstance"},
			Console: func(r *model.Resource) string {
				return ecsConsole(r, "/clusters/"+k.cluster(r).String()+"/infrastructure/container-instances/"+tail(r.Ref.ID))
			},
			CLI: func(r *model.Resource) [][]string {
				home := clusterARN(r.Ref, k.cluster(r).String())
				return [][]string{
					awsCLI(r, "ecs", "describe-container-instances", "--cluster", home, "--container-instances", r.Ref.ID, "--include", "TAGS"),
					awsCLI(r, "ecs", "deregister-container-instance", "--cluster", home, "--container-instance", r.Ref.ID, "--no-force"),
				}
			},
		},
		List: k.list,
		Calls: []string{
			"ecs:ListClusters", "ecs:DescribeClusters", "ecs:ListContainerInstances", "ecs:DescribeContainerInstances",
		},
		Rule: plan.Rule{
			Verbs: plan.ByDeleting(plan.Way{Steps: func(r *model.Resource, _ *model.Graph) []plan.Step {
				return []plan.Step{{
					Op: "ecs:DeregisterContainerInstance", Params: homeParams(r.Ref, clusterARN(r.Ref, k.cluster(r).String())),
					Goal: plan.Gone, Undo: model.UndoNot,
					Before:  "its tasks have stopped: it is never forced, since forced ones leave containers running on the machine",
					Proof:   "DescribeContainerInstances says INACTIVE or MISSING",
					UndoHow: "the agent on the machine registers it again, under another id",
				}}
			}, Warn: k.warn}),
		},
		Ops: map[string]Op{"ecs:DeregisterContainerInstance": {
			Call: k.deregister,
			Gone: []string{"ClusterNotFoundException", "ResourceNotFoundException"},
			// AWS says so of an instance with tasks, the ones that are still stopping and in no counter among them.
			Again: []string{"InvalidParameterException"},
			Ready: k.idle,
			Reads: []string{"ecs:DescribeContainerInstances"},
		}},
		Read: k.prove, ReadBatch: describeInstancesMost, ReadCalls: []string{"ecs:DescribeContainerInstances"},
	}
}

// describeInstancesMost is how many one DescribeContainerInstances takes (ECS API Reference).
const describeInstancesMost = 100

type instance struct {
	fields  []model.Field
	values  func(placed) []model.Value
	cluster func(*model.Resource) model.Value
}

// placed is a container instance with its cluster, which AWS's record does not name.
type placed struct {
	types.ContainerInstance
	cluster string
}

func newInstance() instance {
	fields, values := columns(instanceColumns()...)
	return instance{fields: fields, values: values, cluster: getter(fields, "cluster")}
}

func instanceColumns() []column[placed] {
	return []column[placed]{
		{
			model.Field{ID: "cluster", Key: "cluster", Title: "CLUSTER", Order: 5, Help: "the name of its cluster"},
			func(i placed) model.Value { return model.Text(i.cluster) },
		},
		{
			model.Field{ID: "machine", Aliases: []string{"ec2"}, Key: "ec2InstanceId", Title: "MACHINE", Order: 9, Help: "the EC2 instance, or the managed node of Systems Manager outside EC2"},
			func(i placed) model.Value { return model.TextPtr(i.Ec2InstanceId) },
		},
		{
			model.Field{ID: "running", Aliases: []string{"tasks"}, Key: "runningTasks", Title: "RUN", Type: model.NumberField, Unit: model.CountOfThem, Order: 10, Help: "tasks that run on it"},
			func(i placed) model.Value { return model.Number(float64(i.RunningTasksCount)) },
		},
		{
			model.Field{ID: "pending", Key: "pendingTasks", Title: "PEND", Type: model.NumberField, Unit: model.CountOfThem, Order: 13, Help: "tasks that are starting on it"},
			func(i placed) model.Value { return model.Number(float64(i.PendingTasksCount)) },
		},
		{
			model.Field{ID: "cpu", Aliases: []string{"vcpu"}, Key: "vcpu", Title: "vCPU", Type: model.NumberField, Unit: model.VCPU, Order: 11, Help: "processors that it offers to tasks"},
			func(i placed) model.Value { return registered(i, "CPU", 1.0/1024) },
		},
		{
			model.Field{ID: "memory", Aliases: []string{"mem"}, Key: "memoryMiB", Title: "MEM", Type: model.NumberField, Unit: model.MiB, Order: 12, Help: "memory that it offers to tasks"},
			func(i placed) model.Value { return registered(i, "MEMORY", 1) },
		},
		{
			model.Field{ID: "provider", Key: "capacityProvider", Title: "PROVIDER", Order: 31, Help: "the capacity provider that brought it"},
			func(i placed) model.Value { return model.TextPtr(i.CapacityProviderName) },
		},
		{
			model.Field{ID: "type", Key: "instanceType", Title: "TYPE", Order: 32, Help: "the EC2 instance type"},
			func(i placed) model.Value {
				for _, a := range i.Attributes {
					if sdk.ToString(a.Name) == "ecs.instance-type" {
						return model.TextPtr(a.Value)
					}
				}
				return model.Never()
			},
		},
		{
			model.Field{ID: "connected", Key: "agentConnected", Title: "AGENT", Type: model.BoolField, Order: 33, Help: "whether its agent talks to ECS"},
			func(i placed) model.Value { return model.Bool(i.AgentConnected) },
		},
		{
			model.Field{ID: "tags", Aliases: []string{"tag"}, Key: "tags", Title: "TAGS", Order: 105, Help: "its tags as key=value"},
			func(i placed) model.Value { return ecsTags(i.Tags) },
		},
	}
}

func registered(i placed, resource string, unit float64) model.Value {
	for _, r := range i.RegisteredResources {
		if sdk.ToString(r.Name) == resource {
			return model.Number(float64(r.IntegerValue) * unit)
		}
	}
	return model.Unknown()
}

func (k instance) list(ctx context.Context, v *Visit) error {
	calls := newGroup()
	err := eachCluster(ctx, v, calls, func(ctx context.Context, c inCluster) error {
		return pages(ctx, instanceLister(v, c.arn), func(arns []string) {
			calls.start(ctx, func(ctx context.Context) error {
				records, err := k.describe(ctx, v, c.arn, arns)
				for _, i := range records {
					if c.live() {
						r, raw := k.resource(v, c, i)
						v.Found(r, raw)
					}
				}
				return goneIsNothing(err)
			})
		})
	})
	calls.fail(err)
	return calls.wait()
}

// instanceLister lists all states but INACTIVE, which is what AWS does when none is named.
func instanceLister(v *Visit, clusterARN string) func(context.Context, *string) ([]string, *string, error) {
	return func(ctx context.Context, token *string) ([]string, *string, error) {
		out, err := ecsClient(v).ListContainerInstances(ctx, &ecs.ListContainerInstancesInput{
			Cluster: sdk.String(clusterARN), MaxResults: sdk.Int32(100), NextToken: token,
		})
		if err != nil {
			return nil, nil, err
		}
		return out.ContainerInstanceArns, out.NextToken, nil
	}
}

func (k instance) describe(ctx context.Context, v *Visit, clusterARN string, arns []string) ([]types.ContainerInstance, error) {
	var found []types.ContainerInstance
	for _, batch := range batched(arns, describeInstancesMost) {
		out, err := ecsClient(v).DescribeContainerInstances(ctx, &ecs.DescribeContainerInstancesInput{
			Cluster: sdk.String(clusterARN), ContainerInstances: batch, Include: []types.ContainerInstanceField{types.ContainerInstanceFieldTags},
		})
		if err != nil {
			return found, err
		}
		found = append(found, out.ContainerInstances...)
		if err := failuresOf(out.Failures, "ecs:DescribeContainerInstances"); err != nil {
			return found, err
		}
	}
	return found, nil
}

// in are the described instances of a cluster now.
func (k instance) in(ctx context.Context, v *Visit, c inCluster) ([]types.ContainerInstance, error) {
	var arns []string
	if err := pages(ctx, instanceLister(v, c.arn), func(page []string) { arns = append(arns, page...) }); err != nil {
		return nil, err
	}
	return k.describe(ctx, v, c.arn, arns)
}

func (k instance) resource(v *Visit, c inCluster, i types.ContainerInstance) (*model.Resource, []byte) {
	arn := sdk.ToString(i.ContainerInstanceArn)
	machine := sdk.ToString(i.Ec2InstanceId)
	r := &model.Resource{
		Ref: v.Ref(instanceKind, arn), ARN: arn, Name: model.Clean(machine), State: model.Clean(sdk.ToString(i.Status)),
		Owners: []model.Ref{v.clusterRef(c.arn)}, MadeAt: sdk.ToTime(i.RegisteredAt), Size: model.Size{Known: true},
		// The machine is billed, and by a price that is not known here.
		Rate: model.Rate{Billed: true}, Attrs: k.values(placed{ContainerInstance: i, cluster: c.name}),
	}
	if r.Name == "" {
		r.Name = model.Clean(tail(arn))
	}
	r.Counts = r.State != inactive
	var uses refSet
	uses.add(v.providerRef(sdk.ToString(i.CapacityProviderName)))
	r.Uses = uses
	switch {
	case strings.HasPrefix(machine, "i-"):
		r.Leftovers = []model.Uncovered{{
			Type: "AWS::EC2::Instance", ID: model.Clean(machine), Region: v.Region,
			Console: model.ConsoleURL(v.Partition, v.Region, "/ec2/home?region="+v.Region+"#InstanceDetails:instanceId="+escaped(machine)),
		}}
	case strings.HasPrefix(machine, "mi-"):
		r.Leftovers = []model.Uncovered{{
			Type: "AWS::SSM::ManagedInstance", ID: model.Clean(machine), Region: v.Region,
			Console: model.ConsoleURL(v.Partition, v.Region, "/systems-manager/fleet-manager/managed-nodes/"+escaped(machine)+"/general?region="+v.Region),
		}}
	}
	raw, sealed := record(i, lowerCamel, v.Sealer)
	r.Secrets = sealed
	return r, raw
}

// idle holds the call back until the instance's tasks have stopped. Its counters do not show those that are stopping, for which the call itself
// says no; that has no code of its own, so deregister looks again.
func (k instance) idle(ctx context.Context, v *Visit, step plan.Step) (bool, string, error) {
	home, err := v.stepHome(step)
	if err != nil {
		return false, "", err
	}
	records, err := k.describe(ctx, v, home, ids(step.Targets))
	if err != nil {
		return false, "", err
	}
	for _, i := range records {
		if n := i.RunningTasksCount + i.PendingTasksCount; n > 0 {
			return false, fmt.Sprintf("%d tasks are still on it", n), nil
		}
	}
	return true, "", nil
}

// deregister never forces. AWS has no code of its own for an instance that is not there (InvalidParameterException), so that is proven by asking.
func (k instance) deregister(ctx context.Context, v *Visit, step plan.Step) (Answer, error) {
	home, err := v.stepHome(step)
	if err != nil {
		return Answer{}, err
	}
	_, err = ecsClient(v).DeregisterContainerInstance(ctx, &ecs.DeregisterContainerInstanceInput{
		Cluster: sdk.String(home), ContainerInstance: sdk.String(step.Targets[0].ID), Force: sdk.Bool(false),
	})
	if !hasCode(err, "InvalidParameterException") {
		return Answer{}, err
	}
	records, lookErr := k.describe(ctx, v, home, ids(step.Targets))
	if lookErr != nil {
		return Answer{}, fmt.Errorf("%w (and looking whether the instance is there failed: %w)", err, lookErr)
	}
	for _, i := range records {
		if sdk.ToString(i.Status) != inactive {
			return Answer{}, err
		}
	}
	return Answer{}, nil
}

func (k instance) warn(r *model.Resource, _ *model.Graph, _ func(model.Ref) bool) string {
	if len(r.Leftovers) == 0 {
		return ""
	}
	return "machine " + r.Name + " stays and is billed on when its container instance is gone: end it in its own console"
}

func (k instance) prove(ctx context.Context, v *Visit, refs []model.Ref) (map[model.Ref]Reading, error) {
	return proveByCluster(v, refs, func(clusterARN string, list []string, tell func(id string, f Reading)) error {
		records, err := k.describe(ctx, v, clusterARN, list)
		for _, i := range records {
			r, _ := k.resource(v, inCluster{arn: clusterARN, name: tail(clusterARN)}, i)
			reading := Reading{Presence: Present, Resource: r, Why: fmt.Sprintf("%s, %d tasks are on it", r.State, i.RunningTasksCount+i.PendingTasksCount)}
			if !r.Counts {
				reading = Reading{Presence: Absent}
			}
			tell(r.ARN, reading)
		}
		return err
	})
}
