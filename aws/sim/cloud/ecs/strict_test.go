package ecs_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/aws/sim/cloud/cloudtest"
)

// TestClientTokens: a request that comes twice is done once, as after a connection that broke.
func TestClientTokens(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Breach(0)
		network := &ecstypes.NetworkConfiguration{AwsvpcConfiguration: &ecstypes.AwsVpcConfiguration{Subnets: []string{"subnet-1"}}}
		run := &ecs.RunTaskInput{Cluster: new("mine"), TaskDefinition: new("xmr"), LaunchType: ecstypes.LaunchTypeFargate, NetworkConfiguration: network, Count: new(int32(2)), ClientToken: new("once")}
		first := cloudtest.Must[ecs.RunTaskOutput](r, "RunTask", run)
		again := cloudtest.Must[ecs.RunTaskOutput](r, "RunTask", run)
		if len(again.Tasks) != 2 || *again.Tasks[0].TaskArn != *first.Tasks[0].TaskArn || len(r.Running("mine")) != 2 {
			t.Errorf("the same request ran %d tasks", len(r.Running("mine")))
		}
		other := *run
		other.Count = new(int32(3))
		cloudtest.Refused[ecs.RunTaskOutput](r, "ConflictException", "RunTask", &other)
		for _, bad := range []string{strings.Repeat("x", 65), "a b", "é"} {
			other.ClientToken = &bad
			cloudtest.Refused[ecs.RunTaskOutput](r, "InvalidParameterException", "RunTask", &other)
		}
		other.ClientToken = nil
		cloudtest.Must[ecs.RunTaskOutput](r, "RunTask", &other)
		cloudtest.Must[ecs.RunTaskOutput](r, "RunTask", &other)
		if n := len(r.Running("mine")); n != 8 {
			t.Errorf("%d tasks: without a token every request counts", n)
		}
		time.Sleep(25 * time.Hour)
		cloudtest.Must[ecs.RunTaskOutput](r, "RunTask", run)
		if n := len(r.Running("mine")); n != 10 {
			t.Errorf("%d tasks: a token is remembered for a day", n)
		}
		create := &ecs.CreateServiceInput{Cluster: new("mine"), ServiceName: new("web"), TaskDefinition: new("xmr"), LaunchType: ecstypes.LaunchTypeFargate, NetworkConfiguration: network, DesiredCount: new(int32(0)), ClientToken: new("s")}
		made := cloudtest.Must[ecs.CreateServiceOutput](r, "CreateService", create)
		r.Seed(func(c *all.Cloud) { c.SeedCluster(r.Region, all.ClusterSeed{Name: "another"}) })
		elsewhere := *create
		elsewhere.Cluster = new("another")
		if other := cloudtest.Must[ecs.CreateServiceOutput](r, "CreateService", &elsewhere); *other.Service.ServiceArn == *made.Service.ServiceArn {
			t.Error("a token counts beyond its cluster")
		}
		if same := cloudtest.Must[ecs.CreateServiceOutput](r, "CreateService", create); *same.Service.ServiceArn != *made.Service.ServiceArn {
			t.Error("the same request made another service")
		}
		changed := *create
		changed.DesiredCount = new(int32(5))
		cloudtest.Refused[ecs.CreateServiceOutput](r, "InvalidParameterException", "CreateService", &changed)
		changed.ClientToken = new(strings.Repeat("x", 37))
		cloudtest.Refused[ecs.CreateServiceOutput](r, "InvalidParameterException", "CreateService", &changed)
	})
}

