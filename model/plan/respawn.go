package plan

import (
	"slices"
	"time"

	"github.com/rootout/rootout/model"
)

// Respawn is something that came back after a plan had removed its like, with the cause that the
// inventory names.
type Respawn struct {
	Ref model.Ref
	// Cause is a whole sentence, for example "events:rule nightly starts it".
	Cause string
	// By is the resource behind the cause; the zero Ref when it is not known.
	By model.Ref
}

// clockSkew is how far AWS's clock and ours may be apart: what is older than that at the plan's
// start did not come back, it was not seen before.
const clockSkew = time.Minute

// Respawned finds among what was found after a plan had begun the things that took the place of
// what it removed: they are owned by a target or use one, or stand where a target of their kind
// stood, and nobody had planned or known them. before is the inventory that was planned over.
func Respawned(p *Plan, began time.Time, before *model.Graph, found map[model.Ref]*model.Resource) []Respawn {
	type place struct {
		kind  model.KindID
		owner model.Ref
	}
	planned, places := map[model.Ref]bool{}, map[place]bool{}
	for _, t := range p.Targets {
		planned[t.Ref] = true
		if r := before.Get(t.Ref); r != nil {
			for _, o := range r.Owners {
				places[place{t.Ref.Kind, o}] = true
			}
		}
	}
	var out []Respawn
	for ref, r := range found {
		if planned[ref] || !live(r) || before.Get(ref) != nil || (!r.MadeAt.IsZero() && r.MadeAt.Before(began.Add(-clockSkew))) {
			continue
		}
		back := slices.ContainsFunc(slices.Concat(r.Owners, r.Uses), func(o model.Ref) bool { return planned[o] }) ||
			slices.ContainsFunc(r.Owners, func(o model.Ref) bool { return places[place{ref.Kind, o}] })
		if back {
			cause, by := causeOf(r, before, found)
			out = append(out, Respawn{Ref: ref, Cause: cause, By: by})
		}
	}
	slices.SortFunc(out, func(a, b Respawn) int { return a.Ref.Compare(b.Ref) })
	return out
}

// causeOf names what brings a resource back: what starts it from another service (a rule, a
// schedule), else what raises its owner (a scaling target), else the owner that keeps it up, else
// whatever runs it.
func causeOf(r *model.Resource, before *model.Graph, found map[model.Ref]*model.Resource) (string, model.Ref) {
	alive := func(ref model.Ref) *model.Resource {
		if now := found[ref]; now != nil {
			return now
		}
		return before.Get(ref)
	}
	for _, ref := range r.Uses {
		if by := alive(ref); by != nil && by.Counts && ref.Kind.Service() != r.Ref.Kind.Service() {
			return string(ref.Kind) + " " + nameOf(by, ref) + " starts it", ref
		}
	}
	for _, owner := range r.Owners {
		for _, raiser := range before.Children(owner) {
			if raiser.Ref.Kind.Service() != owner.Kind.Service() && raiser.Counts {
				return string(raiser.Ref.Kind) + " " + nameOf(raiser, raiser.Ref) + " raises " + nameOf(alive(owner), owner), raiser.Ref
			}
		}
	}
	for _, owner := range r.Owners {
		return string(owner.Kind) + " " + nameOf(alive(owner), owner) + " keeps it up", owner
	}
	for _, ref := range r.Uses {
		return "somebody runs " + nameOf(alive(ref), ref) + " again", ref
	}
	return "nothing in the inventory explains it", model.Ref{}
}

func nameOf(r *model.Resource, ref model.Ref) string {
	if r != nil && r.Name != "" {
		return r.Name
	}
	return ref.String()
}
