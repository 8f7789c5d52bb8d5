package screen

import (
	"slices"
	"strings"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/theme"
	"github.com/rootout/rootout/ui/words"
)

// listData is what a job read for a list.
type listData struct {
	snap *model.Snapshot
	rows []*model.Resource
	// index is where each resource stands.
	index map[model.Ref]int
	// total counts the place without the filter, idle those shown that do not count, fresh those that match since the last *.
	total, idle, fresh int
	// unsure counts those that count and of which it cannot be told whether the filter selects them.
	unsure int
	filter string
	sortID string
	desc   bool
}

// listAsk is everything that reading needs.
type listAsk struct {
	snap    *model.Snapshot
	graph   *model.Graph
	place   Place
	kinds   []model.Kind
	match   func(*model.Resource) bool
	unsure  func(*model.Resource) bool
	filter  string
	sort    *model.Field
	sortID  string
	desc    bool
	still   map[model.Ref]int
	starred map[model.Ref]bool
}

func (a listAsk) read() *listData {
	d := &listData{snap: a.snap, filter: a.filter, sortID: a.sortID, desc: a.desc}
	a.each(func(r *model.Resource) {
		d.total++
		if a.match != nil && !a.match(r) {
			if r.Counts && a.unsure(r) {
				d.unsure++
			}
			return
		}
		d.rows = append(d.rows, r)
		if !r.Counts {
			d.idle++
		}
		if a.starred != nil && r.Counts && !a.starred[r.Ref] {
			d.fresh++
		}
	})
	if a.sort != nil {
		d.rows = sortResources(d.rows, a.sort, a.desc)
	}
	if a.still != nil {
		d.rows = keepOrder(d.rows, a.still)
	}
	d.index = make(map[model.Ref]int, len(d.rows))
	for i, r := range d.rows {
		d.index[r.Ref] = i
	}
	return d
}

// each calls yield for every resource of the place, by region, kind and in the order they were met: an order that does not move.
func (a listAsk) each(yield func(*model.Resource)) {
	if a.graph != nil {
		list := a.graph.Children(a.place.Owner)
		if a.place.Users {
			list = a.graph.Users(a.place.Owner)
		}
		for _, r := range list {
			if a.place.Kind == "" || r.Ref.Kind == a.place.Kind {
				yield(r)
			}
		}
		return
	}
	order := make(map[model.KindID]int, len(a.kinds))
	for i, k := range a.kinds {
		order[k.ID] = i
	}
	keys := slices.DeleteFunc(a.snap.Cells(), func(k model.CellKey) bool {
		return a.place.Region != "" && k.Region != a.place.Region || a.place.Kind != "" && k.Kind != a.place.Kind
	})
	slices.SortFunc(keys, func(x, y model.CellKey) int {
		if c := strings.Compare(x.Region, y.Region); c != 0 {
			return c
		}
		return order[x.Kind] - order[y.Kind]
	})
	for _, key := range keys {
		for _, r := range a.snap.In(key) {
			yield(r)
		}
	}
}

// sortResources orders by a field, reading each value once. What has no value stands last either way round: the dearest is looked for among
// what has a price.
func sortResources(rows []*model.Resource, f *model.Field, desc bool) []*model.Resource {
	type keyed struct {
		r *model.Resource
		v model.Value
	}
	list := make([]keyed, len(rows))
	for i, r := range rows {
		list[i] = keyed{r, f.Get(r)}
	}
	slices.SortStableFunc(list, func(a, b keyed) int {
		if known := a.v.IsKnown(); known != b.v.IsKnown() {
			if known {
				return -1
			}
			return 1
		}
		c := a.v.Compare(b.v)
		// The age column shows ages, so that its smallest is the newest.
		if desc != (f.Type == model.TimeField) {
			c = -c
		}
		return c
	})
	out := make([]*model.Resource, len(list))
	for i := range list {
		out[i] = list[i].r
	}
	return out
}

// keepOrder leaves rows that stood somewhere in their order and puts the others behind them.
func keepOrder(rows []*model.Resource, index map[model.Ref]int) []*model.Resource {
	stood := make([]*model.Resource, len(index))
	var fresh []*model.Resource
	for _, r := range rows {
		if i, ok := index[r.Ref]; ok {
			stood[i] = r
		} else {
			fresh = append(fresh, r)
		}
	}
	stood = slices.DeleteFunc(stood, func(r *model.Resource) bool { return r == nil })
	return append(stood, fresh...)
}

// listRows shows what was read.
type listRows struct {
	l    *List
	w    *World
	data *listData
}

// refSep stands between the parts of a row's id; no part that AWS allows holds it, and Ref is the identity anyway.
const refSep = "\x1f"

func rowID(ref model.Ref) string {
	return ref.Partition + refSep + ref.Account + refSep + ref.Region + refSep + string(ref.Kind) + refSep + ref.ID
}

func refOf(id string) model.Ref {
	p := strings.SplitN(id, refSep, 5)
	if len(p) < 5 {
		return model.Ref{}
	}
	return model.Ref{Partition: p[0], Place: model.Place{Account: p[1], Region: p[2]}, Kind: model.KindID(p[3]), ID: p[4]}
}

// Len is the number of rows.
func (r *listRows) Len() int {
	if r.data == nil {
		return 0
	}
	return len(r.data.rows)
}

// ID is the resource's Ref as one text.
func (r *listRows) ID(i int) string { return rowID(r.data.rows[i].Ref) }

// Index is where a resource stands.
func (r *listRows) Index(id string) (int, bool) {
	if r.data == nil {
		return 0, false
	}
	i, ok := r.data.index[refOf(id)]
	return i, ok
}

// Gutter shows marks, and what appeared after the first look.
func (r *listRows) Gutter(i int) kit.Gutter {
	res := r.data.rows[i]
	g := kit.Gutter{Signs: "  "}
	switch grown := r.data.snap.Grown(res); {
	case r.w.Marks.Has(res.Ref) && grown:
		g.Signs = "*+"
	case r.w.Marks.Has(res.Ref):
		g.Signs = "* "
	case grown:
		g.Signs = " +"
	}
	switch {
	case r.w.Marks.Has(res.Ref):
		g.Row = r.w.Theme.Marked
	case !res.Counts || res.Deleting:
		g.Row = r.w.Theme.Muted
	}
	return g
}

// Cell is the value of a field.
func (r *listRows) Cell(i, col int) kit.Cell {
	res, f := r.data.rows[i], r.l.fields[col]
	cell := kit.Cell{Text: words.Value(f, res, r.w.Clock.Now())}
	if cell.Text == words.Unknown || cell.Text == words.Never {
		cell.Style = r.w.Theme.Muted
	}
	if f.Type == model.TimeField {
		cell.Style = ageStyle(r.w.Theme, f.Get(res), r.w.Clock.Now(), r.w.Window)
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
