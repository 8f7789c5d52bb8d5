// Package ecs are the kinds of Amazon ECS: clusters, services, tasks, task definitions, managed
// daemons, container instances and capacity providers, one file a kind.
//
// It must not know the kinds of other services but by the names in ecsref, nor screens, cases or
// the order of a run.
package ecs

import (
	"context"
	"fmt"
	"slices"
	"strconv"
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

// Cluster is `ecs:cluster`.
func Cluster() kind.Def {
	fields, values := kind.Columns(clusterColumns()...)
	k := cluster{values: values}
	return kind.Def{
		Kind: model.Kind{
			ID: ecsref.ClusterKind, Aliases: []string{"cluster"}, Title: "CLUSTER", Plural: "clusters", Order: 10, IsContainer: true,
			Fields: fields, Phase: model.Remove, Undo: model.UndoPartly,
			States: []string{active, "PROVISIONING", "DEPROVISIONING", "FAILED", inactive},
			After:  []model.KindID{ecsref.ServiceKind, ecsref.TaskKind, ecsref.DaemonKind, ecsref.InstanceKind, ecsref.ProviderKind},
			Owns:   []model.KindID{ecsref.ServiceKind, ecsref.TaskKind, ecsref.DaemonKind, ecsref.InstanceKind, ecsref.ProviderKind, ecsref.RuleKind, ecsref.ScheduleKind},
			MadeBy: []model.EventOf{
				{Event: "ecs.amazonaws.com:CreateCluster", IDs: []string{"{responseElements.cluster.clusterArn}", "arn:{partition}:ecs:{region}:{account}:cluster/{requestParameters.clusterName|or:default}"}},
			},
			EndedBy: []model.EventOf{
				{Event: "ecs.amazonaws.com:DeleteCluster", IDs: []string{"{responseElements.cluster.clusterArn}", "arn:{partition}:ecs:{region}:{account}:cluster/{requestParameters.cluster|tail|or:default}"}},
			},
			Console: func(r *model.Resource) string {
				return ecsref.Console(r, "/clusters/"+r.Name+"/services")
			},
			CLI: func(r *model.Resource) [][]string {
				return [][]string{
					kind.AWSCLI(r, "ecs", "describe-clusters", "--clusters", r.Ref.ID, "--include", "STATISTICS", "ATTACHMENTS", "SETTINGS", "CONFIGURATIONS", "TAGS"),
					kind.AWSCLI(r, "ecs", "delete-cluster", "--cluster", r.Ref.ID),
				}
			},
		},
		List: k.list, Calls: []string{"ecs:ListClusters", "ecs:DescribeClusters"},
		Rule: plan.Rule{
			Verbs: plan.ByDeleting(plan.Way{Steps: func(r *model.Resource, _ *model.Graph) []plan.Step {
				return []plan.Step{{
					Op: "ecs:DeleteCluster", Goal: plan.Gone, Undo: model.UndoPartly,
					Before:  "its statistics count no services, tasks or instances any more",
					Proof:   "DescribeClusters says INACTIVE or MISSING",
					UndoHow: "CreateCluster with the name, settings and providers of the evidence",
				}}
			}}),
			Settle: time.Second,
		},
		Ops: map[string]kind.Op{"ecs:DeleteCluster": {
			Call: func(ctx context.Context, v *kind.Visit, step plan.Step) (kind.Answer, error) {
				_, err := client(v).DeleteCluster(ctx, &ecs.DeleteClusterInput{Cluster: sdk.String(step.Targets[0].ID)})
				return kind.Answer{}, err
			},
			Gone: []string{"ClusterNotFoundException"},
			Again: []string{
				"ClusterContainsServicesException", "ClusterContainsTasksException", "ClusterContainsContainerInstancesException",
				"ClusterContainsCapacityProviderException", "UpdateInProgressException",
			},
			Ready:   clusterDrained,
			Inspect: inspectCluster, RemoveSpawned: removeSpawned,
			Also: []string{"ecs:StopTask"},
			Reads: []string{
				"ecs:ListClusters", "ecs:DescribeClusters", "ecs:ListTasks", "ecs:DescribeTasks", "ecs:ListServices", "ecs:DescribeServices",
				"ecs:ListContainerInstances", "ecs:DescribeContainerInstances",
			},
		}},
		Read: k.prove, ReadBatch: 100, ReadCalls: []string{"ecs:DescribeClusters"},
	}
}

type cluster struct {
	values func(types.Cluster) []model.Value
}

func clusterColumns() []kind.Column[types.Cluster] {
	count := func(from func(types.Cluster) int32) func(types.Cluster) model.Value {
		return func(c types.Cluster) model.Value { return model.Number(float64(from(c))) }
	}
	return []kind.Column[types.Cluster]{
		{
			Field: model.Field{ID: "services", Key: "activeServices", Title: "SERVICES", Type: model.NumberField, Unit: model.CountOfThem, Order: 9, Help: "AWS's own count of ACTIVE services: orders the work, proves nothing"},
			From:  count(func(c types.Cluster) int32 { return c.ActiveServicesCount }),
		},
		{
			Field: model.Field{ID: "running", Aliases: []string{"tasks"}, Key: "runningTasks", Title: "RUNNING", Type: model.NumberField, Unit: model.CountOfThem, Order: 10, Help: "AWS's own count of RUNNING tasks"},
			From:  count(func(c types.Cluster) int32 { return c.RunningTasksCount }),
		},
		{
			Field: model.Field{ID: "pending", Key: "pendingTasks", Title: "PENDING", Type: model.NumberField, Unit: model.CountOfThem, Order: 11, Help: "AWS's own count of tasks that are starting"},
			From:  count(func(c types.Cluster) int32 { return c.PendingTasksCount }),
		},
		{
			Field: model.Field{ID: "instances", Key: "containerInstances", Title: "INSTANCES", Type: model.NumberField, Unit: model.CountOfThem, Order: 12, Help: "container instances that are registered"},
			From:  count(func(c types.Cluster) int32 { return c.RegisteredContainerInstancesCount }),
		},
		{
			Field: model.Field{ID: "draining", Key: "drainingServices", Title: "DRAINING", Type: model.NumberField, Unit: model.CountOfThem, Order: 40, Help: "services that are going away, by AWS's statistics"},
			From: func(c types.Cluster) model.Value {
				n, ok := statistic(c, "drainingEC2ServiceCount", "drainingFargateServiceCount")
				if !ok {
					return model.Unknown()
				}
				return model.Number(float64(n))
			},
		},
		{
			Field: model.Field{ID: "providers", Aliases: []string{"provider"}, Key: "capacityProviders", Title: "PROVIDERS", Order: 41, Help: "capacity providers that it may use"},
			From:  func(c types.Cluster) model.Value { return model.List(c.CapacityProviders...) },
		},
		{
			Field: model.Field{ID: "insights", Key: "containerInsights", Title: "INSIGHTS", Order: 105, Help: "whether Container Insights watches it"},
			From: func(c types.Cluster) model.Value {
				for _, s := range c.Settings {
					if s.Name == types.ClusterSettingNameContainerInsights {
						return model.TextPtr(s.Value)
					}
				}
				return model.Never()
			},
		},
		{
			Field: model.Field{ID: "tags", Aliases: []string{"tag"}, Key: "tags", Title: "TAGS", Order: 106, Help: "its tags as key=value"},
			From:  func(c types.Cluster) model.Value { return tagWords(c.Tags) },
		},
	}
}

// statistic adds up statistics by name, whatever their case: one of the eight is spelled with a
// capital (ECS API Reference, Cluster).
func statistic(c types.Cluster, names ...string) (int, bool) {
	sum, found := 0, 0
	for _, s := range c.Statistics {
		if slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, sdk.ToString(s.Name)) }) {
			n, err := strconv.Atoi(sdk.ToString(s.Value))
			if err != nil {
				return 0, false
			}
			sum += n
			found++
		}
	}
	return sum, found == len(names)
}

