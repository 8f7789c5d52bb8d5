package main

import (
	"strings"

	"github.com/rootout/rootout/ui/kit"
)

// textTable is a table for people: texts stand left, numbers right, by what a terminal draws and not
// by bytes, since names may be wide.
type textTable struct {
	right []bool
	rows  [][]string
}

// newTextTable begins a table with columns of texts under the given heads.
func newTextTable(heads ...string) *textTable {
	t := &textTable{rows: [][]string{nil}}
	for _, head := range heads {
		t.column(head, false)
	}
	return t
}

// numbers adds columns of numbers.
func (t *textTable) numbers(heads ...string) {
	for _, head := range heads {
		t.column(head, true)
	}
}

func (t *textTable) column(head string, right bool) {
	t.rows[0] = append(t.rows[0], head)
	t.right = append(t.right, right)
}

// add adds a row. The last cell of one that is too short takes the room that is left.
func (t *textTable) add(cells ...string) { t.rows = append(t.rows, cells) }

// String lays the table out.
func (t *textTable) String() string {
	widths := make([]int, len(t.right))
	for _, row := range t.rows {
		for i, cell := range row {
			if i < len(row)-1 || len(row) == len(widths) {
				widths[i] = max(widths[i], kit.Width(cell))
			}
		}
	}
	var b strings.Builder
	for _, row := range t.rows {
		var line strings.Builder
		for i, cell := range row {
			if i > 0 {
				line.WriteString("  ")
			}
			pad := strings.Repeat(" ", max(0, widths[i]-kit.Width(cell)))
			if t.right[i] && len(row) == len(widths) {
				line.WriteString(pad + cell)
			} else {
				line.WriteString(cell + pad)
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}
