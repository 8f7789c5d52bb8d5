package act_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rootout/rootout/aws/act"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/kindtest"
	"github.com/rootout/rootout/aws/service"
	"github.com/rootout/rootout/aws/sim"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

// loser is a case that loses the evidence of one kind: it has no record of it, and keeps none where
// full says so.
type loser struct {
	*memory
	of   model.KindID
	full bool
}

func (l loser) PutEvidence(ctx context.Context, e casefile.Evidence) error {
	if l.full && e.Ref.Kind == l.of {
		return errors.New("the disk is full")
	}
	return l.memory.PutEvidence(ctx, e)
}

func (l loser) Raw(ctx context.Context, ref model.Ref) (json.RawMessage, error) {
	if !l.full && ref.Kind == l.of {
		return nil, nil
	}
	return l.memory.Raw(ctx, ref)
}

// changes notes the calls that change something, by operation ("ecs:StopTask") with their request.
type changes struct {
	next http.RoundTripper

	mu   sync.Mutex
	made []change
}

type change struct{ operation, request string }

func (c *changes) RoundTrip(r *http.Request) (*http.Response, error) {
	_, scope, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	parts := strings.Split(scope, "/")
	_, name, isJSON := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	switch {
	case len(parts) < 4, isJSON && service.Of(parts[3]).IsRead(name[strings.LastIndexByte(name, '.')+1:]):
		return c.next.RoundTrip(r)
	case !isJSON && parts[3] == "scheduler":
		name = map[string]string{http.MethodDelete: "DeleteSchedule", http.MethodPost: "CreateSchedule"}[r.Method]
	}
	request := r.URL.RequestURI()
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		request += " " + string(body)
	}
	c.mu.Lock()
	c.made = append(c.made, change{parts[3] + ":" + name, request})
	c.mu.Unlock()
	return c.next.RoundTrip(r)
}

// on are the calls of a kind's own operations. One that another kind's steps make too counts where
// it names one of the targets.
func (c *changes) on(d kind.Def, defs []kind.Def, targets []model.Ref) []change {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []change
	for _, call := range c.made {
		_, own := d.Ops[call.operation]
		shared := slices.ContainsFunc(defs, func(o kind.Def) bool {
			for _, op := range o.Ops {
				if o.ID != d.ID && slices.Contains(op.Also, call.operation) {
					return true
				}
			}
			return false
		})
		named := slices.ContainsFunc(targets, func(ref model.Ref) bool { return strings.Contains(call.request, kind.Tail(ref.ID)) })
		if own && (!shared || named) {
			out = append(out, call)
		}
	}
	return out
}

// removal plans everything of an account that holds one of each, and runs it on a case and with
// kinds of the test's choice.
func removal(t *testing.T, store func(*memory) loser, change func(defs []kind.Def)) (*world, *changes, *plan.Plan, map[string]port.StepStatus) {
	t.Helper()
	w := newWorld(t, sim.Options{Latency: 40 * time.Millisecond}, func(w *world) { kindtest.Everything(w.cloud, time.Now()) })
	snapshot := w.look()
	var all []model.Ref
	for r := range snapshot.All {
		if r.Counts {
			all = append(all, r.Ref)
		}
	}
	slices.SortFunc(all, model.Ref.Compare)
	p, err := w.runner().Freeze(snapshot, plan.Wish{Marked: model.MarksOf(all...)})
	if err != nil {
		t.Fatal(err)
	}
	calls := &changes{next: w.wire.next}
	w.wire.next = calls
	defs := slices.Clone(w.defs)
	if change != nil {
		change(defs)
	}
	r := act.New(act.Options{AWS: w.conn, Defs: defs, Catalog: w.catalog, Store: store(w.store), Latency: 40 * time.Millisecond})
	_, steps := finish(t, w.start(r, p))
	return w, calls, p, steps
}

func targetsOf(p *plan.Plan, id model.KindID) []model.Ref {
	var refs []model.Ref
	for _, target := range p.Targets {
		if target.Ref.Kind == id {
			refs = append(refs, target.Ref)
		}
	}
	return refs
}

// TestNothingIsTouchedWithoutEvidence takes the evidence of each kind away in turn: none of its
// targets is changed, and each says why. With the evidence at hand every kind is.
func TestNothingIsTouchedWithoutEvidence(t *testing.T) {
	var simulated []kind.Def
	synctest.Test(t, func(t *testing.T) {
		w, calls, p, _ := removal(t, func(m *memory) loser { return loser{memory: m} }, nil)
		simulated = kindtest.Simulated(t, w.cloud, w.defs)
		for _, d := range simulated {
			if targets := targetsOf(p, d.ID); len(targets) == 0 || len(calls.on(d, w.defs, targets)) == 0 {
				t.Errorf("of %s %d are planned, and no call changes one", d.ID, len(targets))
			}
		}
	})
	for _, d := range simulated {
		t.Run(string(d.ID)+"/it cannot be kept", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				untouched(t, d, true, func(m *memory) loser { return loser{m, d.ID, true} }, nil)
			})
		})
		t.Run(string(d.ID)+"/there is none to be had", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				untouched(t, d, false, func(m *memory) loser { return loser{m, d.ID, false} }, func(defs []kind.Def) {
					at := slices.IndexFunc(defs, func(o kind.Def) bool { return o.ID == d.ID })
					defs[at].List = func(context.Context, *kind.Visit) error { return errors.New("the listing breaks off") }
				})
			})
		})
	}
}

func untouched(t *testing.T, d kind.Def, full bool, store func(*memory) loser, change func(defs []kind.Def)) {
	w, calls, p, steps := removal(t, store, change)
	for _, call := range calls.on(d, w.defs, targetsOf(p, d.ID)) {
		t.Errorf("without evidence %s was called: %s", call.operation, call.request)
	}
	intended := map[string]bool{}
	for _, e := range w.store.entries {
		intended[e.Step] = intended[e.Step] || e.Kind == casefile.Intent
	}
	why := "the listing breaks off"
	if full {
		why = "the disk is full"
	}
	told := 0
	for _, s := range p.Steps {
		if s.Kind != d.ID {
			continue
		}
		if intended[s.ID] {
			t.Errorf("without evidence %s was meant to be called", s.Op)
		}
		if strings.Contains(steps[s.ID].Why, why) {
			told++
		}
	}
	if told == 0 {
		t.Errorf("no step of %s says why it was left", d.ID)
	}
}
