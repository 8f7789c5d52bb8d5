package ecs

import (
	"context"
	"fmt"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/ecsref"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// ContainerInstance is `ecs:container-instance`: a machine that a cluster places tasks on. The
// machine itself stays when it is deregistered.
func ContainerInstance() kind.Def {
	k := newInstance()
	return kind.Def{
		Kind: model.Kind{
			ID: ecsref.InstanceKind, Aliases: []string{"instance", "containerinstance"}, Title: "INSTANCE", Plural: "container instances", Order: 60, Bills: true,
			Fields: k.fields, Phase: model.Remove, Undo: model.UndoNot,
			States: append(kind.Texts(types.ContainerInstanceStatus("").Values()), inactive),
			After:  []model.KindID{ecsref.ServiceKind, ecsref.TaskKind, ecsref.DaemonKind},
			MadeBy: []model.EventOf{
				{Event: "ecs.amazonaws.com:RegisterContainerInstance", IDs: []string{"{responseElements.containerInstance.containerInstanceArn}"}},
			},
			Console: func(r *model.Resource) string {
				return ecsref.Console(r, "/clusters/"+k.cluster(r).String()+"/infrastructure/container-instances/"+kind.Tail(r.Ref.ID))
			},
			CLI: func(r *model.Resource) [][]string {
				home := clusterARN(r.Ref, k.cluster(r).String())
				return [][]string{
					kind.AWSCLI(r, "ecs", "describe-container-instances", "--cluster", home, "--container-instances", r.Ref.ID, "--include", "TAGS"),
					kind.AWSCLI(r, "ecs", "deregister-container-instance", "--cluster", home, "--container-instance", r.Ref.ID, "--no-force"),
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
		Ops: map[string]kind.Op{"ecs:DeregisterContainerInstance": {
			Call: k.deregister,
			Gone: []string{"ClusterNotFoundException", "ResourceNotFoundException"},
			// AWS says so of an instance with tasks, the ones that are still stopping and in no
			// counter among them.
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
	fields, values := kind.Columns(instanceColumns()...)
	return instance{fields: fields, values: values, cluster: kind.Getter(fields, "cluster")}
}

func instanceColumns() []kind.Column[placed] {
	return []kind.Column[placed]{
		{
			Field: model.Field{ID: "cluster", Key: "cluster", Title: "CLUSTER", Order: 5, Help: "the name of its cluster"},
			From:  func(i placed) model.Value { return model.Text(i.cluster) },
		},
		{
			Field: model.Field{ID: "machine", Aliases: []string{"ec2"}, Key: "ec2InstanceId", Title: "MACHINE", Order: 9, Help: "the EC2 instance, or the managed node of Systems Manager outside EC2"},
			From:  func(i placed) model.Value { return model.TextPtr(i.Ec2InstanceId) },
		},
		{
			Field: model.Field{ID: "running", Aliases: []string{"tasks"}, Key: "runningTasks", Title: "RUN", Type: model.NumberField, Unit: model.CountOfThem, Order: 10, Help: "tasks that run on it"},
			From:  func(i placed) model.Value { return model.Number(float64(i.RunningTasksCount)) },
		},
		{
			Field: model.Field{ID: "pending", Key: "pendingTasks", Title: "PEND", Type: model.NumberField, Unit: model.CountOfThem, Order: 13, Help: "tasks that are starting on it"},
			From:  func(i placed) model.Value { return model.Number(float64(i.PendingTasksCount)) },
		},
		{
			Field: model.Field{ID: "cpu", Aliases: []string{"vcpu"}, Key: "vcpu", Title: "vCPU", Type: model.NumberField, Unit: model.VCPU, Order: 11, Help: "processors that it offers to tasks"},
			From:  func(i placed) model.Value { return registered(i, "CPU", 1.0/1024) },
		},
		{
			Field: model.Field{ID: "memory", Aliases: []string{"mem"}, Key: "memoryMiB", Title: "MEM", Type: model.NumberField, Unit: model.MiB, Order: 12, Help: "memory that it offers to tasks"},
			From:  func(i placed) model.Value { return registered(i, "MEMORY", 1) },
		},
		{
			Field: model.Field{ID: "provider", Key: "capacityProvider", Title: "PROVIDER", Order: 31, Help: "the capacity provider that brought it"},
			From:  func(i placed) model.Value { return model.TextPtr(i.CapacityProviderName) },
		},
		{
			Field: model.Field{ID: "type", Key: "instanceType", Title: "TYPE", Order: 32, Help: "the EC2 instance type"},
			From: func(i placed) model.Value {
				for _, a := range i.Attributes {
					if sdk.ToString(a.Name) == "ecs.instance-type" {
						return model.TextPtr(a.Value)
					}
				}
				return model.Never()
			},
		},
		{
			Field: model.Field{ID: "connected", Key: "agentConnected", Title: "AGENT", Type: model.BoolField, Order: 33, Help: "whether its agent talks to ECS"},
			From:  func(i placed) model.Value { return model.Bool(i.AgentConnected) },
		},
		{
			Field: model.Field{ID: "tags", Aliases: []string{"tag"}, Key: "tags", Title: "TAGS", Order: 105, Help: "its tags as key=value"},
			From:  func(i placed) model.Value { return tagWords(i.Tags) },
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

func (k instance) list(ctx context.Context, v *kind.Visit) error {
	calls, earlier := kind.NewGroup(), v.KnownBy(ecsref.InstanceKind)
	err := eachCluster(ctx, v, calls, func(ctx context.Context, c inCluster) error {
		listing := relist(instanceLister(v, c.arn))
		return kind.Pages(ctx, instanceLister(v, c.arn), func(arns []string) {
			calls.Start(ctx, func(ctx context.Context) error {
				records, err := k.describe(ctx, v, c.arn, arns, listing)
				for _, i := range records {
					if c.live() {
						r, raw := k.resource(v, c, i)
						v.Found(r, raw)
					}
				}
				for _, arn := range undescribed(err) {
					// What is listed and cannot be described is there all the same, and bills.
					if c.live() {
						bare := &model.Resource{
							Ref: v.Ref(ecsref.InstanceKind, arn), ARN: arn, Name: model.Clean(kind.Tail(arn)), Counts: true,
							Owners: []model.Ref{ecsref.Cluster(v, c.arn)}, Size: model.Size{Known: true}, Rate: model.Rate{Billed: true},
						}
						v.Found(kind.StillThere(bare, earlier[bare.Ref]), nil)
					}
				}
				return c.orGone(ctx, v, err)
			})
		})
	})
	calls.Fail(err)
	return calls.Wait()
}

// instanceLister lists all states but INACTIVE, which is what AWS does when none is named.
func instanceLister(v *kind.Visit, clusterARN string) func(context.Context, *string) ([]string, *string, error) {
	return func(ctx context.Context, token *string) ([]string, *string, error) {
		out, err := client(v).ListContainerInstances(ctx, &ecs.ListContainerInstancesInput{
			Cluster: sdk.String(clusterARN), MaxResults: sdk.Int32(100), NextToken: token,
		})
		if err != nil {
			return nil, nil, err
		}
		arns, err := ours(v, "ecs:ListContainerInstances", out.ContainerInstanceArns, "container-instance", clusterARN)
		return arns, out.NextToken, err
	}
}

// describe describes instances of one cluster. listing is what named them, nil where nothing did.
func (k instance) describe(ctx context.Context, v *kind.Visit, clusterARN string, arns []string, listing *kind.Relisting) ([]types.ContainerInstance, error) {
	d := describing[types.ContainerInstance]{operation: "DescribeContainerInstances", most: describeInstancesMost, home: clusterARN, listed: listedBy(ctx, listing)}
	d.arn = func(i types.ContainerInstance) (*string, *string) { return i.ContainerInstanceArn, nil }
	d.call = func(batch []string) ([]types.ContainerInstance, []types.Failure, error) {
		out, err := client(v).DescribeContainerInstances(ctx, &ecs.DescribeContainerInstancesInput{
			Cluster: sdk.String(clusterARN), ContainerInstances: batch, Include: []types.ContainerInstanceField{types.ContainerInstanceFieldTags},
		})
		if err != nil {
			return nil, nil, err
		}
		return out.ContainerInstances, out.Failures, nil
	}
	return d.of(v, arns)
}

// in are the described instances of a cluster now.
func (k instance) in(ctx context.Context, v *kind.Visit, c inCluster) ([]types.ContainerInstance, error) {
	arns, err := kind.All(ctx, instanceLister(v, c.arn))
	if err != nil {
		return nil, err
	}
	return k.describe(ctx, v, c.arn, arns, relist(instanceLister(v, c.arn)))
}

func (k instance) resource(v *kind.Visit, c inCluster, i types.ContainerInstance) (*model.Resource, []byte) {
	arn := sdk.ToString(i.ContainerInstanceArn)
	machine := sdk.ToString(i.Ec2InstanceId)
	r := &model.Resource{
		Ref: v.Ref(ecsref.InstanceKind, arn), ARN: arn, Name: model.Clean(machine), State: model.Clean(sdk.ToString(i.Status)),
		Owners: []model.Ref{ecsref.Cluster(v, c.arn)}, MadeAt: sdk.ToTime(i.RegisteredAt), Size: model.Size{Known: true},
		// The machine is billed, and by a price that is not known here.
		Rate: model.Rate{Billed: true}, Attrs: k.values(placed{ContainerInstance: i, cluster: c.name}),
	}
	if r.Name == "" {
		r.Name = model.Clean(kind.Tail(arn))
	}
	r.Counts = r.State != inactive
	var uses kind.Refs
	uses.Add(providerRef(v, sdk.ToString(i.CapacityProviderName)))
	r.Uses = uses
	switch {
	case strings.HasPrefix(machine, "i-"):
		r.Leftovers = []model.Uncovered{{
			Type: "AWS::EC2::Instance", ID: model.Clean(machine), Region: v.Region,
			Console: model.ConsoleURL(v.Partition, v.Region, "/ec2/home?region="+v.Region+"#InstanceDetails:instanceId="+kind.EscapePath(machine)),
		}}
	case strings.HasPrefix(machine, "mi-"):
		r.Leftovers = []model.Uncovered{{
			Type: "AWS::SSM::ManagedInstance", ID: model.Clean(machine), Region: v.Region,
			Console: model.ConsoleURL(v.Partition, v.Region, "/systems-manager/fleet-manager/managed-nodes/"+kind.EscapePath(machine)+"/general?region="+v.Region),
		}}
	}
	return r, record(v, r, i)
}

// idle holds the call back until the instance's tasks have stopped. Its counters do not show those
// that are stopping, for which the call itself says no; that has no code of its own, so deregister
// looks again.
func (k instance) idle(ctx context.Context, v *kind.Visit, step plan.Step) (bool, string, error) {
	home, err := stepHome(v, step)
	if err != nil {
		return false, "", err
	}
	records, err := k.describe(ctx, v, home, kind.IDs(step.Targets), nil)
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

// deregister never forces. AWS has no code of its own for an instance that is not there
// (InvalidParameterException), so that is proven by asking.
func (k instance) deregister(ctx context.Context, v *kind.Visit, step plan.Step) (kind.Answer, error) {
	home, err := stepHome(v, step)
	if err != nil {
		return kind.Answer{}, err
	}
	_, err = client(v).DeregisterContainerInstance(ctx, &ecs.DeregisterContainerInstanceInput{
		Cluster: sdk.String(home), ContainerInstance: sdk.String(step.Targets[0].ID), Force: sdk.Bool(false),
	})
	if !kind.HasCode(err, "InvalidParameterException") {
		return kind.Answer{}, err
	}
	records, lookErr := k.describe(ctx, v, home, kind.IDs(step.Targets), nil)
	if lookErr != nil {
		return kind.Answer{}, fmt.Errorf("%w (and looking whether the instance is there failed: %w)", err, lookErr)
	}
	for _, i := range records {
		if sdk.ToString(i.Status) != inactive {
			return kind.Answer{}, err
		}
	}
	return kind.Answer{}, nil
}

func (k instance) warn(r *model.Resource, _ *model.Graph, _ func(model.Ref) bool) plan.Warning {
	if len(r.Leftovers) == 0 {
		return plan.Warning{}
	}
	return plan.Warning{
		Name: r.Name, One: "machine " + r.Name + " stays when its container instance is gone, and is billed: end it in its own console",
		Many: "machines stay when their container instances are gone, and are billed: end them in their own consoles",
	}
}

func (k instance) prove(ctx context.Context, v *kind.Visit, refs []model.Ref) (map[model.Ref]kind.Reading, error) {
	return proveByCluster(v, refs, func(clusterARN string, list []string, tell func(id string, f kind.Reading)) error {
		records, err := k.describe(ctx, v, clusterARN, list, nil)
		for _, i := range records {
			r, _ := k.resource(v, inCluster{arn: clusterARN, name: kind.Tail(clusterARN)}, i)
			reading := kind.Reading{Presence: kind.Present, Resource: r, Why: fmt.Sprintf("%s, %d tasks are on it", r.State, i.RunningTasksCount+i.PendingTasksCount)}
			if !r.Counts {
				reading = kind.Reading{Presence: kind.Absent}
			}
			tell(r.ARN, reading)
		}
		return err
	})
}
