package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// newDocs writes what a package brings beside the program. It is hidden: whoever installs a package
// has it already.
func newDocs() *cobra.Command {
	var date string
	cmd := &cobra.Command{
		Use: "docs DIR", Short: "Write man pages and shell completions into a directory", Args: cobra.ExactArgs(1), Hidden: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			at, err := time.Parse(time.RFC3339, date)
			if err != nil {
				return usage("docs: --date: %w", err)
			}
			if err := writeDocs(cmd.Root(), args[0], at); err != nil {
				return fmt.Errorf("docs: %w", err)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&date, "date", "", "date in the man pages (RFC 3339), so that two builds of one commit are the same")
	_ = cmd.MarkFlagRequired("date")
	return cmd
}

// writeDocs writes DIR/man/*.1 and DIR/completions/rootout.{bash,zsh,fish,ps1}.
func writeDocs(root *cobra.Command, dir string, at time.Time) error {
	man, completions := filepath.Join(dir, "man"), filepath.Join(dir, "completions")
	for _, d := range []string{man, completions} {
		if err := os.MkdirAll(d, 0o755); err != nil { //nolint:gosec // They are for everybody to read.
			return err
		}
	}
	portable(root)
	header := &doc.GenManHeader{Section: "1", Date: &at, Source: "rootout", Manual: "rootout"}
	if err := doc.GenManTree(root, header, man); err != nil {
		return err
	}
	shells := map[string]func(string) error{
		"bash": func(f string) error { return root.GenBashCompletionFileV2(f, true) },
		"zsh":  root.GenZshCompletionFile,
		"fish": func(f string) error { return root.GenFishCompletionFile(f, true) },
		"ps1":  root.GenPowerShellCompletionFileWithDesc,
	}
	for shell, write := range shells {
		if err := write(filepath.Join(completions, "rootout."+shell)); err != nil {
			return err
		}
	}
	return nil
}

// portable takes out of the help what is true of this machine only, and cobra's own notes.
func portable(root *cobra.Command) {
	root.PersistentFlags().Lookup("config").DefValue = "$XDG_CONFIG_HOME/rootout/config.yaml"
	silence(root)
}

func silence(c *cobra.Command) {
	c.DisableAutoGenTag = true
	for _, sub := range c.Commands() {
		silence(sub)
	}
}
