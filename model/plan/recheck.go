package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
)

// Recheck computes the protections of a plan again, over what is known now, whatever its file says.
// It refuses a plan for another account and one that holds something protected; resources that are
// gone meanwhile need no protection. What the plan's own things have made since, such as the next
// task of a planned service or rule, belongs to it as it would if the plan were frozen now: a
// service that restarts its tasks must not keep its definition from being removed.
func Recheck(p *Plan, in Input) error {
	if p.Account != in.Caller.Account || p.Partition != in.Caller.Partition {
		return fmt.Errorf("%w: it is for %s, you are in %s", ErrAccount, p.Account, in.Caller.Account)
	}
	s := newSelection(in, p.Verb)
	against := s.againstSteps(p)
	if p.Verb.takesOwned() {
		against = append(against, s.againstOwned(p)...)
	} else {
		against = append(against, s.againstTargets(p)...)
	}
	if p.Verb != Delete {
		against = append(against, s.againstOps(p)...)
	}
	if len(against) > 0 {
		slices.Sort(against)
		return fmt.Errorf("%w: %s", ErrProtected, strings.Join(slices.Compact(against), "; "))
	}
	return nil
}

// againstSteps is what the guard has against the steps themselves, which may come from a file.
func (s *selection) againstSteps(p *Plan) []string {
	byTarget := map[model.Ref][]Step{}
	for _, step := range p.Steps {
		for _, ref := range step.Targets {
			byTarget[ref] = append(byTarget[ref], step)
		}
	}
	var against []string
	for ref, steps := range byTarget {
		if why := guard(s.Input, s.graph, ref.Kind, steps); why != "" {
			against = append(against, s.thing(ref)+" ("+why+")")
		}
	}
	return against
}

// againstOps refuses steps that would remove under another verb, where nobody looks at what a
// resource holds, and steps of a verb that their kind does not declare. An undo declares none: its
// steps are the inverses of others.
func (s *selection) againstOps(p *Plan) []string {
	var against []string
	for _, step := range p.Steps {
		for _, ref := range step.Targets {
			if _, known := s.Rules[ref.Kind].Verbs[p.Verb]; !known && p.Verb != Undo {
				against = append(against, s.thing(ref)+" (rootout cannot "+string(p.Verb)+" this kind)")
			} else if s.removes(ref, step.Op) {
				against = append(against, fmt.Sprintf("%s (%s removes it, and the plan is to %s)", s.thing(ref), model.Clean(step.Op), p.Verb))
			}
		}
	}
	return against
}

// removes says whether an op is among those that remove a resource, and does not put it back as
// well.
func (s *selection) removes(ref model.Ref, op string) bool {
	way := s.Rules[ref.Kind].Verbs[Delete]
	if way.Steps == nil {
		return false
	}
	r := s.graph.Get(ref)
	if r == nil {
		r = &model.Resource{Ref: ref} // It may be there and not have been seen.
	}
	is := func(step Step) bool { return step.Op == op }
	steps := way.Steps(r, s.graph)
	return slices.ContainsFunc(steps, is) && !slices.ContainsFunc(steps, func(step Step) bool { return slices.ContainsFunc(step.Inverse, is) })
}

// againstOwned looks at the targets and all that belongs to nothing but them.
func (s *selection) againstOwned(p *Plan) []string {
	frozen := map[model.Ref]bool{}
	for _, t := range p.Targets {
		frozen[t.Ref] = true
	}
	ours := s.descendants(frozen)
	belongs := func(ref model.Ref) bool { return ours[ref] }
	var against []string
	for ref := range ours {
		r := s.graph.Get(ref)
		if r == nil {
			against = append(against, s.againstUnseen(ref)...)
			continue
		}
		if !live(r) {
			continue
		}
		// What is new is not called by any step, so that only a protection of it matters.
		if why := s.reasonAgainst(r, belongs); why.protected || why.reason != "" && frozen[ref] {
			against = append(against, r.Thing()+" ("+why.reason+")")
		}
	}
	return against
}

// againstTargets looks at the targets that are there.
func (s *selection) againstTargets(p *Plan) []string {
	var against []string
	for _, t := range p.Targets {
		r := s.graph.Get(t.Ref)
		if r == nil && t.Goal != Exists {
			against = append(against, s.againstUnseen(t.Ref)...)
		}
		if r == nil {
			continue
		}
		if why := ProtectedBy(s.Protections, r); why != "" {
			against = append(against, r.Thing()+" ("+why+")")
		}
	}
	return against
}

// againstUnseen is what a protect list has against a resource that may be there and was not seen.
func (s *selection) againstUnseen(ref model.Ref) []string {
	cell := s.Snapshot.Cell(ref.Cell())
	if cell.State.Complete() || len(s.Protections) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s (protected: cannot tell, %s in %s is %s)", ref, ref.Kind, ref.Title(), cell.State)}
}

func (s *selection) thing(ref model.Ref) string {
	if r := s.graph.Get(ref); r != nil {
		return r.Thing()
	}
	return ref.String()
}

// descendants are the given resources, there or not, and whatever belongs to nothing but them.
func (s *selection) descendants(of map[model.Ref]bool) map[model.Ref]bool {
	all := maps.Clone(of)
	queue := slices.Collect(maps.Keys(of))
	for len(queue) > 0 {
		owner := queue[0]
		queue = queue[1:]
		for _, child := range s.graph.Children(owner) {
			stranger := slices.ContainsFunc(s.graph.Owners(child), func(o model.Ref) bool { return !all[o] })
			if !all[child.Ref] && !stranger {
				all[child.Ref] = true
				queue = append(queue, child.Ref)
			}
		}
	}
	return all
}
