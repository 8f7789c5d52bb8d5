package all_test

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/kindtest"
	cloud "github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// removal runs the steps of one resource as package act does, without journal and parallelism:
// inspection, gate, call, proof.
type removal struct {
	w       *kindtest.World
	planned func(model.Ref) bool
}

// waitMost is virtual time.
const waitMost = 10 * time.Minute

func (x removal) steps(r *model.Resource, g *model.Graph) {
	x.w.T.Helper()
	def := x.w.Defs[r.Ref.Kind]
	for _, step := range def.Rule.Verbs[plan.Delete].Steps(r, g) {
		step.Kind, step.Region = r.Ref.Kind, kindtest.Region
		if len(step.Targets) == 0 {
			step.Targets = []model.Ref{r.Ref}
		}
		x.step(def, step)
		if step.Interim && def.Ops[step.Op].Prove == nil {
			// A run that was killed before the answer was in its journal calls once more: the README
			// says that this changes nothing.
			x.step(def, step)
		}
	}
}

// pollEvery is how often these tests look again.
const pollEvery = 3 * time.Second

func (x removal) proof(r *model.Resource) {
	x.w.T.Helper()
	def := x.w.Defs[r.Ref.Kind]
	began := time.Now()
	for {
		readings, err := def.Read(x.w.T.Context(), x.w.Visit(), []model.Ref{r.Ref})
		if err != nil {
			x.w.T.Fatalf("proving %s: %v", r.Thing(), err)
		}
		if readings[r.Ref].Presence != kind.Present {
			return
		}
		if time.Since(began) > waitMost {
			x.w.T.Fatalf("%s is still there: %s", r.Thing(), readings[r.Ref].Why)
		}
		time.Sleep(pollEvery)
	}
}

func (x removal) step(def kind.Def, step plan.Step) {
	x.w.T.Helper()
	op, ok := def.Ops[step.Op]
	if !ok {
		x.w.T.Fatalf("%s has no operation %s", def.ID, step.Op)
	}
	before := x.w.Calls()
	began := time.Now()
	err := x.w.Permitted(append([]string{step.Op}, op.Also...), func(ctx context.Context) error {
		for {
			if op.Inspect != nil {
				inspected, err := op.Inspect(ctx, x.w.Visit(), step, x.planned)
				if err != nil || len(inspected.Newcomers) > 0 || len(inspected.Spawned) > 0 {
					x.w.T.Fatalf("%s: inspecting: %v %v", step.Op, inspected, err)
				}
			}
			ready, why := true, ""
			if op.Ready != nil {
				var err error
				if ready, why, err = op.Ready(ctx, x.w.Visit(), step); err != nil {
					x.w.T.Fatalf("%s: gate: %v", step.Op, err)
				}
			}
			var err error
			if ready {
				var answer kind.Answer
				if answer, err = op.Call(ctx, x.w.Visit(), step); len(answer.Refused) > 0 {
					x.w.T.Fatalf("%s refused %v", step.Op, answer.Refused)
				}
				if code := aws.Describe(err).Code; err == nil || slices.Contains(op.Gone, code) {
					return nil
				} else if !slices.Contains(op.Again, code) {
					return err
				}
			}
			if time.Since(began) > waitMost {
				x.w.T.Fatalf("%s of %v waits forever: %s %v", step.Op, step.Targets, why, err)
			}
			time.Sleep(pollEvery)
		}
	})
	if err != nil {
		x.w.T.Fatalf("%s of %v: %v", step.Op, step.Targets, err)
	}
	allowed := slices.Concat([]string{step.Op}, op.Also, op.Reads)
	for call, n := range x.w.Calls() {
		if n > before[call] && !slices.Contains(allowed, call) {
			x.w.T.Errorf("step %s called %s, which it did not declare", step.Op, call)
		}
	}
}

// turns are the kinds in the order in which a plan comes to them: by phase, and within it after
// those that have to be gone before. Kinds of one turn are removed together and proven together.
func turns(w *kindtest.World) [][]model.KindID {
	type turn struct {
		phase model.Phase
		after int
	}
	var depth func(id model.KindID) int
	depth = func(id model.KindID) int {
		deepest := 0
		for _, before := range w.Defs[id].After {
			if w.Defs[before].Phase == w.Defs[id].Phase {
				deepest = max(deepest, depth(before)+1)
			}
		}
		return deepest
	}
	kinds := map[turn][]model.KindID{}
	for id, d := range w.Simulated() {
		at := turn{d.Phase, depth(id)}
		kinds[at] = append(kinds[at], id)
	}
	order := slices.SortedFunc(maps.Keys(kinds), func(a, b turn) int {
		return cmp.Or(cmp.Compare(a.phase, b.phase), cmp.Compare(a.after, b.after))
	})
	var out [][]model.KindID
	for _, at := range order {
		slices.SortFunc(kinds[at], func(a, b model.KindID) int { return cmp.Compare(w.Defs[a].Order, w.Defs[b].Order) })
		out = append(out, kinds[at])
	}
	return out
}

func TestEverythingIsRemovedAndProvenGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, kindtest.Everything)
		w.Scan()
		g := w.Graph()
		found := w.Found()
		planned := func(ref model.Ref) bool { return found[ref] != nil && found[ref].Counts }
		x := removal{w: w, planned: planned}
		for _, kinds := range turns(w) {
			// Protected tasks hold their service until they are told to stop themselves, so that
			// what is removed together is proven together.
			var removed []*model.Resource
			for _, id := range kinds {
				for ref, r := range found {
					if ref.Kind != id || !r.Counts {
						continue
					}
					if why := reasonAgainst(w, r, g, planned); why != "" {
						t.Fatalf("%s is refused though all is planned: %s", r.Thing(), why)
					}
					x.steps(r, g)
					removed = append(removed, r)
				}
			}
			for _, r := range removed {
				x.proof(r)
			}
		}
		w.Forget()
		w.Scan()
		for ref, r := range w.Found() {
			if r.Counts {
				t.Errorf("%s is still there: %s", ref, r.State)
			}
		}
	})
}

func reasonAgainst(w *kindtest.World, r *model.Resource, g *model.Graph, planned func(model.Ref) bool) string {
	if refuse := w.Defs[r.Ref.Kind].Rule.Verbs[plan.Delete].Refuse; refuse != nil {
		return refuse(r, g, planned)
	}
	return ""
}

func TestRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, func(c *cloud.Cloud, now time.Time) {
			kindtest.Everything(c, now)
			c.SeedRule(kindtest.Region, cloud.RuleSeed{Name: "managed", Schedule: "rate(1 day)", Cluster: "mine", TaskDefinition: "box:1", ManagedBy: "batch.amazonaws.com"})
		})
		w.Scan()
		g := w.Graph()
		nothing := func(model.Ref) bool { return false }
		for _, x := range []struct {
			r    *model.Resource
			want string
		}{
			{w.Of("ecs:task-definition")["xmr:1"], "which is not in the plan, uses it"},
			{w.Of("ecs:capacity-provider")["fleet"], "cluster/mine, which is not in the plan, uses it"},
			{w.Of("events:rule")["managed"], "managed by batch.amazonaws.com"},
			{w.Of("ecs:task-definition")["old:1"], ""},
		} {
			if got := reasonAgainst(w, x.r, g, nothing); (x.want == "") != (got == "") || !strings.Contains(got, x.want) {
				t.Errorf("%s: refused for %q, want %q", x.r.Thing(), got, x.want)
			}
		}
	})
}

// TestParamsDoNotRedirectACall: a plan file is somebody's text. What a step's targets say of where
// they live, its params cannot gainsay.
func TestParamsDoNotRedirectACall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, kindtest.Everything)
		w.Scan()
		g := w.Graph()
		const elsewhere = "honest-place"
		var mu sync.Mutex
		w.Refuse = func(operation, request string) string {
			mu.Lock()
			defer mu.Unlock()
			if strings.Contains(request, elsewhere) {
				t.Errorf("%s was sent elsewhere: %s", operation, request)
			}
			return "AccessDeniedException"
		}
		for id, def := range w.Simulated() {
			if id == "ecs:capacity-provider" {
				continue // Its step on its cluster names it by a param, and is verified by making the steps again.
			}
			for _, r := range w.Of(id) {
				for _, step := range def.Rule.Verbs[plan.Delete].Steps(r, g) {
					step.Targets = []model.Ref{r.Ref}
					given := step.Params
					step.Params = map[string]string{}
					maps.Copy(step.Params, given)
					maps.Copy(step.Params, map[string]string{
						"cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/" + elsewhere, "bus": elsewhere, "service": elsewhere, "group": elsewhere,
					})
					op := def.Ops[step.Op]
					_ = w.Permitted([]string{step.Op}, func(ctx context.Context) error {
						if op.Ready != nil {
							_, _, _ = op.Ready(ctx, w.Visit(), step)
						}
						_, err := op.Call(ctx, w.Visit(), step)
						return err
					})
					if w.Calls()[step.Op] == 0 {
						t.Errorf("%s was not called at all", step.Op)
					}
				}
			}
		}
	})
}
