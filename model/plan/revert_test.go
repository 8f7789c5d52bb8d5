package plan_test

import (
	"testing"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// TestAnUndoNeedsWhatThePlanLeaves: what needs something that the plan removes for good waits for it,
// and so does what needs that; what comes back itself keeps nothing waiting.
func TestAnUndoNeedsWhatThePlanLeaves(t *testing.T) {
	lost, bell1, bell2, back, bell3 := ref(stall, "r", "lost"), ref(bell, "r", "1"), ref(bell, "r", "2"), ref(hand, "r", "back"), ref(bell, "r", "3")
	step := func(r model.Ref, undo model.Undo, needs ...model.Ref) plan.Step {
		return plan.Step{Targets: []model.Ref{r}, Undo: undo, Inverse: []plan.Step{{Needs: needs}}}
	}
	p := &plan.Plan{Steps: []plan.Step{
		step(bell2, model.UndoExactly, bell1), step(bell1, model.UndoExactly, lost), step(lost, model.UndoPartly),
		step(bell3, model.UndoExactly, back), step(back, model.UndoExactly),
	}}
	for _, r := range []model.Ref{lost, bell1, bell2, back, bell3} {
		p.Targets = append(p.Targets, plan.Target{Ref: r, Goal: plan.Gone})
	}
	reverts := p.Reverts()
	for r, want := range map[model.Ref]model.KindID{bell1: stall, bell2: bell, bell3: "", back: ""} {
		if got := reverts[r]; got.Needs != want || got.Undo != model.UndoExactly {
			t.Errorf("%s: %+v, want it to need %q", r.ID, got, want)
		}
	}
}
