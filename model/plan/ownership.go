package plan

import (
	"slices"

	"github.com/rootout/rootout/model"
)

// ownership is the order in which what owns and uses each other is removed.
type ownership struct{ *selection }

// waits finds what a step waits for one by one: the step before it on the same resource, what its
// kind comes after, and its owners where the owner goes first (stopping a service's task before the
// service is told to stop would only bring a new one).
func (o *ownership) waits(d draft, stepOf map[model.Ref][]string) []Wait {
	list := newWaitList(d.ID)
	until := Attempted
	if d.Goal == Gone {
		until = Proven
	}
	for _, ref := range d.Targets {
		list.before(stepOf[ref], Called)
		kind, _ := o.Catalog.Kind(ref.Kind)
		for _, before := range o.before(ref, kind) {
			for _, id := range stepOf[before] {
				list.add(id, until)
			}
		}
		for _, beside := range o.beside(ref, kind) {
			for _, id := range stepOf[beside] {
				list.add(id, Attempted)
			}
		}
		for _, owner := range o.graph.Owners(o.graph.Get(ref)) {
			ownerKind, known := o.Catalog.Kind(owner.Kind)
			if known && !slices.Contains(ownerKind.After, ref.Kind) && ownerKind.Phase <= kind.Phase {
				list.add(last(stepOf[owner]), Called)
			}
		}
	}
	return list.sorted()
}

// before are the planned resources that have to go first: below it in ownership, or using it, and
// of a kind that its own comes after.
func (o *ownership) before(ref model.Ref, kind model.Kind) []model.Ref {
	var out []model.Ref
	consider := func(r *model.Resource) {
		if o.has(r.Ref) && slices.Contains(kind.After, r.Ref.Kind) {
			out = append(out, r.Ref)
		}
	}
	var down func(model.Ref, int)
	down = func(at model.Ref, depth int) {
		for _, child := range o.graph.Children(at) {
			consider(child)
			if depth < maxDepth {
				down(child.Ref, depth+1)
			}
		}
	}
	down(ref, 0)
	for _, user := range o.graph.Users(ref) {
		consider(user)
	}
	return out
}

// beside are planned resources under the same owners, of a kind that its own comes after: a
// container instance is told to go after what runs in its cluster. Which of them it really depends
// on only AWS knows, so it waits for the attempt, and its gate for the rest.
func (o *ownership) beside(ref model.Ref, kind model.Kind) []model.Ref {
	var out []model.Ref
	for _, owner := range o.graph.Owners(o.graph.Get(ref)) {
		for _, sibling := range o.graph.Children(owner) {
			if o.has(sibling.Ref) && sibling.Ref != ref && slices.Contains(kind.After, sibling.Ref.Kind) {
				out = append(out, sibling.Ref)
			}
		}
	}
	return out
}
