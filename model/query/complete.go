package query

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sahilm/fuzzy"

	"github.com/rootout/rootout/model"
)

// Complete returns what the word before the cursor may become, best first: fields with the operator
// that goes with them, kinds, and values. The cursor counts runes of the text, as an input line
// does. values brings the values of a field that the inventory holds, by the field's id; it may be
// nil. Accept puts a completion in its place.
func Complete(catalog *model.Catalog, text string, cursor int, values func(field string) []string) []string {
	return complete(resourceSchema(catalog), text, cursor, values)
}

// CompleteFor is Complete over the fields of things that are no resources.
func CompleteFor[T any](fields []Field[T], text string, cursor int, values func(field string) []string) []string {
	return complete(flatSchema(fields, nil), text, cursor, values)
}

// Accept replaces the word before the cursor by a completion and returns the text with the cursor
// behind it.
func Accept(text string, cursor int, completion string) (accepted string, newCursor int) {
	before, after := splitAt(text, cursor)
	accepted = before[:spotIn(before).start] + completion
	return accepted + after, utf8.RuneCountInString(accepted)
}

func splitAt(text string, cursor int) (before, after string) {
	runes := 0
	for i := range text {
		if runes >= cursor {
			return text[:i], text[i:]
		}
		runes++
	}
	return text, ""
}

// spot is the unfinished word at the end of a text.
type spot struct {
	// start is the byte at which a completion begins; partial is what is there already, without an
	// opening quote.
	start   int
	partial string
	// field and op are set where a value is due; free says that the word is a quoted text, for
	// which there is no completion.
	field string
	op    operator
	free  bool
}

// spotIn finds the unfinished word. It forgives what lex refuses, since a query is wrong most of
// the time while it is typed.
func spotIn(text string) spot {
	l := &lexer{text: text}
	for {
		l.skipSpace()
		for l.pos < len(l.text) && l.text[l.pos] == '!' {
			l.pos++
		}
		s := spot{start: l.pos}
		if l.pos < len(l.text) && l.text[l.pos] == '"' {
			s.free = true
		} else if at, op := l.findOperator(); op != opNone {
			s.field, s.op = strings.ToLower(l.text[l.pos:at]), op
			l.pos = at + len(op)
		}
		if s = l.lastValue(s); l.pos >= len(l.text) {
			return s
		}
	}
}

// lastValue reads the comma-separated values at the position and leaves the spot at the last one.
func (l *lexer) lastValue(s spot) spot {
	for {
		s.start = l.pos
		if l.pos < len(l.text) && l.text[l.pos] == '"' {
			before := l.pos + 1
			if _, err := l.quoted(); err != nil && l.pos >= len(l.text) {
				s.partial = l.text[before:]
				return s
			}
		}
		for !l.ended() && l.text[l.pos] != ',' {
			_, size := utf8.DecodeRuneInString(l.text[l.pos:])
			l.pos += size
		}
		s.partial = l.text[s.start:l.pos]
		if l.ended() {
			return s
		}
		l.pos++
		s.free = s.free || s.op == opNone
	}
}

func complete[T any](s *schema[T], text string, cursor int, values func(string) []string) []string {
	before, _ := splitAt(text, cursor)
	at := spotIn(before)
	switch {
	case at.free || at.op == opRegexp:
		return nil
	case at.op == opNone:
		return rank(at.partial, s.fieldCompletions(at.partial == ""))
	}
	for _, group := range s.groups {
		for i := range group {
			if group[i].named(at.field) {
				d := s.declare(&group[i], at.field)
				return rank(at.partial, s.valueCompletions(&group[i], &d, at.op, values))
			}
		}
	}
	return nil
}

// rank keeps the candidates that hold the letters of the partial word in their order, the nearest
// first; all of them while there is none.
func rank(partial string, candidates []string) []string {
	if partial == "" {
		return candidates
	}
	matches := fuzzy.Find(partial, candidates)
	out := make([]string, 0, len(matches))
	for _, m := range matches {
		out = append(out, m.Str)
	}
	return out
}

// fieldCompletions are the fields with the operator that is most often meant; their aliases only
// once something has been typed.
func (s *schema[T]) fieldCompletions(idsOnly bool) []string {
	var out []string
	for _, group := range s.groups {
		for _, f := range group {
			op := opMatch
			switch f.Type {
			case model.NumberField:
				op = opAtLeast
			case model.TimeField:
				op = opLess
			case model.TextField, model.BoolField:
			}
			names := []string{f.ID}
			if !idsOnly {
				names = append(names, f.Aliases...)
			}
			for _, name := range names {
				if c := name + string(op); !slices.Contains(out, c) {
					out = append(out, c)
				}
			}
		}
	}
	return append(out, rawField+string(opRegexp))
}

func (s *schema[T]) valueCompletions(f *Field[T], d *declaration, op operator, values func(string) []string) []string {
	var out []string
	add := func(texts ...string) {
		for _, t := range texts {
			if !slices.Contains(out, t) {
				out = append(out, t)
			}
		}
	}
	if names, ok := d.kinds.(catalogKinds); ok && d.special == kindField {
		add(names.completions()...)
		return out
	}
	if d.special == makerField {
		add(rootUserWord)
	}
	if values != nil {
		for _, v := range values(f.ID) {
			if v != "" {
				add(word{text: model.Clean(v), quoted: true}.quote(false))
			}
		}
	}
	switch f.Type {
	case model.BoolField:
		add("yes", "no")
	case model.TimeField:
		if op != opMatch && op != opEqual && op != opDiffer {
			add("1h", "24h", "7d", "90d")
			return out
		}
	case model.NumberField, model.TextField:
	}
	if op == opMatch {
		add(neverWord, unknownWord)
	}
	return out
}

// completions are the short names of all kinds, then their services.
func (c catalogKinds) completions() []string {
	var out, services []string
	for _, k := range c.catalog.Kinds() {
		name := string(k.ID)
		if len(k.Aliases) > 0 {
			name = k.Aliases[0]
		}
		out = append(out, name)
		if all := k.ID.Service() + ":*"; !slices.Contains(services, all) {
			services = append(services, all)
		}
	}
	return append(out, services...)
}
