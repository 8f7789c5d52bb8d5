package kind_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/sim"
	cloud "github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/model"
)

const secretValue = "4xMoneroWalletSecret"

// everything furnishes the region with one of each.
func everything(c *cloud.Cloud, now time.Time) {
	past := now.Add(-2 * time.Hour)
	c.SeedCapacityProvider(region, cloud.CapacityProviderSeed{
		Name: "fleet", AutoScalingGroup: "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:uuid:autoScalingGroupName/fleet-asg",
	})
	c.SeedCluster(region, cloud.ClusterSeed{Name: "mine", CapacityProviders: []string{"FARGATE", "FARGATE_SPOT", "fleet"}, Tags: map[string]string{"a": "b"}})
	c.SeedCapacityProvider(region, cloud.CapacityProviderSeed{Name: "managed", Cluster: "mine", InfrastructureRole: "arn:aws:iam::123456789012:role/infra"})
	c.SeedTaskDefinition(region, cloud.TaskDefinitionSeed{
		Family: "xmr", CPU: 16384, MemoryMiB: 32768, Images: []string{"evil/miner:latest"}, Command: []string{"--donate", "0"},
		Env: map[string]string{"WALLET": secretValue}, RegisteredBy: thief, RegisteredAt: past,
	})
	c.SeedTaskDefinition(region, cloud.TaskDefinitionSeed{Family: "box", CPU: 256, MemoryMiB: 512, Images: []string{"evil/box"}, EC2: true, RegisteredAt: past})
	c.SeedTaskDefinition(region, cloud.TaskDefinitionSeed{Family: "old", CPU: 256, MemoryMiB: 512, Images: []string{"a"}, Status: ecstypes.TaskDefinitionStatusInactive})
	c.SeedTaskDefinition(region, cloud.TaskDefinitionSeed{Family: "going", CPU: 256, MemoryMiB: 512, Images: []string{"a"}, Status: ecstypes.TaskDefinitionStatusDeleteInProgress})
	c.SeedContainerInstance(region, cloud.InstanceSeed{Cluster: "mine", EC2InstanceID: "i-0123456789abcdef0", Provider: "fleet"})
	c.SeedService(region, cloud.ServiceSeed{
		Cluster: "mine", Name: "replica", TaskDefinition: "xmr", Desired: 3, StartTasksAt: past, CreatedAt: past, CreatedBy: thief,
		Protected: now.Add(time.Hour), Placement: cloud.Placement{PublicIP: true},
	})
	c.SeedService(region, cloud.ServiceSeed{
		Cluster: "mine", Name: "everywhere", TaskDefinition: "box", Scheduling: ecstypes.SchedulingStrategyDaemon, StartTasksAt: past,
		Placement: cloud.Placement{LaunchType: ecstypes.LaunchTypeEc2},
	})
	c.SeedService(region, cloud.ServiceSeed{
		Cluster: "mine", Name: "outside", TaskDefinition: "xmr", Desired: 2, Controller: ecstypes.DeploymentControllerTypeExternal,
		TaskSets: []float64{100}, StartTasksAt: past,
	})
	c.SeedService(region, cloud.ServiceSeed{
		Cluster: "mine", Name: "bluegreen", TaskDefinition: "xmr", Desired: 1, Controller: ecstypes.DeploymentControllerTypeCodeDeploy, StartTasksAt: past,
	})
	c.SeedExpressService(region, cloud.ExpressSeed{Cluster: "mine", Name: "express", Image: "evil/web", StartTasksAt: past, CreatedBy: thief})
	c.SeedTask(region, cloud.TaskSeed{Cluster: "mine", TaskDefinition: "xmr", StartedBy: "events-rule/nightly", StartedAt: past, Overrides: &ecstypes.TaskOverride{
		ContainerOverrides: []ecstypes.ContainerOverride{{Name: new("xmr"), Environment: []ecstypes.KeyValuePair{{Name: new("POOL"), Value: new(secretValue)}}}},
	}})
	c.SeedContainerInstance(region, cloud.InstanceSeed{Cluster: "mine", EC2InstanceID: "i-0aaaaaaaaaaaaaaaa", Provider: "managed"})
	c.SeedDaemon(region, cloud.DaemonSeed{Cluster: "mine", Name: "agent", Providers: []string{"managed"}, Image: "evil/agent", CreatedAt: past, CreatedBy: thief})
	c.SeedScalableTarget(region, cloud.ScalableTargetSeed{Cluster: "mine", Service: "replica", Min: 3, Max: 20, Policy: "keep-hot"})
	c.SeedRule(region, cloud.RuleSeed{Name: "nightly", Schedule: "rate(1 day)", Cluster: "mine", TaskDefinition: "xmr", Role: "arn:aws:iam::123456789012:role/events", Count: 1})
	c.SeedRule(region, cloud.RuleSeed{Name: "honest", Schedule: "rate(1 day)"})
	c.SeedSchedule(region, cloud.ScheduleSeed{Name: "hourly", Expression: "rate(12 hours)", Cluster: "mine", TaskDefinition: "xmr", Role: "arn:aws:iam::123456789012:role/scheduler"})
}

