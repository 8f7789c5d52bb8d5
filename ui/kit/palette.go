package kit

import (
	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"

	"github.com/rootout/rootout/ui/theme"
)

// Item is something to pick.
type Item struct {
	// ID comes back when it is picked.
	ID string
	// Title is what is searched, Hint stands muted at the right edge.
	Title, Hint string
	// DisabledReason is why it cannot be picked now, "" if it can.
	DisabledReason string
	// Fill is put into the text field instead of picking it, for what still needs a word.
	Fill string
}

// PaletteEvent is what came of a message to a [Palette].
type PaletteEvent uint8

// The events of a palette.
const (
	PaletteNone PaletteEvent = iota
	// PalettePicked: see [Palette.Picked].
	PalettePicked
	// PaletteCancelled: esc was pressed.
	PaletteCancelled
)

// Palette is a list with a text field above that narrows it by fuzzy search,
// best match first.
type Palette struct {
	// Theme is what it is drawn with.
	Theme *theme.Theme
	// Empty is shown when nothing matches.
	Empty string
	// For gives the items that a text asks for, such as the values of a command that has been typed;
	// nil where it asks for none, and the items are searched. It may be nil.
	For func(query string) []Item

	field  *Input
	all    []Item        // what is searched
	items  []Item        // all, or what For gave
	shown  []fuzzy.Match // Index is into items
	at     int           // in shown
	height int
	refuse string
}

// NewPalette makes a palette without items.
func NewPalette(th *theme.Theme, prompt string) *Palette {
	return &Palette{Theme: th, Empty: "nothing matches", field: NewInput(th, prompt), height: 1}
}

// SetItems replaces the items. The selection stays on its id where it can.
func (p *Palette) SetItems(items []Item) {
	old, had := p.Selected()
	p.all = items
	p.narrow()
	if !had {
		return
	}
	for i, m := range p.shown {
		if p.items[m.Index].ID == old.ID {
			p.at = i
		}
	}
}

// SetQuery replaces what is searched for.
func (p *Palette) SetQuery(s string) {
	p.field.SetValue(s)
	p.narrow()
}

// Len is how many items there are to search.
func (p *Palette) Len() int { return len(p.all) }

// Query is what is searched for.
func (p *Palette) Query() string { return p.field.Value() }

func (p *Palette) narrow() {
	p.at, p.refuse = 0, ""
	query := p.field.Value()
	p.items = p.all
	var asked []Item
	if p.For != nil {
		asked = p.For(query)
	}
	if asked != nil {
		p.items = asked
	}
	if query == "" || asked != nil {
		p.shown = make([]fuzzy.Match, len(p.items))
		for i := range p.items {
			p.shown[i].Index = i
		}
		return
	}
	p.shown = fuzzy.FindFrom(query, titles(p.items))
}

// titles is the items as a source of the search.
type titles []Item

func (t titles) String(i int) string { return Plain(t[i].Title) }
func (t titles) Len() int            { return len(t) }

// Selected is the item under the cursor.
func (p *Palette) Selected() (Item, bool) {
	if p.at < 0 || p.at >= len(p.shown) {
		return Item{}, false
	}
	return p.items[p.shown[p.at].Index], true
}

// Picked is the item that [PalettePicked] is about.
func (p *Palette) Picked() Item {
	it, _ := p.Selected()
	return it
}

// Update takes a message. Picking a disabled item shows its reason instead.
func (p *Palette) Update(msg tea.Msg) PaletteEvent {
	k, ok := msg.(tea.KeyPressMsg)
	if ok {
		switch k.Keystroke() {
		case "esc":
			return PaletteCancelled
		case "enter":
			return p.pick(k.IsRepeat)
		case "up", "ctrl+p", "shift+tab":
			p.moveTo(p.at - 1)
			return PaletteNone
		case "down", "ctrl+n", "tab":
			if it, ok := p.Selected(); ok && it.Fill != "" && k.Keystroke() == "tab" {
				p.SetQuery(it.Fill)
				return PaletteNone
			}
			p.moveTo(p.at + 1)
			return PaletteNone
		case "pgup":
			p.moveTo(p.at - p.height)
			return PaletteNone
		case "pgdown":
			p.moveTo(p.at + p.height)
			return PaletteNone
		}
	}
	before := p.field.Value()
	p.field.Update(msg)
	if p.field.Value() != before {
		p.narrow()
	}
	return PaletteNone
}

