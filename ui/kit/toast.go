package kit

import (
	"time"

	"github.com/rootout/rootout/ui/theme"
)

// Level is how much a message matters.
type Level uint8

// The levels of messages. A higher one is shown before a lower one.
const (
	Info Level = iota
	Notice
	Alarm
)

// toastsMax is how many messages wait at most; the oldest of the lowest level
// gives way.
const toastsMax = 20

type toast struct {
	level Level
	text  string
	until time.Time
}

// Toasts is a line of passing messages. It reads no clock: the owner asks for
// [Toasts.Next] and calls [Toasts.Expire] then, so that nothing ticks while
// there is nothing to say.
type Toasts struct {
	// Theme is what they are drawn with.
	Theme *theme.Theme

	list []toast
}

// Add shows a message until a time. The same text again only stays longer.
func (ts *Toasts) Add(level Level, text string, until time.Time) {
	for i := range ts.list {
		if ts.list[i].text == text {
			ts.list[i].until, ts.list[i].level = until, level
			return
		}
	}
	ts.list = append(ts.list, toast{level, text, until})
	if len(ts.list) > toastsMax {
		drop := 0
		for i, t := range ts.list {
			if t.level < ts.list[drop].level {
				drop = i
			}
		}
		ts.list = append(ts.list[:drop], ts.list[drop+1:]...)
	}
}

// Expire takes away what is over at a time and says whether anything was.
func (ts *Toasts) Expire(now time.Time) bool {
	kept := ts.list[:0]
	for _, t := range ts.list {
		if t.until.After(now) {
			kept = append(kept, t)
		}
	}
	gone := len(kept) < len(ts.list)
	ts.list = kept
	return gone
}

// Clear takes all messages away.
func (ts *Toasts) Clear() { ts.list = nil }

// Next is when the first message is over; ok is false while there is none.
func (ts *Toasts) Next() (at time.Time, ok bool) {
	for i, t := range ts.list {
		if i == 0 || t.until.Before(at) {
			at = t.until
		}
	}
	return at, len(ts.list) > 0
}

// Len is how many messages there are.
func (ts *Toasts) Len() int { return len(ts.list) }

// View draws the weightiest message, the newest of its level, in w cells.
func (ts *Toasts) View(w int) string {
	if len(ts.list) == 0 {
		return Line(w)
	}
	top := 0
	for i, t := range ts.list {
		if t.level >= ts.list[top].level {
			top = i
		}
	}
	t := ts.list[top]
	style, sign := ts.Theme.Info, " "
	switch t.level {
	case Notice:
		style, sign = ts.Theme.Notice, "? "
	case Alarm:
		style, sign = ts.Theme.Alarm, "! "
	case Info:
	}
	var right []Span
	if more := len(ts.list) - 1; more > 0 {
		right = []Span{{"  +" + Count(more) + " more ", ts.Theme.Muted}}
	}
	return Spread(w, []Span{{sign + t.text, style}}, right)
}
