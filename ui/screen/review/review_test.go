package review

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/uitest"
)

// opened notes what a review asks to be opened.
type opened struct {
	*uitest.Opened
	shown   []*Screen
	started []*runs.Entry
}

func (o *opened) Show(r *Screen)                   { o.shown = append(o.shown, r) }
func (o *opened) Started(_ *Screen, e *runs.Entry) { o.started = append(o.started, e) }

// onReview runs a test on the review of a plan for all that is new.
func onReview(t *testing.T, test func(h *uitest.Host, o *opened)) {
	t.Helper()
	var o *opened
	uitest.WithScreen(t, Keys(), uitest.Breach(), func(h *uitest.Host) screen.Screen {
		o = &opened{Opened: &h.Opened}
		snap := h.Account.Present()
		entry := &runs.Entry{Plan: uitest.PlanOf(snap, uitest.Fresh(snap), 0)}
		return newScreen(Needs{
			Theme: h.Theme, Loop: h.Loop, Clock: h.Clock, Catalog: h.Catalog,
			Account: h.Account, Marks: h.Marks, Plans: h.Plans, Speak: h.Speak, Open: o,
		}, entry, summarize(entry.Plan, snap, h.Catalog, nil))
	}, func(h *uitest.Host) { test(h, o) })
}

// confirm types the phrase and confirms it.
func confirm(h *uitest.Host) {
	h.Write("delete 41 in 123456789012 #7f3a")
	h.Later(time.Second)
	h.Press("enter")
}

func TestTheWholePhraseLeadsToTheRun(t *testing.T) {
	onReview(t, func(h *uitest.Host, o *opened) {
		confirm(h)
		if len(h.Runner.Started) != 1 || len(o.started) != 1 || !o.started[0].Going() {
			t.Fatalf("started %q, led to %v", h.Runner.Started, o.started)
		}
	})
}

// TestAStartCannotBeCalledBack: the phrase is typed, and the run begins a moment later whatever is
// pressed in between.
func TestAStartCannotBeCalledBack(t *testing.T) {
	onReview(t, func(h *uitest.Host, o *opened) {
		h.Write("delete 41 in 123456789012 #7f3a")
		h.Later(time.Second)
		h.Send(uitest.Key("enter"))
		h.Send(uitest.Key("esc"))
		h.Wants("cannot be called back")
		h.WaitUntilIdle()
		if len(o.Asked) != 0 || len(o.started) != 1 || o.started[0].Starting {
			t.Errorf("asked %q, started %v", o.Asked, o.started)
		}
	})
}

func TestCancelLeavesTheReview(t *testing.T) {
	onReview(t, func(h *uitest.Host, o *opened) {
		h.Later(time.Second)
		h.Press("enter") // the focus is on cancel
		if len(h.Runner.Started) != 0 || len(o.Asked) != 1 {
			t.Fatalf("started %q, asked %q", h.Runner.Started, o.Asked)
		}
	})
}

func TestARefusedStartTeaches(t *testing.T) {
	onReview(t, func(h *uitest.Host, _ *opened) {
		h.Runner.Refuse = errors.Join(plan.ErrProtected, errors.New("cl-00 (name:cl-*)"))
		confirm(h)
		h.Wants("refused: the plan holds protected resources", "unmark what is protected", "▸ [ cancel ]")
	})
}

func TestWhatIsProtectedNowIsNotRun(t *testing.T) {
	onReview(t, func(h *uitest.Host, _ *opened) {
		h.Runner.Protected = fmt.Errorf("run: %w: %s", plan.ErrProtected, strings.Repeat("cluster/prod-api (protected: name:prod*); ", 40))
		confirm(h)
		if len(h.Runner.Started) != 0 || h.Runner.Rechecked != 1 {
			t.Fatalf("started %d, rechecked %d", len(h.Runner.Started), h.Runner.Rechecked)
		}
		h.Wants("refused: run: the plan holds protected resources: cluster/prod-api", "look again, and plan anew", "type  delete 41", "DELETE 41")
		cursor := h.Program.View().Cursor
		if line := strings.Split(h.Screen(), "\n")[cursor.Y]; !strings.Contains(line, "type the phrase") && strings.TrimSpace(line) != "" {
			t.Errorf("the cursor stands in %q", line)
		}
	})
}

