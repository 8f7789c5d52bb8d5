package kit

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func typeInto(in *Input, keys ...string) InputEvent {
	var ev InputEvent
	for _, k := range keys {
		ev = in.Update(press(k))
	}
	return ev
}

func TestInputEvents(t *testing.T) {
	in := NewInput(darkTheme(), "/ ")
	if ev := typeInto(in, "a"); ev != InputChanged || in.Value() != "a" {
		t.Errorf("a letter = %d, value %q", ev, in.Value())
	}
	if ev := typeInto(in, "left"); ev != InputChanged || in.Position() != 0 {
		t.Errorf("left = %d, position %d", ev, in.Position())
	}
	if ev := typeInto(in, "enter"); ev != InputSubmitted {
		t.Errorf("enter = %d", ev)
	}
	if ev := typeInto(in, "esc"); ev != InputCancelled {
		t.Errorf("esc = %d", ev)
	}
	if ev := in.Update(tea.PasteMsg{Content: "x\ny\u202e"}); ev != InputChanged || in.Value() != "x ya" {
		t.Errorf("pasted lines = %d, value %q", ev, in.Value())
	}
}

func TestInputCursorIsInCells(t *testing.T) {
	in := NewInput(darkTheme(), "/ ")
	in.SetValue("한국 abc")
	in.View(Size{40, 1})
	if got := in.Cursor().X; got != 2+8 {
		t.Errorf("cursor at the end of Korean text at cell %d, want 10", got)
	}
	typeInto(in, "home", "right")
	in.View(Size{40, 1})
	if got := in.Cursor().X; got != 2+2 {
		t.Errorf("cursor behind one syllable at cell %d, want 4", got)
	}
}

func TestInputComposesWhatIsPasted(t *testing.T) {
	in := NewInput(darkTheme(), "")
	in.SetValue("ab")
	typeInto(in, "left")
	in.Update(tea.PasteMsg{Content: "\u1112\u1161\u11ab"})
	if in.Value() != "a한b" || in.Position() != 2 {
		t.Errorf("value %q, position %d, want a한b and 2", in.Value(), in.Position())
	}
}

func TestInputPointsAtTheError(t *testing.T) {
	in := NewInput(darkTheme(), "/ ")
	in.SetValue("이름:x cpu>>4")
	in.SetError(9, "a number is wanted")
	lines := strings.Split(ansi.Strip(in.View(Size{60, in.Height()})), "\n")
	before, _, found := strings.Cut(lines[0], ">4")
	above, below := ansi.StringWidth(before), strings.Index(lines[1], "^")
	if !found || above != below || !strings.Contains(lines[1], "^ a number is wanted") {
		t.Errorf("the mark is at cell %d, want %d:\n%s\n%s", below, above, lines[0], lines[1])
	}
	if typeInto(in, "backspace"); in.Height() != 1 {
		t.Error("the error outlives a change of the text")
	}
	long := strings.Repeat("x", 50)
	in.SetValue(long)
	in.SetError(50, "ends too soon")
	lines = strings.Split(ansi.Strip(in.View(Size{56, 2})), "\n")
	if !strings.Contains(lines[1], "ends too soon ^") {
		t.Errorf("no room at the right: %q", lines[1])
	}
}

func TestInputHistory(t *testing.T) {
	in := NewInput(darkTheme(), "")
	for _, s := range []string{"one", "two", "one"} {
		in.SetValue(s)
		in.Commit()
	}
	if want := []string{"two", "one"}; !cmp.Equal(in.History(), want) {
		t.Errorf("history = %v, want %v", in.History(), want)
	}
	in.SetValue("draft")
	var got []string
	for _, k := range []string{"up", "up", "up", "down", "down", "down"} {
		typeInto(in, k)
		got = append(got, in.Value())
	}
	if want := []string{"one", "two", "two", "one", "draft", "draft"}; !cmp.Equal(got, want) {
		t.Errorf("walking the history gives %v, want %v", got, want)
	}
}

func TestInputSuggestions(t *testing.T) {
	in := NewInput(darkTheme(), "/ ")
	in.SetValue("kind:ta age<1h")
	typeInto(in, "home", "right", "right", "right", "right", "right", "right", "right")
	in.SetSuggestions(5, []string{"task", "taskdef"})
	if view := ansi.Strip(in.View(Size{40, in.Height()})); !strings.Contains(view, "taskdef") {
		t.Errorf("no suggestions in:\n%s", view)
	}
	if ev := typeInto(in, "enter"); ev != InputSubmitted {
		t.Errorf("enter with nothing selected = %d, want submitted", ev)
	}
	if ev := typeInto(in, "down", "down", "enter"); ev != InputChanged || in.Value() != "kind:taskdef age<1h" || in.Position() != 12 {
		t.Errorf("accepting = %d, value %q, position %d", ev, in.Value(), in.Position())
	}
	in.SetSuggestions(5, []string{"taskdef"})
	typeInto(in, "down")
	if ev := typeInto(in, "esc"); ev != InputNone || in.Height() != 1 {
		t.Errorf("esc with the list open = %d, want it closed only", ev)
	}
}

func TestSecretInput(t *testing.T) {
	in := NewInput(darkTheme(), "code ")
	in.Secret = true
	in.SetValue("한국123")
	view := ansi.Strip(in.View(Size{30, 1}))
	if strings.ContainsAny(view, "123한국") || !strings.Contains(view, "*****") {
		t.Errorf("a secret is drawn as %q", view)
	}
	if in.Commit(); len(in.History()) != 0 {
		t.Error("a secret is in the history")
	}
}

func TestInputIsExactForAnyTextAndSize(t *testing.T) {
	check(t, func(t *rapid.T) {
		in := NewInput(darkTheme(), nasty().Draw(t, "prompt"))
		in.Placeholder = nasty().Draw(t, "placeholder")
		in.Secret = rapid.Bool().Draw(t, "secret")
		size := anySize().Draw(t, "size")
		for range 5 {
			in.Update(tea.PasteMsg{Content: nasty().Draw(t, "text")})
			typeInto(in, rapid.SampledFrom([]string{"left", "home", "end", "backspace", "up", "down", "tab", "한"}).Draw(t, "key"))
			if rapid.Bool().Draw(t, "hints") {
				in.SetError(rapid.IntRange(-1, 40).Draw(t, "at"), nasty().Draw(t, "error"))
				in.SetSuggestions(rapid.IntRange(0, 40).Draw(t, "from"), []string{nasty().Draw(t, "suggestion"), "b"})
			}
			wantBlock(t, "input", in.View(size), size)
			wantCursor(t, in.Cursor(), size)
		}
	})
}
