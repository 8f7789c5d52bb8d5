package kindtest

import (
	"fmt"
	"time"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	cloud "github.com/rootout/rootout/aws/sim/all"
)

// SecretValue is a value that somebody meant to keep.
const SecretValue = "4xMoneroWalletSecret" //nolint:gosec // It is what must not be found anywhere.

// Furnisher is a simulated service that can put n of each of its things into a region. What
// implements it (as the State of its registration) is part of Everything and Plenty without being
// named here. The cloud's lock is held.
type Furnisher interface {
	Furnish(region string, now time.Time, n int)
}

// Everything furnishes the region with one of each.
func Everything(c *cloud.Cloud, now time.Time) {
	workload(c, now)
	furnish(c, now, 1)
}

// PlentyOf is how many of each Plenty makes, at the least.
const PlentyOf = 5

// Plenty furnishes the region with several of each, so that listings by pages of less than PlentyOf
// go on to a second page.
func Plenty(c *cloud.Cloud, now time.Time) {
	workload(c, now)
	for i := range PlentyOf {
		more(c, fmt.Sprintf("a-%d", i))
	}
	furnish(c, now, PlentyOf)
}

func furnish(c *cloud.Cloud, now time.Time, n int) {
	for _, s := range c.Services() {
		if f, ok := s.State.(Furnisher); ok {
			f.Furnish(Region, now, n)
		}
	}
}

// more adds to workload one of each that has a name.
func more(c *cloud.Cloud, name string) {
	c.SeedCluster(Region, cloud.ClusterSeed{Name: name})
	c.SeedCapacityProvider(Region, cloud.CapacityProviderSeed{
		Name: name, AutoScalingGroup: "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:uuid:autoScalingGroupName/" + name,
	})
	c.SeedTaskDefinition(Region, cloud.TaskDefinitionSeed{Family: name, CPU: 256, MemoryMiB: 512, Images: []string{"evil/box"}})
	c.SeedContainerInstance(Region, cloud.InstanceSeed{Cluster: "mine", EC2InstanceID: "i-" + name, Provider: "fleet"})
	c.SeedService(Region, cloud.ServiceSeed{Cluster: "mine", Name: name, TaskDefinition: name})
	c.SeedDaemon(Region, cloud.DaemonSeed{Cluster: "mine", Name: name, Providers: []string{"managed"}, Image: "evil/agent"})
	c.SeedScalableTarget(Region, cloud.ScalableTargetSeed{Cluster: "mine", Service: name, Max: 2})
	c.SeedRule(Region, cloud.RuleSeed{Name: name, Schedule: "rate(1 day)", Cluster: "mine", TaskDefinition: name, Count: 1})
	c.SeedSchedule(Region, cloud.ScheduleSeed{Name: name, Expression: "rate(12 hours)", Cluster: "mine", TaskDefinition: name})
}

