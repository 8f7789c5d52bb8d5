package screen

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/ui/kit"
)

// Palette is every command that works here, by name.
type Palette struct {
	picker *kit.Palette
	do     func(w *World, id string)
}

// NewPalette returns the palette over a screen.
func NewPalette(w *World, keymap *kit.Keymap, scope string, do func(*World, Intent)) *Palette {
	p := &Palette{picker: kit.NewPalette(w.Theme, ": ")}
	var items []kit.Item
	seen := map[string]bool{}
	for _, s := range Scopes(scope) {
		for _, b := range keymap.Bindings(s) {
			if _, move := kit.NavMove(b.ID); move || seen[b.ID] || b.ID == string(IntentPalette) {
				continue
			}
			seen[b.ID] = true
			items = append(items, kit.Item{ID: b.ID, Title: b.Help + ": " + b.Long, Hint: b.KeyNames(), DisabledReason: b.Reason()})
		}
	}
	items = append(items,
		kit.Item{ID: string(IntentMouse), Title: "mouse: clicks and the wheel, on or off"},
		kit.Item{ID: "everything", Title: "everything: all resources of the account"},
	)
	for _, k := range regionalKinds(w.Catalog) {
		items = append(items, kit.Item{ID: "kind " + string(k.ID), Title: k.Plural + ": the " + k.Plural + " of all regions"})
	}
	p.picker.SetItems(items)
	p.do = func(w *World, id string) {
		kind, isKind := strings.CutPrefix(id, "kind ")
		k, _ := w.Catalog.ByName(kind)
		switch {
		case isKind:
			w.pushList(Place{Kind: k.ID}, nil)
		case id == "everything":
			w.pushList(Place{}, nil)
		default:
			do(w, Intent(id))
		}
	}
	return p
}

// Key narrows, picks or closes.
func (p *Palette) Key(w *World, msg tea.Msg) bool {
	switch p.picker.Update(msg) {
	case kit.PalettePicked:
		w.Over(nil)
		p.do(w, p.picker.Picked().ID)
		return true
	case kit.PaletteCancelled:
		return true
	case kit.PaletteNone:
	}
	return false
}

// Lay draws it over the lower part of the screen.
func (p *Palette) Lay(_ *World, base string, size kit.Size) (string, *tea.Cursor) {
	box := kit.Size{W: size.W, H: min(size.H, 16)}
	drawn := kit.Overlay(base, p.picker.View(box), 0, size.H-box.H)
	cursor := p.picker.Cursor()
	cursor.Y += size.H - box.H
	return drawn, cursor
}
