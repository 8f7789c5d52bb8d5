package list

import (
	"cmp"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/choosing"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/words"
)

// Screen shows resources, one a row.
type Screen struct {
	needs   Needs
	of      screen.ListOf
	choose  *choosing.Chooser
	table   *kit.Table
	reading background.Latest
	fields  []model.Field
	rows    *rows
	// plural is what its rows are called, height how high the last drawing was.
	plural string
	height int
	// remarks are words on some of the resources, for the line below the rows.
	remarks map[model.Ref]string
	hint    hint
}

// New returns a list.
func New(needs Needs, request screen.ListRequest) *Screen {
	l := &Screen{
		needs: needs, of: request.Of, choose: choosing.New(needs.Choosing), fields: fieldsOf(needs.Catalog, request.Of, needs.Columns),
		remarks: request.Remarks,
	}
	l.choose.Filter.Set(request.Filter)
	l.choose.Order = choosing.Order{Column: request.SortBy, Descending: request.Descending}
	l.table = kit.NewTable(needs.Theme, columnsOf(l.fields)...)
	l.table.SignWidth = 3
	l.plural = l.noun(0)
	l.table.Empty = "reading"
	l.rows = &rows{l: l}
	l.table.SetRows(l.rows)
	return l
}

// columnsOf are the columns of fields, in their order.
func columnsOf(fields []model.Field) []kit.Column {
	cols := make([]kit.Column, len(fields))
	for i, f := range fields {
		cols[i] = kit.Column{ID: f.ID, Title: f.Title, Order: i, Priority: f.Order, MaxWidth: 48}
		if f.Type == model.NumberField || f.Type == model.TimeField {
			cols[i].Align = kit.AlignRight
		}
		if f.ID == "by" {
			cols[i].MinWidth = 24 // The session stands at the end, and tells makers apart.
		}
		if i == 0 {
			cols[i].Priority, cols[i].MinWidth, cols[i].MaxWidth = 0, 16, 60
		}
	}
	return cols
}

// fieldsOf are the columns: those of the kind, or the common ones where kinds are mixed. What is
// the same in every row is left out.
func fieldsOf(catalog *model.Catalog, of screen.ListOf, columns map[string][]string) []model.Field {
	fields := model.CommonFields()
	if of.Kind != "" {
		fields = catalog.Fields(of.Kind)
	}
	k, _ := catalog.Kind(of.Kind)
	if chosen := chosenFields(fields, wantedOf(&k, columns)); len(chosen) > 0 {
		return chosen
	}
	fields = slices.DeleteFunc(fields, func(f model.Field) bool {
		return f.Order > 100 || f.ID == "kind" && of.Kind != "" || f.ID == "region" && (of.Region != "" || k.Scope == model.Global)
	})
	slices.SortStableFunc(fields, func(a, b model.Field) int { return a.Order - b.Order })
	return fields
}

// wantedOf are the columns that the operator wants of a kind.
func wantedOf(k *model.Kind, columns map[string][]string) []string {
	for _, name := range append([]string{string(k.ID)}, k.Aliases...) {
		if wanted := columns[name]; len(wanted) > 0 {
			return wanted
		}
	}
	return nil
}

// chosenFields are the fields that are wanted, in that order; the name stays first, since it tells
// the rows apart. A field goes by its name in filters or by its head.
func chosenFields(fields []model.Field, wanted []string) []model.Field {
	if len(wanted) == 0 {
		return nil
	}
	var chosen []model.Field
	for _, name := range append([]string{"name"}, wanted...) {
		at := slices.IndexFunc(fields, func(f model.Field) bool { return fieldCalled(&f, name) })
		if at >= 0 && !slices.ContainsFunc(chosen, func(f model.Field) bool { return f.ID == fields[at].ID }) {
			f := fields[at]
			f.Order = len(chosen) + 1
			chosen = append(chosen, f)
		}
	}
	return chosen
}

func fieldCalled(f *model.Field, name string) bool {
	return strings.EqualFold(f.ID, name) || strings.EqualFold(f.Title, name) || slices.Contains(f.Aliases, name)
}

