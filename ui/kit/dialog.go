package kit

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/ui/theme"
)

// Button is an answer that a dialog offers.
type Button struct {
	ID, Label string
	// Key presses the button from anywhere in the dialog, "y" for example; not
	// where the dialog has a text field, which takes all letters.
	Key string
	// Cancel marks the button that changes nothing. The focus starts on it, and
	// esc presses it at any time; any other press waits for [Grace] to be over.
	Cancel bool
	// DisabledReason is why the button cannot be pressed now, "" if it can.
	DisabledReason string
}

// Dialog is a box over the screen that asks something.
type Dialog struct {
	// ID comes back in the [Answer].
	ID    string
	Title string
	// Body is shown line by line, broken at the width of the box, and scrolls
	// when there is no room.
	Body []string
	// Field, if any, is a text field below the body. Enter in it presses the
	// first button that is not Cancel.
	Field   *Input
	Buttons []Button

	opened time.Time
	focus  int
	scroll int
	page   int // body lines of the last drawing
	lines  int // body lines there are
	remark string
}

// Answer is what a dialog was left with.
type Answer struct {
	// DialogID and ButtonID say which button of which dialog; ButtonID is "" when
	// a dialog without a Cancel button was left with esc.
	DialogID, ButtonID string
	// Cancelled says that the button changes nothing.
	Cancelled bool
	// Text is what stands in the dialog's field.
	Text string
}

// Dialogs is the stack of open dialogs; the last one opened has the keys.
type Dialogs struct {
	// Theme is what they are drawn with.
	Theme *theme.Theme

	open   []*Dialog
	cursor *tea.Cursor
}

// Open puts a dialog on top, at a time.
func (ds *Dialogs) Open(d *Dialog, now time.Time) {
	d.opened, d.focus, d.scroll = now, 0, 0
	for i, b := range d.Buttons {
		if b.Cancel {
			d.focus = i
			break
		}
	}
	ds.open = append(ds.open, d)
}

// Len is how many dialogs are open.
func (ds *Dialogs) Len() int { return len(ds.open) }

// Top is the dialog that has the keys, nil if none is open.
func (ds *Dialogs) Top() *Dialog {
	if len(ds.open) == 0 {
		return nil
	}
	return ds.open[len(ds.open)-1]
}

// Close takes every dialog of an id away without an answer.
func (ds *Dialogs) Close(id string) {
	kept := ds.open[:0:0]
	for _, d := range ds.open {
		if d.ID != id {
			kept = append(kept, d)
		}
	}
	ds.open = kept
}

// Update gives a message to the dialog on top. ok says that it was answered and
// is closed.
func (ds *Dialogs) Update(msg tea.Msg, now time.Time) (a Answer, ok bool) {
	d := ds.Top()
	if d == nil {
		return Answer{}, false
	}
	k, isKey := msg.(tea.KeyPressMsg)
	if !isKey {
		if d.Field != nil {
			d.Field.Update(msg)
		}
		return Answer{}, false
	}
	i, pressed := d.pressed(k)
	if !pressed {
		return Answer{}, false
	}
	if i < 0 {
		return ds.answer(d, Answer{DialogID: d.ID, Cancelled: true})
	}
	b := d.Buttons[i]
	switch {
	case b.DisabledReason != "":
		d.remark = b.DisabledReason
		return Answer{}, false
	case k.IsRepeat, k.Keystroke() != "esc" && now.Sub(d.opened) < Grace:
		// A key that was meant for the screen below, or is still held from there.
		return Answer{}, false
	}
	return ds.answer(d, Answer{DialogID: d.ID, ButtonID: b.ID, Cancelled: b.Cancel})
}

func (ds *Dialogs) answer(d *Dialog, a Answer) (Answer, bool) {
	if d.Field != nil {
		a.Text = d.Field.Value()
	}
	ds.open = ds.open[:len(ds.open)-1]
	return a, true
}

