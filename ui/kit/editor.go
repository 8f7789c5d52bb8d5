package kit

import (
	"strings"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"golang.org/x/text/unicode/norm"

	"github.com/rootout/rootout/ui/theme"
)

// editor is one line of text being edited. The editing itself is that of
// bubbles' textinput; drawing is our own, since textinput counts its cursor in
// runes and a terminal counts in cells, which differ for Korean.
type editor struct {
	model  textinput.Model
	offset int // cells scrolled out at the left
}

func newEditor() editor {
	m := textinput.New()
	m.Prompt = ""
	m.SetVirtualCursor(false)
	m.Focus()
	// Reading the clipboard is I/O. Pasting in the terminal works without.
	m.KeyMap.Paste = key.NewBinding()
	m.KeyMap.AcceptSuggestion = key.NewBinding()
	m.KeyMap.NextSuggestion = key.NewBinding()
	m.KeyMap.PrevSuggestion = key.NewBinding()
	return editor{model: m}
}

// update edits and says whether the text changed.
func (e *editor) update(msg tea.Msg) bool {
	before := e.model.Value()
	e.model, _ = e.model.Update(msg)
	e.compose()
	return e.model.Value() != before
}

// compose keeps the text in composed form (NFC), as some systems paste and type
// it decomposed, and free of what can turn the direction of a line.
func (e *editor) compose() {
	v := e.model.Value()
	clean := composed(v)
	if clean == v {
		return
	}
	before := composed(string([]rune(v)[:e.model.Position()]))
	e.model.SetValue(clean)
	e.model.SetCursor(utf8.RuneCountInString(before))
}

func composed(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f, r == 0xfeff:
			return -1
		}
		return r
	}, s)
	return norm.NFC.String(s)
}

func (e *editor) value() string { return e.model.Value() }

func (e *editor) set(s string) {
	e.model.SetValue(composed(s))
	e.model.CursorEnd()
	e.offset = 0
}

// beforeCursor is the text left of the cursor.
func (e *editor) beforeCursor() string {
	return string([]rune(e.model.Value())[:e.model.Position()])
}

// view draws the text in exactly w cells, scrolled so that the cursor can be
// seen, and says at which of them the cursor is. Secret text is drawn as one *
// a character.
func (e *editor) view(w int, style theme.Style, secret bool) (line string, cursor int) {
	if w <= 0 {
		return "", 0
	}
	text, before := e.value(), e.beforeCursor()
	if secret {
		text = strings.Repeat("*", utf8.RuneCountInString(text))
		before = text[:utf8.RuneCountInString(before)]
	}
	at := Width(before)
	e.offset = clampInt(e.offset, at-w+1, at)
	e.offset = max(e.offset, 0)
	shown := window(Plain(text), e.offset, w)
	return style.Paint(shown) + strings.Repeat(" ", w-Width(shown)), at - e.offset
}
