package grid

import (
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// companions are resources that go with what is marked: containers that hold nothing else, what uses
// a marked thing and so keeps it, and what nothing else uses. Only such are among them of which
// neither the age nor the maker is known: what is known to be older, or somebody's, is not offered.
type companions struct {
	refs []model.Ref
	// byKind counts them, empty those that hold nothing at all.
	byKind map[model.KindID]int
	empty  int
}

// text counts them by kind.
func (c *companions) text(catalog *model.Catalog) string {
	var parts []string
	for _, kind := range words.KindsInOrder(catalog, keysOf(c.byKind)) {
		text := words.KindCount(catalog, kind, c.byKind[kind])
		if k, _ := catalog.Kind(kind); k.IsContainer && c.empty > 0 {
			text += " (" + kit.Count(c.empty) + " empty)"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

func keysOf(counts map[model.KindID]int) func(func(model.KindID) bool) {
	return func(yield func(model.KindID) bool) {
		for kind := range counts {
			if !yield(kind) {
				return
			}
		}
	}
}

// company is what finding companions needs to know of a snapshot.
type company struct {
	snap    *model.Snapshot
	kinds   map[model.KindID]model.Kind
	with    map[model.Ref]bool // What is marked, and its companions so far.
	regions map[string]bool    // Where something is marked.
	byRef   map[model.Ref]*model.Resource
	empty   func(*model.Resource) bool
	// inside is what each container holds, users what uses each thing.
	inside, users map[model.Ref][]*model.Resource
}

// companionsOf finds them. Empty says of a container by AWS's own counts that it holds nothing. It
// costs the number of resources and belongs beside the loop.
func companionsOf(snap *model.Snapshot, catalog *model.Catalog, marked []model.Ref, empty func(*model.Resource) bool) companions {
	found := companions{byKind: map[model.KindID]int{}}
	if len(marked) == 0 {
		return found
	}
	c := newCompany(snap, catalog, marked)
	c.empty = empty
	var candidates []*model.Resource
	for _, r := range c.byRef {
		if !c.with[r.Ref] && undated(r) {
			candidates = append(candidates, r)
		}
	}
	// What was found makes way for more: a rule for the cluster that it starts tasks in.
	for before := -1; before < len(found.refs); {
		before = len(found.refs)
		for _, r := range candidates {
			if c.with[r.Ref] || !c.goes(r) {
				continue
			}
			c.with[r.Ref] = true
			found.refs = append(found.refs, r.Ref)
			found.byKind[r.Ref.Kind]++
			if c.kinds[r.Ref.Kind].IsContainer && len(c.inside[r.Ref]) == 0 {
				found.empty++
			}
		}
	}
	return found
}

func newCompany(snap *model.Snapshot, catalog *model.Catalog, marked []model.Ref) *company {
	c := &company{
		snap: snap, kinds: map[model.KindID]model.Kind{}, with: make(map[model.Ref]bool, len(marked)), regions: map[string]bool{},
		byRef: map[model.Ref]*model.Resource{}, inside: map[model.Ref][]*model.Resource{}, users: map[model.Ref][]*model.Resource{},
	}
	for _, k := range catalog.Kinds() {
		c.kinds[k.ID] = k
	}
	for _, ref := range marked {
		c.with[ref], c.regions[ref.Region] = true, true
	}
	for r := range snap.All {
		if !r.Counts || r.Deleting {
			continue
		}
		c.byRef[r.Ref] = r
		for _, owner := range r.Owners {
			c.inside[owner] = append(c.inside[owner], r)
		}
		if !r.Container.IsZero() {
			c.inside[r.Container] = append(c.inside[r.Container], r)
		}
		for _, used := range r.Uses {
			c.users[used] = append(c.users[used], r)
		}
	}
	return c
}

// goes says whether a resource goes with what is marked.
func (c *company) goes(r *model.Resource) bool {
	if k := c.kinds[r.Ref.Kind]; k.IsContainer {
		if len(c.inside[r.Ref]) == 0 {
			return c.regions[r.Ref.Region] && c.empty(r)
		}
		return c.seenWhole(k, r.Ref) && all(c.inside[r.Ref], func(in *model.Resource) bool {
			return c.covered(in) || c.furniture(in, r.Ref)
		})
	}
	for _, used := range r.Uses {
		if c.with[used] && c.byRef[used] != nil && !c.kinds[used.Kind].IsContainer {
			return true
		}
	}
	users := c.users[r.Ref]
	return len(users) > 0 && all(users, c.covered)
}

// furniture says whether a resource belongs to a container alone, and neither runs nor starts
// anything: nobody misses it when the container goes.
func (c *company) furniture(r *model.Resource, of model.Ref) bool {
	return c.kinds[r.Ref.Kind].Phase == model.Remove && undated(r) && !r.Rate.Billed &&
		all(c.users[r.Ref], func(user *model.Resource) bool { return user.Ref == of || c.covered(user) }) &&
		!slices.ContainsFunc(r.Owners, func(owner model.Ref) bool { return owner != of })
}

// undated says that neither the age nor the maker of a resource is known.
func undated(r *model.Resource) bool { return r.MadeAt.IsZero() && !r.About().Maker.Known() }

// seenWhole says whether all is known of what a container holds: what was not counted may be
// somebody's.
func (c *company) seenWhole(k model.Kind, ref model.Ref) bool {
	for _, below := range k.Owns {
		if !c.snap.Cell(ref.Place.Cell(below)).State.Complete() {
			return false
		}
	}
	return true
}

// covered says whether a resource is marked, or lives and dies with what is.
func (c *company) covered(r *model.Resource) bool { return c.coveredAt(r, 0) }

func (c *company) coveredAt(r *model.Resource, depth int) bool {
	const deepest = 4 // A broken listing may claim a circle.
	if c.with[r.Ref] {
		return true
	}
	if len(r.Owners) == 0 || depth > deepest {
		return false
	}
	for _, owner := range r.Owners {
		o := c.byRef[owner]
		if o == nil || !c.coveredAt(o, depth+1) {
			return false
		}
	}
	return true
}

func all(list []*model.Resource, is func(*model.Resource) bool) bool {
	for _, r := range list {
		if !is(r) {
			return false
		}
	}
	return true
}
