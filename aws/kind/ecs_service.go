package kind

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// serviceKind names the kind to the kinds that come after, own or use its resources.
const serviceKind model.KindID = "ecs:service"

// ecsService is `ecs:service`: REPLICA, DAEMON, EXTERNAL with its task sets, CODE_DEPLOY, and Express Gateway services, which ECS manages itself.
func ecsService() Def {
	k := newService()
	return Def{
		Kind: model.Kind{
			ID: serviceKind, Aliases: []string{"service"}, Title: "SERVICE", Plural: "services", Order: 20, IsContainer: true,
			Fields: k.fields, Phase: model.Drain, Owns: []model.KindID{taskKind, scalingKind}, Undo: model.UndoPartly,
			MadeByEvents: []string{"ecs.amazonaws.com:CreateService", "ecs.amazonaws.com:CreateExpressGatewayService"},
			Console: func(r *model.Resource) string {
				return ecsConsole(r, "/clusters/"+k.cluster(r).String()+"/services/"+r.Name)
			},
			CLI: k.cli,
		},
		List: k.list,
		Calls: []string{
			"ecs:ListClusters", "ecs:DescribeClusters", "ecs:ListServices", "ecs:DescribeServices", "ecs:ListTasks", "ecs:DescribeTasks",
		},
		Rule: plan.Rule{Verbs: plan.ByDeleting(plan.Way{Steps: k.steps, Warn: k.warn}), Settle: 30 * time.Second},
		Ops: map[string]Op{
			"ecs:DeleteService": {
				Call: func(ctx context.Context, v *Visit, step plan.Step) (Answer, error) {
					home, err := v.stepHome(step)
					if err != nil {
						return Answer{}, err
					}
					_, err = ecsClient(v).DeleteService(ctx, &ecs.DeleteServiceInput{
						Cluster: sdk.String(home), Service: sdk.String(step.Targets[0].ID), Force: sdk.Bool(true),
					})
					return Answer{}, err
				},
				Gone:  []string{"ServiceNotFoundException", "ServiceNotActiveException", "ClusterNotFoundException"},
				Ready: k.withoutTaskSets, Reads: []string{"ecs:DescribeServices"},
			},
			"ecs:DeleteTaskSet": {
				Call: func(ctx context.Context, v *Visit, step plan.Step) (Answer, error) {
					home, err := v.stepHome(step)
					if err != nil {
						return Answer{}, err
					}
					_, err = ecsClient(v).DeleteTaskSet(ctx, &ecs.DeleteTaskSetInput{
						Cluster: sdk.String(home), Service: sdk.String(step.Targets[0].ID),
						TaskSet: sdk.String(step.Params["taskSet"]), Force: sdk.Bool(true),
					})
					return Answer{}, err
				},
				Gone: []string{"TaskSetNotFoundException", "ServiceNotFoundException", "ServiceNotActiveException", "ClusterNotFoundException"},
			},
			"ecs:DeleteExpressGatewayService": {
				Call: func(ctx context.Context, v *Visit, step plan.Step) (Answer, error) {
					_, err := ecsClient(v).DeleteExpressGatewayService(ctx, &ecs.DeleteExpressGatewayServiceInput{
						ServiceArn: sdk.String(step.Targets[0].ID),
					})
					return Answer{}, err
				},
				Gone: []string{"ServiceNotFoundException", "ServiceNotActiveException", "ResourceNotFoundException", "ClusterNotFoundException"},
			},
		},
		Read: k.prove, ReadBatch: describeServicesMost, ReadCalls: []string{"ecs:DescribeServices"},
	}
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
	fields, values := columns(serviceColumns()...)
	return service{
		fields: fields, values: values, cluster: getter(fields, "cluster"), controller: getter(fields, "controller"),
		taskSets: getter(fields, "tasksets"), express: getter(fields, "express"),
	}
}

