package ecs_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/aws/sim/cloud/cloudtest"
	simecs "github.com/rootout/rootout/aws/sim/cloud/ecs"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/taskdef"
)

func TestServiceReplacesStoppedTask(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		seeded := r.Breach(4)
		if got := r.Service("mine", "pool"); got.RunningCount != 4 || *got.CreatedBy != "arn:aws:iam::123456789012:role/Admin" {
			t.Fatalf("running %d, created by %s", got.RunningCount, *got.CreatedBy)
		}
		victim := seeded.Tasks[0]
		out := cloudtest.Must[ecs.StopTaskOutput](r, "StopTask", &ecs.StopTaskInput{Cluster: new("mine"), Task: &victim, Reason: new("why")})
		if *out.Task.DesiredStatus != "STOPPED" || *out.Task.StoppedReason != "why" || out.Task.StopCode != ecstypes.TaskStopCodeUserInitiated {
			t.Errorf("stopped task: %+v", out.Task)
		}
		if left := r.Running("mine"); len(left) != 3 {
			t.Errorf("%d tasks right after StopTask", len(left))
		}
		time.Sleep(simecs.SchedulerDelay + simecs.ProvisionTime + simecs.PullTime + time.Second)
		left := r.Running("mine")
		if len(left) != 4 || slices.Contains(left, victim) {
			t.Errorf("no replacement: %v", left)
		}
		newest := r.Task("mine", left[3])
		if *newest.LastStatus != "RUNNING" || *newest.Group != "service:pool" || *newest.StartedBy != *r.Service("mine", "pool").Deployments[0].Id {
			t.Errorf("replacement: %s %s %s", *newest.LastStatus, *newest.Group, *newest.StartedBy)
		}
		if *newest.Cpu != "16384" || *newest.Memory != "32768" || newest.LaunchType != ecstypes.LaunchTypeFargate {
			t.Errorf("replacement is %s/%s on %s", *newest.Cpu, *newest.Memory, newest.LaunchType)
		}
	})
}

func TestServiceScalesToZeroAndLeavesCleanly(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Breach(5)
		up := cloudtest.Must[ecs.UpdateServiceOutput](r, "UpdateService", &ecs.UpdateServiceInput{Cluster: new("mine"), Service: new("pool"), DesiredCount: new(int32(0))})
		if len(up.Service.Deployments) != 1 {
			t.Errorf("a change of count made a deployment: %d", len(up.Service.Deployments))
		}
		time.Sleep(simecs.SchedulerDelay + taskdef.StopTimeout)
		if s := r.Service("mine", "pool"); s.RunningCount != 0 || *s.Status != "ACTIVE" {
			t.Errorf("running %d, %s", s.RunningCount, *s.Status)
		}
		cloudtest.Must[ecs.DeleteServiceOutput](r, "DeleteService", &ecs.DeleteServiceInput{Cluster: new("mine"), Service: new("pool")})
		if s := r.Service("mine", "pool"); *s.Status != "INACTIVE" {
			t.Errorf("a service without tasks is %s", *s.Status)
		}
		cloudtest.Refused[ecs.UpdateServiceOutput](r, "ServiceNotActiveException", "UpdateService", &ecs.UpdateServiceInput{Cluster: new("mine"), Service: new("pool"), DesiredCount: new(int32(1))})
		cloudtest.Refused[ecs.DeleteServiceOutput](r, "ServiceNotFoundException", "DeleteService", &ecs.DeleteServiceInput{Cluster: new("mine"), Service: new("nope")})
		time.Sleep(simecs.RememberedFor)
		out := cloudtest.Must[ecs.DescribeServicesOutput](r, "DescribeServices", &ecs.DescribeServicesInput{Cluster: new("mine"), Services: []string{"pool"}})
		if len(out.Failures) != 1 || *out.Failures[0].Reason != "MISSING" {
			t.Errorf("purged service: %+v", out)
		}
	})
}

