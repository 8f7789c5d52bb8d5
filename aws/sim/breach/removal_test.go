package breach_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
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

// TestRemovable: everything of the intruder's can be removed through the API in AWS's order, the
// hidden part once its regions are enabled; then nothing of his is left, all of it is told as gone,
// and nothing honest has moved.
func TestRemovable(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := breached(t, breach.Options{Seed: 11})
		before := r.s.Truth()
		for _, info := range cloud.Regions() {
			r.s.Cloud.SetRegion(info.Name, cloud.RegionEnabled)
		}
		open := r.s.Truth()
		if len(open.Hidden) != 0 || len(open.Attacker) != len(before.Attacker)+len(before.Hidden) {
			t.Fatalf("after enabling: %d visible, %d hidden; before %d and %d", len(open.Attacker), len(open.Hidden), len(before.Attacker), len(before.Hidden))
		}
		each := func(kind string, do func(region, arn, cluster string)) {
			for _, m := range open.Attacker {
				if kindOf(m.ARN) == kind {
					parts := strings.Split(m.ARN, "/")
					do(regionOf(m.ARN), m.ARN, parts[min(1, len(parts)-1)])
				}
			}
		}
		r.silence(each)
		each("ecs:service", r.end)
		each("ecs:task", func(region, arn, cluster string) {
			_, _ = try[ecs.StopTaskOutput](r, region, "StopTask", &ecs.StopTaskInput{Cluster: &cluster, Task: &arn})
		})
		each("ecs:daemon", func(region, arn, _ string) {
			call[ecs.DeleteDaemonOutput](r, region, "DeleteDaemon", &ecs.DeleteDaemonInput{DaemonArn: &arn})
		})
		time.Sleep(3 * time.Minute)
		each("ecs:container-instance", func(region, arn, cluster string) {
			call[ecs.DeregisterContainerInstanceOutput](r, region, "DeregisterContainerInstance", &ecs.DeregisterContainerInstanceInput{Cluster: &cluster, ContainerInstance: &arn})
		})
		each("ecs:capacity-provider", func(region, arn, cluster string) {
			call[ecs.DeleteCapacityProviderOutput](r, region, "DeleteCapacityProvider", &ecs.DeleteCapacityProviderInput{CapacityProvider: &arn, Cluster: &cluster})
		})
		time.Sleep(5 * time.Minute)
		each("ecs:cluster", func(region, _, cluster string) {
			call[ecs.DeleteClusterOutput](r, region, "DeleteCluster", &ecs.DeleteClusterInput{Cluster: &cluster})
		})
		each("ecs:task-definition", func(region, arn, _ string) {
			_, _ = try[ecs.DeregisterTaskDefinitionOutput](r, region, "DeregisterTaskDefinition", &ecs.DeregisterTaskDefinitionInput{TaskDefinition: &arn})
			out := call[ecs.DeleteTaskDefinitionsOutput](r, region, "DeleteTaskDefinitions", &ecs.DeleteTaskDefinitionsInput{TaskDefinitions: []string{arn}})
			if len(out.Failures) > 0 {
				t.Errorf("DeleteTaskDefinitions %s: %+v", arn, out.Failures)
			}
		})
		after := r.s.Truth()
		if len(after.Attacker) > 0 || len(after.Hidden) > 0 {
			t.Errorf("left: %v", after.Attacker[:min(5, len(after.Attacker))])
		}
		gone := arns(after.Gone)
		for _, m := range open.Attacker {
			if !gone[m.ARN] {
				t.Errorf("%s is neither there nor gone", m.ARN)
			}
		}
		if !slices.Equal(before.Honest, after.Honest) {
			t.Errorf("honest things moved: %d before, %d after", len(before.Honest), len(after.Honest))
		}
	})
}

// silence takes away what would bring tasks back.
func (r *rig) silence(each func(string, func(region, arn, cluster string))) {
	each("application-autoscaling:scalable-target", func(region, arn, _ string) {
		for _, v := range call[aas.DescribeScalableTargetsOutput](r, region, "DescribeScalableTargets", &aas.DescribeScalableTargetsInput{ServiceNamespace: aastypes.ServiceNamespaceEcs}).ScalableTargets {
			if *v.ScalableTargetARN == arn {
				call[aas.DeregisterScalableTargetOutput](r, region, "DeregisterScalableTarget", &aas.DeregisterScalableTargetInput{
					ServiceNamespace: v.ServiceNamespace, ResourceId: v.ResourceId, ScalableDimension: v.ScalableDimension,
				})
			}
		}
	})
	each("events:rule", func(region, _, name string) {
		call[eventbridge.RemoveTargetsOutput](r, region, "RemoveTargets", &eventbridge.RemoveTargetsInput{Rule: &name, Ids: []string{"ecs"}})
		call[eventbridge.DeleteRuleOutput](r, region, "DeleteRule", &eventbridge.DeleteRuleInput{Name: &name})
	})
	each("scheduler:schedule", func(region, arn, _ string) {
		name := arn[strings.LastIndexByte(arn, '/')+1:]
		call[scheduler.DeleteScheduleOutput](r, region, "DeleteSchedule", &scheduler.DeleteScheduleInput{Name: &name})
	})
}

// end ends a service in the way that its kind asks for.
func (r *rig) end(region, arn, cluster string) {
	s := call[ecs.DescribeServicesOutput](r, region, "DescribeServices", &ecs.DescribeServicesInput{Cluster: &cluster, Services: []string{arn}}).Services[0]
	if s.ResourceManagementType == ecstypes.ResourceManagementTypeEcs {
		call[ecs.DeleteExpressGatewayServiceOutput](r, region, "DeleteExpressGatewayService", &ecs.DeleteExpressGatewayServiceInput{ServiceArn: &arn})
		return
	}
	for _, set := range s.TaskSets {
		if s.DeploymentController != nil && s.DeploymentController.Type == ecstypes.DeploymentControllerTypeExternal {
			call[ecs.DeleteTaskSetOutput](r, region, "DeleteTaskSet", &ecs.DeleteTaskSetInput{Cluster: &cluster, Service: &arn, TaskSet: set.Id, Force: new(true)})
			time.Sleep(2 * time.Minute)
		}
	}
	var protected []string
	for _, task := range r.tasks(region, cluster) {
		if *task.Group == "service:"+*s.ServiceName {
			protected = append(protected, *task.TaskArn)
		}
	}
	for batch := range slices.Chunk(protected, 10) {
		call[ecs.UpdateTaskProtectionOutput](r, region, "UpdateTaskProtection", &ecs.UpdateTaskProtectionInput{Cluster: &cluster, Tasks: batch})
	}
	call[ecs.DeleteServiceOutput](r, region, "DeleteService", &ecs.DeleteServiceInput{Cluster: &cluster, Service: &arn, Force: new(true)})
}
