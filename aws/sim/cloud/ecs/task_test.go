package ecs_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/aws/sim/cloud/cloudtest"
	simecs "github.com/rootout/rootout/aws/sim/cloud/ecs"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/taskdef"
)

func TestTaskLivesThroughItsStates(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Breach(0)
		out := cloudtest.Must[ecs.RunTaskOutput](r, "RunTask", &ecs.RunTaskInput{
			Cluster: new("mine"), TaskDefinition: new("xmr"), LaunchType: ecstypes.LaunchTypeFargate, StartedBy: new("me"), Count: new(int32(1)),
			NetworkConfiguration: network(ecstypes.AssignPublicIpEnabled), Tags: []ecstypes.Tag{{Key: new("k"), Value: new("v")}},
		})
		arn := *out.Tasks[0].TaskArn
		start := time.Now()
		expect := func(after time.Duration, last, desired string, tags int) {
			t.Helper()
			time.Sleep(after - time.Since(start))
			if v := r.Task("mine", arn); *v.LastStatus != last || *v.DesiredStatus != desired || len(v.Tags) != tags {
				t.Errorf("after %v: %s, %s, %d tags; want %s, %s, %d", after, *v.LastStatus, *v.DesiredStatus, len(v.Tags), last, desired, tags)
			}
		}
		expect(0, "PROVISIONING", "RUNNING", 1)
		expect(simecs.ProvisionTime, "PENDING", "RUNNING", 1)
		expect(simecs.ProvisionTime+simecs.PullTime, "RUNNING", "RUNNING", 1)
		cloudtest.Must[ecs.StopTaskOutput](r, "StopTask", &ecs.StopTaskInput{Cluster: new("mine"), Task: &arn})
		start = time.Now()
		expect(0, "DEACTIVATING", "STOPPED", 0)
		expect(simecs.DeactivateTime, "STOPPING", "STOPPED", 0)
		expect(taskdef.StopTimeout-simecs.DeprovisionTime, "DEPROVISIONING", "STOPPED", 0)
		expect(taskdef.StopTimeout-time.Millisecond, "DEPROVISIONING", "STOPPED", 0)
		expect(taskdef.StopTimeout, "STOPPED", "STOPPED", 0)
		if got := r.Running("mine"); len(got) != 0 {
			t.Errorf("still listed as running: %v", got)
		}
		stopped := ecs.ListTasksInput{Cluster: new("mine"), DesiredStatus: ecstypes.DesiredStatusStopped}
		time.Sleep(59 * time.Minute)
		if got := r.ListTasks(stopped); len(got) != 1 {
			t.Errorf("a stopped task is not listed for an hour: %v", got)
		}
		time.Sleep(2 * time.Minute)
		if got := r.ListTasks(stopped); len(got) != 0 {
			t.Errorf("a stopped task is listed for more than an hour: %v", got)
		}
		gone := cloudtest.Must[ecs.DescribeTasksOutput](r, "DescribeTasks", &ecs.DescribeTasksInput{Cluster: new("mine"), Tasks: []string{arn}})
		if len(gone.Failures) != 1 || *gone.Failures[0].Reason != "MISSING" || *gone.Failures[0].Arn != arn {
			t.Errorf("failures %+v", gone.Failures)
		}
		cloudtest.Refused[ecs.StopTaskOutput](r, "InvalidParameterException", "StopTask", &ecs.StopTaskInput{Cluster: new("mine"), Task: &arn})
	})
}

func TestTaskShowsImageAddressAndSize(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		seeded := r.Breach(1)
		v := r.Task("mine", seeded.Tasks[0])
		if *v.Containers[0].Image != "docker.io/a/miner:1" || !strings.HasPrefix(*v.Containers[0].ImageDigest, "sha256:") {
			t.Errorf("image %s, %v", *v.Containers[0].Image, v.Containers[0].ImageDigest)
		}
		if time.Since(*v.StartedAt) < 58*time.Minute || v.CreatedAt.After(*v.StartedAt) || v.Connectivity != ecstypes.ConnectivityConnected {
			t.Errorf("started %v, created %v", v.StartedAt, v.CreatedAt)
		}
		eni := ""
		for _, kv := range v.Attachments[0].Details {
			if *kv.Name == "networkInterfaceId" {
				eni = *kv.Value
			}
		}
		lookup := func() (*ec2.DescribeNetworkInterfacesOutput, error) {
			return cloudtest.Try[ec2.DescribeNetworkInterfacesOutput](r, "DescribeNetworkInterfaces", &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{eni}})
		}
		out, err := lookup()
		if err != nil || *out.NetworkInterfaces[0].PrivateIpAddress != *v.Containers[0].NetworkInterfaces[0].PrivateIpv4Address || !strings.HasPrefix(*out.NetworkInterfaces[0].Association.PublicIp, "192.0.2.") {
			t.Fatalf("interface %s: %+v, %v", eni, out, err)
		}
		cloudtest.Must[ecs.StopTaskOutput](r, "StopTask", &ecs.StopTaskInput{Cluster: new("mine"), Task: v.TaskArn})
		time.Sleep(taskdef.StopTimeout)
		r.C.CatchUp()
		if _, err := lookup(); err == nil {
			t.Errorf("the interface outlives its task")
		}
	})
}

