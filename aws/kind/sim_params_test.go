package kind_test

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/kind"
	cloud "github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// TestParamsDoNotRedirectACall: a plan file is somebody's text. What a step's targets say of where they live, its params cannot gainsay.
func TestParamsDoNotRedirectACall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, everything)
		w.scan()
		g := w.graph()
		const elsewhere = "honest-place"
		var mu sync.Mutex
		asked := map[string]int{}
		w.refuse = func(operation, body string) string {
			mu.Lock()
			defer mu.Unlock()
			asked[operation]++
			if strings.Contains(body, elsewhere) {
				t.Errorf("%s was sent elsewhere: %s", operation, body)
			}
			return "AccessDeniedException"
		}
		for _, id := range []model.KindID{"ecs:service", "ecs:task", "ecs:container-instance", "ecs:daemon", "events:rule", "scheduler:schedule", "application-autoscaling:target"} {
			def := w.defs[id]
			for _, r := range w.of(id) {
				for _, step := range def.Rule.Verbs[plan.Delete].Steps(r, g) {
					step.Targets = []model.Ref{r.Ref}
					given := step.Params
					step.Params = map[string]string{
						"cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/" + elsewhere, "bus": elsewhere, "service": elsewhere, "group": elsewhere,
					}
					for _, own := range []string{"taskSet", "ids"} {
						step.Params[own] = given[own]
					}
					op := def.Ops[step.Op]
					_ = w.permitted([]string{step.Op}, func(ctx ctxT) error {
						if op.Ready != nil {
							_, _, _ = op.Ready(ctx, w.visit(), step)
						}
						_, err := op.Call(ctx, w.visit(), step)
						return err
					})
					if asked[step.Op] == 0 && id.Service() != "scheduler" {
						t.Errorf("%s was not called at all", step.Op)
					}
				}
			}
		}
	})
}

// TestTheOldShortARNsNeedToBeTold: such an ARN does not name its cluster, which then comes from what is known, and else from the step.
func TestTheOldShortARNsNeedToBeTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, everything)
		const home = "arn:aws:ecs:us-east-1:123456789012:cluster/mine"
		ref := model.Ref{Partition: "aws", Place: model.Place{Account: account, Region: region}, Kind: "ecs:service", ID: "arn:aws:ecs:us-east-1:123456789012:service/replica"}
		cluster := ref
		cluster.Kind, cluster.ID = "ecs:cluster", home
		r := &model.Resource{Ref: ref, ARN: ref.ID, Name: "replica", Counts: true, Owners: []model.Ref{cluster}}
		step := w.defs["ecs:service"].Rule.Verbs[plan.Delete].Steps(r, w.graph())[0]
		step.Targets = []model.Ref{ref}
		if step.Params["cluster"] != home {
			t.Fatalf("the step does not say where the service lives: %v", step.Params)
		}
		bodies := ""
		w.refuse = func(_, body string) string { bodies += body; return "AccessDeniedException" }
		call := func(v *kind.Visit, s plan.Step) {
			bodies = ""
			_ = w.permitted([]string{s.Op}, func(ctx ctxT) error {
				_, err := w.defs["ecs:service"].Ops[s.Op].Call(ctx, v, s)
				return err
			})
		}
		if call(w.visit(), step); !strings.Contains(bodies, home) {
			t.Errorf("the call went to %s", bodies)
		}
		known := w.visit()
		known.Known = func(model.KindID) []*model.Resource { return []*model.Resource{r} }
		step.Params = map[string]string{"cluster": home + "-honest"}
		if call(known, step); !strings.Contains(bodies, home+`"`) {
			t.Errorf("what is known of the service does not go before the step: %s", bodies)
		}
		step.Params = nil
		if call(w.visit(), step); bodies != "" {
			t.Errorf("nobody says where it lives, and yet %s was sent", bodies)
		}
	})
}

func TestTaskSetsAreDeletedOnlyOfExternalServices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, everything)
		w.scan()
		ops := func(name string) []string {
			var names []string
			for _, s := range w.defs["ecs:service"].Rule.Verbs[plan.Delete].Steps(w.of("ecs:service")[name], w.graph()) {
				names = append(names, s.Op)
			}
			return names
		}
		if got := w.field(w.of("ecs:service")["bluegreen"], "tasksets"); !strings.Contains(got, "task-set/") {
			t.Fatalf("the simulated CODE_DEPLOY service has task sets %q", got)
		}
		if got := strings.Join(ops("bluegreen"), " "); got != "ecs:DeleteService" {
			t.Errorf("CODE_DEPLOY: %s; AWS takes DeleteTaskSet for EXTERNAL only", got)
		}
		if got := strings.Join(ops("outside"), " "); got != "ecs:DeleteTaskSet ecs:DeleteService" {
			t.Errorf("EXTERNAL: %s", got)
		}
		for _, words := range w.defs["ecs:service"].CLI(w.of("ecs:service")["bluegreen"]) {
			if strings.Contains(strings.Join(words, " "), "delete-task-set") {
				t.Errorf("CODE_DEPLOY: %v", words)
			}
		}
	})
}

// TestATaskNamesTheClusterAboveItsService, for when nobody sees the service.
func TestATaskNamesTheClusterAboveItsService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(c *cloud.Cloud, now time.Time) {
			everything(c, now)
			c.SeedCluster(region, cloud.ClusterSeed{Name: "other"})
			c.SeedTask(region, cloud.TaskSeed{Cluster: "other", TaskDefinition: "xmr", StartedAt: now, Placement: cloud.Placement{LaunchType: ecstypes.LaunchTypeFargate}})
		})
		w.scan()
		mine, other := w.of("ecs:cluster")["mine"].Ref, w.of("ecs:cluster")["other"].Ref
		seen := map[model.Ref]int{}
		for ref, r := range w.found {
			switch ref.Kind {
			case "ecs:task":
				seen[r.Container]++
				if strings.Contains(ref.ID, ":task/other/") != (r.Container == other) || r.Owners[0].Kind == "ecs:service" && r.Container != mine {
					t.Errorf("%s: holder %v, owners %v", ref.ID, r.Container, r.Owners)
				}
			case "application-autoscaling:target":
				if r.Container != mine {
					t.Errorf("%s: holder %v", ref.ID, r.Container)
				}
			}
		}
		if seen[other] != 1 || seen[mine] < 5 {
			t.Errorf("holders of the tasks: %v", seen)
		}
	})
}
