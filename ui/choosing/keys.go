package choosing

import (
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/screen"
)

// Scope is the scope of the keys that choose resources.
const Scope = "marks"

// What chooses resources, beside [screen.IntentUndo] and [screen.IntentReview].
const (
	IntentFilter  screen.Intent = "filter"
	IntentSort    screen.Intent = "sort"
	IntentMark    screen.Intent = "mark"
	IntentRange   screen.Intent = "range"
	IntentMarkAll screen.Intent = "mark-all"
	IntentUnmark  screen.Intent = "unmark-all"
)

// Keys are the keys that choose resources.
func Keys() screen.Keys {
	return screen.Keys{
		Scope: kit.Scope{ID: Scope, Title: "Choosing"},
		Bindings: []kit.Binding{
			screen.Bind(Scope, IntentFilter, 1, "filter", "select by fields and words; tab completes, and a mistake is pointed out", "/"),
			screen.Bind(Scope, IntentMark, 4, "mark", "mark or unmark: a resource, on the grid what a row or a cell counts at that moment", "space"),
			screen.Bind(Scope, IntentRange, 0, "range", "begin a range of rows; space marks it, esc gives it up", "v", "ctrl+space"),
			screen.Bind(Scope, IntentMarkAll, 6, "mark all", "mark everything that the filter shows; what matches later is counted, not marked", "*"),
			screen.Bind(Scope, IntentUnmark, 0, "unmark all", "remove all marks", `ctrl+\`),
			screen.Bind(Scope, screen.IntentUndo, 0, "undo", "undo the last marking", "u"),
			screen.Bind(Scope, screen.IntentReview, 5, "review plan",
				"review the removal of what is marked; nothing runs before its phrase is typed", "x", "ctrl+d"),
			screen.Bind(Scope, IntentSort, 8, "sort", "sort by a column: s and the letter that is shown; again reverses the order", "s"),
		},
	}
}
