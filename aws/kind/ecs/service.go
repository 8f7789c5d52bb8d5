package ecs

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/ecsref"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// Service is `ecs:service`: REPLICA, DAEMON, EXTERNAL with its task sets, CODE_DEPLOY, and Express
// Gateway services, which ECS manages itself.
func Service() kind.Def {
	k := newService()
	made, ended := serviceEvents()
	return kind.Def{
		Kind: model.Kind{
			ID: ecsref.ServiceKind, Aliases: []string{"service"}, Title: "SERVICE", Plural: "services", Order: 20, IsContainer: true,
			Fields: k.fields, Phase: model.Drain, Owns: []model.KindID{ecsref.TaskKind, ecsref.ScalingKind}, Undo: model.UndoPartly,
			States: []string{active, draining, inactive},
			MadeBy: made, EndedBy: ended,
			Console: func(r *model.Resource) string {
				return ecsref.Console(r, "/clusters/"+k.cluster(r).String()+"/services/"+r.Name)
			},
			CLI: k.cli,
		},
		List: k.list,
		Calls: []string{
			"ecs:ListClusters", "ecs:DescribeClusters", "ecs:ListServices", "ecs:DescribeServices", "ecs:ListTasks", "ecs:DescribeTasks",
		},
		Rule: plan.Rule{Verbs: plan.ByDeleting(plan.Way{Steps: k.steps, Warn: k.warn}), Settle: 30 * time.Second},
		Ops: map[string]kind.Op{
			"ecs:DeleteService": {
				Call: func(ctx context.Context, v *kind.Visit, step plan.Step) (kind.Answer, error) {
					home, err := stepHome(v, step)
					if err != nil {
						return kind.Answer{}, err
					}
					_, err = client(v).DeleteService(ctx, &ecs.DeleteServiceInput{
						Cluster: sdk.String(home), Service: sdk.String(step.Targets[0].ID), Force: sdk.Bool(true),
					})
					return kind.Answer{}, err
				},
				Gone:  []string{"ServiceNotFoundException", "ServiceNotActiveException", "ClusterNotFoundException"},
				Ready: k.withoutTaskSets, Reads: []string{"ecs:DescribeServices"},
			},
			"ecs:DeleteTaskSet": {
				Call: func(ctx context.Context, v *kind.Visit, step plan.Step) (kind.Answer, error) {
					home, err := stepHome(v, step)
					if err != nil {
						return kind.Answer{}, err
					}
					_, err = client(v).DeleteTaskSet(ctx, &ecs.DeleteTaskSetInput{
						Cluster: sdk.String(home), Service: sdk.String(step.Targets[0].ID),
						TaskSet: sdk.String(step.Params["taskSet"]), Force: sdk.Bool(true),
					})
					return kind.Answer{}, err
				},
				Gone: []string{"TaskSetNotFoundException", "ServiceNotFoundException", "ServiceNotActiveException", "ClusterNotFoundException"},
			},
			"ecs:DeleteExpressGatewayService": {
				Call: func(ctx context.Context, v *kind.Visit, step plan.Step) (kind.Answer, error) {
					_, err := client(v).DeleteExpressGatewayService(ctx, &ecs.DeleteExpressGatewayServiceInput{
						ServiceArn: sdk.String(step.Targets[0].ID),
					})
					return kind.Answer{}, err
				},
				Gone: []string{"ServiceNotFoundException", "ServiceNotActiveException", "ResourceNotFoundException", "ClusterNotFoundException"},
			},
		},
		Read: k.prove, ReadBatch: describeServicesMost, ReadCalls: []string{"ecs:DescribeServices"},
	}
}

// serviceEvents are those that make a service, and those after which there is none of that name.
func serviceEvents() (made, ended []model.EventOf) {
	made = []model.EventOf{
		{Event: "ecs.amazonaws.com:CreateService", IDs: []string{"{responseElements.service.serviceArn}", "arn:{partition}:ecs:{region}:{account}:service/{requestParameters.cluster|tail|or:default}/{requestParameters.serviceName}"}},
		{Event: "ecs.amazonaws.com:CreateExpressGatewayService", IDs: []string{"{responseElements.service.serviceArn}"}},
	}
	ended = []model.EventOf{
		{Event: "ecs.amazonaws.com:DeleteService", IDs: []string{"{responseElements.service.serviceArn}", "arn:{partition}:ecs:{region}:{account}:service/{requestParameters.cluster|tail|or:default}/{requestParameters.service|tail}"}},
		{Event: "ecs.amazonaws.com:DeleteExpressGatewayService", IDs: []string{"{responseElements.service.serviceArn}", "{requestParameters.serviceArn}"}},
	}
	return made, ended
}

