// Package review shows a frozen plan whole and asks for its phrase; nothing has been called when it
// is shown. It also freezes the plan for what is marked.
//
// It must not know how a plan is made or run, nor any kind of resource by name.
package review

import (
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/clock"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/theme"
)

// Scope is the scope of its keys.
const Scope = "review"

// Keys are its keys.
func Keys() screen.Keys {
	undo := screen.Bind(Scope, screen.IntentUndo, 3, "undo",
		"of a plan that has run: review the plan that undoes it, as far as it can be undone exactly", "u")
	undo.BarWhenPossible = true
	return screen.Keys{
		Scope: kit.Scope{ID: Scope, Title: "Review"},
		Bindings: []kit.Binding{
			undo,
			screen.Bind(Scope, screen.IntentOpen, 2, "what is in the way",
				"where all was left out: list it with what uses it, to mark that too", "enter"),
		},
	}
}

// Account is what a plan is frozen over.
type Account interface {
	// Present is the inventory now, whatever the screens show.
	Present() *model.Snapshot
	// Window is how far back "new" reaches.
	Window() time.Duration
}

// Marks are what is to be removed.
type Marks interface {
	Len() int
	// All reads everything that is marked now, beside the loop.
	All() func() []model.Mark
}

// Plans are the plans of this case.
type Plans interface {
	// CannotPlan says why nothing can be planned, CannotBegin why no new plan can be made now, and
	// CannotUndo why what a run did cannot be undone now; "" where it can.
	CannotPlan() string
	CannotBegin() string
	CannotUndo(*runs.Entry) string
	// UndoneBy is the undo that took back what a run did, nil for none.
	UndoneBy(*runs.Entry) *runs.Entry
	// Reviewed are the plans that were only looked at, newest first.
	Reviewed() []*runs.Entry
	Runner() port.Runner
	Add(*runs.Entry)
	// Begin follows a run that has started.
	Begin(e *runs.Entry, run port.Run, progress *runs.Progress, before *model.Graph)
}

// Speaker tells the operator.
type Speaker interface {
	Say(level kit.Level, text string)
	Refuse(text string)
	// Hush takes what was said away.
	Hush()
}

// Opener leads to other screens.
type Opener interface {
	// Show shows a review, Back goes back.
	Show(*Screen)
	Back()
	// Help explains the keys.
	Help()
	List(screen.ListRequest)
	// Undo makes the plan that takes back what a run did and shows it; no steps means all.
	Undo(e *runs.Entry, only []string)
	// Started leads from a review to the run that it started.
	Started(from *Screen, e *runs.Entry)
}

// Needs is what the screen needs of the console.
type Needs struct {
	Theme   *theme.Theme
	Loop    *background.Loop
	Clock   *clock.Clock
	Catalog *model.Catalog

	Account Account
	Marks   Marks
	Plans   Plans
	Speak   Speaker
	Open    Opener
}

// undoHint says of a plan that has run what can be done about it.
func (n Needs) undoHint(e *runs.Entry) string {
	if by := n.Plans.UndoneBy(e); by != nil {
		return "it has run, and was undone by #" + by.Plan.Short() + ": mark what is to go now, and x plans it anew"
	}
	if n.Plans.CannotUndo(e) == "" {
		return "it has run: u plans its undo, as far as it can be undone exactly"
	}
	return "it has run: esc goes back"
}
