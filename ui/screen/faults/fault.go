package faults

import (
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/clock"
	"github.com/rootout/rootout/ui/words"
)

// fault is a cell that could not be counted, or a region that cannot be read.
type fault struct {
	id, region, kind string
	state            model.CellState
	words            string
	// cell is the cell, the zero one for a region.
	cell model.Cell
}

func ofCell(c model.GridCell) *fault {
	x := &fault{
		id: c.Cell.Key.Region + " " + string(c.Cell.Key.Kind), region: c.Cell.Key.Title(), kind: string(c.Cell.Key.Kind),
		state: c.State, cell: c.Cell,
	}
	if c.Cell.Failure != nil {
		x.words = c.Cell.Failure.Error()
	}
	return x
}

func ofRegion(row *model.GridRow) *fault {
	return &fault{
		id: row.Region.Name, region: row.Region.Name, kind: "all", state: row.Region.CellState(), words: words.UnreadRegion(row),
	}
}

// text words a fault with what to do about it.
func (x *fault) text(clock *clock.Clock) string {
	lines := []string{"region    " + x.region, "kind      " + x.kind, "state     " + x.state.String()}
	if !x.cell.AsOf.IsZero() {
		lines = append(lines, "as of     "+clock.Full(x.cell.AsOf))
	}
	if f := x.cell.Failure; f != nil {
		lines = append(lines,
			"operation "+f.Operation, "code      "+f.Code, "message   "+f.Message, "request   "+f.RequestID)
		if f.Waived != "" {
			lines = append(lines, "waived    "+f.Waived)
		}
	}
	lines = append(lines, "", x.advice())
	return strings.Join(lines, "\n")
}

func (x *fault) advice() string {
	switch x.state {
	case model.CellDenied:
		op := "the operation"
		if f := x.cell.Failure; f != nil {
			op = f.Operation
		}
		return "AWS refused the caller. Allow " + op + " for it, or use another profile; then ctrl+r reads the cell again.\n" +
			words.If(x.cell.Key.Region != "", "If a policy of the organization denies the region, its management account can tell.")
	case model.CellThrottled:
		return "AWS throttled the calls until the deadline. ctrl+r tries again; other tools that call this account share its limits."
	case model.CellUnreachable:
		return "No answer came. ctrl+r tries again; a proxy or firewall may let only some regions through."
	case model.CellUnreadable:
		if f := x.cell.Failure; f != nil && f.Code != "" {
			return "AWS answered with an error that is not a denial. ctrl+r tries again; if it stays, report it with the words above."
		}
		return "An answer came that rootout cannot read. A proxy or a sign-in page of the network may have given it; otherwise report it with the words above."
	case model.CellPartial:
		return "The listing broke off: what is shown is there, and there may be more. ctrl+r reads it again."
	case model.CellDisabled, model.CellEnabling, model.CellDisabling:
		return "What is in a region lives on, and is billed, while the region is disabled; no call shows it.\n" +
			"Cut the intruder's access first, then enable the region in the AWS console (Account, AWS Regions) and look."
	case model.CellLeftOut:
		return "You left the region out of the reading, so nothing is known of it now. Start rootout without it in --skip-regions to read it."
	case model.CellUnasked, model.CellScanning, model.CellCounted, model.CellStale, model.CellUnsupported:
	}
	return ""
}
