package ecs_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind/kindtest"
	cloud "github.com/rootout/rootout/aws/sim/all"
)

func TestTasks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, kindtest.Everything)
		w.Scan()
		var mine, served, onMachine int
		for _, r := range w.Of("ecs:task") {
			switch {
			case w.Field(r, "startedby") == "events-rule/nightly":
				mine++
				if r.Owners[0].Kind != "ecs:cluster" || !slices.Contains(r.Uses, w.Of("events:rule")["nightly"].Ref) {
					t.Errorf("the rule's task has owners %v and uses %v", r.Owners, r.Uses)
				}
				if r.Secrets != 1 {
					t.Errorf("one override is secret, %d were sealed", r.Secrets)
				}
			case w.Field(r, "service") == "replica":
				served++
				if r.Owners[0] != w.Of("ecs:service")["replica"].Ref {
					t.Errorf("a service's task belongs to %v", r.Owners)
				}
				if got := w.Field(r, "protected"); got != "yes" {
					t.Errorf("a protected task shows %s", got)
				}
				if !r.Rate.Billed || !r.Rate.Known || r.Rate.PerHour < 0.78 || r.Rate.PerHour > 0.80 || r.Size.VCPU != 16 || r.Size.MemoryMiB != 32768 {
					t.Errorf("16 vCPU and 32 GB in us-east-1: %+v %+v", r.Rate, r.Size)
				}
				if spent, ok := r.Rate.SoFar(time.Now()); !ok || spent < 1.5 {
					t.Errorf("after two hours it has spent %v %v", spent, ok)
				}
			case w.Field(r, "launch") == "EC2":
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

func TestManyPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const clusters, tasks, services = 230, 250, 120
		w := kindtest.New(t, func(c *cloud.Cloud, now time.Time) {
			c.SeedTaskDefinition(kindtest.Region, cloud.TaskDefinitionSeed{Family: "xmr", CPU: 256, MemoryMiB: 512, Images: []string{"a"}})
			for i := range clusters {
				c.SeedCluster(kindtest.Region, cloud.ClusterSeed{Name: fmt.Sprintf("c%03d", i)})
			}
			for range tasks {
				c.SeedTask(kindtest.Region, cloud.TaskSeed{Cluster: "c007", TaskDefinition: "xmr", StartedAt: now.Add(-time.Hour)})
			}
			for i := range services {
				c.SeedService(kindtest.Region, cloud.ServiceSeed{Cluster: "c229", Name: fmt.Sprintf("s%03d", i), TaskDefinition: "xmr"})
			}
		})
		w.Scan("ecs:cluster", "ecs:service", "ecs:task")
		if c, s, k := len(w.Of("ecs:cluster")), len(w.Of("ecs:service")), w.Count("ecs:task"); c != clusters || s != services || k != tasks {
			t.Errorf("found %d clusters, %d services, %d tasks", c, s, k)
		}
		if got := w.Calls()["ecs:ListClusters"]; got != 3 {
			t.Errorf("three kinds of one visit asked %d times for 3 pages of clusters", got)
		}
		if got, want := w.Calls()["ecs:ListServices"], clusters+1; got != want {
			t.Errorf("ListServices was asked %d times, want %d: every cluster whatever its counters, pages of 100", got, want)
		}
	})
}

func TestDrainingServicesAreFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, kindtest.Everything)
		w.Scan()
		service := w.Of("ecs:service")["bluegreen"]
		w.Mutate("ecs:DeleteService", func(ctx context.Context) error {
			_, err := aws.Client(w.Conn.Clients(kindtest.Region), ecs.NewFromConfig).DeleteService(ctx, &ecs.DeleteServiceInput{
				Cluster: new("mine"), Service: new(service.ARN), Force: new(true),
			})
			return err
		})
		w.Scan("ecs:service")
		if got := w.Found()[service.Ref]; got == nil || got.State != "DRAINING" || !got.Counts {
			t.Errorf("a DRAINING service that was known is %+v", got)
		}
		w.Forget()
		w.Scan("ecs:service")
		if got := w.Found()[service.Ref]; got == nil || got.State != "DRAINING" {
			t.Errorf("a DRAINING service that nobody knew is %+v; its tasks name it", got)
		}
		time.Sleep(2 * time.Minute)
		w.Scan("ecs:service")
		if w.Found()[service.Ref].Counts {
			t.Error("an INACTIVE service counts")
		}
	})
}

func TestDefinitionsAreDescribedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, kindtest.Everything)
		w.Scan("ecs:task-definition")
		if got := w.Calls()["ecs:DescribeTaskDefinition"]; got != 5 {
			t.Errorf("described %d of 5", got)
		}
		w.Scan("ecs:task-definition")
		if got := w.Calls()["ecs:DescribeTaskDefinition"]; got != 5 {
			t.Errorf("a second look described %d more", got-5)
		}
		ref := w.Of("ecs:task-definition")["xmr:1"].Ref
		if w.Reports(ref) != 3 {
			t.Errorf("reported %d times: bare, described, and met again", w.Reports(ref))
		}
	})
}

func TestOneDeniedClusterIsAnErrorAndTheOthersAreFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, func(c *cloud.Cloud, now time.Time) {
			c.SeedTaskDefinition(kindtest.Region, cloud.TaskDefinitionSeed{Family: "xmr", CPU: 256, MemoryMiB: 512, Images: []string{"a"}})
			for _, name := range []string{"a", "b", "c", "d"} {
				c.SeedCluster(kindtest.Region, cloud.ClusterSeed{Name: name})
				c.SeedTask(kindtest.Region, cloud.TaskSeed{Cluster: name, TaskDefinition: "xmr", StartedAt: now})
			}
		})
		w.Refuse = func(operation, body string) string {
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
		errs := w.TryScan("ecs:task")
		if aws.Classify(errs["ecs:task"]) != aws.Denied || w.Count("ecs:task") != 2 {
			t.Errorf("error %v, %d tasks", errs["ecs:task"], w.Count("ecs:task"))
		}
		if words := aws.Describe(errs["ecs:task"]).Message; words != "refused by the test (and 3 more calls failed)" {
			t.Errorf("the cell says %q", words)
		}
	})
}

// TestAListingThatIsCalledOffEnds: another kind of the visit has brought the clusters already, so
// that the walk over them goes on without a context.
func TestAListingThatIsCalledOffEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, kindtest.Everything)
		v := w.Visit()
		if err := w.Defs["ecs:cluster"].List(t.Context(), v); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range 100 {
			if err := w.Defs["ecs:capacity-provider"].List(ctx, v); aws.Classify(err) != aws.Canceled {
				t.Fatalf("a listing that was called off says %v", err)
			}
		}
	})
}
