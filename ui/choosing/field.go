package choosing

import (
	"errors"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/model/query"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/theme"
)

// Field is a filter of things of one type, of one screen: a line of text, what it means, and the field
// in which it is typed.
type Field[T any] struct {
	input *kit.Input
	open  bool
	// parsed is what filters now, nil for everything; before is what did when the field was opened.
	parsed, before *query.Filter[T]
	parse          func(text string) (*query.Filter[T], error)
	complete       func(text string, cursor int) []string
}

// NewField returns a field that is not open and selects everything. Parse reads what was typed, complete
// offers what may stand at the cursor.
func NewField[T any](
	th *theme.Theme, placeholder string, parse func(text string) (*query.Filter[T], error), complete func(text string, cursor int) []string,
) *Field[T] {
	in := kit.NewInput(th, "/ ")
	in.Placeholder = placeholder
	return &Field[T]{input: in, parse: parse, complete: complete}
}

// Text is the filter that is in force, "" for none.
func (f *Field[T]) Text() string {
	if f.parsed == nil {
		return ""
	}
	return f.parsed.Text()
}

// Query is what filters now, nil for everything.
func (f *Field[T]) Query() *query.Filter[T] { return f.parsed }

// Typing says whether the field is open.
func (f *Field[T]) Typing() bool { return f.open }

// Open shows the field.
func (f *Field[T]) Open() {
	f.open, f.before = true, f.parsed
	f.input.SetValue(f.Text())
}

// Set puts a query in force that another screen holds.
func (f *Field[T]) Set(q *query.Filter[T]) { f.parsed = q }

// Type takes a key or pasted text and says whether the filter in force changed.
func (f *Field[T]) Type(msg tea.Msg) (changed bool) {
	old := f.Text()
	switch f.input.Update(msg) {
	case kit.InputChanged:
		f.read()
	case kit.InputSubmitted:
		if f.read() {
			f.open = false
			f.input.Commit()
		}
	case kit.InputCancelled:
		f.open, f.parsed = false, f.before
	case kit.InputNone:
	}
	return f.Text() != old
}

// read parses what stands in the field; while it is wrong, what was in force when the field was
// opened is again.
func (f *Field[T]) read() bool {
	text := f.input.Value()
	f.parsed = f.before
	q, err := f.parse(text)
	var wrong *query.Error
	switch {
	case errors.As(err, &wrong):
		at := utf8.RuneCountInString(text[:min(max(wrong.Offset, 0), len(text))])
		message := wrong.Message
		if wrong.Suggestion != "" {
			message += "; did you mean " + wrong.Suggestion + "?"
		}
		f.input.SetError(at, message)
	case err != nil:
		f.input.SetError(-1, err.Error())
	default:
		f.input.ClearError()
		f.parsed = q
		if q.Empty() {
			f.parsed = nil
		}
	}
	cursor := f.input.Position()
	items := f.complete(text, cursor)
	_, from := query.Accept(text, cursor, "")
	typed := string([]rune(text)[min(from, cursor):cursor])
	if text == "" || len(items) == 1 && items[0] == typed {
		items = nil // Nothing was begun, or it is whole already.
	}
	f.input.SetSuggestions(from, items)
	return err == nil
}

// OpenWith shows the field with a text in it, as if it had been typed.
func (f *Field[T]) OpenWith(text string) {
	f.Open()
	f.input.SetValue(text)
	f.read()
}

// Enforce puts a text in force at once; a text that is wrong opens the field with what is wrong
// about it.
func (f *Field[T]) Enforce(text string) {
	f.OpenWith(text)
	if f.read() {
		f.open = false
		f.input.Commit()
	}
}

// Lay draws the open field over the last lines of a drawing.
func (f *Field[T]) Lay(base string, size kit.Size) string {
	if !f.open {
		return base
	}
	h := min(f.input.Height(), size.H)
	return kit.Overlay(base, f.input.View(kit.Size{W: size.W, H: h}), 0, size.H-h)
}

// Cursor is where the terminal's cursor belongs in a drawing of that height, nil while the field is
// closed.
func (f *Field[T]) Cursor(height int) *tea.Cursor {
	if !f.open {
		return nil
	}
	c := f.input.Cursor()
	c.Y += max(0, height-f.input.Height())
	return c
}
