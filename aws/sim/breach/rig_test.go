package breach_test

import (
	"context"
	"strings"
	"testing"
	"time"

	aas "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	aastypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"

	"github.com/rootout/rootout/aws/sim/breach"
	"github.com/rootout/rootout/aws/sim/cloud"
)

// noon is the clock of tests that need one that stands still.
var noon = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)

func still() time.Time { return noon }

// rig calls the operations of a scenario's account as the responder.
type rig struct {
	t   *testing.T
	s   *breach.Scenario
	ops map[string]cloud.Operation
}

func newRig(t *testing.T, s *breach.Scenario) *rig {
	r := &rig{t: t, s: s, ops: map[string]cloud.Operation{}}
	for _, service := range s.Cloud.Services() {
		for _, op := range service.Operations {
			r.ops[op.Name] = op
		}
	}
	return r
}

func breached(t *testing.T, o breach.Options) *rig {
	t.Helper()
	s, err := breach.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return newRig(t, s)
}

func call[O any](r *rig, region, name string, in any) *O {
	r.t.Helper()
	out, err := try[O](r, region, name, in)
	if err != nil {
		r.t.Fatalf("%s in %s: %v", name, region, err)
	}
	return out
}

func try[O any](r *rig, region, name string, in any) (*O, error) {
	key, _, _ := r.s.Responder()
	who, _ := r.s.Cloud.LookupCredential(key)
	out, err := r.ops[name].Do(cloud.Call{
		Context: context.Background(), Place: r.s.Cloud.In(region), Operation: name, Identity: who.Identity, Now: r.s.Cloud.Now(),
	}, in)
	if err != nil {
		return nil, err
	}
	return out.(*O), nil
}

func (r *rig) clusters(region string) (arns []string) {
	in := &ecs.ListClustersInput{}
	for {
		out := call[ecs.ListClustersOutput](r, region, "ListClusters", in)
		arns = append(arns, out.ClusterArns...)
		if in.NextToken = out.NextToken; in.NextToken == nil {
			return arns
		}
	}
}

func (r *rig) services(region, cluster string) (all []ecstypes.Service) {
	in := &ecs.ListServicesInput{Cluster: &cluster, MaxResults: new(int32(10))}
	for {
		out := call[ecs.ListServicesOutput](r, region, "ListServices", in)
		if len(out.ServiceArns) > 0 {
			all = append(all, call[ecs.DescribeServicesOutput](r, region, "DescribeServices", &ecs.DescribeServicesInput{
				Cluster: &cluster, Services: out.ServiceArns,
			}).Services...)
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			return all
		}
	}
}

func (r *rig) tasks(region, cluster string) (all []ecstypes.Task) {
	in := &ecs.ListTasksInput{Cluster: &cluster}
	for {
		out := call[ecs.ListTasksOutput](r, region, "ListTasks", in)
		if len(out.TaskArns) > 0 {
			all = append(all, call[ecs.DescribeTasksOutput](r, region, "DescribeTasks", &ecs.DescribeTasksInput{
				Cluster: &cluster, Tasks: out.TaskArns,
			}).Tasks...)
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			return all
		}
	}
}

func (r *rig) definitions(region string, status ecstypes.TaskDefinitionStatus) (arns []string) {
	in := &ecs.ListTaskDefinitionsInput{Status: status}
	for {
		out := call[ecs.ListTaskDefinitionsOutput](r, region, "ListTaskDefinitions", in)
		arns = append(arns, out.TaskDefinitionArns...)
		if in.NextToken = out.NextToken; in.NextToken == nil {
			return arns
		}
	}
}

// listed is every ARN that the listings of a region give.
func (r *rig) listed(region string) map[string]bool {
	found := map[string]bool{}
	for _, cluster := range r.clusters(region) {
		found[cluster] = true
		for _, s := range r.services(region, cluster) {
			found[*s.ServiceArn] = true
		}
		for _, t := range r.tasks(region, cluster) {
			found[*t.TaskArn] = true
		}
		for _, arn := range call[ecs.ListContainerInstancesOutput](r, region, "ListContainerInstances", &ecs.ListContainerInstancesInput{Cluster: &cluster}).ContainerInstanceArns {
			found[arn] = true
		}
		for _, d := range call[ecs.ListDaemonsOutput](r, region, "ListDaemons", &ecs.ListDaemonsInput{ClusterArn: &cluster}).DaemonSummariesList {
			found[*d.DaemonArn] = true
		}
		for _, v := range call[ecs.DescribeCapacityProvidersOutput](r, region, "DescribeCapacityProviders", &ecs.DescribeCapacityProvidersInput{Cluster: &cluster}).CapacityProviders {
			if !strings.HasPrefix(*v.Name, "FARGATE") {
				found[*v.CapacityProviderArn] = true
			}
		}
	}
	for _, status := range []ecstypes.TaskDefinitionStatus{ecstypes.TaskDefinitionStatusActive, ecstypes.TaskDefinitionStatusInactive} {
		for _, arn := range r.definitions(region, status) {
			found[arn] = true
		}
	}
	for _, t := range call[aas.DescribeScalableTargetsOutput](r, region, "DescribeScalableTargets", &aas.DescribeScalableTargetsInput{
		ServiceNamespace: aastypes.ServiceNamespaceEcs,
	}).ScalableTargets {
		found[*t.ScalableTargetARN] = true
	}
	for _, rule := range call[eventbridge.ListRulesOutput](r, region, "ListRules", &eventbridge.ListRulesInput{}).Rules {
		found[*rule.Arn] = true
	}
	for _, s := range call[scheduler.ListSchedulesOutput](r, region, "ListSchedules", &scheduler.ListSchedulesInput{}).Schedules {
		found[*s.Arn] = true
	}
	return found
}

// regionOf is the region in an ARN.
func regionOf(arn string) string { return strings.SplitN(arn, ":", 6)[3] }

// kindOf is the service and the first word of the resource in an ARN: "ecs:cluster".
func kindOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	head, _, _ := strings.Cut(parts[5], "/")
	return parts[2] + ":" + head
}

func arns(members []breach.Member) map[string]bool {
	out := map[string]bool{}
	for _, m := range members {
		out[m.ARN] = true
	}
	return out
}
