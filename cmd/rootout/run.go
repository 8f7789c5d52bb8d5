package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootout/rootout/cmd/rootout/printed"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

func newRun(g *globals) *cobra.Command {
	var confirm string
	cmd := &cobra.Command{
		Use: "run PLAN.json --confirm PHRASE", Short: "Run a plan, or resume one that was interrupted", Args: oneFile("run PLAN.json --confirm PHRASE", "plan that rootout plan wrote"),
		Long: "run carries out a plan that rootout plan wrote. It first checks again that nothing protected is in it,\nand at the end proves the result with a fresh listing. It resumes a plan that was interrupted: what is\ndone is not done again.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return runPlan(cmd.Context(), g, args[0], confirm, stdio{in: cmd.InOrStdin(), out: cmd.OutOrStdout(), err: cmd.ErrOrStderr()})
		},
	}
	cmd.Flags().StringVar(&confirm, "confirm", "", "the phrase that rootout plan printed")
	return cmd
}

func runPlan(ctx context.Context, g *globals, path, phrase string, streams stdio) (err error) {
	p, err := readPlan(path)
	if err != nil {
		return err
	}
	catalog, defs, err := kinds(time.Now)
	if err != nil {
		return err
	}
	if g.readOnly {
		return refused("run: with --read-only nothing can be run")
	}
	if phrase, err = askPhrase(p, phrase, g.again("run", path), catalog, streams); err != nil {
		return err
	}
	if err := p.Confirm(phrase); err != nil {
		return fmt.Errorf("run: %w", err)
	}
	w, err := openWorkplace(ctx, g, catalog, defs, streams.err, func(caller model.Caller) (*casefile.Case, error) {
		if caller.Account != p.Account {
			return nil, fmt.Errorf("run: %w: it is for %s, you are in %s", plan.ErrAccount, p.Account, caller.Account)
		}
		return caseOfPlan(ctx, g, catalog, p)
	})
	if err != nil {
		return err
	}
	defer closeInto(&err, w)
	if p, err = w.kept(ctx, path, p); err != nil {
		return err
	}
	return w.carryOut(ctx, p, phrase, g.again("run", path), streams)
}

// kept is the plan of a file as the case holds it. A plan enters its case when it is made, and the
// digest of a file has no key: whoever can change the file can give it a digest that fits, and one
// that even begins as the phrase does. So what is run is what the case holds.
func (w *workplace) kept(ctx context.Context, path string, p *plan.Plan) (*plan.Plan, error) {
	kept, err := w.store.Plan(ctx, p.Digest)
	if errors.Is(err, casefile.ErrNoPlan) {
		return nil, refused("run: %s: the case %s holds no such plan: the file was changed, or the plan was made with another case (--case names it); make it again with rootout plan",
			path, w.store.Path())
	}
	return kept, err
}

func readPlan(path string) (*plan.Plan, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, usage("run: %w", err)
	}
	if bytes.HasPrefix(data, []byte("SQLite format 3\x00")) {
		return nil, usage("run: %s is a case and no plan: rootout open shows it, and run takes the file that rootout plan wrote", path)
	}
	p, err := plan.Parse(data)
	switch {
	case errors.Is(err, plan.ErrChanged):
		return nil, refused("run: %s: %w; make it again with rootout plan", path, err)
	case errors.Is(err, plan.ErrNewer):
		return nil, fmt.Errorf("run: %s: %w", path, err)
	case err != nil:
		return nil, usage("run: %s: %w", path, err)
	}
	return p, nil
}

// askPhrase shows the plan and reads the phrase from the terminal when it was not given: one line,
// without its end. Without a terminal a question is a stop; a pipe is not read. What --confirm gives is
// taken as it is: a shell has taken off the end of a line that it read for it ("$(…)"), and where
// something is left around the phrase nobody knows how it got there. again is the command that runs
// the plan.
func askPhrase(p *plan.Plan, phrase string, again again, catalog *model.Catalog, streams stdio) (string, error) {
	if phrase != "" {
		return phrase, nil
	}
	describePlan(streams.out, p, catalog)
	if !interactive(streams) {
		return "", incomplete("run: %w; nothing was done. To run the plan:\n  %s", errNoTerminal, again.confirm(p))
	}
	fmt.Fprintf(streams.out, "\ntype  %s  to run: ", p.Phrase())
	line, err := bufio.NewReader(streams.in).ReadString('\n')
	if err != nil {
		return "", incomplete("run: nothing was done: %w", err)
	}
	return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), nil
}

