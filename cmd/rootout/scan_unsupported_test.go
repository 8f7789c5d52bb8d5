package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/rootout/rootout/model"
)

// TestAnUnsupportedCellHasNoCount: where a region has no such service nothing is missing, and
// nothing was counted either.
func TestAnUnsupportedCellHasNoCount(t *testing.T) {
	for state, counts := range map[model.CellState]bool{model.CellUnsupported: false, model.CellCounted: true} {
		var out bytes.Buffer
		if err := globalReport(t, "kind:world:user", state).writeJSON(&out); err != nil {
			t.Fatal(err)
		}
		var got scanned
		if err := json.Unmarshal(out.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if c := got.Cells[0]; c.State != state.String() || (c.Count != nil) != counts || c.AtLeast != nil {
			t.Errorf("%s: count %v, at least %v", c.State, c.Count, c.AtLeast)
		}
	}
}
