package plan

import "github.com/rootout/rootout/model"

// Revert is how far a resource can be taken back once the whole plan has run.
type Revert struct {
	// Undo and How are those of the step that can be taken back least; Unless is what would keep an
	// exact undo from being one.
	Undo        model.Undo
	How, Unless string
	// Needs is the kind of something that it needs to be put back and that the plan removes for
	// good: it can be put back once that is there again. It is empty where nothing is missing.
	Needs model.KindID
}

// Reverts are how far the targets of the plan's steps can be taken back. A plan that removes a
// service for good does not leave its scaling target something to be put back to.
func (p *Plan) Reverts() map[model.Ref]Revert {
	out := map[model.Ref]Revert{}
	needs := map[model.Ref][]model.Ref{}
	for i := range p.Steps {
		s := &p.Steps[i]
		for _, ref := range s.Targets {
			if was, known := out[ref]; !known || s.Undo < was.Undo {
				out[ref] = Revert{Undo: s.Undo, How: s.UndoHow, Unless: s.UndoUnless}
			} else if s.Undo == was.Undo && was.Unless == "" {
				was.Unless = s.UndoUnless
				out[ref] = was
			}
			needs[ref] = append(needs[ref], s.Needs...)
			for _, inverse := range s.Inverse {
				needs[ref] = append(needs[ref], inverse.Needs...)
			}
		}
	}
	gone := map[model.Ref]bool{}
	for i := range p.Targets {
		gone[p.Targets[i].Ref] = p.Targets[i].Goal == Gone
	}
	for again := true; again; {
		again = false
		for ref, r := range out {
			for _, need := range needs[ref] {
				back, known := out[need]
				lost := gone[need] && (!known || back.Undo != model.UndoExactly || back.Needs != "")
				if r.Undo == model.UndoExactly && r.Needs == "" && lost {
					r.Needs, again = need.Kind, true
					out[ref] = r
				}
			}
		}
	}
	return out
}