// TestTaskSetsAndDaemonsComeOnce for one client token each, for as long as they are there.
func TestTaskSetsAndDaemonsComeOnce(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Breach(0)
		r.Seed(func(c *all.Cloud) {
			c.SeedService(r.Region, all.ServiceSeed{Cluster: "mine", Name: "ext", TaskDefinition: "xmr", Desired: 1, Controller: ecstypes.DeploymentControllerTypeExternal})
			c.SeedCapacityProvider(r.Region, all.CapacityProviderSeed{Name: "big", Cluster: "mine", InfrastructureRole: "arn:aws:iam::123456789012:role/infra"})
			c.SeedDaemon(r.Region, all.DaemonSeed{Cluster: "mine", Name: "spy", Providers: []string{"big"}, Image: "spy"})
		})
		network := &ecstypes.NetworkConfiguration{AwsvpcConfiguration: &ecstypes.AwsVpcConfiguration{Subnets: []string{"subnet-1"}}}
		set := &ecs.CreateTaskSetInput{Cluster: new("mine"), Service: new("ext"), TaskDefinition: new("xmr"), LaunchType: ecstypes.LaunchTypeFargate, NetworkConfiguration: network, ClientToken: new("one")}
		sets := func() int { return len(r.Service("mine", "ext").TaskSets) }
		before := sets()
		made := cloudtest.Must[ecs.CreateTaskSetOutput](r, "CreateTaskSet", set).TaskSet
		if again := cloudtest.Must[ecs.CreateTaskSetOutput](r, "CreateTaskSet", set).TaskSet; *again.TaskSetArn != *made.TaskSetArn || sets() != before+1 {
			t.Errorf("the same request made %d task sets", sets()-before)
		}
		changed := *set
		changed.ExternalId = new("x")
		cloudtest.Refused[ecs.CreateTaskSetOutput](r, "InvalidParameterException", "CreateTaskSet", &changed)
		changed.ClientToken = new(strings.Repeat("x", 37))
		cloudtest.Refused[ecs.CreateTaskSetOutput](r, "InvalidParameterException", "CreateTaskSet", &changed)
		cloudtest.Must[ecs.DeleteTaskSetOutput](r, "DeleteTaskSet", &ecs.DeleteTaskSetInput{Cluster: new("mine"), Service: new("ext"), TaskSet: made.TaskSetArn, Force: new(true)})
		time.Sleep(10 * time.Minute)
		if anew := cloudtest.Must[ecs.CreateTaskSetOutput](r, "CreateTaskSet", set).TaskSet; *anew.TaskSetArn == *made.TaskSetArn {
			t.Error("a task set that is gone is the answer to its token")
		}

		spy := cloudtest.Must[ecs.ListDaemonTaskDefinitionsOutput](r, "ListDaemonTaskDefinitions", &ecs.ListDaemonTaskDefinitionsInput{}).DaemonTaskDefinitions[0]
		daemon := &ecs.CreateDaemonInput{
			ClusterArn: new("arn:aws:ecs:eu-west-3:123456789012:cluster/mine"), DaemonName: new("mole"), DaemonTaskDefinitionArn: spy.Arn, ClientToken: new("one"),
			CapacityProviderArns: []string{"arn:aws:ecs:eu-west-3:123456789012:capacity-provider/mine/big"},
		}
		first := cloudtest.Must[ecs.CreateDaemonOutput](r, "CreateDaemon", daemon)
		if again := cloudtest.Must[ecs.CreateDaemonOutput](r, "CreateDaemon", daemon); *again.DaemonArn != *first.DaemonArn || *again.DeploymentArn != *first.DeploymentArn {
			t.Error("the same request got another daemon")
		}
		for _, change := range []func(*ecs.CreateDaemonInput){
			func(in *ecs.CreateDaemonInput) { in.DaemonName = new("other") },
			func(in *ecs.CreateDaemonInput) { in.ClientToken = new("two") },
			func(in *ecs.CreateDaemonInput) { in.ClientToken = nil },
			func(in *ecs.CreateDaemonInput) { in.ClientToken = new("a b") },
		} {
			other := *daemon
			change(&other)
			cloudtest.Refused[ecs.CreateDaemonOutput](r, "InvalidParameterException", "CreateDaemon", &other)
		}
	})
}

