package ecs_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/kindtest"
	cloud "github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/model"
)

// TestWhatIsListedAndNotDescribedCounts: the listing is incomplete, and what it named is there all the
// same, with what an earlier look knows of it.
func TestWhatIsListedAndNotDescribedCounts(t *testing.T) {
	for id, operation := range map[model.KindID]string{
		"ecs:task": "ecs:DescribeTasks", "ecs:service": "ecs:DescribeServices", "ecs:container-instance": "ecs:DescribeContainerInstances",
		"ecs:cluster": "ecs:DescribeClusters", "ecs:daemon": "ecs:DescribeDaemon",
	} {
		t.Run(string(id), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := kindtest.New(t, kindtest.Everything)
				w.Scan(id)
				known, counted := w.Found(), w.Count(id)
				w.Refuse = func(op, _ string) string {
					if op == operation {
						return "AccessDeniedException"
					}
					return ""
				}
				again := func(when string) {
					t.Helper()
					if errs := w.TryScan(id); errs[id] == nil {
						t.Errorf("%s: the listing passes for complete", when)
					}
					if got := w.Count(id); got != counted || counted == 0 {
						t.Errorf("%s: %d count, want %d", when, got, counted)
					}
				}
				again("known before")
				for ref, r := range w.Found() {
					if old := known[ref]; old != nil && r.Counts && len(old.Attrs) > 0 && fmt.Sprint(r.Attrs) != fmt.Sprint(old.Attrs) {
						t.Errorf("%s was known by %v, now by %v", r.Thing(), old.Attrs, r.Attrs)
					}
				}
				w.Forget()
				again("unknown before")
			})
		})
	}
}

// TestADefinitionKeepsItsFields when its status moves and nobody can describe it.
func TestADefinitionKeepsItsFields(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, kindtest.Everything)
		w.Scan("ecs:task-definition")
		ref := w.Of("ecs:task-definition")["xmr:1"].Ref
		w.Mutate("ecs:DeregisterTaskDefinition", func(ctx context.Context) error {
			_, err := aws.Client(w.Conn.Clients(kindtest.Region), ecs.NewFromConfig).DeregisterTaskDefinition(ctx, &ecs.DeregisterTaskDefinitionInput{TaskDefinition: &ref.ID})
			return err
		})
		w.Refuse = func(op, _ string) string {
			if op == "ecs:DescribeTaskDefinition" {
				return "AccessDeniedException"
			}
			return ""
		}
		w.TryScan("ecs:task-definition")
		r := w.Found()[ref]
		if r.State != "INACTIVE" || w.Field(r, "image") != "evil/miner:latest" || w.Field(r, "registeredby") != kindtest.Thief {
			t.Errorf("after it moved on it is %s, %v", r.State, r.Attrs)
		}
	})
}

// TestProvingKeepsWhatWasKnownOfProtection, which DescribeTasks does not tell.
func TestProvingKeepsWhatWasKnownOfProtection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, kindtest.Everything)
		w.Scan("ecs:task")
		r := tasksOf(w, "replica")[0]
		readings, err := w.Defs["ecs:task"].Read(t.Context(), w.Visit(), []model.Ref{r.Ref})
		if err != nil {
			t.Fatal(err)
		}
		if got := w.Field(readings[r.Ref].Resource, "protected"); got != "yes" {
			t.Errorf("read again, a protected task shows %q", got)
		}
	})
}

// TestProtectionIsAskedByTheHundred: a page of tasks is one call.
func TestProtectionIsAskedByTheHundred(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, crowd(100))
		w.Scan("ecs:task")
		if n := w.Calls()["ecs:GetTaskProtection"]; n != 1 {
			t.Errorf("asked %d times about 100 tasks", n)
		}
		for _, r := range tasksOf(w, "pool") {
			if got := w.Field(r, "protected"); got != "no" {
				t.Fatalf("a task's protection is %q", got)
			}
		}
	})
}

