package plans

import (
	"strings"
	"testing"

	"github.com/rootout/rootout/model"
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
