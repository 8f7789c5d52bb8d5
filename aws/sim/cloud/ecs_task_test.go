package cloud

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

func TestTaskLivesThroughItsStates(t *testing.T) {
	withECS(t, func(r *ecsRig) {
		r.breach(0)
		out := must[ecs.RunTaskOutput](r, "RunTask", &ecs.RunTaskInput{
			Cluster: new("mine"), TaskDefinition: new("xmr"), LaunchType: ecstypes.LaunchTypeFargate, StartedBy: new("me"), Count: new(int32(1)),
			NetworkConfiguration: runNetwork([]string{"subnet-1"}, nil, "ENABLED"), Tags: []ecstypes.Tag{{Key: new("k"), Value: new("v")}},
		})
		arn := *out.Tasks[0].TaskArn
		start := time.Now()
		expect := func(after time.Duration, last, desired string, tags int) {
			t.Helper()
			time.Sleep(after - time.Since(start))
			if v := r.task("mine", arn); *v.LastStatus != last || *v.DesiredStatus != desired || len(v.Tags) != tags {
				t.Errorf("after %v: %s, %s, %d tags; want %s, %s, %d", after, *v.LastStatus, *v.DesiredStatus, len(v.Tags), last, desired, tags)
			}
		}
		expect(0, "PROVISIONING", "RUNNING", 1)
		expect(provisionTime, "PENDING", "RUNNING", 1)
		expect(provisionTime+pullTime, "RUNNING", "RUNNING", 1)
		must[ecs.StopTaskOutput](r, "StopTask", &ecs.StopTaskInput{Cluster: new("mine"), Task: &arn})
		start = time.Now()
		expect(0, "DEACTIVATING", "STOPPED", 0)
		expect(deactivateTime, "STOPPING", "STOPPED", 0)
		expect(stopTimeout-deprovisionTime, "DEPROVISIONING", "STOPPED", 0)
		expect(stopTimeout-time.Millisecond, "DEPROVISIONING", "STOPPED", 0)
		expect(stopTimeout, "STOPPED", "STOPPED", 0)
		if got := r.running("mine"); len(got) != 0 {
			t.Errorf("still listed as running: %v", got)
		}
		stopped := ecs.ListTasksInput{Cluster: new("mine"), DesiredStatus: ecstypes.DesiredStatusStopped}
		time.Sleep(59 * time.Minute)
		if got := r.listTasks(stopped); len(got) != 1 {
			t.Errorf("a stopped task is not listed for an hour: %v", got)
		}
		time.Sleep(2 * time.Minute)
		if got := r.listTasks(stopped); len(got) != 0 {
			t.Errorf("a stopped task is listed for more than an hour: %v", got)
		}
		gone := must[ecs.DescribeTasksOutput](r, "DescribeTasks", &ecs.DescribeTasksInput{Cluster: new("mine"), Tasks: []string{arn}})
		if len(gone.Failures) != 1 || *gone.Failures[0].Reason != "MISSING" || *gone.Failures[0].Arn != arn {
			t.Errorf("failures %+v", gone.Failures)
		}
		refused[ecs.StopTaskOutput](r, "InvalidParameterException", "StopTask", &ecs.StopTaskInput{Cluster: new("mine"), Task: &arn})
	})
}

func TestTaskShowsImageAddressAndSize(t *testing.T) {
	withECS(t, func(r *ecsRig) {
		seeded := r.breach(1)
		v := r.task("mine", seeded.Tasks[0])
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
			for _, op := range r.c.EC2Operations() {
				if op.Name == "DescribeNetworkInterfaces" {
					out, err := op.Do(Call{Region: r.region, Now: time.Now()}, &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{eni}})
					if err != nil {
						return nil, err
					}
					return out.(*ec2.DescribeNetworkInterfacesOutput), nil
				}
			}
			return nil, nil
		}
		out, err := lookup()
		if err != nil || *out.NetworkInterfaces[0].PrivateIpAddress != *v.Containers[0].NetworkInterfaces[0].PrivateIpv4Address || !strings.HasPrefix(*out.NetworkInterfaces[0].Association.PublicIp, "192.0.2.") {
			t.Fatalf("interface %s: %+v, %v", eni, out, err)
		}
		must[ecs.StopTaskOutput](r, "StopTask", &ecs.StopTaskInput{Cluster: new("mine"), Task: v.TaskArn})
		time.Sleep(stopTimeout)
		r.c.Settle()
		if _, err := lookup(); err == nil {
			t.Errorf("the interface outlives its task")
		}
	})
}

