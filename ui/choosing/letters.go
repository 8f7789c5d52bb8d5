package choosing

import (
	"slices"
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

// newLetters offers a choice among labels by their keys.
func newLetters(th *theme.Theme, speak Speaker, title string, labels, keys []string, pick func(int)) *letters {
	return &letters{theme: th, speak: speak, title: title, labels: labels, keys: keys, pick: pick}
}

// Letters gives labels the letters by which they are chosen: one label has the same letter wherever
// it is shown, and two that are shown together never have the same.
type Letters struct {
	// sets are labels that are shown together, in the order in which they get their letters.
	sets [][]string
	keys map[string]string
}

// Together says that labels are shown together. Those that were said first get their letters first.
func (l *Letters) Together(labels ...string) { l.sets, l.keys = append(l.sets, labels), nil }

// Of are the letters of labels that are shown together.
func (l *Letters) Of(labels []string) []string {
	known := slices.ContainsFunc(l.sets, func(set []string) bool {
		return !slices.ContainsFunc(labels, func(label string) bool { return !slices.Contains(set, label) })
	})
	if !known {
		l.Together(labels...)
	}
	if l.keys == nil {
		l.assign()
	}
	keys := make([]string, len(labels))
	taken := map[string]bool{}
	for _, label := range labels {
		taken[l.keys[label]] = true
	}
	seen := map[string]bool{}
	for i, label := range labels {
		keys[i] = l.keys[label]
		if seen[label] { // Two of one name are still two things to choose.
			keys[i] = freeLetter(label, taken)
			taken[keys[i]] = true
		}
		seen[label] = true
	}
	return keys
}

// assign gives each label the first of its letters that none has that it is shown with.
func (l *Letters) assign() {
	l.keys = map[string]string{}
	for _, set := range l.sets {
		for _, label := range set {
			if l.keys[label] == "" {
				l.keys[label] = freeLetter(label, l.takenBeside(label))
			}
		}
	}
}

func (l *Letters) takenBeside(label string) map[string]bool {
	taken := map[string]bool{}
	for _, set := range l.sets {
		if !slices.Contains(set, label) {
			continue
		}
		for _, other := range set {
			taken[l.keys[other]] = true
		}
	}
	return taken
}

func freeLetter(label string, taken map[string]bool) string {
	const all = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	for _, r := range strings.ToLower(label) + all {
		if l := string(r); (unicode.IsLetter(r) || unicode.IsDigit(r)) && r < unicode.MaxASCII && !taken[l] {
			return l
		}
	}
	return ""
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
