package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/screen"
)

// smallest is the least terminal that the screens fit into.
const (
	smallestWidth  = 60
	smallestHeight = 15
)

// top is how many lines stand above the screen.
func (m *Model) top() int {
	if m.world.HintLine(m.size.W) != "" {
		return 2
	}
	return 1
}

// View puts the frame together: the header, the demo's next step, the screen, the keys. It costs what is visible.
func (m *Model) View() tea.View {
	v := tea.View{AltScreen: true, WindowTitle: m.title()}
	if m.world.Mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	size := m.size
	if size.W <= 0 || size.H <= 0 {
		return v
	}
	if size.W < smallestWidth || size.H < smallestHeight {
		v.SetContent(kit.Block(kit.Wrap("too small (need 60×15)", size.W), size))
		return v
	}
	w := m.world
	head := []string{w.Header(size.W)}
	if hint := w.HintLine(size.W); hint != "" {
		head = append(head, hint)
	}
	body := kit.Size{W: size.W, H: size.H - len(head) - 1}
	drawn := w.Top().Draw(w, body)
	var cursor *tea.Cursor
	if t := m.typist(); t != nil {
		cursor = t.Cursor()
	}
	if w.Toasts.Len() > 0 && cursor == nil {
		drawn = kit.Overlay(drawn, w.Toasts.View(size.W), 0, body.H-1)
	}
	if o := w.Overlay(); o != nil {
		drawn, cursor = o.Lay(w, drawn, body)
	}
	if cursor != nil {
		cursor.Y += len(head)
	}
	frame := kit.Stack(strings.Join(head, "\n"), drawn, m.bar(size.W))
	if w.Dialogs.Len() > 0 {
		frame = w.Dialogs.Draw(frame, size)
		cursor = w.Dialogs.Cursor()
	}
	v.SetContent(frame)
	v.Cursor = cursor
	return v
}

func (m *Model) title() string {
	title := "rootout"
	if m.options.Demo {
		title += " demo"
	}
	if account := m.world.Account(); account != "" {
		title += " " + account
	}
	return title
}

// hinter is a screen whose keys stand outside the catalogue while it takes text.
type hinter interface {
	Hints() [][2]string
}

// bar is the last line: the keys that work now.
func (m *Model) bar(width int) string {
	th := m.theme
	scope := m.world.Top().Scope()
	t := m.typist()
	switch h, ok := t.(hinter); {
	case t == nil && m.keys.Pending() != "":
		spans := []kit.Span{{Text: " " + kit.KeyName(m.keys.Pending()) + " …", Style: th.Key}}
		for _, b := range m.keys.Continuations(screen.Scopes(scope)...) {
			spans = append(spans, kit.Span{Text: "  " + b.KeyNames(), Style: th.Key}, kit.Span{Text: " " + b.Help, Style: th.KeyHint})
		}
		return kit.Line(width, spans...)
	case t == nil:
		return m.keys.Keymap.Bar(th, width, screen.BarScopes(scope)...)
	case ok:
		return hintLine(m, width, h.Hints())
	}
	return hintLine(m, width, [][2]string{{"enter", "keep"}, {"tab", "complete"}, {"↑↓", "choose, or earlier ones"}, {"esc", "take back"}})
}

func hintLine(m *Model, width int, hints [][2]string) string {
	spans := []kit.Span{{Text: " "}}
	for _, h := range hints {
		spans = append(spans, kit.Span{Text: h[0], Style: m.theme.Key}, kit.Span{Text: " " + h[1] + "  ", Style: m.theme.KeyHint})
	}
	return kit.Line(width, spans...)
}