func TestTaskListingFiltersAndLimits(t *testing.T) {
	withECS(t, func(r *ecsRig) {
		r.breach(150)
		r.seed(func(c *Cloud) {
			c.SeedTask(r.region, TaskSeed{Cluster: "mine", TaskDefinition: "xmr", StartedBy: "cron", StartedAt: time.Now()})
		})
		first := must[ecs.ListTasksOutput](r, "ListTasks", &ecs.ListTasksInput{Cluster: new("mine")})
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
			if got := r.listTasks(c.in); len(got) != c.want {
				t.Errorf("%s: %d tasks, want %d", name, len(got), c.want)
			}
		}
		refused[ecs.ListTasksOutput](r, "ClusterNotFoundException", "ListTasks", &ecs.ListTasksInput{})
		refused[ecs.ListTasksOutput](r, "ServiceNotFoundException", "ListTasks", &ecs.ListTasksInput{Cluster: new("mine"), ServiceName: new("nope")})
		refused[ecs.ListTasksOutput](r, "InvalidParameterException", "ListTasks", &ecs.ListTasksInput{Cluster: new("mine"), StartedBy: new("cron"), Family: new("xmr")})
		refused[ecs.DescribeTasksOutput](r, "InvalidParameterException", "DescribeTasks", &ecs.DescribeTasksInput{Cluster: new("mine"), Tasks: r.running("mine")})
		if e := refused[ecs.DescribeTasksOutput](r, "InvalidParameterException", "DescribeTasks", &ecs.DescribeTasksInput{Cluster: new("mine")}); e.Message != "Tasks cannot be empty." {
			t.Errorf("message %q", e.Message)
		}
		must[ecs.CreateClusterOutput](r, "CreateCluster", &ecs.CreateClusterInput{})
		// The cluster parameter forgotten: the task's ARN names another cluster than default.
		refused[ecs.DescribeTasksOutput](r, "InvalidParameterException", "DescribeTasks", &ecs.DescribeTasksInput{Tasks: first.TaskArns[:1]})
	})
}

func TestTaskProtectionHoldsAgainstTheSchedulerOnly(t *testing.T) {
	withECS(t, func(r *ecsRig) {
		seeded := r.breach(2)
		lone := ""
		r.seed(func(c *Cloud) {
			lone = c.SeedTask(r.region, TaskSeed{Cluster: "mine", TaskDefinition: "xmr", StartedAt: time.Now()})
		})
		out := must[ecs.UpdateTaskProtectionOutput](r, "UpdateTaskProtection", &ecs.UpdateTaskProtectionInput{
			Cluster: new("mine"), Tasks: []string{seeded.Tasks[0], seeded.Tasks[1], lone, "0123456789abcdef0123456789abcdef"}, ProtectionEnabled: true,
		})
		if len(out.ProtectedTasks) != 2 || len(out.Failures) != 2 || *out.Failures[0].Reason != "TASK_NOT_VALID" || *out.Failures[1].Reason != "MISSING" {
			t.Fatalf("%+v", out)
		}
		must[ecs.DeleteServiceOutput](r, "DeleteService", &ecs.DeleteServiceInput{Cluster: new("mine"), Service: new("pool"), Force: new(true)})
		time.Sleep(10 * time.Minute)
		if s := r.service("mine", "pool"); *s.Status != "DRAINING" || s.RunningCount != 2 {
			t.Errorf("protected tasks: service is %s with %d running", *s.Status, s.RunningCount)
		}
		must[ecs.StopTaskOutput](r, "StopTask", &ecs.StopTaskInput{Cluster: new("mine"), Task: &seeded.Tasks[0]})
		must[ecs.UpdateTaskProtectionOutput](r, "UpdateTaskProtection", &ecs.UpdateTaskProtectionInput{Cluster: new("mine"), Tasks: seeded.Tasks[1:]})
		time.Sleep(schedulerDelay + stopTimeout)
		if s := r.service("mine", "pool"); *s.Status != "INACTIVE" {
			t.Errorf("without protection the service is %s", *s.Status)
		}
		refused[ecs.UpdateTaskProtectionOutput](r, "InvalidParameterException", "UpdateTaskProtection", &ecs.UpdateTaskProtectionInput{Cluster: new("mine"), Tasks: make([]string, 11)})
	})
}

