package kit

// Move is a step of a cursor or a view.
type Move uint8

// The moves. Left and Right scroll the columns after the first.
const (
	MoveUp Move = iota
	MoveDown
	MovePageUp
	MovePageDown
	MoveTop
	MoveBottom
	MoveLeft
	MoveRight
)

// searchReach is how far around its old place an id is looked for before all
// rows are: batches of rows that come in are smaller.
const searchReach = 4096

// Move moves the cursor, or scrolls the columns.
func (t *Table) Move(m Move) {
	t.sync()
	page := max(t.height-1, 1)
	switch m {
	case MoveUp:
		t.step(t.cursor-1, -1)
	case MoveDown:
		t.step(t.cursor+1, 1)
	case MovePageUp:
		t.top = max(t.top-page, 0)
		t.step(t.cursor-page, -1)
	case MovePageDown:
		t.top += page
		t.step(t.cursor+page, 1)
	case MoveTop:
		t.step(0, 1)
	case MoveBottom:
		t.step(t.Len()-1, -1)
	case MoveLeft:
		t.scroll = max(t.scroll-1, 0)
	case MoveRight:
		t.scroll++ // drawing knows the end
	}
}

// Scroll moves the window by n rows (a mouse wheel does); the cursor comes along
// only as far as it must to stay visible.
func (t *Table) Scroll(n int) {
	t.sync()
	if t.cursorID == "" {
		return
	}
	t.pinned = true
	t.top = clampInt(t.top+n, 0, max(t.Len()-t.height, 0))
	switch {
	case t.cursor < t.top:
		t.step(t.top, 1)
	case t.cursor >= t.top+t.height:
		t.step(t.top+t.height-1, -1)
	}
}

// step puts the cursor on row i, or on the next one in direction dir that it
// does not pass over; with none there it looks the other way.
func (t *Table) step(i, dir int) {
	n := t.Len()
	if n == 0 {
		return
	}
	i = clampInt(i, 0, n-1)
	if j, ok := t.selectable(i, dir); ok {
		t.putCursor(j)
	} else if j, ok := t.selectable(i, -dir); ok {
		t.putCursor(j)
	}
}

func (t *Table) selectable(i, dir int) (int, bool) {
	for ; i >= 0 && i < t.Len(); i += dir {
		if !t.skip(i) {
			return i, true
		}
	}
	return 0, false
}

func (t *Table) skip(i int) bool {
	s, ok := t.rows.(Skipper)
	return ok && s.Skip(i)
}

// putCursor sets the cursor on row i, as something that the user did.
func (t *Table) putCursor(i int) {
	t.cursor = i
	t.cursorID = t.rows.ID(i)
	t.lostID = ""
	t.pinned = true
	t.reveal()
}

// reveal moves the window as little as needed to show the cursor and to leave
// no lines empty that could hold rows.
func (t *Table) reveal() {
	t.top = clampInt(t.top, 0, max(t.Len()-t.height, 0))
	switch {
	case t.cursor < t.top:
		t.top = t.cursor
	case t.cursor >= t.top+t.height:
		t.top = t.cursor - t.height + 1
	}
	// Headings above the first row can be reached by no cursor.
	if t.top > 0 && t.top <= t.height && t.cursor-t.height < 0 {
		if _, ok := t.selectable(t.top-1, -1); !ok {
			t.top = 0
		}
	}
}

// sync finds the cursor and the anchor again after the rows may have changed.
// It costs one comparison while nothing moved.
func (t *Table) sync() {
	n := t.Len()
	if n == 0 {
		if t.cursorID != "" && t.pinned && t.lostID == "" {
			t.lostID = t.cursorID
		}
		t.cursorID, t.cursor, t.top, t.anchorID = "", 0, 0, ""
		return
	}
	t.syncCursor(n)
	if t.anchorID != "" {
		if i, ok := t.find(t.anchorID, t.anchor); ok {
			t.anchor = i
		} else {
			t.anchorID = ""
		}
	}
	t.reveal()
}

func (t *Table) syncCursor(n int) {
	if i, ok := t.findLost(); ok {
		t.follow(i)
		t.lostID = ""
		return
	}
	if t.pinned && t.cursorID != "" {
		if i, ok := t.find(t.cursorID, t.cursor); ok {
			t.follow(i)
			return
		}
		if t.lostID == "" {
			t.lostID = t.cursorID
		}
	}
	// The row is gone, or there is no cursor to keep: take what stands there now.
	at := 0
	if t.pinned {
		at = clampInt(t.cursor, 0, n-1)
	}
	j, ok := t.selectable(at, 1)
	if !ok {
		j, ok = t.selectable(at, -1)
	}
	if !ok {
		j = at
	}
	if !t.pinned {
		t.top = 0
	}
	t.cursor, t.cursorID = j, t.rows.ID(j)
}

// findLost looks for the row that the cursor was on before it went away, so that
// a filter that is taken back brings the cursor back. A source that does not
// know its ids is asked only when its rows return from none at all, as this is
// tried on every drawing.
func (t *Table) findLost() (int, bool) {
	if !t.pinned || t.lostID == "" {
		return 0, false
	}
	if x, ok := t.rows.(Indexer); ok {
		return x.Index(t.lostID)
	}
	if t.cursorID == "" {
		return t.find(t.lostID, t.cursor)
	}
	return 0, false
}

// follow moves the cursor to row i, where its id is now, and the window with
// it, so that the row stays on its line.
func (t *Table) follow(i int) {
	t.top += i - t.cursor
	t.cursor, t.cursorID = i, t.rows.ID(i)
}

// find looks for an id around a row.
func (t *Table) find(id string, around int) (int, bool) {
	n := t.Len()
	if around >= 0 && around < n && t.rows.ID(around) == id {
		return around, true
	}
	if x, ok := t.rows.(Indexer); ok {
		return x.Index(id)
	}
	for d := 1; d <= searchReach; d++ {
		up, down := around-d, around+d
		if down < n && down >= 0 && t.rows.ID(down) == id {
			return down, true
		}
		if up >= 0 && up < n && t.rows.ID(up) == id {
			return up, true
		}
	}
	for i := range n {
		if t.rows.ID(i) == id {
			return i, true
		}
	}
	return 0, false
}

func clampInt(v, low, high int) int {
	return max(low, min(v, max(low, high)))
}
