package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootout/rootout/aws/sim/breach"
)

// exportTrail writes the account's history as log files instead of serving it. The account is that
// of the last midnight, so that the same seed gives the same files all day.
func exportTrail(cmd *cobra.Command, f simFlags) (err error) {
	midnight := time.Now().UTC().Truncate(24 * time.Hour)
	scenario, err := breach.New(breach.Options{Seed: f.seed, Now: func() time.Time { return midnight }})
	if err != nil {
		return fmt.Errorf("make the account: %w", err)
	}
	defer closeInto(&err, scenario)
	began := time.Now()
	out, err := scenario.ExportTrail(cmd.Context(), f.exportTo, f.events)
	var few *breach.FewError
	var full *breach.EmptyError
	switch {
	case errors.As(err, &few):
		return usage("sim: --events: %w", err)
	case errors.As(err, &full):
		return usage("sim: --export-trail: %w", err)
	case err != nil:
		return fmt.Errorf("sim: %w", err)
	}
	if f.truth != "" {
		if err := scenario.WriteTruth(f.truth); err != nil {
			return fmt.Errorf("sim: %w", err)
		}
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%d events of %d regions in %d files, %s to %s, in %s\n", out.Events, out.Regions, out.Files,
		out.First.UTC().Format(time.DateOnly), out.Last.UTC().Format(time.DateOnly), time.Since(began).Round(time.Second/10))
	return nil
}