func TestServicePagesDefaultToTen(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Breach(0)
		var names []string
		for i := range 11 {
			names = append(names, fmt.Sprintf("s%d", i))
			cloudtest.Must[ecs.CreateServiceOutput](r, "CreateService", &ecs.CreateServiceInput{
				Cluster: new("mine"), ServiceName: &names[i], TaskDefinition: new("xmr"), DesiredCount: new(int32(0)), LaunchType: ecstypes.LaunchTypeFargate,
				NetworkConfiguration: network(ecstypes.AssignPublicIpDisabled),
			})
		}
		first := cloudtest.Must[ecs.ListServicesOutput](r, "ListServices", &ecs.ListServicesInput{Cluster: new("mine")})
		if len(first.ServiceArns) != 10 || first.NextToken == nil {
			t.Errorf("first page has %d", len(first.ServiceArns))
		}
		if whole := cloudtest.Must[ecs.ListServicesOutput](r, "ListServices", &ecs.ListServicesInput{Cluster: new("mine"), MaxResults: new(int32(100))}); len(whole.ServiceArns) != 12 || whole.NextToken != nil {
			t.Errorf("whole page has %d", len(whole.ServiceArns))
		}
		cloudtest.Refused[ecs.DescribeServicesOutput](r, "InvalidParameterException", "DescribeServices", &ecs.DescribeServicesInput{Cluster: new("mine"), Services: names})
		cloudtest.Refused[ecs.CreateServiceOutput](r, "InvalidParameterException", "CreateService", &ecs.CreateServiceInput{Cluster: new("mine"), ServiceName: new("s1"), TaskDefinition: new("xmr"), DesiredCount: new(int32(0))})
		cloudtest.Refused[ecs.CreateServiceOutput](r, "ClusterNotFoundException", "CreateService", &ecs.CreateServiceInput{ServiceName: new("s1"), TaskDefinition: new("xmr"), DesiredCount: new(int32(0))})
	})
}

func TestServiceStartsAtFargateRate(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Breach(0)
		cloudtest.Must[ecs.UpdateServiceOutput](r, "UpdateService", &ecs.UpdateServiceInput{Cluster: new("mine"), Service: new("pool"), DesiredCount: new(int32(200))})
		time.Sleep(simecs.SchedulerDelay)
		if n := len(r.Running("mine")); n != 100 {
			t.Errorf("%d tasks at once, Fargate launches 100", n)
		}
		time.Sleep(5*time.Second + 10*time.Millisecond)
		if n := len(r.Running("mine")); n != 200 {
			t.Errorf("%d tasks after 5 s at 20 a second", n)
		}
	})
}

func TestServiceDeploysNewDefinition(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Breach(2)
		r.Seed(func(c *all.Cloud) {
			c.SeedTaskDefinition(r.Region, all.TaskDefinitionSeed{Family: "xmr", CPU: 256, MemoryMiB: 512, Images: []string{"docker.io/a/miner:2"}})
		})
		out := cloudtest.Must[ecs.UpdateServiceOutput](r, "UpdateService", &ecs.UpdateServiceInput{Cluster: new("mine"), Service: new("pool"), TaskDefinition: new("xmr:2")})
		if len(out.Service.Deployments) != 2 || *out.Service.Deployments[0].Status != "PRIMARY" || *out.Service.Deployments[1].Status != "ACTIVE" {
			t.Fatalf("deployments %+v", out.Service.Deployments)
		}
		time.Sleep(simecs.SchedulerDelay + simecs.ProvisionTime)
		if n := len(r.Running("mine")); n != 4 {
			t.Errorf("%d tasks while the new ones come up beside the old", n)
		}
		time.Sleep(2 * time.Minute)
		for _, arn := range r.Running("mine") {
			if task := r.Task("mine", arn); *task.Containers[0].Image != "docker.io/a/miner:2" {
				t.Errorf("old task still there: %s", arn)
			}
		}
		if s := r.Service("mine", "pool"); len(s.Deployments) != 1 || s.RunningCount != 2 || s.Deployments[0].RolloutState != ecstypes.DeploymentRolloutStateCompleted {
			t.Errorf("after the rollout: %d deployments, %d running", len(s.Deployments), s.RunningCount)
		}
	})
}

