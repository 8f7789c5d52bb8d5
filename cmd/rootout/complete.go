package main

import (
	"bufio"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootout/rootout/model/query"
)

// completeValues tells the shell what may stand behind the flags.
func completeValues(root *cobra.Command) {
	regions := cobra.FixedCompletions(regionNames(), cobra.ShellCompDirectiveNoFileComp)
	known := map[string]cobra.CompletionFunc{
		"profile":      completeProfile,
		"region":       regions,
		"skip-regions": completeList(regionNames()),
		"attacker":     cobra.FixedCompletions(attackers(), cobra.ShellCompDirectiveNoFileComp),
		"scenario":     cobra.FixedCompletions(scenarios(), cobra.ShellCompDirectiveNoFileComp),
		"fault":        cobra.FixedCompletions(faultNames(), cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveNoSpace),
		"where":        completeQuery,
		"case":         cobra.FixedCompletions([]string{"case"}, cobra.ShellCompDirectiveFilterFileExt),
		"config":       cobra.FixedCompletions([]string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt),
	}
	for _, free := range []string{"since", "latency", "speed", "seed", "endpoint-url", "listen", "confirm"} {
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
func completeQuery(_ *cobra.Command, _ []string, text string) ([]string, cobra.ShellCompDirective) {
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
	for _, c := range query.Complete(catalog, text, end, values) {
		// A shell takes only what goes on from what stands there.
		if whole, _ := query.Accept(text, end, c); strings.HasPrefix(whole, text) {
			out = append(out, whole)
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveKeepOrder
}

func completeProfile(_ *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return profileNames(), cobra.ShellCompDirectiveNoFileComp
}

// profileNames are the profiles of the files that the AWS CLI reads, by the names of their sections
// (AWS CLI user guide, "Configuration and credential file settings").
func profileNames() []string {
	home, _ := os.UserHomeDir()
	file := func(variable, name string) string {
		if path := os.Getenv(variable); path != "" {
			return path
		}
		return filepath.Join(home, ".aws", name)
	}
	found := map[string]bool{}
	for _, section := range sections(file("AWS_CONFIG_FILE", "config")) {
		name, profile := strings.CutPrefix(section, "profile ")
		if profile || section == "default" {
			found[strings.TrimSpace(name)] = true
		}
	}
	for _, section := range sections(file("AWS_SHARED_CREDENTIALS_FILE", "credentials")) {
		found[section] = true
	}
	var names []string
	for name := range found {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// sections are the names in brackets of a file; one that cannot be read has none.
func sections(path string) []string {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close() //nolint:errcheck // It was only read.
	var out []string
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if name, _, closed := strings.Cut(strings.TrimPrefix(line, "["), "]"); closed && strings.HasPrefix(line, "[") {
			out = append(out, strings.TrimSpace(name))
		}
	}
	return out
}
