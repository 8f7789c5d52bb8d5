package grid

import (
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/theme"
	"github.com/rootout/rootout/ui/words"
)

// kindCell words a cell by its state; a 0 stands only where a complete listing came back, and of
// all that it met it is known that the filter does not select it.
func kindCell(th *theme.Theme, c *model.GridCell) kit.Cell {
	n := kit.Count(c.Sum.Count)
	if c.Maybe > 0 && c.State.Complete() {
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
	case model.CellUnreadable:
		return kit.Cell{Text: "unread", Style: th.Warning}
	case model.CellDisabled, model.CellEnabling, model.CellDisabling, model.CellLeftOut:
		return kit.Cell{Text: c.State.String(), Style: th.Warning}
	case model.CellUnsupported:
		return kit.Cell{Text: "n/a", Style: th.Muted}
	}
	return kit.Cell{Text: words.Unknown}
}

// sumCell words a sum; pending says that something of it is still to be read.
func sumCell(th *theme.Theme, c *column, s *model.Sum, pending bool) kit.Cell {
	figure := c.sum(s)
	cell := kit.Cell{Text: figure.Text(pending)}
	switch {
	case figure.Zero():
		cell.Style = th.Muted
	case c.ID == colNew:
		cell.Style = th.New
	}
	return cell
}

// sumText is how many a sum counts, with a plus where it may be more.
func sumText(s *model.Sum) string { return words.CountOf(s.Count, s.LowerBound()) }
