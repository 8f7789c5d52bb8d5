package model

import "slices"

// Graph answers who owns and who uses what, over one snapshot.
type Graph struct {
	byRef    map[Ref]*Resource
	children map[Ref][]*Resource
	users    map[Ref][]*Resource
}

// NewGraph indexes a snapshot. It costs the number of resources.
func NewGraph(s *Snapshot) *Graph {
	g := &Graph{byRef: map[Ref]*Resource{}, children: map[Ref][]*Resource{}, users: map[Ref][]*Resource{}}
	for r := range s.All {
		g.byRef[r.Ref] = r
		for _, u := range r.Uses {
			g.users[u] = append(g.users[u], r)
		}
	}
	for r := range s.All {
		for _, o := range g.Owners(r) {
			g.children[o] = append(g.children[o], r)
		}
	}
	byRef := func(a, b *Resource) int { return a.Ref.Compare(b.Ref) }
	for _, list := range g.children {
		slices.SortFunc(list, byRef)
	}
	for _, list := range g.users {
		slices.SortFunc(list, byRef)
	}
	return g
}

// Get finds a resource; nil when the snapshot has none.
func (g *Graph) Get(ref Ref) *Resource { return g.byRef[ref] }

// Owners are what a resource lives and dies with; in the place of an owner that the snapshot does
// not have stands its holder, if it has one.
func (g *Graph) Owners(r *Resource) []Ref {
	if r.Container.IsZero() || !slices.ContainsFunc(r.Owners, func(o Ref) bool { return g.byRef[o] == nil }) {
		return r.Owners
	}
	owners := make([]Ref, 0, len(r.Owners))
	for _, o := range r.Owners {
		if g.byRef[o] == nil {
			o = r.Container
		}
		if !slices.Contains(owners, o) {
			owners = append(owners, o)
		}
	}
	return owners
}

// Children are the resources that name ref among their owners, in the order of their references.
func (g *Graph) Children(ref Ref) []*Resource { return g.children[ref] }

// Users are the resources that refer to ref without owning it, in the order of their references.
func (g *Graph) Users(ref Ref) []*Resource { return g.users[ref] }

// Hint says who registered the definitions that a resource of unknown maker runs, or that the
// things in it run. It is a help for the eye only: what an intruder runs in an honest cluster must
// not mark the cluster. An empty text means that there is nothing to say.
func (g *Graph) Hint(ref Ref) string {
	makers := g.registrants(ref, 0)
	if len(makers) == 0 {
		return ""
	}
	slices.Sort(makers)
	makers = slices.Compact(makers)
	// A service runs something itself; what a cluster runs hangs below it.
	text := "what runs in it was registered by " + makers[0]
	if r := g.byRef[ref]; len(r.Uses) > 0 {
		text = "what it runs was registered by " + makers[0]
	}
	if len(makers) > 1 {
		text += " and others"
	}
	return text
}

// registrants goes down from a holder through at most three levels: cluster, service, task.
func (g *Graph) registrants(ref Ref, depth int) []string {
	const levels = 3
	r := g.byRef[ref]
	if r == nil || depth > levels {
		return nil
	}
	var makers []string
	for _, u := range r.Uses {
		if used := g.byRef[u]; used != nil && used.Maker.registered() {
			makers = append(makers, used.Maker.ARN)
		}
	}
	for _, c := range g.children[ref] {
		makers = append(makers, g.registrants(c.Ref, depth+1)...)
	}
	return makers
}
