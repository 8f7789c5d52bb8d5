package kind_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	cloud "github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// removal runs the steps of one resource as package act does, without journal and parallelism: sweep, gate, call, proof.
type removal struct {
	w       *world
	planned func(model.Ref) bool
}

// waitMost is virtual time.
const waitMost = 10 * time.Minute

func (x removal) steps(r *model.Resource, g *model.Graph) {
	x.w.t.Helper()
	def := x.w.defs[r.Ref.Kind]
	for _, step := range def.Rule.Verbs[plan.Delete].Steps(r, g) {
		step.Kind, step.Region = r.Ref.Kind, region
		if len(step.Targets) == 0 {
			step.Targets = []model.Ref{r.Ref}
		}
		x.step(def, step)
	}
}

// pollEvery is how often these tests look again.
const pollEvery = 3 * time.Second

func (x removal) proof(r *model.Resource) {
	x.w.t.Helper()
	def := x.w.defs[r.Ref.Kind]
	began := time.Now()
	for {
		readings, err := def.Read(x.w.t.Context(), x.w.visit(), []model.Ref{r.Ref})
		if err != nil {
			x.w.t.Fatalf("proving %s: %v", r.Thing(), err)
		}
		if readings[r.Ref].Presence != kind.Present {
			return
		}
		if time.Since(began) > waitMost {
			x.w.t.Fatalf("%s is still there: %s", r.Thing(), readings[r.Ref].Why)
		}
		time.Sleep(pollEvery)
	}
}

func (x removal) step(def kind.Def, step plan.Step) {
	x.w.t.Helper()
	op, ok := def.Ops[step.Op]
	if !ok {
		x.w.t.Fatalf("%s has no operation %s", def.ID, step.Op)
	}
	before := x.callsSoFar()
	began := time.Now()
	err := x.w.permitted(append([]string{step.Op}, op.Also...), func(ctx ctxT) error {
		for {
			if op.Inspect != nil {
				inspected, err := op.Inspect(ctx, x.w.visit(), step, x.planned)
				if err != nil || len(inspected.Newcomers) > 0 || len(inspected.Spawned) > 0 {
					x.w.t.Fatalf("%s: sweep: %v %v", step.Op, inspected, err)
				}
			}
			ready, why := true, ""
			if op.Ready != nil {
				var err error
				if ready, why, err = op.Ready(ctx, x.w.visit(), step); err != nil {
					x.w.t.Fatalf("%s: gate: %v", step.Op, err)
				}
			}
			var err error
			if ready {
				var answer kind.Answer
				if answer, err = op.Call(ctx, x.w.visit(), step); len(answer.Refused) > 0 {
					x.w.t.Fatalf("%s refused %v", step.Op, answer.Refused)
				}
				if code := aws.Describe(err).Code; err == nil || slices.Contains(op.Gone, code) {
					return nil
				} else if !slices.Contains(op.Again, code) {
					return err
				}
			}
			if time.Since(began) > waitMost {
				x.w.t.Fatalf("%s of %v waits forever: %s %v", step.Op, step.Targets, why, err)
			}
			time.Sleep(pollEvery)
		}
	})
	if err != nil {
		x.w.t.Fatalf("%s of %v: %v", step.Op, step.Targets, err)
	}
	allowed := slices.Concat([]string{step.Op}, op.Also, op.Reads)
	for call, n := range x.callsSoFar() {
		if n > before[call] && !slices.Contains(allowed, call) {
			x.w.t.Errorf("step %s called %s, which it did not declare", step.Op, call)
		}
	}
}

func (x removal) callsSoFar() map[string]int {
	x.w.mu.Lock()
	defer x.w.mu.Unlock()
	out := map[string]int{}
	for k, n := range x.w.calls {
		out[k] = n
	}
	return out
}

// order is the order of the phases, and of After within them.
func (x removal) order() []model.KindID {
	return []model.KindID{
		"application-autoscaling:target", "events:rule", "scheduler:schedule",
		"ecs:service", "ecs:task",
		"ecs:daemon", "ecs:container-instance", "ecs:capacity-provider", "ecs:cluster",
		"ecs:task-definition",
	}
}

func TestEverythingIsRemovedAndProvenGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, everything)
		w.scan()
		g := w.graph()
		all := map[model.Ref]bool{}
		for ref, r := range w.found {
			all[ref] = r.Counts
		}
		planned := func(ref model.Ref) bool { return all[ref] }
		x := removal{w: w, planned: planned}
		var services []*model.Resource
		for _, id := range x.order() {
			for ref, r := range w.found {
				if ref.Kind != id || !r.Counts {
					continue
				}
				if why := reasonAgainst(w, r, g, planned); why != "" {
					t.Fatalf("%s is refused though all is planned: %s", r.Thing(), why)
				}
				x.steps(r, g)
				if id == "ecs:service" {
					// Its protected tasks hold it until they are told to stop themselves.
					services = append(services, r)
					continue
				}
				x.proof(r)
			}
			if id == "ecs:task" {
				for _, r := range services {
					x.proof(r)
				}
			}
		}
		w.forget()
		w.scan()
		for ref, r := range w.found {
			if r.Counts {
				t.Errorf("%s is still there: %s", ref, r.State)
			}
		}
	})
}

func reasonAgainst(w *world, r *model.Resource, g *model.Graph, planned func(model.Ref) bool) string {
	if refuse := w.defs[r.Ref.Kind].Rule.Verbs[plan.Delete].Refuse; refuse != nil {
		return refuse(r, g, planned)
	}
	return ""
}

func TestRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(c *cloud.Cloud, now time.Time) {
			everything(c, now)
			c.SeedRule(region, cloud.RuleSeed{Name: "managed", Schedule: "rate(1 day)", Cluster: "mine", TaskDefinition: "box:1", ManagedBy: "batch.amazonaws.com"})
		})
		w.scan()
		g := w.graph()
		nothing := func(model.Ref) bool { return false }
		for _, x := range []struct {
			r    *model.Resource
			want string
		}{
			{w.of("ecs:task-definition")["xmr:1"], "which is not in the plan, uses it"},
			{w.of("ecs:capacity-provider")["fleet"], "cluster/mine, which is not in the plan, uses it"},
			{w.of("events:rule")["managed"], "managed by batch.amazonaws.com"},
			{w.of("ecs:task-definition")["old:1"], ""},
		} {
			if got := reasonAgainst(w, x.r, g, nothing); (x.want == "") != (got == "") || !strings.Contains(got, x.want) {
				t.Errorf("%s: refused for %q, want %q", x.r.Thing(), got, x.want)
			}
		}
	})
}

func TestRootoutDoesNotStopItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, everything)
		w.scan("ecs:task")
		for ref, r := range w.found {
			id := ref.ID[strings.LastIndexByte(ref.ID, '/')+1:]
			rule := w.defs["ecs:task"].Rule
			stops := []plan.Step{{Op: "ecs:StopTask", Goal: plan.Gone, Targets: []model.Ref{r.Ref}}}
			if why := rule.Carries(stops, w.graph(), model.Caller{ARN: "arn:aws:sts::123456789012:assumed-role/rootout-task/" + id}); why == "" {
				t.Errorf("task %s carries the caller and may be stopped", id)
			}
			if why := rule.Carries(stops, w.graph(), model.Caller{ARN: caller}); why != "" {
				t.Errorf("task %s: %s", id, why)
			}
		}
	})
}

