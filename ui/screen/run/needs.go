// Package run shows a run: its phases, its regions, failures in AWS's words, and how it ended.
//
// It must not know how a plan is run: what it shows is in package runs.
package run

import (
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/clock"
	"github.com/rootout/rootout/ui/export"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/theme"
)

// Scope is the scope of its keys.
const Scope = "run"

// What only a run does.
const (
	IntentRetry   screen.Intent = "retry"
	IntentResume  screen.Intent = "resume"
	IntentStop    screen.Intent = "stop"
	IntentSummary screen.Intent = "summary"
)

// Keys are its keys.
func Keys() screen.Keys {
	undo := screen.Bind(Scope, screen.IntentUndo, 2, "undo",
		"once the run has ended: review the plan that undoes it, as far as it can be undone exactly", "u")
	undo.BarWhenPossible = true
	return screen.Keys{
		Scope: kit.Scope{ID: Scope, Title: "Run"},
		Bindings: []kit.Binding{
			screen.Bind(Scope, screen.IntentOpen, 2, "why", "the steps of the region, with AWS's words for what failed; u undoes one of them", "enter"),
			screen.Bind(Scope, IntentRetry, 3, "retry failed", "try all failed steps again", "r"),
			screen.Bind(Scope, IntentResume, 1, "go on",
				"resume after a pause, once you have signed in again; after a stop, review the plan to resume it", "R"),
			screen.Bind(Scope, screen.IntentReview, 4, "plan the rest", "after the end: review the removal of what is still marked", "x", "ctrl+d"),
			screen.Bind(Scope, IntentSummary, 5, "what is left",
				"the whole summary: what is left and why, what came back, what was not counted", "w"),
			undo,
			screen.Bind(Scope, IntentStop, 6, "stop", "stop after the calls that are under way; the plan can be run again", "."),
		},
		Shared: []string{export.Scope},
	}
}

// Account is what is known of the account.
type Account interface {
	// Present is the inventory now, whatever the screens show.
	Present() *model.Snapshot
}

// Marks say how much is still marked.
type Marks interface {
	Len() int
}

// Plans say whether a plan can be made, or a run taken back.
type Plans interface {
	// CannotPlan says why nothing can be planned, CannotBegin why no new plan can be made now; ""
	// where it can.
	CannotPlan() string
	CannotBegin() string
	// CannotUndo says why what a run did cannot be undone now, "" where that can be asked.
	CannotUndo(*runs.Entry) string
}

// Respawned is what came back after runs of this session.
type Respawned interface {
	// Text says in a line what was not looked at yet; All is everything.
	Text() string
	All() []plan.Respawn
}

// Speaker tells the operator.
type Speaker interface {
	Say(level kit.Level, text string)
}

// Exporter writes what is shown.
type Exporter interface {
	Export(in screen.Intent, s *export.Sheet)
}

// Opener leads to other screens.
type Opener interface {
	Text(screen.TextRequest)
	// Review freezes the plan for what is marked and shows it; ReviewAgain shows one that was
	// frozen before.
	Review()
	ReviewAgain(*runs.Entry)
	// Undo makes the plan that takes back what the run did and shows it; only are the steps whose
	// resources are put back, none means all.
	Undo(e *runs.Entry, only []string)
	// Steps shows the steps of one region.
	Steps(e *runs.Entry, region *runs.Region)
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
	Export  Exporter
	Open    Opener

	Respawned Respawned
}
