package main

import (
	"strings"

	"github.com/rootout/rootout/model/plan"
)

// again is a command that is printed so that somebody gives it to a shell.
type again struct {
	name string
	line string
}

// again is the command of a name on the case that this invocation was told to use.
func (g *globals) again(name string, args ...string) again {
	words := append([]string{"rootout", name}, args...)
	if g.casePath != "" {
		words = append(words, "--case", g.casePath)
	}
	for i, word := range words {
		words[i] = shellQuote(word)
	}
	return again{name: name, line: strings.Join(words, " ")}
}

// confirm is the command with the phrase of a plan.
func (a again) confirm(p *plan.Plan) string { return a.line + " --confirm " + shellQuote(p.Phrase()) }

// shellQuote makes a word safe for a POSIX shell, whoever chose it.
func shellQuote(word string) string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,@%+"
	if word != "" && strings.Trim(word, letters) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
