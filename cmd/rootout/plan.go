package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"

	"github.com/spf13/cobra"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/query"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/words"
)

func newPlan(g *globals) *cobra.Command {
	var where, out string
	cmd := &cobra.Command{
		Use: "plan --where QUERY -o plan.json", Short: "Make a plan that removes what a query selects", Args: cobra.NoArgs,
		Long: "plan reads the account and makes a plan that removes what the query selects and everything that belongs\nto it. It prints the plan and, on the last line, the phrase that confirms it. What is not\nknown to be new stands in the phrase: 'delete 1643 with 625 older and 40 of unknown age in …'. Nothing is\nchanged.\nTo run the plan: rootout run plan.json --confirm PHRASE",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if strings.TrimSpace(where) == "" {
				return usage("plan: --where is required: a query for what to remove, for example --where 'cluster:build-*'")
			}
			if out == "" {
				return usage("plan: -o is required: the file to write the plan to")
			}
			text, err := queryText(where, cmd.InOrStdin())
			if err != nil {
				return err
			}
			return makePlan(cmd.Context(), g, text, out, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&where, "where", "", "query that selects what to remove"+whereHelp)
	cmd.Flags().StringVarP(&out, "output", "o", "", "file to write the plan to")
	return cmd
}

func makePlan(ctx context.Context, g *globals, where, path string, out, errs io.Writer) (err error) {
	catalog, defs, err := kinds(time.Now)
	if err != nil {
		return err
	}
	selects, err := query.Parse(catalog, where, query.Options{Unambiguous: true, NoRaw: true})
	if err != nil {
		return fmt.Errorf("--where: %w", err)
	}
	warnDoubts(errs, selects, catalog)
	w, err := openWorkplace(ctx, g, catalog, defs, errs, func(caller model.Caller) (*casefile.Case, error) {
		return openCase(ctx, g, catalog, caller.Account, caller.Partition)
	})
	if err != nil {
		return err
	}
	defer closeInto(&err, w)
	snapshot, err := w.look(ctx)
	if err != nil {
		return err
	}
	marked, unsure := matching(snapshot, selects)
	p, err := w.runner.Freeze(snapshot, plan.Wish{Marked: model.MarksOf(marked...), Unsure: unsure, Window: g.since})
	switch {
	case errors.Is(err, plan.ErrNothing) && len(marked) == 0:
		for _, text := range p.Warnings {
			fmt.Fprintln(errs, "rootout: "+text)
		}
		if err := uncountedIn(errs, snapshot, catalog, selects); err != nil {
			return incomplete("plan: nothing that was read matches %s: %w", brief(where), err)
		}
		return usage("plan: nothing matches %s", brief(where))
	case errors.Is(err, plan.ErrNothing):
		describePlan(errs, p, catalog)
		return refused("plan: everything that matches was left out, as said above")
	case err != nil:
		return err
	}
	if err := w.store.SavePlan(ctx, p); err != nil {
		return err
	}
	data, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return fmt.Errorf("plan: %w", err)
	}
	if err := writeNew(path, append(asciiControls(data), '\n')); err != nil {
		return err
	}
	describePlan(out, p, catalog)
	fmt.Fprintf(out, "\nwritten to %s; nothing has been changed. To run it:\n  %s\n\n%s\n", path, g.again("run", path).confirm(p), p.Phrase())
	return uncountedIn(errs, snapshot, catalog, selects)
}

// asciiControls escapes what encoding/json leaves as it is and a terminal does not: a plan holds
// names exactly as AWS does, and people look at it.
func asciiControls(jsonText []byte) []byte {
	var b bytes.Buffer
	for _, r := range string(jsonText) {
		if r > 0x7e && !unicode.IsPrint(r) {
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, "\\u%04x", unit)
			}
			continue
		}
		b.WriteRune(r)
	}
	return b.Bytes()
}

