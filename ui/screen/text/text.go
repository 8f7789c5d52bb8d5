// Package text shows long texts: a record, commands, the words of a failure, and the help page.
//
// It must not know what a text is about.
package text

import (
	"strings"

	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/theme"
	"github.com/rootout/rootout/ui/words"
)

// Scope is the scope of the keys of a text.
const Scope = "text"

// Keys are the keys of a text.
func Keys() screen.Keys {
	return screen.Keys{
		Scope:    kit.Scope{ID: Scope, Title: "Text"},
		Bindings: []kit.Binding{screen.Bind(Scope, screen.IntentCopy, 2, "copy", "copy the text", "c")},
	}
}

// Speaker puts text on the clipboard.
type Speaker interface {
	Copy(text, shown string)
}

// Screen shows a long text.
type Screen struct {
	theme *theme.Theme
	speak Speaker
	screen.TextRequest
	viewer kit.Viewer
	// prose is broken at the width of the screen, which was brokenAt last.
	prose    bool
	brokenAt int
}

// proseMost is how many lines are broken while a frame is drawn, about a millisecond's worth; a
// longer text scrolls to the right.
const proseMost = 1000

// New returns a screen with a text.
func New(th *theme.Theme, speak Speaker, request screen.TextRequest) *Screen {
	t := &Screen{theme: th, speak: speak, TextRequest: request}
	t.viewer.Theme = th
	t.viewer.SetText(request.Text)
	t.prose = request.Prose && strings.Count(request.Text, "\n") < proseMost
	return t
}

// Scope names its keys.
func (t *Screen) Scope() string { return Scope }

// Title is its part of the path.
func (t *Screen) Title() string { return t.TextRequest.Title }

// Handle scrolls and copies.
func (t *Screen) Handle(in screen.Intent) bool {
	if kit.Navigate(string(in), t.viewer.Move) {
		return true
	}
	if in == screen.IntentCopy {
		t.speak.Copy(t.Text, words.Count(strings.Count(t.Text, "\n")+1, "line", "lines"))
		return true
	}
	return false
}

// Refuse says why an intent cannot work here.
func (t *Screen) Refuse(in screen.Intent) string {
	switch in {
	case screen.IntentFaults, screen.IntentRescan:
		return "this is a text: go back first"
	default:
	}
	return ""
}

// Draw fills the screen.
func (t *Screen) Draw(size kit.Size) string {
	var head string
	if t.Remark != "" {
		head = kit.Line(size.W, kit.Span{Text: " " + t.Remark, Style: t.theme.Muted})
		size.H--
	}
	if t.prose && size.W != t.brokenAt && size.W > 0 {
		t.brokenAt = size.W
		t.viewer.SetText(strings.Join(kit.WrapHanging(t.Text, size.W), "\n"))
	}
	return kit.Stack(head, t.viewer.View(size))
}

// Click does nothing; texts have no rows.
func (t *Screen) Click(int, int) bool { return false }

// Wheel scrolls.
func (t *Screen) Wheel(lines int) { t.viewer.Scroll(lines) }

// NextStep is what a stranger should do next.
func (t *Screen) NextStep() string { return nextStep }

const nextStep = "esc goes back; ? explains every key that works here"
