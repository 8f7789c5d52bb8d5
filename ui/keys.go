package ui

import (
	"slices"

	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/screen/palette"
)

// What the console does whatever screen is shown, beside the intents that screens share.
const (
	intentQuit   screen.Intent = "quit"
	intentHelp   screen.Intent = "help"
	intentZone   screen.Intent = "zone"
	intentFreeze screen.Intent = "freeze"
	intentHint   screen.Intent = "hint"
	intentMouse  screen.Intent = "mouse"
)

// everywhereKeys are the keys that work everywhere, around those that open screens.
func everywhereKeys(openers []kit.Binding) screen.Keys {
	bind := func(in screen.Intent, bar int, help, long string, keys ...string) kit.Binding {
		return screen.Bind(screen.ScopeEverywhere, in, bar, help, long, keys...)
	}
	return screen.Keys{
		Scope: kit.Scope{ID: screen.ScopeEverywhere, Title: "Everywhere"},
		Bindings: slices.Concat([]kit.Binding{
			bind(screen.IntentBack, 7, "back", "go back; on the grid take the filter away", "esc"),
			bind(intentHelp, 3, "help", "this page", "?"),
			bind(palette.IntentPalette, 13, "palette", "every command that works here, by name", ":"),
		}, openers, []kit.Binding{
			bind(screen.IntentRescan, 14, "rescan", "read again what the screen shows; on the grid the cell, the row or everything", "ctrl+r"),
			bind(screen.IntentFaults, 15, "faults", "only what went wrong: regions on the grid, steps in a run", "ctrl+z"),
			bind(intentFreeze, 16, "freeze", "freeze the screen, or let it follow the account again; reading goes on", "p"),
			bind(intentZone, 0, "UTC/local", "show times in UTC or in the local zone", "T"),
			bind(intentHint, 0, "dismiss hint", "dismiss or bring back the line with the next step of the demo", "D"),
			bind(intentQuit, 22, "quit", "quit; asks only while a run is under way", "q", "ctrl+c"),
		}),
	}
}
