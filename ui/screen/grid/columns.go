package grid

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// column is a column of the grid. Kind is the place of its kind among the grid's kinds, -1 for a
// column of names or sums.
type column struct {
	kit.Column
	kind int
	// sum words a column of sums; number is what orders rows by it.
	sum    func(s *model.Sum) words.Figure
	number func(s *model.Sum) float64
	// priced says that the sum is made of the kinds that have a price only.
	priced bool
}

// The ids of the columns that are no kind.
const (
	colRegion = "region"
	colTitle  = "title"
	colVCPU   = "vcpu"
	colMemory = "memory"
	colRate   = "rate"
	colNew    = "new"
)

// columnsOf derives the columns from the catalog: the kinds in their order, computing power behind
// the last kind that has a price, money and growth at the end.
func columnsOf(catalog *model.Catalog) []column {
	cols := []column{
		{Column: kit.Column{ID: colRegion, Title: " REGION ", MinWidth: 16}, kind: -1},
		{Column: kit.Column{ID: colTitle, Title: " ", MinWidth: 8, MaxWidth: 18, Priority: 90}, kind: -1},
	}
	kinds := catalog.InScope(model.Regional)
	last := -1
	for i := range kinds {
		if kinds[i].Priced() {
			last = i
		}
	}
	right := func(id, title string, priority int) kit.Column {
		return kit.Column{ID: id, Title: " " + title + " ", Align: kit.AlignRight, Priority: priority}
	}
	for i, k := range kinds {
		cols = append(cols, column{Column: right(string(k.ID), k.Title, 10+2*i), kind: i})
		if i != last {
			continue
		}
		cols = append(cols,
			column{
				Column: right(colVCPU, "vCPU", 6), kind: -1, priced: true,
				sum: words.VCPUFigure, number: func(s *model.Sum) float64 { return s.VCPU },
			},
			column{
				Column: right(colMemory, "MEM", 11+2*i), kind: -1, priced: true,
				sum: words.MemoryFigure, number: func(s *model.Sum) float64 { return s.MemoryMiB },
			})
	}
	return append(cols,
		column{
			Column: right(colRate, "$/h", 1), kind: -1, priced: true,
			sum: words.RateFigure, number: func(s *model.Sum) float64 { return s.PerHour },
		},
		column{
			Column: right(colNew, "NEW", 5), kind: -1,
			sum: words.NewFigure, number: func(s *model.Sum) float64 { return float64(s.New) },
		})
}

// choose leaves only the columns that the operator wants, in his order; the region stays first. A
// column goes by its head or by the short name of its kind. Names that are none are skipped.
func choose(cols []column, kinds []model.Kind, wanted []string) []column {
	if len(wanted) == 0 {
		return cols
	}
	chosen := []column{cols[0]}
	for i, name := range wanted {
		at := slices.IndexFunc(cols, func(c column) bool { return c.ID != colRegion && c.called(name, kinds) })
		if at >= 0 && !slices.ContainsFunc(chosen, func(c column) bool { return c.ID == cols[at].ID }) {
			c := cols[at]
			c.Priority = i + 1 // What was named last goes first where there is no room.
			chosen = append(chosen, c)
		}
	}
	return chosen
}

// called says whether a name means the column.
func (c *column) called(name string, kinds []model.Kind) bool {
	switch {
	case strings.EqualFold(name, strings.TrimSpace(c.Title)), c.ID == colTitle && strings.EqualFold(name, "place"):
		return true
	case c.kind < 0:
		return false
	}
	return slices.ContainsFunc(kinds[c.kind].Aliases, func(alias string) bool { return strings.EqualFold(alias, name) })
}

// UnknownColumns are the names among those that the operator wants that are no columns of the grid.
func UnknownColumns(catalog *model.Catalog, wanted []string) []string {
	cols, kinds := columnsOf(catalog), catalog.InScope(model.Regional)
	return slices.DeleteFunc(slices.Clone(wanted), func(name string) bool {
		return slices.ContainsFunc(cols, func(c column) bool { return c.called(name, kinds) })
	})
}

// pricedSum adds up the cells of a row whose kinds have a price.
func pricedSum(grid *model.Grid, row *model.GridRow) model.Sum { return grid.Priced(row) }

// pricedGlobal is what the kinds that have no region cost.
func pricedGlobal(grid *model.Grid) model.Sum { return grid.PricedGlobal() }

// order orders two rows by the column; what is not known stands last either way round.
func (c *column) order(grid *model.Grid, x, y *model.GridRow, descending bool) int {
	nx, knownX := c.value(grid, x)
	ny, knownY := c.value(grid, y)
	if knownX != knownY {
		if knownX {
			return -1
		}
		return 1
	}
	o := cmp.Compare(nx, ny)
	switch c.ID {
	case colTitle:
		o = strings.Compare(x.Region.Title, y.Region.Title)
	case colRegion:
		o = strings.Compare(x.Region.Name, y.Region.Name)
	}
	if descending {
		o = -o
	}
	return o
}

// value is the number of the column in a row, and whether anything of it is known.
func (c *column) value(grid *model.Grid, row *model.GridRow) (n float64, known bool) {
	switch {
	case c.kind >= 0:
		cell := &row.Cells[c.kind]
		return float64(cell.Sum.Count), cell.Sum.Count > 0 || cell.State.Complete()
	case c.number == nil:
		return 0, true
	}
	sum := row.Total
	if c.priced {
		sum = pricedSum(grid, row)
	}
	n = c.number(&sum)
	return n, n > 0 || !sum.LowerBound() && (c.ID != colNew || sum.Undated == 0)
}

// standsOut says whether large numbers of the column stand out: money, what costs it, and what is
// new.
func (c *column) standsOut(kinds []model.Kind) bool {
	return c.ID == colRate || c.ID == colNew || c.kind >= 0 && kinds[c.kind].Priced()
}

// largeFrom is by column from where on a number stands out: where it is a tenth of all regions' sum
// and twice what the others have on average.
func largeFrom(cols []column, grid *model.Grid) map[string]float64 {
	large := map[string]float64{}
	for i := range cols {
		if !cols[i].standsOut(grid.Kinds) {
			continue
		}
		sum, n := 0.0, 0
		for j := range grid.Rows {
			if row := &grid.Rows[j]; row.Region.Readable() {
				value, _ := cols[i].value(grid, row)
				sum += value
				n++
			}
		}
		if n > 1 && sum > 0 {
			large[cols[i].ID] = max(sum/10, 2*sum/float64(n+1)) // x >= 2(sum-x)/(n-1), solved for x.
		}
	}
	return large
}
