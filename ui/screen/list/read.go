package list

import (
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/choosing"
	"github.com/rootout/rootout/ui/screen"
)

// data is what a job read for a list.
type data struct {
	snap *model.Snapshot
	rows []*model.Resource
	// index is where each resource stands.
	index map[model.Ref]int
	// total counts the place without the filter, idle those shown that do not count, fresh those
	// that match since the last *.
	total, idle, fresh int
	// unsure counts those that count and of which it cannot be told whether the filter selects
	// them.
	unsure int
	filter string
	order  choosing.Order
	// kept says that the rows stand as they stood, and not in that order.
	kept bool
}

// readRequest is everything that reading needs.
type readRequest struct {
	snap    *model.Snapshot
	graph   *model.Graph
	of      screen.ListOf
	kinds   []model.Kind
	match   func(*model.Resource) bool
	unsure  func(*model.Resource) bool
	filter  string
	sort    *model.Field
	order   choosing.Order
	still   map[model.Ref]int
	starred map[model.Ref]bool
}

func (a readRequest) read() *data {
	d := &data{snap: a.snap, filter: a.filter, order: a.order}
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
		d.rows = sortResources(d.rows, a.sort, a.order.Descending)
	}
	if a.still != nil {
		kept := keepOrder(d.rows, a.still)
		d.kept = a.sort != nil && !slices.Equal(kept, d.rows)
		d.rows = kept
	}
	d.index = make(map[model.Ref]int, len(d.rows))
	for i, r := range d.rows {
		d.index[r.Ref] = i
	}
	return d
}

// each calls yield for every resource of the place, by region, kind and in the order they were met:
// an order that does not move.
func (a readRequest) each(yield func(*model.Resource)) {
	if a.graph != nil {
		list := a.graph.Children(a.of.Owner)
		if a.of.Users {
			list = a.graph.Users(a.of.Owner)
		}
		for _, r := range list {
			if a.of.Kind == "" || r.Ref.Kind == a.of.Kind {
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
		return a.of.Region != "" && k.Region != a.of.Region || a.of.Kind != "" && k.Kind != a.of.Kind
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

// sortResources orders by a field, reading each value once. What has no value stands last either
// way round: the dearest is looked for among what has a price.
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