// matching are the resources of a query that there is something to remove about, and those of which
// it cannot be told whether it selects them.
func matching(s *model.Snapshot, q *query.Query) (refs, unsure []model.Ref) {
	env := query.Env{Now: time.Now()}
	for r := range s.All {
		switch {
		case !r.Counts:
		case q.Match(r, env):
			refs = append(refs, r.Ref)
		case q.Unsure(r, env):
			unsure = append(unsure, r.Ref)
		}
	}
	slices.SortFunc(refs, model.Ref.Compare)
	slices.SortFunc(unsure, model.Ref.Compare)
	return refs, unsure
}

// uncountedIn ends a plan with 3 when a cell that its query may select in was not counted: what is
// there is not in the plan.
func uncountedIn(errs io.Writer, s *model.Snapshot, catalog *model.Catalog, q *query.Query) error {
	r := &report{catalog: catalog, snapshot: s, where: q, now: time.Now()}
	return r.complete(errs, false)
}

// describePlan prints what a plan holds: what it is, what it is made of, its phases, one by one what
// it acts on, and at last, where it does not scroll away, what it leaves and what to beware of.
func describePlan(w io.Writer, p *plan.Plan, catalog *model.Catalog) {
	fmt.Fprintf(w, "%s %s in account %s, as %s, frozen %s\n", p.Verb, words.Count(p.N(), "resource", "resources"), p.Account, model.Clean(p.Caller.ARN), p.FrozenAt.Format(time.RFC3339))
	if origin := runs.Origin(p); origin != "" {
		fmt.Fprintf(w, "  %s\n", origin)
	}
	if p.Verb == plan.Delete {
		fmt.Fprintf(w, "  burning stops after about %s, all gone after about %s\n", p.ETA.BurningStops.Round(time.Second), p.ETA.AllGone.Round(time.Second))
	} else {
		fmt.Fprintf(w, "  all done after about %s\n", p.ETA.AllGone.Round(time.Second))
	}
	for _, line := range runs.MadeOf(p) {
		fmt.Fprintf(w, "  %s\n", runs.Text(line))
	}
	describePhases(w, p, catalog)
	for _, t := range p.Targets {
		because := ""
		if !t.Because.IsZero() {
			because = "  belongs to " + t.Because.String()
		}
		fmt.Fprintf(w, "    %s %s%s\n", t.Ref.Region, nameOfTarget(t), because)
	}
	for _, l := range p.LeftOut {
		fmt.Fprintf(w, "  left out: %s: %s\n", model.Clean(l.Ref.ID), l.Reason)
	}
	for _, u := range p.Uncovered {
		fmt.Fprintf(w, "  stays, rootout cannot remove it: %s %s in %s  %s\n", u.Type, model.Clean(u.ID), u.Region, u.Console)
	}
	for _, text := range p.Warnings {
		fmt.Fprintf(w, "  ! %s\n", text)
	}
}

// describePhases prints what each phase of a plan acts on, and how far it can be taken back.
func describePhases(w io.Writer, p *plan.Plan, catalog *model.Catalog) {
	undo := runs.UndoOf(p, catalog)
	for phase := model.Silence; phase <= model.Verify; phase++ {
		counts, counted := map[model.KindID]int{}, map[model.Ref]bool{}
		for _, s := range p.Steps {
			for _, ref := range s.Targets {
				if s.Phase == phase && !s.Interim && !counted[ref] {
					counted[ref] = true
					counts[ref.Kind]++
				}
			}
		}
		var parts []string
		for _, k := range catalog.Kinds() {
			if n := counts[k.ID]; n > 0 {
				parts = append(parts, words.KindCount(catalog, k.ID, n))
			}
		}
		if len(parts) > 0 {
			fmt.Fprintf(w, "  %-8s %s (about %s): %s\n", phase, strings.Join(parts, ", "), p.ETA.Phases[phase].Round(time.Second), undo[phase])
		}
	}
}

// nameOfTarget is the ARN of a target, with its name where the ARN does not tell it: that of a
// scaling target is a number.
func nameOfTarget(t plan.Target) string {
	switch arn := model.Clean(t.ARN); {
	case arn == "":
		return t.Ref.String()
	case strings.Contains(arn, t.Name):
		return arn
	default:
		return t.Name + "  " + arn
	}
}
