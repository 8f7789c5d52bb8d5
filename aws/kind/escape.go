package kind

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A record shows what acts on a terminal as an escape (model.Escape). What AWS itself had in that
// form, such as the \u00e9 of JSON inside a text, has its backslash written as markedBackslash, so
// that an escape in a record always means that a character was lost.
const markedBackslash = `\x5c`

// escapes are what model.Escape writes, and what looks like it.
func escapes() *regexp.Regexp {
	return regexp.MustCompile(`\\(x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})`)
}

// seals are what model.Sealer writes.
func seals() *regexp.Regexp { return regexp.MustCompile(`sealed:[0-9]+:[0-9a-f]{16}`) }

// markLookalikes tells text that looks like an escape from an escape.
func markLookalikes(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return escapes().ReplaceAllString(s, markedBackslash+"$1")
}

// exact is a record word for word as AWS had it, or says why it cannot be: secrets are kept as
// seals, and what acts on a terminal is kept as escapes.
func exact(raw json.RawMessage) (json.RawMessage, error) {
	r := restorer{escapes: escapes(), seals: seals()}
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		return nil, fmt.Errorf("the evidence cannot be read: %w", err)
	}
	tree = r.restored(tree)
	switch {
	case r.sealed > 0:
		return nil, fmt.Errorf("%s: put it back by hand from the evidence", several(r.sealed, "it holds a secret value, which is never kept", "it holds %d secret values, which are never kept"))
	case r.altered > 0:
		return nil, fmt.Errorf("%s characters that act on a terminal, which were kept as escapes only: put it back by hand", several(r.altered, "one of its texts holds", "%d of its texts hold"))
	}
	return json.Marshal(tree)
}

// several words a number: one by itself, many with a place for it.
func several(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return fmt.Sprintf(many, n)
}

// restorer takes the marks off the texts of a record, and counts those that it cannot restore.
type restorer struct {
	escapes, seals  *regexp.Regexp
	sealed, altered int
}

func (r *restorer) restored(node any) any {
	switch n := node.(type) {
	case map[string]any:
		out := make(map[string]any, len(n))
		for k, child := range n {
			out[r.text(k)] = r.restored(child)
		}
		return out
	case []any:
		for i, child := range n {
			n[i] = r.restored(child)
		}
		return n
	case string:
		return r.text(n)
	}
	return node
}

func (r *restorer) text(s string) string {
	if r.seals.MatchString(s) {
		r.sealed++
	}
	if !strings.Contains(s, `\`) {
		return s
	}
	if slices.ContainsFunc(r.escapes.FindAllString(s, -1), func(e string) bool { return e != markedBackslash }) {
		r.altered++
	}
	return strings.ReplaceAll(s, markedBackslash, `\`)
}
