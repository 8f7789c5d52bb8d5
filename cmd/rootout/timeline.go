package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootout/rootout/aws/lookup/bucket"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/query"
	"github.com/rootout/rootout/model/trail"
	"github.com/rootout/rootout/ui/words"
)

type timelineOptions struct {
	from                  []string
	prefix                string
	where, group          string
	json, csv, timesketch bool
	histogram             bool
}

func newTimeline(g *globals) *cobra.Command {
	var o timelineOptions
	cmd := &cobra.Command{
		Use: "timeline", Short: "Print who did what: CloudTrail's events of all regions, or of log files", Args: cobra.NoArgs,
		Long: "timeline reads the events of the last --since from every region of the account, at the two calls a second\nthat AWS allows, or with --from the files and folders of a trail, or its bucket (.json, .json.gz, .zst,\nJSON lines, LookupEvents, EventBridge and Athena exports). The newest event comes first; standard error says how many\nevents, repeats and faults there were. It changes nothing and keeps no case. It ends with 3 when a region\nor a file could not be read whole.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			if o.where, err = queryText(o.where, cmd.InOrStdin()); err != nil {
				return err
			}
			if len(o.from) > 0 && !cmd.Flags().Changed("since") {
				g.since = 0 // All that the files hold.
			}
			return runTimeline(cmd.Context(), g, o, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.StringArrayVar(&o.from, "from", nil, "file, folder or s3://BUCKET/PREFIX of CloudTrail records to read instead of the account; may be repeated")
	f.StringVar(&o.prefix, "prefix", "", "read only files whose path below --from begins so, for example AWSLogs/123456789012/CloudTrail/eu-west-1/2026/11")
	f.StringVar(&o.where, "where", "", "query that selects events, for example 'name:Create* by:…/root'"+whereHelp)
	f.StringVar(&o.group, "group", "", "print one line for each session, key, address, name or region")
	f.BoolVar(&o.histogram, "histogram", false, "print how many events there were when")
	f.BoolVar(&o.json, "json", false, "print one JSON object a line")
	f.BoolVar(&o.csv, "csv", false, "print comma-separated values")
	f.BoolVar(&o.timesketch, "timesketch", false, "print JSON lines as Timesketch imports them")
	return cmd
}

// check refuses forms that cannot be printed together.
func (o *timelineOptions) check() error {
	var forms []string
	for _, form := range []struct {
		name string
		on   bool
	}{{"--json", o.json}, {"--csv", o.csv}, {"--timesketch", o.timesketch}, {"--histogram", o.histogram}} {
		if form.on {
			forms = append(forms, form.name)
		}
	}
	if len(forms) > 1 {
		return usage("%s: choose one", joined(forms))
	}
	if o.group != "" && (o.timesketch || o.histogram) {
		return usage("--group goes with --json or --csv, not with %s", forms[0])
	}
	if o.group != "" && !slices.Contains(trail.Groupings(), o.group) {
		return usage("--group: %q is none of %s%s", model.Clean(o.group), joined(trail.Groupings()), didYouMean(o.group, trail.Groupings()))
	}
	if o.prefix != "" && len(o.from) == 0 {
		return usage("--prefix goes with --from")
	}
	for _, path := range o.from {
		if bucket.Is(path) {
			continue
		}
		if _, err := os.Stat(path); err != nil {
			return usage("--from: %w", err)
		}
	}
	return nil
}

func runTimeline(ctx context.Context, g *globals, o timelineOptions, out, errs io.Writer) error {
	where, err := trail.ParseFilter(o.where)
	if err != nil {
		return fmt.Errorf("--where: %w", err)
	}
	if err := o.check(); err != nil {
		return err
	}
	t := &timeline{index: trail.NewIndex(), where: where, options: o, now: time.Now()}
	if g.since > 0 {
		t.since = t.now.Add(-g.since)
	}
	if len(o.from) > 0 {
		err = t.readFiles(ctx, g, errs)
	} else {
		err = t.readAccount(ctx, g, errs)
	}
	if err != nil {
		return err
	}
	if err := t.write(out); err != nil {
		return fmt.Errorf("write the timeline: %w", err)
	}
	fmt.Fprintf(errs, "rootout: %s, %s\n", words.Count(t.index.Len(), "event", "events"), words.Count(t.repeats, "repeat", "repeats"))
	return t.complete(errs)
}

// timeline is what was read, and what of it is wanted.
type timeline struct {
	index   *trail.Index
	where   *query.Filter[trail.Row]
	options timelineOptions
	now     time.Time
	since   time.Time
	// repeats are records that had come before.
	repeats int
	// lacking says in words what was not read whole.
	lacking []string
}

func (t *timeline) add(e *trail.Event) {
	if _, fresh := t.index.Add(e); !fresh {
		t.repeats++
	}
}

// rows are the events that are wanted, the newest first.
func (t *timeline) rows(each func(*trail.Row) error) error {
	env := query.Env{Now: t.now, Location: time.Local}
	for r := range t.index.Between(t.since, time.Time{}) {
		if t.where.Match(&r, env) {
			if err := each(&r); err != nil {
				return err
			}
		}
	}
	return nil
}

// complete says what was not read whole, and fails then.
func (t *timeline) complete(errs io.Writer) error {
	for _, what := range t.lacking {
		fmt.Fprintln(errs, "rootout: not read whole: "+what)
	}
	if len(t.lacking) > 0 {
		return incomplete("%s not read whole: there may be more events than these", words.Count(len(t.lacking), "source was", "sources were"))
	}
	return nil
}
