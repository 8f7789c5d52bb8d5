package kit

import (
	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/ui/theme"
)

// InputEvent is what came of a message to an [Input].
type InputEvent uint8

// The events of a text field.
const (
	// InputNone: nothing that the owner must know of.
	InputNone InputEvent = iota
	// InputChanged: the text or the cursor moved; ask for new suggestions.
	InputChanged
	// InputSubmitted: enter was pressed.
	InputSubmitted
	// InputCancelled: esc was pressed.
	InputCancelled
)

// historyMax is how many earlier inputs are kept.
const historyMax = 200

// maxSuggestions is how many suggestions are shown at a time.
const maxSuggestions = 8

// Input is a text field of one line with a history, a marked error and
// suggestions. It uses the terminal's own cursor (see [Input.Cursor]), so that
// an input method composes at the right place.
type Input struct {
	// Theme is what it is drawn with.
	Theme *theme.Theme
	// Prompt stands before the text, Placeholder where there is none yet.
	Prompt, Placeholder string
	// Secret draws every character as a star and keeps no history.
	Secret bool

	ed       editor
	errText  string
	errAt    int // rune of the error, -1 for the whole
	history  []string
	at       int    // place in the history; len(history) is the draft
	draft    string // what was typed before the history was entered
	suggest  []string
	from     int // rune where a suggestion begins to replace
	selected int // in suggest, -1 for none
	cursorX  int
}

// NewInput makes an empty text field.
func NewInput(th *theme.Theme, prompt string) *Input {
	return &Input{Theme: th, Prompt: prompt, ed: newEditor(), errAt: -1, selected: -1}
}

// Value is the text, composed (NFC) and on one line.
func (in *Input) Value() string { return in.ed.value() }

// Position is the rune before which the cursor stands.
func (in *Input) Position() int { return in.ed.model.Position() }

// SetValue replaces the text and puts the cursor at its end.
func (in *Input) SetValue(s string) {
	in.ed.set(s)
	in.at = len(in.history)
	in.clearHints()
}

// SetError marks an error under rune at of the text, counted from 0; -1 marks
// no place. It stays until the text changes.
func (in *Input) SetError(at int, text string) { in.errAt, in.errText = at, text }

// ClearError takes the mark away.
func (in *Input) ClearError() { in.errAt, in.errText = -1, "" }

// SetSuggestions offers what the text from rune from to the cursor can become.
// None closes the list.
func (in *Input) SetSuggestions(from int, items []string) {
	in.from, in.suggest, in.selected = max(from, 0), items, -1
}

// SetHistory gives the field its earlier inputs, oldest first.
func (in *Input) SetHistory(items []string) {
	in.history = append([]string(nil), items...)
	if over := len(in.history) - historyMax; over > 0 {
		in.history = in.history[over:]
	}
	in.at = len(in.history)
}

// History is the earlier inputs, oldest first.
func (in *Input) History() []string { return append([]string(nil), in.history...) }

// Commit puts the text at the end of the history, once.
func (in *Input) Commit() {
	v := in.Value()
	if v != "" && !in.Secret {
		kept := in.history[:0:0]
		for _, h := range in.history {
			if h != v {
				kept = append(kept, h)
			}
		}
		in.SetHistory(append(kept, v))
	}
	in.at = len(in.history)
}

// Update takes a message: keys and pasted text. Line breaks in pasted text
// become spaces and submit nothing.
func (in *Input) Update(msg tea.Msg) InputEvent {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		if ev, done := in.pressed(k); done {
			return ev
		}
	}
	pos := in.Position()
	changed := in.ed.update(msg)
	if changed {
		in.at = len(in.history)
		in.clearHints()
	}
	if changed || in.Position() != pos {
		return InputChanged
	}
	return InputNone
}

// pressed handles the keys that are not editing.
func (in *Input) pressed(k tea.KeyPressMsg) (ev InputEvent, done bool) {
	switch k.Keystroke() {
	case "enter":
		if in.selected >= 0 {
			return in.accept(), true
		}
		return InputSubmitted, true
	case "esc":
		if in.selected >= 0 {
			in.suggest, in.selected = nil, -1
			return InputNone, true
		}
		return InputCancelled, true
	case "tab":
		if len(in.suggest) > 0 {
			in.selected = max(in.selected, 0)
			return in.accept(), true
		}
		return InputNone, true
	case "down":
		if len(in.suggest) > 0 {
			in.selected = min(in.selected+1, len(in.suggest)-1)
			return InputNone, true
		}
		return in.recall(1), true
	case "up":
		if in.selected >= 0 {
			in.selected--
			return InputNone, true
		}
		return in.recall(-1), true
	case "ctrl+n":
		return in.recall(1), true
	case "ctrl+p":
		return in.recall(-1), true
	}
	return InputNone, false
}

