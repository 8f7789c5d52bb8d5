package ecs_test

import (
	"testing"
	"time"

	aas "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	aastypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/aws/sim/cloud/cloudtest"
	simecs "github.com/rootout/rootout/aws/sim/cloud/ecs"
	"github.com/rootout/rootout/aws/sim/cloud/ecs/taskdef"
)

func TestDaemonBlocksItsProviderAndGoes(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		var daemon string
		r.Seed(func(c *all.Cloud) {
			c.SeedCluster(r.Region, all.ClusterSeed{Name: "mi"})
			c.SeedCapacityProvider(r.Region, all.CapacityProviderSeed{Name: "big", Cluster: "mi"})
			for range 2 {
				c.SeedContainerInstance(r.Region, all.InstanceSeed{Cluster: "mi", Provider: "big"})
			}
			daemon = c.SeedDaemon(r.Region, all.DaemonSeed{Cluster: "mi", Name: "spy", Providers: []string{"big"}, Image: "spy", CreatedAt: time.Now().Add(-time.Hour), CreatedBy: "arn:aws:iam::123456789012:user/mallory"})
		})
		// Without a cluster it is the default one, which this account does not have.
		cloudtest.Refused[ecs.ListDaemonsOutput](r, "ClusterNotFoundException", "ListDaemons", &ecs.ListDaemonsInput{})
		list := cloudtest.Must[ecs.ListDaemonsOutput](r, "ListDaemons", &ecs.ListDaemonsInput{ClusterArn: new("arn:aws:ecs:eu-west-3:123456789012:cluster/mi")})
		if len(list.DaemonSummariesList) != 1 || *list.DaemonSummariesList[0].DaemonArn != daemon {
			t.Fatalf("%+v", list)
		}
		if d := cloudtest.Must[ecs.DescribeDaemonOutput](r, "DescribeDaemon", &ecs.DescribeDaemonInput{DaemonArn: &daemon}).Daemon; d.CurrentRevisions[0].TotalRunningCount != 2 {
			t.Errorf("running %d on 2 instances", d.CurrentRevisions[0].TotalRunningCount)
		}
		cloudtest.Refused[ecs.DeleteCapacityProviderOutput](r, "ResourceInUseException", "DeleteCapacityProvider", &ecs.DeleteCapacityProviderInput{CapacityProvider: new("big"), Cluster: new("mi")})
		// A daemon restarts what is stopped.
		tasks := r.ListTasks(ecs.ListTasksInput{Cluster: new("mi"), DaemonName: new("spy")})
		cloudtest.Must[ecs.StopTaskOutput](r, "StopTask", &ecs.StopTaskInput{Cluster: new("mi"), Task: &tasks[0]})
		time.Sleep(2 * time.Minute)
		if n := len(r.Running("mi")); n != 2 {
			t.Errorf("%d daemon tasks", n)
		}
		// A new instance gets its daemon task.
		r.Seed(func(c *all.Cloud) {
			c.SeedContainerInstance(r.Region, all.InstanceSeed{Cluster: "mi", Provider: "big"})
		})
		time.Sleep(time.Minute)
		if n := len(r.Running("mi")); n != 3 {
			t.Errorf("%d daemon tasks on 3 instances", n)
		}
		out := cloudtest.Must[ecs.DeleteDaemonOutput](r, "DeleteDaemon", &ecs.DeleteDaemonInput{DaemonArn: &daemon})
		if out.Status != ecstypes.DaemonStatusDeleteInProgress {
			t.Errorf("daemon is %s", out.Status)
		}
		cloudtest.Refused[ecs.DeleteDaemonOutput](r, "DaemonNotActiveException", "DeleteDaemon", &ecs.DeleteDaemonInput{DaemonArn: &daemon})
		time.Sleep(taskdef.StopTimeout)
		cloudtest.Refused[ecs.DescribeDaemonOutput](r, "DaemonNotFoundException", "DescribeDaemon", &ecs.DescribeDaemonInput{DaemonArn: &daemon})
		cloudtest.Must[ecs.DeleteCapacityProviderOutput](r, "DeleteCapacityProvider", &ecs.DeleteCapacityProviderInput{CapacityProvider: new("big"), Cluster: new("mi")})
		time.Sleep(simecs.ProviderDelete)
		cloudtest.Must[ecs.DeleteClusterOutput](r, "DeleteCluster", &ecs.DeleteClusterInput{Cluster: new("mi")})
		defs := cloudtest.Must[ecs.ListDaemonTaskDefinitionsOutput](r, "ListDaemonTaskDefinitions", &ecs.ListDaemonTaskDefinitionsInput{})
		if len(defs.DaemonTaskDefinitions) != 1 || *defs.DaemonTaskDefinitions[0].RegisteredBy != "arn:aws:iam::123456789012:user/mallory" {
			t.Fatalf("daemon task definitions %+v", defs.DaemonTaskDefinitions)
		}
		cloudtest.Must[ecs.DeleteDaemonTaskDefinitionOutput](r, "DeleteDaemonTaskDefinition", &ecs.DeleteDaemonTaskDefinitionInput{DaemonTaskDefinition: new("spy:1")})
		time.Sleep(taskdef.PurgeTime)
		if all := cloudtest.Must[ecs.ListDaemonTaskDefinitionsOutput](r, "ListDaemonTaskDefinitions", &ecs.ListDaemonTaskDefinitionsInput{Status: ecstypes.DaemonTaskDefinitionStatusFilterAll}); len(all.DaemonTaskDefinitions) != 0 {
			t.Errorf("left %+v", all.DaemonTaskDefinitions)
		}
	})
}

