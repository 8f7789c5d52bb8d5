package choosing

import (
	"encoding/json"
	"errors"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/query"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/theme"
)

// Source is what a filter is read and held against.
type Source interface {
	Catalog() *model.Catalog
	// Moment is the present of what is shown, Zone the zone of times without one.
	Moment() time.Time
	Zone() *time.Location
	// Regions are the names of the account's regions.
	Regions() []string
	// Raw reads raw records beside the loop, nil where there is no case.
	Raw() func(model.Ref) (json.RawMessage, bool)
}

// Filter is the filter of one screen: a line of text, what it means, and the field in which it is
// typed.
type Filter struct {
	input  *kit.Input
	source Source
	open   bool
	// parsed is what filters now, nil for everything; before is what did when the field was opened.
	parsed, before *query.Query
}

// NewFilter returns a filter that is not open and selects everything.
func NewFilter(th *theme.Theme, source Source) *Filter {
	in := kit.NewInput(th, "/ ")
	in.Placeholder = `kind:task cpu>=4 age<24h by:…/name region:us-* !name:prod* "any words"   (tab completes)`
	return &Filter{input: in, source: source}
}

// Text is the filter that is in force, "" for none.
func (f *Filter) Text() string {
	if f.parsed == nil {
		return ""
	}
	return f.parsed.Text()
}

// Query is what filters now, nil for everything.
func (f *Filter) Query() *query.Query { return f.parsed }

// Open shows the field.
func (f *Filter) Open() {
	f.open, f.before = true, f.parsed
	f.input.SetValue(f.Text())
}

// Set puts a query in force that another screen holds.
func (f *Filter) Set(q *query.Query) { f.parsed = q }

// Type takes a key or pasted text and says whether the filter in force changed.
func (f *Filter) Type(msg tea.Msg) (changed bool) {
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
func (f *Filter) read() bool {
	text := f.input.Value()
	f.parsed = f.before
	q, err := query.Parse(f.source.Catalog(), text, query.Options{NoRaw: f.source.Raw() == nil})
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
	items := query.Complete(f.source.Catalog(), text, cursor, f.valuesOf)
	_, from := query.Accept(text, cursor, "")
	typed := string([]rune(text)[min(from, cursor):cursor])
	if text == "" || len(items) == 1 && items[0] == typed {
		items = nil // Nothing was begun, or it is whole already.
	}
	f.input.SetSuggestions(from, items)
	return err == nil
}

// valuesOf are the values of a field that can be told without a look at every resource.
func (f *Filter) valuesOf(field string) []string {
	if field == "region" {
		return f.source.Regions()
	}
	return nil
}

// Matcher is the filter as a function for work beside the loop, nil for everything: it reads what
// does not change, and the case's raw records where raw~ asks for them.
func (f *Filter) Matcher() func(*model.Resource) bool {
	if f.parsed == nil {
		return nil
	}
	q, env := f.parsed, f.env()
	return func(r *model.Resource) bool { return q.Match(r, env) }
}

// Unsure tells of a resource whether it cannot be told if the filter selects it; nil without a
// filter.
func (f *Filter) Unsure() func(*model.Resource) bool {
	if f.parsed == nil {
		return nil
	}
	q, env := f.parsed, f.env()
	return func(r *model.Resource) bool { return q.Unsure(r, env) }
}

func (f *Filter) env() query.Env {
	return query.Env{Now: f.source.Moment(), Location: f.source.Zone(), Raw: f.source.Raw()}
}

// OpenWith shows the field with a text in it, as if it had been typed.
func (f *Filter) OpenWith(text string) {
	f.Open()
	f.input.SetValue(text)
	f.read()
}

// Enforce puts a text in force at once; a text that is wrong opens the field with what is wrong
// about it.
func (f *Filter) Enforce(text string) {
	f.OpenWith(text)
	if f.read() {
		f.open = false
		f.input.Commit()
	}
}

// Regions hides rows of the grid by the region terms; nil shows all.
func (f *Filter) Regions() func(string) bool {
	if f.parsed == nil {
		return nil
	}
	pass, restricted := f.parsed.Regions()
	if !restricted {
		return nil
	}
	return pass
}

// ambiguous says in a sentence why the filter must not mark, "" where it may.
func (f *Filter) ambiguous() string {
	if f.parsed == nil {
		return ""
	}
	if found := f.parsed.Ambiguous(); len(found) > 0 {
		return found[0].String()
	}
	return ""
}

// Lay draws the open field over the last lines of a drawing.
func (f *Filter) Lay(base string, size kit.Size) string {
	if !f.open {
		return base
	}
	h := min(f.input.Height(), size.H)
	return kit.Overlay(base, f.input.View(kit.Size{W: size.W, H: h}), 0, size.H-h)
}

// Cursor is where the terminal's cursor belongs in a drawing of that height, nil while the field is
// closed.
func (f *Filter) Cursor(height int) *tea.Cursor {
	if !f.open {
		return nil
	}
	c := f.input.Cursor()
	c.Y += max(0, height-f.input.Height())
	return c
}
