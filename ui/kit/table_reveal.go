package kit

import "slices"

// Reveal scrolls the columns just so far that one of them can be seen whole, by the width of the
// last drawing. Where it can be seen already, or there is no such column, nothing moves.
func (t *Table) Reveal(columnID string) {
	col := slices.IndexFunc(t.cols, func(c Column) bool { return c.ID == columnID })
	if col < 0 || t.lay.width == 0 {
		return
	}
	before := t.scroll
	for _, scroll := range t.scrolls() {
		t.scroll = scroll
		t.arrange(t.lay.width)
		if i := slices.Index(t.lay.cols, col); i >= 0 && t.lay.w[i] >= t.least(col) {
			return
		}
	}
	t.scroll = before
	t.arrange(t.lay.width)
}

// scrolls are the scroll positions to try: where it stands, then from the left.
func (t *Table) scrolls() []int {
	tries := []int{t.scroll}
	for i := range t.cols {
		if i != t.scroll {
			tries = append(tries, i)
		}
	}
	return tries
}