// TestDaemonEvidence holds every revision, in calls of 20.
func TestDaemonEvidence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, func(c *cloud.Cloud, _ time.Time) {
			c.SeedCluster(kindtest.Region, cloud.ClusterSeed{Name: "mine"})
			c.SeedCapacityProvider(kindtest.Region, cloud.CapacityProviderSeed{Name: "managed", Cluster: "mine", InfrastructureRole: "arn:aws:iam::123456789012:role/infra"})
			c.SeedDaemon(kindtest.Region, cloud.DaemonSeed{Cluster: "mine", Name: "agent", Providers: []string{"managed"}, Image: "evil/agent", Revisions: 45})
		})
		w.Scan("ecs:daemon")
		r := w.Of("ecs:daemon")["agent"]
		take := func() kind.Evidence {
			items := w.Defs["ecs:daemon"].Evidence(t.Context(), w.Visit(), r)
			if len(items) != 1 {
				t.Fatalf("evidence %v", items)
			}
			return items[0]
		}
		w.ForgetCalls()
		item := take()
		var revisions []struct {
			DaemonRevisionArn, DaemonTaskDefinitionArn string
			ContainerImages                            []struct{ Image, ImageDigest string }
		}
		if err := json.Unmarshal(item.Data, &revisions); err != nil || item.Missing != "" {
			t.Fatalf("%s, missing %q: %v", item.Data, item.Missing, err)
		}
		if n := w.Calls()["ecs:DescribeDaemonRevisions"]; len(revisions) != 45 || n != 3 {
			t.Errorf("%d of 45 revisions in %d calls", len(revisions), n)
		}
		if last := revisions[44]; !strings.HasSuffix(last.DaemonTaskDefinitionArn, "/agent:1") || last.ContainerImages[0].Image != "evil/agent" {
			t.Errorf("the last is %+v", last)
		}
		w.Refuse = func(op, body string) string {
			if op == "ecs:DescribeDaemonRevisions" && strings.Contains(body, "/agent/45\"") {
				return "AccessDeniedException"
			}
			return ""
		}
		if item := take(); item.Data != nil || !strings.Contains(item.Missing, "AccessDenied") {
			t.Errorf("half of the revisions pass for all: %+v", item)
		}
	})
}

// TestWhatAnAnswerLeavesOutIsNotGone: AWS tells of everything that it is asked about, so an answer
// without a word of it, or of other things instead, is not whole. What was listed counts, and what was
// to be proven is not proven.
func TestWhatAnAnswerLeavesOutIsNotGone(t *testing.T) {
	for id, c := range map[model.KindID]struct{ operation, list, arn string }{
		"ecs:task":               {"ecs:DescribeTasks", "tasks", "taskArn"},
		"ecs:service":            {"ecs:DescribeServices", "services", "serviceArn"},
		"ecs:container-instance": {"ecs:DescribeContainerInstances", "containerInstances", "containerInstanceArn"},
		"ecs:cluster":            {"ecs:DescribeClusters", "clusters", "clusterArn"},
		"ecs:capacity-provider":  {"ecs:DescribeCapacityProviders", "capacityProviders", "capacityProviderArn"},
	} {
		for name, members := range map[string]string{
			"nothing": "", "another": `{"` + c.arn + `":"arn:aws:ecs:us-east-1:123456789012:thing/elsewhere","name":"elsewhere","status":"ACTIVE"}`,
			"another account's that is gone": `{"` + c.arn + `":"THE-OTHER","status":"INACTIVE","lastStatus":"STOPPED"}`,
		} {
			t.Run(string(id)+" "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := kindtest.New(t, kindtest.Everything)
					w.Scan(id)
					counted := w.Count(id)
					var one *model.Resource
					for ref, r := range w.Found() {
						if ref.Kind == id && r.Counts {
							one = r
						}
					}
					w.Reply = func(op string) string {
						if op == c.operation {
							other := strings.Replace(one.Ref.ID, kindtest.Account, "999999999999", 1)
							return `{"` + c.list + `":[` + strings.ReplaceAll(members, "THE-OTHER", other) + `],"failures":[]}`
						}
						return ""
					}
					readings, err := w.Defs[id].Read(t.Context(), w.Visit(), []model.Ref{one.Ref})
					if aws.Classify(err) != aws.Unreadable || !strings.Contains(err.Error(), "it tells of 0 of the 1 that were asked for") {
						t.Errorf("read as %+v: %v", readings[one.Ref], err)
					}
					if id == "ecs:capacity-provider" {
						return // It is listed without being asked for by name.
					}
					if err := w.TryScan(id)[id]; aws.Classify(err) != aws.Unreadable {
						t.Errorf("the listing says %v", err)
					}
					if got := w.Count(id); got != counted || counted == 0 {
						t.Errorf("%d count, want %d", got, counted)
					}
				})
			})
		}
	}
}

// TestManyProvidersAreReadByName: AWS answers with ten a page, whatever it is asked for by name.
func TestManyProvidersAreReadByName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const many = 23
		w := kindtest.New(t, func(c *cloud.Cloud, _ time.Time) {
			for i := range many {
				c.SeedCapacityProvider(kindtest.Region, cloud.CapacityProviderSeed{
					Name: fmt.Sprintf("fleet-%02d", i), AutoScalingGroup: "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:uuid:autoScalingGroupName/asg",
				})
			}
		})
		w.Scan("ecs:capacity-provider")
		var refs []model.Ref
		for ref := range w.Found() {
			refs = append(refs, ref)
		}
		readings, err := w.Defs["ecs:capacity-provider"].Read(t.Context(), w.Visit(), refs)
		present := 0
		for _, r := range readings {
			if r.Presence == kind.Present {
				present++
			}
		}
		if err != nil || present != many {
			t.Errorf("%d of %d providers are there: %v", present, many, err)
		}
	})
}
