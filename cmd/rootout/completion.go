package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// shells are those that a completion script can be written for.
func shells() []string { return []string{"bash", "fish", "powershell", "zsh"} }

func newCompletion() *cobra.Command {
	return &cobra.Command{
		Use: "completion SHELL", Short: "Print the completion script for " + strings.Join(shells(), ", "),
		Long: "completion prints the script that completes commands, flags and values in a shell:\n\n" +
			"  bash        source <(rootout completion bash)\n" +
			"  fish        rootout completion fish | source\n" +
			"  powershell  rootout completion powershell | Out-String | Invoke-Expression\n" +
			"  zsh         source <(rootout completion zsh)\n\n" +
			"Put the line into the file that your shell reads when it starts. bash needs the package bash-completion.",
		ValidArgs: shells(),
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) != 1:
				return usage("name one shell: %s", strings.Join(shells(), ", "))
			case !slices.Contains(shells(), args[0]):
				return usage("there is no script for %q, only for %s%s", args[0], strings.Join(shells(), ", "), didYouMean(args[0], shells()))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			root, out := cmd.Root(), cmd.OutOrStdout()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(out, true)
			case "fish":
				return root.GenFishCompletion(out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(out)
			}
			return root.GenZshCompletion(out)
		},
	}
}
