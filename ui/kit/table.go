package kit

import (
	"slices"

	"github.com/rootout/rootout/ui/theme"
)

// Cell is one field of a row.
type Cell struct {
	Text  string
	Style theme.Style
	// Align overrides the column's, so that a word can stand left among numbers.
	Align Align
	// KeepEnd cuts the beginning where the text is too long, since its end tells it apart.
	KeepEnd bool
	// Span is how many columns the cell covers, itself included; 0 and 1 are
	// one, and a negative one reaches to the end of the row. What it covers is
	// not asked for. Spanning cells have no say in the widths.
	Span int
}

// drawnCell is a cell whose text is plain, with its width.
type drawnCell struct {
	Cell
	width int
}

// Gutter is what stands before a row.
type Gutter struct {
	// Signs are drawn beside the cursor's sign, in [Table.SignWidth] cells.
	Signs string
	// Row is laid under all cells of the row, and tints the cursor on it.
	Row theme.Style
}

// Rows is where a table gets its rows from. Filtering and sorting are the
// source's business. Rows may come, go and move between any two calls; the
// table finds its cursor again by ID. Only the visible rows are asked for their
// cells.
//
// A source may also be an [Indexer] and a [Skipper].
type Rows interface {
	// Len is how many rows there are.
	Len() int
	// ID is a stable name of row i, unique among the rows. Never "".
	ID(i int) string
	// Cell is what row i shows in column col, an index into the columns as they
	// were given.
	Cell(i, col int) Cell
	// Gutter is what stands before row i.
	Gutter(i int) Gutter
}

// Indexer is a source that knows where an id is. Without it the table looks
// outwards from where the id was, which is quick for rows that moved a little
// and a pass over all rows for one that is gone.
type Indexer interface {
	// Index is the row of an id, and whether there is one.
	Index(id string) (int, bool)
}

// Skipper is a source with rows that the cursor passes over: headings, and
// second lines of what stands above them.
type Skipper interface {
	// Skip says whether the cursor passes over row i.
	Skip(i int) bool
}

// Column is a column of a table. Widths are in cells.
type Column struct {
	// ID names the column, for sorting and clicks.
	ID    string
	Title string
	// Align of the cells and the title; AlignAuto is left.
	Align Align
	// MinWidth is how narrow the column may become when there is no room. With
	// 0 a right-aligned column never shrinks, since a number that lost digits is
	// another number, and any other keeps 12 cells or what it needs.
	MinWidth int
	// MaxWidth is how wide it becomes while others still want room; 0 is any.
	MaxWidth int
	// Priority says what is left out when there is no room: the highest number
	// first. Columns of priority 0 shrink before they go. The first column
	// always stays.
	Priority int
	// Order is the place from left to right; equal ones stay as given.
	Order int
}

// Table shows a window of many rows. The cursor sits on an id and not on a
// number: it stays on its thing, on the same line of the screen where possible,
// while rows come in above it. Until it is first moved (or [Table.Pin] is
// called) it stays on the first row instead, so that a list that is only just
// filling begins at its beginning.
type Table struct {
	// Theme is what it is drawn with.
	Theme *theme.Theme
	// Focused says whether keys go to this table.
	Focused bool
	// Gap is the number of cells between columns, SignWidth the width of
	// [Gutter.Signs].
	Gap, SignWidth int
	// HideHeader and HideInfo leave out the first and the last line.
	HideHeader, HideInfo bool
	// Total is how many rows there would be unfiltered, for "12,345 of
	// 100,000"; below the number of rows it is not shown.
	Total int
	// Unit follows the count in the last line, "things" for example.
	Unit string
	// Empty is shown where there are no rows.
	Empty string

	rows   Rows
	cols   []Column
	order  []int // from left to right: indices into cols
	place  []int // the reverse: where each of cols stands in order
	seen   []int // widest cell seen, by index into cols
	sortID string
	desc   bool

	cursorID string
	cursor   int
	lostID   string // where the cursor was before its row went away
	top      int
	height   int // rows in the window at the last drawing
	pinned   bool
	anchorID string
	anchor   int
	scroll   int // how many columns after the first are scrolled away

	lay      layout
	cells    []drawnCell // of the window, row by row, kept between drawings
	measurer measurer
	buf      []byte
}

