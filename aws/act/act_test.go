package act_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rootout/rootout/aws/sim"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

func TestRunRemovesWhatIsPlannedAndNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sim.Options{Latency: 40 * time.Millisecond}, func(w *world) {
			for _, region := range []string{"us-east-1", "ap-northeast-2", "eu-west-1"} {
				w.plant(region, 4, 5)
			}
			w.honest("ap-northeast-2")
		})
		snapshot := w.look()
		before, planted := w.survivors()
		marked := w.hostileIn(snapshot)
		if len(marked) != len(planted) {
			t.Fatalf("the scan sees %d of the intruder's %d things", len(marked), len(planted))
		}
		r := w.runner()
		p, err := r.Freeze(snapshot, plan.Wish{Marked: model.MarksOf(marked...)})
		if err != nil {
			t.Fatal(err)
		}
		if p.N() != len(marked) {
			t.Fatalf("planned %d of %d marks; left out %+v", p.N(), len(marked), p.LeftOut)
		}
		run := w.start(r, p)
		summary, steps := finish(t, run)
		for id, s := range steps {
			if s.State != port.StepVerified {
				t.Errorf("step %s is %s: %s", id, s.State, s.Why)
			}
		}
		if !summary.Complete() {
			t.Errorf("not complete: %+v", summary)
		}
		after, left := w.survivors()
		if len(left) > 0 {
			t.Errorf("left of the intruder's: %v", left)
		}
		if !slices.Equal(before, after) {
			t.Errorf("honest things changed:\nbefore %v\nafter  %v", before, after)
		}
		if took := summary.Took; took > p.ETA.AllGone*3/2 {
			t.Errorf("took %v, the review had said about %v", took, p.ETA.AllGone)
		}
		checkJournal(t, w, p.Digest)
	})
}

// checkJournal looks that the evidence of each target, and the intent, come before the call's
// result; and no secret is in the evidence.
func checkJournal(t *testing.T, w *world, digest string) {
	t.Helper()
	records := map[model.Ref]bool{}
	for _, e := range w.store.evidence {
		if e.What == "record" && len(e.Data) > 0 {
			records[e.Ref] = true
		}
		if strings.Contains(string(e.Data), "not-for-the-case") {
			t.Errorf("the evidence of %s holds a secret", e.Ref)
		}
	}
	intended := map[string]bool{}
	for _, e := range w.store.entries {
		switch e.Kind {
		case casefile.Intent:
			intended[e.Step] = true
		case casefile.Result:
			if !intended[e.Step] {
				t.Errorf("step %s was called before its intent was written", e.Step)
			}
		default:
		}
		if e.Plan != digest {
			t.Errorf("entry %d belongs to plan %q", e.Seq, e.Plan)
		}
	}
	if len(records) == 0 {
		t.Error("no evidence was kept")
	}
}
