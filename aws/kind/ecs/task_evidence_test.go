package ecs_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/kindtest"
	cloud "github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/model"
)

// tasksOf are the found tasks of a service.
func tasksOf(w *kindtest.World, service string) []*model.Resource {
	var list []*model.Resource
	for ref, r := range w.Found() {
		if ref.Kind == "ecs:task" && w.Field(r, "service") == service {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b *model.Resource) int { return a.Ref.Compare(b.Ref) })
	return list
}

// evidence takes the evidence of tasks side by side in one visit, as a run does, and checks what
// was called.
func evidence(w *kindtest.World, v *kind.Visit, tasks []*model.Resource) []map[string]kind.Evidence {
	w.T.Helper()
	def := w.Defs["ecs:task"]
	w.ForgetCalls()
	out := make([]map[string]kind.Evidence, len(tasks))
	var wait sync.WaitGroup
	for i, r := range tasks {
		wait.Go(func() {
			out[i] = map[string]kind.Evidence{}
			for _, item := range def.Evidence(w.T.Context(), v, r) {
				if (item.Missing == "") == (item.Data == nil) {
					w.T.Errorf("%s: data %s, missing %q", item.What, item.Data, item.Missing)
				}
				out[i][item.What] = item
			}
		})
	}
	wait.Wait()
	for call := range w.Calls() {
		if !slices.Contains(def.EvidenceCalls, call) {
			w.T.Errorf("evidence called %s, which it did not declare", call)
		}
	}
	return out
}

// crowd is a service of many tasks with a public address each, which log.
func crowd(tasks int) func(c *cloud.Cloud, now time.Time) {
	return func(c *cloud.Cloud, now time.Time) {
		c.SeedCluster(kindtest.Region, cloud.ClusterSeed{Name: "mine"})
		c.SeedTaskDefinition(kindtest.Region, cloud.TaskDefinitionSeed{Family: "xmr", CPU: 256, MemoryMiB: 512, Images: []string{"evil/miner", "evil/side"}})
		c.SeedLogs(kindtest.Region, "xmr", "/ecs/xmr")
		c.SeedService(kindtest.Region, cloud.ServiceSeed{
			Cluster: "mine", Name: "pool", TaskDefinition: "xmr", Desired: tasks, StartTasksAt: now.Add(-time.Hour), Placement: cloud.Placement{PublicIP: true},
		})
	}
}

func TestEvidenceOfATask(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, kindtest.Everything)
		w.Scan()
		tasks := tasksOf(w, "replica")
		got := evidence(w, w.Visit(), tasks[:1])[0]
		if !strings.Contains(string(got["image digest"].Data), "sha256:") || !strings.Contains(got["log tail of xmr"].Missing, "logs nowhere") {
			t.Errorf("evidence %v", got)
		}
		var addresses []netip.Addr
		if err := json.Unmarshal(got["public address"].Data, &addresses); err != nil || len(addresses) != 1 {
			t.Errorf("public address %s: %v", got["public address"].Data, err)
		}
		for _, eni := range strings.Fields(w.Field(tasks[0], "eni")) {
			w.Cloud.RemoveNetworkInterface(kindtest.Region, eni)
		}
		if got := evidence(w, w.Visit(), tasks[:1])[0]["public address"].Missing; got != "its network interface is not there any more" {
			t.Errorf("of an interface that went away it says %q", got)
		}
	})
}