func TestEveryKindIsListedWithWhatItDeclared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, everything)
		for id, def := range w.defs {
			w.forget()
			w.scan(id)
			for call := range w.calls {
				if !slices.Contains(def.Calls, call) {
					t.Errorf("listing %s called %s, which it did not declare", id, call)
				}
			}
			if len(w.of(id)) == 0 {
				t.Errorf("listing %s found nothing", id)
			}
		}
	})
}

func TestWhatIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, everything)
		w.scan()
		want := map[model.KindID]int{
			"ecs:cluster": 1, "ecs:service": 5, "ecs:daemon": 1, "ecs:container-instance": 2, "ecs:capacity-provider": 2,
			"events:rule": 1, "scheduler:schedule": 1,
		}
		for id, n := range want {
			if got := len(w.of(id)); got != n {
				t.Errorf("%s: found %d, want %d", id, got, n)
			}
		}
		replica := w.of("ecs:service")["replica"]
		for field, want := range map[string]string{
			"cluster": "mine", "desired": "3", "running": "3", "launch": "FARGATE", "scheduling": "replica", "controller": "ecs", "express": "no",
			"definition": "xmr:1",
		} {
			if got := w.field(replica, field); got != want {
				t.Errorf("service replica, %s: %q, want %q", field, got, want)
			}
		}
		if got := w.field(replica, "createdrole"); !strings.HasSuffix(got, "/AWSReservedSSO_AdministratorAccess_0123456789abcdef") {
			t.Errorf("the role that made the service: %q", got)
		}
		if replica.Maker.Source != model.MakerUnknown {
			t.Errorf("the role in createdBy was taken for the maker: %+v", replica.Maker)
		}
		if got := w.field(w.of("ecs:service")["express"], "express"); got != "yes" {
			t.Errorf("the Express service is not told from others: %s", got)
		}
		definition := w.of("ecs:task-definition")["xmr:1"]
		if definition.Maker != (model.Maker{ARN: thief, Source: model.FromRegistered}) {
			t.Errorf("definition's maker is %+v", definition.Maker)
		}
		if w.of("ecs:task-definition")["old:1"] == nil || w.of("ecs:task-definition")["going:1"] != nil {
			t.Error("INACTIVE definitions count, DELETE_IN_PROGRESS ones do not")
		}
		rule := w.of("events:rule")["nightly"]
		cluster := w.of("ecs:cluster")["mine"]
		if !slices.Equal(rule.Owners, []model.Ref{cluster.Ref}) || !slices.Equal(rule.Uses, []model.Ref{definition.Ref}) {
			t.Errorf("rule owners %v uses %v", rule.Owners, rule.Uses)
		}
		if scaling := w.of("application-autoscaling:target")["mine/replica"]; !slices.Equal(scaling.Owners, []model.Ref{replica.Ref}) {
			t.Errorf("scaling target's owners are %v", scaling.Owners)
		}
		provider := w.of("ecs:capacity-provider")["fleet"]
		if len(provider.Owners) != 0 || len(provider.Leftovers) != 1 || provider.Leftovers[0].ID != "fleet-asg" || !slices.Contains(cluster.Uses, provider.Ref) {
			t.Errorf("provider fleet: owners %v, behind %v, cluster uses %v", provider.Owners, provider.Leftovers, cluster.Uses)
		}
		if managed := w.of("ecs:capacity-provider")["managed"]; !slices.Equal(managed.Owners, []model.Ref{cluster.Ref}) {
			t.Errorf("a Managed Instances provider belongs to its cluster, not %v", managed.Owners)
		}
		machine := w.of("ecs:container-instance")["i-0123456789abcdef0"]
		if len(machine.Leftovers) != 1 || machine.Leftovers[0].Type != "AWS::EC2::Instance" || !strings.Contains(machine.Leftovers[0].Console, "i-0123456789abcdef0") {
			t.Errorf("behind the container instance is %v", machine.Leftovers)
		}
	})
}

