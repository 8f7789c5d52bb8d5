package screen

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// Place says which resources a list is of: a cell, a row (no kind), a column (no region), everything (neither), or what an owner holds.
type Place struct {
	Region string
	Kind   model.KindID
	// Owner is the resource whose children are listed; the zero Ref for none. Users lists those that refer to it instead.
	Owner model.Ref
	Users bool
	// Name is what the path in the header says of an owner.
	Name string
}

// List shows resources, one a row.
type List struct {
	place   Place
	table   *kit.Table
	filter  *Filter
	job     background.Latest
	fields  []model.Field
	rows    *listRows
	sortID  string
	desc    bool
	starred *starred
	plural  string
	height  int
	// causes are words on some of the resources, for the line below the rows.
	causes map[model.Ref]string
}

// NewList returns the list of a place.
func NewList(w *World, place Place) *List {
	l := &List{place: place, filter: newFilter(w)}
	l.fields = listFields(w.Catalog, place)
	cols := make([]kit.Column, len(l.fields))
	for i, f := range l.fields {
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
	l.table = kit.NewTable(w.Theme, cols...)
	l.table.SignWidth = 3
	l.plural = l.noun(w.Catalog, 0)
	l.table.Empty = "reading…"
	l.rows = &listRows{l: l, w: w}
	l.table.SetRows(l.rows)
	return l
}

// listFields are the columns: those of the kind, or the common ones where kinds are mixed. What is the same in every row is left out.
func listFields(catalog *model.Catalog, place Place) []model.Field {
	fields := model.CommonFields()
	if place.Kind != "" {
		fields = catalog.Fields(place.Kind)
	}
	fields = slices.DeleteFunc(fields, func(f model.Field) bool {
		return f.Order > 100 || f.ID == "kind" && place.Kind != "" || f.ID == "region" && place.Region != ""
	})
	slices.SortStableFunc(fields, func(a, b model.Field) int { return a.Order - b.Order })
	return fields
}

// noun is what n of its rows are called.
func (l *List) noun(catalog *model.Catalog, n int) string {
	k, ok := catalog.Kind(l.place.Kind)
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
func (l *List) Scope() string { return ScopeList }

// Title is its part of the path.
func (l *List) Title() string {
	var parts []string
	if l.place.Name != "" {
		parts = append(parts, l.place.Name)
	}
	if l.place.Region != "" {
		parts = append(parts, l.place.Region)
	}
	parts = append(parts, l.plural)
	switch l.place {
	case Place{}:
		return "everything"
	case Place{Name: l.place.Name}:
		return l.place.Name
	}
	return strings.Join(parts, " ")
}

func (l *List) sortBy(_ *World, id string, desc bool) { l.sortID, l.desc = id, desc }

// Refresh reads the place again.
func (l *List) Refresh(w *World, loud bool) {
	ask := listAsk{
		snap: w.Snapshot(), place: l.place, match: l.filter.matcher(w), desc: l.desc, kinds: w.Catalog.Kinds(),
		filter: l.filter.Text(), unsure: l.filter.unsure(w),
	}
	// The hints need the graph too, but only a list of what an owner holds waits for it: it refreshes the top screen when it has come.
	graph := w.Graph()
	if !l.place.Owner.IsZero() {
		if graph == nil {
			return
		}
		ask.graph = graph
	}
	for i := range l.fields {
		if l.fields[i].ID == l.sortID {
			ask.sort = &l.fields[i]
		}
	}
	ask.sortID = l.sortID
	if l.starred != nil && l.starred.filter == l.filter.Text() {
		ask.starred = l.starred.refs
	}
	if w.Still() && l.rows.data != nil && l.rows.data.sortID == l.sortID && l.rows.data.desc == l.desc &&
		l.rows.data.filter == ask.filter {
		ask.still = l.rows.data.index
	}
	background.DoLatest(w.Loop, &l.job, !loud, ask.read, func(d *listData) {
		l.rows.data = d
		l.table.Total = d.total
		l.table.Empty = l.emptyText(w, d)
	})
}

// emptyText says why there is no row: nothing there, or nothing that could be read.
func (l *List) emptyText(w *World, d *listData) string {
	if d.total > 0 {
		return "none of " + words.Count(d.total, "resource", "resources") + " here matches the filter; / changes it"
	}
	if l.place.Region != "" && l.place.Kind != "" {
		c := w.Snapshot().Cell(model.CellKey{Place: model.Place{Account: w.Account(), Region: l.place.Region}, Kind: l.place.Kind})
		switch state := c.StateAt(w.Clock.Now()); {
		case c.Failure != nil:
			return state.String() + ": " + c.Failure.Error()
		case !state.Complete():
			return "not known: this cell is " + state.String()
		}
		return "none: a complete listing came back empty at " + w.Clock.Full(c.AsOf)
	}
	return "nothing has been found here; whether there is nothing the grid says"
}

// Draw fills the screen: what filters, the rows, and a line on the row under the cursor.
func (l *List) Draw(w *World, size kit.Size) string {
	l.height = size.H
	top := l.headLines(w, size.W)
	foot := l.footLines(w, size.W)
	l.table.SetSort(l.sortID, l.desc)
	l.table.Unit = l.noun(w.Catalog, max(l.table.Len(), l.table.Total))
	body := l.table.View(kit.Size{W: size.W, H: size.H - len(top) - len(foot)})
	return l.filter.lay(kit.Stack(strings.Join(top, "\n"), body, strings.Join(foot, "\n")), size)
}

func (l *List) headLines(w *World, width int) []string {
	d := l.rows.data
	if d == nil {
		return nil
	}
	var spans []kit.Span
	add := func(style func() kit.Span) { spans = append(spans, style()) }
	if text := d.filter; text != "" {
		spans = append(spans, kit.Span{Text: " filter ", Style: w.Theme.Muted}, kit.Span{Text: text, Style: w.Theme.Strong})
	}
	if d.idle > 0 {
		add(func() kit.Span {
			return kit.Span{Text: "  " + kit.Count(d.idle) + " do not count (stopped, or deleted by AWS)", Style: w.Theme.Muted}
		})
	}
	if d.unsure > 0 {
		add(func() kit.Span {
			return kit.Span{Text: "  ? " + kit.Count(d.unsure) + " more cannot be told: what the filter compares is unknown of them", Style: w.Theme.Warning}
		})
	}
	if d.fresh > 0 {
		add(func() kit.Span {
			return kit.Span{Text: "  +" + kit.Count(d.fresh) + " match since *, not marked", Style: w.Theme.New}
		})
	}
	if why := l.filter.ambiguous(); why != "" {
		add(func() kit.Span { return kit.Span{Text: "  ? " + why, Style: w.Theme.Warning} })
	}
	if len(spans) == 0 {
		return nil
	}
	return []string{kit.Line(width, spans...)}
}

// footLines are a help for the eye on the row under the cursor: who registered what it runs where its maker is unknown, its note.
func (l *List) footLines(w *World, width int) []string {
	r := l.current()
	if r == nil {
		return nil
	}
	text := ""
	if r.Maker.ARN == "" {
		text = "? maker unknown"
		if g := w.graph; g != nil {
			if hint := g.Hint(r.Ref); hint != "" {
				text += "; " + words.ShortWords(hint)
			}
		}
	}
	if cause := l.causes[r.Ref]; cause != "" {
		text = cause
	}
	if note := w.Notes[r.Ref]; note != "" {
		text = strings.TrimPrefix(text+" · note: "+note, " · ")
	}
	if text == "" {
		text = r.Thing()
	}
	return []string{kit.Line(width, kit.Span{Text: "  " + text, Style: w.Theme.Muted})}
}

// current is the resource under the cursor, nil for none.
func (l *List) current() *model.Resource {
	if i := l.table.Cursor(); i >= 0 && l.rows.data != nil && i < len(l.rows.data.rows) {
		return l.rows.data.rows[i]
	}
	return nil
}

// Typing says whether the filter is being typed.
func (l *List) Typing() bool { return l.filter.open }

// Type gives a message to the filter.
func (l *List) Type(w *World, msg tea.Msg) {
	if l.filter.Type(w, msg) {
		l.Refresh(w, true)
	}
}

// Cursor is where the terminal's cursor belongs.
func (l *List) Cursor() *tea.Cursor { return l.filter.cursor(l.height) }

// Click puts the cursor where the mouse is.
func (l *List) Click(w *World, x, y int) {
	hit := l.table.At(x, y-len(l.headLines(w, 0)))
	switch {
	case hit.Header && hit.Column != "":
		l.chooseSort(w, hit.Column)
	case hit.RowID != "":
		l.table.GoTo(hit.RowID)
	}
}

// Wheel scrolls.
func (l *List) Wheel(_ *World, lines int) { l.table.Scroll(lines) }

// Every is how often ages change.
func (l *List) Every(*World) time.Duration { return 30 * time.Second }