// NewTable makes a table without rows.
func NewTable(th *theme.Theme, cols ...Column) *Table {
	t := &Table{Theme: th, Focused: true, Gap: 2, SignWidth: 1, height: 1}
	t.SetColumns(cols)
	return t
}

// SetColumns replaces the columns and forgets the widths seen.
func (t *Table) SetColumns(cols []Column) {
	t.cols = slices.Clone(cols)
	t.order = make([]int, len(cols))
	for i := range t.order {
		t.order[i] = i
	}
	slices.SortStableFunc(t.order, func(a, b int) int { return t.cols[a].Order - t.cols[b].Order })
	t.place = make([]int, len(cols))
	for p, c := range t.order {
		t.place[c] = p
	}
	t.scroll = 0
	t.ResetWidths()
}

// ResetWidths forgets the widths seen; they only grow otherwise, so that
// columns stand still.
func (t *Table) ResetWidths() {
	t.seen = make([]int, len(t.cols))
	for i, c := range t.cols {
		t.seen[i] = Width(c.Title) + 1 // the sign of sorting
	}
}

// SetRows gives the table its source. The cursor looks for its id there.
func (t *Table) SetRows(r Rows) {
	t.rows = r
	t.sync()
}

// SetSort shows by which column the rows are ordered; "" shows none. The source
// does the sorting.
func (t *Table) SetSort(columnID string, descending bool) {
	t.sortID, t.desc = columnID, descending
}

// Len is the number of rows.
func (t *Table) Len() int {
	if t.rows == nil {
		return 0
	}
	return t.rows.Len()
}

// CursorID is the id under the cursor, "" if there are no rows.
func (t *Table) CursorID() string {
	t.sync()
	return t.cursorID
}

// Cursor is the row under the cursor, -1 if there are none.
func (t *Table) Cursor() int {
	t.sync()
	if t.cursorID == "" {
		return -1
	}
	return t.cursor
}

// Pin holds the cursor to its row from now on, as moving it does. Call it when
// a key is pressed that acts on the row.
func (t *Table) Pin() {
	t.sync()
	t.pinned = true
	t.lostID = ""
}

// Home lets the cursor go back to the first row and stay there, as in a new
// table.
func (t *Table) Home() {
	t.pinned = false
	t.lostID = ""
	t.sync()
}

// GoTo puts the cursor on an id and says whether there is one.
func (t *Table) GoTo(id string) bool {
	t.sync()
	i, ok := t.find(id, t.cursor)
	if ok {
		t.putCursor(i)
	}
	return ok
}

// StartRange begins a range at the cursor.
func (t *Table) StartRange() {
	t.sync()
	t.pinned = true
	t.anchorID, t.anchor = t.cursorID, t.cursor
}

// EndRange gives up the range.
func (t *Table) EndRange() { t.anchorID = "" }

// InRange says whether a range is being chosen.
func (t *Table) InRange() bool {
	t.sync()
	return t.anchorID != ""
}

// Range is the ids from the anchor to the cursor in the order of the rows, or
// the id under the cursor where no range was begun. Rows that the cursor passes
// over are not in it.
func (t *Table) Range() []string {
	t.sync()
	if t.cursorID == "" {
		return nil
	}
	lo, hi := t.rangeBounds()
	ids := make([]string, 0, hi-lo+1)
	for i := lo; i <= hi; i++ {
		if !t.skip(i) {
			ids = append(ids, t.rows.ID(i))
		}
	}
	return ids
}

func (t *Table) rangeBounds() (lo, hi int) {
	if t.anchorID == "" {
		return t.cursor, t.cursor
	}
	return min(t.anchor, t.cursor), max(t.anchor, t.cursor)
}