// UnknownColumns are the names among those that the operator wants of a kind that are no fields of it.
func UnknownColumns(catalog *model.Catalog, kind model.KindID, wanted []string) []string {
	fields := catalog.Fields(kind)
	return slices.DeleteFunc(slices.Clone(wanted), func(name string) bool {
		return slices.ContainsFunc(fields, func(f model.Field) bool { return fieldCalled(&f, name) })
	})
}

// noun is what n of its rows are called.
func (l *Screen) noun(n int) string {
	k, ok := l.needs.Catalog.Kind(l.of.Kind)
	switch {
	case ok && n == 1 && len(k.Aliases) > 0:
		return k.Aliases[0]
	case ok:
		return k.Plural
	case n == 1:
		return "resource"
	}
	return "resources"
}

// Scope names the list's keys.
func (l *Screen) Scope() string { return Scope }

// Title is its part of the path.
func (l *Screen) Title() string {
	var parts []string
	if l.of.Name != "" {
		parts = append(parts, l.of.Name)
	}
	if l.of.Region != "" {
		parts = append(parts, l.of.Region)
	}
	parts = append(parts, l.plural)
	switch l.of {
	case screen.ListOf{}:
		return "everything"
	case screen.ListOf{Name: l.of.Name}:
		return l.of.Name
	}
	return strings.Join(parts, " ")
}

// Refresh reads the place again.
func (l *Screen) Refresh(loud bool) {
	filter := l.choose.Filter
	request := readRequest{
		snap: l.needs.Account.Snapshot(), of: l.of, kinds: l.needs.Catalog.Kinds(), order: l.choose.Order,
		match: filter.Matcher(), unsure: filter.Unsure(), filter: filter.Text(), starred: l.choose.Starred(),
	}
	// The hints need the graph too, but only a list of what an owner holds waits for it: it
	// refreshes the top screen when it has come.
	graph := l.needs.Account.Graph()
	if !l.of.Owner.IsZero() {
		if graph == nil {
			return
		}
		request.graph = graph
	}
	for i := range l.fields {
		if l.fields[i].ID == l.choose.Order.Column {
			request.sort = &l.fields[i]
		}
	}
	if d := l.rows.data; l.needs.RowOrder.Still() && d != nil && d.order == l.choose.Order && d.filter == request.filter {
		request.still = d.index
	}
	background.DoLatest(l.needs.Loop, &l.reading, !loud, request.read, func(d *data) {
		l.rows.data = d
		l.table.Total = d.total
		l.table.Empty = l.emptyText(d)
		l.lookHint()
	})
}

// emptyText says why there is no row: nothing there, or nothing that could be read.
func (l *Screen) emptyText(d *data) string {
	if d.total > 0 {
		return "none of " + words.Count(d.total, "resource", "resources") + " here matches the filter; / changes it"
	}
	if k, ok := l.needs.Catalog.Kind(l.of.Kind); ok && (l.of.Region != "" || k.Scope == model.Global) && l.of.Owner.IsZero() {
		c := l.needs.Account.Snapshot().Cell(model.CellKey{Place: model.Place{Account: l.needs.Account.Caller().Account, Region: l.of.Region}, Kind: l.of.Kind})
		switch state := c.StateAt(l.needs.Clock.Now()); {
		case c.Failure != nil:
			return state.String() + ": " + c.Failure.Error()
		case !state.Complete():
			return "not known: this cell is " + state.String()
		}
		return "none: a complete listing came back empty at " + l.needs.Clock.Full(c.AsOf)
	}
	return "nothing has been found here; the grid says whether all was read"
}

// Draw fills the screen: what filters, the rows, and a line on the row under the cursor.
func (l *Screen) Draw(size kit.Size) string {
	l.height = size.H
	top := l.headLines(size.W)
	foot := l.footLines(size.W)
	l.table.SetSort(l.choose.Order.Column, l.choose.Order.Descending)
	l.table.Unit = l.noun(max(l.table.Len(), l.table.Total))
	if d := l.rows.data; d != nil && d.kept {
		l.table.SetSort("", false) // No head says what is not so.
		l.table.Unit += l.needs.RowOrder.KeptWords()
	}
	body := l.table.View(kit.Size{W: size.W, H: size.H - len(top) - len(foot)})
	return l.choose.Filter.Lay(kit.Stack(strings.Join(top, "\n"), body, strings.Join(foot, "\n")), size)
}