// describeServicesMost is how many services one DescribeServices takes (ECS API Reference).
const describeServicesMost = 10

type service struct {
	fields []model.Field
	values func(types.Service) []model.Value
	// cluster, controller, taskSets and express read the fields that removing needs.
	cluster, controller, taskSets, express func(*model.Resource) model.Value
}

func newService() service {
	fields, values := kind.Columns(serviceColumns()...)
	return service{
		fields: fields, values: values, cluster: kind.Getter(fields, "cluster"), controller: kind.Getter(fields, "controller"),
		taskSets: kind.Getter(fields, "tasksets"), express: kind.Getter(fields, "express"),
	}
}

func serviceColumns() []kind.Column[types.Service] {
	return slices.Concat(serviceWork(), serviceSetup())
}

// serviceWork are what it runs, and where.
func serviceWork() []kind.Column[types.Service] {
	count := func(from func(types.Service) int32) func(types.Service) model.Value {
		return func(s types.Service) model.Value { return model.Number(float64(from(s))) }
	}
	return []kind.Column[types.Service]{
		{
			Field: model.Field{ID: "cluster", Key: "cluster", Title: "CLUSTER", Order: 5, Help: "the name of its cluster"},
			From:  func(s types.Service) model.Value { return model.Text(kind.Tail(sdk.ToString(s.ClusterArn))) },
		},
		{
			Field: model.Field{ID: "desired", Key: "desiredTasks", Title: "WANT", Type: model.NumberField, Unit: model.CountOfThem, Order: 9, Help: "tasks that it keeps running"},
			From:  count(func(s types.Service) int32 { return s.DesiredCount }),
		},
		{
			Field: model.Field{ID: "running", Key: "runningTasks", Title: "RUN", Type: model.NumberField, Unit: model.CountOfThem, Order: 10, Help: "tasks that run"},
			From:  count(func(s types.Service) int32 { return s.RunningCount }),
		},
		{
			Field: model.Field{ID: "pending", Key: "pendingTasks", Title: "PEND", Type: model.NumberField, Unit: model.CountOfThem, Order: 13, Help: "tasks that are starting"},
			From:  count(func(s types.Service) int32 { return s.PendingCount }),
		},
		{
			Field: model.Field{ID: "launch", Key: "launchType", Title: "LAUNCH", Order: 12, Help: "FARGATE, EC2, EXTERNAL, or the providers of its strategy"},
			From:  serviceLaunch,
		},
		{
			Field: model.Field{ID: "definition", Aliases: []string{"taskdef"}, Key: "taskDefinition", Title: "TASKDEF", Order: 11, Help: "the definitions that it runs, family:revision"},
			From:  func(s types.Service) model.Value { return model.List(kind.Tails(serviceDefinitions(s))...) },
		},
	}
}

