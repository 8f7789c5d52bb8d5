package kit

import (
	"strings"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/ui/theme"
)

// ConfirmState is how far a confirmation is.
type ConfirmState uint8

// The states of a confirmation. The last two are final.
const (
	Pending ConfirmState = iota
	Confirmed
	Cancelled
)

// Grace is how long after opening nothing can be confirmed: what is pressed in
// that time was meant for the screen before.
const Grace = 400 * time.Millisecond

// pasteQuiet is how long after the last change of the text an enter counts as
// part of it. Terminals without bracketed paste send pasted text as keys, a few
// microseconds apart; nobody types enter this soon after a letter.
const pasteQuiet = 30 * time.Millisecond

// Confirm asks for a phrase to be typed. It begins with the focus on cancel, so
// that enter alone goes back, and the first character typed moves the focus to
// the text. Only an enter that was pressed for it confirms: not one that was
// pasted, not a held key, none within [Grace] of opening, and only when the
// phrase is whole.
type Confirm struct {
	// Theme is what it is drawn with.
	Theme *theme.Theme
	// Verb ends "type … to", "run" unless set.
	Verb string

	phrase  string
	opened  time.Time
	edited  time.Time
	ed      editor
	onText  bool // the focus is on the text and not on cancel
	state   ConfirmState
	remark  string // why an enter did nothing
	cursorX int
	cursorY int
}

// NewConfirm asks for a phrase, from now on.
func NewConfirm(th *theme.Theme, phrase string, now time.Time) *Confirm {
	return &Confirm{Theme: th, Verb: "run", phrase: tidy(phrase), opened: now, ed: newEditor()}
}

// tidy makes two ways to write the same phrase equal: composed, and without
// spaces at the ends and doubled ones between.
func tidy(s string) string { return strings.Join(strings.Fields(composed(s)), " ") }

// State is how far the confirmation is.
func (c *Confirm) State() ConfirmState { return c.state }

// Phrase is what must be typed.
func (c *Confirm) Phrase() string { return c.phrase }

// Typed is what was typed so far.
func (c *Confirm) Typed() string { return c.ed.value() }

// Update takes a message at a time and says how far the confirmation is.
func (c *Confirm) Update(msg tea.Msg, now time.Time) ConfirmState {
	if c.state != Pending {
		return c.state
	}
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		c.pressed(msg, now)
	case tea.PasteMsg:
		c.edit(msg, now)
	}
	return c.state
}

func (c *Confirm) pressed(k tea.KeyPressMsg, now time.Time) {
	switch k.Keystroke() {
	case "esc", "ctrl+c":
		c.state = Cancelled
	case "enter":
		c.entered(k, now)
	case "tab", "shift+tab":
		c.onText = !c.onText
		c.remark = ""
	default:
		// The key that opened this, still held down, is no text.
		if k.IsRepeat && !c.onText {
			return
		}
		c.edit(k, now)
	}
}

// entered is the only way to Confirmed.
func (c *Confirm) entered(k tea.KeyPressMsg, now time.Time) {
	if k.IsRepeat || now.Sub(c.opened) < Grace {
		return
	}
	switch {
	case !c.onText:
		c.state = Cancelled
	case c.phrase == "" || c.Missing() != "" || c.wrongAt() >= 0:
		c.remark = ""
	case now.Sub(c.edited) < pasteQuiet:
		c.remark = "that enter came with the text: press it again"
	default:
		c.state = Confirmed
	}
}

func (c *Confirm) edit(msg tea.Msg, now time.Time) {
	if c.ed.update(msg) {
		c.onText = true
		c.edited = now
		c.remark = ""
	}
}

// wrongAt is the first rune of what was typed that is not the phrase's, -1 if
// all of it is. A space after what was typed is not yet wrong.
func (c *Confirm) wrongAt() int {
	typed, phrase := []rune(tidy(c.Typed())), []rune(c.phrase)
	for i, r := range typed {
		if i >= len(phrase) || phrase[i] != r {
			return i
		}
	}
	return -1
}

// Missing is what is still to be typed, "" when nothing is. Where something
// wrong was typed, it is all that comes after the last right character.
func (c *Confirm) Missing() string {
	typed, phrase := []rune(tidy(c.Typed())), []rune(c.phrase)
	n := len(typed)
	if at := c.wrongAt(); at >= 0 {
		n = min(at, len(phrase))
	}
	return string(phrase[n:])
}

