package screen

import (
	"strings"

	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// Text shows a long text: a record, commands, the words of a failure.
type Text struct {
	title, text, remark string
	viewer              kit.Viewer
	// prose is broken at the width of the screen, at which it was last; records and commands scroll to the right instead.
	prose    bool
	brokenAt int
}

// NewText returns a screen with a text; the remark stands above it.
func NewText(w *World, title, text, remark string) *Text {
	t := &Text{title: title, text: text, remark: remark}
	t.viewer.Theme = w.Theme
	t.viewer.SetText(text)
	return t
}

// proseMost is how many lines are broken while a frame is drawn, about a millisecond's worth; a longer text scrolls to the right.
const proseMost = 1000

// NewProse returns a screen with sentences, which are broken at its width.
func NewProse(w *World, title, text, remark string) *Text {
	t := NewText(w, title, text, remark)
	t.prose = strings.Count(text, "\n") < proseMost
	return t
}

// Scope names its keys.
func (t *Text) Scope() string { return ScopeText }

// Title is its part of the path.
func (t *Text) Title() string { return t.title }

// Handle scrolls and copies.
func (t *Text) Handle(w *World, in Intent) bool {
	if move, ok := kit.NavMove(string(in)); ok {
		t.viewer.Move(move)
		return true
	}
	if in == IntentCopy {
		w.copy(t.text, words.Count(strings.Count(t.text, "\n")+1, "line", "lines"))
		return true
	}
	return false
}

// Refuse says why an intent cannot work here.
func (t *Text) Refuse(_ *World, in Intent) string {
	switch in {
	case IntentFaults, IntentRescan:
		return "this is a text: go back first"
	default:
	}
	return ""
}

// Draw fills the screen.
func (t *Text) Draw(w *World, size kit.Size) string {
	var head string
	if t.remark != "" {
		head = kit.Line(size.W, kit.Span{Text: " " + t.remark, Style: w.Theme.Muted})
		size.H--
	}
	if t.prose && size.W != t.brokenAt && size.W > 0 {
		t.brokenAt = size.W
		t.viewer.SetText(strings.Join(kit.Wrap(t.text, size.W), "\n"))
	}
	return kit.Stack(head, t.viewer.View(size))
}

// Click does nothing; texts have no rows.
func (t *Text) Click(*World, int, int) {}

// Wheel scrolls.
func (t *Text) Wheel(_ *World, lines int) { t.viewer.Scroll(lines) }

// Help shows every key in force.
type Help struct {
	keymap *kit.Keymap
	over   Screen
	pager  kit.Pager
}

// NewHelp returns the help page of a screen.
func NewHelp(keymap *kit.Keymap, over Screen) *Help {
	return &Help{keymap: keymap, over: over}
}

// Scope names its keys.
func (h *Help) Scope() string { return ScopeText }

// Title is its part of the path.
func (h *Help) Title() string { return "help" }

// Handle scrolls.
func (h *Help) Handle(_ *World, in Intent) bool {
	if move, ok := kit.NavMove(string(in)); ok {
		h.pager.Move(move)
		return true
	}
	return false
}

// Refuse says why an intent cannot work here.
func (h *Help) Refuse(_ *World, in Intent) string {
	switch in {
	case IntentCopy, IntentFaults, IntentRescan:
		return "this is the help: go back first"
	default:
	}
	return ""
}

// Draw fills the screen.
func (h *Help) Draw(w *World, size kit.Size) string {
	// What cannot work is said of the screen that the help is about.
	w.asked = h.over
	lines := h.keymap.HelpLines(w.Theme, size.W, Scopes(h.over.Scope())...)
	w.asked = nil
	lines = append(lines, "", kit.Line(size.W, kit.Span{Text: " Signs", Style: w.Theme.Title}))
	for _, sign := range [][2]string{
		{"·  …  …12+", "not known yet; being read; being read, at least 12"},
		{"12  12'  12+", "a complete listing; one that has grown old; at least 12, the listing broke off"},
		{"denied throttle unreach", "AWS refused; said slow down until the deadline; did not answer: the count is unknown, not 0"},
		{"n/a", "AWS says that the region has no such thing"},
		{"≥  +  ≈", "may be more, something was not counted; may be more; an estimated price"},
		{"?  –", "not known; known to be none"},
		{"*  +", "marked; appeared after the first look"},
	} {
		lines = append(lines, kit.Line(size.W, kit.Span{Text: "  " + kit.Fit(sign[0], 24, kit.AlignLeft), Style: w.Theme.Key}, kit.Span{Text: sign[1]}))
	}
	return h.pager.View(lines, size)
}
