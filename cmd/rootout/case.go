package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
)

// verifyCovers says what a verification cannot tell.
const verifyCovers = "Not covered: the inventory with AWS's records of it, marks, and notes.\n" +
	"Compare the head with the one that you noted elsewhere: an older copy of the whole file is unchanged too."

func newCaseCommand(g *globals) *cobra.Command {
	cmd := &cobra.Command{Use: "case", Short: "Work with case files", Args: commandsOnly, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(newCaseList(g), &cobra.Command{
		Use: "verify FILE", Short: "Check that the journal and the evidence of a case are unchanged", Args: oneFile("case verify FILE", "case file (rootout case list names them)"),
		Long: "Checks that the journal, the evidence and the plans of a case are as they were written.\n" + verifyCovers,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := isThere("case verify", args[0]); err != nil {
				return err
			}
			c, err := casefile.Open(cmd.Context(), args[0], casefile.Reader, casefile.Options{})
			if err != nil {
				return err
			}
			defer func() { _ = c.Close() }() // It was only read.
			r, err := c.VerifyChain(cmd.Context())
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			fmt.Fprintf(out, "account %s, begun %s\n", r.Identity.Account, r.Identity.Started.UTC().Format("2006-01-02 15:04:05 UTC"))
			fmt.Fprintf(out, "%d journal entries, %d pieces of evidence, %d plans\nhead %s\n", r.Entries, r.Evidence, r.Plans, r.Head)
			waivers, err := c.Waivers(cmd.Context())
			if err != nil {
				return err
			}
			for _, w := range waivers {
				fmt.Fprintf(out, "waived: %s in %s: %s\n", model.Clean(w.Kind), model.Clean(w.Region), model.Clean(w.Reason))
			}
			for _, f := range r.Faults {
				fmt.Fprintln(out, "wrong: "+f.String())
			}
			if !r.OK() {
				return fmt.Errorf("case verify: %s was changed after it was written", args[0])
			}
			fmt.Fprintln(out, "unchanged: every hash is right\n"+verifyCovers)
			return nil
		},
	})
	return cmd
}

// oneFile are the arguments of a command that takes one file, in plain words where they are others.
func oneFile(use, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch len(args) {
		case 0:
			return fmt.Errorf("name the %s: rootout %s", what, use)
		case 1:
			return nil
		}
		return fmt.Errorf("one file at a time, and not %d: rootout %s", len(args), use)
	}
}

// isThere refuses a file that does not exist, in the system's words.
func isThere(command, path string) error {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return usage("%s: %w", command, err)
	}
	if err != nil {
		return nil // Whoever opens it as a case says why that fails.
	}
	return file.Close()
}
