package choosing

import (
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/theme"
)

// letters is a choice by letter in the last lines of the screen.
type letters struct {
	theme  *theme.Theme
	speak  Speaker
	title  string
	keys   []string
	labels []string
	pick   func(i int)
}

// newLetters gives each label the first of its letters that is free.
func newLetters(th *theme.Theme, speak Speaker, title string, labels []string, pick func(int)) *letters {
	c := &letters{theme: th, speak: speak, title: title, labels: labels, pick: pick}
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
		c.keys = append(c.keys, letter)
	}
	return c
}

// Key picks by letter; anything else closes.
func (c *letters) Key(msg tea.Msg) bool {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return false
	}
	name := k.String()
	if name == "esc" {
		return true
	}
	for i, l := range c.keys {
		if l == name || k.BaseCode != 0 && l == string(k.BaseCode) {
			c.pick(i)
			return true
		}
	}
	c.speak.Refuse(c.title + ": " + name + " is none of the letters shown")
	return true
}

// Lay draws the choice over the bottom of the screen.
func (c *letters) Lay(base string, size kit.Size) (string, *tea.Cursor) {
	next := make([]kit.Binding, len(c.labels))
	for i := range c.labels {
		next[i] = kit.Binding{ID: c.labels[i], Keys: []string{c.keys[i]}, Help: c.labels[i]}
	}
	h := max(2, min(size.H, 2+len(next)/max(1, size.W/22)))
	head := kit.Line(size.W, kit.Span{Text: " " + c.title, Style: c.theme.Title}, kit.Span{Text: "   esc back", Style: c.theme.Muted})
	box := kit.Stack(head, kit.WhichKey(c.theme, kit.Size{W: size.W, H: h - 1}, next))
	return kit.Overlay(base, box, 0, max(0, size.H-h)), nil
}
