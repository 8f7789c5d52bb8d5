package text

import (
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/theme"
	"github.com/rootout/rootout/ui/words"
)

// Help shows every key in force.
type Help struct {
	theme *theme.Theme
	keys  func(width int) []string
	pager kit.Pager
}

// NewHelp returns the help page; keys draws the lines on the keys of the screen that it is about.
func NewHelp(th *theme.Theme, keys func(width int) []string) *Help {
	return &Help{theme: th, keys: keys}
}

// Scope names its keys.
func (h *Help) Scope() string { return Scope }

// Title is its part of the path.
func (h *Help) Title() string { return "help" }

// Handle scrolls.
func (h *Help) Handle(in screen.Intent) bool { return kit.Navigate(string(in), h.pager.Move) }

// Refuse says why an intent cannot work here.
func (h *Help) Refuse(in screen.Intent) string {
	switch in {
	case screen.IntentCopy, screen.IntentFaults, screen.IntentRescan:
		return "this is the help: go back first"
	default:
	}
	return ""
}

// Draw fills the screen.
func (h *Help) Draw(size kit.Size) string {
	lines := append(h.keys(size.W), "", kit.Line(size.W, kit.Span{Text: " Signs", Style: h.theme.Title}))
	for _, sign := range words.Signs() {
		lines = append(lines, kit.Line(size.W,
			kit.Span{Text: "  " + kit.Fit(sign[0], 24, kit.AlignLeft), Style: h.theme.Key}, kit.Span{Text: sign[1]}))
	}
	return h.pager.View(lines, size)
}

// NextStep is what a stranger should do next.
func (h *Help) NextStep() string { return nextStep }