// workload is all of ECS and of what starts its tasks, in one cluster.
func workload(c *cloud.Cloud, now time.Time) {
	past := now.Add(-2 * time.Hour)
	c.SeedCapacityProvider(Region, cloud.CapacityProviderSeed{
		Name: "fleet", AutoScalingGroup: "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:uuid:autoScalingGroupName/fleet-asg",
	})
	c.SeedCluster(Region, cloud.ClusterSeed{Name: "mine", CapacityProviders: []string{"FARGATE", "FARGATE_SPOT", "fleet"}, Tags: map[string]string{"a": "b"}})
	c.SeedCapacityProvider(Region, cloud.CapacityProviderSeed{Name: "managed", Cluster: "mine", InfrastructureRole: "arn:aws:iam::123456789012:role/infra"})
	c.SeedTaskDefinition(Region, cloud.TaskDefinitionSeed{
		Family: "xmr", CPU: 16384, MemoryMiB: 32768, Images: []string{"evil/miner:latest"}, Command: []string{"--donate", "0"},
		Env: map[string]string{"WALLET": SecretValue}, RegisteredBy: Thief, RegisteredAt: past,
	})
	c.SeedTaskDefinition(Region, cloud.TaskDefinitionSeed{Family: "box", CPU: 256, MemoryMiB: 512, Images: []string{"evil/box"}, EC2: true, RegisteredAt: past})
	c.SeedTaskDefinition(Region, cloud.TaskDefinitionSeed{Family: "old", CPU: 256, MemoryMiB: 512, Images: []string{"a"}, Status: ecstypes.TaskDefinitionStatusInactive})
	c.SeedTaskDefinition(Region, cloud.TaskDefinitionSeed{Family: "going", CPU: 256, MemoryMiB: 512, Images: []string{"a"}, Status: ecstypes.TaskDefinitionStatusDeleteInProgress})
	c.SeedContainerInstance(Region, cloud.InstanceSeed{Cluster: "mine", EC2InstanceID: "i-0123456789abcdef0", Provider: "fleet"})
	c.SeedService(Region, cloud.ServiceSeed{
		Cluster: "mine", Name: "replica", TaskDefinition: "xmr", Desired: 3, StartTasksAt: past, CreatedAt: past, CreatedBy: Thief,
		Protected: now.Add(time.Hour), Placement: cloud.Placement{PublicIP: true},
	})
	c.SeedService(Region, cloud.ServiceSeed{
		Cluster: "mine", Name: "everywhere", TaskDefinition: "box", Scheduling: ecstypes.SchedulingStrategyDaemon, StartTasksAt: past,
		Placement: cloud.Placement{LaunchType: ecstypes.LaunchTypeEc2},
	})
	c.SeedService(Region, cloud.ServiceSeed{
		Cluster: "mine", Name: "outside", TaskDefinition: "xmr", Desired: 2, Controller: ecstypes.DeploymentControllerTypeExternal,
		TaskSets: []float64{100}, StartTasksAt: past,
	})
	c.SeedService(Region, cloud.ServiceSeed{
		Cluster: "mine", Name: "bluegreen", TaskDefinition: "xmr", Desired: 1, Controller: ecstypes.DeploymentControllerTypeCodeDeploy, StartTasksAt: past,
	})
	c.SeedExpressService(Region, cloud.ExpressSeed{Cluster: "mine", Name: "express", Image: "evil/web", StartTasksAt: past, CreatedBy: Thief})
	c.SeedTask(Region, cloud.TaskSeed{Cluster: "mine", TaskDefinition: "xmr", StartedBy: "events-rule/nightly", StartedAt: past, Overrides: &ecstypes.TaskOverride{
		ContainerOverrides: []ecstypes.ContainerOverride{{Name: new("xmr"), Environment: []ecstypes.KeyValuePair{{Name: new("POOL"), Value: new(SecretValue)}}}},
	}})
	c.SeedContainerInstance(Region, cloud.InstanceSeed{Cluster: "mine", EC2InstanceID: "i-0aaaaaaaaaaaaaaaa", Provider: "managed"})
	c.SeedDaemon(Region, cloud.DaemonSeed{Cluster: "mine", Name: "agent", Providers: []string{"managed"}, Image: "evil/agent", CreatedAt: past, CreatedBy: Thief})
	c.SeedScalableTarget(Region, cloud.ScalableTargetSeed{Cluster: "mine", Service: "replica", Min: 3, Max: 20, Policy: "keep-hot"})
	c.SeedRule(Region, cloud.RuleSeed{Name: "nightly", Schedule: "rate(1 day)", Cluster: "mine", TaskDefinition: "xmr", Role: "arn:aws:iam::123456789012:role/events", Count: 1})
	c.SeedRule(Region, cloud.RuleSeed{Name: "honest", Schedule: "rate(1 day)"})
	c.SeedRule(Region, cloud.RuleSeed{Name: "on-call", Bus: "shadow", Pattern: `{"source":["shadow"]}`, Cluster: "mine", TaskDefinition: "xmr", Newest: true, Count: 1})
	c.SeedSchedule(Region, cloud.ScheduleSeed{Name: "hourly", Expression: "rate(12 hours)", Cluster: "mine", TaskDefinition: "xmr", Role: "arn:aws:iam::123456789012:role/scheduler"})
	c.SeedSchedule(Region, cloud.ScheduleSeed{
		Name: "dawn", Group: "night", Expression: "cron(0 6 L * ? *)", Timezone: "Asia/Seoul", Cluster: "mine", TaskDefinition: "xmr", Newest: true,
	})
}
