package main

import (
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootout/rootout/aws/profile"
	"github.com/rootout/rootout/model/query"
	"github.com/rootout/rootout/model/trail"
)

// completeValues tells the shell what may stand behind the flags.
func completeValues(root *cobra.Command) {
	known := map[string]cobra.CompletionFunc{
		"profile":      completeProfile,
		"region":       completeOne(regionNames(), 0),
		"skip-regions": completeList(regionNames()),
		"attacker":     completeOne(attackers(), 0),
		"scenario":     completeOne(scenarios(), 0),
		"fault":        completeOne(faultNames(), cobra.ShellCompDirectiveNoSpace),
		"where":        completeQuery,
		"group":        completeOne(trail.Groupings(), 0),
		"case":         cobra.FixedCompletions([]string{"case"}, cobra.ShellCompDirectiveFilterFileExt),
		"export-trail": cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs),
		"config":       cobra.FixedCompletions([]string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt),
	}
	for _, free := range []string{"since", "latency", "speed", "seed", "endpoint-url", "listen", "confirm", "events"} {
		known[free] = cobra.NoFileCompletions
	}
	register := func(c *cobra.Command) {
		for name, complete := range known {
			if f := c.Flags().Lookup(name); f != nil && !f.Hidden || c.PersistentFlags().Lookup(name) != nil {
				_ = c.RegisterFlagCompletionFunc(name, complete) // It fails for a flag that is not there.
			}
		}
	}
	register(root)
	eachCommand(root, register)
}

// completeOne completes a value that is one of several; it is no file.
func completeOne(values []string, also cobra.ShellCompDirective) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
		var out []string
		for _, v := range values {
			if strings.HasPrefix(v, word) {
				out = append(out, v)
			}
		}
		return out, also | cobra.ShellCompDirectiveNoFileComp
	}
}

// completeList completes the last of several values with commas between.
func completeList(values []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
		before := word[:strings.LastIndexByte(word, ',')+1]
		had := strings.Split(before, ",")
		var out []string
		for _, v := range values {
			if strings.HasPrefix(v, word[len(before):]) && !slices.Contains(had, v) {
				out = append(out, before+v)
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
}

// completeQuery completes the last word of a query; the values of an account are not asked for.
func completeQuery(cmd *cobra.Command, _ []string, text string) ([]string, cobra.ShellCompDirective) {
	if strings.HasPrefix(text, "@") {
		return nil, cobra.ShellCompDirectiveDefault
	}
	catalog, _, err := kinds(time.Now)
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	values := func(field string) []string {
		if field == "region" {
			return regionNames()
		}
		return nil
	}
	end := len([]rune(text))
	var out []string
	found := query.Complete(catalog, text, end, values)
	if cmd.Name() == "timeline" {
		found = query.CompleteFor(trail.Fields(), text, end, values)
	}
	for _, c := range found {
		// A shell takes only what goes on from what stands there.
		if whole, _ := query.Accept(text, end, c); strings.HasPrefix(whole, text) {
			out = append(out, whole)
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveKeepOrder
}

func completeProfile(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	return completeOne(profile.Load(os.Getenv).Names(), 0)(cmd, args, word)
}