func TestTaskListingFiltersAndLimits(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Breach(150)
		r.Seed(func(c *all.Cloud) {
			c.SeedTask(r.Region, all.TaskSeed{Cluster: "mine", TaskDefinition: "xmr", StartedBy: "cron", StartedAt: time.Now()})
		})
		first := cloudtest.Must[ecs.ListTasksOutput](r, "ListTasks", &ecs.ListTasksInput{Cluster: new("mine")})
		if len(first.TaskArns) != 100 || first.NextToken == nil {
			t.Fatalf("first page has %d", len(first.TaskArns))
		}
		for name, c := range map[string]struct {
			in   ecs.ListTasksInput
			want int
		}{
			"service":    {ecs.ListTasksInput{ServiceName: new("pool")}, 150},
			"startedBy":  {ecs.ListTasksInput{StartedBy: new("cron")}, 1},
			"family":     {ecs.ListTasksInput{Family: new("xmr")}, 151},
			"launchType": {ecs.ListTasksInput{LaunchType: ecstypes.LaunchTypeEc2}, 0},
			"pending":    {ecs.ListTasksInput{DesiredStatus: ecstypes.DesiredStatusPending}, 0},
			"all":        {ecs.ListTasksInput{}, 151},
		} {
			c.in.Cluster = new("mine")
			if got := r.ListTasks(c.in); len(got) != c.want {
				t.Errorf("%s: %d tasks, want %d", name, len(got), c.want)
			}
		}
		cloudtest.Refused[ecs.ListTasksOutput](r, "ClusterNotFoundException", "ListTasks", &ecs.ListTasksInput{})
		cloudtest.Refused[ecs.ListTasksOutput](r, "ServiceNotFoundException", "ListTasks", &ecs.ListTasksInput{Cluster: new("mine"), ServiceName: new("nope")})
		cloudtest.Refused[ecs.ListTasksOutput](r, "InvalidParameterException", "ListTasks", &ecs.ListTasksInput{Cluster: new("mine"), StartedBy: new("cron"), Family: new("xmr")})
		cloudtest.Refused[ecs.DescribeTasksOutput](r, "InvalidParameterException", "DescribeTasks", &ecs.DescribeTasksInput{Cluster: new("mine"), Tasks: r.Running("mine")})
		if e := cloudtest.Refused[ecs.DescribeTasksOutput](r, "InvalidParameterException", "DescribeTasks", &ecs.DescribeTasksInput{Cluster: new("mine")}); e.Message != "Tasks cannot be empty." {
			t.Errorf("message %q", e.Message)
		}
		cloudtest.Must[ecs.CreateClusterOutput](r, "CreateCluster", &ecs.CreateClusterInput{})
		// The cluster parameter forgotten: the task's ARN names another cluster than default.
		cloudtest.Refused[ecs.DescribeTasksOutput](r, "InvalidParameterException", "DescribeTasks", &ecs.DescribeTasksInput{Tasks: first.TaskArns[:1]})
	})
}

func TestTaskProtectionHoldsAgainstTheSchedulerOnly(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		seeded := r.Breach(2)
		lone := ""
		r.Seed(func(c *all.Cloud) {
			lone = c.SeedTask(r.Region, all.TaskSeed{Cluster: "mine", TaskDefinition: "xmr", StartedAt: time.Now()})
		})
		out := cloudtest.Must[ecs.UpdateTaskProtectionOutput](r, "UpdateTaskProtection", &ecs.UpdateTaskProtectionInput{
			Cluster: new("mine"), Tasks: []string{seeded.Tasks[0], seeded.Tasks[1], lone, "0123456789abcdef0123456789abcdef"}, ProtectionEnabled: true,
		})
		if len(out.ProtectedTasks) != 2 || len(out.Failures) != 2 || *out.Failures[0].Reason != "TASK_NOT_VALID" || *out.Failures[1].Reason != "MISSING" {
			t.Fatalf("%+v", out)
		}
		cloudtest.Must[ecs.DeleteServiceOutput](r, "DeleteService", &ecs.DeleteServiceInput{Cluster: new("mine"), Service: new("pool"), Force: new(true)})
		time.Sleep(10 * time.Minute)
		if s := r.Service("mine", "pool"); *s.Status != "DRAINING" || s.RunningCount != 2 {
			t.Errorf("protected tasks: service is %s with %d running", *s.Status, s.RunningCount)
		}
		cloudtest.Must[ecs.StopTaskOutput](r, "StopTask", &ecs.StopTaskInput{Cluster: new("mine"), Task: &seeded.Tasks[0]})
		cloudtest.Must[ecs.UpdateTaskProtectionOutput](r, "UpdateTaskProtection", &ecs.UpdateTaskProtectionInput{Cluster: new("mine"), Tasks: seeded.Tasks[1:]})
		time.Sleep(simecs.SchedulerDelay + taskdef.StopTimeout)
		if s := r.Service("mine", "pool"); *s.Status != "INACTIVE" {
			t.Errorf("without protection the service is %s", *s.Status)
		}
		cloudtest.Refused[ecs.UpdateTaskProtectionOutput](r, "InvalidParameterException", "UpdateTaskProtection", &ecs.UpdateTaskProtectionInput{Cluster: new("mine"), Tasks: make([]string, 11)})
	})
}