// TestAnInterruptedRemovalCountsWhatIsLeft: in its review, and in the run that takes it up.
func TestAnInterruptedRemovalCountsWhatIsLeft(t *testing.T) {
	onReview(t, func(h *uitest.Host, o *opened) {
		fresh := uitest.Fresh(h.Account.Present())
		entry := &runs.Entry{Plan: uitest.PlanOf(h.Account.Present(), fresh, 0), Interrupted: true}
		gone := uitest.News(time.Minute)
		gone.Gone = fresh[:len(fresh)-4] // What stays are a task and the definitions; of Paris nothing can be told.
		h.Feed(gone)
		Again(Needs{
			Theme: h.Theme, Loop: h.Loop, Clock: h.Clock, Catalog: h.Catalog,
			Account: h.Account, Marks: h.Marks, Plans: h.Plans, Speak: h.Speak, Open: o,
		}, entry)
		h.Resize(h.Width, h.Height) // Whatever comes next lets the loop begin what it was asked for.
		h.Stack.Push(o.shown[0])
		h.Wants("DELETE 41 resources  6 are left, 35 are proven gone", "(0:06, $2.68/h)", "1 drain    3 tasks ", "all gone ≈09:12:3", "type  delete 41 in")
		confirm(h)
		if v := o.started[0].Progress; v.ETA.AllGone != 6*time.Second || v.PerHour > 2.7 {
			t.Errorf("the run expects %s and %v an hour", v.ETA.AllGone, v.PerHour)
		}
	})
}

// TestWhatWasTakenBackIsNotRunAgain: that would remove what an undo has put back.
func TestWhatWasTakenBackIsNotRunAgain(t *testing.T) {
	onReview(t, func(h *uitest.Host, o *opened) {
		p := uitest.PlanOf(h.Account.Present(), uitest.Fresh(h.Account.Present()), 0)
		entry := &runs.Entry{Plan: p, Outcome: &port.Outcome{Planned: 41, Gone: 40, Left: map[string]string{"x": "AccessDenied"}}, EndedAt: uitest.Morning()}
		h.Plans.Restore([]*runs.Entry{entry, {Plan: uitest.UndoOf(p, 2), Outcome: &port.Outcome{Planned: 2, Made: 2}}})
		Again(Needs{
			Theme: h.Theme, Loop: h.Loop, Clock: h.Clock, Catalog: h.Catalog,
			Account: h.Account, Marks: h.Marks, Plans: h.Plans, Speak: h.Speak, Open: o,
		}, entry)
		h.Resize(h.Width, h.Height)
		h.Stack.Push(o.shown[0])
		h.Wants("it has run, and was undone by #abcd: mark what is to go now, and x plans it anew")
		h.WantsNot("type  delete")
	})
}

// TestTheReviewExplainsItsKeys although keys are the phrase: F1 always, and ? while there is no phrase
// that it could belong to.
func TestTheReviewExplainsItsKeys(t *testing.T) {
	onPlan(t, crowded(), func(h *uitest.Host) {
		h.Resize(80, 24)
		h.Wants("ctrl+u clear  F1 help  esc back: nothing runs", "? explains the keys")
		h.Press("?", "f1")
		h.Press("end")
		h.WantsNot("more lines below")
		h.Press("home")
		h.Wants("DELETE 48 resources")
		h.Press("x", "?", "f1")
		h.Wants("x?", "ctrl+u clears")
		h.Press("ctrl+u")
		h.Wants("still missing: delete")
		if got := strings.Join(h.Opened.Asked, " "); got != "help help help" {
			t.Errorf("asked for %q", got)
		}
	})
}

// TestAnUnchangedReviewIsTheSamePlan: opening it again adds none to the list.
func TestAnUnchangedReviewIsTheSamePlan(t *testing.T) {
	onReview(t, func(h *uitest.Host, o *opened) {
		needs := Needs{
			Theme: h.Theme, Loop: h.Loop, Clock: h.Clock, Catalog: h.Catalog,
			Account: h.Account, Marks: h.Marks, Plans: h.Plans, Speak: h.Speak, Open: o,
		}
		freeze := func(marked ...model.Ref) {
			h.Marks.Toggle(marked, true)
			Freeze(needs, nil)
			h.Resize(h.Width, h.Height)
		}
		fresh, before := uitest.Fresh(h.Account.Present()), h.Plans.Len()
		freeze(fresh[:2]...)
		freeze()
		if h.Plans.Len() != before+1 || len(o.shown) != 2 || o.shown[0].entry != o.shown[1].entry {
			t.Errorf("%d plans after the same was reviewed twice, before %d", h.Plans.Len(), before)
		}
		freeze(fresh[2])
		if h.Plans.Len() != before+2 {
			t.Errorf("%d plans after another was reviewed, before %d", h.Plans.Len(), before)
		}
	})
}
