package ecs_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/aws/sim/cloud/cloudtest"
	simecs "github.com/rootout/rootout/aws/sim/cloud/ecs"
)

func TestClusterGoesOnlyWhenEmpty(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		r.Breach(3)
		del := &ecs.DeleteClusterInput{Cluster: new("mine")}
		cloudtest.Refused[ecs.DeleteClusterOutput](r, "ClusterContainsServicesException", "DeleteCluster", del)
		if got := cloudtest.Refused[ecs.DeleteServiceOutput](r, "InvalidParameterException", "DeleteService", &ecs.DeleteServiceInput{Cluster: new("mine"), Service: new("pool")}); got.Message != "The service cannot be stopped while it is scaled above 0." {
			t.Errorf("message %q", got.Message)
		}
		out := cloudtest.Must[ecs.DeleteServiceOutput](r, "DeleteService", &ecs.DeleteServiceInput{Cluster: new("mine"), Service: new("pool"), Force: new(true)})
		if *out.Service.Status != "DRAINING" {
			t.Fatalf("service is %s after DeleteService", *out.Service.Status)
		}
		if l := cloudtest.Must[ecs.ListServicesOutput](r, "ListServices", &ecs.ListServicesInput{Cluster: new("mine")}); len(l.ServiceArns) != 0 {
			t.Errorf("ListServices shows a DRAINING service: %v", l.ServiceArns)
		}
		if cl := r.Cluster("mine"); cloudtest.Statistic(cl, "drainingFargateServiceCount") != "1" || cloudtest.Statistic(cl, "RunningFargateTasksCount") != "3" || cloudtest.Statistic(cl, "activeFargateServiceCount") != "0" {
			t.Errorf("statistics %+v", cl.Statistics)
		}
		cloudtest.Refused[ecs.CreateServiceOutput](r, "InvalidParameterException", "CreateService", &ecs.CreateServiceInput{Cluster: new("mine"), ServiceName: new("pool"), TaskDefinition: new("xmr"), DesiredCount: new(int32(1))})
		// The scheduler stops the tasks after 3 s, they are STOPPING 2 s later, and STOPPED 30 s
		// after they were told.
		time.Sleep(6 * time.Second)
		if s := r.Service("mine", "pool"); *s.Status != "INACTIVE" {
			t.Errorf("service is %s while its tasks are STOPPING", *s.Status)
		}
		cloudtest.Refused[ecs.DeleteClusterOutput](r, "ClusterContainsTasksException", "DeleteCluster", del)
		time.Sleep(27 * time.Second)
		gone := cloudtest.Must[ecs.DeleteClusterOutput](r, "DeleteCluster", del)
		if *gone.Cluster.Status != "INACTIVE" {
			t.Errorf("cluster is %s", *gone.Cluster.Status)
		}
		if l := cloudtest.Must[ecs.ListClustersOutput](r, "ListClusters", &ecs.ListClustersInput{}); len(l.ClusterArns) != 0 {
			t.Errorf("ListClusters shows %v", l.ClusterArns)
		}
		if cl := r.Cluster("mine"); *cl.Status != "INACTIVE" {
			t.Errorf("cluster is described as %s", *cl.Status)
		}
		cloudtest.Refused[ecs.ListTasksOutput](r, "ClusterNotFoundException", "ListTasks", &ecs.ListTasksInput{Cluster: new("mine")})
		time.Sleep(2 * time.Hour)
		miss := cloudtest.Must[ecs.DescribeClustersOutput](r, "DescribeClusters", &ecs.DescribeClustersInput{Clusters: []string{"mine"}})
		if len(miss.Failures) != 1 || *miss.Failures[0].Reason != "MISSING" || *miss.Failures[0].Arn != *gone.Cluster.ClusterArn {
			t.Errorf("after two hours: %+v", miss)
		}
	})
}

