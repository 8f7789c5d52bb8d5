package kit

import "github.com/rootout/rootout/ui/theme"

// Tab is a name in the line of tabs.
type Tab struct {
	// Key is the key that goes there, Badge a count or sign behind the title.
	Key, Title, Badge string
}

// Tabs is a line of names, one of them selected.
type Tabs struct {
	// Theme is what they are drawn with.
	Theme *theme.Theme
	Items []Tab
	// Selected is the index of the selected one.
	Selected int

	ends []int // cell behind each tab in the last drawing
}

// View draws the line in w cells; the selected tab stands in brackets. Where not
// all fit, those before the selected one go first.
func (t *Tabs) View(w int) string {
	t.ends = t.ends[:0]
	first := 0
	for first < t.Selected && first < len(t.Items) && t.width(first, t.Selected) > w {
		first++
	}
	var spans []Span
	at := 0
	for i := range t.Items {
		if i < first {
			t.ends = append(t.ends, 0)
			continue
		}
		text := t.text(i)
		style := t.Theme.Tab
		if i == t.Selected {
			style = t.Theme.TabSelected
		}
		spans = append(spans, Span{text, style})
		at += Width(text)
		t.ends = append(t.ends, at)
	}
	return Line(w, spans...)
}

func (t *Tabs) text(i int) string {
	tab := t.Items[i]
	s := tab.Title
	if tab.Key != "" {
		s = tab.Key + " " + s
	}
	if tab.Badge != "" {
		s += " " + tab.Badge
	}
	if i == t.Selected {
		return "[" + s + "]"
	}
	return " " + s + " "
}

func (t *Tabs) width(from, to int) int {
	w := 0
	for i := from; i <= to && i < len(t.Items); i++ {
		w += Width(t.text(i))
	}
	return w
}

// At is the tab at cell x of the last drawing, -1 for none.
func (t *Tabs) At(x int) int {
	begin := 0
	for i, end := range t.ends {
		if x >= begin && x < end {
			return i
		}
		begin = max(begin, end)
	}
	return -1
}
