package resource

import (
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/screen"
)

// Scope is the scope of the keys that act on the resource under the cursor.
const Scope = "thing"

// What can be asked for one resource, beside [screen.IntentCopy].
const (
	IntentRaw     screen.Intent = "raw"
	IntentConsole screen.Intent = "console"
	IntentCLI     screen.Intent = "cli"
	IntentNote    screen.Intent = "note"
	IntentEvents  screen.Intent = "events"
	IntentMaker   screen.Intent = "maker"
)

// Keys are the keys that act on the resource under the cursor.
func Keys() screen.Keys {
	return screen.Keys{
		Scope: kit.Scope{ID: Scope, Title: "The resource under the cursor"},
		Bindings: []kit.Binding{
			screen.Bind(Scope, IntentRaw, 10, "raw", "AWS's record as JSON, secret values replaced", "y"),
			screen.Bind(Scope, screen.IntentCopy, 12, "copy", "copy its ARN, or the value under the cursor, to the clipboard (OSC 52)", "c"),
			screen.Bind(Scope, IntentConsole, 0, "console", "show and copy the link to its page in the AWS console; nothing is opened", "o"),
			screen.Bind(Scope, IntentCLI, 11, "aws cli", "the same as AWS CLI commands", "a"),
			screen.Bind(Scope, IntentEvents, 13, "events", "the timeline of what names it, who made it included; on the grid of the region", "t"),
			screen.Bind(Scope, IntentMaker, 14, "who made it", "the event that made it, and all that its maker did", "m"),
			screen.Bind(Scope, IntentNote, 0, "note", "write a note on it, kept in the case", "n"),
		},
	}
}

// Acts says whether an intent is for one resource.
func Acts(in screen.Intent) bool {
	switch in {
	case IntentRaw, screen.IntentCopy, IntentConsole, IntentCLI, IntentNote, IntentEvents, IntentMaker:
		return true
	default:
		return false
	}
}
