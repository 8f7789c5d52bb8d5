package grid

import (
	"slices"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/query"
	"github.com/rootout/rootout/ui/choosing"
)

// picture is what was counted.
type picture struct {
	snap *model.Snapshot
	// all is the whole account, shown what the filter selects.
	all, shown *model.Grid
	// rows are the regions of shown in their order, places where each stands in shown, by its name.
	rows   []int
	places map[string]int
	global bool
	// ids are the rows as they are drawn: the one that adds all up, the regions, those that are
	// disabled folded into one, the account as a whole. Index is where each stands.
	ids   []string
	index map[string]int
	// large is from where on a number of a column stands out, by the column's id.
	large map[string]float64
	// fresh counts what matches the filter since the last *.
	fresh int
	// facts are what the lines above the grid say.
	facts facts
	// match, filter and order are what it was made with.
	match  func(*model.Resource) bool
	filter string
	order  choosing.Order
	// kept says that the rows stand as they stood, and not in that order.
	kept bool
}

// rowIDs are the ids of the regions, folded ones too, and of the account as a whole.
func (p *picture) rowIDs() []string {
	ids := make([]string, len(p.rows), len(p.rows)+1)
	for i, at := range p.rows {
		ids[i] = p.shown.Rows[at].Region.Name
	}
	if p.global {
		ids = append(ids, globalRow)
	}
	return ids
}

// row is the row of an id, with its kinds; nil for none and for those that stand for several.
func (p *picture) row(id string) (row *model.GridRow, kinds []model.Kind) {
	if id == globalRow && p.global {
		return p.shown.Global, p.shown.GlobalKinds
	}
	if at, found := p.places[id]; found {
		return &p.shown.Rows[at], p.shown.Kinds
	}
	return nil, nil
}

// countRequest is everything that counting needs.
type countRequest struct {
	snap    *model.Snapshot
	catalog *model.Catalog
	now     time.Time
	window  time.Duration
	// match, regions and filter are the filter in force; unsure says whether it cannot be told if
	// the filter selects a resource, nil without a filter.
	match   func(*model.Resource) bool
	unsure  func(*model.Resource) bool
	regions func(string) bool
	filter  string
	cols    []column
	order   choosing.Order
	faults  bool
	// unfolded shows disabled regions one by one.
	unfolded bool
	// still are the regions in the order in which they stand and have to stay, nil for none.
	still   []string
	starred map[model.Ref]bool
	// marked lists what is marked, nil for nothing.
	marked func() []model.Ref
	// me is the ARN of the caller, empty selects holders that hold nothing; ended says that a run
	// has ended, after which they are counted.
	me     string
	empty  func(*model.Resource) bool
	ended  bool
	ledger *ledger
	// spent is what was spent before this session by what is billed no more.
	spent map[model.Ref]model.Spent
	// newest is the filter to which NEXT leads, back what undos have put back.
	newest *query.Query
	back   map[model.Ref]bool
}

func (a countRequest) count() *picture {
	o := model.GridOptions{Now: a.now, Window: a.window}
	p := &picture{snap: a.snap, match: a.match, filter: a.filter, order: a.order}
	p.all = model.NewGrid(a.snap, a.catalog, o)
	p.shown = p.all
	if a.match != nil {
		o.Match, o.Unsure, o.ShowRegion = a.match, a.unsure, a.regions
		if a.starred != nil {
			o.Match = func(r *model.Resource) bool {
				ok := a.match(r)
				if ok && !a.starred[r.Ref] {
					p.fresh++
				}
				return ok
			}
		}
		p.shown = model.NewGrid(a.snap, a.catalog, o)
	}
	a.learn(p)
	p.rows = a.arrange(p.shown)
	if a.still != nil {
		kept := a.stand(p.shown, p.rows)
		p.rows, p.kept = kept, !slices.Equal(kept, p.rows)
	}
	p.global = p.shown.Global != nil && (!a.faults || troubled(p.shown.Global))
	p.places = make(map[string]int, len(p.rows))
	for _, at := range p.rows {
		p.places[p.shown.Rows[at].Region.Name] = at
	}
	p.lay(a.unfolded)
	p.large = largeFrom(a.cols, p.shown)
	return p
}

// arrange puts the rows in order.
func (a countRequest) arrange(grid *model.Grid) []int {
	var order []int
	for i := range grid.Rows {
		if !a.faults || troubled(&grid.Rows[i]) {
			order = append(order, i)
		}
	}
	// What is dear stands first, and of what costs the same, what has most that is new; the order that
	// was chosen goes over it.
	for _, by := range []choosing.Order{{Column: colNew, Descending: true}, {Column: colRate, Descending: true}, a.order} {
		if at := slices.IndexFunc(a.cols, func(c column) bool { return c.ID == by.Column }); at >= 0 {
			slices.SortStableFunc(order, func(x, y int) int {
				return a.cols[at].order(grid, &grid.Rows[x], &grid.Rows[y], by.Descending)
			})
		}
	}
	return order
}

// stand leaves rows that stood somewhere there, and puts the others behind them in their order.
func (a countRequest) stand(grid *model.Grid, order []int) []int {
	place := make(map[string]int, len(a.still))
	for i, name := range a.still {
		place[name] = i
	}
	at := func(i int) int {
		if p, stood := place[grid.Rows[i].Region.Name]; stood {
			return p
		}
		return len(a.still)
	}
	return slices.SortedStableFunc(slices.Values(order), func(x, y int) int { return at(x) - at(y) })
}

// troubled says whether a readable place has a cell that could not be counted.
func troubled(row *model.GridRow) bool {
	return row.Region.Readable() && slices.ContainsFunc(row.Cells, func(c model.GridCell) bool {
		return !c.State.Complete() && c.State != model.CellUnasked && c.State != model.CellScanning
	})
}
