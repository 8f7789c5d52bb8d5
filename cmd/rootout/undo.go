package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
)

func newUndo(g *globals) *cobra.Command {
	var confirm string
	cmd := &cobra.Command{
		Use: "undo [STEP...] [--confirm PHRASE]", Short: "Undo the newest run of the case, as far as it can be undone exactly",
		Long: "undo makes a plan that undoes what the newest run of the case did, and prints it and, on the last line,\n" +
			"the phrase that confirms it. Scaling targets, event rules and schedules come back as they were; what\n" +
			"cannot is left out, with the reason. Nothing is changed without the phrase. An undo that was\n" +
			"interrupted is resumed.",
		RunE: func(cmd *cobra.Command, steps []string) error {
			return undoRun(cmd.Context(), g, steps, confirm, stdio{in: cmd.InOrStdin(), out: cmd.OutOrStdout(), err: cmd.ErrOrStderr()})
		},
	}
	cmd.Flags().StringVar(&confirm, "confirm", "", "the phrase that rootout undo printed")
	return cmd
}

func undoRun(ctx context.Context, g *globals, steps []string, phrase string, streams stdio) (err error) {
	if g.readOnly && phrase != "" {
		return refused("undo: with --read-only nothing can be run")
	}
	catalog, defs, err := kinds(time.Now)
	if err != nil {
		return err
	}
	w, err := openWorkplace(ctx, g, catalog, defs, func(caller model.Caller) (*casefile.Case, error) {
		return openCase(ctx, g, catalog, caller.Account, caller.Partition)
	})
	if err != nil {
		return err
	}
	defer closeInto(&err, w)
	if phrase != "" {
		p, err := w.confirmedUndo(ctx, phrase)
		if err != nil {
			return err
		}
		return w.carryOut(ctx, p, phrase, g.again("undo"), streams)
	}
	return w.planUndo(ctx, steps, g.again("undo"), catalog, streams)
}

// planUndo makes the undo of the newest run, keeps it in the case and prints it.
// again is the command that runs it.
func (w *workplace) planUndo(ctx context.Context, steps []string, again again, catalog *model.Catalog, streams stdio) error {
	of, err := w.newestRun(ctx)
	if err != nil {
		return err
	}
	for _, id := range steps {
		if !hasStep(of, id) {
			return usage("undo: the newest run (%s) has no step %s", of.Phrase(), model.Clean(id))
		}
	}
	snapshot, err := w.look(ctx, of.Places()...)
	if err != nil {
		return err
	}
	p, err := w.runner.Undo(ctx, snapshot, of.Digest, steps)
	switch {
	case errors.Is(err, plan.ErrNothing):
		describePlan(streams.err, p, catalog)
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

// newestRun is the plan of the case that was begun last and is no undo itself.
func (w *workplace) newestRun(ctx context.Context) (*plan.Plan, error) {
	plans, err := w.store.Plans(ctx)
	if err != nil {
		return nil, err
	}
	var newest *casefile.PlanInfo
	for i, p := range plans {
		if p.Begun.IsZero() || plan.Verb(p.Verb) == plan.Undo {
			continue
		}
		if newest == nil || p.Begun.After(newest.Begun) {
			newest = &plans[i]
		}
	}
	if newest == nil {
		return nil, usage("undo: %w", errNothingRun)
	}
	return w.store.Plan(ctx, newest.Digest)
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
