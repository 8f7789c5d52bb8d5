// Package list shows resources, one a row: those of a cell, a row, a column, everything, what an
// owner holds, or what uses it.
//
// It must not know any kind of resource by name: columns follow from the catalog's fields.
package list

import (
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/choosing"
	"github.com/rootout/rootout/ui/clock"
	"github.com/rootout/rootout/ui/export"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/resource"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/theme"
)

// Account is where resources are read from.
type Account interface {
	Snapshot() *model.Snapshot
	// Graph is who owns what, nil while it is being made; LastGraph asks for no newer one.
	Graph() *model.Graph
	LastGraph() *model.Graph
	Caller() model.Caller
	// Rescan has cells read again at once; no keys means all.
	Rescan(what string, keys ...model.CellKey)
}

// Marks stand before the rows.
type Marks interface {
	Len() int
	Has(ref model.Ref) bool
	Toggle(refs []model.Ref, on bool)
}

// Speaker refuses.
type Speaker interface {
	Refuse(text string)
}

// Exporter writes what is shown.
type Exporter interface {
	Export(in screen.Intent, s *export.Sheet)
}

// Notes are what the operator wrote on resources.
type Notes interface {
	Note(ref model.Ref) string
}

// Opener leads to one resource.
type Opener interface {
	Resource(r *model.Resource)
}

// Needs is what a list needs of the console.
type Needs struct {
	Theme   *theme.Theme
	Loop    *background.Loop
	Clock   *clock.Clock
	Catalog *model.Catalog
	// Window is how far back "new" reaches.
	Window time.Duration
	// Columns are those that the operator wants, by the short name of a kind.
	Columns map[string][]string

	Account  Account
	Marks    Marks
	Notes    Notes
	Speak    Speaker
	Export   Exporter
	Open     Opener
	Choosing choosing.Needs
	// Actions are what can be done with the resource under the cursor.
	Actions *resource.Actions
	// RowOrder says whether rows must keep their order.
	RowOrder choosing.Keeper
}

// Scope is the scope of a list's keys.
const Scope = "list"

// Keys are a list's keys.
func Keys() screen.Keys {
	return screen.Keys{
		Scope: kit.Scope{ID: Scope, Title: "List"},
		Bindings: []kit.Binding{
			screen.Bind(Scope, screen.IntentOpen, 2, "open", "everything that is known of the resource", "enter", "d"),
		},
		Shared: []string{choosing.Scope, export.Scope, resource.Scope},
	}
}