func TestServiceOfCodeDeployTakesOnlyCounts(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Breach(0)
		r.Seed(func(c *all.Cloud) {
			c.SeedService(r.Region, all.ServiceSeed{Cluster: "mine", Name: "blue", TaskDefinition: "xmr", Desired: 1, Controller: ecstypes.DeploymentControllerTypeCodeDeploy, StartTasksAt: time.Now()})
		})
		cloudtest.Refused[ecs.UpdateServiceOutput](r, "InvalidParameterException", "UpdateService", &ecs.UpdateServiceInput{Cluster: new("mine"), Service: new("blue"), TaskDefinition: new("xmr")})
		cloudtest.Must[ecs.UpdateServiceOutput](r, "UpdateService", &ecs.UpdateServiceInput{Cluster: new("mine"), Service: new("blue"), DesiredCount: new(int32(0))})
		cloudtest.Must[ecs.DeleteServiceOutput](r, "DeleteService", &ecs.DeleteServiceInput{Cluster: new("mine"), Service: new("blue")})
	})
}

func TestTaskSetsGoBeforeTheirService(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Breach(0)
		r.Seed(func(c *all.Cloud) {
			c.SeedService(r.Region, all.ServiceSeed{
				Cluster: "mine", Name: "ext", TaskDefinition: "xmr", Desired: 10, Controller: ecstypes.DeploymentControllerTypeExternal,
				TaskSets: []float64{75, 25}, StartTasksAt: time.Now().Add(-time.Minute),
			})
		})
		sets := cloudtest.Must[ecs.DescribeTaskSetsOutput](r, "DescribeTaskSets", &ecs.DescribeTaskSetsInput{Cluster: new("mine"), Service: new("ext")}).TaskSets
		if len(sets) != 2 || sets[0].ComputedDesiredCount != 8 || sets[1].ComputedDesiredCount != 3 || sets[0].RunningCount != 8 {
			t.Fatalf("task sets %+v", sets)
		}
		cloudtest.Refused[ecs.DeleteServiceOutput](r, "InvalidParameterException", "DeleteService", &ecs.DeleteServiceInput{Cluster: new("mine"), Service: new("ext"), Force: new(true)})
		cloudtest.Refused[ecs.DeleteTaskSetOutput](r, "InvalidParameterException", "DeleteTaskSet", &ecs.DeleteTaskSetInput{Cluster: new("mine"), Service: new("ext"), TaskSet: sets[0].Id})
		cloudtest.Refused[ecs.DeleteTaskSetOutput](r, "TaskSetNotFoundException", "DeleteTaskSet", &ecs.DeleteTaskSetInput{Cluster: new("mine"), Service: new("ext"), TaskSet: new("ecs-svc/1")})
		for _, s := range sets {
			cloudtest.Must[ecs.DeleteTaskSetOutput](r, "DeleteTaskSet", &ecs.DeleteTaskSetInput{Cluster: new("mine"), Service: new("ext"), TaskSet: s.Id, Force: new(true)})
		}
		time.Sleep(simecs.SchedulerDelay + simecs.DeactivateTime)
		cloudtest.Must[ecs.DeleteServiceOutput](r, "DeleteService", &ecs.DeleteServiceInput{Cluster: new("mine"), Service: new("ext"), Force: new(true)})
		time.Sleep(taskdef.StopTimeout)
		cloudtest.Must[ecs.DeleteServiceOutput](r, "DeleteService", &ecs.DeleteServiceInput{Cluster: new("mine"), Service: new("pool")})
		time.Sleep(time.Second)
		cloudtest.Must[ecs.DeleteClusterOutput](r, "DeleteCluster", &ecs.DeleteClusterInput{Cluster: new("mine")})
	})
}

