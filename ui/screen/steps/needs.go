// Package steps shows the steps of one region of a run, those that failed first, with AWS's words
// for the one under the cursor.
//
// It must not know how a plan is run, nor any kind of resource by name: what it shows is in package
// runs.
package steps

import (
	"github.com/rootout/rootout/ui/clock"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/theme"
)

// Scope is the scope of its keys.
const Scope = "steps"

// Keys are its keys.
func Keys() screen.Keys {
	undo := screen.Bind(Scope, screen.IntentUndo, 3, "undo step",
		"once the run has ended: review the plan that undoes this step, as far as it can be undone exactly", "u")
	undo.BarWhenPossible = true
	return screen.Keys{
		Scope: kit.Scope{ID: Scope, Title: "Steps of a region"},
		Bindings: []kit.Binding{
			screen.Bind(Scope, screen.IntentOpen, 2, "whole", "all that is known of the step, with all its resources", "enter"),
			undo,
			screen.Bind(Scope, screen.IntentCopy, 4, "copy", "copy what is known of the step", "c"),
		},
	}
}

// Plans say whether what a run did can be undone.
type Plans interface {
	// CannotUndo says why not now, "" where that can be asked.
	CannotUndo(*runs.Entry) string
}

// Speaker puts text on the clipboard.
type Speaker interface {
	Copy(text, shown string)
}

// Opener leads to other screens.
type Opener interface {
	Text(screen.TextRequest)
	// Undo makes the plan that takes back what a run did and shows it; only are the steps whose
	// resources are put back.
	Undo(e *runs.Entry, only []string)
}

// Needs is what the screen needs of the console.
type Needs struct {
	Theme *theme.Theme
	Clock *clock.Clock

	Plans Plans
	Speak Speaker
	Open  Opener
}
