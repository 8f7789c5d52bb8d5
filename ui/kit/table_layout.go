package kit

// layout is where the columns stand in a drawing.
type layout struct {
	width  int   // of the whole table
	cols   []int // indices into Table.cols, from left to right
	x, w   []int // first cell and width of each
	hidden int   // columns that are not shown
	last   bool  // the rightmost column is shown
	header int   // lines above the first row
	rows   int   // lines of rows
}

// defaultMin is what a left-aligned column without MinWidth shrinks to: enough
// for most names to stay told apart.
const defaultMin = 12

// gutter is the width of what stands before the columns: the cursor's sign and
// the row's own.
func (t *Table) gutter() int { return 1 + max(t.SignWidth, 0) }

// natural is the width a column wants, within its MaxWidth.
func (t *Table) natural(col int) int {
	w := max(t.seen[col], t.cols[col].MinWidth)
	if m := t.cols[col].MaxWidth; m > 0 {
		w = min(w, max(m, t.cols[col].MinWidth))
	}
	return w
}

// least is the width a column can shrink to.
func (t *Table) least(col int) int {
	n := t.natural(col)
	switch c := t.cols[col]; {
	case c.MinWidth > 0:
		return min(c.MinWidth, n)
	case c.Align == AlignRight:
		return n
	default:
		return min(n, defaultMin)
	}
}

// arrange decides which columns are shown in width cells, and how wide.
func (t *Table) arrange(width int) {
	t.lay.width = width
	room := width - t.gutter()
	t.lay.cols = t.lay.cols[:0]
	if len(t.order) == 0 || room <= 0 {
		t.scroll = 0
		t.lay.hidden, t.lay.last = len(t.order), len(t.order) == 0
		t.setWidths(nil, 0)
		return
	}
	all := append([]int(nil), t.order...)
	if t.sum(all, t.least) <= room {
		t.scroll = 0 // everything can be seen: nothing to scroll to
	}
	shown := t.dropByPriority(all, room)
	if t.scroll > 0 {
		t.scroll = min(t.scroll, t.lastScroll(room))
	}
	if t.scroll > 0 {
		shown = append([]int{t.order[0]}, t.order[1+t.scroll:]...)
	}
	t.setWidths(shown, room)
}

// dropByPriority leaves out the columns with the highest priority numbers until
// the rest can shrink into the room.
func (t *Table) dropByPriority(cols []int, room int) []int {
	for len(cols) > 1 && t.sum(cols, t.least) > room {
		drop, worst := -1, 0
		for i := 1; i < len(cols); i++ {
			if p := t.cols[cols[i]].Priority; p > worst || (p == worst && p > 0) {
				drop, worst = i, p
			}
		}
		if drop < 0 {
			break // only those that must stay: the right edge cuts them
		}
		cols = append(cols[:drop], cols[drop+1:]...)
	}
	return cols
}

// lastScroll is how far to the right one can scroll until the last column is
// whole.
func (t *Table) lastScroll(room int) int {
	used := min(t.natural(t.order[0]), max(room/2, 1))
	k := len(t.order) - 1
	for k > 0 && used+t.Gap+t.natural(t.order[k]) <= room {
		used += t.Gap + t.natural(t.order[k])
		k--
	}
	return min(k, max(len(t.order)-2, 0))
}

func (t *Table) sum(cols []int, width func(int) int) int {
	total := t.Gap * max(len(cols)-1, 0)
	for _, c := range cols {
		total += width(c)
	}
	return total
}

// setWidths gives the shown columns their places. Those at the right edge that cannot be borne go;
// the rest get all they want if there is room, else the widest gives first; what is over goes to
// those that were held by their MaxWidth.
func (t *Table) setWidths(shown []int, room int) {
	l := &t.lay
	l.x, l.w = l.x[:0], l.w[:0]
	for len(shown) > 1 && t.sum(shown, t.least) > room {
		shown = shown[:len(shown)-1]
	}
	widths := make([]int, len(shown))
	for i, c := range shown {
		widths[i] = t.natural(c)
	}
	over := t.sum(shown, t.natural) - room
	for over > 0 {
		give := -1
		for i, c := range shown {
			if widths[i] > t.least(c) && (give < 0 || widths[i] > widths[give]) {
				give = i
			}
		}
		if give < 0 {
			break
		}
		widths[give]--
		over--
	}
	for i, c := range shown {
		if over >= 0 {
			break
		}
		more := min(max(t.seen[c]-widths[i], 0), -over)
		widths[i] += more
		over += more
	}
	t.placeColumns(shown, widths)
}

// placeColumns lays the columns out from left to right. Only the first can be
// wider than the room, and is cut.
func (t *Table) placeColumns(shown, widths []int) {
	l := &t.lay
	x, end := t.gutter(), l.width
	for i, c := range shown {
		w := min(widths[i], end-x)
		l.cols, l.x, l.w = append(l.cols, c), append(l.x, x), append(l.w, w)
		x += w + t.Gap
	}
	l.hidden = len(t.order) - len(l.cols)
	l.last = len(l.cols) > 0 && l.cols[len(l.cols)-1] == t.order[len(t.order)-1]
}
