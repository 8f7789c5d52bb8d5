package model

import (
	"slices"
	"strings"
	"time"
)

// Sum is what a set of resources adds up to. Taint says why it may be more than it shows.
type Sum struct {
	// Count counts resources that count in their cells; New those of them that were made in the
	// window or appeared after the first look; Undated those of which that cannot be told.
	Count, New, Undated int
	// VCPU, MemoryMiB, PerHour (US dollars an hour) and SoFar (US dollars) add up what is known.
	VCPU, MemoryMiB, PerHour, SoFar float64
	// Estimated says that a price in it is an estimate ("≈"); Unpriced counts what runs up a bill
	// of unknown size.
	// Unsized counts what takes CPU and memory of which nobody says how much.
	Estimated bool
	Unpriced  int
	Unsized   int
	// AtLeast says that a cell in it was not counted, or holds what may be selected: every figure is
	// a lower bound ("192+", "≥ $412").
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
	s.Undated += o.Undated
	s.VCPU += o.VCPU
	s.MemoryMiB += o.MemoryMiB
	s.PerHour += o.PerHour
	s.SoFar += o.SoFar
	s.Estimated = s.Estimated || o.Estimated
	s.Unpriced += o.Unpriced
	s.Unsized += o.Unsized
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
	// Maybe counts the resources of which it cannot be told whether they are selected; the sum is a
	// lower bound then.
	Maybe int
}

// GridRow is one place: a region, or the account as a whole, whose Region has no name.
type GridRow struct {
	Place  Place
	Region Region
	// Cells are in the order of the catalog's kinds of the place's scope.
	Cells []GridCell
	Total Sum
}

// Grid is every region × every kind, disabled regions too, and the account as a whole.
type Grid struct {
	Generation uint64
	// Kinds are the kinds of regions, and Rows the regions.
	Kinds []Kind
	Rows  []GridRow
	// GlobalKinds are the kinds of the account as a whole, and Global its row; nil when the catalog
	// has no such kinds, or when it is hidden.
	GlobalKinds []Kind
	Global      *GridRow
	// Total is the sum of all rows, the global one too.
	Total Sum
	// Coverage is of the whole account, whatever is selected.
	Coverage
	// Troubled are the cells of readable places that could not be counted, the account as a whole
	// first, then in the order of the rows.
	Troubled []GridCell
}

// GridOptions say what a grid is made for.
type GridOptions struct {
	// Now is the moment it is made for; Window how far back "new" reaches.
	Now    time.Time
	Window time.Duration
	// Match selects resources; nil selects all. Unsure says of one that is not selected whether that
	// cannot be told; nil says no. ShowRegion hides regions; nil shows all.
	Match, Unsure func(*Resource) bool
	ShowRegion    func(name string) bool
}

// New says whether a resource was made in the window, or appeared after the first look.
func (o GridOptions) New(s *Snapshot, r *Resource) bool {
	return s.Grown(r) || (!r.MadeAt.IsZero() && o.Window > 0 && o.Now.Sub(r.MadeAt) <= o.Window)
}

// undated says whether it cannot be told if a resource is new: AWS does not say when it was made, and
// rootout did not know it before the window.
func (o GridOptions) undated(s *Snapshot, r *Resource) bool {
	return o.Window > 0 && r.MadeAt.IsZero() && !s.Grown(r) && o.Now.Sub(r.FirstSeen) <= o.Window
}

// NewGrid counts a snapshot. It costs the number of resources, so callers keep it off the path of
// keys and frames.
func NewGrid(s *Snapshot, c *Catalog, o GridOptions) *Grid {
	g := &Grid{Generation: s.Generation, Kinds: c.InScope(Regional), GlobalKinds: c.InScope(Global), Coverage: CoverageOf(s, c, o.Now)}
	account := accountOf(s)
	if len(g.GlobalKinds) > 0 && (o.ShowRegion == nil || o.ShowRegion("")) {
		row := countRow(s, g.GlobalKinds, Place{Account: account}, Region{}, o)
		g.Global = &row
		g.addTotal(row)
	}
	for _, region := range s.Regions {
		row := countRow(s, g.Kinds, Place{Account: account, Region: region.Name}, region, o)
		if o.ShowRegion == nil || o.ShowRegion(region.Name) {
			g.Rows = append(g.Rows, row)
			g.addTotal(row)
		}
	}
	return g
}

func (g *Grid) addTotal(row GridRow) {
	g.Total.Add(row.Total)
	g.Troubled = append(g.Troubled, row.troubled()...)
}

// countRow counts one place.
func countRow(s *Snapshot, kinds []Kind, place Place, region Region, o GridOptions) GridRow {
	row := GridRow{Place: place, Region: region, Cells: make([]GridCell, len(kinds))}
	for i := range kinds {
		row.Cells[i] = countCell(s, &kinds[i], place, region, o)
		row.Total.Add(row.Cells[i].Sum)
	}
	return row
}

// LowerBound says whether the figures may be more than they show: a cell in it was not counted, or
// cannot be while its region is disabled.
func (s *Sum) LowerBound() bool { return s.AtLeast || s.Disabled > 0 }

// troubled are the cells of a readable place that could not be counted.
func (row *GridRow) troubled() []GridCell {
	var out []GridCell
	for _, c := range row.Cells {
		if row.Region.Readable() && !c.State.Complete() && c.State != CellUnasked && c.State != CellScanning {
			out = append(out, c)
		}
	}
	return out
}

func countCell(s *Snapshot, k *Kind, place Place, region Region, o GridOptions) GridCell {
	key := place.Cell(k.ID)
	cell := GridCell{Cell: s.Cell(key), State: s.stateIn(key, region, o.Now)}
	for _, r := range s.In(key) {
		switch {
		case !r.Counts:
		case o.Match == nil || o.Match(r):
			cell.Sum.Add(sumOf(s, k, r, o))
		case o.Unsure != nil && o.Unsure(r):
			cell.Maybe++
			cell.Sum.AtLeast = true
		}
	}
	switch {
	case !region.Readable() && cell.State != CellLeftOut:
		cell.Sum.Disabled = 1
	case !cell.State.Complete():
		cell.Sum.AtLeast = true
		cell.Sum.Uncounted = 1
	}
	return cell
}

func sumOf(s *Snapshot, k *Kind, r *Resource, o GridOptions) Sum {
	sum := Sum{Count: 1}
	switch {
	case r.Size.Known:
		sum.VCPU, sum.MemoryMiB = r.Size.VCPU, r.Size.MemoryMiB
	case r.Rate.Billed || k.Bills:
		sum.Unsized = 1
	}
	switch {
	case o.New(s, r):
		sum.New = 1
	case o.undated(s, r):
		sum.Undated = 1
	}
	switch {
	case r.Rate.Billed && r.Rate.Known:
		sum.PerHour, sum.Estimated, sum.Since = r.Rate.PerHour, r.Rate.Estimated, r.Rate.Since
		sum.SoFar, _ = r.Rate.SoFar(o.Now)
	case !r.Rate.Known && (r.Rate.Billed || k.Bills || r.Size.Known):
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

// SortRegions puts readable regions before the others, both by name: the order in which a row
// appears never depends on its numbers.
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