func (l *Screen) headLines(width int) []string {
	d := l.rows.data
	if d == nil {
		return nil
	}
	head := choosing.Head{
		Filter: d.filter, Unsure: d.unsure, UnsureOf: "what the filter asks for is not known of them", Fresh: d.fresh,
	}
	if d.idle > 0 {
		idle := "  " + kit.Count(d.idle) + " do not count (stopped, or deleted by AWS)"
		head.Said = []kit.Span{{Text: idle, Style: l.needs.Theme.Muted}}
	}
	spans := l.choose.HeadSpans(head)
	if len(spans) == 0 {
		return nil
	}
	return []string{kit.Line(width, spans...)}
}

// footLines are a help for the eye on the row under the cursor: who registered what it runs where
// its maker is unknown, its note, its place in the hostile set.
func (l *Screen) footLines(width int) []string {
	r := l.current()
	if r == nil {
		return nil
	}
	text := ""
	if maker := r.About().Maker; !maker.Known() {
		text = "? maker unknown"
		if maker.ARN != "" {
			text += "; perhaps " + model.Clean(maker.ARN) + ", a guess"
		} else if hint := l.hintOf(r.Ref); hint != "" {
			text += "; " + hint
		}
	}
	if cause := l.remarks[r.Ref]; cause != "" {
		text = cause
	}
	text = words.ShortWordsIn(text, width-2)
	if note := l.needs.Notes.Note(r.Ref); note != "" {
		text = strings.TrimPrefix(text+" · note: "+note, " · ")
	}
	if text == "" {
		text = kit.MiddleCut(r.Thing(), width-2)
	}
	if verdict := r.Verdict(); verdict != model.Unjudged {
		text = verdict.String() + ": " + text
	}
	return []string{kit.Line(width, kit.Span{Text: "  " + text, Style: l.needs.Theme.Muted})}
}

// current is the resource under the cursor, nil for none.
func (l *Screen) current() *model.Resource {
	if i := l.table.Cursor(); i >= 0 && l.rows.data != nil && i < len(l.rows.data.rows) {
		return l.rows.data.rows[i]
	}
	return nil
}

// Typing says whether the filter is being typed.
func (l *Screen) Typing() bool { return l.choose.Typing() }

// Type gives a message to the filter.
func (l *Screen) Type(msg tea.Msg) {
	if l.choose.Type(msg) {
		l.Refresh(true)
	}
}

// Cursor is where the terminal's cursor belongs.
func (l *Screen) Cursor() *tea.Cursor { return l.choose.Filter.Cursor(l.height) }

// Click puts the cursor where the mouse is, or orders by the head that is there.
func (l *Screen) Click(x, y int) bool {
	y -= len(l.headLines(0))
	if hit := l.table.At(x, y); hit.Header && hit.Column != "" {
		l.chooseOrder(hit.Column)
		return false
	}
	defer l.lookHint()
	return l.table.Click(x, y)
}

// Wheel scrolls.
func (l *Screen) Wheel(lines int) {
	l.table.Scroll(lines)
	l.lookHint()
}

// Every is how often ages change, and how soon rows come into their order that were kept out of it.
func (l *Screen) Every() time.Duration {
	if d := l.rows.data; d != nil && d.kept {
		return cmp.Or(l.needs.RowOrder.ResortAfter(), 30*time.Second)
	}
	return 30 * time.Second
}

// Shows is the filter in force, nil for none.
func (l *Screen) Shows() func(*model.Resource) bool { return l.choose.Filter.Matcher() }

// NextStep is what a stranger should do next.
func (l *Screen) NextStep() string {
	switch {
	case l.remarks != nil:
		return "* marks what comes back and what brings it; x reviews"
	case l.needs.Marks.Len() > 0:
		_, hint, _ := l.choose.Marked()
		return hint
	}
	return "space marks a row, * all that are shown; esc goes back"
}