func TestTaskProtectionExpires(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		seeded := r.Breach(1)
		cloudtest.Must[ecs.UpdateTaskProtectionOutput](r, "UpdateTaskProtection", &ecs.UpdateTaskProtectionInput{Cluster: new("mine"), Tasks: seeded.Tasks, ProtectionEnabled: true, ExpiresInMinutes: new(int32(5))})
		cloudtest.Must[ecs.UpdateServiceOutput](r, "UpdateService", &ecs.UpdateServiceInput{Cluster: new("mine"), Service: new("pool"), DesiredCount: new(int32(0))})
		time.Sleep(4 * time.Minute)
		if n := len(r.Running("mine")); n != 1 {
			t.Errorf("%d tasks under protection", n)
		}
		time.Sleep(2 * time.Minute)
		if n := len(r.Running("mine")); n != 0 {
			t.Errorf("%d tasks after it", n)
		}
	})
}

func TestTaskOfEC2NeedsRoomAndForceOrphansIt(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Seed(func(c *all.Cloud) {
			c.SeedCluster(r.Region, all.ClusterSeed{Name: "ec2"})
			c.SeedTaskDefinition(r.Region, all.TaskDefinitionSeed{Family: "job", CPU: 1024, MemoryMiB: 1024, Images: []string{"job"}, EC2: true})
		})
		run := &ecs.RunTaskInput{Cluster: new("ec2"), TaskDefinition: new("job"), Count: new(int32(3))}
		cloudtest.Refused[ecs.RunTaskOutput](r, "InvalidParameterException", "RunTask", run)
		var instance string
		r.Seed(func(c *all.Cloud) {
			instance = c.SeedContainerInstance(r.Region, all.InstanceSeed{Cluster: "ec2", CPU: 2048, MemoryMiB: 8192})
		})
		out := cloudtest.Must[ecs.RunTaskOutput](r, "RunTask", run)
		if len(out.Tasks) != 2 || len(out.Failures) != 1 || *out.Failures[0].Reason != "RESOURCE:CPU" {
			t.Fatalf("%d tasks, failures %+v", len(out.Tasks), out.Failures)
		}
		time.Sleep(time.Minute)
		if cl := r.Cluster("ec2"); cloudtest.Statistic(cl, "runningEC2TasksCount") != "2" || cl.RegisteredContainerInstancesCount != 1 {
			t.Errorf("statistics %+v", cl.Statistics)
		}
		if e := cloudtest.Refused[ecs.DeregisterContainerInstanceOutput](r, "InvalidParameterException", "DeregisterContainerInstance", &ecs.DeregisterContainerInstanceInput{Cluster: new("ec2"), ContainerInstance: &instance}); e.Message != "Found running tasks on the instance." {
			t.Errorf("message %q", e.Message)
		}
		cloudtest.Must[ecs.DeregisterContainerInstanceOutput](r, "DeregisterContainerInstance", &ecs.DeregisterContainerInstanceInput{Cluster: new("ec2"), ContainerInstance: &instance, Force: new(true)})
		cloudtest.Must[ecs.DeleteClusterOutput](r, "DeleteCluster", &ecs.DeleteClusterInput{Cluster: new("ec2")})
		r.Seed(func(c *all.Cloud) {
			if left := c.OrphanedTasks(r.Region); len(left) != 2 {
				t.Errorf("orphans %v", left)
			}
		})
	})
}

func TestTaskStopTimeoutOfItsContainer(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		arn := ""
		r.Seed(func(c *all.Cloud) {
			c.SeedCluster(r.Region, all.ClusterSeed{Name: "mine"})
			c.SeedTaskDefinition(r.Region, all.TaskDefinitionSeed{Family: "slow", CPU: 256, MemoryMiB: 512, Images: []string{"slow"}, StopTimeout: 120 * time.Second})
			arn = c.SeedTask(r.Region, all.TaskSeed{Cluster: "mine", TaskDefinition: "slow", StartedAt: time.Now()})
		})
		cloudtest.Must[ecs.StopTaskOutput](r, "StopTask", &ecs.StopTaskInput{Cluster: new("mine"), Task: &arn})
		time.Sleep(119 * time.Second)
		cloudtest.Refused[ecs.DeleteClusterOutput](r, "ClusterContainsTasksException", "DeleteCluster", &ecs.DeleteClusterInput{Cluster: new("mine")})
		time.Sleep(time.Second)
		cloudtest.Must[ecs.DeleteClusterOutput](r, "DeleteCluster", &ecs.DeleteClusterInput{Cluster: new("mine")})
	})
}