// recall moves through the history; what was being typed is its newest entry.
func (in *Input) recall(dir int) InputEvent {
	to := clampInt(in.at+dir, 0, len(in.history))
	if to == in.at || in.Secret {
		return InputNone
	}
	if in.at == len(in.history) {
		in.draft = in.Value()
	}
	text := in.draft
	if to < len(in.history) {
		text = in.history[to]
	}
	in.ed.set(text)
	in.at = to
	in.clearHints()
	return InputChanged
}

// accept puts the selected suggestion in place.
func (in *Input) accept() InputEvent {
	text := []rune(in.Value())
	pos := in.Position()
	from := min(in.from, pos)
	head := string(text[:from]) + in.suggest[in.selected]
	in.ed.set(head)
	end := in.Position()
	in.ed.set(head + string(text[pos:]))
	in.ed.model.SetCursor(end)
	in.at = len(in.history)
	in.clearHints()
	return InputChanged
}

func (in *Input) clearHints() {
	in.ClearError()
	in.suggest, in.selected = nil, -1
}

// Height is how many lines it wants now: the text, an error, suggestions.
func (in *Input) Height() int {
	h := 1 + min(len(in.suggest), maxSuggestions)
	if in.errText != "" {
		h++
	}
	return h
}

// View draws it: the text in the first line, then the error, then suggestions.
func (in *Input) View(size Size) string {
	size = size.clamp()
	if size.W == 0 || size.H == 0 {
		return Blank(size)
	}
	th := in.Theme
	prompt := min(Width(in.Prompt), max(size.W-2, 0))
	room := size.W - prompt
	text, at := in.ed.view(room, th.Input, in.Secret)
	if in.Value() == "" && in.Placeholder != "" {
		text = th.Placeholder.Paint(Fit(in.Placeholder, room, AlignLeft))
	}
	in.cursorX = prompt + at
	lines := []string{th.Prompt.Paint(Fit(in.Prompt, prompt, AlignLeft)) + text}
	if in.errText != "" {
		lines = append(lines, in.errorLine(prompt, size.W))
	}
	first := clampInt(in.selected-maxSuggestions+1, 0, max(len(in.suggest)-maxSuggestions, 0))
	for i := first; i < min(first+maxSuggestions, len(in.suggest)); i++ {
		lines = append(lines, in.suggestionLine(i, prompt, size.W))
	}
	return Block(lines, size)
}

// errorLine points at the place of the error from below.
func (in *Input) errorLine(prompt, w int) string {
	th := in.Theme
	text := []rune(in.Value())
	if in.errAt < 0 {
		return Line(w, Span{"! " + in.errText, th.Error})
	}
	x := prompt + Width(string(text[:min(in.errAt, len(text))])) - in.ed.offset
	x = clampInt(x, 0, w-1)
	pad := string(appendSpaces(nil, x))
	if x+2+Width(in.errText) <= w || x <= w/2 {
		return Line(w, Span{pad + "^ " + in.errText, th.Error})
	}
	// No room to the right of the place: the words stand to its left.
	return Line(w, Span{Fit(in.errText, max(x-1, 0), AlignRight), th.Error}, Span{" ^", th.Error})
}

func (in *Input) suggestionLine(i, prompt, w int) string {
	indent := clampInt(prompt+Width(string([]rune(in.Value())[:min(in.from, in.Position())]))-in.ed.offset-2, 0, w/2)
	sign, style := "  ", in.Theme.Muted
	if i == in.selected {
		sign, style = cursorSign+" ", in.Theme.Cursor
	}
	return Line(w, Span{Text: string(appendSpaces(nil, indent))}, Span{sign + in.suggest[i] + " ", style})
}

// Cursor is where the terminal's cursor belongs, relative to the top left of
// the last drawing.
func (in *Input) Cursor() *tea.Cursor {
	return tea.NewCursor(in.cursorX, 0)
}
