package cloud

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

func TestClusterGoesOnlyWhenEmpty(t *testing.T) {
	withECS(t, func(r *ecsRig) {
		r.breach(3)
		del := &ecs.DeleteClusterInput{Cluster: new("mine")}
		refused[ecs.DeleteClusterOutput](r, "ClusterContainsServicesException", "DeleteCluster", del)
		if got := refused[ecs.DeleteServiceOutput](r, "InvalidParameterException", "DeleteService", &ecs.DeleteServiceInput{Cluster: new("mine"), Service: new("pool")}); got.Message != "The service cannot be stopped while it is scaled above 0." {
			t.Errorf("message %q", got.Message)
		}
		out := must[ecs.DeleteServiceOutput](r, "DeleteService", &ecs.DeleteServiceInput{Cluster: new("mine"), Service: new("pool"), Force: new(true)})
		if *out.Service.Status != "DRAINING" {
			t.Fatalf("service is %s after DeleteService", *out.Service.Status)
		}
		if l := must[ecs.ListServicesOutput](r, "ListServices", &ecs.ListServicesInput{Cluster: new("mine")}); len(l.ServiceArns) != 0 {
			t.Errorf("ListServices shows a DRAINING service: %v", l.ServiceArns)
		}
		if cl := r.cluster("mine"); statistic(cl, "drainingFargateServiceCount") != "1" || statistic(cl, "RunningFargateTasksCount") != "3" || statistic(cl, "activeFargateServiceCount") != "0" {
			t.Errorf("statistics %+v", cl.Statistics)
		}
		refused[ecs.CreateServiceOutput](r, "InvalidParameterException", "CreateService", &ecs.CreateServiceInput{Cluster: new("mine"), ServiceName: new("pool"), TaskDefinition: new("xmr"), DesiredCount: new(int32(1))})
		// The scheduler stops the tasks after 3 s, they are STOPPING 2 s later, and STOPPED 30 s after they were told.
		time.Sleep(6 * time.Second)
		if s := r.service("mine", "pool"); *s.Status != "INACTIVE" {
			t.Errorf("service is %s while its tasks are STOPPING", *s.Status)
		}
		refused[ecs.DeleteClusterOutput](r, "ClusterContainsTasksException", "DeleteCluster", del)
		time.Sleep(27 * time.Second)
		gone := must[ecs.DeleteClusterOutput](r, "DeleteCluster", del)
		if *gone.Cluster.Status != "INACTIVE" {
			t.Errorf("cluster is %s", *gone.Cluster.Status)
		}
		if l := must[ecs.ListClustersOutput](r, "ListClusters", &ecs.ListClustersInput{}); len(l.ClusterArns) != 0 {
			t.Errorf("ListClusters shows %v", l.ClusterArns)
		}
		if cl := r.cluster("mine"); *cl.Status != "INACTIVE" {
			t.Errorf("cluster is described as %s", *cl.Status)
		}
		refused[ecs.ListTasksOutput](r, "ClusterNotFoundException", "ListTasks", &ecs.ListTasksInput{Cluster: new("mine")})
		time.Sleep(2 * time.Hour)
		miss := must[ecs.DescribeClustersOutput](r, "DescribeClusters", &ecs.DescribeClustersInput{Clusters: []string{"mine"}})
		if len(miss.Failures) != 1 || *miss.Failures[0].Reason != "MISSING" || *miss.Failures[0].Arn != *gone.Cluster.ClusterArn {
			t.Errorf("after two hours: %+v", miss)
		}
	})
}