func TestExpressServiceGoesByItsOwnOperation(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		var seeded simecs.Seeded
		r.Seed(func(c *all.Cloud) {
			c.SeedCluster(r.Region, all.ClusterSeed{Name: "default"})
			seeded = c.SeedExpressService(r.Region, all.ExpressSeed{Cluster: "default", Name: "web", Image: "evil/web", Min: 2, CreatedAt: time.Now().Add(-time.Hour), StartTasksAt: time.Now().Add(-time.Hour)})
		})
		if l := cloudtest.Must[ecs.ListServicesOutput](r, "ListServices", &ecs.ListServicesInput{ResourceManagementType: ecstypes.ResourceManagementTypeEcs}); len(l.ServiceArns) != 1 {
			t.Errorf("listed %v", l.ServiceArns)
		}
		if l := cloudtest.Must[ecs.ListServicesOutput](r, "ListServices", &ecs.ListServicesInput{ResourceManagementType: ecstypes.ResourceManagementTypeCustomer}); len(l.ServiceArns) != 0 {
			t.Errorf("listed as the customer's %v", l.ServiceArns)
		}
		cloudtest.Refused[ecs.DeleteServiceOutput](r, "InvalidParameterException", "DeleteService", &ecs.DeleteServiceInput{Service: new("web"), Force: new(true)})
		targets := func() int {
			return len(cloudtest.Must[aas.DescribeScalableTargetsOutput](r, "DescribeScalableTargets", &aas.DescribeScalableTargetsInput{ServiceNamespace: aastypes.ServiceNamespaceEcs}).ScalableTargets)
		}
		if targets() != 1 {
			t.Errorf("%d scalable targets", targets())
		}
		d := cloudtest.Must[ecs.DescribeExpressGatewayServiceOutput](r, "DescribeExpressGatewayService", &ecs.DescribeExpressGatewayServiceInput{ServiceArn: &seeded.ARN})
		if d.Service.Status.StatusCode != ecstypes.ExpressGatewayServiceStatusCodeActive || *d.Service.ActiveConfigurations[0].PrimaryContainer.Image != "evil/web" {
			t.Errorf("%+v", d.Service)
		}
		out := cloudtest.Must[ecs.DeleteExpressGatewayServiceOutput](r, "DeleteExpressGatewayService", &ecs.DeleteExpressGatewayServiceInput{ServiceArn: &seeded.ARN})
		if out.Service.Status.StatusCode != ecstypes.ExpressGatewayServiceStatusCodeDraining || targets() != 0 {
			t.Errorf("%s, %d targets", out.Service.Status.StatusCode, targets())
		}
		time.Sleep(simecs.SchedulerDelay + taskdef.StopTimeout)
		cloudtest.Must[ecs.DeleteClusterOutput](r, "DeleteCluster", &ecs.DeleteClusterInput{Cluster: new("default")})

		cloudtest.Must[ecs.CreateClusterOutput](r, "CreateCluster", &ecs.CreateClusterInput{})
		made := cloudtest.Must[ecs.CreateExpressGatewayServiceOutput](r, "CreateExpressGatewayService", &ecs.CreateExpressGatewayServiceInput{
			InfrastructureRoleArn: new("arn:aws:iam::123456789012:role/i"), ExecutionRoleArn: new("arn:aws:iam::123456789012:role/e"),
			PrimaryContainer: &ecstypes.ExpressGatewayContainer{Image: new("x")},
		})
		time.Sleep(time.Minute)
		if s := r.Service("default", *made.Service.ServiceArn); s.RunningCount != 1 {
			t.Errorf("a new Express service runs %d", s.RunningCount)
		}
	})
}

