package plan

import (
	"slices"

	"github.com/rootout/rootout/model"
)

// Left are the targets of a removal that are not known to be gone: those that are there, and those
// whose cell was not counted.
func (p *Plan) Left(s *model.Snapshot) map[model.Ref]bool {
	there := make(map[model.Ref]bool, len(p.Targets))
	for r := range s.All {
		if live(r) {
			there[r.Ref] = true
		}
	}
	left := map[model.Ref]bool{}
	for i := range p.Targets {
		ref := p.Targets[i].Ref
		if there[ref] || !s.Cell(ref.Cell()).State.Complete() {
			left[ref] = true
		}
	}
	return left
}

// EstimateRest tells how long those steps of a plan take that have a target which is left.
func EstimateRest(p *Plan, in Input, left map[model.Ref]bool) ETA {
	rest := *p
	rest.Steps = slices.DeleteFunc(slices.Clone(p.Steps), func(s Step) bool {
		return !slices.ContainsFunc(s.Targets, func(ref model.Ref) bool { return left[ref] })
	})
	return estimate(&rest, in, model.NewGraph(in.Snapshot))
}