func TestInspectingTellsWhatThePlanMadeFromNewcomers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(c *cloud.Cloud, now time.Time) {
			c.SeedTaskDefinition(region, cloud.TaskDefinitionSeed{Family: "xmr", CPU: 256, MemoryMiB: 512, Images: []string{"a"}})
			c.SeedCluster(region, cloud.ClusterSeed{Name: "mine"})
			c.SeedRule(region, cloud.RuleSeed{Name: "nightly", Schedule: "rate(1 day)", Cluster: "mine", TaskDefinition: "xmr", Count: 1})
		})
		w.scan()
		cluster, rule := w.of("ecs:cluster")["mine"], w.of("events:rule")["nightly"]
		planned := func(ref model.Ref) bool { return ref == cluster.Ref || ref == rule.Ref }
		var fired, stranger string
		w.cloud.Locked(func(now time.Time) {
			fired = w.cloud.SeedTask(region, cloud.TaskSeed{Cluster: "mine", TaskDefinition: "xmr", StartedBy: "events-rule/nightly", StartedAt: now, Overrides: &ecstypes.TaskOverride{
				ContainerOverrides: []ecstypes.ContainerOverride{{Name: new("xmr"), Environment: []ecstypes.KeyValuePair{{Name: new("POOL"), Value: new(secretValue)}}}},
			}})
			stranger = w.cloud.SeedTask(region, cloud.TaskSeed{Cluster: "mine", TaskDefinition: "xmr", StartedBy: "jm", StartedAt: now})
		})
		def := w.defs["ecs:cluster"]
		op := def.Ops["ecs:DeleteCluster"]
		step := plan.Step{Op: "ecs:DeleteCluster", Targets: []model.Ref{cluster.Ref}}
		desired := func() [2]string {
			out, err := aws.Client(w.conn.Clients(region), ecs.NewFromConfig).DescribeTasks(t.Context(), &ecs.DescribeTasksInput{Cluster: new("mine"), Tasks: []string{fired, stranger}})
			if err != nil {
				t.Fatal(err)
			}
			return [2]string{*out.Tasks[0].DesiredStatus, *out.Tasks[1].DesiredStatus}
		}
		// Without any permit: a sweep that changed something would be refused.
		inspected, err := op.Inspect(t.Context(), w.visit(), step, planned)
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
		w.forget()
		w.scan("ecs:task")
		if string(later.Raw) != string(w.raw[later.Resource.Ref]) || strings.Contains(string(later.Raw), secretValue) || !strings.Contains(string(later.Raw), "sealed:20:") {
			t.Errorf("the record %s is not the sealed one of a listing, %s", later.Raw, w.raw[later.Resource.Ref])
		}
		err = w.permitted(append([]string{"ecs:DeleteCluster"}, op.Also...), func(ctx ctxT) error {
			return op.RemoveSpawned(ctx, w.visit(), step, later.Resource)
		})
		if got := desired(); err != nil || got != [2]string{"STOPPED", "RUNNING"} {
			t.Errorf("the rule's task has to be stopped and the stranger's left alone: %v %v", got, err)
		}
		// The gate stays closed while a task is on its way out, which no counter of the cluster shows.
		w.mutate("ecs:StopTask", func(ctx ctxT) error {
			_, err := aws.Client(w.conn.Clients(region), ecs.NewFromConfig).StopTask(ctx, &ecs.StopTaskInput{Cluster: new("mine"), Task: new(stranger)})
			return err
		})
		time.Sleep(5 * time.Second)
		if ready, why, err := op.Ready(t.Context(), w.visit(), step); ready || err != nil || why == "" {
			t.Errorf("while tasks stop the gate is open: %v %q %v", ready, why, err)
		}
		time.Sleep(time.Minute)
		if ready, why, err := op.Ready(t.Context(), w.visit(), step); !ready || err != nil {
			t.Errorf("the gate stays shut: %q %v", why, err)
		}
	})
}

func TestAClusterWithoutStatisticsIsProvenByItsCounters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, func(c *cloud.Cloud, now time.Time) {
			c.SeedTaskDefinition(region, cloud.TaskDefinitionSeed{Family: "xmr", CPU: 256, MemoryMiB: 512, Images: []string{"a"}})
			c.SeedCluster(region, cloud.ClusterSeed{Name: "mine"})
			c.SeedService(region, cloud.ServiceSeed{Cluster: "mine", Name: "s", TaskDefinition: "xmr", Desired: 1, StartTasksAt: now, Placement: cloud.Placement{LaunchType: ecstypes.LaunchTypeFargate}})
		})
		w.scan()
		op := w.defs["ecs:cluster"].Ops["ecs:DeleteCluster"]
		ready, why, err := op.Ready(t.Context(), w.visit(), plan.Step{Targets: []model.Ref{w.of("ecs:cluster")["mine"].Ref}})
		if ready || err != nil || why != "1 services are active, 1 tasks are running" {
			t.Errorf("gate %v %q %v", ready, why, err)
		}
	})
}