func TestTaskSetsOfCodeDeployAreShownAndNotDeleted(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Breach(0)
		r.Seed(func(c *all.Cloud) {
			c.SeedService(r.Region, all.ServiceSeed{
				Cluster: "mine", Name: "blue", TaskDefinition: "xmr", Desired: 2, Controller: ecstypes.DeploymentControllerTypeCodeDeploy,
				StartTasksAt: time.Now().Add(-time.Minute),
			})
		})
		s := cloudtest.Must[ecs.DescribeServicesOutput](r, "DescribeServices", &ecs.DescribeServicesInput{Cluster: new("mine"), Services: []string{"blue"}}).Services[0]
		if len(s.TaskSets) != 1 || len(s.Deployments) != 0 || *s.TaskSets[0].Status != "PRIMARY" || *s.TaskSets[0].StartedBy != "CODE_DEPLOY" || s.TaskSets[0].RunningCount != 2 {
			t.Fatalf("a CODE_DEPLOY service shows %+v and %+v", s.TaskSets, s.Deployments)
		}
		cloudtest.Refused[ecs.DeleteTaskSetOutput](r, "InvalidParameterException", "DeleteTaskSet", &ecs.DeleteTaskSetInput{Cluster: new("mine"), Service: new("blue"), TaskSet: s.TaskSets[0].Id, Force: new(true)})
		cloudtest.Must[ecs.DeleteServiceOutput](r, "DeleteService", &ecs.DeleteServiceInput{Cluster: new("mine"), Service: new("blue"), Force: new(true)})
	})
}

func TestDaemonStrategyFollowsInstances(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		var instances []string
		r.Seed(func(c *all.Cloud) {
			c.SeedCluster(r.Region, all.ClusterSeed{Name: "ec2"})
			c.SeedTaskDefinition(r.Region, all.TaskDefinitionSeed{Family: "agent", CPU: 256, MemoryMiB: 512, Images: []string{"agent"}, EC2: true})
			for range 2 {
				instances = append(instances, c.SeedContainerInstance(r.Region, all.InstanceSeed{Cluster: "ec2"}))
			}
			c.SeedService(r.Region, all.ServiceSeed{Cluster: "ec2", Name: "agent", TaskDefinition: "agent", Scheduling: ecstypes.SchedulingStrategyDaemon, Placement: all.Placement{LaunchType: ecstypes.LaunchTypeEc2}, StartTasksAt: time.Now()})
		})
		if n := len(r.Running("ec2")); n != 2 {
			t.Fatalf("%d tasks on 2 instances", n)
		}
		r.Seed(func(c *all.Cloud) { c.SeedContainerInstance(r.Region, all.InstanceSeed{Cluster: "ec2"}) })
		time.Sleep(time.Minute)
		if n := len(r.Running("ec2")); n != 3 {
			t.Errorf("%d tasks on 3 instances", n)
		}
		cloudtest.Must[ecs.UpdateContainerInstancesStateOutput](r, "UpdateContainerInstancesState", &ecs.UpdateContainerInstancesStateInput{Cluster: new("ec2"), ContainerInstances: instances[:1], Status: ecstypes.ContainerInstanceStatusDraining})
		time.Sleep(time.Minute)
		if n := len(r.ListTasks(ecs.ListTasksInput{Cluster: new("ec2"), ContainerInstance: &instances[0]})); n != 0 {
			t.Errorf("%d tasks on a drained instance", n)
		}
		// No force and no scaling is needed for DAEMON.
		cloudtest.Must[ecs.DeleteServiceOutput](r, "DeleteService", &ecs.DeleteServiceInput{Cluster: new("ec2"), Service: new("agent")})
		time.Sleep(time.Minute)
		if n := len(r.Running("ec2")); n != 0 {
			t.Errorf("%d tasks after the service", n)
		}
	})
}

func TestSpeedDividesDurations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := cloudtest.New(t, 10)
		r.Breach(1)
		cloudtest.Must[ecs.DeleteServiceOutput](r, "DeleteService", &ecs.DeleteServiceInput{Cluster: new("mine"), Service: new("pool"), Force: new(true)})
		time.Sleep((simecs.SchedulerDelay + taskdef.StopTimeout) / 10)
		cloudtest.Must[ecs.DeleteClusterOutput](r, "DeleteCluster", &ecs.DeleteClusterInput{Cluster: new("mine")})
	})
}

func network(public ecstypes.AssignPublicIp) *ecstypes.NetworkConfiguration {
	return &ecstypes.NetworkConfiguration{AwsvpcConfiguration: &ecstypes.AwsVpcConfiguration{Subnets: []string{"subnet-1"}, AssignPublicIp: public}}
}
