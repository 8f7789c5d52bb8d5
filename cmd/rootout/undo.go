package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/ui/words"
)

func newUndo(g *globals) *cobra.Command {
	var o undoOptions
	cmd := &cobra.Command{
		Use: "undo [STEP...] [--of PLAN] [--confirm PHRASE]", Short: "Undo a run of the case, as far as it can be undone exactly",
		Long: "undo makes a plan that undoes what the newest run of the case did, or the run of the plan that --of names,\n" +
			"and prints it and, on the last line, the phrase that confirms it. Scaling targets, event rules and\n" +
			"schedules come back as they were, unless they hold secrets or step scaling policies; what cannot come\n" +
			"back is left out, with the reason. Nothing is changed without the phrase. An undo of that run that was\n" +
			"interrupted is printed instead of a new one: its phrase resumes it.",
		RunE: func(cmd *cobra.Command, steps []string) error {
			o.steps = steps
			return undoRun(cmd.Context(), g, o, stdio{in: cmd.InOrStdin(), out: cmd.OutOrStdout(), err: cmd.ErrOrStderr()})
		},
	}
	cmd.Flags().StringVar(&o.confirm, "confirm", "", "the phrase that rootout undo printed")
	cmd.Flags().StringVar(&o.of, "of", "", "plan whose run to undo, by the # of its phrase (7f3a); the newest run if left out")
	return cmd
}

// undoOptions are which steps of which run to undo, no steps for all and "" for the newest run, and
// the phrase, "" where the undo is only to be planned.
type undoOptions struct {
	steps       []string
	of, confirm string
}

func undoRun(ctx context.Context, g *globals, o undoOptions, streams stdio) (err error) {
	if g.readOnly && o.confirm != "" {
		return refused("undo: with --read-only nothing can be run")
	}
	catalog, defs, err := kinds(time.Now)
	if err != nil {
		return err
	}
	w, err := openWorkplace(ctx, g, catalog, defs, streams.err, func(caller model.Caller) (*casefile.Case, error) {
		return openCase(ctx, g, catalog, caller.Account, caller.Partition)
	})
	if err != nil {
		return err
	}
	defer closeInto(&err, w)
	if o.confirm != "" {
		p, err := w.confirmedUndo(ctx, o.confirm)
		if err != nil {
			return err
		}
		return w.carryOut(ctx, p, o.confirm, g.again("undo"), streams)
	}
	return w.planUndo(ctx, o, g.again("undo"), catalog, streams)
}

// planUndo makes the undo of a run, keeps it in the case and prints it. again is the command that
// runs it.
func (w *workplace) planUndo(ctx context.Context, o undoOptions, again again, catalog *model.Catalog, streams stdio) error {
	of, err := w.runToUndo(ctx, o.of)
	if err != nil {
		return err
	}
	for _, id := range o.steps {
		if !hasStep(of, id) {
			return usage("undo: the run of %s has no step %s", of.Phrase(), model.Clean(id))
		}
	}
	if p, err := w.interruptedUndo(ctx, of); err != nil || p != nil {
		if err != nil {
			return err
		}
		describePlan(streams.out, p, catalog)
		fmt.Fprintf(streams.out, "\nit undoes: %s, and was interrupted; nothing has been changed now. To go on with it:\n  %s\n\n%s\n",
			of.Phrase(), again.confirm(p), p.Phrase())
		return nil
	}
	snapshot, err := w.look(ctx, of.Places()...)
	if err != nil {
		return err
	}
	p, err := w.runner.Undo(ctx, snapshot, of.Digest, o.steps)
	switch {
	case errors.Is(err, plan.ErrNothing):
		describePlan(streams.err, p, catalog)
		if by := p.TakenBackBy(); len(by) > 0 {
			return refused("undo: already undone by %s, as far as it can be undone exactly", strings.Join(by, ", "))
		}
		return refused("undo: nothing that the run did can be undone exactly")
	case err != nil:
		return err
	}
	if err := w.store.SavePlan(ctx, p); err != nil {
		return err
	}
	describePlan(streams.out, p, catalog)
	fmt.Fprintf(streams.out, "\nit undoes: %s; nothing has been changed. To run it:\n  %s\n\n%s\n",
		of.Phrase(), again.confirm(p), p.Phrase())
	return nil
}

func hasStep(p *plan.Plan, id string) bool {
	for _, s := range p.Steps {
		if s.ID == id {
			return true
		}
	}
	return false
}

// runToUndo is the plan of the case that was begun last and is no undo itself, or of those that were
// begun the one whose digest begins so.
func (w *workplace) runToUndo(ctx context.Context, digest string) (*plan.Plan, error) {
	plans, err := w.store.Plans(ctx)
	if err != nil {
		return nil, err
	}
	plans = slices.DeleteFunc(plans, func(p casefile.PlanInfo) bool { return p.Begun.IsZero() || plan.Verb(p.Verb) == plan.Undo })
	if len(plans) == 0 {
		return nil, usage("undo: %w", errNothingRun)
	}
	wanted := strings.TrimPrefix(digest, "#")
	found := slices.DeleteFunc(slices.Clone(plans), func(p casefile.PlanInfo) bool { return !strings.HasPrefix(p.Digest, wanted) })
	if wanted != "" && len(found) != 1 {
		return nil, usage("undo: --of %s names %s; those of the case are %s", model.Clean(digest), words.Count(len(found), "run", "runs"), runNames(plans))
	}
	newest := slices.MaxFunc(found, func(a, b casefile.PlanInfo) int { return a.Begun.Compare(b.Begun) })
	return w.store.Plan(ctx, newest.Digest)
}

// runNames names runs so that --of tells them apart, with when each began.
func runNames(plans []casefile.PlanInfo) string {
	names := make([]string, len(plans))
	for i, p := range plans {
		names[i] = fmt.Sprintf("#%.8s of %s", p.Digest, p.Begun.Format(time.RFC3339))
	}
	return strings.Join(names, ", ")
}

// interruptedUndo is the undo of a run that was begun and has not ended, nil for none.
func (w *workplace) interruptedUndo(ctx context.Context, of *plan.Plan) (*plan.Plan, error) {
	plans, err := w.store.Plans(ctx)
	if err != nil {
		return nil, err
	}
	for _, info := range plans {
		if plan.Verb(info.Verb) != plan.Undo || info.State != casefile.Running {
			continue
		}
		if p, err := w.store.Plan(ctx, info.Digest); err != nil || p.Undoes == of.Digest {
			return p, err
		}
	}
	return nil, nil
}

// confirmedUndo finds the undo plan of the case that a phrase confirms.
func (w *workplace) confirmedUndo(ctx context.Context, phrase string) (*plan.Plan, error) {
	plans, err := w.store.Plans(ctx)
	if err != nil {
		return nil, err
	}
	for _, info := range plans {
		if plan.Verb(info.Verb) != plan.Undo {
			continue
		}
		p, err := w.store.Plan(ctx, info.Digest)
		if err != nil {
			return nil, err
		}
		if p.Confirm(phrase) == nil {
			return p, nil
		}
	}
	return nil, fmt.Errorf("undo: %w: it confirms no undo of this case; make one with rootout undo", plan.ErrPhrase)
}
