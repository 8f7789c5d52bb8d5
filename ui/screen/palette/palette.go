// Package palette finds commands by name: every one that works on the screen that is shown, and the
// lists of every kind.
//
// It must not know what a command does: it hands back its intent.
package palette

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/theme"
)

// IntentPalette leads to it.
const IntentPalette screen.Intent = "palette"

// Needs is what the palette needs of the console.
type Needs struct {
	Theme   *theme.Theme
	Catalog *model.Catalog
	// Keymap is the keys in force, Scopes those of the screen that is shown, innermost first.
	// Unbound are commands that have no key.
	Keymap  *kit.Keymap
	Scopes  []string
	Unbound []kit.Item

	// Do carries an intent out, List opens a list; Over shows an overlay, nil for none.
	Do   func(screen.Intent)
	List func(screen.ListRequest)
	Over func(screen.Overlay)
}

// Palette is every command that works here, by name.
type Palette struct {
	needs  Needs
	picker *kit.Palette
}

// The ids of what the palette lists beside commands.
const (
	everything = "everything"
	kindPrefix = "kind "
)

// New returns the palette over a screen.
func New(needs Needs) *Palette {
	p := &Palette{needs: needs, picker: kit.NewPalette(needs.Theme, ": ")}
	var items []kit.Item
	seen := map[string]bool{}
	for _, s := range needs.Scopes {
		for _, b := range needs.Keymap.Bindings(s) {
			if _, move := kit.NavMove(b.ID); move || seen[b.ID] || b.ID == string(IntentPalette) {
				continue
			}
			seen[b.ID] = true
			items = append(items, kit.Item{ID: b.ID, Title: b.Help + ": " + b.Long, Hint: b.KeyNames(), DisabledReason: b.Reason()})
		}
	}
	items = append(items, needs.Unbound...)
	items = append(items, kit.Item{ID: everything, Title: "everything: all resources of the account"})
	for _, k := range needs.Catalog.Kinds() {
		of := " of all regions"
		if k.Scope == model.Global {
			of = " of the account"
		}
		items = append(items, kit.Item{ID: kindPrefix + string(k.ID), Title: k.Plural + ": the " + k.Plural + of})
	}
	p.picker.SetItems(items)
	return p
}

// Key narrows, picks or closes.
func (p *Palette) Key(msg tea.Msg) bool {
	switch p.picker.Update(msg) {
	case kit.PalettePicked:
		p.needs.Over(nil)
		p.do(p.picker.Picked().ID)
		return true
	case kit.PaletteCancelled:
		return true
	case kit.PaletteNone:
	}
	return false
}

func (p *Palette) do(id string) {
	kind, isKind := strings.CutPrefix(id, kindPrefix)
	switch {
	case isKind:
		p.needs.List(screen.ListRequest{Of: screen.ListOf{Kind: model.KindID(kind)}})
	case id == everything:
		p.needs.List(screen.ListRequest{})
	default:
		p.needs.Do(screen.Intent(id))
	}
}

// Lay draws it over the lower part of the screen.
func (p *Palette) Lay(base string, size kit.Size) (string, *tea.Cursor) {
	box := kit.Size{W: size.W, H: min(size.H, 16)}
	drawn := kit.Overlay(base, p.picker.View(box), 0, size.H-box.H)
	cursor := p.picker.Cursor()
	cursor.Y += size.H - box.H
	return drawn, cursor
}
