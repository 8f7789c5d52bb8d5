package review

import (
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/words"
)

// rest is what an interrupted removal has still to do.
type rest struct {
	left map[model.Ref]bool
	eta  plan.ETA
}

// restOf costs the inventory, and is made beside the loop; nil where nothing of a plan has run, or it
// is no removal.
func restOf(e *runs.Entry, runner port.Runner, snap *model.Snapshot) *rest {
	if e.Plan.Verb != plan.Delete || !e.Resumable() && (!e.Ended() || e.Complete()) {
		return nil
	}
	out := &rest{left: e.Plan.Left(snap), eta: e.Plan.ETA}
	if estimator, ok := runner.(port.Estimator); ok {
		out.eta = estimator.Rest(snap, e.Plan, out.left)
	}
	return out
}

// has says whether a target is still to be reached.
func (r *rest) has(ref model.Ref) bool { return r == nil || r.left[ref] }

// text says how far the plan has come: "39 are left, 224 are proven gone".
func (r *rest) text(p *plan.Plan) string {
	n, gone := len(r.left), p.N()-len(r.left)
	return kit.Count(n) + words.Noun(n, " is", " are") + " left, " + kit.Count(gone) + words.Noun(gone, " is", " are") + " proven gone"
}
