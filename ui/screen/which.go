package screen

import (
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/kit"
)

// which is a choice by letter in the last lines of the screen.
type which struct {
	title   string
	letters []string
	labels  []string
	pick    func(i int)
}

// newWhich gives each label the first of its letters that is free.
func newWhich(title string, labels []string, pick func(int)) *which {
	c := &which{title: title, labels: labels, pick: pick}
	taken := map[string]bool{}
	for _, label := range labels {
		letter := ""
		for _, r := range strings.ToLower(label) + "abcdefghijklmnopqrstuvwxyz0123456789" {
			if l := string(r); (unicode.IsLetter(r) || unicode.IsDigit(r)) && r < unicode.MaxASCII && !taken[l] {
				letter = l
				break
			}
		}
		taken[letter] = true
		c.letters = append(c.letters, letter)
	}
	return c
}

// Key picks by letter; anything else closes.
func (c *which) Key(w *World, msg tea.Msg) bool {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return false
	}
	name := k.String()
	if name == "esc" {
		return true
	}
	for i, l := range c.letters {
		if l == name || k.BaseCode != 0 && l == string(k.BaseCode) {
			c.pick(i)
			return true
		}
	}
	w.Refuse(c.title + ": " + name + " is none of the letters shown")
	return true
}

// Lay draws the choice over the bottom of the screen.
func (c *which) Lay(w *World, base string, size kit.Size) (string, *tea.Cursor) {
	next := make([]kit.Binding, len(c.labels))
	for i := range c.labels {
		next[i] = kit.Binding{ID: c.labels[i], Keys: []string{c.letters[i]}, Help: c.labels[i]}
	}
	h := max(2, min(size.H, 2+len(next)/max(1, size.W/22)))
	head := kit.Line(size.W, kit.Span{Text: " " + c.title, Style: w.Theme.Title}, kit.Span{Text: "   esc back", Style: w.Theme.Muted})
	box := kit.Stack(head, kit.WhichKey(w.Theme, kit.Size{W: size.W, H: h - 1}, next))
	return kit.Overlay(base, box, 0, max(0, size.H-h)), nil
}

// chooseSort sorts a list by a column, or turns its order round.
func (l *List) chooseSort(w *World, id string) {
	if l.sortID == id {
		l.desc = !l.desc
	} else {
		l.sortID, l.desc = id, false
		for _, f := range l.fields {
			if f.ID == id && f.Type == model.NumberField {
				l.desc = true // The dearest and the biggest first.
			}
		}
	}
	l.Refresh(w, true)
}

func (l *List) openSort(w *World) {
	labels := make([]string, len(l.fields))
	for i, f := range l.fields {
		labels[i] = f.Title
	}
	w.Over(newWhich("sort by", labels, func(i int) { l.chooseSort(w, l.fields[i].ID) }))
}

func (g *Grid) openSort(w *World) {
	labels := make([]string, len(g.cols))
	for i, c := range g.cols {
		labels[i] = strings.TrimSpace(c.Title)
		if c.ID == colTitle {
			labels[i] = "NAME"
		}
	}
	w.Over(newWhich("sort by", labels, func(i int) {
		id := g.cols[i].ID
		if g.sortID == id {
			g.desc = !g.desc
		} else {
			g.sortID, g.desc = id, g.cols[i].kind >= 0 || g.cols[i].number != nil
		}
		g.Refresh(w, true)
	}))
}
