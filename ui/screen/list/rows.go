package list

import (
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/export"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/resource"
	"github.com/rootout/rootout/ui/theme"
	"github.com/rootout/rootout/ui/words"
)

// rows shows what was read.
type rows struct {
	l    *Screen
	data *data
}

// Len is the number of rows.
func (r *rows) Len() int {
	if r.data == nil {
		return 0
	}
	return len(r.data.rows)
}

// ID is the resource's Ref as one text.
func (r *rows) ID(i int) string { return resource.RowID(r.data.rows[i].Ref) }

// Index is where a resource stands.
func (r *rows) Index(id string) (int, bool) {
	if r.data == nil {
		return 0, false
	}
	i, ok := r.data.index[resource.RefOf(id)]
	return i, ok
}

// Gutter shows marks, and what appeared after the first look.
func (r *rows) Gutter(i int) kit.Gutter {
	res := r.data.rows[i]
	g := kit.Gutter{Signs: "  "}
	switch grown := r.data.snap.Grown(res); {
	case r.l.needs.Marks.Has(res.Ref) && grown:
		g.Signs = "*+"
	case r.l.needs.Marks.Has(res.Ref):
		g.Signs = "* "
	case grown:
		g.Signs = " +"
	}
	switch {
	case r.l.needs.Marks.Has(res.Ref):
		g.Row = r.l.needs.Theme.Marked
	case !res.Counts || res.Deleting:
		g.Row = r.l.needs.Theme.Muted
	}
	return g
}

// Cell is the value of a field.
func (r *rows) Cell(i, col int) kit.Cell {
	res, f := r.data.rows[i], r.l.fields[col]
	cell := kit.Cell{Text: words.Value(f, res, r.l.needs.Clock.Now()), KeepEnd: words.IsARN(f.Get(res))}
	if cell.Text == words.Unknown || cell.Text == words.Never {
		cell.Style = r.l.needs.Theme.Muted
	}
	if f.Type == model.TimeField {
		cell.Style = ageStyle(r.l.needs.Theme, f.Get(res), r.l.needs.Clock.Now(), r.l.needs.Window)
	}
	return cell
}

// ageStyle sets off what is new in the window.
func ageStyle(th *theme.Theme, v model.Value, now time.Time, window time.Duration) theme.Style {
	if t, ok := v.Time(); ok && now.Sub(t) <= window {
		return th.New
	}
	return th.Muted
}

// sheet is the list as it is shown, with every field of the kind.
func (l *Screen) sheet() *export.Sheet {
	d := l.rows.data
	fields := model.CommonFields()
	if l.of.Kind != "" {
		fields = l.needs.Catalog.Fields(l.of.Kind)
	}
	s := &export.Sheet{Name: "resources"}
	for _, f := range fields {
		s.Keys = append(s.Keys, f.Key)
	}
	s.Rows = func() [][]any {
		rows := make([][]any, len(d.rows))
		for i, r := range d.rows {
			row := make([]any, len(fields))
			for j, f := range fields {
				row[j] = f.Get(r).JSON()
			}
			rows[i] = row
		}
		return rows
	}
	return s
}
