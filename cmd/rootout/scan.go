package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/scan"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/query"
	"github.com/rootout/rootout/ui/words"
)

type scanOptions struct {
	where  string
	json   bool
	strict bool
}

func newScan(g *globals) *cobra.Command {
	var o scanOptions
	cmd := &cobra.Command{
		Use: "scan", Short: "Print what each region holds, as text or JSON", Args: cobra.NoArgs,
		Long: "scan reads every region of the account once and prints a table of regions and kinds of resources. With\n--where it also lists the resources that match, and with --json it prints everything as one object.\nIt changes nothing and keeps no case. Its exit code is 3 when something could not be counted.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			if o.where, err = queryText(o.where, cmd.InOrStdin()); err != nil {
				return err
			}
			return runScan(cmd.Context(), g, o, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&o.where, "where", "", "query that selects resources, for example 'kind:task cpu>=4'"+whereHelp)
	cmd.Flags().BoolVar(&o.json, "json", false, "print one JSON object")
	cmd.Flags().BoolVar(&o.strict, "strict", false, "exit with 3 for disabled, left-out and waived cells too")
	return cmd
}

func runScan(ctx context.Context, g *globals, o scanOptions, out, errs io.Writer) error {
	catalog, defs, err := kinds(time.Now)
	if err != nil {
		return err
	}
	where, err := query.Parse(catalog, o.where, query.Options{NoRaw: true})
	if err != nil {
		return fmt.Errorf("--where: %w", err)
	}
	warnDoubts(errs, where, catalog)
	for _, warning := range g.skip.unknown() {
		fmt.Fprintln(errs, "rootout: "+warning)
	}
	waivers, err := waiveList(g.config, catalog)
	if err != nil {
		fmt.Fprintf(errs, "rootout: no refusal is waived: %v\n", err)
	}
	conn, err := aws.Connect(ctx, g.connection(g.ask))
	if err != nil {
		return err
	}
	defer conn.Close()
	for _, w := range conn.Warnings() {
		fmt.Fprintln(errs, "rootout: "+w.Text+" "+w.Next)
	}
	scanner := scan.Start(ctx, scan.Options{
		AWS: conn, Defs: defs, Sealer: freshSealer(), Once: true, LeaveOut: g.skip.leftOut(), Waive: waive(waivers),
	})
	defer scanner.Close()
	began := time.Now()
	snapshot, err := gather(ctx, scanner, nil)
	var ended *signedOutError
	if err != nil && (!errors.As(err, &ended) || !readAnything(snapshot)) {
		return err
	}
	r := report{
		catalog: catalog, snapshot: snapshot, caller: conn.Caller(), where: where, window: g.since, now: time.Now(), took: time.Since(began),
	}
	if o.json {
		err = r.writeJSON(out)
	} else {
		err = r.writeText(out)
	}
	if err != nil {
		return fmt.Errorf("write the scan: %w", err)
	}
	if ended != nil {
		return incomplete("%w. %s were not read", ended, words.Count(r.unread(), "cell", "cells"))
	}
	return r.complete(errs, o.strict)
}

// readAnything says whether a scan got as far as to count something.
func readAnything(snapshot *model.Snapshot) bool {
	return slices.ContainsFunc(snapshot.Cells(), func(key model.CellKey) bool { return snapshot.Cell(key).State.Complete() })
}

// unread counts the cells of readable regions that were not counted.
func (r *report) unread() int {
	n := 0
	for _, row := range rowsOf(r.grid()) {
		for _, c := range row.Cells {
			if row.Region.Readable() && !c.State.Complete() {
				n++
			}
		}
	}
	return n
}

// complete names every cell that was not counted, and fails when there is one that nobody expected:
// the cells of regions that are disabled or left out, and waived ones, count under strict only. What
// troubled the scan as a whole counts where all regions were asked for.
func (r *report) complete(errs io.Writer, strict bool) error {
	unexpected, expected := 0, 0
	var waived waivedCells
	for _, row := range rowsOf(r.grid()) {
		if !row.Region.Readable() {
			leftOut := row.Region.CellState() == model.CellLeftOut
			if strict || leftOut {
				fmt.Fprintf(errs, "rootout: not counted: %s (%s): the region is %s\n", row.Region.Name, row.Region.Title, row.Region.CellState())
			}
			expected += len(row.Cells)
			continue
		}
		for _, c := range row.Cells {
			switch {
			case c.State.Complete():
			case c.Cell.Failure != nil && c.Cell.Failure.Waived != "":
				expected++
				waived.add(row.Place.Title(), c)
			default:
				unexpected++
				why := ""
				if c.Cell.Failure != nil {
					why = ": " + c.Cell.Failure.Error()
				}
				fmt.Fprintf(errs, "rootout: not counted: %s in %s is %s%s\n", c.Cell.Key.Kind, row.Place.Title(), c.State, why)
			}
		}
	}
	waived.print(errs)
	if strict {
		unexpected += expected
	}
	if trouble := r.snapshot.Progress().Trouble; trouble != nil {
		fmt.Fprintf(errs, "rootout: %v\n", trouble)
		if _, restricted := r.where.Regions(); unexpected == 0 && !restricted {
			return incomplete("the account may hold more than these figures say")
		}
	}
	if unexpected > 0 {
		return incomplete("%s not counted: there may be more than these figures say", words.Count(unexpected, "cell was", "cells were"))
	}
	return nil
}

// waivedCells are cells that were not counted, as expected, by place and reason.
type waivedCells struct {
	order []string
	kinds map[string][]string
}

func (w *waivedCells) add(place string, c model.GridCell) {
	key := place + ": waived: " + c.Cell.Failure.Waived
	if w.kinds == nil {
		w.kinds = map[string][]string{}
	}
	if w.kinds[key] == nil {
		w.order = append(w.order, key)
	}
	w.kinds[key] = append(w.kinds[key], string(c.Cell.Key.Kind))
}

func (w *waivedCells) print(errs io.Writer) {
	for _, key := range w.order {
		fmt.Fprintf(errs, "rootout: not counted: %s in %s\n", strings.Join(w.kinds[key], ", "), key)
	}
}

// rowsOf are all rows of a grid, that of the account as a whole first.
func rowsOf(grid *model.Grid) []model.GridRow {
	if grid.Global == nil {
		return grid.Rows
	}
	return append([]model.GridRow{*grid.Global}, grid.Rows...)
}

// report is a finished scan on its way out.
type report struct {
	catalog  *model.Catalog
	snapshot *model.Snapshot
	caller   model.Caller
	where    *query.Query
	window   time.Duration
	now      time.Time
	took     time.Duration
}

func (r *report) env() query.Env { return query.Env{Now: r.now} }

func (r *report) matches(res *model.Resource) bool {
	return r.where.Empty() || r.where.Match(res, r.env())
}

func (r *report) grid() *model.Grid {
	o := model.GridOptions{Now: r.now, Window: r.window, Match: r.matches}
	if !r.where.Empty() {
		o.Unsure = func(res *model.Resource) bool { return r.where.Unsure(res, r.env()) }
	}
	if pass, restricted := r.where.Regions(); restricted {
		o.ShowRegion = pass
	}
	return model.NewGrid(r.snapshot, r.catalog, o)
}
