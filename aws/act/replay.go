package act

import (
	"encoding/json"
	"slices"

	"github.com/rootout/rootout/aws/act/execute"
	"github.com/rootout/rootout/aws/act/job"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

// replay takes up what the journal says of earlier runs of the plan: steps that are done are not
// repeated, intended ones are looked at first, and work that AWS goes on with keeps its receipt. A
// target that was proven gone and lives again was made anew under its old name, so its steps are
// open again.
func (n *run) replay(past []casefile.Entry) {
	n.mu.Lock()
	defer n.mu.Unlock()
	back := n.cameBack(past)
	for _, e := range past {
		s := n.byID[e.Step]
		if s == nil {
			continue
		}
		switch e.Kind {
		case casefile.Intent:
			s.Intended = true
		case casefile.Result:
			if r, ok := resultOf(e); ok && r.Receipt != "" {
				s.Receipt = r.Receipt
			}
		default:
		}
		if done(s, e) && !slices.ContainsFunc(s.Targets, func(ref model.Ref) bool { return back[ref] }) {
			n.replayDone(s)
		}
	}
}

func resultOf(e casefile.Entry) (execute.Result, bool) {
	var r execute.Result
	if e.Kind != casefile.Result || json.Unmarshal(e.Payload, &r) != nil {
		return execute.Result{}, false
	}
	return r, true
}

// done says whether an entry ends its step: a proof, or the good answer to an interim step, which
// is proven with the step that it leads to.
func done(s *job.Step, e casefile.Entry) bool {
	if e.Kind == casefile.Verified {
		return true
	}
	r, ok := resultOf(e)
	return ok && s.Interim && r.OK && !r.Spawned
}

// cameBack are the targets that were proven gone and live again, and those that were proven to be
// there and are not. What was read before the proof says nothing of that.
func (n *run) cameBack(past []casefile.Entry) map[model.Ref]bool {
	out := map[model.Ref]bool{}
	for _, e := range past {
		s := n.byID[e.Step]
		if s == nil || s.Interim || e.Kind != casefile.Verified {
			continue
		}
		for _, ref := range s.Targets {
			r := n.job.Graph.Get(ref)
			there := r != nil && r.Counts && !r.Deleting
			cell := n.job.Snapshot.Cell(ref.Cell())
			switch s.Goal {
			case plan.Gone:
				out[ref] = out[ref] || there && !r.SeenAt.Before(e.At)
			case plan.Exists:
				// What is not in a cell that could not be counted may be there all the same.
				out[ref] = out[ref] || !there && cell.State.Complete() && !cell.AsOf.Before(e.At)
			case plan.Changed:
			}
		}
	}
	return out
}

// replayDone counts a step as done. The lock is held.
func (n *run) replayDone(s *job.Step) {
	if n.schedule.State(s.ID) == port.StepVerified {
		return
	}
	reached := n.reachedBy(s)
	n.schedule.Skip(s.ID)
	n.job.Reach(reached...)
}
