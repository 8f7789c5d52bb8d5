package review

import (
	"testing"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// TestAPhasePromisesNoMoreUndoThanThereIs: each resource counts by the step of it that can be taken
// back least.
func TestAPhasePromisesNoMoreUndoThanThereIs(t *testing.T) {
	step := func(id string, undo model.Undo, how, unless string) plan.Step {
		return plan.Step{Targets: []model.Ref{{ID: id}}, Undo: undo, UndoHow: how, UndoUnless: unless}
	}
	exact, partly, not := step("a", model.UndoExactly, "", ""), step("b", model.UndoPartly, "CreateThing", ""), step("c", model.UndoNot, "", "")
	for want, steps := range map[string][]plan.Step{
		"can be undone":                                                  {exact},
		"can be undone, unless it sings":                                 {exact, step("a", model.UndoExactly, "", "it sings")},
		"can be made again from the evidence: CreateThing":               {exact, step("a", model.UndoPartly, "CreateThing", "")},
		"cannot be undone":                                               {not},
		"1 can be undone, 1 only made again from the evidence":           {exact, partly},
		"1 can be undone, 1 only made again from the evidence, 1 cannot": {exact, partly, not},
		"1 can be undone, unless it sings, 1 cannot":                     {step("a", model.UndoExactly, "", "it sings"), not},
	} {
		sum := undoSum{}
		for i := range steps {
			sum.add(&steps[i])
		}
		if got := sum.text(model.Silence); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := (undoSum{}).text(model.Restore); got != "from the evidence" {
		t.Errorf("of what puts back: %q", got)
	}
}
