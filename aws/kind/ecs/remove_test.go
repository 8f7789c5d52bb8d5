package ecs_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/kindtest"
	cloud "github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// TestTheOldShortARNsNeedToBeTold: such an ARN does not name its cluster, which then comes from
// what is known, and else from the step.
func TestTheOldShortARNsNeedToBeTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, kindtest.Everything)
		const home = "arn:aws:ecs:us-east-1:123456789012:cluster/mine"
		ref := model.Ref{Partition: "aws", Place: model.Place{Account: kindtest.Account, Region: kindtest.Region}, Kind: "ecs:service", ID: "arn:aws:ecs:us-east-1:123456789012:service/replica"}
		cluster := ref
		cluster.Kind, cluster.ID = "ecs:cluster", home
		r := &model.Resource{Ref: ref, ARN: ref.ID, Name: "replica", Counts: true, Owners: []model.Ref{cluster}}
		step := w.Defs["ecs:service"].Rule.Verbs[plan.Delete].Steps(r, w.Graph())[0]
		step.Targets = []model.Ref{ref}
		if step.Params["cluster"] != home {
			t.Fatalf("the step does not say where the service lives: %v", step.Params)
		}
		bodies := ""
		w.Refuse = func(_, body string) string { bodies += body; return "AccessDeniedException" }
		call := func(v *kind.Visit, s plan.Step) {
			bodies = ""
			_ = w.Permitted([]string{s.Op}, func(ctx context.Context) error {
				_, err := w.Defs["ecs:service"].Ops[s.Op].Call(ctx, v, s)
				return err
			})
		}
		if call(w.Visit(), step); !strings.Contains(bodies, home) {
			t.Errorf("the call went to %s", bodies)
		}
		known := w.Visit()
		known.Known = func(model.KindID) []*model.Resource { return []*model.Resource{r} }
		step.Params = map[string]string{"cluster": home + "-honest"}
		if call(known, step); !strings.Contains(bodies, home+`"`) {
			t.Errorf("what is known of the service does not go before the step: %s", bodies)
		}
		step.Params = nil
		if call(w.Visit(), step); bodies != "" {
			t.Errorf("nobody says where it lives, and yet %s was sent", bodies)
		}
	})
}

func TestTaskSetsAreDeletedOnlyOfExternalServices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, kindtest.Everything)
		w.Scan()
		ops := func(name string) []string {
			var names []string
			for _, s := range w.Defs["ecs:service"].Rule.Verbs[plan.Delete].Steps(w.Of("ecs:service")[name], w.Graph()) {
				names = append(names, s.Op)
			}
			return names
		}
		if got := w.Field(w.Of("ecs:service")["bluegreen"], "tasksets"); !strings.Contains(got, "task-set/") {
			t.Fatalf("the simulated CODE_DEPLOY service has task sets %q", got)
		}
		if got := strings.Join(ops("bluegreen"), " "); got != "ecs:DeleteService" {
			t.Errorf("CODE_DEPLOY: %s; AWS takes DeleteTaskSet for EXTERNAL only", got)
		}
		if got := strings.Join(ops("outside"), " "); got != "ecs:DeleteTaskSet ecs:DeleteService" {
			t.Errorf("EXTERNAL: %s", got)
		}
		for _, words := range w.Defs["ecs:service"].CLI(w.Of("ecs:service")["bluegreen"]) {
			if strings.Contains(strings.Join(words, " "), "delete-task-set") {
				t.Errorf("CODE_DEPLOY: %v", words)
			}
		}
	})
}

// TestATaskNamesTheClusterAboveItsService, for when nobody sees the service.
func TestATaskNamesTheClusterAboveItsService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, func(c *cloud.Cloud, now time.Time) {
			kindtest.Everything(c, now)
			c.SeedCluster(kindtest.Region, cloud.ClusterSeed{Name: "other"})
			c.SeedTask(kindtest.Region, cloud.TaskSeed{Cluster: "other", TaskDefinition: "xmr", StartedAt: now, Placement: cloud.Placement{LaunchType: ecstypes.LaunchTypeFargate}})
		})
		w.Scan()
		mine, other := w.Of("ecs:cluster")["mine"].Ref, w.Of("ecs:cluster")["other"].Ref
		seen := map[model.Ref]int{}
		for ref, r := range w.Found() {
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

func TestRootoutDoesNotStopItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, kindtest.Everything)
		w.Scan("ecs:task")
		for ref, r := range w.Found() {
			id := ref.ID[strings.LastIndexByte(ref.ID, '/')+1:]
			rule := w.Defs["ecs:task"].Rule
			stops := []plan.Step{{Op: "ecs:StopTask", Goal: plan.Gone, Targets: []model.Ref{r.Ref}}}
			if why := rule.Carries(stops, w.Graph(), model.Caller{ARN: "arn:aws:sts::123456789012:assumed-role/rootout-task/" + id}); why == "" {
				t.Errorf("task %s carries the caller and may be stopped", id)
			}
			if why := rule.Carries(stops, w.Graph(), model.Caller{ARN: kindtest.Caller}); why != "" {
				t.Errorf("task %s: %s", id, why)
			}
		}
	})
}

