package ecs_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/cloudtest"
)

// seedGrid is the breach of the benchmarks: regions × clusters × one service of so many tasks.
func seedGrid(c *all.Cloud, regions, clusters, tasks int) {
	c.Locked(func(now time.Time) {
		for i := range regions {
			region := fmt.Sprintf("region-%d", i)
			c.SeedTaskDefinition(region, all.TaskDefinitionSeed{Family: "xmr", CPU: 16384, MemoryMiB: 32768, Images: []string{"miner"}, RegisteredAt: now.Add(-time.Hour)})
			for j := range clusters {
				name := fmt.Sprintf("c%d", j)
				c.SeedCluster(region, all.ClusterSeed{Name: name})
				c.SeedService(region, all.ServiceSeed{Cluster: name, Name: "s", TaskDefinition: "xmr", Desired: tasks, CreatedAt: now.Add(-time.Hour), StartTasksAt: now.Add(-time.Hour)})
			}
		}
	})
}

func TestResourcesAreAllThatStands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := cloudtest.New(t, 1)
		seedGrid(r.C, 3, 4, 5)
		r.Seed(func(c *all.Cloud) {
			c.SeedScalableTarget("region-0", all.ScalableTargetSeed{Cluster: "c0", Service: "s", Min: 1, Max: 2})
			c.SeedRule("region-0", all.RuleSeed{Name: "r", Pattern: "{}"})
			c.SeedSchedule("region-0", all.ScheduleSeed{Name: "s", Expression: "rate(1 day)", Cluster: "c0", TaskDefinition: "xmr"})
		})
		count := func(gone bool) string {
			kinds := map[string]int{}
			r.Seed(func(c *all.Cloud) {
				for _, x := range c.Resources() {
					if x.Gone == gone {
						kinds[strings.SplitN(x.Kind, ":", 2)[1]]++
					}
				}
			})
			return fmt.Sprint(kinds)
		}
		if got := count(false); got != "map[cluster:12 rule:1 schedule:1 service:12 target:1 task:60 task-definition:3]" {
			t.Errorf("standing: %s", got)
		}
		changes := 0
		r.C.OnChange(func() { changes++ })
		r.Region = "region-1"
		cloudtest.Must[ecs.DeleteServiceOutput](r, "DeleteService", &ecs.DeleteServiceInput{Cluster: new("c1"), Service: new("s"), Force: new(true)})
		time.Sleep(time.Minute)
		if got := count(true); got != "map[service:1 task:5]" {
			t.Errorf("gone: %s", got)
		}
		if changes != 2 {
			t.Errorf("%d changes told, want the call and what followed", changes)
		}
	})
}

func TestSameSeedSameWorld(t *testing.T) {
	world := func() (arns []string) {
		c := all.New(all.Options{Account: "123456789012", Seed: 42, Now: func() time.Time { return time.Unix(1_800_000_000, 0) }})
		seedGrid(c, 2, 3, 4)
		c.Locked(func(time.Time) {
			for _, x := range c.Resources() {
				arns = append(arns, x.ARN)
			}
		})
		return arns
	}
	if a, b := world(), world(); !slices.Equal(a, b) {
		t.Error("two clouds of one seed differ")
	}
}

// A quiet hundred thousand tasks must cost a call nothing: bringing the cloud to the present is in
// proportion to what is due.
func TestQuietTasksCostNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("a hundred thousand tasks take a second to seed")
	}
	c := all.New(all.Options{Account: "123456789012"})
	seedGrid(c, 10, 10, 1000)
	c.CatchUp()
	allocs := testing.AllocsPerRun(100, c.CatchUp)
	if allocs > 0 {
		t.Errorf("settling a quiet cloud allocates %v times", allocs)
	}
}

func BenchmarkListTasksPage(b *testing.B) {
	c := all.New(all.Options{Account: "123456789012"})
	seedGrid(c, 1, 1, 100_000)
	var list cloud.Operation
	for _, service := range c.Services() {
		for _, op := range service.Operations {
			if op.Name == "ListTasks" {
				list = op
			}
		}
	}
	in, call := &ecs.ListTasksInput{Cluster: new("c0")}, cloud.Call{Place: c.In("region-0"), Now: time.Now()}
	for b.Loop() {
		out, err := list.Do(call, in)
		if err != nil {
			b.Fatal(err)
		}
		in.NextToken = out.(*ecs.ListTasksOutput).NextToken
	}
}

func BenchmarkSeedTasks(b *testing.B) {
	for b.Loop() {
		c := all.New(all.Options{Account: "123456789012"})
		seedGrid(c, 24, 20, 10)
	}
}
