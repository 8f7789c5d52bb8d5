package shell

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

// View puts the frame together: the head, the screen, the keys. It costs what is visible.
func (s *Shell) View() tea.View {
	v := tea.View{AltScreen: true, WindowTitle: s.o.Console.Title()}
	if s.o.Console.Mouse() {
		v.MouseMode = tea.MouseModeCellMotion
	}
	size := s.size
	if size.W <= 0 || size.H <= 0 {
		return v
	}
	if size.W < smallestWidth || size.H < smallestHeight {
		v.SetContent(kit.Block(kit.Wrap("too small (need 60×15)", size.W), size))
		return v
	}
	head := s.o.Console.Head(size.W)
	body := kit.Size{W: size.W, H: size.H - len(head) - 1}
	drawn := s.o.Stack.Top().Draw(body)
	var cursor *tea.Cursor
	if t := s.typist(); t != nil {
		cursor = t.Cursor()
	}
	if toasts := s.o.Speak.Toasts; toasts.Len() > 0 && cursor == nil {
		drawn = kit.Overlay(drawn, toasts.View(size.W), 0, body.H-1)
	}
	if o := s.o.Stack.Overlay(); o != nil {
		drawn, cursor = o.Lay(drawn, body)
	}
	if cursor != nil {
		cursor.Y += len(head)
	}
	frame := kit.Stack(strings.Join(head, "\n"), drawn, s.bar(size.W))
	if dialogs := s.o.Speak.Dialogs; dialogs.Len() > 0 {
		frame = dialogs.Draw(frame, size)
		cursor = dialogs.Cursor()
	}
	v.SetContent(frame)
	v.Cursor = cursor
	return v
}

// bar is the last line: the keys that work now.
func (s *Shell) bar(width int) string {
	th, scope := s.o.Theme, s.o.Stack.Top().Scope()
	t := s.typist()
	own, ok := t.(screen.TypistWithKeys)
	switch d := s.o.Speak.Dialogs.Top(); {
	case d != nil:
		return s.typingBar(width, d.Keys())
	case t == nil && s.keys.Pending() != "":
		spans := []kit.Span{{Text: " " + kit.KeyName(s.keys.Pending()) + " …", Style: th.Key}}
		for _, b := range s.keys.Continuations(s.o.Keys.Scopes(scope)...) {
			spans = append(spans, kit.Span{Text: "  " + b.KeyNames(), Style: th.Key}, kit.Span{Text: " " + b.Help, Style: th.KeyHint})
		}
		return kit.Line(width, spans...)
	case t == nil:
		return s.keys.Keymap.Bar(th, width, s.o.Keys.BarScopes(scope)...)
	case ok:
		return s.typingBar(width, own.TypingKeys())
	}
	return s.typingBar(width, [][2]string{
		{"enter", "keep"}, {"tab", "complete"}, {"↑↓", "choose, or earlier ones"}, {"esc", "take back"},
	})
}

func (s *Shell) typingBar(width int, keys [][2]string) string {
	var spans []kit.Span
	for i, k := range keys {
		lead := " "
		if i > 0 {
			lead = "  "
		}
		spans = append(spans, kit.Span{Text: lead}, kit.Span{Text: k[0], Style: s.o.Theme.Key}, kit.Span{Text: " " + k[1], Style: s.o.Theme.KeyHint})
	}
	return kit.Line(width, spans...)
}