func TestContainerDefinitions(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		container := func(change func(*ecstypes.ContainerDefinition)) ecstypes.ContainerDefinition {
			cd := ecstypes.ContainerDefinition{Name: new("a"), Image: new("x"), Memory: new(int32(128))}
			if change != nil {
				change(&cd)
			}
			return cd
		}
		register := func(memory string, containers ...ecstypes.ContainerDefinition) *ecs.RegisterTaskDefinitionInput {
			in := &ecs.RegisterTaskDefinitionInput{Family: new("f"), ContainerDefinitions: containers}
			if memory != "" {
				in.Memory = &memory
			}
			return in
		}
		named := func(name string) func(*ecstypes.ContainerDefinition) {
			return func(cd *ecstypes.ContainerDefinition) { cd.Name = &name }
		}
		bare := container(func(cd *ecstypes.ContainerDefinition) { cd.Memory = nil })
		aside := container(func(cd *ecstypes.ContainerDefinition) { cd.Essential = new(false) })
		soft := container(func(cd *ecstypes.ContainerDefinition) { cd.MemoryReservation = new(int32(128)) })
		for name, in := range map[string]*ecs.RegisterTaskDefinitionInput{
			"none": register(""), "a bad name": register("", container(named("a b"))), "a long name": register("", container(named(strings.Repeat("a", 256)))),
			"one name twice": register("", container(nil), container(nil)), "no memory": register("", bare), "none essential": register("", aside),
			"reservation not below memory": register("", soft), "more than the task": register("512", container(func(cd *ecstypes.ContainerDefinition) { cd.Memory = new(int32(1024)) })),
			"no image": register("", container(func(cd *ecstypes.ContainerDefinition) { cd.Image = nil })),
		} {
			if e := cloudtest.Refused[ecs.RegisterTaskDefinitionOutput](r, "ClientException", "RegisterTaskDefinition", in); e.Message == "" {
				t.Errorf("%s: no words", name)
			}
		}
		for _, in := range []*ecs.RegisterTaskDefinitionInput{
			register("512", bare), register("", container(nil), container(named("b"))), register("", container(named("b")), aside),
		} {
			cloudtest.Must[ecs.RegisterTaskDefinitionOutput](r, "RegisterTaskDefinition", in)
		}
	})
}

// TestGarbageTokens: only what a page handed out goes on.
func TestGarbageTokens(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Breach(1)
		r.Seed(func(c *all.Cloud) {
			for _, name := range []string{"b", "c"} {
				c.SeedCluster(r.Region, all.ClusterSeed{Name: name})
				c.SeedTaskDefinition(r.Region, all.TaskDefinitionSeed{Family: name, CPU: 256, MemoryMiB: 512, Images: []string{"a"}})
			}
		})
		for _, token := range []string{"garbage", "1", "xmr:1", "xmr", "AAAAAAAAAAAAAAAA"} {
			cloudtest.Refused[ecs.ListClustersOutput](r, "InvalidParameterException", "ListClusters", &ecs.ListClustersInput{NextToken: &token})
			cloudtest.Refused[ecs.ListTasksOutput](r, "InvalidParameterException", "ListTasks", &ecs.ListTasksInput{Cluster: new("mine"), NextToken: &token})
			cloudtest.Refused[ecs.ListServicesOutput](r, "InvalidParameterException", "ListServices", &ecs.ListServicesInput{Cluster: new("mine"), NextToken: &token})
			cloudtest.Refused[ecs.ListTaskDefinitionsOutput](r, "InvalidParameterException", "ListTaskDefinitions", &ecs.ListTaskDefinitionsInput{NextToken: &token})
			cloudtest.Refused[ecs.ListTaskDefinitionFamiliesOutput](r, "InvalidParameterException", "ListTaskDefinitionFamilies", &ecs.ListTaskDefinitionFamiliesInput{NextToken: &token})
			cloudtest.Refused[ecs.DescribeCapacityProvidersOutput](r, "InvalidParameterException", "DescribeCapacityProviders", &ecs.DescribeCapacityProvidersInput{NextToken: &token})
		}
		seen, in := 0, &ecs.ListTaskDefinitionFamiliesInput{MaxResults: new(int32(2))}
		for {
			out := cloudtest.Must[ecs.ListTaskDefinitionFamiliesOutput](r, "ListTaskDefinitionFamilies", in)
			if seen += len(out.Families); out.NextToken == nil {
				break
			}
			in.NextToken = out.NextToken
		}
		if seen != 3 {
			t.Errorf("%d families over two pages", seen)
		}
	})
}

