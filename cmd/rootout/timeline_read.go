package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/lookup"
	"github.com/rootout/rootout/aws/lookup/bucket"
	"github.com/rootout/rootout/aws/lookup/logfile"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/model/trail"
	"github.com/rootout/rootout/ui/words"
)

// readFiles reads what --from names.
func (t *timeline) readFiles(ctx context.Context, g *globals, errs io.Writer) error {
	var conn *aws.Connection
	sources, err := bucket.Sources(ctx, t.options.from, t.options.prefix, func() (bucket.AWS, error) {
		var err error
		conn, err = t.connect(ctx, g, errs)
		return conn, err
	})
	if conn != nil {
		defer conn.Close()
	}
	if err != nil {
		return err
	}
	report, err := logfile.Load(ctx, sources, logfile.Options{Since: t.since}, func(events []*trail.Event, _ logfile.Report) {
		for _, e := range events {
			t.add(e)
		}
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(errs, "rootout: %s read", words.Count(report.Files, "file", "files"))
	for _, also := range []struct {
		n    int
		what string
	}{
		{report.Outside, "outside of --since"},
		{report.Digests, "digests"},
		{report.Insights, "insights"},
		{report.Strange, "records that say of nothing what happened"},
		{len(report.Faults), "faults"},
	} {
		if also.n > 0 {
			fmt.Fprintf(errs, ", %d %s", also.n, also.what)
		}
	}
	fmt.Fprintln(errs)
	for _, f := range report.Faults {
		t.lacking = append(t.lacking, model.Clean(f.Path)+": "+model.Clean(f.What))
	}
	return nil
}

func (t *timeline) connect(ctx context.Context, g *globals, errs io.Writer) (*aws.Connection, error) {
	conn, err := aws.Connect(ctx, g.connection(g.ask))
	if err != nil {
		return nil, err
	}
	for _, w := range conn.Warnings() {
		fmt.Fprintln(errs, "rootout: "+w.Text+" "+w.Next)
	}
	return conn, nil
}

// triesMost is how often a region may not answer before it is given up.
const triesMost = 3

// readAccount asks every region that can be read.
func (t *timeline) readAccount(ctx context.Context, g *globals, errs io.Writer) error {
	conn, err := t.connect(ctx, g, errs)
	if err != nil {
		return err
	}
	defer conn.Close()
	regions, err := conn.RegionList(ctx)
	if err != nil {
		return err
	}
	reader := lookup.Start(ctx, lookup.Options{AWS: conn, Sealer: freshSealer(), Tail: -1})
	defer reader.Close()
	by, value := lookup.Attribute(t.where.Exactly)
	if by != port.AnyEvent {
		fmt.Fprintf(errs, "rootout: AWS is asked for %s %s only; the rest of the query is applied here\n", by, model.Clean(value))
	}
	open := map[string]int{}
	leftOut := g.skip.leftOut()
	pass, _ := t.where.Regions()
	for _, r := range regions.Regions {
		switch {
		case !r.Readable() || !pass(r.Name):
		case leftOut != nil && leftOut(r.Name):
			t.lacking = append(t.lacking, r.Name+" is left out")
		default:
			open[r.Name] = 0
			reader.Ask(port.Question{Place: model.Place{Account: conn.Caller().Account, Region: r.Name}, By: by, Value: value, Since: t.since, Until: t.now})
		}
	}
	return t.take(ctx, reader, open)
}

// take takes answers in until all regions have answered or were given up.
func (t *timeline) take(ctx context.Context, reader port.Lookup, open map[string]int) error {
	failed := map[string]string{}
	for len(open) > 0 {
		a, err := reader.Next(ctx)
		if err != nil {
			return err
		}
		for _, raw := range a.Records {
			if e, err := trail.Parse(raw); err == nil {
				t.add(e)
			}
		}
		region := a.Question.Place.Region
		switch {
		case a.Complete:
			delete(open, region)
		case a.Failure != nil:
			if open[region]++; a.Failure.Code != "" || open[region] >= triesMost {
				reach := ""
				if a.From.Before(a.To) {
					reach = ", read back to " + a.From.Format(time.RFC3339)
				}
				failed[region] = region + reach + ": " + a.Failure.Error()
				delete(open, region)
				reader.Cancel(a.Question)
			}
		}
	}
	for _, region := range slices.Sorted(maps.Keys(failed)) {
		t.lacking = append(t.lacking, failed[region])
	}
	return nil
}
