// Package printed is how commands print for people: tables, and the sparse lines of a run that nobody watches.
//
// It must not know what is printed, nor where.
package printed

import (
	"strings"

	"github.com/rootout/rootout/ui/kit"
)

// Table is a table for people: texts stand left, numbers right, by what a terminal draws and not
// by bytes, since names may be wide.
type Table struct {
	right []bool
	rows  [][]string
}

// NewTable begins a table with columns of texts under the given heads.
func NewTable(heads ...string) *Table {
	t := &Table{rows: [][]string{nil}}
	for _, head := range heads {
		t.Column(head, false)
	}
	return t
}

// Numbers adds columns of numbers.
func (t *Table) Numbers(heads ...string) {
	for _, head := range heads {
		t.Column(head, true)
	}
}

// Column adds a column, whose cells stand right or left.
func (t *Table) Column(head string, right bool) {
	t.rows[0] = append(t.rows[0], head)
	t.right = append(t.right, right)
}

// Add adds a row. The last cell of one that is too short takes the room that is left.
func (t *Table) Add(cells ...string) { t.rows = append(t.rows, cells) }

// String lays the table out.
func (t *Table) String() string {
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
