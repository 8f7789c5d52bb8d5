package grid

import (
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/export"
)

// sheet is the grid as it is shown, a row a cell; the count is null unless it was counted, and a
// lower bound stands apart. The account as a whole has no region.
func (g *Screen) sheet() *export.Sheet {
	pic, account := g.pic, g.needs.Account.Caller().Account
	s := &export.Sheet{Name: "grid", Keys: []string{"account", "region", "kind", "state", "count", "atLeast", "asOf", "vcpu", "memoryMiB", "usdPerHour", "new"}}
	s.Rows = func() [][]any {
		var rows [][]any
		for _, id := range pic.rowIDs() {
			row, kinds := pic.row(id)
			for i := range row.Cells {
				rows = append(rows, cellRow(account, row.Region.Name, kinds[i].ID, &row.Cells[i]))
			}
		}
		return rows
	}
	return s
}

func cellRow(account, region string, kind model.KindID, c *model.GridCell) []any {
	row := []any{account, region, string(kind), c.State.String(), nil, nil, nil, nil, nil, nil, nil}
	if !c.Cell.AsOf.IsZero() {
		row[6] = c.Cell.AsOf.UTC().Format(time.RFC3339)
	}
	switch {
	case c.State.Complete() && !c.Sum.AtLeast:
		row[4] = c.Sum.Count
	case c.State.AtLeast() || c.Sum.Count > 0:
		row[5] = c.Sum.Count
	default:
		return row
	}
	row[7], row[8], row[9], row[10] = c.Sum.VCPU, c.Sum.MemoryMiB, c.Sum.PerHour, c.Sum.New
	return row
}
