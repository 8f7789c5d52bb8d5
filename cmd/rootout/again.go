package main

import (
	"strings"

	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/ui/words"
)

// again is a command that is printed so that somebody gives it to a shell.
type again struct {
	name string
	line string
}

// again is the command of a name on the case that this invocation was told to use.
func (g *globals) again(name string, args ...string) again {
	line := append([]string{"rootout", name}, args...)
	if g.casePath != "" {
		line = append(line, "--case", g.casePath)
	}
	for i, word := range line {
		line[i] = words.ShellQuote(word)
	}
	return again{name: name, line: strings.Join(line, " ")}
}

// confirm is the command with the phrase of a plan.
func (a again) confirm(p *plan.Plan) string {
	return a.line + " --confirm " + words.ShellQuote(p.Phrase())
}
