package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// helpWidth is where the lines of the help are broken.
const helpWidth = 100

// printUsage prints what a command is called with.
func printUsage(cmd *cobra.Command) error {
	var b strings.Builder
	b.WriteString("Usage:\n")
	if cmd.Runnable() {
		fmt.Fprintln(&b, "  "+cmd.UseLine())
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "  %s COMMAND\n\nCommands:\n", cmd.CommandPath())
		for _, c := range cmd.Commands() {
			if c.IsAvailableCommand() {
				fmt.Fprintf(&b, "  %-*s  %s\n", cmd.NamePadding(), c.Name(), c.Short)
			}
		}
	}
	if flags := cmd.LocalFlags(); flags.HasAvailableFlags() {
		b.WriteString("\nFlags:\n" + flags.FlagUsagesWrapped(helpWidth))
	}
	if flags := cmd.InheritedFlags(); flags.HasAvailableFlags() {
		b.WriteString("\nShared flags:\n" + flags.FlagUsagesWrapped(helpWidth))
	}
	if cmd.HasAvailableSubCommands() {
		if !cmd.HasParent() {
			b.WriteString("\nExit codes:\n")
			for code, means := range exitMeanings() {
				short, _, _ := strings.Cut(means, ":")
				short, _, _ = strings.Cut(short, ",")
				fmt.Fprintf(&b, "  %d  %s\n", code, short)
			}
		}
		fmt.Fprintf(&b, "\n\"%s COMMAND --help\" tells more about a command.\n", cmd.CommandPath())
	}
	_, err := fmt.Fprint(cmd.OutOrStderr(), b.String())
	return err
}

// refuseHelpOfNothing has the help of a command that is not there refused, instead of printing that of
// the one above it. Cobra takes --help for done whatever stands before it, so what was wrong is asked
// for afterwards.
func refuseHelpOfNothing(root *cobra.Command) (misread func() error) {
	var wrong error
	plain := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		if cmd.HasAvailableSubCommands() && cmd.Flags().NArg() > 0 {
			wrong = usage("%w", noSuchCommand(cmd, cmd.Flags().Arg(0)))
			return
		}
		plain(cmd, args)
	})
	return func() error { return wrong }
}

func newHelp() *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND]", Short: "Print the help of a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			at := cmd.Root()
			for i, name := range args {
				below, _, err := at.Find(args[i : i+1])
				if err != nil || below == at {
					return usage("help: %w", noSuchCommand(at, name))
				}
				at = below
			}
			at.InitDefaultHelpFlag()
			return at.Help()
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			at, _, err := cmd.Root().Find(args)
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			var out []string
			for _, c := range at.Commands() {
				if c.IsAvailableCommand() {
					out = append(out, cobra.CompletionWithDesc(c.Name(), c.Short))
				}
			}
			return out, cobra.ShellCompDirectiveNoFileComp
		},
	}
}