// serviceSetup are how it was set up.
func serviceSetup() []kind.Column[types.Service] {
	return []kind.Column[types.Service]{
		{
			Field: model.Field{ID: "scheduling", Key: "schedulingStrategy", Title: "SCHEDULING", Order: 31, Help: "replica or daemon"},
			From:  func(s types.Service) model.Value { return kind.Lower(s.SchedulingStrategy) },
		},
		{
			Field: model.Field{ID: "controller", Key: "deploymentController", Title: "CONTROLLER", Order: 32, Help: "ecs, code_deploy or external: who deploys it"},
			From: func(s types.Service) model.Value {
				if s.DeploymentController == nil {
					return model.Text("ecs")
				}
				return kind.Lower(s.DeploymentController.Type)
			},
		},
		{
			Field: model.Field{ID: "express", Key: "expressGateway", Title: "EXPRESS", Type: model.BoolField, Order: 33, Help: "an Express Gateway service, whose load balancer goes with it"},
			From: func(s types.Service) model.Value {
				return model.Bool(s.ResourceManagementType == types.ResourceManagementTypeEcs)
			},
		},
		{
			Field: model.Field{ID: "createdrole", Key: "createdByRole", Title: "ROLE THAT MADE IT", Order: 34, Help: "ECS's createdBy: only the role, which every honest admin may share; never proof"},
			From:  func(s types.Service) model.Value { return model.TextPtr(s.CreatedBy) },
		},
		{
			Field: model.Field{ID: "exec", Key: "executeCommand", Title: "EXEC", Type: model.BoolField, Order: 36, Help: "whether a shell in its containers can be opened"},
			From:  func(s types.Service) model.Value { return model.Bool(s.EnableExecuteCommand) },
		},
		{
			Field: model.Field{ID: "tasksets", Aliases: []string{"taskset"}, Key: "taskSets", Title: "TASK SETS", Order: 105, Help: "task sets of an external or CodeDeploy deployment"},
			From: func(s types.Service) model.Value {
				sets := make([]string, len(s.TaskSets))
				for i, set := range s.TaskSets {
					sets[i] = sdk.ToString(set.TaskSetArn)
				}
				return model.List(sets...)
			},
		},
		{
			Field: model.Field{ID: "loadbalancers", Aliases: []string{"lb"}, Key: "loadBalancers", Title: "LOAD BALANCERS", Order: 106, Help: "target groups and load balancers, which stay when it is gone"},
			From: func(s types.Service) model.Value {
				var names []string
				for _, l := range s.LoadBalancers {
					names = append(names, sdk.ToString(l.TargetGroupArn)+sdk.ToString(l.LoadBalancerName))
				}
				return model.List(names...)
			},
		},
		{
			Field: model.Field{ID: "tags", Aliases: []string{"tag"}, Key: "tags", Title: "TAGS", Order: 107, Help: "its tags as key=value"},
			From:  func(s types.Service) model.Value { return tagWords(s.Tags) },
		},
	}
}

func serviceLaunch(s types.Service) model.Value {
	if s.LaunchType != "" {
		return model.Text(string(s.LaunchType))
	}
	if names := strategyNames(s.CapacityProviderStrategy); len(names) > 0 {
		return model.List(names...)
	}
	for _, set := range s.TaskSets {
		if set.LaunchType != "" {
			return model.Text(string(set.LaunchType))
		}
	}
	return model.Never()
}

// serviceDefinitions are all definitions that a service may be running: its own, those of
// deployments under way, and those of task sets.
func serviceDefinitions(s types.Service) []string {
	all := []string{sdk.ToString(s.TaskDefinition)}
	for _, d := range s.Deployments {
		all = append(all, sdk.ToString(d.TaskDefinition))
	}
	for _, t := range s.TaskSets {
		all = append(all, sdk.ToString(t.TaskDefinition))
	}
	return kind.Distinct(all)
}

func (k service) list(ctx context.Context, v *kind.Visit) error {
	calls := kind.NewGroup()
	err := eachCluster(ctx, v, calls, func(ctx context.Context, c inCluster) error { return k.listIn(ctx, v, c, calls) })
	calls.Fail(err)
	return calls.Wait()
}

// listIn lists the services of one cluster, with those that ListServices hides because they are
// DRAINING.
func (k service) listIn(ctx context.Context, v *kind.Visit, c inCluster, calls *kind.Group) error {
	asked, earlier := map[string]bool{}, v.KnownBy(ecsref.ServiceKind)
	var met atomic.Int64
	batches := kind.NewGroup()
	report := func(s types.Service) {
		if !c.live() {
			return
		}
		r, raw := k.resource(v, s)
		v.Found(r, raw)
		if r.State == draining {
			met.Add(1)
		}
	}
	look := func(arns []string, listing *kind.Relisting) {
		for _, arn := range arns {
			asked[kind.Tail(arn)] = true
		}
		for _, batch := range kind.Batched(arns, describeServicesMost) {
			batches.Start(ctx, func(ctx context.Context) error {
				err := k.describeEach(ctx, v, c.arn, batch, listing, report)
				k.stillThere(v, c, undescribed(err), earlier)
				return err
			})
		}
	}
	var hidden []string
	for _, r := range earlier {
		if r.Counts && kind.OwnedBy(r, ecsref.Cluster(v, c.arn)) {
			hidden = append(hidden, r.Ref.ID)
		}
	}
	listing := relist(serviceLister(v, c.arn))
	err := kind.Pages(ctx, serviceLister(v, c.arn), func(arns []string) { look(arns, listing) })
	var rest []string
	for _, arn := range hidden {
		if !asked[kind.Tail(arn)] {
			rest = append(rest, arn)
		}
	}
	look(rest, nil) // What the listing hides may really have gone.
	batches.Fail(err)
	if err := batches.Wait(); err != nil {
		return err
	}
	return k.findDraining(ctx, v, c, asked, &met, report)
}

