package plan

import (
	"errors"
	"time"

	"github.com/rootout/rootout/model"
)

// ErrNothing is returned when no target is left to plan; the plan that comes with it says why each
// was left out.
var ErrNothing = errors.New("nothing to plan")

// Freeze computes the plan that removes what is marked and everything that belongs to it. The
// result depends on the input alone: the same input gives the same digest. It returns ErrNothing,
// with the plan, when all of it is left out.
func Freeze(in Input) (*Plan, error) {
	s := newSelection(in, Delete)
	s.choose()
	p := newPlan(in, Delete)
	p.Targets = s.targets(Gone)
	p.Steps = inOrder(s.drafts(p.Targets), in.Rules, (&ownership{s}).waits)
	p.LeftOut = s.leftOut()
	p.Warnings = s.warnings(p.Targets)
	p.HiddenByFilter = in.HiddenByFilter
	p.Composition = s.composition(p)
	return p, p.finish(in, s.graph)
}

// newPlan is the head of a plan.
func newPlan(in Input, verb Verb) *Plan {
	return &Plan{
		Version:   Version,
		Verb:      verb,
		Account:   in.Caller.Account,
		Partition: in.Caller.Partition,
		Caller:    model.Caller{ARN: in.Caller.ARN, UserID: in.Caller.UserID},
		FrozenAt:  in.Now.UTC().Truncate(time.Millisecond),
	}
}

// finish computes what follows from targets and steps, and gives the plan its digest.
func (p *Plan) finish(in Input, g *model.Graph) error {
	p.Uncovered = uncovered(in.Marked, p.Targets)
	p.ETA = estimate(p, in, g)
	p.seal()
	if len(p.Targets) == 0 {
		return ErrNothing
	}
	return nil
}
