package kit

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

const phrase = "delete 412 in 123456789012 #7f3a"

// asking is a confirmation with a clock of its own; every key takes a tenth of a
// second, as fingers do.
type asking struct {
	*Confirm
	now time.Time
}

func ask(phrase string) *asking {
	return &asking{NewConfirm(darkTheme(), phrase, opened), opened.Add(time.Second)}
}

func (a *asking) press(keys ...string) ConfirmState {
	for _, k := range keys {
		a.now = a.now.Add(100 * time.Millisecond)
		a.Update(press(k), a.now)
	}
	return a.State()
}

func (a *asking) typeIn(s string) {
	for _, r := range s {
		k := string(r)
		if r == ' ' {
			k = "space"
		}
		a.press(k)
	}
}

func TestConfirmByTyping(t *testing.T) {
	a := ask(phrase)
	a.typeIn(phrase)
	if a.State() != Pending {
		t.Fatal("it was over before enter")
	}
	if got := a.press("enter"); got != Confirmed {
		t.Errorf("the typed phrase and enter = %d, want confirmed", got)
	}
}

func TestConfirmFocusStartsOnCancel(t *testing.T) {
	if got := ask(phrase).press("enter"); got != Cancelled {
		t.Errorf("enter alone = %d, want cancelled", got)
	}
	a := ask(phrase)
	a.typeIn(phrase)
	a.press("tab")
	if got := a.press("enter"); got != Cancelled {
		t.Errorf("enter on cancel with the whole phrase typed = %d, want cancelled", got)
	}
}

func TestConfirmEscCancels(t *testing.T) {
	a := ask(phrase)
	a.typeIn(phrase)
	if got := a.press("esc"); got != Cancelled {
		t.Errorf("esc = %d, want cancelled", got)
	}
	if got := a.press("enter"); got != Cancelled {
		t.Errorf("enter after esc = %d: a decision was changed", got)
	}
}

func TestConfirmNeedsTheWholePhrase(t *testing.T) {
	for _, typed := range []string{"d", phrase[:len(phrase)-1], phrase + "0", strings.ToUpper(phrase), "delete 411 in 123456789012 #7f3a"} {
		a := ask(phrase)
		a.typeIn(typed)
		if got := a.press("enter"); got != Pending {
			t.Errorf("%q and enter = %d, want pending", typed, got)
		}
	}
	if a := ask(""); a.press("x", "backspace", "enter") == Confirmed {
		t.Error("an empty phrase was confirmed")
	}
}

func TestConfirmPastedNewlineNeverConfirms(t *testing.T) {
	for _, pasted := range []string{phrase + "\n", phrase + "\r\n", "\n" + phrase + "\n\n", phrase + "\r"} {
		a := ask(phrase)
		if got := a.Update(tea.PasteMsg{Content: pasted}, a.now); got != Pending {
			t.Errorf("pasting %q = %d, want pending", pasted, got)
		}
		if got := a.press("enter"); got != Confirmed {
			t.Errorf("after pasting %q an enter of one's own = %d, want confirmed", pasted, got)
		}
	}
}

func TestConfirmPasteThatComesAsKeysNeverConfirms(t *testing.T) {
	// A terminal without bracketed paste sends the text as keys, all at once.
	a := ask(phrase)
	for _, r := range phrase {
		a.Update(tea.KeyPressMsg{Code: r, Text: string(r)}, a.now)
		a.now = a.now.Add(20 * time.Microsecond)
	}
	if got := a.Update(press("enter"), a.now); got != Pending {
		t.Fatalf("the enter of a paste = %d, want pending", got)
	}
	if view := ansi.Strip(a.View(Size{80, 5})); !strings.Contains(view, "press it again") {
		t.Errorf("it does not say why nothing happened:\n%s", view)
	}
	if got := a.press("enter"); got != Confirmed {
		t.Errorf("the enter after it = %d, want confirmed", got)
	}
	b := ask(phrase)
	b.typeIn(phrase)
	b.press("ctrl+j") // a line feed on its own
	if b.State() != Pending {
		t.Errorf("a line feed = %d, want pending", b.State())
	}
}

func TestConfirmHeldKeyNeverConfirms(t *testing.T) {
	a := ask(phrase)
	a.typeIn(phrase)
	held := press("enter")
	held.IsRepeat = true
	a.now = a.now.Add(time.Second)
	if got := a.Update(held, a.now); got != Pending {
		t.Errorf("a held enter = %d, want pending", got)
	}
	b := ask(phrase)
	if got := b.Update(held, b.now); got != Pending {
		t.Errorf("a held enter on cancel = %d, want pending", got)
	}
	x := press("x")
	x.IsRepeat = true
	if b.Update(x, b.now); b.Typed() != "" {
		t.Errorf("the key that opened it, still held, typed %q", b.Typed())
	}
}

func TestConfirmNothingInTheFirstMoment(t *testing.T) {
	for _, after := range []time.Duration{0, 399 * time.Millisecond, -time.Second} {
		c := NewConfirm(darkTheme(), "cut 5", opened)
		c.Update(tea.PasteMsg{Content: "cut 5"}, opened.Add(after-pasteQuiet))
		if got := c.Update(press("enter"), opened.Add(after)); got != Pending {
			t.Errorf("enter %v after opening = %d, want pending", after, got)
		}
	}
	c := NewConfirm(darkTheme(), "cut 5", opened)
	c.Update(tea.PasteMsg{Content: "cut 5"}, opened)
	if got := c.Update(press("enter"), opened.Add(Grace)); got != Confirmed {
		t.Errorf("enter when the grace is over = %d, want confirmed", got)
	}
}

