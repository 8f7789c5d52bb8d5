package grid

import (
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/uitest"
)

// ageless is what AWS does not say the age of.
func ageless(region, id string) *model.Resource {
	r := uitest.Thing(region, "ecs:cluster", id, "ACTIVE", 0)
	r.MadeAt = time.Time{}
	return r
}

// last is the last cell of a row, that of NEW.
func last(h *uitest.Host, row string) string {
	fields := strings.Fields(h.Line(row))
	return fields[len(fields)-1]
}

func TestNewIsUnknownWhereAgesAre(t *testing.T) {
	b := uitest.Breach()
	for i := range b.Cells {
		if c := &b.Cells[i]; c.Key.Region == "sa-east-1" {
			c.State, c.Failure = model.CellCounted, nil
		}
	}
	b.Found = append(b.Found, model.Found{Resource: ageless("sa-east-1", "ageless"), Pass: 1}, model.Found{Resource: ageless("us-east-1", "ageless"), Pass: 1})
	onGrid(t, b, func(h *uitest.Host) {
		if got := last(h, "sa-east-1"); got != "?" {
			t.Errorf("new, where no age is known: %q", got)
		}
		if got := last(h, "us-east-1"); got != "+39+" {
			t.Errorf("new, where one age is not known: %q", got)
		}
		if got := last(h, "ap-northeast-2"); got != "0" {
			t.Errorf("nothing new, and all ages known: %q", got)
		}
		// What rootout has known for longer than the window is not new, whatever AWS says.
		h.Later(25 * time.Hour)
		if got := last(h, "sa-east-1"); got != "0" {
			t.Errorf("new, of what was known a day ago: %q", got)
		}
	})
}

func TestNextShowsAsManyAsItSays(t *testing.T) {
	onGrid(t, uitest.Breach(), func(h *uitest.Host) {
		// It appeared, so it is new; but the filter by age cannot show it.
		h.Feed(uitest.News(time.Minute, ageless("us-east-1", "appeared")))
		if got := last(h, "us-east-1"); got != "+40" {
			t.Errorf("new: %q", got)
		}
		h.Wants("N shows the 41+ of 46+ that are new in 24h")
		h.Press("N")
		h.Wants("filter age<24h  41+ of 46+", "N marks the 41 that the filter shows")
	})
}

func TestTheFilterOfNextReachesAsFarAsNew(t *testing.T) {
	onGrid(t, uitest.Breach(), func(h *uitest.Host) {
		g := h.Stack.Top().(*Screen)
		g.SetWindow(100 * time.Hour)
		h.Feed(uitest.News(time.Second))
		h.Wants("that are new in 100h")
		h.Press("N")
		h.Wants("filter age<100h")
	})
}

func TestWhatAnUndoPutBackIsSaidApart(t *testing.T) {
	sv := uitest.Ref("us-east-1", "ecs:service", "sv-00")
	undo := &runs.Entry{
		Plan:    &plan.Plan{Verb: plan.Undo, Targets: []plan.Target{{Ref: sv, Goal: plan.Exists}}},
		Outcome: &port.Outcome{Planned: 1},
	}
	onGrid(t, uitest.Breach(), func(h *uitest.Host) {
		h.Plans.Restore([]*runs.Entry{undo})
		h.Feed(uitest.News(time.Second))
		h.Wants("N shows the 41+ of 45+ that are new in 24h, 1 of them put back by an undo")
		h.Press("N")
		h.Wants("N leaves out 1 of the 41+ that was put back by an undo (sv-00)")
		h.Press("N")
		h.Wants(`service/sv-00"  40+ of 45+`)
	})
}
