package plan_test

import (
	"maps"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// TestTheRestOfAPlanIsWhatIsNotKnownToBeGone, and takes as long as its own steps.
func TestTheRestOfAPlanIsWhatIsNotKnownToBeGone(t *testing.T) {
	a, b, c := thing(ref(hand, "r", "a")), thing(ref(hand, "r", "b")), thing(ref(sheet, "r", "c"))
	p := freeze(t, input(t, snapshot(a, b, c), a.Ref, b.Ref, c.Ref))
	if left := p.Left(snapshot(b)); !maps.Equal(left, map[model.Ref]bool{b.Ref: true}) {
		t.Errorf("left %v", left)
	}
	if left := p.Left(model.NewInventory().Snapshot()); len(left) != 3 {
		t.Errorf("where nothing was counted, left are %v", left)
	}
	in := input(t, snapshot(b))
	in.Latency = time.Second
	whole, rest := plan.EstimateRest(p, in, map[model.Ref]bool{a.Ref: true, b.Ref: true, c.Ref: true}), plan.EstimateRest(p, in, map[model.Ref]bool{b.Ref: true})
	if rest.AllGone <= 0 || rest.AllGone >= whole.AllGone || rest.Phases[model.Tidy] != 0 {
		t.Errorf("the rest takes %v, the whole %v", rest, whole)
	}
}