func TestConfirmNoOtherEventConfirms(t *testing.T) {
	check(t, func(t *rapid.T) {
		a := ask("cut 5")
		a.typeIn("cut 5")
		for range rapid.IntRange(1, 10).Draw(t, "n") {
			a.now = a.now.Add(time.Second)
			k := rapid.SampledFrom([]string{"space", "tab", "left", "x", "backspace", "up", "home", "ctrl+m", "ctrl+d", "end", "shift+tab"}).Draw(t, "key")
			alt := press("enter")
			alt.Mod = tea.ModAlt
			msgs := []tea.Msg{press(k), tea.KeyReleaseMsg(press("enter")), alt, tea.PasteMsg{Content: "\n"}, tea.FocusMsg{}}
			if a.Update(msgs[rapid.IntRange(0, len(msgs)-1).Draw(t, "msg")], a.now) == Confirmed {
				t.Fatal("confirmed without an enter")
			}
		}
	})
}

func TestConfirmKoreanComposes(t *testing.T) {
	for name, texts := range map[string][]string{
		"syllable by syllable": {"당", "근", " ", "3"},
		"committed at once":    {"당근 3"},
		"decomposed":           {"\u1103\u1161\u11bc", "\u1100\u1173\u11ab", " ", "3"},
		"jamo by jamo":         {"\u1103", "\u1161", "\u11bc", "\u1100", "\u1173", "\u11ab", " ", "3"},
	} {
		a := ask("당근 3")
		for _, s := range texts {
			a.now = a.now.Add(100 * time.Millisecond)
			a.Update(tea.KeyPressMsg{Code: tea.KeyExtended, Text: s}, a.now)
		}
		a.View(Size{60, 4})
		if got, want := a.Cursor().X, 3+Width("당근 3"); got != want {
			t.Errorf("%s: the cursor is at cell %d, want %d", name, got, want)
		}
		if got := a.press("enter"); got != Confirmed {
			t.Errorf("%s: %q = %d, want confirmed", name, a.Typed(), got)
		}
	}
	// Before anything is typed the cursor is where composing will show.
	a := ask(phrase)
	a.View(Size{80, 4})
	if c := a.Cursor(); c.X != 3 || c.Y != 1 {
		t.Errorf("the cursor waits at %d,%d, want 3,1", c.X, c.Y)
	}
}

func TestConfirmShowsWhatIsMissing(t *testing.T) {
	a := ask(phrase)
	for _, c := range []struct{ typed, missing, says string }{
		{"", phrase, "enter to go back"},
		{"delete 412", " in 123456789012 #7f3a", "still missing: in 123456789012 #7f3a"},
		{" in 123456789013", "2 #7f3a", "not the phrase from character 26"},
	} {
		a.typeIn(c.typed)
		if got := a.Missing(); got != c.missing {
			t.Errorf("after %q missing is %q, want %q", c.typed, got, c.missing)
		}
		if view := ansi.Strip(a.View(Size{100, 4})); !strings.Contains(view, c.says) || !strings.Contains(view, phrase) {
			t.Errorf("after %q it does not say %q:\n%s", c.typed, c.says, view)
		}
	}
	a.press("backspace")
	a.typeIn("2 #7f3a")
	if view := ansi.Strip(a.View(Size{100, 4})); a.Missing() != "" || !strings.Contains(view, "complete: enter to run") {
		t.Errorf("with the whole phrase missing is %q:\n%s", a.Missing(), view)
	}
	b := ask(phrase)
	b.press("ㅇ")
	if view := ansi.Strip(b.View(Size{100, 4})); !strings.Contains(view, "Hangul") {
		t.Errorf("it does not tell of the input method:\n%s", view)
	}
}

func TestConfirmIsExactForAnyTextAndSize(t *testing.T) {
	check(t, func(t *rapid.T) {
		a := ask(nasty().Draw(t, "phrase"))
		size := anySize().Draw(t, "size")
		for range 4 {
			wantBlock(t, "confirm", a.View(size), size)
			wantCursor(t, a.Cursor(), size)
			a.Update(tea.PasteMsg{Content: nasty().Draw(t, "typed")}, a.now)
			a.press(rapid.SampledFrom([]string{"left", "tab", "home", "backspace", "x"}).Draw(t, "key"))
		}
	})
}

// wantCursor fails if a cursor lies outside of what was drawn.
func wantCursor(t fataler, c *tea.Cursor, size Size) {
	t.Helper()
	if c != nil && size.W > 0 && size.H > 0 && (c.X < 0 || c.Y < 0 || c.X >= size.W || c.Y >= size.H) {
		t.Fatalf("the cursor is at %d,%d of %dx%d", c.X, c.Y, size.W, size.H)
	}
}

func TestConfirmShowsThePhraseWhereThereIsNoRoomAboveIt(t *testing.T) {
	c := NewConfirm(darkTheme(), phrase, opened)
	if got := ansi.Strip(c.View(Size{60, 1})); !strings.Contains(got, phrase) {
		t.Errorf("one line, and it does not say what to type: %q", got)
	}
}
