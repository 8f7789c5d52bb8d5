package plan

import (
	"slices"
	"time"

	"github.com/rootout/rootout/model"
)

// Respawn is something that came back after a plan had removed its like, with the cause that the inventory names.
type Respawn struct {
	Ref model.Ref
	// Cause is a whole sentence, for example "events:rule nightly starts it".
	Cause string
	// By is the resource behind the cause; the zero Ref when it is not known.
	By model.Ref
}

// Respawned finds among what was found after a plan had begun the things that belong to what it removed: they are owned by a target or use
// one, and nobody had planned them. before is the inventory that was planned over.
func Respawned(p *Plan, began time.Time, before *model.Graph, found map[model.Ref]*model.Resource) []Respawn {
	planned := map[model.Ref]bool{}
	for _, t := range p.Targets {
		planned[t.Ref] = true
	}
	var out []Respawn
	for ref, r := range found {
		if planned[ref] || !r.Counts || r.Deleting || before.Get(ref) != nil || (!r.MadeAt.IsZero() && r.MadeAt.Before(began)) {
			continue
		}
		if slices.ContainsFunc(slices.Concat(r.Owners, r.Uses), func(o model.Ref) bool { return planned[o] }) {
			cause, by := causeOf(r, before, found)
			out = append(out, Respawn{Ref: ref, Cause: cause, By: by})
		}
	}
	slices.SortFunc(out, func(a, b Respawn) int { return a.Ref.Compare(b.Ref) })
	return out
}

// causeOf names what brings a resource back: a living owner or user of the silence phase before any other, then the owner itself.
func causeOf(r *model.Resource, before *model.Graph, found map[model.Ref]*model.Resource) (string, model.Ref) {
	lookup := func(ref model.Ref) *model.Resource {
		if now := found[ref]; now != nil {
			return now
		}
		return before.Get(ref)
	}
	for _, ref := range slices.Concat(r.Uses, r.Owners) {
		for _, raiser := range before.Children(ref) {
			if alive := found[raiser.Ref]; alive != nil && alive.Counts && slices.Contains(r.Owners, ref) {
				return string(raiser.Ref.Kind) + " " + raiser.Name + " raises " + nameOf(lookup(ref), ref), raiser.Ref
			}
		}
	}
	for _, ref := range slices.Concat(r.Uses, r.Owners) {
		if by := lookup(ref); by != nil && by.Counts && ref.Kind.Service() != r.Ref.Kind.Service() {
			return string(ref.Kind) + " " + by.Name + " starts it", ref
		}
	}
	for _, ref := range r.Owners {
		return string(ref.Kind) + " " + nameOf(lookup(ref), ref) + " keeps it up", ref
	}
	for _, ref := range r.Uses {
		return "somebody runs " + nameOf(lookup(ref), ref) + " again", ref
	}
	return "nothing in the inventory explains it", model.Ref{}
}

func nameOf(r *model.Resource, ref model.Ref) string {
	if r != nil && r.Name != "" {
		return r.Name
	}
	return ref.String()
}
