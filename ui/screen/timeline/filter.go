package timeline

import (
	"errors"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/query"
	"github.com/rootout/rootout/model/trail"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/theme"
)

// filter is the filter of events: what it means, and the field in which it is typed.
type filter struct {
	input   *kit.Input
	regions func() []model.Region
	open    bool
	// given says that the screen was opened for it, so that going back leaves the screen.
	given bool
	// parsed is what filters now, nil for everything; before is what did when the field was opened.
	parsed, before *query.Filter[trail.Row]
}

func newFilter(th *theme.Theme, regions func() []model.Region) *filter {
	in := kit.NewInput(th, "/ ")
	in.Placeholder = `name:Create* by:…/root on:ARN sort:write,failed region:us-* address:203.0.113.7 "any words"   (tab completes)`
	return &filter{input: in, regions: regions}
}

func (f *filter) text() string {
	if f.parsed == nil {
		return ""
	}
	return f.parsed.Text()
}

func (f *filter) openField() {
	f.open, f.before = true, f.parsed
	f.input.SetValue(f.text())
}

// enforce puts a text in force at once.
func (f *filter) enforce(text string) {
	f.openField()
	f.input.SetValue(text)
	if f.read() {
		f.open = false
		f.input.Commit()
	}
	f.given = text != ""
}

// update takes a key or pasted text and says whether the filter in force changed.
func (f *filter) update(msg tea.Msg) (changed bool) {
	old := f.text()
	switch f.input.Update(msg) {
	case kit.InputChanged:
		f.read()
	case kit.InputSubmitted:
		if f.read() {
			f.open, f.given = false, false
			f.input.Commit()
		}
	case kit.InputCancelled:
		f.open, f.parsed = false, f.before
	case kit.InputNone:
	}
	return f.text() != old
}

// read parses what stands in the field; while it is wrong, what was in force before is.
func (f *filter) read() bool {
	text := f.input.Value()
	f.parsed = f.before
	parsed, err := trail.ParseFilter(text)
	var wrong *query.Error
	switch {
	case errors.As(err, &wrong):
		message := wrong.Message
		if wrong.Suggestion != "" {
			message += "; did you mean " + wrong.Suggestion + "?"
		}
		f.input.SetError(utf8.RuneCountInString(text[:min(max(wrong.Offset, 0), len(text))]), message)
	case err != nil:
		f.input.SetError(-1, err.Error())
	default:
		f.input.ClearError()
		if f.parsed = parsed; parsed.Empty() {
			f.parsed = nil
		}
	}
	f.suggest(text)
	return err == nil
}

// suggest offers what may stand at the cursor.
func (f *filter) suggest(text string) {
	cursor := f.input.Position()
	items := query.CompleteFor(trail.Fields(), text, cursor, f.values)
	_, from := query.Accept(text, cursor, "")
	typed := string([]rune(text)[min(from, cursor):cursor])
	if text == "" || len(items) == 1 && items[0] == typed {
		items = nil
	}
	f.input.SetSuggestions(from, items)
}

func (f *filter) values(field string) []string {
	switch field {
	case "region":
		var names []string
		for _, r := range f.regions() {
			names = append(names, r.Name)
		}
		return names
	case "sort":
		return []string{trail.Read.String(), trail.Write.String(), trail.Start.String(), trail.Probe.String(), trail.Failed.String()}
	}
	return nil
}

// lay draws the open field over the last lines of a drawing.
func (f *filter) lay(base string, size kit.Size) string {
	if !f.open {
		return base
	}
	h := min(f.input.Height(), size.H)
	return kit.Overlay(base, f.input.View(kit.Size{W: size.W, H: h}), 0, size.H-h)
}

func (f *filter) cursor(height int) *tea.Cursor {
	if !f.open {
		return nil
	}
	c := f.input.Cursor()
	c.Y += max(0, height-f.input.Height())
	return c
}
