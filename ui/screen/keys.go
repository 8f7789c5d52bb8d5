package screen

import (
	"github.com/rootout/rootout/ui/kit"
)

// Intent is what a key asks for; its text is the id of a binding in the catalogue.
type Intent string

// The intents.
const (
	IntentBack    Intent = "back"
	IntentQuit    Intent = "quit"
	IntentHelp    Intent = "help"
	IntentPalette Intent = "palette"
	IntentGrid    Intent = "grid"
	IntentPlans   Intent = "plans"
	IntentZone    Intent = "zone"
	IntentFreeze  Intent = "freeze"
	IntentRescan  Intent = "rescan"
	IntentFaults  Intent = "faults"
	IntentHint    Intent = "hint"
	IntentMouse   Intent = "mouse"

	IntentOpen   Intent = "open"
	IntentColumn Intent = "column"
	IntentStrip  Intent = "strip"

	IntentFilter  Intent = "filter"
	IntentSort    Intent = "sort"
	IntentMark    Intent = "mark"
	IntentRange   Intent = "range"
	IntentMarkAll Intent = "mark-all"
	IntentUnmark  Intent = "unmark-all"
	IntentUndo    Intent = "undo"
	IntentReview  Intent = "review"
	IntentCSV     Intent = "export-csv"
	IntentJSON    Intent = "export-json"

	IntentRaw     Intent = "raw"
	IntentCopy    Intent = "copy"
	IntentConsole Intent = "console"
	IntentCLI     Intent = "cli"
	IntentNote    Intent = "note"

	IntentRetry  Intent = "retry"
	IntentResume Intent = "resume"
	IntentStop   Intent = "stop"
	IntentEnd    Intent = "summary"
)

// The scopes of keys. A screen's own lies over those it shares, and all lie over the global one.
const (
	ScopeGrid   = "grid"
	ScopeList   = "list"
	ScopeDetail = "detail"
	ScopeText   = "text"
	ScopeFaults = "faults"
	ScopePlans  = "plans"
	ScopeReview = "review"
	ScopeRun    = "run"

	scopeMarks  = "marks"
	scopeThing  = "thing"
	scopeMove   = "move"
	scopeExport = "export"
	scopeGlobal = "global"
)

// Scopes is the stack of scopes of a screen, innermost first.
func Scopes(scope string) []string {
	switch scope {
	case ScopeGrid:
		return []string{ScopeGrid, scopeMarks, scopeExport, scopeThing, scopeMove, scopeGlobal}
	case ScopeList:
		return []string{ScopeList, scopeMarks, scopeExport, scopeThing, scopeMove, scopeGlobal}
	case ScopeDetail:
		return []string{ScopeDetail, scopeThing, scopeMove, scopeGlobal}
	case ScopeFaults, ScopePlans, ScopeRun:
		return []string{scope, scopeExport, scopeMove, scopeGlobal}
	}
	return []string{scope, scopeMove, scopeGlobal}
}

// BarScopes is the stack of scopes whose keys the bar shows. On the grid there is no single resource: its keys would all be in parentheses.
func BarScopes(scope string) []string {
	if scope != ScopeGrid {
		return Scopes(scope)
	}
	return []string{ScopeGrid, scopeMarks, scopeExport, scopeMove, scopeGlobal}
}

// Keys is the one catalogue of keys. Reason tells why an intent cannot work now; it may be nil where nothing is shown, as in documentation.
func Keys(reason func(Intent) string) *kit.Keymap {
	scopes := []kit.Scope{
		{ID: ScopeGrid, Title: "Grid"},
		{ID: ScopeList, Title: "List"},
		{ID: ScopeDetail, Title: "One resource"},
		{ID: ScopeText, Title: "Text"},
		{ID: ScopeFaults, Title: "What could not be counted"},
		{ID: ScopePlans, Title: "Plans"},
		{ID: ScopeReview, Title: "Review"},
		{ID: ScopeRun, Title: "Run"},
		{ID: scopeMarks, Title: "Choosing"},
		{ID: scopeThing, Title: "The resource under the cursor"},
		{ID: scopeExport, Title: "Export"},
		{ID: scopeMove, Title: "Moving"},
		{ID: scopeGlobal, Title: "Everywhere"},
	}
	bindings := append(screenBindings(), sharedBindings()...)
	bindings = append(bindings, kit.NavBindings(scopeMove)...)
	bindings = append(bindings, globalBindings()...)
	if reason != nil {
		for i := range bindings {
			in := Intent(bindings[i].ID)
			bindings[i].DisabledReason = func() string { return reason(in) }
		}
	}
	return kit.NewKeymap(scopes, bindings)
}

func bind(scope string, in Intent, bar int, help, long string, keys ...string) kit.Binding {
	return kit.Binding{ID: string(in), Keys: keys, Help: help, Long: long, Scope: scope, Bar: bar}
}

