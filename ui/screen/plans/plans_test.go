package plans

import (
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/uitest"
)

func TestPlansStandNewestFirstWithTheirState(t *testing.T) {
	uitest.WithScreen(t, Keys(), uitest.Breach(), func(h *uitest.Host) screen.Screen {
		return New(Needs{Theme: h.Theme, Clock: h.Clock, Plans: h.Plans, Export: h.Export, Open: &h.Opened})
	}, func(h *uitest.Host) {
		h.Wants("no plan yet")
		h.Press("enter")
		h.Wants("there is no plan yet")
		snap := h.Account.Present()
		old := &runs.Entry{Plan: uitest.PlanOf(snap, uitest.Fresh(snap)[:1], 0), Interrupted: true}
		under := &runs.Entry{Plan: uitest.PlanOf(snap, uitest.Fresh(snap), 0)}
		under.Plan.Digest = "41aa000000000000"
		h.Plans.Restore([]*runs.Entry{old})
		h.Plans.Begin(under, h.Runner.Run, runs.NewProgress(under.Plan, snap), model.NewGraph(snap))
		h.WaitUntilIdle()
		lines := strings.Split(h.Screen(), "\n")
		if !strings.Contains(lines[2], "#41aa") || !strings.Contains(lines[2], "running") || !strings.Contains(lines[3], "interrupted") {
			t.Fatalf("the plans stand so:\n%s", h.Screen())
		}
		h.Press("down", "enter")
		if len(h.Opened.Runs) != 1 || h.Opened.Runs[0] != old {
			t.Errorf("opened %v", h.Opened.Runs)
		}
		h.Press("ctrl+s", "j")
		for name, data := range h.Files {
			if !strings.Contains(name, "plans") || !strings.Contains(data, `"state": "running", "n": 41`) {
				t.Errorf("%s:\n%s", name, data)
			}
		}
	})
}

func TestARunThatHasEndedCanBeTakenBackFromTheList(t *testing.T) {
	uitest.WithScreen(t, Keys(), uitest.Breach(), func(h *uitest.Host) screen.Screen {
		return New(Needs{Theme: h.Theme, Clock: h.Clock, Plans: h.Plans, Export: h.Export, Open: &h.Opened})
	}, func(h *uitest.Host) {
		h.Press("u")
		h.Wants("there is no plan yet")
		snap := h.Account.Present()
		e := &runs.Entry{Plan: uitest.PlanOf(snap, uitest.Fresh(snap), 0)}
		h.Plans.Begin(e, h.Runner.Run, runs.NewProgress(e.Plan, snap), model.NewGraph(snap))
		undo := &runs.Entry{Plan: uitest.UndoOf(e.Plan, 3), Interrupted: true}
		h.Plans.Restore([]*runs.Entry{undo})
		h.WaitUntilIdle()
		h.Press("u")
		h.Wants("it is still running")
		h.WantsNot("u undo")
		h.Runner.Run.News <- &port.RunUpdate{State: port.RunDone, Summary: &port.Summary{Planned: 41, Gone: 41}}
		h.WaitUntilIdle()
		h.Later(20 * time.Second)
		h.Wants("u undo")
		h.Press("u")
		if got := h.Opened.Undone; len(got) != 1 || got[0] != e || h.Opened.UndoneSteps[0] != nil {
			t.Errorf("to be taken back: %v, steps %v", got, h.Opened.UndoneSteps)
		}
		h.Wants("#abcd undoes #7f3a")
		h.Press("down", "u")
		h.Wants("it is an undo itself")
		h.Press("ctrl+s", "j")
		for name, data := range h.Files {
			for _, want := range []string{`"verb": "delete", "undoes": null`, `"verb": "undo", "undoes": "7f3a000000000000"`} {
				if !strings.Contains(data, want) {
					t.Errorf("%s lacks %s:\n%s", name, want, data)
				}
			}
		}
	})
}

// TestTheCursorStandsOnTheInterruptedPlan, to which NEXT leads, and not on whatever came after it.
func TestTheCursorStandsOnTheInterruptedPlan(t *testing.T) {
	uitest.WithScreen(t, Keys(), uitest.Breach(), func(h *uitest.Host) screen.Screen {
		snap := h.Account.Present()
		broken, later := &runs.Entry{Plan: uitest.PlanOf(snap, uitest.Fresh(snap)[:1], 0), Interrupted: true}, &runs.Entry{Plan: uitest.PlanOf(snap, uitest.Fresh(snap), 0)}
		later.Plan.Digest = "41aa000000000000"
		h.Plans.Restore([]*runs.Entry{broken, later})
		return New(Needs{Theme: h.Theme, Clock: h.Clock, Plans: h.Plans, Export: h.Export, Open: &h.Opened})
	}, func(h *uitest.Host) {
		if l := h.Line("▸"); !strings.Contains(l, "interrupted") {
			t.Errorf("the cursor stands on %q", l)
		}
	})
}