func TestTaskProtectionExpires(t *testing.T) {
	withECS(t, func(r *ecsRig) {
		seeded := r.breach(1)
		must[ecs.UpdateTaskProtectionOutput](r, "UpdateTaskProtection", &ecs.UpdateTaskProtectionInput{Cluster: new("mine"), Tasks: seeded.Tasks, ProtectionEnabled: true, ExpiresInMinutes: new(int32(5))})
		must[ecs.UpdateServiceOutput](r, "UpdateService", &ecs.UpdateServiceInput{Cluster: new("mine"), Service: new("pool"), DesiredCount: new(int32(0))})
		time.Sleep(4 * time.Minute)
		if n := len(r.running("mine")); n != 1 {
			t.Errorf("%d tasks under protection", n)
		}
		time.Sleep(2 * time.Minute)
		if n := len(r.running("mine")); n != 0 {
			t.Errorf("%d tasks after it", n)
		}
	})
}

func TestTaskOfEC2NeedsRoomAndForceOrphansIt(t *testing.T) {
	withECS(t, func(r *ecsRig) {
		r.seed(func(c *Cloud) {
			c.SeedCluster(r.region, ClusterSeed{Name: "ec2"})
			c.SeedTaskDefinition(r.region, TaskDefinitionSeed{Family: "job", CPU: 1024, MemoryMiB: 1024, Images: []string{"job"}, EC2: true})
		})
		run := &ecs.RunTaskInput{Cluster: new("ec2"), TaskDefinition: new("job"), Count: new(int32(3))}
		refused[ecs.RunTaskOutput](r, "InvalidParameterException", "RunTask", run)
		var instance string
		r.seed(func(c *Cloud) {
			instance = c.SeedContainerInstance(r.region, InstanceSeed{Cluster: "ec2", CPU: 2048, MemoryMiB: 8192})
		})
		out := must[ecs.RunTaskOutput](r, "RunTask", run)
		if len(out.Tasks) != 2 || len(out.Failures) != 1 || *out.Failures[0].Reason != "RESOURCE:CPU" {
			t.Fatalf("%d tasks, failures %+v", len(out.Tasks), out.Failures)
		}
		time.Sleep(time.Minute)
		if cl := r.cluster("ec2"); statistic(cl, "runningEC2TasksCount") != "2" || cl.RegisteredContainerInstancesCount != 1 {
			t.Errorf("statistics %+v", cl.Statistics)
		}
		if e := refused[ecs.DeregisterContainerInstanceOutput](r, "InvalidParameterException", "DeregisterContainerInstance", &ecs.DeregisterContainerInstanceInput{Cluster: new("ec2"), ContainerInstance: &instance}); e.Message != "Found running tasks on the instance." {
			t.Errorf("message %q", e.Message)
		}
		must[ecs.DeregisterContainerInstanceOutput](r, "DeregisterContainerInstance", &ecs.DeregisterContainerInstanceInput{Cluster: new("ec2"), ContainerInstance: &instance, Force: new(true)})
		must[ecs.DeleteClusterOutput](r, "DeleteCluster", &ecs.DeleteClusterInput{Cluster: new("ec2")})
		r.seed(func(c *Cloud) {
			if left := c.OrphanedTasks(r.region); len(left) != 2 {
				t.Errorf("orphans %v", left)
			}
		})
	})
}

func TestTaskStopTimeoutOfItsContainer(t *testing.T) {
	withECS(t, func(r *ecsRig) {
		arn := ""
		r.seed(func(c *Cloud) {
			c.SeedCluster(r.region, ClusterSeed{Name: "mine"})
			c.SeedTaskDefinition(r.region, TaskDefinitionSeed{Family: "slow", CPU: 256, MemoryMiB: 512, Images: []string{"slow"}, StopTimeout: 120 * time.Second})
			arn = c.SeedTask(r.region, TaskSeed{Cluster: "mine", TaskDefinition: "slow", StartedAt: time.Now()})
		})
		must[ecs.StopTaskOutput](r, "StopTask", &ecs.StopTaskInput{Cluster: new("mine"), Task: &arn})
		time.Sleep(119 * time.Second)
		refused[ecs.DeleteClusterOutput](r, "ClusterContainsTasksException", "DeleteCluster", &ecs.DeleteClusterInput{Cluster: new("mine")})
		time.Sleep(time.Second)
		must[ecs.DeleteClusterOutput](r, "DeleteCluster", &ecs.DeleteClusterInput{Cluster: new("mine")})
	})
}
