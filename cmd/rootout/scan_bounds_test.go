package main

import (
	"testing"

	"github.com/rootout/rootout/model"
)

// TestACellOfTextSaysWhatMayBeMore: a count that a listing broke off, or of which more may be
// selected, has its plus, and what is not known is no zero.
func TestACellOfTextSaysWhatMayBeMore(t *testing.T) {
	for _, x := range []struct {
		state        model.CellState
		count, maybe int
		want         string
	}{
		{model.CellCounted, 0, 0, "0"},
		{model.CellCounted, 1200, 0, "1,200"},
		{model.CellCounted, 0, 3, "?"},
		{model.CellCounted, 5, 3, "5+"},
		{model.CellPartial, 5, 0, "5+"},
		{model.CellPartial, 0, 0, "partial"},
		{model.CellDenied, 0, 3, "denied"},
		{model.CellUnsupported, 0, 0, "n/a"},
	} {
		if got := cellText(model.GridCell{State: x.state, Sum: model.Sum{Count: x.count}, Maybe: x.maybe}); got != x.want {
			t.Errorf("%s of %d, maybe %d: %q, want %q", x.state, x.count, x.maybe, got, x.want)
		}
	}
}
