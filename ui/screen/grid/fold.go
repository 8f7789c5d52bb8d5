package grid

import (
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// lay decides which rows are drawn. More than one disabled region are folded into one row, so that
// they push none that can be read off the screen; unfolded they stand below it.
func (p *picture) lay(unfolded bool) {
	p.ids = []string{allRow}
	var disabled []string
	for _, at := range p.rows {
		region := &p.shown.Rows[at].Region
		if region.CellState() == model.CellDisabled {
			disabled = append(disabled, region.Name)
		} else {
			p.ids = append(p.ids, region.Name)
		}
	}
	if len(disabled) > 1 {
		p.ids = append(p.ids, foldRow)
	}
	if len(disabled) == 1 || unfolded {
		p.ids = append(p.ids, disabled...)
	}
	if p.global {
		p.ids = append(p.ids, globalRow)
	}
	p.index = make(map[string]int, len(p.ids))
	for i, id := range p.ids {
		p.index[id] = i
	}
}

// fold folds the disabled regions, or shows them one by one.
func (g *Screen) fold() {
	g.unfolded = !g.unfolded
	g.pic.lay(g.unfolded)
	g.setTotal()
}

// setTotal tells the table how many rows there would be without a filter.
func (g *Screen) setTotal() {
	g.table.Total = len(g.pic.all.Rows) + 1
	if g.pic.all.Global != nil {
		g.table.Total++
	}
	switch _, folded := g.pic.index[foldRow]; {
	case folded && g.unfolded:
		g.table.Total++
	case folded:
		g.table.Total -= g.pic.all.Disabled - 1
	}
}

// foldCell is a cell of the row that stands for all disabled regions.
func (r *rows) foldCell(c *column) kit.Cell {
	th, n, seen := r.g.needs.Theme, 0, 0
	for _, at := range r.g.pic.rows {
		if row := &r.g.pic.shown.Rows[at]; row.Region.CellState() == model.CellDisabled {
			n++
			seen += row.Total.Count
		}
	}
	switch {
	case c.ID == colRegion:
		return kit.Cell{Text: kit.Count(n) + " disabled", Style: th.Strong}
	case c.kind != 0:
		return kit.Cell{}
	}
	text := "what is in them runs on and is billed"
	if seen > 0 {
		text += "; " + kit.Count(seen) + " seen before"
	}
	return kit.Cell{Text: text + words.If(!r.g.unfolded, ": enter lists them"), Style: th.Warning, Span: -1, Align: kit.AlignLeft}
}
