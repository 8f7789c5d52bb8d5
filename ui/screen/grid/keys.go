package grid

import (
	"github.com/rootout/rootout/ui/choosing"
	"github.com/rootout/rootout/ui/export"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/resource"
	"github.com/rootout/rootout/ui/screen"
)

// Scope is the scope of the grid's keys.
const Scope = "grid"

// What only the grid does, and IntentGrid, which leads to it.
const (
	IntentGrid   screen.Intent = "grid"
	IntentColumn screen.Intent = "column"
	IntentStrip  screen.Intent = "strip"
	IntentNext   screen.Intent = "next"
)

// nextKey is printed on the line NEXT.
const nextKey = "N"

// Keys are the grid's keys. There is no single resource on it: keys for one would all stand in
// parentheses in the bar.
func Keys() screen.Keys {
	return screen.Keys{
		Scope: kit.Scope{ID: Scope, Title: "Grid"},
		Bindings: []kit.Binding{
			screen.Bind(Scope, screen.IntentOpen, 2, "open", "list what the cell counts; on REGION the whole row, on ALL the column or everything", "enter"),
			screen.Bind(Scope, IntentColumn, 0, "column", "list the column under the cell cursor in all regions; on REGION everything", "L"),
			screen.Bind(Scope, IntentNext, 2, "next", "do what the line NEXT says", nextKey),
			screen.Bind(Scope, IntentStrip, 9, "strip", "go to the lines above the grid, and back; enter acts on one", "tab"),
		},
		Shared:   []string{choosing.Scope, export.Scope, resource.Scope},
		NotInBar: []string{resource.Scope},
		FromEverywhere: []kit.Binding{
			screen.Bind(screen.ScopeEverywhere, IntentGrid, 20, "grid", "the grid of regions and kinds", "1"),
		},
	}
}
