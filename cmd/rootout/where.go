package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/query"
)

// whereHelp ends the help of every --where.
const whereHelp = "; @FILE reads it from a file, @- from standard input"

// queryText is the text of a --where: the value itself, or what the file that it names holds. A
// query that begins with @ itself is put into quotes.
func queryText(where string, in io.Reader) (string, error) {
	path, named := strings.CutPrefix(where, "@")
	if !named {
		return where, nil
	}
	var data []byte
	var err error
	if path == "-" {
		data, err = io.ReadAll(in)
	} else {
		data, err = os.ReadFile(path)
	}
	if err != nil {
		return "", usage("--where: %w", err)
	}
	text := strings.TrimSpace(string(data))
	if text == "" {
		return "", usage("--where: %s has no query in it", model.Clean(where))
	}
	return text, nil
}

// warnDoubts says what in a query is probably misspelt.
func warnDoubts(errs io.Writer, q *query.Query, catalog *model.Catalog) {
	for _, d := range query.Doubts(q, catalog, regionNames()) {
		fmt.Fprintln(errs, "rootout: --where: "+model.Clean(d.String()))
	}
}

// brief is a query short enough for a message.
func brief(where string) string {
	const most = 120
	if text := []rune(model.Clean(where)); len(text) > most {
		return string(text[:most]) + "…"
	}
	return model.Clean(where)
}