func screenBindings() []kit.Binding {
	return []kit.Binding{
		bind(ScopeGrid, IntentOpen, 2, "open", "list what the cell counts; on REGION the whole row, on ALL the column or everything", "enter"),
		bind(ScopeGrid, IntentColumn, 0, "column", "list the column under the cell cursor in all regions; on REGION everything", "L"),
		bind(ScopeGrid, IntentStrip, 9, "strip", "go to the lines above the grid, and back; enter acts on one", "tab"),
		bind(ScopeList, IntentOpen, 2, "open", "everything that is known of the resource", "enter", "d"),
		bind(ScopeDetail, IntentOpen, 2, "open", "go to the owner, the children or the users under the cursor", "enter"),
		bind(ScopeText, IntentCopy, 2, "copy", "copy the text", "c"),
		bind(ScopeFaults, IntentOpen, 2, "why", "AWS's words in full, and what to do about it", "enter"),
		bind(ScopeFaults, IntentCopy, 3, "copy", "copy AWS's words and the request id", "c"),
		bind(ScopePlans, IntentOpen, 2, "open", "review the plan, resume an interrupted one, or watch its run", "enter"),
		bind(ScopeReview, IntentOpen, 2, "what is in the way", "where all was left out: list it with what uses it, to mark that too", "enter"),
		bind(ScopeRun, IntentOpen, 2, "why", "the steps of the region, with AWS's words for what failed", "enter"),
		bind(ScopeRun, IntentRetry, 3, "retry failed", "try all failed steps again", "r"),
		bind(ScopeRun, IntentResume, 1, "go on", "go on after a pause, once there is a new credential; after a stop, review the plan and take it up again", "R"),
		bind(ScopeRun, IntentReview, 4, "plan the rest", "after the end: review the removal of what is still marked", "x", "ctrl+d"),
		bind(ScopeRun, IntentEnd, 5, "what is left", "how the run ended, whole: what is left and why, what came back, what was not counted", "w"),
		bind(ScopeRun, IntentStop, 6, "stop", "stop after the calls that are under way; the plan can be run again", "."),
	}
}

func sharedBindings() []kit.Binding {
	return []kit.Binding{
		bind(scopeMarks, IntentFilter, 1, "filter", "select by fields and words; tab completes, a wrong place is pointed at", "/"),
		bind(scopeMarks, IntentMark, 4, "mark", "mark or unmark: a resource, on the grid what a row or a cell counts at that moment", "space"),
		bind(scopeMarks, IntentRange, 0, "range", "begin a range of rows; space marks it, esc gives it up", "v", "ctrl+space"),
		bind(scopeMarks, IntentMarkAll, 6, "mark all", "mark everything that the filter shows; what matches later is counted, not marked", "*"),
		bind(scopeMarks, IntentUnmark, 0, "unmark all", "take all marks away", `ctrl+\`),
		bind(scopeMarks, IntentUndo, 0, "undo", "take the newest marking back", "u"),
		bind(scopeMarks, IntentReview, 5, "review plan", "review the removal of what is marked; nothing runs before its phrase is typed", "x", "ctrl+d"),
		bind(scopeMarks, IntentSort, 8, "sort", "sort by a column: s and the letter that is shown; again turns the order round", "s"),
		bind(scopeExport, IntentCSV, 0, "CSV", "export what is shown as CSV", "ctrl+s c"),
		bind(scopeExport, IntentJSON, 0, "JSON", "export what is shown as JSON", "ctrl+s j"),
		bind(scopeThing, IntentRaw, 10, "raw", "AWS's record as JSON, secret values replaced", "y"),
		bind(scopeThing, IntentCopy, 12, "copy", "copy its ARN, or the value under the cursor, to the clipboard (OSC 52)", "c"),
		bind(scopeThing, IntentConsole, 0, "console", "show and copy the link to its page in the AWS console; nothing is opened", "o"),
		bind(scopeThing, IntentCLI, 11, "aws cli", "the same as AWS CLI commands", "a"),
		bind(scopeThing, IntentNote, 0, "note", "write a note on it, kept in the case", "n"),
	}
}

func globalBindings() []kit.Binding {
	return []kit.Binding{
		bind(scopeGlobal, IntentBack, 7, "back", "go back; on the grid take the filter away", "esc"),
		bind(scopeGlobal, IntentHelp, 3, "help", "this page", "?"),
		bind(scopeGlobal, IntentPalette, 13, "palette", "every command that works here, by name", ":"),
		bind(scopeGlobal, IntentGrid, 20, "grid", "the grid of regions and kinds", "1"),
		bind(scopeGlobal, IntentPlans, 21, "plans", "the plans of this case, interrupted ones among them", "5"),
		bind(scopeGlobal, IntentRescan, 14, "rescan", "read again what the screen shows; on the grid the cell, the row or everything", "ctrl+r"),
		bind(scopeGlobal, IntentFaults, 15, "faults", "only what went wrong: regions on the grid, steps in a run", "ctrl+z"),
		bind(scopeGlobal, IntentFreeze, 16, "freeze", "hold the screen still while facts go on coming in, and let it go on", "p"),
		bind(scopeGlobal, IntentZone, 0, "UTC/local", "show times in UTC or in the local zone", "T"),
		bind(scopeGlobal, IntentHint, 0, "dismiss hint", "dismiss or bring back the line with the next step of the demo", "D"),
		bind(scopeGlobal, IntentQuit, 22, "quit", "quit; asks only while a run is under way", "q", "ctrl+c"),
	}
}
