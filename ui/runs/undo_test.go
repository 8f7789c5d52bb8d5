package runs

import (
	"slices"
	"testing"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// TestAPhasePromisesNoMoreUndoThanThereIs: each resource counts by the step of it that can be taken
// back least, and by whether the plan leaves what it needs to be put back.
func TestAPhasePromisesNoMoreUndoThanThereIs(t *testing.T) {
	catalog, err := model.NewCatalog(model.Kind{ID: "ecs:service", Plural: "services", Phase: model.Drain})
	if err != nil {
		t.Fatal(err)
	}
	step := func(id string, undo model.Undo, how, unless string) plan.Step {
		return plan.Step{Targets: []model.Ref{{ID: id}}, Undo: undo, UndoHow: how, UndoUnless: unless}
	}
	exact, partly, not := step("a", model.UndoExactly, "", ""), step("b", model.UndoPartly, "CreateThing", ""), step("c", model.UndoNot, "", "")
	service := model.Ref{Kind: "ecs:service", ID: "s"}
	deleted := plan.Step{Phase: model.Drain, Targets: []model.Ref{service}, Undo: model.UndoPartly}
	needy := step("d", model.UndoExactly, "", "")
	needy.Inverse = []plan.Step{{Needs: []model.Ref{service}}}
	const later = "put back by u only once its service is there again"
	for want, steps := range map[string][]plan.Step{
		"can be undone":                                                  {exact},
		"can be undone, unless it sings":                                 {exact, step("a", model.UndoExactly, "", "it sings")},
		"can be made again from the evidence: CreateThing":               {exact, step("a", model.UndoPartly, "CreateThing", "")},
		"cannot be undone":                                               {not},
		"1 can be undone, 1 only made again from the evidence":           {exact, partly},
		"1 can be undone, 1 only made again from the evidence, 1 cannot": {exact, partly, not},
		"1 can be undone, unless it sings, 1 cannot":                     {step("a", model.UndoExactly, "", "it sings"), not},
		later:                         {needy, deleted},
		"1 can be undone, 1 " + later: {exact, needy, deleted},
		"2 can be undone, 1 cannot":   {exact, needy, not},
	} {
		p := &plan.Plan{Steps: steps, Targets: []plan.Target{{Ref: service, Goal: plan.Gone}}}
		if !slices.ContainsFunc(steps, func(s plan.Step) bool { return s.Phase == model.Drain }) {
			p.Targets = nil // The service stays.
		}
		if got := UndoOf(p, catalog)[model.Silence]; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := UndoOf(&plan.Plan{Steps: []plan.Step{{Phase: model.Restore}}}, catalog)[model.Restore]; got != "from the evidence" {
		t.Errorf("of what puts back: %q", got)
	}
}