func TestInactiveClusterIsNotTagged(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Seed(func(c *all.Cloud) { c.SeedCluster(r.Region, all.ClusterSeed{Name: "old"}) })
		cloudtest.Must[ecs.DeleteClusterOutput](r, "DeleteCluster", &ecs.DeleteClusterInput{Cluster: new("old")})
		arn := new("arn:aws:ecs:eu-west-3:123456789012:cluster/old")
		e := cloudtest.Refused[ecs.TagResourceOutput](r, "InvalidParameterException", "TagResource", &ecs.TagResourceInput{ResourceArn: arn, Tags: []ecstypes.Tag{{Key: new("a"), Value: new("b")}}})
		if e.Message != "The specified cluster is inactive. Specify an active cluster and try again." {
			t.Errorf("it says %q", e.Message)
		}
		cloudtest.Refused[ecs.ListTagsForResourceOutput](r, "InvalidParameterException", "ListTagsForResource", &ecs.ListTagsForResourceInput{ResourceArn: arn})
	})
}

// TestProtectionIsReadOfAHundred: 10 is the limit of changes alone.
func TestProtectionIsReadOfAHundred(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		seeded := r.Breach(101)
		out := cloudtest.Must[ecs.GetTaskProtectionOutput](r, "GetTaskProtection", &ecs.GetTaskProtectionInput{Cluster: new("mine"), Tasks: seeded.Tasks[:100]})
		if len(out.ProtectedTasks) != 100 {
			t.Errorf("read of %d, %v", len(out.ProtectedTasks), out.Failures)
		}
		cloudtest.Refused[ecs.GetTaskProtectionOutput](r, "InvalidParameterException", "GetTaskProtection", &ecs.GetTaskProtectionInput{Cluster: new("mine"), Tasks: seeded.Tasks})
		cloudtest.Refused[ecs.UpdateTaskProtectionOutput](r, "InvalidParameterException", "UpdateTaskProtection", &ecs.UpdateTaskProtectionInput{Cluster: new("mine"), Tasks: seeded.Tasks[:11]})
	})
}

func TestDaemonRevisionsTwentyACall(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Seed(func(c *all.Cloud) {
			c.SeedCluster(r.Region, all.ClusterSeed{Name: "mine"})
			c.SeedCapacityProvider(r.Region, all.CapacityProviderSeed{Name: "managed", Cluster: "mine", InfrastructureRole: "arn:aws:iam::123456789012:role/infra"})
			c.SeedDaemon(r.Region, all.DaemonSeed{Cluster: "mine", Name: "agent", Providers: []string{"managed"}, Image: "evil/agent", Revisions: 21})
		})
		d := cloudtest.Must[ecs.DescribeDaemonOutput](r, "DescribeDaemon", &ecs.DescribeDaemonInput{DaemonArn: new("arn:aws:ecs:eu-west-3:123456789012:daemon/mine/agent")})
		var arns []string
		for _, rev := range d.Daemon.CurrentRevisions {
			arns = append(arns, *rev.Arn)
		}
		cloudtest.Refused[ecs.DescribeDaemonRevisionsOutput](r, "InvalidParameterException", "DescribeDaemonRevisions", &ecs.DescribeDaemonRevisionsInput{DaemonRevisionArns: arns})
		arns[0] = "arn:aws:ecs:eu-west-3:123456789012:daemon-revision/mine/agent/99"
		out := cloudtest.Must[ecs.DescribeDaemonRevisionsOutput](r, "DescribeDaemonRevisions", &ecs.DescribeDaemonRevisionsInput{DaemonRevisionArns: arns[:20]})
		if len(out.DaemonRevisions) != 19 || len(out.Failures) != 1 || *out.Failures[0].Reason != "MISSING" {
			t.Errorf("%d revisions, failures %+v", len(out.DaemonRevisions), out.Failures)
		}
	})
}