// stillThere reports services that a listing named and that cannot be described.
func (k service) stillThere(v *kind.Visit, c inCluster, arns []string, earlier map[model.Ref]*model.Resource) {
	if len(arns) == 0 || !c.live() {
		return
	}
	for _, arn := range arns {
		bare := &model.Resource{
			Ref: v.Ref(ecsref.ServiceKind, arn), ARN: arn, Name: model.Clean(kind.Tail(arn)), Counts: true,
			Owners: []model.Ref{ecsref.Cluster(v, c.arn)}, Size: model.Size{Known: true}, Rate: model.Rate{Known: true},
		}
		v.Found(kind.StillThere(bare, earlier[bare.Ref]), nil)
	}
}

// findDraining looks for services that are DRAINING and that nobody has named to us, when AWS's
// statistics count more of them than we met. Their tasks name them; what is still missing after
// that makes the listing incomplete, since it is there and we cannot see it.
func (k service) findDraining(ctx context.Context, v *kind.Visit, c inCluster, asked map[string]bool, met *atomic.Int64, report func(types.Service)) error {
	records, err := c.page.describe()
	if err != nil {
		return nil //nolint:nilerr // The clusters' own listing reports it, and statistics are only a hint.
	}
	if n, _ := drainingServices(records[c.arn]); int64(n) <= met.Load() {
		return nil
	}
	names, err := servicesOfTasks(ctx, v, c)
	if err != nil {
		return err
	}
	var more []string
	for _, name := range names {
		if !asked[name] {
			more = append(more, name)
		}
	}
	if err := k.describeEach(ctx, v, c.arn, more, nil, report); err != nil {
		return err
	}
	again, err := describeClusters(ctx, v, []string{c.arn}, clustersAgain(v))
	if err != nil {
		return err
	}
	if n, _ := drainingServices(again[c.arn]); int64(n) > met.Load() {
		return fmt.Errorf("listing the services of %s: %d are DRAINING, which ListServices does not show, and nothing names them", c.arn, int64(n)-met.Load())
	}
	return nil
}

func drainingServices(c types.Cluster) (int, bool) {
	return statistic(c, "drainingEC2ServiceCount", "drainingFargateServiceCount")
}

func (k service) resource(v *kind.Visit, s types.Service) (*model.Resource, []byte) {
	arn := sdk.ToString(s.ServiceArn)
	r := &model.Resource{
		Ref: v.Ref(ecsref.ServiceKind, arn), ARN: arn, Name: model.Clean(sdk.ToString(s.ServiceName)), State: model.Clean(sdk.ToString(s.Status)),
		Owners: []model.Ref{ecsref.Cluster(v, sdk.ToString(s.ClusterArn))}, MadeAt: sdk.ToTime(s.CreatedAt),
		Size: model.Size{Known: true}, Rate: model.Rate{Known: true}, Attrs: k.values(s),
	}
	r.Counts = r.State != inactive
	var uses kind.Refs
	for _, d := range serviceDefinitions(s) {
		uses.Add(ecsref.Definition(v, d))
	}
	for _, p := range serviceProviders(s) {
		uses.Add(providerRef(v, p))
	}
	r.Uses = uses
	return r, record(v, r, s)
}

func serviceProviders(s types.Service) []string {
	names := strategyNames(s.CapacityProviderStrategy)
	for _, d := range s.Deployments {
		names = append(names, strategyNames(d.CapacityProviderStrategy)...)
	}
	for _, t := range s.TaskSets {
		names = append(names, strategyNames(t.CapacityProviderStrategy)...)
	}
	return kind.Distinct(names)
}
