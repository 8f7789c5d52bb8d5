package all_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/rootout/rootout/aws/kind/kindtest"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// TestStepsAreWhole: every step of every kind says what it is to reach and how that is proven, and
// whatever is called exactly undoable has an inverse whose operations exist.
func TestStepsAreWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, kindtest.Everything)
		w.Scan()
		g := w.Graph()
		for ref, r := range w.Found() {
			def := w.Defs[ref.Kind]
			steps := def.Rule.Verbs[plan.Delete].Steps(r, g)
			for i, s := range steps {
				last := i == len(steps)-1
				switch {
				case last && (s.Goal != plan.Gone || s.Interim):
					t.Errorf("%s: the last step %s does not remove it", ref, s.Op)
				case !last && (s.Goal != plan.Changed || !s.Interim):
					t.Errorf("%s: %s is on the way and wants it %v, interim %v", ref, s.Op, s.Goal, s.Interim)
				case s.Proof == "" || s.UndoHow == "":
					t.Errorf("%s: %s does not say what proves it, or what would take it back", ref, s.Op)
				case def.Undo == model.UndoExactly && (s.Undo != model.UndoExactly || len(s.Inverse) == 0):
					t.Errorf("%s: %s has no inverse, and the kind can be undone exactly", ref, s.Op)
				}
				for _, inverse := range s.Inverse {
					op, known := def.Ops[inverse.Op]
					switch {
					case !known || op.Call == nil:
						t.Errorf("%s: the inverse %s is no operation", ref, inverse.Op)
					case inverse.Interim || inverse.Proof == "":
						t.Errorf("%s: the inverse %s is not proven by itself", ref, inverse.Op)
					case inverse.Goal == plan.Changed && op.Prove == nil:
						t.Errorf("%s: reading does not tell whether %s has changed it", ref, inverse.Op)
					case inverse.Goal == plan.Gone:
						t.Errorf("%s: the inverse %s removes it", ref, inverse.Op)
					}
				}
			}
		}
	})
}

// keptOf is the evidence of a resource as a run keeps it.
func keptOf(w *kindtest.World, r *model.Resource) map[string]json.RawMessage {
	kept := map[string]json.RawMessage{"record": w.Raw()[r.Ref]}
	if take := w.Defs[r.Ref.Kind].Evidence; take != nil {
		for _, e := range take(w.T.Context(), w.Visit(), r) {
			kept[e.What] = e.Data
		}
	}
	return kept
}

// prepared are the inverses of all steps of a resource, filled in from evidence; the first error
// ends it.
func prepared(w *kindtest.World, r *model.Resource, kept map[string]json.RawMessage) ([]plan.Step, error) {
	def := w.Defs[r.Ref.Kind]
	var all []plan.Step
	for _, s := range def.Rule.Verbs[plan.Delete].Steps(r, w.Graph()) {
		for _, inverse := range s.Inverse {
			inverse.Targets, inverse.Kind, inverse.Place = []model.Ref{r.Ref}, r.Ref.Kind, r.Ref.Place
			if def.Ops[inverse.Op].Prepare == nil {
				all = append(all, inverse)
				continue
			}
			steps, err := def.Ops[inverse.Op].Prepare(inverse, func(what string) json.RawMessage { return kept[what] })
			if err != nil {
				return nil, err
			}
			all = append(all, steps...)
		}
	}
	return all, nil
}

// undoable are the found resources of kinds that can be put back exactly.
func undoable(w *kindtest.World) []*model.Resource {
	var out []*model.Resource
	for id, d := range w.Simulated() {
		if d.Undo != model.UndoExactly {
			continue
		}
		for _, r := range w.Of(id) {
			out = append(out, r)
		}
	}
	return out
}

// TestWhatWasNotKeptWordForWordIsNotPutBack: a secret is kept as a seal, an escape sequence as an
// escape, and a list that could not be read not at all.
func TestWhatWasNotKeptWordForWordIsNotPutBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, kindtest.Everything)
		w.Scan()
		tried := 0
		for _, r := range undoable(w) {
			if _, err := prepared(w, r, keptOf(w, r)); err != nil {
				continue
			}
			tried++
			for what := range keptOf(w, r) {
				for _, spoil := range []string{`sealed:12:0011223344556677`, `two\\x0alines`, `a\\u202eb`, ""} {
					kept := keptOf(w, r)
					if spoil == "" {
						kept[what] = nil
					} else {
						kept[what] = json.RawMessage(strings.Replace(`[{"X":"@"},`+string(kept[what])+`]`, "@", spoil, 1))
						if strings.HasPrefix(string(keptOf(w, r)[what]), "{") {
							kept[what] = json.RawMessage(strings.Replace(string(keptOf(w, r)[what]), "{", `{"X":"`+spoil+`",`, 1))
						}
					}
					if steps, err := prepared(w, r, kept); err == nil {
						t.Errorf("%s: with %q in its %s it is put back by %d steps", r.Thing(), spoil, what, len(steps))
					}
				}
			}
		}
		if tried < 3 {
			t.Errorf("%d resources can be put back", tried)
		}
	})
}

// TestAChangedUndoCannotSendItsCallsElsewhere: what a call names comes from its target, whatever
// the request says.
func TestAChangedUndoCannotSendItsCallsElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, kindtest.Everything)
		w.Scan()
		var mu sync.Mutex
		asked := map[string]int{}
		const elsewhere = "honest-place"
		for _, r := range undoable(w) {
			steps, err := prepared(w, r, keptOf(w, r))
			if err != nil {
				continue
			}
			for _, s := range steps {
				if s.Params["request"] == "" {
					continue
				}
				var request map[string]any
				if err := json.Unmarshal([]byte(s.Params["request"]), &request); err != nil {
					t.Fatal(err)
				}
				for _, name := range []string{"Name", "Rule", "EventBusName", "GroupName", "ResourceId"} {
					request[name] = elsewhere
				}
				request["ServiceNamespace"], request["ScalableDimension"] = "rds", "rds:cluster:ReadReplicaCount"
				text, err := json.Marshal(request)
				if err != nil {
					t.Fatal(err)
				}
				s.Params = map[string]string{"request": string(text)}
				w.Refuse = func(operation, request string) string {
					mu.Lock()
					defer mu.Unlock()
					asked[s.Op]++
					if strings.Contains(request, elsewhere) || strings.Contains(request, "ReadReplica") {
						t.Errorf("%s was sent elsewhere: %s", operation, request)
					}
					return "AccessDeniedException"
				}
				_ = w.Permitted([]string{s.Op}, func(ctx context.Context) error {
					_, err := w.Defs[r.Ref.Kind].Ops[s.Op].Call(ctx, w.Visit(), s)
					return err
				})
				w.Refuse = nil
			}
		}
		for _, op := range []string{
			"events:PutRule", "events:PutTargets", "scheduler:CreateSchedule",
			"application-autoscaling:RegisterScalableTarget", "application-autoscaling:PutScalingPolicy",
		} {
			if asked[op] == 0 {
				t.Errorf("%s was not called at all", op)
			}
		}
	})
}
