package act

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/rootout/rootout/aws/act/execute"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
)

// Undo computes the plan that takes back what the runs of a plan did, out of the journal and the
// evidence of the case, as far as it can be undone exactly; only are the steps to take back,
// none means all. AWS is not called, and nothing is kept before it starts.
func (r *Runner) Undo(ctx context.Context, snapshot *model.Snapshot, digest string, only []string) (*plan.Plan, error) {
	if err := r.mayPlan(); err != nil {
		return nil, err
	}
	of, err := r.options.Store.Plan(ctx, digest)
	if err != nil {
		return nil, fmt.Errorf("undo: %w", err)
	}
	past, err := r.options.Store.Journal(ctx, digest)
	if err != nil {
		return nil, fmt.Errorf("undo: read the journal: %w", err)
	}
	done, open, lost := madeSteps(of, past)
	back, err := r.takenBack(ctx, of, past)
	if err != nil {
		return nil, fmt.Errorf("undo: read what was undone: %w", err)
	}
	kept, err := r.keptFor(ctx, of)
	if err != nil {
		return nil, fmt.Errorf("undo: read the evidence: %w", err)
	}
	p, err := plan.UndoRun(plan.UndoInput{
		Input: r.input(snapshot), Of: of, Done: done, Open: open, Lost: lost, Only: only, TakenBack: back,
		Prepare: func(inverse plan.Step) ([]plan.Step, error) {
			op, known := r.world.Defs[inverse.Kind].Ops[inverse.Op]
			if !known {
				return nil, fmt.Errorf("this rootout does not know %s", inverse.Op)
			}
			if op.Prepare == nil {
				return []plan.Step{inverse}, nil
			}
			return op.Prepare(inverse, kept[inverse.Targets[0]])
		},
	})
	if err != nil {
		return p, fmt.Errorf("undo: %w", err)
	}
	return p, nil
}

// madeSteps are the steps that the runs of a plan have made: AWS answered the call well, or gave no
// answer and the step was proven all the same. Open are those whose answer was never written down,
// lost those that got none: of both it is not known whether they were made.
func madeSteps(of *plan.Plan, past []casefile.Entry) (done, open, lost map[string]bool) {
	done, open, lost = map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, e := range past {
		switch e.Kind {
		case casefile.Intent:
			open[e.Step] = open[e.Step] || ownIntent(of, e)
		case casefile.Result:
			r, ok := resultOf(e)
			if !ok || r.Spawned {
				continue
			}
			done[e.Step] = done[e.Step] || r.OK
			// An answer clears up its own call, and none that was lost before.
			open[e.Step] = false
			lost[e.Step] = lost[e.Step] || r.Failure != nil && r.Failure.Code == ""
		case casefile.Verified:
			done[e.Step] = done[e.Step] || open[e.Step] || lost[e.Step]
			open[e.Step] = false
		default:
		}
		lost[e.Step] = lost[e.Step] && !done[e.Step]
	}
	return done, open, lost
}

// notTakenBack refuses a removal that has run and of which an undo has put something back: whoever
// runs it again may not know that.
func (r *Runner) notTakenBack(ctx context.Context, p *plan.Plan, past []casefile.Entry) error {
	if p.Verb != plan.Delete || len(past) == 0 {
		return nil
	}
	back, err := r.takenBack(ctx, p, past)
	if err != nil {
		return fmt.Errorf("run: read what was taken back: %w", err)
	}
	for _, by := range back {
		return fmt.Errorf("run: %w by #%.4s: make a new plan of what is to go now", plan.ErrTakenBack, by)
	}
	return nil
}

// takenBack are the targets of a plan that undos of it have put back, by the digest of the undo, less
// those that a run of the plan has touched again since.
func (r *Runner) takenBack(ctx context.Context, of *plan.Plan, past []casefile.Entry) (map[model.Ref]string, error) {
	touched := lastTouched(of, past)
	plans, err := r.options.Store.Plans(ctx)
	if err != nil {
		return nil, err
	}
	back := map[model.Ref]string{}
	for _, info := range plans {
		if plan.Verb(info.Verb) != plan.Undo || info.Begun.IsZero() {
			continue
		}
		undo, err := r.options.Store.Plan(ctx, info.Digest)
		if err != nil {
			return nil, err
		}
		if undo.Undoes != of.Digest {
			continue
		}
		journal, err := r.options.Store.Journal(ctx, info.Digest)
		if err != nil {
			return nil, err
		}
		for ref, at := range putBack(undo, journal) {
			if at > touched[ref] {
				back[ref] = undo.Digest
			}
		}
	}
	return back, nil
}

// lastTouched is where in the journal a plan's runs have last meant to call something for each of
// its targets.
func lastTouched(of *plan.Plan, past []casefile.Entry) map[model.Ref]uint64 {
	targets := map[string][]model.Ref{}
	for _, s := range of.Steps {
		targets[s.ID] = s.Targets
	}
	last := map[model.Ref]uint64{}
	for _, e := range past {
		if e.Kind == casefile.Intent {
			for _, ref := range targets[e.Step] {
				last[ref] = max(last[ref], e.Seq)
			}
		}
	}
	return last
}

// putBack are the targets of an undo of which all steps are proven, by where in the journal that was
// so.
func putBack(undo *plan.Plan, past []casefile.Entry) map[model.Ref]uint64 {
	proven := map[string]uint64{}
	for _, e := range past {
		if e.Kind == casefile.Verified {
			proven[e.Step] = e.Seq
		}
	}
	back := map[model.Ref]uint64{}
	for _, t := range undo.Targets {
		last := uint64(0)
		whole := !slices.ContainsFunc(undo.Steps, func(s plan.Step) bool {
			at, is := proven[s.ID]
			if slices.Contains(s.Targets, t.Ref) {
				last = max(last, at)
				return !is
			}
			return false
		})
		if whole {
			back[t.Ref] = last
		}
	}
	return back
}

// ownIntent says whether an intent is that of the step itself, and not of ending what came into its
// container.
func ownIntent(of *plan.Plan, e casefile.Entry) bool {
	var i execute.Intent
	if json.Unmarshal(e.Payload, &i) != nil || len(i.Targets) == 0 {
		return true
	}
	return slices.ContainsFunc(of.Steps, func(s plan.Step) bool { return s.ID == e.Step && slices.Contains(s.Targets, i.Targets[0]) })
}

// keptFor is the evidence that was kept for a plan, by resource; of several items of one name the
// first, since later ones may have been taken of what a run had changed already.
func (r *Runner) keptFor(ctx context.Context, of *plan.Plan) (map[model.Ref]kind.Kept, error) {
	out := map[model.Ref]kind.Kept{}
	for _, t := range of.Targets {
		if !slices.ContainsFunc(of.Steps, func(s plan.Step) bool { return len(s.Inverse) > 0 && slices.Contains(s.Targets, t.Ref) }) {
			continue
		}
		all, err := r.options.Store.Evidence(ctx, t.Ref)
		if err != nil {
			return nil, err
		}
		byWhat := map[string]json.RawMessage{}
		for _, e := range all {
			if _, taken := byWhat[e.What]; e.Plan == of.Digest && e.Missing == "" && !taken {
				byWhat[e.What] = e.Data
			}
		}
		out[t.Ref] = func(what string) json.RawMessage { return byWhat[what] }
	}
	return out, nil
}