func TestClusterWaitsForInstancesProvidersAndAttachments(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		var instance string
		r.Seed(func(c *all.Cloud) {
			c.SeedCapacityProvider(r.Region, all.CapacityProviderSeed{Name: "asg", AutoScalingGroup: "arn:aws:autoscaling:eu-west-3:123456789012:autoScalingGroup:x:autoScalingGroupName/a"})
			c.SeedCluster(r.Region, all.ClusterSeed{Name: "ec2", CapacityProviders: []string{"asg"}})
			instance = c.SeedContainerInstance(r.Region, all.InstanceSeed{Cluster: "ec2", Provider: "asg"})
			c.SeedCapacityProvider(r.Region, all.CapacityProviderSeed{Name: "mi", Cluster: "ec2", InfrastructureRole: "arn:aws:iam::123456789012:role/i"})
		})
		del := &ecs.DeleteClusterInput{Cluster: new("ec2")}
		cloudtest.Refused[ecs.DeleteClusterOutput](r, "ClusterContainsContainerInstancesException", "DeleteCluster", del)
		cloudtest.Must[ecs.DeregisterContainerInstanceOutput](r, "DeregisterContainerInstance", &ecs.DeregisterContainerInstanceInput{Cluster: new("ec2"), ContainerInstance: &instance})
		cloudtest.Refused[ecs.DeleteClusterOutput](r, "ClusterContainsCapacityProviderException", "DeleteCluster", del)
		cloudtest.Refused[ecs.DeleteCapacityProviderOutput](r, "ResourceInUseException", "DeleteCapacityProvider", &ecs.DeleteCapacityProviderInput{CapacityProvider: new("asg")})
		mi := cloudtest.Must[ecs.DeleteCapacityProviderOutput](r, "DeleteCapacityProvider", &ecs.DeleteCapacityProviderInput{CapacityProvider: new("mi"), Cluster: new("ec2")})
		if mi.CapacityProvider.Status != ecstypes.CapacityProviderStatusDeprovisioning || mi.CapacityProvider.UpdateStatus != ecstypes.CapacityProviderUpdateStatusDeleteInProgress {
			t.Errorf("provider is %s, %s", mi.CapacityProvider.Status, mi.CapacityProvider.UpdateStatus)
		}
		cloudtest.Must[ecs.PutClusterCapacityProvidersOutput](r, "PutClusterCapacityProviders", &ecs.PutClusterCapacityProvidersInput{Cluster: new("ec2"), CapacityProviders: []string{}, DefaultCapacityProviderStrategy: []ecstypes.CapacityProviderStrategyItem{}})
		if cl := r.Cluster("ec2"); *cl.AttachmentsStatus != "UPDATE_IN_PROGRESS" {
			t.Errorf("attachments are %s", *cl.AttachmentsStatus)
		}
		cloudtest.Refused[ecs.DeleteClusterOutput](r, "UpdateInProgressException", "DeleteCluster", del)
		time.Sleep(simecs.ProviderDelete)
		cloudtest.Must[ecs.DeleteClusterOutput](r, "DeleteCluster", del)
		cloudtest.Must[ecs.DeleteCapacityProviderOutput](r, "DeleteCapacityProvider", &ecs.DeleteCapacityProviderInput{CapacityProvider: new("asg")})
		cloudtest.Refused[ecs.DeleteCapacityProviderOutput](r, "InvalidParameterException", "DeleteCapacityProvider", &ecs.DeleteCapacityProviderInput{CapacityProvider: new("FARGATE")})
		time.Sleep(simecs.ProviderDelete)
		all := cloudtest.Must[ecs.DescribeCapacityProvidersOutput](r, "DescribeCapacityProviders", &ecs.DescribeCapacityProvidersInput{})
		if len(all.CapacityProviders) != 2 {
			t.Errorf("left over: %+v", all.CapacityProviders)
		}
	})
}

func TestClusterPagesAndLimits(t *testing.T) {
	cloudtest.Run(t, func(r *cloudtest.Rig) {
		for i := range 101 {
			cloudtest.Must[ecs.CreateClusterOutput](r, "CreateCluster", &ecs.CreateClusterInput{ClusterName: new(fmt.Sprintf("c%03d", i))})
		}
		first := cloudtest.Must[ecs.ListClustersOutput](r, "ListClusters", &ecs.ListClustersInput{})
		if len(first.ClusterArns) != 100 || first.NextToken == nil {
			t.Fatalf("first page has %d", len(first.ClusterArns))
		}
		// What goes away between two pages must not hide what stands behind it.
		cloudtest.Must[ecs.DeleteClusterOutput](r, "DeleteCluster", &ecs.DeleteClusterInput{Cluster: new("c099")})
		second := cloudtest.Must[ecs.ListClustersOutput](r, "ListClusters", &ecs.ListClustersInput{NextToken: first.NextToken})
		if len(second.ClusterArns) != 1 || second.NextToken != nil {
			t.Errorf("second page %v", second.ClusterArns)
		}
		cloudtest.Refused[ecs.ListClustersOutput](r, "InvalidParameterException", "ListClusters", &ecs.ListClustersInput{MaxResults: new(int32(101))})
		cloudtest.Refused[ecs.ListClustersOutput](r, "InvalidParameterException", "ListClusters", &ecs.ListClustersInput{NextToken: new("zzzzzzzz")})
		cloudtest.Refused[ecs.DescribeClustersOutput](r, "InvalidParameterException", "DescribeClusters", &ecs.DescribeClustersInput{Clusters: append(first.ClusterArns, "c100")})
		if all := cloudtest.Must[ecs.DescribeClustersOutput](r, "DescribeClusters", &ecs.DescribeClustersInput{Clusters: first.ClusterArns}); len(all.Clusters) != 100 || len(all.Failures) != 0 {
			t.Errorf("described %d, failures %v", len(all.Clusters), all.Failures)
		}
		again := cloudtest.Must[ecs.CreateClusterOutput](r, "CreateCluster", &ecs.CreateClusterInput{ClusterName: new("c099")})
		if *again.Cluster.Status != "ACTIVE" {
			t.Errorf("a name is not free again: %s", *again.Cluster.Status)
		}
		elsewhere := *r
		elsewhere.Region = "sa-east-1"
		if out := cloudtest.Must[ecs.ListClustersOutput](&elsewhere, "ListClusters", &ecs.ListClustersInput{}); len(out.ClusterArns) != 0 {
			t.Errorf("another region shows %v", out.ClusterArns)
		}
	})
}
