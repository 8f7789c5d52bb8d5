package screen

import (
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// Faults lists the cells that could not be counted, with AWS's words, and the disabled regions.
type Faults struct {
	table *kit.Table
	job   background.Latest
	cells []fault
}

type fault struct {
	id, region, kind, state string
	words                   string
	failure                 *model.Failure
	cell                    model.Cell
}

// NewFaults returns the list of what could not be counted.
func NewFaults(w *World) *Faults {
	f := &Faults{}
	f.table = kit.NewTable(w.Theme,
		kit.Column{ID: "region", Title: "REGION", MinWidth: 12}, kit.Column{ID: "kind", Title: "KIND", MinWidth: 10},
		kit.Column{ID: "state", Title: "STATE"}, kit.Column{ID: "asof", Title: "AS OF", Priority: 3}, kit.Column{ID: "why", Title: "WHY", MinWidth: 20})
	f.table.Empty = "everything that can be read has been counted"
	f.table.SetRows(faultRows{f: f, w: w})
	return f
}

// Scope names its keys.
func (f *Faults) Scope() string { return ScopeFaults }

// Title is its part of the path.
func (f *Faults) Title() string { return "not counted" }

// Refresh reads the cells again.
func (f *Faults) Refresh(w *World, loud bool) {
	snap, catalog, o := w.Snapshot(), w.Catalog, model.GridOptions{Now: w.Clock.Now(), Match: func(*model.Resource) bool { return false }}
	background.DoLatest(w.Loop, &f.job, !loud, func() []fault { return faultsOf(model.NewGrid(snap, catalog, o)) }, func(cells []fault) { f.cells = cells })
}

func faultsOf(grid *model.Grid) []fault {
	var list []fault
	for _, c := range grid.Troubled {
		if c.State == model.CellUnasked || c.State == model.CellScanning {
			continue
		}
		x := fault{
			id: c.Cell.Key.Region + " " + string(c.Cell.Key.Kind), region: c.Cell.Key.Region, kind: string(c.Cell.Key.Kind),
			state: c.State.String(), failure: c.Cell.Failure, cell: c.Cell,
		}
		if x.failure != nil {
			x.words = x.failure.Error()
		}
		list = append(list, x)
	}
	for i := range grid.Rows {
		row := &grid.Rows[i]
		if !row.Region.Readable() {
			list = append(list, fault{
				id: row.Region.Name, region: row.Region.Name, kind: "all", state: row.Region.CellState().String(), words: regionWord(row),
			})
		}
	}
	return list
}

// Handle does what an intent asks for.
func (f *Faults) Handle(w *World, in Intent) bool {
	if move, ok := kit.NavMove(string(in)); ok {
		f.table.Move(move)
		return true
	}
	x := f.current()
	switch in {
	case IntentOpen:
		w.Push(NewProse(w, x.region+" "+x.kind, x.text(w), "AWS's words, and what to do about it"))
	case IntentCopy:
		w.copy(x.words, x.words)
	case IntentRescan:
		if x.failure == nil && x.kind == "all" {
			w.Refuse("a disabled region answers no call: enable it in the AWS console, after the intruder's access has been cut")
			return true
		}
		w.rescan(x.kind+" in "+x.region, x.cell.Key)
	case IntentCSV, IntentJSON:
		w.export(in, f.sheet())
	default:
		return false
	}
	return true
}

// Refuse says why an intent cannot work now.
func (f *Faults) Refuse(_ *World, in Intent) string {
	switch in {
	case IntentOpen, IntentCopy, IntentRescan, IntentCSV, IntentJSON:
		if f.current() == nil {
			return "there is no row"
		}
	case IntentFaults:
		return "these are the faults"
	default:
	}
	return ""
}

func (f *Faults) current() *fault {
	if i := f.table.Cursor(); i >= 0 && i < len(f.cells) {
		return &f.cells[i]
	}
	return nil
}

// text words a fault with what to do about it.
func (x *fault) text(w *World) string {
	lines := []string{"region    " + x.region, "kind      " + x.kind, "state     " + x.state}
	if !x.cell.AsOf.IsZero() {
		lines = append(lines, "as of     "+w.Clock.Full(x.cell.AsOf))
	}
	if x.failure != nil {
		lines = append(lines,
			"operation "+x.failure.Operation, "code      "+x.failure.Code, "message   "+x.failure.Message, "request   "+x.failure.RequestID)
	}
	lines = append(lines, "", x.advice())
	return strings.Join(lines, "\n")
}

func (x *fault) advice() string {
	state, _ := model.ParseCellState(x.state)
	switch state {
	case model.CellDenied:
		op := "the operation"
		if x.failure != nil {
			op = x.failure.Operation
		}
		return "AWS refused the caller. Allow " + op + " for it, or use another profile; then ctrl+r reads the cell again.\n" +
			"If a policy of the organization denies the region, its management account can tell."
	case model.CellThrottled:
		return "AWS kept saying slow down until the deadline. ctrl+r tries again; other tools that call this account take from the same allowance."
	case model.CellUnreachable:
		return "No answer came. ctrl+r tries again; a proxy or firewall may let only some regions through."
	case model.CellPartial:
		return "The listing broke off: what is shown is there, and there may be more. ctrl+r reads it again."
	case model.CellDisabled, model.CellEnabling, model.CellDisabling:
		return "What is in a region lives on, and is billed, while the region is disabled; no call shows it.\n" +
			"Cut the intruder's access first, then enable the region in the AWS console (Account, AWS Regions) and look."
	case model.CellUnasked, model.CellScanning, model.CellCounted, model.CellStale, model.CellUnsupported:
	}
	return ""
}

// Draw fills the screen.
func (f *Faults) Draw(_ *World, size kit.Size) string {
	f.table.Unit = words.Noun(f.table.Len(), "entry", "entries")
	return f.table.View(size)
}

// Click puts the cursor where the mouse is.
func (f *Faults) Click(_ *World, x, y int) {
	if hit := f.table.At(x, y); hit.RowID != "" {
		f.table.GoTo(hit.RowID)
	}
}

// Wheel scrolls.
func (f *Faults) Wheel(_ *World, lines int) { f.table.Scroll(lines) }

type faultRows struct {
	f *Faults
	w *World
}

// Len is the number of faults.
func (r faultRows) Len() int { return len(r.f.cells) }

// ID is region and kind.
func (r faultRows) ID(i int) string { return r.f.cells[i].id }

// Gutter is empty.
func (r faultRows) Gutter(int) kit.Gutter { return kit.Gutter{} }

// Cell is one column of a fault.
func (r faultRows) Cell(i, col int) kit.Cell {
	x := &r.f.cells[i]
	switch col {
	case 0:
		return kit.Cell{Text: x.region, Style: r.w.Theme.Strong}
	case 1:
		return kit.Cell{Text: x.kind}
	case 2:
		return kit.Cell{Text: x.state, Style: r.w.Theme.Warning}
	case 3:
		if x.cell.AsOf.IsZero() {
			return kit.Cell{Text: words.Unasked, Style: r.w.Theme.Muted}
		}
		return kit.Cell{Text: r.w.Clock.Short(x.cell.AsOf), Style: r.w.Theme.Muted}
	}
	return kit.Cell{Text: x.words}
}

func (f *Faults) sheet() *sheet {
	s := &sheet{name: "not-counted", keys: []string{"region", "kind", "state", "why"}}
	s.rows = func() [][]any {
		rows := make([][]any, len(f.cells))
		for i, x := range slices.Clone(f.cells) {
			rows[i] = []any{x.region, x.kind, x.state, x.words}
		}
		return rows
	}
	return s
}