func TestClusterWaitsForInstancesProvidersAndAttachments(t *testing.T) {
	withECS(t, func(r *ecsRig) {
		var instance string
		r.seed(func(c *Cloud) {
			c.SeedCapacityProvider(r.region, CapacityProviderSeed{Name: "asg", AutoScalingGroup: "arn:aws:autoscaling:eu-west-3:123456789012:autoScalingGroup:x:autoScalingGroupName/a"})
			c.SeedCluster(r.region, ClusterSeed{Name: "ec2", CapacityProviders: []string{"asg"}})
			instance = c.SeedContainerInstance(r.region, InstanceSeed{Cluster: "ec2", Provider: "asg"})
			c.SeedCapacityProvider(r.region, CapacityProviderSeed{Name: "mi", Cluster: "ec2", InfrastructureRole: "arn:aws:iam::123456789012:role/i"})
		})
		del := &ecs.DeleteClusterInput{Cluster: new("ec2")}
		refused[ecs.DeleteClusterOutput](r, "ClusterContainsContainerInstancesException", "DeleteCluster", del)
		must[ecs.DeregisterContainerInstanceOutput](r, "DeregisterContainerInstance", &ecs.DeregisterContainerInstanceInput{Cluster: new("ec2"), ContainerInstance: &instance})
		refused[ecs.DeleteClusterOutput](r, "ClusterContainsCapacityProviderException", "DeleteCluster", del)
		refused[ecs.DeleteCapacityProviderOutput](r, "ResourceInUseException", "DeleteCapacityProvider", &ecs.DeleteCapacityProviderInput{CapacityProvider: new("asg")})
		mi := must[ecs.DeleteCapacityProviderOutput](r, "DeleteCapacityProvider", &ecs.DeleteCapacityProviderInput{CapacityProvider: new("mi"), Cluster: new("ec2")})
		if mi.CapacityProvider.Status != ecstypes.CapacityProviderStatusDeprovisioning || mi.CapacityProvider.UpdateStatus != ecstypes.CapacityProviderUpdateStatusDeleteInProgress {
			t.Errorf("provider is %s, %s", mi.CapacityProvider.Status, mi.CapacityProvider.UpdateStatus)
		}
		must[ecs.PutClusterCapacityProvidersOutput](r, "PutClusterCapacityProviders", &ecs.PutClusterCapacityProvidersInput{Cluster: new("ec2"), CapacityProviders: []string{}, DefaultCapacityProviderStrategy: []ecstypes.CapacityProviderStrategyItem{}})
		if cl := r.cluster("ec2"); *cl.AttachmentsStatus != "UPDATE_IN_PROGRESS" {
			t.Errorf("attachments are %s", *cl.AttachmentsStatus)
		}
		refused[ecs.DeleteClusterOutput](r, "UpdateInProgressException", "DeleteCluster", del)
		time.Sleep(providerDelete)
		must[ecs.DeleteClusterOutput](r, "DeleteCluster", del)
		must[ecs.DeleteCapacityProviderOutput](r, "DeleteCapacityProvider", &ecs.DeleteCapacityProviderInput{CapacityProvider: new("asg")})
		refused[ecs.DeleteCapacityProviderOutput](r, "InvalidParameterException", "DeleteCapacityProvider", &ecs.DeleteCapacityProviderInput{CapacityProvider: new("FARGATE")})
		time.Sleep(providerDelete)
		all := must[ecs.DescribeCapacityProvidersOutput](r, "DescribeCapacityProviders", &ecs.DescribeCapacityProvidersInput{})
		if len(all.CapacityProviders) != 2 {
			t.Errorf("left over: %+v", all.CapacityProviders)
		}
	})
}

func TestClusterPagesAndLimits(t *testing.T) {
	withECS(t, func(r *ecsRig) {
		for i := range 101 {
			must[ecs.CreateClusterOutput](r, "CreateCluster", &ecs.CreateClusterInput{ClusterName: new(fmt.Sprintf("c%03d", i))})
		}
		first := must[ecs.ListClustersOutput](r, "ListClusters", &ecs.ListClustersInput{})
		if len(first.ClusterArns) != 100 || first.NextToken == nil {
			t.Fatalf("first page has %d", len(first.ClusterArns))
		}
		// What goes away between two pages must not hide what stands behind it.
		must[ecs.DeleteClusterOutput](r, "DeleteCluster", &ecs.DeleteClusterInput{Cluster: new("c099")})
		second := must[ecs.ListClustersOutput](r, "ListClusters", &ecs.ListClustersInput{NextToken: first.NextToken})
		if len(second.ClusterArns) != 1 || second.NextToken != nil {
			t.Errorf("second page %v", second.ClusterArns)
		}
		refused[ecs.ListClustersOutput](r, "InvalidParameterException", "ListClusters", &ecs.ListClustersInput{MaxResults: new(int32(101))})
		refused[ecs.ListClustersOutput](r, "InvalidParameterException", "ListClusters", &ecs.ListClustersInput{NextToken: new("zzzzzzzz")})
		refused[ecs.DescribeClustersOutput](r, "InvalidParameterException", "DescribeClusters", &ecs.DescribeClustersInput{Clusters: append(first.ClusterArns, "c100")})
		if all := must[ecs.DescribeClustersOutput](r, "DescribeClusters", &ecs.DescribeClustersInput{Clusters: first.ClusterArns}); len(all.Clusters) != 100 || len(all.Failures) != 0 {
			t.Errorf("described %d, failures %v", len(all.Clusters), all.Failures)
		}
		again := must[ecs.CreateClusterOutput](r, "CreateCluster", &ecs.CreateClusterInput{ClusterName: new("c099")})
		if *again.Cluster.Status != "ACTIVE" {
			t.Errorf("a name is not free again: %s", *again.Cluster.Status)
		}
		elsewhere := *r
		elsewhere.region = "sa-east-1"
		if out := must[ecs.ListClustersOutput](&elsewhere, "ListClusters", &ecs.ListClustersInput{}); len(out.ClusterArns) != 0 {
			t.Errorf("another region shows %v", out.ClusterArns)
		}
	})
}
