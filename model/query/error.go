package query

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"

	"github.com/rootout/rootout/model"
)

// Error is a mistake in a query and where it is. It is a usage error: exit code 2 on the command
// line.
type Error struct {
	// Column is where the mistake begins, counted from 1 in columns of the screen: a Korean
	// syllable before it counts two.
	Column int
	// Offset is the same place counted from 0 in bytes of Text.
	Offset int
	// Text is the whole query as it was given.
	Text string
	// Message says in words what is wrong.
	Message string
	// Suggestion is what was probably meant, in place of the word that is wrong; empty when nothing
	// is near.
	Suggestion string
}

// Error is the message with its column and the suggestion.
func (e *Error) Error() string {
	text := fmt.Sprintf("column %d: %s", e.Column, e.Message)
	if e.Suggestion != "" {
		text += "; did you mean " + e.Suggestion + "?"
	}
	return text
}

// caretRoom is how much of a long query Caret shows on either side of the mistake, in columns: both
// together fit a terminal of 80.
const caretRoom = 38

// Caret is the query on one line and below it a caret under the mistake; of a long query it is the
// part around the mistake. Both lines are clean for a terminal.
func (e *Error) Caret() string {
	at := min(max(0, e.Offset), len(e.Text))
	before, after := oneLine(e.Text[:at]), oneLine(e.Text[at:])
	if displaywidth.String(before) > 2*caretRoom {
		for displaywidth.String(before) >= caretRoom {
			_, size := utf8.DecodeRuneInString(before)
			before = before[size:]
			if len(before) > 8*caretRoom {
				before = before[len(before)-8*caretRoom:]
				before = strings.ToValidUTF8(before, "")
			}
		}
		before = "…" + before
	}
	if displaywidth.String(after) > 2*caretRoom {
		end := 0
		for i := range after {
			if displaywidth.String(after[:i]) >= caretRoom {
				break
			}
			end = i
		}
		after = after[:end] + "…"
	}
	return before + after + "\n" + strings.Repeat(" ", displaywidth.String(before)) + "^"
}

func errorAt(offset int, message string, args ...any) *Error {
	return &Error{Offset: offset, Message: fmt.Sprintf(message, args...)}
}

func (e *Error) suggest(suggestion string) *Error {
	e.Suggestion = suggestion
	return e
}

// in completes an error, which knows its offset only, with the text and the column that follows
// from it.
func (e *Error) in(text string) *Error {
	e.Text = text
	e.Column = columnOf(text, e.Offset)
	return e
}

func columnOf(text string, offset int) int {
	return displaywidth.String(oneLine(text[:offset])) + 1
}

// oneLine shows white space as blanks and everything else as the screen would.
func oneLine(text string) string {
	return model.Clean(strings.Map(func(r rune) rune {
		switch r {
		case '\t', '\n', '\r', '\v', '\f':
			return ' '
		}
		return r
	}, text))
}