func TestTasks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, everything)
		w.scan()
		var mine, served, onMachine int
		for _, r := range w.of("ecs:task") {
			switch {
			case w.field(r, "startedby") == "events-rule/nightly":
				mine++
				if r.Owners[0].Kind != "ecs:cluster" || !slices.Contains(r.Uses, w.of("events:rule")["nightly"].Ref) {
					t.Errorf("the rule's task has owners %v and uses %v", r.Owners, r.Uses)
				}
				if r.Secrets != 1 {
					t.Errorf("one override is secret, %d were sealed", r.Secrets)
				}
			case w.field(r, "service") == "replica":
				served++
				if r.Owners[0] != w.of("ecs:service")["replica"].Ref {
					t.Errorf("a service's task belongs to %v", r.Owners)
				}
				if got := w.field(r, "protected"); got != "yes" {
					t.Errorf("a protected task shows %s", got)
				}
				if !r.Rate.Billed || !r.Rate.Known || r.Rate.PerHour < 0.78 || r.Rate.PerHour > 0.80 || r.Size.VCPU != 16 || r.Size.MemoryMiB != 32768 {
					t.Errorf("16 vCPU and 32 GB in us-east-1: %+v %+v", r.Rate, r.Size)
				}
				if spent, ok := r.Rate.SoFar(time.Now()); !ok || spent < 1.5 {
					t.Errorf("after two hours it has spent %v %v", spent, ok)
				}
			case w.field(r, "launch") == "EC2":
				onMachine++
				if r.Rate.Billed || !r.Rate.Known {
					t.Errorf("a task on EC2 bills nothing itself: %+v", r.Rate)
				}
			}
		}
		if mine != 1 || served != 3 || onMachine != 1 {
			t.Errorf("found %d of the rule, %d of the service, %d on EC2", mine, served, onMachine)
		}
	})
}

func TestNoSecretIsHandedOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, everything)
		w.scan()
		sealed := 0
		for ref, raw := range w.raw {
			if strings.Contains(string(raw), secretValue) {
				t.Errorf("%s: the raw record holds an environment value", ref)
			}
			sealed += strings.Count(string(raw), `"sealed:20:`)
		}
		if sealed != 2 {
			t.Errorf("%d values were sealed, want the definition's and the override's", sealed)
		}
		for ref, r := range w.found {
			if strings.Contains(fmt.Sprintf("%+v", *r), secretValue) {
				t.Errorf("%s: the resource holds an environment value", ref)
			}
		}
	})
}

func TestManyPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const clusters, tasks, services = 230, 250, 120
		w := newWorld(t, func(c *cloud.Cloud, now time.Time) {
			c.SeedTaskDefinition(region, cloud.TaskDefinitionSeed{Family: "xmr", CPU: 256, MemoryMiB: 512, Images: []string{"a"}})
			for i := range clusters {
				c.SeedCluster(region, cloud.ClusterSeed{Name: fmt.Sprintf("c%03d", i)})
			}
			for range tasks {
				c.SeedTask(region, cloud.TaskSeed{Cluster: "c007", TaskDefinition: "xmr", StartedAt: now.Add(-time.Hour)})
			}
			for i := range services {
				c.SeedService(region, cloud.ServiceSeed{Cluster: "c229", Name: fmt.Sprintf("s%03d", i), TaskDefinition: "xmr"})
			}
		})
		w.scan("ecs:cluster", "ecs:service", "ecs:task")
		if c, s, k := len(w.of("ecs:cluster")), len(w.of("ecs:service")), countOf(w, "ecs:task"); c != clusters || s != services || k != tasks {
			t.Errorf("found %d clusters, %d services, %d tasks", c, s, k)
		}
		if got := w.calls["ecs:ListClusters"]; got != 3 {
			t.Errorf("three kinds of one visit asked %d times for 3 pages of clusters", got)
		}
		if got, want := w.calls["ecs:ListServices"], clusters+1; got != want {
			t.Errorf("ListServices was asked %d times, want %d: every cluster whatever its counters, pages of 100", got, want)
		}
	})
}

