package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/ui/words"
)

// again is a command that is printed so that somebody gives it to a shell.
type again struct {
	name string
	line string
}

// given is a shared flag with the value that it was given.
type given struct{ flag, value string }

// givenTo are the shared flags that a command was given.
func givenTo(cmd *cobra.Command) []given {
	var all []given
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if cmd.Root().PersistentFlags().Lookup(f.Name) != f {
			return
		}
		value := f.Value.String()
		if list, ok := f.Value.(pflag.SliceValue); ok {
			value = strings.Join(list.GetSlice(), ",")
		}
		all = append(all, given{f.Name, value})
	})
	return all
}

// again is the command of a name as this invocation was given: with the same credentials, the same
// endpoint and the same case. A case that was new is not any more.
func (g *globals) again(name string, args ...string) again {
	line := append([]string{"rootout", name}, args...)
	for _, f := range g.given {
		if f.flag != "new-case" && f.flag != "read-only" && slices.Contains(takes(name).topics, topicOf(f.flag)) {
			line = append(line, "--"+f.flag, f.value)
		}
	}
	for i, word := range line {
		line[i] = words.ShellQuote(word)
	}
	return again{name: name, line: strings.Join(line, " ")}
}

// with is the command with one more flag.
func (a again) with(flag, value string) again {
	a.line += " --" + flag + " " + words.ShellQuote(value)
	return a
}

// confirm is the command with the phrase of a plan.
func (a again) confirm(p *plan.Plan) string { return a.with("confirm", p.Phrase()).line }
