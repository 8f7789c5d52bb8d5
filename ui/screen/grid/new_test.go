package grid

import (
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/uitest"
)

// TestNothingNewIsNotSaidOfWhatHasNoAge: AWS does not tell when a cluster was made, so a region of
// clusters alone does not show that nothing of it is new.
func TestNothingNewIsNotSaidOfWhatHasNoAge(t *testing.T) {
	for _, ageless := range []bool{true, false} {
		b := uitest.Breach()
		for _, f := range b.Found {
			if r := f.Resource; ageless && r.Ref.Region == "ap-northeast-2" && r.Ref.Kind == "ecs:cluster" {
				r.MadeAt = time.Time{}
			}
		}
		onGrid(t, b, func(h *uitest.Host) {
			fields := strings.Fields(h.Line("ap-northeast-2"))
			if got := fields[len(fields)-1]; (got == "?") != ageless || !ageless && got != "0" {
				t.Errorf("with a cluster of no age %v, NEW is %q", ageless, got)
			}
		})
	}
}

// TestNextCountsWhatItsFilterSelects: what only appeared while the console looked on has no age.
func TestNextCountsWhatItsFilterSelects(t *testing.T) {
	onGrid(t, uitest.Breach(), func(h *uitest.Host) {
		h.Wants("shows the 41+ of")
		later := uitest.Thing("ap-northeast-2", "ecs:cluster", "later", "ACTIVE", 0)
		later.MadeAt = time.Time{}
		h.Later(time.Minute)
		h.Feed(&model.Batch{At: h.Clock.Now(), Found: []model.Found{{Resource: later, Pass: 2}}})
		h.Later(time.Minute)
		h.Wants("shows the 41+ of")
		h.Press("N")
		h.Wants("filter age<24h  41+ of")
	})
}

// TestWhatWasPutBackIsNotTheIntruders: an undo makes things, and they are wanted.
func TestWhatWasPutBackIsNotTheIntruders(t *testing.T) {
	onGrid(t, uitest.Breach(), func(h *uitest.Host) {
		snap := h.Account.Present()
		undo := uitest.UndoOf(uitest.PlanOf(snap, uitest.Fresh(snap), 0), 41)
		h.Plans.Restore([]*runs.Entry{runs.EntryOf(&port.Past{Plan: undo, Begun: uitest.Morning(), Ended: uitest.Morning(), Outcome: &port.Outcome{Planned: 41, Made: 41}})})
		h.Press("ctrl+r")
		h.Later(time.Minute)
		h.WantsNot("shows the 41+ of")
	})
}