// pressed is the button that a key presses, -1 for esc without one; other keys
// move the focus, scroll or type.
func (d *Dialog) pressed(k tea.KeyPressMsg) (button int, ok bool) {
	d.remark = ""
	switch name := k.Keystroke(); name {
	case "esc", "ctrl+c":
		for i, b := range d.Buttons {
			if b.Cancel && b.DisabledReason == "" {
				return i, true
			}
		}
		return -1, true
	case "enter":
		return d.entered()
	case "tab", "shift+tab", "left", "right":
		if d.Field != nil && (name == "left" || name == "right") {
			break
		}
		d.turn(map[bool]int{true: 1, false: -1}[name == "tab" || name == "right"])
		return 0, false
	case "up":
		d.scroll--
		return 0, false
	case "down":
		d.scroll++
		return 0, false
	case "pgup":
		d.scroll -= max(d.page-1, 1)
		return 0, false
	case "pgdown":
		d.scroll += max(d.page-1, 1)
		return 0, false
	}
	if d.Field != nil {
		d.Field.Update(k)
		return 0, false
	}
	for i, b := range d.Buttons {
		if b.Key != "" && k.String() == b.Key {
			return i, true
		}
	}
	d.remark = KeyName(k.Keystroke()) + " does nothing here: answer first"
	return 0, false
}

// Keys are the keys that work in it, each with what it does.
func (d *Dialog) Keys() [][2]string {
	keys := [][2]string{{"enter", "on the focus"}}
	if len(d.Buttons) > 1 {
		keys = append(keys, [2]string{"tab", "next"})
	}
	escape := "close"
	for _, b := range d.Buttons {
		if b.Key != "" && d.Field == nil && b.DisabledReason == "" {
			keys = append(keys, [2]string{b.Key, b.Label})
		}
		if b.Cancel {
			escape = b.Label
		}
	}
	return append(keys, [2]string{"esc", escape})
}

func (d *Dialog) entered() (int, bool) {
	if d.Field != nil && d.Field.Value() != "" && d.focusIsCancel() {
		for i, b := range d.Buttons {
			if !b.Cancel {
				return i, true
			}
		}
	}
	if len(d.Buttons) == 0 {
		return -1, true
	}
	return d.focus, true
}

func (d *Dialog) focusIsCancel() bool {
	return len(d.Buttons) > 0 && d.Buttons[d.focus].Cancel
}

func (d *Dialog) turn(dir int) {
	if n := len(d.Buttons); n > 0 {
		d.focus = (d.focus + dir + n) % n
	}
}

// boxWidth is how wide a dialog's box becomes at most: longer lines are hard to
// read.
const boxWidth = 76

// Draw lays the open dialogs over base, which is a drawing of size cells.
func (ds *Dialogs) Draw(base string, size Size) string {
	size = size.clamp()
	ds.cursor = nil
	if size.W == 0 || size.H == 0 {
		return base
	}
	for i, d := range ds.open {
		box := d.size(size)
		x, y := (size.W-box.W)/2, (size.H-box.H)/2
		drawn, cur := d.view(ds.Theme, box)
		base = Overlay(base, drawn, x, y)
		if i == len(ds.open)-1 && cur != nil {
			ds.cursor = tea.NewCursor(x+cur.X, y+cur.Y)
		}
	}
	return base
}

// Cursor is where the terminal's cursor belongs in the last drawing, nil if the
// dialog on top has no text field.
func (ds *Dialogs) Cursor() *tea.Cursor { return ds.cursor }

// size is how large the dialog's box is on a screen.
func (d *Dialog) size(screen Size) Size {
	w := max(Width(d.Title)+6, spansWidth(d.buttonSpans(&theme.Theme{}))+4, 30)
	for _, l := range d.Body {
		for part := range strings.SplitSeq(l, "\n") {
			w = max(w, Width(part)+4)
		}
	}
	if d.Field != nil {
		w = max(w, 50)
	}
	w = min(w, boxWidth, screen.W)
	h := len(d.wrapped(w-4)) + 4
	if d.Field != nil {
		h += d.Field.Height() + 1
	}
	return Size{W: w, H: min(h, screen.H)}
}