func (p *Palette) moveTo(i int) {
	p.at = clampInt(i, 0, max(len(p.shown)-1, 0))
	p.refuse = ""
}

func (p *Palette) pick(held bool) PaletteEvent {
	it, ok := p.Selected()
	switch {
	case !ok || held:
		return PaletteNone
	case it.DisabledReason != "":
		p.refuse = it.DisabledReason
		return PaletteNone
	case it.Fill != "":
		p.SetQuery(it.Fill)
		return PaletteNone
	}
	return PalettePicked
}

// View draws the field, the list below it and, in the last line, how many there
// are or why the selected item cannot be picked.
func (p *Palette) View(size Size) string {
	size = size.clamp()
	if size.W == 0 || size.H == 0 {
		return Blank(size)
	}
	th := p.Theme
	lines := []string{p.field.View(Size{W: size.W, H: 1})}
	p.height = max(size.H-2, 1)
	first := clampInt(p.at-p.height/2, 0, max(len(p.shown)-p.height, 0))
	for i := first; i < min(first+p.height, len(p.shown)); i++ {
		lines = append(lines, p.itemLine(i, size.W))
	}
	if len(p.shown) == 0 {
		lines = append(lines, Line(size.W, Span{"  " + p.Empty, th.Muted}))
	}
	for len(lines) < size.H-1 {
		lines = append(lines, "")
	}
	info, style := "  "+Count(len(p.shown))+" of "+Count(len(p.items)), th.Muted
	if len(p.shown) == 0 {
		info = "  none of " + Count(len(p.items)) + " is called so: type less of it, or esc"
	}
	if p.refuse != "" {
		info, style = "! "+p.refuse, th.Warning
	}
	lines = lines[:min(len(lines), max(size.H-1, 1))]
	return Block(append(lines, Line(size.W, Span{info, style})), size)
}

func (p *Palette) itemLine(i, w int) string {
	th := p.Theme
	m := p.shown[i]
	it := p.items[m.Index]
	hint := it.Hint
	if it.DisabledReason != "" {
		hint = "(" + it.DisabledReason + ")"
	}
	// A long hint must not push the title out.
	hint = Fit(hint, min(Width(hint), max(w/2-2, 0)), AlignLeft)
	if i == p.at {
		line := Spread(w, []Span{{Text: cursorSign + " " + it.Title}}, []Span{{Text: "  " + hint + " "}})
		return th.Cursor.Paint(line)
	}
	return Spread(w, append([]Span{{"  ", th.Text}}, matched(th, it, m.MatchedIndexes)...), []Span{{"  " + hint + " ", th.Muted}})
}

// matched is an item's title with the characters that the search found, given
// by their bytes, drawn in their own style.
func matched(th *theme.Theme, it Item, bytes []int) []Span {
	title := Plain(it.Title)
	style := th.Text
	if it.DisabledReason != "" {
		style = th.Muted
	}
	var spans []Span
	from := 0
	for _, b := range bytes {
		if b < from || b >= len(title) {
			continue
		}
		size, _ := nextCluster(title[b:])
		spans = append(spans, Span{title[from:b], style}, Span{title[b : b+size], th.Match})
		from = b + size
	}
	return append(spans, Span{title[from:], style})
}

// Cursor is where the terminal's cursor belongs, relative to the top left of
// the last drawing.
func (p *Palette) Cursor() *tea.Cursor { return p.field.Cursor() }
