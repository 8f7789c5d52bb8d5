package kit

import "github.com/rootout/rootout/ui/theme"

// ColumnOf is a column with what it shows of a thing.
type ColumnOf[T any] struct {
	Column
	Show func(T) Cell
}

// RowsOf are the things that a table shows, one a row.
type RowsOf[T any] struct {
	// Count is how many there are, At the one of row i.
	Count func() int
	At    func(i int) T
	// Name is a stable name of a thing, unique among them. Never "".
	Name func(T) string
	// Before is what stands before its row, and Passed whether the cursor passes over it; both may
	// be nil.
	Before func(T) Gutter
	Passed func(T) bool
}

// TableOf is a table of things of one sort.
type TableOf[T any] struct {
	*Table
	things RowsOf[T]
}

// NewTableOf makes a table of things.
func NewTableOf[T any](th *theme.Theme, things RowsOf[T], cols ...ColumnOf[T]) TableOf[T] {
	plain := make([]Column, len(cols))
	for i := range cols {
		plain[i] = cols[i].Column
	}
	t := TableOf[T]{Table: NewTable(th, plain...), things: things}
	t.SetRows(rowsOf[T]{things, cols})
	return t
}

// Current is the thing under the cursor; ok is false where there is none.
func (t TableOf[T]) Current() (thing T, ok bool) {
	if i := t.Cursor(); i >= 0 && i < t.things.Count() {
		return t.things.At(i), true
	}
	return thing, false
}

// rowsOf is things as the rows of a table.
type rowsOf[T any] struct {
	things RowsOf[T]
	cols   []ColumnOf[T]
}

// Len is the number of things.
func (r rowsOf[T]) Len() int { return r.things.Count() }

// ID is the name of a thing.
func (r rowsOf[T]) ID(i int) string { return r.things.Name(r.things.At(i)) }

// Cell is what a column shows of a thing.
func (r rowsOf[T]) Cell(i, col int) Cell { return r.cols[col].Show(r.things.At(i)) }

// Gutter is what stands before a thing.
func (r rowsOf[T]) Gutter(i int) Gutter {
	if r.things.Before == nil {
		return Gutter{}
	}
	return r.things.Before(r.things.At(i))
}

// Skip says whether the cursor passes over a thing.
func (r rowsOf[T]) Skip(i int) bool {
	return r.things.Passed != nil && r.things.Passed(r.things.At(i))
}