func (k cluster) list(ctx context.Context, v *kind.Visit) error {
	calls, earlier := kind.NewGroup(), v.KnownBy(ecsref.ClusterKind)
	err := eachClusterPage(ctx, v, func(page *clusterPage) {
		calls.Start(ctx, func(context.Context) error {
			records, err := page.describe()
			for _, arn := range page.arns {
				if c, ok := records[arn]; ok {
					r, raw := k.resource(v, c)
					v.Found(r, raw)
				} else if err != nil {
					// What is listed and cannot be described is there all the same.
					bare := k.bare(v, arn)
					v.Found(kind.StillThere(bare, earlier[bare.Ref]), nil)
				}
			}
			return err
		})
	})
	calls.Fail(err)
	return calls.Wait()
}

func (k cluster) bare(v *kind.Visit, arn string) *model.Resource {
	return &model.Resource{
		Ref: ecsref.Cluster(v, arn), ARN: arn, Name: model.Clean(kind.Tail(arn)), Counts: true, Rate: model.Rate{Known: true}, Size: model.Size{Known: true},
	}
}

func (k cluster) resource(v *kind.Visit, c types.Cluster) (*model.Resource, []byte) {
	r := k.bare(v, sdk.ToString(c.ClusterArn))
	r.State = model.Clean(sdk.ToString(c.Status))
	r.Counts = r.State != inactive
	var uses kind.Refs
	for _, p := range c.CapacityProviders {
		uses.Add(providerRef(v, p))
	}
	r.Uses, r.Attrs = uses, k.values(c)
	return r, record(v, r, c)
}

