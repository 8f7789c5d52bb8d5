package model

import "slices"

// Priced says whether resources of a kind run up a bill of their own: such kinds declare how many
// dollars they have cost so far.
func (k *Kind) Priced() bool {
	return slices.ContainsFunc(k.Fields, func(f Field) bool { return f.Unit == USD })
}

// Priced adds up the cells of a region whose kinds have a price, so that a definition that was not
// counted does not make dollars unsure. Where no kind of the regions has one, all are added up.
func (g *Grid) Priced(row *GridRow) Sum {
	sum, found := pricedOf(g.Kinds, row)
	if !found {
		return row.Total
	}
	return sum
}

// PricedGlobal is what the kinds that have no region cost; most of them cost nothing.
func (g *Grid) PricedGlobal() Sum {
	if g.Global == nil {
		return Sum{}
	}
	sum, _ := pricedOf(g.GlobalKinds, g.Global)
	return sum
}

// PricedTotal adds up what costs something in all places.
func (g *Grid) PricedTotal() Sum {
	sum := g.PricedGlobal()
	for i := range g.Rows {
		sum.Add(g.Priced(&g.Rows[i]))
	}
	return sum
}

// pricedOf adds up the cells whose kinds have a price, and says whether there are any.
func pricedOf(kinds []Kind, row *GridRow) (sum Sum, found bool) {
	for i := range row.Cells {
		if kinds[i].Priced() {
			sum.Add(row.Cells[i].Sum)
			found = true
		}
	}
	return sum, found
}

// Pending says whether a cell of a place that can be read is still to be read, or being read.
func (r *GridRow) Pending() bool {
	return r.Region.Readable() && slices.ContainsFunc(r.Cells, func(c GridCell) bool {
		return c.State == CellUnasked || c.State == CellScanning
	})
}
