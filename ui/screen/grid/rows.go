package grid

import (
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/theme"
	"github.com/rootout/rootout/ui/words"
)

// rows shows a picture; row 0 adds all up, and the last one may be the account as a whole.
type rows struct{ g *Screen }

// Len is the number of rows; without a region there are none.
func (r *rows) Len() int {
	if r.g.pic == nil || len(r.g.pic.all.Rows) == 0 {
		return 0
	}
	return len(r.g.pic.ids)
}

// ID is the region's name, or what stands for one.
func (r *rows) ID(i int) string { return r.g.pic.ids[i] }

// Index is where a row is.
func (r *rows) Index(id string) (int, bool) {
	if r.g.pic == nil {
		return 0, false
	}
	i, ok := r.g.pic.index[id]
	return i, ok
}

// Gutter shows whether anything in the region is marked.
func (r *rows) Gutter(i int) kit.Gutter {
	region := r.ID(i)
	if region == globalRow {
		region = ""
	}
	if region != allRow && region != foldRow && r.g.needs.Marks.InRegion(region) > 0 {
		return kit.Gutter{Signs: "*", Row: r.g.needs.Theme.Strong}
	}
	return kit.Gutter{}
}

// Cell draws one cell. Where the cell cursor stands it is in brackets, for which every cell has
// room.
func (r *rows) Cell(i, col int) kit.Cell {
	cell := r.plain(i, col)
	open, end := " ", " "
	here := col == r.g.column
	if id := r.ID(i); id == globalRow || id == foldRow {
		here = col == 0 // The columns are those of regions: the cell cursor is the row.
	}
	if here && r.g.strip.at < 0 && r.ID(i) == r.g.table.CursorID() {
		open, end = "[", "]"
	}
	if col == 0 {
		open = strings.TrimPrefix(open, " ")
	}
	cell.Text = open + cell.Text + end
	return cell
}

func (r *rows) plain(i, col int) kit.Cell {
	th, pic := r.g.needs.Theme, r.g.pic
	c := &r.g.cols[col]
	switch r.ID(i) {
	case allRow:
		return r.allCell(c)
	case foldRow:
		return r.foldCell(c)
	case globalRow:
		return r.globalCell(c)
	}
	row := &pic.shown.Rows[pic.places[r.ID(i)]]
	cell := r.regionCell(c, row)
	if from, marked := pic.large[c.ID]; marked && row.Region.Readable() {
		if n, known := c.value(pic.shown, row); known && n >= from {
			cell.Style = th.Large
		}
	}
	return cell
}

// regionCell is a cell of a region.
func (r *rows) regionCell(c *column, row *model.GridRow) kit.Cell {
	th, pic := r.g.needs.Theme, r.g.pic
	switch c.ID {
	case colRegion:
		return kit.Cell{Text: row.Region.Name, Style: th.Strong}
	case colTitle:
		return kit.Cell{Text: row.Region.Title, Style: th.Muted}
	}
	if !row.Region.Readable() {
		if c.kind == 0 {
			return kit.Cell{Text: words.UnreadRegion(row), Style: th.Warning, Span: -1, Align: kit.AlignLeft}
		}
		return kit.Cell{}
	}
	if c.kind >= 0 {
		return kindCell(th, &row.Cells[c.kind])
	}
	sum := row.Total
	if c.priced {
		sum = pricedSum(pic.shown, row)
	}
	return sumCell(th, c, &sum, row.Pending())
}

// unread says whether no cell of a row has had an answer yet.
func unread(row *model.GridRow) bool {
	return !slices.ContainsFunc(row.Cells, func(c model.GridCell) bool {
		return c.Sum.Count > 0 || c.State != model.CellUnasked && c.State != model.CellScanning
	})
}

// globalCell is a cell of the account as a whole: its name, and behind it all that it has in no
// region, since the columns are those of regions.
func (r *rows) globalCell(c *column) kit.Cell {
	th, pic := r.g.needs.Theme, r.g.pic
	if c.ID == colRegion {
		return kit.Cell{Text: globalRow, Style: th.Strong}
	}
	row, cell := pic.shown.Global, kit.Cell{Span: -1, Align: kit.AlignLeft}
	parts := make([]string, len(row.Cells))
	for i := range row.Cells {
		parts[i] = pic.shown.GlobalKinds[i].Plural + " " + globalText(th, &row.Cells[i])
	}
	cell.Text = strings.Join(parts, " · ")
	switch {
	case troubled(row):
		cell.Style = th.Warning
	case row.Total.New > 0:
		cell.Style = th.New
	case unread(row) || row.Total.Count == 0:
		cell.Style = th.Muted
	}
	return cell
}

// globalText is how many there are, as a cell of the table says it, and how many of them are new
// where it is a number.
func globalText(th *theme.Theme, c *model.GridCell) string {
	text := kindCell(th, c).Text
	if c.Sum.New > 0 && (c.State.Complete() || c.State.AtLeast()) {
		text += " +" + kit.Count(c.Sum.New) + words.If(c.Sum.AtLeast || c.Sum.Undated > 0, "+")
	}
	return text
}

// allCell is a cell of the row that adds all up; a column of a kind adds up the regions.
func (r *rows) allCell(c *column) kit.Cell {
	th, grid := r.g.needs.Theme, r.g.pic.shown
	switch c.ID {
	case colRegion:
		return kit.Cell{Text: "ALL", Style: th.Strong}
	case colTitle:
		return kit.Cell{Text: words.Count(len(grid.Rows), "region", "regions"), Style: th.Muted}
	}
	var sum model.Sum
	pending := false
	for i := range grid.Rows {
		row := &grid.Rows[i]
		switch {
		case c.kind >= 0:
			sum.Add(row.Cells[c.kind].Sum)
			state := row.Cells[c.kind].State
			pending = pending || row.Region.Readable() && (state == model.CellUnasked || state == model.CellScanning)
		case c.priced:
			sum.Add(pricedSum(grid, row))
			pending = pending || row.Pending()
		default:
			sum.Add(row.Total)
			pending = pending || row.Pending()
		}
	}
	if grid.Global != nil && c.kind < 0 {
		if c.priced {
			sum.Add(pricedGlobal(grid))
		} else {
			sum.Add(grid.Global.Total)
			pending = pending || grid.Global.Pending()
		}
	}
	if c.kind < 0 {
		return sumCell(th, c, &sum, pending)
	}
	figure := words.CountFigure(&sum)
	cell := kit.Cell{Text: figure.Text(pending), Style: th.Strong}
	if figure.Zero() {
		cell.Style = th.Muted
	}
	return cell
}