// TestTheLastLinesOfEachContainerAreKept in their order, cleaned for the terminal.
func TestTheLastLinesOfEachContainerAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, crowd(1))
		w.Scan()
		r := tasksOf(w, "pool")[0]
		id := r.Ref.ID[strings.LastIndexByte(r.Ref.ID, '/')+1:]
		var lines []cloud.LogLine
		first := time.Date(2026, 9, 30, 10, 0, 0, 250e6, time.UTC)
		for i := range 60 {
			lines = append(lines, cloud.LogLine{Time: first.Add(time.Duration(i) * time.Second), Message: fmt.Sprintf("share %d accepted", i)})
		}
		lines[59].Message = "pool \x1b[31mdown"
		w.Cloud.AddLogLines(kindtest.Region, "/ecs/xmr", "ecs/xmr/"+id, lines...)
		got := evidence(w, w.Visit(), []*model.Resource{r})[0]
		var tail struct {
			LogGroup, LogStream string
			Events              []struct {
				Timestamp time.Time
				Message   string
			}
		}
		if err := json.Unmarshal(got["log tail of xmr"].Data, &tail); err != nil {
			t.Fatalf("%+v: %v", got, err)
		}
		if tail.LogGroup != "/ecs/xmr" || tail.LogStream != "ecs/xmr/"+id || len(tail.Events) != 50 {
			t.Fatalf("kept %d lines of %s, %s", len(tail.Events), tail.LogGroup, tail.LogStream)
		}
		if e := tail.Events[0]; e.Message != "share 10 accepted" || !e.Timestamp.Equal(first.Add(10*time.Second)) {
			t.Errorf("the first of the last 50 lines is %+v", e)
		}
		if e := tail.Events[49]; e.Message != model.Clean("pool \x1b[31mdown") || strings.Contains(e.Message, "\x1b") {
			t.Errorf("the last line is %q", e.Message)
		}
		if side := got["log tail of xmr-2"]; !strings.Contains(side.Missing, "stream does not exist") {
			t.Errorf("of the container that never wrote it says %+v; all: %v", side, got)
		}
	})
}

// TestEvidenceOfManyTasksIsAskedForTogether: what one call tells of many must not cost a call a
// task, or the evidence holds the run up.
func TestEvidenceOfManyTasksIsAskedForTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const tasks = 450
		w := kindtest.New(t, crowd(tasks))
		w.Scan()
		list := tasksOf(w, "pool")
		all := evidence(w, w.Visit(), list)
		asked := w.Calls()
		for i, got := range all {
			if i%90 != 0 && got["public address"].Data != nil {
				continue
			}
			eni := w.Field(list[i], "eni")
			out, err := aws.Client(w.Conn.Clients(kindtest.Region), ec2.NewFromConfig).DescribeNetworkInterfaces(t.Context(), &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{eni}})
			if err != nil {
				t.Fatal(err)
			}
			if want := *out.NetworkInterfaces[0].Association.PublicIp; string(got["public address"].Data) != `["`+want+`"]` {
				t.Errorf("task %d has %+v, want %s", i, got["public address"], want)
			}
		}
		// A call takes 200 interfaces.
		if n := asked["ec2:DescribeNetworkInterfaces"]; n != 3 {
			t.Errorf("asked %d times for the interfaces of %d tasks", n, tasks)
		}
		if n := asked["ecs:DescribeTaskDefinition"]; n != 1 {
			t.Errorf("asked %d times for one definition", n)
		}
	})
}

// TestOneTasksHasteIsNotAnothersLoss: evidence that a step cannot wait for is called off, and what
// others share with it goes on.
func TestOneTasksHasteIsNotAnothersLoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, crowd(2))
		w.Scan()
		tasks, v := tasksOf(w, "pool"), w.Visit()
		hasty, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
		defer cancel()
		var wait sync.WaitGroup
		wait.Go(func() {
			for _, item := range w.Defs["ecs:task"].Evidence(hasty, v, tasks[0]) {
				if item.What == "public address" && item.Missing == "" {
					t.Error("40 ms away, and there after 30")
				}
			}
			if hasty.Err() == nil || aws.Classify(aws.Ended(hasty)) != aws.Unreachable {
				t.Error("the hasty one had all the time of the world")
			}
		})
		time.Sleep(time.Millisecond)
		got := evidence(w, v, tasks[1:])[0]
		wait.Wait()
		if got["public address"].Missing != "" || got["log tail of xmr"].What == "" {
			t.Errorf("the other one lost its evidence: %+v", got)
		}
		if later := evidence(w, v, tasks[:1])[0]; later["public address"].Missing != "" || later["log tail of xmr"].What == "" {
			t.Errorf("asked again, the hasty one gets %+v", later)
		}
	})
}