func countOf(w *world, id model.KindID) int {
	n := 0
	for ref, r := range w.found {
		if ref.Kind == id && r.Counts {
			n++
		}
	}
	return n
}

func TestDrainingServicesAreFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, everything)
		w.scan()
		service := w.of("ecs:service")["bluegreen"]
		w.mutate("ecs:DeleteService", func(ctx ctxT) error {
			_, err := aws.Client(w.conn.Clients(region), ecs.NewFromConfig).DeleteService(ctx, &ecs.DeleteServiceInput{
				Cluster: new("mine"), Service: new(service.ARN), Force: new(true),
			})
			return err
		})
		w.scan("ecs:service")
		if got := w.found[service.Ref]; got == nil || got.State != "DRAINING" || !got.Counts {
			t.Errorf("a DRAINING service that was known is %+v", got)
		}
		w.forget()
		w.scan("ecs:service")
		if got := w.found[service.Ref]; got == nil || got.State != "DRAINING" {
			t.Errorf("a DRAINING service that nobody knew is %+v; its tasks name it", got)
		}
		time.Sleep(2 * time.Minute)
		w.scan("ecs:service")
		if w.found[service.Ref].Counts {
			t.Error("an INACTIVE service counts")
		}
	})
}

func TestDefinitionsAreDescribedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, everything)
		w.scan("ecs:task-definition")
		if got := w.calls["ecs:DescribeTaskDefinition"]; got != 5 {
			t.Errorf("described %d of 5", got)
		}
		w.scan("ecs:task-definition")
		if got := w.calls["ecs:DescribeTaskDefinition"]; got != 5 {
			t.Errorf("a second look described %d more", got-5)
		}
		ref := w.of("ecs:task-definition")["xmr:1"].Ref
		if w.reports[ref] != 3 {
			t.Errorf("reported %d times: bare, described, and met again", w.reports[ref])
		}
	})
}

func TestOneDeniedRegionIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, everything)
		faults, err := sim.ParseFaults("deny=" + region + ":ecs")
		if err != nil {
			t.Fatal(err)
		}
		w.server.SetFaults(faults)
		errs := w.tryScan()
		for id := range w.defs {
			err := errs[id]
			if ecsKind := id.Service() == "ecs"; ecsKind != (aws.Classify(err) == aws.Denied) {
				t.Errorf("%s: %v", id, err)
			}
		}
	})
}

func TestOneDeniedClusterIsAnErrorAndTheOthersAreFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(c *cloud.Cloud, now time.Time) {
			c.SeedTaskDefinition(region, cloud.TaskDefinitionSeed{Family: "xmr", CPU: 256, MemoryMiB: 512, Images: []string{"a"}})
			for _, name := range []string{"a", "b", "c", "d"} {
				c.SeedCluster(region, cloud.ClusterSeed{Name: name})
				c.SeedTask(region, cloud.TaskSeed{Cluster: name, TaskDefinition: "xmr", StartedAt: now})
			}
		})
		w.refuse = func(operation, body string) string {
			switch {
			case operation == "ecs:ListTasks" && strings.Contains(body, "cluster/a\""):
				// Alone it would mean that nothing is missing.
				return "UnsupportedFeatureException"
			case operation == "ecs:ListTasks" && strings.Contains(body, "cluster/b\""):
				time.Sleep(time.Second)
				return "AccessDeniedException"
			}
			return ""
		}
		errs := w.tryScan("ecs:task")
		if aws.Classify(errs["ecs:task"]) != aws.Denied || countOf(w, "ecs:task") != 2 {
			t.Errorf("error %v, %d tasks", errs["ecs:task"], countOf(w, "ecs:task"))
		}
		if words := aws.Describe(errs["ecs:task"]).Message; words != "refused by the test (and 3 more calls failed)" {
			t.Errorf("the cell says %q", words)
		}
	})
}

// TestAListingThatIsCalledOffEnds: another kind of the visit has brought the clusters already, so that the walk over them goes on without a context.
func TestAListingThatIsCalledOffEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, everything)
		v := w.visit()
		if err := w.defs["ecs:cluster"].List(t.Context(), v); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range 100 {
			if err := w.defs["ecs:capacity-provider"].List(ctx, v); aws.Classify(err) != aws.Canceled {
				t.Fatalf("a listing that was called off says %v", err)
			}
		}
	})
}