func serviceColumns() []column[types.Service] {
	count := func(from func(types.Service) int32) func(types.Service) model.Value {
		return func(s types.Service) model.Value { return model.Number(float64(from(s))) }
	}
	return []column[types.Service]{
		{
			model.Field{ID: "cluster", Key: "cluster", Title: "CLUSTER", Order: 5, Help: "the name of its cluster"},
			func(s types.Service) model.Value { return model.Text(tail(sdk.ToString(s.ClusterArn))) },
		},
		{
			model.Field{ID: "desired", Key: "desiredTasks", Title: "WANT", Type: model.NumberField, Unit: model.CountOfThem, Order: 9, Help: "tasks that it keeps running"},
			count(func(s types.Service) int32 { return s.DesiredCount }),
		},
		{
			model.Field{ID: "running", Key: "runningTasks", Title: "RUN", Type: model.NumberField, Unit: model.CountOfThem, Order: 10, Help: "tasks that run"},
			count(func(s types.Service) int32 { return s.RunningCount }),
		},
		{
			model.Field{ID: "pending", Key: "pendingTasks", Title: "PEND", Type: model.NumberField, Unit: model.CountOfThem, Order: 13, Help: "tasks that are starting"},
			count(func(s types.Service) int32 { return s.PendingCount }),
		},
		{
			model.Field{ID: "launch", Key: "launchType", Title: "LAUNCH", Order: 12, Help: "FARGATE, EC2, EXTERNAL, or the providers of its strategy"},
			serviceLaunch,
		},
		{
			model.Field{ID: "definition", Aliases: []string{"taskdef"}, Key: "taskDefinition", Title: "TASKDEF", Order: 11, Help: "the definitions that it runs, family:revision"},
			func(s types.Service) model.Value { return model.List(tails(serviceDefinitions(s))...) },
		},
		{
			model.Field{ID: "scheduling", Key: "schedulingStrategy", Title: "SCHEDULING", Order: 31, Help: "replica or daemon"},
			func(s types.Service) model.Value { return lower(s.SchedulingStrategy) },
		},
		{
			model.Field{ID: "controller", Key: "deploymentController", Title: "CONTROLLER", Order: 32, Help: "ecs, code_deploy or external: who deploys it"},
			func(s types.Service) model.Value {
				if s.DeploymentController == nil {
					return model.Text("ecs")
				}
				return lower(s.DeploymentController.Type)
			},
		},
		{
			model.Field{ID: "express", Key: "expressGateway", Title: "EXPRESS", Type: model.BoolField, Order: 33, Help: "an Express Gateway service, whose load balancer goes with it"},
			func(s types.Service) model.Value {
				return model.Bool(s.ResourceManagementType == types.ResourceManagementTypeEcs)
			},
		},
		{
			model.Field{ID: "createdrole", Key: "createdByRole", Title: "ROLE THAT MADE IT", Order: 34, Help: "ECS's createdBy: only the role, which every honest admin may share; never proof"},
			func(s types.Service) model.Value { return model.TextPtr(s.CreatedBy) },
		},
		{
			model.Field{ID: "exec", Key: "executeCommand", Title: "EXEC", Type: model.BoolField, Order: 36, Help: "whether a shell in its containers can be opened"},
			func(s types.Service) model.Value { return model.Bool(s.EnableExecuteCommand) },
		},
		{
			model.Field{ID: "tasksets", Aliases: []string{"taskset"}, Key: "taskSets", Title: "TASK SETS", Order: 105, Help: "task sets of an external or CodeDeploy deployment"},
			func(s types.Service) model.Value {
				sets := make([]string, len(s.TaskSets))
				for i, set := range s.TaskSets {
					sets[i] = sdk.ToString(set.TaskSetArn)
				}
				return model.List(sets...)
			},
		},
		{
			model.Field{ID: "loadbalancers", Aliases: []string{"lb"}, Key: "loadBalancers", Title: "LOAD BALANCERS", Order: 106, Help: "target groups and load balancers, which stay when it is gone"},
			func(s types.Service) model.Value {
				var names []string
				for _, l := range s.LoadBalancers {
					names = append(names, sdk.ToString(l.TargetGroupArn)+sdk.ToString(l.LoadBalancerName))
				}
				return model.List(names...)
			},
		},
		{
			model.Field{ID: "tags", Aliases: []string{"tag"}, Key: "tags", Title: "TAGS", Order: 107, Help: "its tags as key=value"},
			func(s types.Service) model.Value { return ecsTags(s.Tags) },
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

// serviceDefinitions are all definitions that a service may be running: its own, those of deployments under way, and those of task sets.
func serviceDefinitions(s types.Service) []string {
	all := []string{sdk.ToString(s.TaskDefinition)}
	for _, d := range s.Deployments {
		all = append(all, sdk.ToString(d.TaskDefinition))
	}
	for _, t := range s.TaskSets {
		all = append(all, sdk.ToString(t.TaskDefinition))
	}
	return distinct(all)
}

func (k service) list(ctx context.Context, v *Visit) error {
	calls := newGroup()
	err := eachCluster(ctx, v, calls, func(ctx context.Context, c inCluster) error { return k.listIn(ctx, v, c, calls) })
	calls.fail(err)
	return calls.wait()
}

// listIn lists the services of one cluster, with those that ListServices hides because they are DRAINING.
func (k service) listIn(ctx context.Context, v *Visit, c inCluster, calls *group) error {
	asked := map[string]bool{}
	var met atomic.Int64
	batches := newGroup()
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
	look := func(arns []string) {
		for _, arn := range arns {
			asked[tail(arn)] = true
		}
		for _, batch := range batched(arns, describeServicesMost) {
			batches.start(ctx, func(ctx context.Context) error { return k.describe(ctx, v, c.arn, batch, report) })
		}
	}
	var hidden []string
	for _, r := range v.known(serviceKind) {
		if r.Counts && ownedBy(r, v.clusterRef(c.arn)) {
			hidden = append(hidden, r.Ref.ID)
		}
	}
	err := pages(ctx, serviceLister(v, c.arn), look)
	var rest []string
	for _, arn := range hidden {
		if !asked[tail(arn)] {
			rest = append(rest, arn)
		}
	}
	look(rest)
	batches.fail(err)
	if err := batches.wait(); err != nil {
		return err
	}
	return k.findDraining(ctx, v, c, asked, &met, report)
}

// findDraining looks for services that are DRAINING and that nobody has named to us, when AWS's statistics count more of them than we met. Their
// tasks name them; what is still missing after that makes the listing incomplete, since it is there and we cannot see it.
func (k service) findDraining(ctx context.Context, v *Visit, c inCluster, asked map[string]bool, met *atomic.Int64, report func(types.Service)) error {
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
	for _, batch := range batched(more, describeServicesMost) {
		if err := k.describe(ctx, v, c.arn, batch, report); err != nil {
			return err
		}
	}
	again, err := describeClusters(ctx, v, []string{c.arn})
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

func serviceLister(v *Visit, clusterARN string) func(context.Context, *string) ([]string, *string, error) {
	return func(ctx context.Context, token *string) ([]string, *string, error) {
		// The default is 10 a page, unlike everywhere else in ECS.
		out, err := ecsClient(v).ListServices(ctx, &ecs.ListServicesInput{Cluster: sdk.String(clusterARN), MaxResults: sdk.Int32(100), NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return out.ServiceArns, out.NextToken, nil
	}
}

// describe describes at most ten services of one cluster; what is MISSING has gone away meanwhile.
func (k service) describe(ctx context.Context, v *Visit, clusterARN string, services []string, each func(types.Service)) error {
	out, err := ecsClient(v).DescribeServices(ctx, &ecs.DescribeServicesInput{
		Cluster: sdk.String(clusterARN), Services: services, Include: []types.ServiceField{types.ServiceFieldTags},
	})
	if err != nil {
		return err
	}
	for _, s := range out.Services {
		each(s)
	}
	return failuresOf(out.Failures, "ecs:DescribeServices")
}

// named are the described services that ListServices shows of a cluster now.
func (k service) named(ctx context.Context, v *Visit, c inCluster) ([]types.Service, error) {
	var arns []string
	if err := pages(ctx, serviceLister(v, c.arn), func(page []string) { arns = append(arns, page...) }); err != nil {
		return nil, err
	}
	var found []types.Service
	for _, batch := range batched(arns, describeServicesMost) {
		if err := k.describe(ctx, v, c.arn, batch, func(s types.Service) { found = append(found, s) }); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (k service) resource(v *Visit, s types.Service) (*model.Resource, []byte) {
	arn := sdk.ToString(s.ServiceArn)
	r := &model.Resource{
		Ref: v.Ref(serviceKind, arn), ARN: arn, Name: model.Clean(sdk.ToString(s.ServiceName)), State: model.Clean(sdk.ToString(s.Status)),
		Owners: []model.Ref{v.clusterRef(sdk.ToString(s.ClusterArn))}, MadeAt: sdk.ToTime(s.CreatedAt),
		Size: model.Size{Known: true}, Rate: model.Rate{Known: true}, Attrs: k.values(s),
	}
	r.Counts = r.State != inactive
	var uses refSet
	for _, d := range serviceDefinitions(s) {
		uses.add(v.definitionRef(d))
	}
	for _, p := range serviceProviders(s) {
		uses.add(v.providerRef(p))
	}
	r.Uses = uses
	raw, sealed := record(s, lowerCamel, v.Sealer)
	r.Secrets = sealed
	return r, raw
}

func serviceProviders(s types.Service) []string {
	names := strategyNames(s.CapacityProviderStrategy)
	for _, d := range s.Deployments {
		names = append(names, strategyNames(d.CapacityProviderStrategy)...)
	}
	for _, t := range s.TaskSets {
		names = append(names, strategyNames(t.CapacityProviderStrategy)...)
	}
	return distinct(names)
}
