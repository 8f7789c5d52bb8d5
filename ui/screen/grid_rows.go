package screen

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/theme"
	"github.com/rootout/rootout/ui/words"
)

// gridColumn is a column of the grid. Kind is the place of its kind among the grid's kinds, -1 for a column of names or sums.
type gridColumn struct {
	kit.Column
	kind int
	// sum draws a column of sums; number is what orders rows by it.
	sum    func(s *model.Sum) string
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

// gridColumns derives the columns from the catalog: the kinds in their order, computing power behind the last kind that has a price, money and
// growth at the end.
func gridColumns(catalog *model.Catalog) []gridColumn {
	cols := []gridColumn{
		{Column: kit.Column{ID: colRegion, Title: " REGION ", MinWidth: 16}, kind: -1},
		{Column: kit.Column{ID: colTitle, Title: " ", MinWidth: 8, MaxWidth: 18, Priority: 90}, kind: -1},
	}
	kinds := regionalKinds(catalog)
	last := -1
	for i := range kinds {
		if priced(&kinds[i]) {
			last = i
		}
	}
	right := func(id, title string, priority int) kit.Column {
		return kit.Column{ID: id, Title: " " + title + " ", Align: kit.AlignRight, Priority: priority}
	}
	for i, k := range kinds {
		cols = append(cols, gridColumn{Column: right(string(k.ID), k.Title, 10+2*i), kind: i})
		if i != last {
			continue
		}
		cols = append(cols,
			gridColumn{
				Column: right(colVCPU, "vCPU", 6), kind: -1, priced: true,
				sum: func(s *model.Sum) string { return words.Number(s.VCPU, 1) }, number: func(s *model.Sum) float64 { return s.VCPU },
			},
			gridColumn{
				Column: right(colMemory, "MEM", 11+2*i), kind: -1, priced: true,
				sum: func(s *model.Sum) string { return words.Memory(s.MemoryMiB) }, number: func(s *model.Sum) float64 { return s.MemoryMiB },
			})
	}
	return append(cols,
		gridColumn{
			Column: right(colRate, "$/h", 1), kind: -1, priced: true,
			sum: func(s *model.Sum) string { return words.Rate(s.PerHour) }, number: func(s *model.Sum) float64 { return s.PerHour },
		},
		gridColumn{
			Column: right(colNew, "NEW", 5), kind: -1,
			sum: func(s *model.Sum) string { return "+" + kit.Count(s.New) }, number: func(s *model.Sum) float64 { return float64(s.New) },
		})
}

func regionalKinds(catalog *model.Catalog) []model.Kind {
	return slices.DeleteFunc(slices.Clone(catalog.Kinds()), func(k model.Kind) bool { return k.Scope != model.Regional })
}

// priced says whether resources of a kind run up a bill of their own: such kinds declare how many dollars they have cost so far.
func priced(k *model.Kind) bool {
	return slices.ContainsFunc(k.Fields, func(f model.Field) bool { return f.Unit == model.USD })
}

// pricedSum adds up the cells of a row whose kinds have a price, so that a definition that was not counted does not make dollars unsure.
func pricedSum(grid *model.Grid, row *model.GridRow) model.Sum {
	var sum model.Sum
	found := false
	for i := range row.Cells {
		if priced(&grid.Kinds[i]) {
			sum.Add(row.Cells[i].Sum)
			found = true
		}
	}
	if !found {
		return row.Total
	}
	return sum
}

// compare orders two rows by the column; what is not known comes before what is.
func (c *gridColumn) compare(x, y *model.GridRow) int {
	switch {
	case c.number != nil:
		return cmp.Compare(c.number(&x.Total), c.number(&y.Total))
	case c.kind >= 0:
		return cmp.Compare(cellRank(&x.Cells[c.kind]), cellRank(&y.Cells[c.kind]))
	case c.ID == colTitle:
		return strings.Compare(x.Region.Title, y.Region.Title)
	}
	return strings.Compare(x.Region.Name, y.Region.Name)
}

func cellRank(c *model.GridCell) int {
	if c.Sum.Count == 0 && !c.State.Complete() {
		return -1
	}
	return c.Sum.Count
}

// gridRows shows a picture; row 0 adds all regions up.
type gridRows struct {
	g *Grid
	w *World
}

// Len is the number of rows; without a region there are none.
func (r *gridRows) Len() int {
	if r.g.pic == nil || len(r.g.pic.all.Rows) == 0 {
		return 0
	}
	return len(r.g.pic.order) + 1
}

// ID is the region's name.
func (r *gridRows) ID(i int) string {
	if i == 0 {
		return allRow
	}
	return r.g.pic.shown.Rows[r.g.pic.order[i-1]].Region.Name
}

// Index is where a region's row is.
func (r *gridRows) Index(id string) (int, bool) {
	if r.g.pic == nil {
		return 0, false
	}
	i, ok := r.g.pic.index[id]
	return i, ok
}

// Gutter shows whether anything in the region is marked.
func (r *gridRows) Gutter(i int) kit.Gutter {
	if i > 0 && r.w.Marks.InRegion(r.ID(i)) > 0 {
		return kit.Gutter{Signs: "*", Row: r.w.Theme.Strong}
	}
	return kit.Gutter{}
}

// Cell draws one cell. Where the cell cursor stands it is in brackets, for which every cell has room.
func (r *gridRows) Cell(i, col int) kit.Cell {
	cell := r.plain(i, col)
	open, end := " ", " "
	if col == r.g.column && r.g.strip.at < 0 && r.ID(i) == r.g.table.CursorID() {
		open, end = "[", "]"
	}
	if col == 0 {
		open = strings.TrimPrefix(open, " ")
	}
	cell.Text = open + cell.Text + end
	return cell
}

func (r *gridRows) plain(i, col int) kit.Cell {
	th, pic := r.w.Theme, r.g.pic
	c := &r.g.cols[col]
	if i == 0 {
		return r.allCell(c)
	}
	row := &pic.shown.Rows[pic.order[i-1]]
	switch c.ID {
	case colRegion:
		return kit.Cell{Text: row.Region.Name, Style: th.Strong}
	case colTitle:
		return kit.Cell{Text: row.Region.Title, Style: th.Muted}
	}
	if !row.Region.Readable() {
		if c.kind == 0 {
			return kit.Cell{Text: regionWord(row), Style: th.Warning, Span: -1, Align: kit.AlignLeft}
		}
		return kit.Cell{}
	}
	if c.kind >= 0 {
		return kindCell(th, &row.Cells[c.kind], pic.facts.maybe[row.Cells[c.kind].Cell.Key])
	}
	sum := row.Total
	if c.priced {
		sum = pricedSum(pic.shown, row)
	}
	return sumCell(th, c, &sum, unread(row))
}

// regionWord says why a region cannot be read and what that means for what is in it.
func regionWord(row *model.GridRow) string {
	known := ""
	if row.Total.Count > 0 {
		known = "; " + kit.Count(row.Total.Count) + " seen before"
	}
	switch row.Region.CellState() {
	case model.CellEnabling:
		return "enabling: AWS takes minutes, then it is read" + known
	case model.CellDisabling:
		return "disabling: what is in it lives on and is billed" + known
	case model.CellDisabled, model.CellUnasked, model.CellScanning, model.CellCounted, model.CellStale, model.CellPartial, model.CellDenied,
		model.CellThrottled, model.CellUnreachable, model.CellUnsupported:
	}
	return "disabled: what is in it lives on and is billed, unseen" + known
}

// unread says whether no cell of a row has had an answer yet.
func unread(row *model.GridRow) bool {
	return !slices.ContainsFunc(row.Cells, func(c model.GridCell) bool {
		return c.Sum.Count > 0 || c.State != model.CellUnasked && c.State != model.CellScanning
	})
}

// kindCell words a cell by its state; a 0 stands only where a complete listing came back, and of all that it met it is known that the filter
// does not select it. Maybe counts those of which it cannot be told.
func kindCell(th *theme.Theme, c *model.GridCell, maybe int) kit.Cell {
	n := kit.Count(c.Sum.Count)
	if maybe > 0 && c.State.Complete() {
		if c.Sum.Count == 0 {
			return kit.Cell{Text: words.Unknown, Style: th.Muted}
		}
		return kit.Cell{Text: n + "+"}
	}
	switch c.State {
	case model.CellUnasked:
		return kit.Cell{Text: words.Unasked, Style: th.Muted}
	case model.CellScanning:
		if c.Sum.Count > 0 {
			return kit.Cell{Text: words.Reading + n + "+", Style: th.Muted}
		}
		return kit.Cell{Text: words.Reading, Style: th.Muted}
	case model.CellCounted:
		if c.Sum.Count == 0 {
			return kit.Cell{Text: n, Style: th.Muted}
		}
		return kit.Cell{Text: n}
	case model.CellStale:
		return kit.Cell{Text: n + words.Stale, Style: th.Muted}
	case model.CellPartial:
		if c.Sum.Count == 0 {
			return kit.Cell{Text: "partial", Style: th.Warning}
		}
		return kit.Cell{Text: n + "+", Style: th.Warning}
	case model.CellDenied:
		return kit.Cell{Text: "denied", Style: th.Warning}
	case model.CellThrottled:
		return kit.Cell{Text: "throttle", Style: th.Warning}
	case model.CellUnreachable:
		return kit.Cell{Text: "unreach", Style: th.Warning}
	case model.CellDisabled, model.CellEnabling, model.CellDisabling:
		return kit.Cell{Text: c.State.String(), Style: th.Warning}
	case model.CellUnsupported:
		return kit.Cell{Text: "n/a", Style: th.Muted}
	}
	return kit.Cell{Text: words.Unknown}
}

// sumCell words a sum: a plus where it may be more, ≈ where it is estimated, · where nothing is known.
func sumCell(th *theme.Theme, c *gridColumn, s *model.Sum, nothing bool) kit.Cell {
	if nothing {
		return kit.Cell{Text: words.Unasked, Style: th.Muted}
	}
	cell := kit.Cell{Text: c.sum(s)}
	if c.ID == colNew {
		if s.New == 0 {
			return kit.Cell{Text: map[bool]string{true: words.Unasked, false: "0"}[s.AtLeast], Style: th.Muted}
		}
		cell.Style = th.New
	}
	more := s.AtLeast || (c.ID == colRate && s.Unpriced > 0)
	if number := c.number(s); number == 0 {
		cell.Style = th.Muted
		if more {
			// A sum of nothing that is known and something that is not is unknown.
			return kit.Cell{Text: words.Unasked, Style: th.Muted}
		}
	}
	if c.ID == colRate && s.Estimated {
		cell.Text = words.Estimate + cell.Text
	}
	if more {
		// In front of a unit the plus would be read as part of the number.
		number, unit, _ := strings.Cut(cell.Text, " ")
		cell.Text = strings.TrimSuffix(number+"+ "+unit, " ")
	}
	return cell
}

// allCell is a cell of the row that adds all regions up.
func (r *gridRows) allCell(c *gridColumn) kit.Cell {
	th, grid := r.w.Theme, r.g.pic.shown
	switch c.ID {
	case colRegion:
		return kit.Cell{Text: "ALL", Style: th.Strong}
	case colTitle:
		return kit.Cell{Text: words.Count(len(grid.Rows), "region", "regions"), Style: th.Muted}
	}
	var sum model.Sum
	nothing := true
	for i := range grid.Rows {
		row := &grid.Rows[i]
		switch {
		case c.kind >= 0:
			sum.Add(row.Cells[c.kind].Sum)
			state := row.Cells[c.kind].State
			nothing = nothing && (state == model.CellUnasked || state == model.CellScanning) && sum.Count == 0
		case c.priced:
			sum.Add(pricedSum(grid, row))
			nothing = nothing && unread(row)
		default:
			sum.Add(row.Total)
			nothing = nothing && unread(row)
		}
	}
	// What is in disabled regions is not known either.
	sum.AtLeast = sum.AtLeast || sum.Disabled > 0
	if c.kind < 0 {
		return sumCell(th, c, &sum, nothing)
	}
	switch {
	case nothing || sum.AtLeast && sum.Count == 0:
		return kit.Cell{Text: words.Unasked, Style: th.Muted}
	case sum.AtLeast:
		return kit.Cell{Text: kit.Count(sum.Count) + "+", Style: th.Strong}
	}
	return kit.Cell{Text: kit.Count(sum.Count), Style: th.Strong}
}
