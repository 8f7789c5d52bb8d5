package model

import (
	"slices"
	"strings"
	"time"
)

// Sum is what a set of resources adds up to. Taint says why it may be more than it shows.
type Sum struct {
	// Count counts resources that count in their cells; New those of them that were made in the
	// window or appeared after the first look.
	Count, New int
	// VCPU, MemoryMiB, PerHour (US dollars an hour) and SoFar (US dollars) add up what is known.
	VCPU, MemoryMiB, PerHour, SoFar float64
	// Estimated says that a price in it is an estimate ("≈"); Unpriced counts what runs up a bill
	// of unknown size.
	Estimated bool
	Unpriced  int
	// AtLeast says that a cell in it was not counted: every figure is a lower bound ("192+", "≥
	// $412").
	AtLeast bool
	// Uncounted counts those cells, of readable and unreadable regions apart.
	Uncounted, Disabled int
	// Since is when the oldest of what is billed began to be.
	Since time.Time
}

// Add puts another sum into this one.
func (s *Sum) Add(o Sum) {
	s.Count += o.Count
	s.New += o.New
	s.VCPU += o.VCPU
	s.MemoryMiB += o.MemoryMiB
	s.PerHour += o.PerHour
	s.SoFar += o.SoFar
	s.Estimated = s.Estimated || o.Estimated
	s.Unpriced += o.Unpriced
	s.AtLeast = s.AtLeast || o.AtLeast
	s.Uncounted += o.Uncounted
	s.Disabled += o.Disabled
	if s.Since.IsZero() || (!o.Since.IsZero() && o.Since.Before(s.Since)) {
		s.Since = o.Since
	}
}

// GridCell is one cell as it is shown: its state at the moment and what the selected resources in
// it add up to.
type GridCell struct {
	Cell  Cell
	State CellState
	Sum   Sum
}

// GridRow is one region (or the global row, whose Region has no name).
type GridRow struct {
	Region Region
	// Cells are in the order of the catalog's kinds of the row's scope.
	Cells []GridCell
	Total Sum
}

// Grid is every region × every kind, disabled regions too.
type Grid struct {
	Generation uint64
	Kinds      []Kind
	Rows       []GridRow
	Total      Sum
	// Regions, Read and Disabled count regions: all, those of which every cell has been answered,
	// and those the account has disabled.
	Regions, Read, Disabled int
	// Troubled are the cells of readable regions that could not be counted, in the order of the
	// rows.
	Troubled []GridCell
}

// GridOptions say what a grid is made for.
type GridOptions struct {
	// Now is the moment it is made for; Window how far back "new" reaches.
	Now    time.Time
	Window time.Duration
	// Match selects resources; nil selects all. ShowRegion hides regions; nil shows all.
	Match      func(*Resource) bool
	ShowRegion func(name string) bool
}

// NewGrid counts a snapshot. It costs the number of resources, so callers keep it off the path of
// keys and frames.
func NewGrid(s *Snapshot, c *Catalog, o GridOptions) *Grid {
	g := &Grid{Generation: s.Generation}
	for _, k := range c.Kinds() {
		if k.Scope == Regional {
			g.Kinds = append(g.Kinds, k)
		}
	}
	account := accountOf(s)
	for _, region := range s.Regions {
		g.Regions++
		if region.CellState() != CellUnasked {
			g.Disabled++
		}
		row, answered := g.row(s, account, region, o)
		if region.Readable() && answered {
			g.Read++
		}
		if o.ShowRegion == nil || o.ShowRegion(region.Name) {
			g.Rows = append(g.Rows, row)
			g.Total.Add(row.Total)
			g.Troubled = append(g.Troubled, troubled(row)...)
		}
	}
	return g
}

// row counts one region; answered says whether each of its cells has had an answer of some kind.
func (g *Grid) row(s *Snapshot, account string, region Region, o GridOptions) (row GridRow, answered bool) {
	row = GridRow{Region: region, Cells: make([]GridCell, len(g.Kinds))}
	answered = true
	for i, k := range g.Kinds {
		cell := countCell(s, CellKey{Place: Place{Account: account, Region: region.Name}, Kind: k.ID}, region, o)
		row.Cells[i] = cell
		row.Total.Add(cell.Sum)
		if cell.State == CellUnasked || cell.State == CellScanning {
			answered = false
		}
	}
	return row, answered
}

// troubled are the cells of a readable region that could not be counted.
func troubled(row GridRow) []GridCell {
	var out []GridCell
	for _, c := range row.Cells {
		if row.Region.Readable() && !c.State.Complete() && c.State != CellUnasked && c.State != CellScanning {
			out = append(out, c)
		}
	}
	return out
}

func countCell(s *Snapshot, key CellKey, region Region, o GridOptions) GridCell {
	cell := GridCell{Cell: s.Cell(key)}
	cell.State = cell.Cell.StateAt(o.Now)
	if state := region.CellState(); state != CellUnasked {
		cell.State = state
	}
	for _, r := range s.In(key) {
		if r.Counts && (o.Match == nil || o.Match(r)) {
			cell.Sum.Add(sumOf(s, r, o))
		}
	}
	switch {
	case !region.Readable():
		cell.Sum.Disabled = 1
	case !cell.State.Complete():
		cell.Sum.AtLeast = true
		cell.Sum.Uncounted = 1
	}
	return cell
}

func sumOf(s *Snapshot, r *Resource, o GridOptions) Sum {
	sum := Sum{Count: 1}
	if r.Size.Known {
		sum.VCPU, sum.MemoryMiB = r.Size.VCPU, r.Size.MemoryMiB
	}
	if s.Grown(r) || (!r.MadeAt.IsZero() && o.Window > 0 && o.Now.Sub(r.MadeAt) <= o.Window) {
		sum.New = 1
	}
	switch {
	case r.Rate.Billed && r.Rate.Known:
		sum.PerHour, sum.Estimated, sum.Since = r.Rate.PerHour, r.Rate.Estimated, r.Rate.Since
		sum.SoFar, _ = r.Rate.SoFar(o.Now)
	case r.Rate.Billed || (!r.Rate.Known && r.Size.Known):
		sum.Unpriced = 1
	}
	return sum
}

// accountOf finds the account whose cells a snapshot holds; a grid shows one account.
func accountOf(s *Snapshot) string {
	account := ""
	for key := range s.cells {
		if account == "" || strings.Compare(key.Account, account) < 0 {
			account = key.Account
		}
	}
	return account
}

// SortRegions puts readable regions before the others, and within each keeps the order of the given
// names first: the order in which a row appears never depends on its numbers.
func SortRegions(regions []Region) {
	slices.SortStableFunc(regions, func(a, b Region) int {
		if a.Readable() != b.Readable() {
			if a.Readable() {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
}