// caseOfPlan opens the case that holds the plan; a plan that no case here knows gets the account's
// own.
func caseOfPlan(ctx context.Context, g *globals, catalog *model.Catalog, p *plan.Plan) (*casefile.Case, error) {
	if g.casePath == "" && !g.newCase {
		path, err := casefile.FindByDigest(ctx, g.cases, p.Digest)
		switch {
		case err == nil:
			return casefile.Open(ctx, path, casefile.Writer, casefile.Options{Catalog: catalog})
		case !errors.Is(err, casefile.ErrNoPlan):
			return nil, err
		}
	}
	return openCase(ctx, g, catalog, p.Account, p.Partition)
}

// follow prints how a run goes and how it ended. resume is the command that goes on with it. It
// returns only when nothing of the run calls or writes any more, since the case is closed next.
func follow(ctx context.Context, going port.Run, p *plan.Plan, resume again, streams stdio) error {
	t := printed.NewTally(p, streams.err)
	// A run that is asked to stop ends its calls and says so, hence the context without
	// cancellation.
	stop := context.AfterFunc(ctx, going.Stop)
	defer stop()
	var paused error
	for {
		update, err := t.Next(context.WithoutCancel(ctx), going)
		if err != nil && paused != nil {
			return paused
		}
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("%s: it ended without a summary", resume.name)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", resume.name, err)
		}
		t.Take(update)
		if update.State == port.RunPaused && paused == nil {
			going.Stop()
			paused = incomplete("%s: stopped: %w\nWhat was done is in the case. Sign in again and continue with:\n  %s", resume.name, update.Paused, resume.confirm(p))
		}
		t.Report(update.Summary != nil)
		if update.Summary != nil && paused != nil {
			return paused
		}
		if update.Summary != nil {
			return conclusion(update.Summary, p, resume, streams.out, ctx.Err() != nil)
		}
	}
}

// conclusion prints the summary; everything short of "all proven, nothing left behind" is
// incomplete.
func conclusion(s *port.Summary, p *plan.Plan, resume again, w io.Writer, stopped bool) error {
	fmt.Fprintf(w, "%d of %d proven %s by a fresh listing, in %s\n", s.Reached(), s.Planned, outcome(p), s.Took.Round(time.Second))
	refs := slices.SortedFunc(maps.Keys(s.Left), model.Ref.Compare)
	for _, ref := range refs {
		fmt.Fprintf(w, "left: %s: %s\n", ref, s.Left[ref])
	}
	if s.Unwritten != "" {
		fmt.Fprintf(w, "the case could not note that the run has ended: %s\n", s.Unwritten)
	}
	for _, c := range s.Uncounted {
		fmt.Fprintf(w, "not counted: %s in %s is %s\n", c.Key.Kind, c.Key.Region, c.State)
	}
	for _, u := range s.Uncovered {
		fmt.Fprintf(w, "stays, rootout cannot remove it: %s %s in %s  %s\n", u.Type, model.Clean(u.ID), u.Region, u.Console)
	}
	for _, r := range s.Respawned {
		fmt.Fprintf(w, "came back: %s: %s\n", r.Ref, r.Cause)
	}
	if s.Complete() {
		return nil
	}
	if stopped || len(s.Left) > 0 || s.Unwritten != "" {
		return incomplete("%s: not everything is proven %s. Continue with:\n  %s", resume.name, outcome(p), resume.confirm(p))
	}
	return incomplete("%s: something stays behind, see above", resume.name)
}

// outcome is what a plan's targets are when all went well.
func outcome(p *plan.Plan) string {
	if p.Verb == plan.Delete {
		return "gone"
	}
	return "to be as planned"
}