func TestCapacityProviderPagesOfTen(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Seed(func(c *all.Cloud) {
			for i := range 11 {
				c.SeedCapacityProvider(r.Region, all.CapacityProviderSeed{Name: string(rune('a'+i)) + "p"})
			}
		})
		n, token := 0, (*string)(nil)
		for {
			out := cloudtest.Must[ecs.DescribeCapacityProvidersOutput](r, "DescribeCapacityProviders", &ecs.DescribeCapacityProvidersInput{NextToken: token})
			if len(out.CapacityProviders) > 10 {
				t.Fatalf("page of %d", len(out.CapacityProviders))
			}
			n += len(out.CapacityProviders)
			if token = out.NextToken; token == nil {
				break
			}
		}
		if n != 13 {
			t.Errorf("%d providers, want 11 and the two of Fargate", n)
		}
	})
}

func TestTagsFollowTheirResource(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		seeded := r.Breach(1)
		cloudtest.Must[ecs.TagResourceOutput](r, "TagResource", &ecs.TagResourceInput{ResourceArn: &seeded.Tasks[0], Tags: []ecstypes.Tag{{Key: new("x"), Value: new("1")}}})
		cloudtest.Must[ecs.TagResourceOutput](r, "TagResource", &ecs.TagResourceInput{ResourceArn: &seeded.ARN, Tags: []ecstypes.Tag{{Key: new("x"), Value: new("1")}, {Key: new("y"), Value: new("2")}}})
		cloudtest.Must[ecs.UntagResourceOutput](r, "UntagResource", &ecs.UntagResourceInput{ResourceArn: &seeded.ARN, TagKeys: []string{"x"}})
		if got := cloudtest.Must[ecs.ListTagsForResourceOutput](r, "ListTagsForResource", &ecs.ListTagsForResourceInput{ResourceArn: &seeded.ARN}); len(got.Tags) != 1 || *got.Tags[0].Key != "y" {
			t.Errorf("service tags %+v", got.Tags)
		}
		if cl := r.Cluster("mine"); len(cl.Tags) != 1 {
			t.Errorf("cluster tags %+v", cl.Tags)
		}
		cloudtest.Must[ecs.StopTaskOutput](r, "StopTask", &ecs.StopTaskInput{Cluster: new("mine"), Task: &seeded.Tasks[0]})
		if got := r.Task("mine", seeded.Tasks[0]); len(got.Tags) != 0 {
			t.Errorf("tags outlive StopTask: %+v", got.Tags)
		}
	})
}
