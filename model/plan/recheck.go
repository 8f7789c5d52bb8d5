package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
)

// Recheck computes the protections of a plan again, over what is known now, whatever its file says. It refuses a plan for another account and
// one that holds something protected; resources that are gone meanwhile need no protection. What the plan's own things have made since, such as
// the next task of a planned service or rule, belongs to it as it would if the plan were frozen now: a service that restarts its tasks must not
// keep its definition from being removed.
func Recheck(p *Plan, in Input) error {
	if p.Account != in.Account || p.Partition != in.Partition {
		return fmt.Errorf("%w: it is for %s, you are in %s", ErrAccount, p.Account, in.Account)
	}
	f := &freezer{Input: in, graph: model.NewGraph(in.Snapshot), forbidden: map[model.Ref]refusal{}}
	frozen := map[model.Ref]bool{}
	for _, t := range p.Targets {
		frozen[t.Ref] = true
	}
	ours := f.descendants(frozen)
	belongs := func(ref model.Ref) bool { return ours[ref] }
	var against []string
	for _, ref := range slices.SortedFunc(maps.Keys(ours), model.Ref.Compare) {
		r := f.graph.Get(ref)
		if cell := in.Snapshot.Cell(ref.Cell()); r == nil && !cell.State.Complete() && len(in.Protections) > 0 {
			against = append(against, fmt.Sprintf("%s (protected: cannot tell, %s in %s is %s)", ref, ref.Kind, ref.Region, cell.State))
		}
		if r == nil || !f.live(r) {
			continue
		}
		// What is new is not called by any step, so that only a protection of it matters.
		if why := f.reasonAgainst(r, belongs); why.protected || why.reason != "" && frozen[ref] {
			against = append(against, r.Thing()+" ("+why.reason+")")
		}
	}
	if len(against) > 0 {
		return fmt.Errorf("%w: %s", ErrProtected, strings.Join(against, "; "))
	}
	return nil
}

// descendants are the given resources, there or not, and whatever belongs to nothing but them.
func (f *freezer) descendants(of map[model.Ref]bool) map[model.Ref]bool {
	all := maps.Clone(of)
	queue := slices.Collect(maps.Keys(of))
	for len(queue) > 0 {
		owner := queue[0]
		queue = queue[1:]
		for _, child := range f.graph.Children(owner) {
			stranger := slices.ContainsFunc(f.graph.Owners(child), func(o model.Ref) bool { return !all[o] })
			if !all[child.Ref] && !stranger {
				all[child.Ref] = true
				queue = append(queue, child.Ref)
			}
		}
	}
	return all
}
