// Package palette finds commands by name: every one that works on the screen that is shown, and the
// lists of every kind.
//
// It must not know what a command does: it hands back its intent.
package palette

import (
	"slices"
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
	// Commands are those that take a word.
	Commands []Command

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

// Command is a command that takes a word, such as the name of a region.
type Command struct {
	// Name is what is typed, Arg what follows it, Help what it does.
	Name, Arg, Help string
	// Values are the words that can follow, each with what it is.
	Values func() [][2]string
	// Check says why another word cannot follow, "" where it can; nil takes only the values.
	Check func(arg string) string
	// Refuse says why the command cannot work now, "" where it can; it may be nil.
	Refuse func() string
	Do     func(arg string)
}

// reason is why it cannot work now.
func (c *Command) reason() string {
	if c.Refuse == nil {
		return ""
	}
	return c.Refuse()
}

// items are what can follow what was typed behind the name: the values that begin with it, then
// those that hold it, and the word itself where any is taken.
func (c *Command) items(typed string) []kit.Item {
	typed = strings.ToLower(strings.TrimSpace(typed))
	var first, second []kit.Item
	whole := typed == ""
	for _, v := range c.Values() {
		it := kit.Item{ID: c.Name + " " + v[0], Title: c.Name + " " + v[0] + ": " + v[1], DisabledReason: c.reason()}
		switch text := strings.ToLower(v[0]); {
		case strings.HasPrefix(text, typed):
			first = append(first, it)
		case strings.Contains(text, typed) || strings.Contains(strings.ToLower(v[1]), typed):
			second = append(second, it)
		}
		whole = whole || strings.EqualFold(v[0], typed)
	}
	items := slices.Concat(first, second)
	if !whole && c.Check != nil {
		own := kit.Item{ID: c.Name + " " + typed, Title: c.Name + " " + typed + ": " + c.Help, DisabledReason: c.Check(typed)}
		if own.DisabledReason == "" {
			own.DisabledReason = c.reason()
		}
		items = append([]kit.Item{own}, items...)
	}
	if len(items) == 0 {
		items = append(items, kit.Item{Title: c.Name + " " + typed, DisabledReason: "there is no such " + strings.ToLower(c.Arg)})
	}
	return items
}

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
	for i := range needs.Commands {
		c := &needs.Commands[i]
		items = append(items, kit.Item{ID: c.Name, Title: c.Name + " " + c.Arg + ": " + c.Help, Fill: c.Name + " ", DisabledReason: c.reason()})
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
	p.picker.For = p.argumentsOf
	p.picker.SetItems(items)
	return p
}

// argumentsOf are the words that can follow a command that has been typed, nil where none has.
func (p *Palette) argumentsOf(query string) []kit.Item {
	name, typed, found := strings.Cut(strings.TrimLeft(query, " "), " ")
	if c := p.command(name); found && c != nil {
		return c.items(typed)
	}
	return nil
}

// command is the one of a name, nil for none.
func (p *Palette) command(name string) *Command {
	for i := range p.needs.Commands {
		if p.needs.Commands[i].Name == name {
			return &p.needs.Commands[i]
		}
	}
	return nil
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
	name, arg, _ := strings.Cut(id, " ")
	switch c := p.command(name); {
	case c != nil:
		c.Do(arg)
	case isKind:
		p.needs.List(screen.ListRequest{Of: screen.ListOf{Kind: model.KindID(kind)}})
	case id == everything:
		p.needs.List(screen.ListRequest{})
	default:
		p.needs.Do(screen.Intent(id))
	}
}

// Lay draws it over the lower part of the screen, as high as it needs.
func (p *Palette) Lay(base string, size kit.Size) (string, *tea.Cursor) {
	const frame = 2 // The text field, and the line that counts.
	box := kit.Size{W: size.W, H: min(size.H, p.picker.Len()+frame)}
	drawn := kit.Overlay(base, p.picker.View(box), 0, size.H-box.H)
	cursor := p.picker.Cursor()
	cursor.Y += size.H - box.H
	return drawn, cursor
}