func (d *Dialog) wrapped(w int) []string {
	var lines []string
	for _, l := range d.Body {
		lines = append(lines, Wrap(l, max(w, 1))...)
	}
	return lines
}

// view draws the box. The buttons and the field are kept when lines are few.
func (d *Dialog) view(th *theme.Theme, box Size) (drawn string, cur *tea.Cursor) {
	framed := box.W >= 8 && box.H >= 5
	in := box
	if framed {
		in = Size{W: box.W - 4, H: box.H - 2}
	}
	foot := []string{Line(in.W, d.buttonSpans(th)...)}
	if d.remark != "" {
		foot = []string{Line(in.W, Span{"! " + d.remark, th.Warning}), foot[0]}
	}
	body := d.wrapped(in.W)
	d.lines = len(body)
	room := in.H - len(foot)
	var field string
	if d.Field != nil && room > 0 {
		h := min(d.Field.Height(), room)
		field = d.Field.View(Size{W: in.W, H: h})
		room -= h
	}
	d.page = max(room, 0)
	d.scroll = clampInt(d.scroll, 0, max(len(body)-d.page, 0))
	shown := make([]string, 0, d.page)
	for i := range d.page {
		line := ""
		if d.scroll+i < len(body) {
			line = body[d.scroll+i]
		}
		shown = append(shown, Line(in.W, Span{line, th.Text}))
	}
	parts := shown
	if field != "" {
		fx, fy := d.Field.cursorX, len(parts)
		if framed {
			fx, fy = fx+2, fy+1
		}
		cur = tea.NewCursor(fx, fy)
		parts = append(parts, strings.Split(field, "\n")...)
	}
	parts = append(parts, foot...)
	inner := Block(parts[:min(len(parts), in.H)], in)
	if !framed {
		return inner, cur
	}
	title := d.Title
	if len(body) > d.page {
		title += "  " + Count(d.scroll+1) + "–" + Count(min(d.scroll+d.page, len(body))) + " of " + Count(len(body))
	}
	return Frame(th, title, inner, box), cur
}

func (d *Dialog) buttonSpans(th *theme.Theme) []Span {
	var spans []Span
	for i, b := range d.Buttons {
		style, sign, label := th.Button, "  ", b.Label
		if b.Key != "" && d.Field == nil {
			label = b.Key + " " + label
		}
		open, end := "[ ", " ]"
		if b.DisabledReason != "" {
			style, open, end = th.Muted, "( ", " )"
		}
		if i == d.focus {
			style, sign = th.ButtonFocus, cursorSign+" "
		}
		spans = append(spans, Span{sign, th.Text}, Span{open + label + end, style}, Span{" ", th.Text})
	}
	return spans
}

// Frame draws a border with a title around inner, a drawing of two lines less
// and four cells less than size.
func Frame(th *theme.Theme, title, inner string, size Size) string {
	if size.W < 4 || size.H < 2 {
		return Blank(size)
	}
	line := strings.Repeat("─", size.W-2)
	top := th.Border.Paint("┌" + line + "┐")
	if room := size.W - 6; room > 0 && title != "" {
		title, _ = takeCells(Plain(title), room)
		top = th.Border.Paint("┌─ ") + th.Title.Paint(title) + th.Border.Paint(" "+strings.Repeat("─", size.W-5-Width(title))+"┐")
	}
	side := th.Border.Paint("│")
	lines := []string{top}
	for l := range strings.SplitSeq(inner, "\n") {
		lines = append(lines, side+" "+FitStyled(l, size.W-4)+" "+side)
	}
	lines = append(lines[:min(len(lines), size.H-1)], th.Border.Paint("└"+line+"┘"))
	return Block(lines, size)
}