func (k cluster) prove(ctx context.Context, v *kind.Visit, refs []model.Ref) (map[model.Ref]kind.Reading, error) {
	records, err := describeClusters(ctx, v, kind.IDs(refs), nil)
	if err != nil {
		return nil, err
	}
	readings := map[model.Ref]kind.Reading{}
	for _, ref := range refs {
		c, ok := records[ref.ID]
		if !ok || sdk.ToString(c.Status) == inactive {
			readings[ref] = kind.Reading{Presence: kind.Absent}
			continue
		}
		r, _ := k.resource(v, c)
		reading := kind.Reading{Presence: kind.Present, Why: remains(c), Resource: r}
		if sdk.ToString(c.Status) == "FAILED" {
			reading.Failed = worded("FAILED", attachmentReason(c))
		}
		readings[ref] = reading
	}
	return readings, nil
}

// clusterDrained opens DeleteCluster's gate: no counter and no statistic counts anything, no
// provider is being attached or taken off, and no task is still on its way out, which no counter
// shows. Where an implementation has no statistics the plain counters stand alone.
func clusterDrained(ctx context.Context, v *kind.Visit, step plan.Step) (bool, string, error) {
	arn := step.Targets[0].ID
	var (
		calls    = kind.NewGroup()
		records  map[string]types.Cluster
		stopping int
	)
	calls.Start(ctx, func(ctx context.Context) (err error) {
		records, err = describeClusters(ctx, v, []string{arn}, nil)
		return err
	})
	calls.Start(ctx, func(ctx context.Context) (err error) {
		stopping, err = stoppingTasks(ctx, v, arn)
		return err
	})
	if err := calls.Wait(); err != nil {
		return false, "", err
	}
	c, ok := records[arn]
	if !ok || sdk.ToString(c.Status) == inactive {
		return true, "", nil
	}
	if why := remains(c); why != "" {
		return false, why, nil
	}
	if stopping > 0 {
		return false, fmt.Sprintf("%d tasks are stopping", stopping), nil
	}
	return true, "", nil
}

// remains says in words what a cluster still holds, or "".
func remains(c types.Cluster) string {
	var parts []string
	add := func(n int, what string) {
		if n > 0 {
			parts = append(parts, strconv.Itoa(n)+" "+what)
		}
	}
	most := func(plain int32, names ...string) int {
		n, _ := statistic(c, names...)
		return max(int(plain), n)
	}
	add(most(c.ActiveServicesCount, "activeEC2ServiceCount", "activeFargateServiceCount"), "services are active")
	add(most(0, "drainingEC2ServiceCount", "drainingFargateServiceCount"), "services are draining")
	add(most(c.RunningTasksCount, "runningEC2TasksCount", "RunningFargateTasksCount"), "tasks are running")
	add(most(c.PendingTasksCount, "pendingEC2TasksCount", "pendingFargateTasksCount"), "tasks are starting")
	add(int(c.RegisteredContainerInstancesCount), "container instances are registered")
	if strings.HasSuffix(sdk.ToString(c.AttachmentsStatus), "IN_PROGRESS") {
		parts = append(parts, "its capacity providers are changing")
	}
	return strings.Join(parts, ", ")
}