// hint says in words what the state of the text is.
func (c *Confirm) hint() (string, theme.Style) {
	th := c.Theme
	at := c.wrongAt()
	switch {
	case c.remark != "":
		return c.remark, th.Warning
	case c.Typed() == "" && !c.onText:
		return "type the phrase, or enter to go back; ? explains the keys", th.Muted
	case c.Typed() == "":
		return "still missing: " + c.phrase, th.Muted
	case at >= 0 && hasHangul(c.Typed()) && !hasHangul(c.phrase):
		return "the input method types Hangul: the phrase is in Latin letters", th.Warning
	case at >= 0 && c.Missing() == "":
		return "too much from character " + Count(at+1) + " on (ctrl+u clears)", th.Warning
	case at >= 0:
		return "not the phrase from character " + Count(at+1) + " on (ctrl+u clears): there should be " + strings.TrimSpace(c.Missing()), th.Warning
	case c.Missing() != "":
		return "still missing: " + strings.TrimSpace(c.Missing()), th.Muted
	case !c.onText:
		return "complete: tab to the text, then enter", th.OK
	default:
		return "complete: enter to " + c.Verb, th.OK
	}
}

func hasHangul(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Hangul, r) })
}

// Height is how many lines it wants in a width.
func (c *Confirm) Height(w int) int { return len(c.askLines(w)) + 3 }

// askLines shows the phrase, the part that was typed already in its own style.
func (c *Confirm) askLines(w int) []string {
	th := c.Theme
	done := len([]rune(c.phrase)) - len([]rune(c.Missing()))
	head, tail := string([]rune(c.phrase)[:done]), string([]rune(c.phrase)[done:])
	if 11+Width(c.phrase)+Width(c.Verb) <= w {
		return []string{Line(w, Span{" type  ", th.Muted}, Span{head, th.Match}, Span{tail, th.Strong}, Span{"  to " + c.Verb, th.Muted})}
	}
	lines := []string{Line(w, Span{" to " + c.Verb + " type", th.Muted})}
	for _, l := range Wrap(c.phrase, max(w-1, 1)) {
		lines = append(lines, Line(w, Span{" ", th.Text}, Span{l, th.Strong}))
	}
	return lines
}

// View draws the phrase, the text, what is missing and the way back. With too
// few lines the text stays longest.
func (c *Confirm) View(size Size) string {
	size = size.clamp()
	if size.W == 0 || size.H == 0 {
		return Blank(size)
	}
	th := c.Theme
	prompt := min(3, max(size.W-2, 0))
	sign := "   "
	if c.onText {
		sign = " " + cursorSign + " "
	}
	text, at := c.ed.view(size.W-prompt, th.Input, false)
	hint, style := c.hint()
	below := []string{Line(size.W, Span{"   " + hint, style}), c.cancelLine(size.W)}

	ask := c.askLines(size.W)
	lines := make([]string, 0, size.H)
	if room := size.H - 1; len(ask) <= room {
		lines = append(lines, ask...)
	} else if c.Typed() == "" {
		text = th.Placeholder.Paint(Fit(c.phrase, size.W-prompt, AlignLeft))
	}
	c.cursorX, c.cursorY = prompt+at, len(lines)
	lines = append(lines, Fit(sign, prompt, AlignLeft)+text)
	return Block(append(lines, below...), size)
}

func (c *Confirm) cancelLine(w int) string {
	if c.onText {
		return Line(w, Span{"   ", c.Theme.Text}, Span{"[ cancel ]", c.Theme.Button}, Span{"  esc", c.Theme.Muted})
	}
	return Line(w, Span{" " + cursorSign + " ", c.Theme.Text}, Span{"[ cancel ]", c.Theme.ButtonFocus}, Span{"  enter or esc", c.Theme.Muted})
}

// Cursor is where the terminal's cursor belongs, relative to the top left of
// the last drawing. It is at the text whatever has the focus, since an input
// method composes where the cursor is, and typing moves the focus there.
func (c *Confirm) Cursor() *tea.Cursor { return tea.NewCursor(c.cursorX, c.cursorY) }