func TestInspectingTellsWhatThePlanMadeFromNewcomers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, func(c *cloud.Cloud, now time.Time) {
			c.SeedTaskDefinition(kindtest.Region, cloud.TaskDefinitionSeed{Family: "xmr", CPU: 256, MemoryMiB: 512, Images: []string{"a"}})
			c.SeedCluster(kindtest.Region, cloud.ClusterSeed{Name: "mine"})
			c.SeedRule(kindtest.Region, cloud.RuleSeed{Name: "nightly", Schedule: "rate(1 day)", Cluster: "mine", TaskDefinition: "xmr", Count: 1})
		})
		w.Scan()
		cluster, rule := w.Of("ecs:cluster")["mine"], w.Of("events:rule")["nightly"]
		planned := func(ref model.Ref) bool { return ref == cluster.Ref || ref == rule.Ref }
		var fired, stranger string
		w.Cloud.Locked(func(now time.Time) {
			fired = w.Cloud.SeedTask(kindtest.Region, cloud.TaskSeed{Cluster: "mine", TaskDefinition: "xmr", StartedBy: "events-rule/nightly", StartedAt: now, Overrides: &ecstypes.TaskOverride{
				ContainerOverrides: []ecstypes.ContainerOverride{{Name: new("xmr"), Environment: []ecstypes.KeyValuePair{{Name: new("POOL"), Value: new(kindtest.SecretValue)}}}},
			}})
			stranger = w.Cloud.SeedTask(kindtest.Region, cloud.TaskSeed{Cluster: "mine", TaskDefinition: "xmr", StartedBy: "jm", StartedAt: now})
		})
		def := w.Defs["ecs:cluster"]
		op := def.Ops["ecs:DeleteCluster"]
		step := plan.Step{Op: "ecs:DeleteCluster", Targets: []model.Ref{cluster.Ref}}
		desired := func() [2]string {
			out, err := aws.Client(w.Conn.Clients(kindtest.Region), ecs.NewFromConfig).DescribeTasks(t.Context(), &ecs.DescribeTasksInput{Cluster: new("mine"), Tasks: []string{fired, stranger}})
			if err != nil {
				t.Fatal(err)
			}
			return [2]string{*out.Tasks[0].DesiredStatus, *out.Tasks[1].DesiredStatus}
		}
		// Without any permit: a sweep that changed something would be refused.
		inspected, err := op.Inspect(t.Context(), w.Visit(), step, planned)
		if err != nil || len(inspected.Newcomers) != 1 || inspected.Newcomers[0].ARN != stranger {
			t.Errorf("newcomers %v, error %v", inspected.Newcomers, err)
		}
		if got := desired(); got != [2]string{"RUNNING", "RUNNING"} {
			t.Errorf("looking has changed something: %v", got)
		}
		if len(inspected.Spawned) != 1 || inspected.Spawned[0].Resource.ARN != fired {
			t.Fatalf("the rule's task is not Later: %+v", inspected.Spawned)
		}
		later := inspected.Spawned[0]
		w.Forget()
		w.Scan("ecs:task")
		if string(later.Raw) != string(w.Raw()[later.Resource.Ref]) || strings.Contains(string(later.Raw), kindtest.SecretValue) || !strings.Contains(string(later.Raw), "sealed:20:") {
			t.Errorf("the record %s is not the sealed one of a listing, %s", later.Raw, w.Raw()[later.Resource.Ref])
		}
		err = w.Permitted(append([]string{"ecs:DeleteCluster"}, op.Also...), func(ctx context.Context) error {
			return op.RemoveSpawned(ctx, w.Visit(), step, later.Resource)
		})
		if got := desired(); err != nil || got != [2]string{"STOPPED", "RUNNING"} {
			t.Errorf("the rule's task has to be stopped and the stranger's left alone: %v %v", got, err)
		}
		// The gate stays closed while a task is on its way out, which no counter of the cluster
		// shows.
		w.Mutate("ecs:StopTask", func(ctx context.Context) error {
			_, err := aws.Client(w.Conn.Clients(kindtest.Region), ecs.NewFromConfig).StopTask(ctx, &ecs.StopTaskInput{Cluster: new("mine"), Task: new(stranger)})
			return err
		})
		time.Sleep(5 * time.Second)
		if ready, why, err := op.Ready(t.Context(), w.Visit(), step); ready || err != nil || why == "" {
			t.Errorf("while tasks stop the gate is open: %v %q %v", ready, why, err)
		}
		time.Sleep(time.Minute)
		if ready, why, err := op.Ready(t.Context(), w.Visit(), step); !ready || err != nil {
			t.Errorf("the gate stays shut: %q %v", why, err)
		}
	})
}

func TestAClusterWithoutStatisticsIsProvenByItsCounters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, func(c *cloud.Cloud, now time.Time) {
			c.SeedTaskDefinition(kindtest.Region, cloud.TaskDefinitionSeed{Family: "xmr", CPU: 256, MemoryMiB: 512, Images: []string{"a"}})
			c.SeedCluster(kindtest.Region, cloud.ClusterSeed{Name: "mine"})
			c.SeedService(kindtest.Region, cloud.ServiceSeed{Cluster: "mine", Name: "s", TaskDefinition: "xmr", Desired: 1, StartTasksAt: now, Placement: cloud.Placement{LaunchType: ecstypes.LaunchTypeFargate}})
		})
		w.Scan()
		op := w.Defs["ecs:cluster"].Ops["ecs:DeleteCluster"]
		ready, why, err := op.Ready(t.Context(), w.Visit(), plan.Step{Targets: []model.Ref{w.Of("ecs:cluster")["mine"].Ref}})
		if ready || err != nil || why != "1 services are active, 1 tasks are running" {
			t.Errorf("gate %v %q %v", ready, why, err)
		}
	})
}
