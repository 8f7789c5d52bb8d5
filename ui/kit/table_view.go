package kit

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rootout/rootout/ui/theme"
)

// The signs of a table. All are one cell wide under both ways of counting.
const (
	cursorSign = "▸"
	rangeSign  = "│"
	upSign     = "↑"
	downSign   = "↓"
)

// View draws the table.
func (t *Table) View(size Size) string {
	size = size.clamp()
	if size.W == 0 || size.H == 0 {
		return Blank(size)
	}
	t.divide(size.H)
	t.sync()
	t.collect()
	t.arrange(size.W)

	t.buf = t.buf[:0]
	if t.lay.header > 0 {
		t.drawHeader()
		t.buf = append(t.buf, '\n')
	}
	n := t.Len()
	if n == 0 {
		t.buf = append(t.buf, t.emptyView(Size{W: size.W, H: t.lay.rows})...)
	}
	for line := 0; n > 0 && line < t.lay.rows; line++ {
		if line > 0 {
			t.buf = append(t.buf, '\n')
		}
		if i := t.top + line; i < n {
			t.drawRow(i, line)
		} else {
			t.buf = appendSpaces(t.buf, size.W)
		}
	}
	if info := size.H - t.lay.header - t.lay.rows; info > 0 {
		t.buf = append(t.buf, '\n')
		t.buf = append(t.buf, Line(size.W, Span{" " + t.Info(), t.Theme.Muted})...)
	}
	return string(t.buf)
}

// divide shares the lines out: rows come first, then the header, then the info.
func (t *Table) divide(h int) {
	t.lay.header = 0
	if !t.HideHeader && h >= 2 {
		t.lay.header = 1
	}
	t.lay.rows = h - t.lay.header
	if !t.HideInfo && t.lay.rows >= 2 {
		t.lay.rows--
	}
	t.height = t.lay.rows
}

// collect asks for the cells of the window and remembers the widest.
func (t *Table) collect() {
	rows := min(t.lay.rows, max(t.Len()-t.top, 0))
	t.cells = t.cells[:0]
	for r := range rows {
		covered, over := 0, drawnCell{}
		for k, col := range t.order {
			if covered > 0 {
				// Where the cell's own column is out of sight, the next one shows it.
				if over.Span > 1 {
					over.Span = covered
				}
				covered--
				t.cells = append(t.cells, over)
				continue
			}
			c := t.rows.Cell(t.top+r, col)
			m := t.measurer.measure(c.Text)
			c.Text = m.text
			over = drawnCell{c, m.width}
			t.cells = append(t.cells, over)
			switch {
			case c.Span < 0:
				covered = len(t.order) - k
			case c.Span > 1:
				covered = c.Span - 1
			default:
				t.seen[col] = max(t.seen[col], m.width)
			}
		}
	}
}

func (t *Table) emptyView(size Size) string {
	var lines []string
	for _, l := range Wrap(t.Empty, max(size.W-2, 1)) {
		lines = append(lines, Line(size.W, Span{"  " + l, t.Theme.Muted}))
	}
	return Block(lines, size)
}

func (t *Table) drawHeader() {
	th := t.Theme
	t.buf = appendSpaces(t.buf, min(t.gutter(), t.lay.width))
	at := t.gutter()
	for i, col := range t.lay.cols {
		c := t.cols[col]
		t.buf = appendSpaces(t.buf, t.lay.x[i]-at)
		style, title := th.Header, c.Title
		if t.sortID != "" && c.ID == t.sortID {
			sign := upSign
			if t.desc {
				sign = downSign
			}
			// On the side away from the cells' edge, so that heads stand still
			// when the sign comes and goes.
			style, title = th.HeaderSorted, title+sign
			if c.Align == AlignRight {
				title = sign + c.Title
			}
		}
		if i == 0 {
			if hidden := t.hiddenSort(); hidden != "" {
				title, style = strings.TrimRight(title, " ")+" "+hidden, th.HeaderSorted
			}
		}
		t.paint(title, t.lay.w[i], c.Align, style)
		at = t.lay.x[i] + t.lay.w[i]
	}
	t.buf = appendSpaces(t.buf, t.lay.width-at)
}

// hiddenSort names the column that orders the rows where it is out of sight, "" where it is not: the
// head of the first column, which always stays, says it.
func (t *Table) hiddenSort() string {
	for col := range t.cols {
		if c := &t.cols[col]; t.sortID != "" && c.ID == t.sortID && !slices.Contains(t.lay.cols, col) {
			sign := upSign
			if t.desc {
				sign = downSign
			}
			return sign + strings.TrimSpace(c.Title)
		}
	}
	return ""
}

// paint appends text in w cells of a style.
func (t *Table) paint(text string, w int, align Align, style theme.Style) {
	if w <= 0 {
		return
	}
	t.buf = append(t.buf, style.Open()...)
	t.buf = appendFit(t.buf, text, w, align)
	t.buf = append(t.buf, style.Close()...)
}

