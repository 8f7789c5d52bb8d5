// Package faults lists what could not be counted: cells, with AWS's words, and disabled regions.
//
// It must not know any kind of resource by name.
package faults

import (
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/clock"
	"github.com/rootout/rootout/ui/export"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/theme"
	"github.com/rootout/rootout/ui/words"
)

// Scope is the scope of its keys.
const Scope = "faults"

// Keys are its keys.
func Keys() screen.Keys {
	return screen.Keys{
		Scope: kit.Scope{ID: Scope, Title: "What could not be counted"},
		Bindings: []kit.Binding{
			screen.Bind(Scope, screen.IntentOpen, 2, "why", "AWS's words in full, and what to do about it", "enter"),
			screen.Bind(Scope, screen.IntentCopy, 3, "copy", "copy AWS's words and the request id", "c"),
		},
		Shared: []string{export.Scope},
	}
}

// Account is where the cells are.
type Account interface {
	Snapshot() *model.Snapshot
	Rescan(what string, keys ...model.CellKey)
}

// Speaker refuses, and puts text on the clipboard.
type Speaker interface {
	Refuse(text string)
	Copy(text, shown string)
}

// Exporter writes what is shown.
type Exporter interface {
	Export(in screen.Intent, s *export.Sheet)
}

// Opener shows a text.
type Opener interface {
	Text(screen.TextRequest)
}

// Needs is what the screen needs of the console.
type Needs struct {
	Theme   *theme.Theme
	Loop    *background.Loop
	Clock   *clock.Clock
	Catalog *model.Catalog

	Account Account
	Speak   Speaker
	Export  Exporter
	Open    Opener
}

// Screen lists what could not be counted.
type Screen struct {
	needs   Needs
	table   kit.TableOf[*fault]
	reading background.Latest
	faults  []*fault
}

// New returns the list.
func New(needs Needs) *Screen {
	f := &Screen{needs: needs}
	th := needs.Theme
	f.table = kit.NewTableOf(th, kit.RowsOf[*fault]{
		Count: func() int { return len(f.faults) }, At: func(i int) *fault { return f.faults[i] },
		Name: func(x *fault) string { return x.id },
	},
		kit.ColumnOf[*fault]{Column: kit.Column{ID: "region", Title: "REGION", MinWidth: 12}, Show: func(x *fault) kit.Cell {
			return kit.Cell{Text: x.region, Style: th.Strong}
		}},
		kit.ColumnOf[*fault]{Column: kit.Column{ID: "kind", Title: "KIND", MinWidth: 10}, Show: func(x *fault) kit.Cell {
			return kit.Cell{Text: x.kind}
		}},
		kit.ColumnOf[*fault]{Column: kit.Column{ID: "state", Title: "STATE"}, Show: func(x *fault) kit.Cell {
			return kit.Cell{Text: x.state.String(), Style: th.Warning}
		}},
		kit.ColumnOf[*fault]{Column: kit.Column{ID: "asof", Title: "AS OF", Priority: 3}, Show: f.asOf},
		kit.ColumnOf[*fault]{Column: kit.Column{ID: "why", Title: "WHY", MinWidth: 20}, Show: func(x *fault) kit.Cell {
			return kit.Cell{Text: x.words}
		}},
	)
	f.table.Empty = "everything that can be read has been counted"
	return f
}

func (f *Screen) asOf(x *fault) kit.Cell {
	if x.cell.AsOf.IsZero() {
		return kit.Cell{Text: words.Unasked, Style: f.needs.Theme.Muted}
	}
	return kit.Cell{Text: f.needs.Clock.Short(x.cell.AsOf), Style: f.needs.Theme.Muted}
}

// Scope names its keys.
func (f *Screen) Scope() string { return Scope }

// Title is its part of the path.
func (f *Screen) Title() string { return "not counted" }

// Refresh reads the cells again.
func (f *Screen) Refresh(loud bool) {
	snap, catalog, now := f.needs.Account.Snapshot(), f.needs.Catalog, f.needs.Clock.Now()
	read := func() []*fault { return read(snap, catalog, now) }
	background.DoLatest(f.needs.Loop, &f.reading, !loud, read, func(faults []*fault) { f.faults = faults })
}

// read lists what could not be counted, the cells first.
func read(snap *model.Snapshot, catalog *model.Catalog, now time.Time) []*fault {
	none := func(*model.Resource) bool { return false }
	grid := model.NewGrid(snap, catalog, model.GridOptions{Now: now, Match: none})
	var list []*fault
	for _, c := range grid.Troubled {
		if c.State != model.CellUnasked && c.State != model.CellScanning {
			list = append(list, ofCell(c))
		}
	}
	for i := range grid.Rows {
		if row := &grid.Rows[i]; !row.Region.Readable() {
			list = append(list, ofRegion(row))
		}
	}
	return list
}

// Handle does what an intent asks for.
func (f *Screen) Handle(in screen.Intent) bool {
	if kit.Navigate(string(in), f.table.Move) {
		return true
	}
	x, _ := f.table.Current()
	switch in {
	case screen.IntentOpen:
		f.needs.Open.Text(screen.TextRequest{
			Title: x.region + " " + x.kind, Text: x.text(f.needs.Clock), Prose: true, Remark: "AWS's words, and what to do about it",
		})
	case screen.IntentCopy:
		f.needs.Speak.Copy(x.words, x.words)
	case screen.IntentRescan:
		if x.state == model.CellLeftOut {
			f.needs.Speak.Refuse("the region was left out of the reading: start rootout without it in --skip-regions")
			return true
		}
		if x.cell.Key.Kind == "" {
			f.needs.Speak.Refuse("a disabled region answers no call: enable it in the AWS console, after the intruder's access has been cut")
			return true
		}
		f.needs.Account.Rescan(x.kind+" in "+x.region, x.cell.Key)
	case export.IntentCSV, export.IntentJSON:
		f.needs.Export.Export(in, f.sheet())
	default:
		return false
	}
	return true
}

// Refuse says why an intent cannot work now.
func (f *Screen) Refuse(in screen.Intent) string {
	switch in {
	case screen.IntentOpen, screen.IntentCopy, screen.IntentRescan, export.IntentCSV, export.IntentJSON:
		if _, ok := f.table.Current(); !ok {
			return "there is no row"
		}
	case screen.IntentFaults:
		return "these are the faults"
	default:
	}
	return ""
}

// Draw fills the screen.
func (f *Screen) Draw(size kit.Size) string {
	f.table.Unit = words.Noun(f.table.Len(), "entry", "entries")
	return f.table.View(size)
}

// Click puts the cursor where the mouse is.
func (f *Screen) Click(x, y int) bool { return f.table.Click(x, y) }

// Wheel scrolls.
func (f *Screen) Wheel(lines int) { f.table.Scroll(lines) }

// NextStep is what a stranger should do next.
func (f *Screen) NextStep() string { return "esc goes back; ? explains every key that works here" }

func (f *Screen) sheet() *export.Sheet {
	faults := f.faults
	return &export.Sheet{Name: "not-counted", Keys: []string{"region", "kind", "state", "why"}, Rows: func() [][]any {
		rows := make([][]any, len(faults))
		for i, x := range faults {
			rows[i] = []any{x.region, x.kind, x.state.String(), x.words}
		}
		return rows
	}}
}
