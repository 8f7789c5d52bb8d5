package act

import (
	"encoding/json"
	"slices"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/port"
)

// recall takes up what the journal says of earlier runs of the plan: steps that are done are not repeated, intended ones are looked at first. A
// target that was proven gone and lives again was made anew under its old name, so its steps are open again.
func (n *run) recall(past []casefile.Entry) {
	n.mu.Lock()
	defer n.mu.Unlock()
	back := n.back(past)
	for _, e := range past {
		s := n.byID[e.Step]
		if s == nil {
			continue
		}
		switch e.Kind {
		case casefile.Intent:
			s.intended = true
		case casefile.Verified, casefile.Result:
			if done(s, e) && !slices.ContainsFunc(s.Targets, func(ref model.Ref) bool { return back[ref] }) {
				n.recallDone(s)
			}
		default:
		}
	}
}

// done says whether an entry ends its step: a proof, or the good answer to a step on the way, which is proven with the one that removes.
func done(s *stepRun, e casefile.Entry) bool {
	if s.Removes {
		return e.Kind == casefile.Verified
	}
	var r result
	return json.Unmarshal(e.Payload, &r) == nil && r.OK
}

// back are the targets that were proven gone and live again.
func (n *run) back(past []casefile.Entry) map[model.Ref]bool {
	out := map[model.Ref]bool{}
	for _, e := range past {
		s := n.byID[e.Step]
		if s == nil || !s.Removes || e.Kind != casefile.Verified {
			continue
		}
		for _, ref := range s.Targets {
			if r := n.graph.Get(ref); r != nil && r.Counts && !r.Deleting {
				out[ref] = true
			}
		}
	}
	return out
}

// recallDone counts a step as done. The lock is held.
func (n *run) recallDone(s *stepRun) {
	if s.state == port.StepVerified {
		return
	}
	s.state = port.StepVerified
	n.open--
	n.barrier(s.Region, s.Phase).left--
	for _, ref := range s.Targets {
		n.gone[ref] = n.gone[ref] || s.Removes
	}
}