func (t *Table) drawRow(i, line int) {
	g := t.rows.Gutter(i)
	isCursor := t.cursorID != "" && i == t.cursor
	lo, hi := t.rangeBounds()
	inRange := t.anchorID != "" && i >= lo && i <= hi

	sign, base := " ", g.Row
	flat := false // one style for the whole row, so that it reads as one bar
	switch {
	case isCursor && t.Focused:
		sign, base, flat = cursorSign, g.Row.With(t.Theme.Cursor), true
	case isCursor:
		sign, base, flat = cursorSign, g.Row.With(t.Theme.CursorBlurred), true
	case inRange:
		sign, base = rangeSign, g.Row.With(t.Theme.Range)
	}
	if flat {
		t.buf = append(t.buf, base.Open()...)
	}
	w := t.lay.width
	t.drawGutter(sign, g, base, flat)
	at := min(t.gutter(), w)
	for k := 0; k < len(t.lay.cols); {
		x := t.lay.x[k]
		t.fill(x-at, base, flat)
		cell, width, next := t.cellAt(line, k)
		t.drawCell(cell, width, k, base, flat)
		at, k = x+width, next
	}
	t.fill(w-at, base, flat)
	if flat {
		t.buf = append(t.buf, base.Close()...)
	}
}

func (t *Table) drawGutter(sign string, g Gutter, base theme.Style, flat bool) {
	if flat {
		t.buf = appendFit(t.buf, sign, min(1, t.lay.width), AlignLeft)
		t.buf = appendFit(t.buf, g.Signs, min(t.SignWidth, t.lay.width-1), AlignLeft)
		return
	}
	t.paint(sign, min(1, t.lay.width), AlignLeft, base)
	t.paint(g.Signs, min(t.SignWidth, t.lay.width-1), AlignLeft, base)
}

// cellAt is the cell of the k-th shown column, how wide it is drawn and which
// shown column comes after it.
func (t *Table) cellAt(line, k int) (c drawnCell, width, next int) {
	place := t.place[t.lay.cols[k]]
	c = t.cells[line*len(t.order)+place]
	width, next = t.lay.w[k], k+1
	end := place + 1
	if c.Span < 0 {
		end = len(t.order)
	} else if c.Span > 1 {
		end = place + c.Span
	}
	for next < len(t.lay.cols) && t.place[t.lay.cols[next]] < end {
		width = t.lay.x[next] + t.lay.w[next] - t.lay.x[k]
		next++
	}
	if c.Span < 0 {
		width = t.lay.width - t.lay.x[k]
	}
	return c, width, next
}

func (t *Table) drawCell(c drawnCell, width, k int, base theme.Style, flat bool) {
	align := c.Align
	if align == AlignAuto && c.Span == 0 {
		align = t.cols[t.lay.cols[k]].Align
	}
	closing := ""
	if !flat {
		t.buf = append(t.buf, base.Open()...)
		t.buf = append(t.buf, c.Style.Open()...)
		if closing = base.Close(); closing == "" {
			closing = c.Style.Close()
		}
	}
	if c.KeepEnd && c.width > width {
		c.Text = EndCut(c.Text, width)
		c.width = Width(c.Text)
	}
	t.buf = appendPlain(t.buf, c.Text, c.width, width, align)
	t.buf = append(t.buf, closing...)
}

func (t *Table) fill(n int, base theme.Style, flat bool) {
	if flat || n <= 0 {
		t.buf = appendSpaces(t.buf, n)
		return
	}
	t.paint("", n, AlignLeft, base)
}

// Info is the last line as text: how many rows, of how many, where the cursor
// is and which columns are out of sight.
func (t *Table) Info() string {
	var b strings.Builder
	n := t.Len()
	b.WriteString(Count(n))
	if t.Total > n {
		b.WriteString(" of " + Count(t.Total))
	}
	if t.Unit != "" {
		b.WriteString(" " + t.Unit)
	}
	if n > t.lay.rows && t.cursorID != "" {
		b.WriteString(" · at " + Count(t.cursor+1))
	}
	if t.anchorID != "" {
		lo, hi := t.rangeBounds()
		b.WriteString(" · range of " + Count(hi-lo+1))
	}
	if t.lay.hidden > 0 {
		left, right := "", ""
		if t.scroll > 0 {
			left = "← "
		}
		if !t.lay.last || t.scroll == 0 {
			right = " →"
		}
		b.WriteString(" · " + left + Count(t.lay.hidden) + " more columns" + right)
	}
	return b.String()
}

// Count writes a number with a comma between each three digits.
func Count(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Hit is what lies under a cell of the last drawing.
type Hit struct {
	// Row is the row, -1 for none, and RowID its id.
	Row   int
	RowID string
	// Column is the id of the column, "" for none.
	Column string
	// Header says that the cell belongs to a column's head.
	Header bool
}

// At is what the last drawing showed at column x and line y of it.
func (t *Table) At(x, y int) Hit {
	h := Hit{Row: -1}
	for k, col := range t.lay.cols {
		if x >= t.lay.x[k] && x < t.lay.x[k]+t.lay.w[k] {
			h.Column = t.cols[col].ID
		}
	}
	switch line := y - t.lay.header; {
	case y >= 0 && line < 0:
		h.Header = true
	case line >= 0 && line < t.lay.rows && t.top+line < t.Len():
		h.Row = t.top + line
		h.RowID = t.rows.ID(h.Row)
	}
	return h
}

// Click puts the cursor on the row that the last drawing showed at column x and line y of it, and
// says whether there was one.
func (t *Table) Click(x, y int) bool {
	hit := t.At(x, y)
	return hit.RowID != "" && t.GoTo(hit.RowID)
}
