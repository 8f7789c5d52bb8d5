package query

import (
	"encoding/json"
	"regexp"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/rootout/rootout/model"
)

// Env is what a query has to be told to be answered.
type Env struct {
	// Now is the moment that ages are counted back from; while it is zero, no age can be told.
	Now time.Time
	// Location is where dates without an offset begin; nil is UTC.
	Location *time.Location
	// Raw brings a resource's raw JSON for raw~; nil, or false, where it is not at hand.
	Raw func(model.Ref) (raw json.RawMessage, ok bool)
}

func (e Env) location() *time.Location {
	if e.Location == nil {
		return time.UTC
	}
	return e.Location
}

// Filter is a query that has been compiled for things of one type. It never changes and may be used
// from several goroutines.
type Filter[T any] struct {
	text    string
	schema  *schema[T]
	terms   []*term
	steps   []step[T]
	regions []test
}

// term is one term of the query.
type term struct {
	clause
	// special is the id of the field where its values have a meaning of their own.
	special string
}

// step is a term as it is evaluated; steps run cheapest first.
type step[T any] struct {
	*term
	cost int
	// byGroup is how each group of things answers a comparison.
	byGroup []answer[T]
	// columns are, by group, what a free text is looked for in; needles what is looked for.
	columns [][]Field[T]
	needles []needle
	// patterns are the regular expressions of raw~.
	patterns []*regexp.Regexp
}

// answer is a field of a group with the test of its values; Get is nil where the group has no such
// field.
type answer[T any] struct {
	field Field[T]
	test  test
}

// Match says whether the query selects a thing: every term is known to hold. A field that things of
// this kind do not have is unknown.
func (f *Filter[T]) Match(thing *T, env Env) bool {
	group := f.schema.groupOf(thing)
	for i := range f.steps {
		if f.evaluate(&f.steps[i], thing, group, env, false) != yes {
			return false
		}
	}
	return true
}

// Protects reads the query as an entry of the protect list: a thing is protected unless it is known
// that the query does not hold. The reason is the query itself, or what cannot be told. A field
// that the kind does not have is a clear no there, so that an entry about one kind does not protect
// all others, and negated a clear yes.
func (f *Filter[T]) Protects(thing *T, env Env) (protects bool, reason string) {
	group := f.schema.groupOf(thing)
	var unsure *step[T]
	for i := range f.steps {
		switch f.evaluate(&f.steps[i], thing, group, env, true) {
		case no:
			return false, ""
		case cannotTell:
			if unsure == nil {
				unsure = &f.steps[i]
			}
		case yes:
		}
	}
	switch {
	case unsure != nil:
		return true, "cannot tell: " + unsure.unknown(thing, group) + " is unknown"
	case len(f.steps) == 0:
		return true, "an empty query protects everything"
	}
	return true, strings.TrimSpace(oneLine(f.text))
}

// evaluate answers one term. Protective says which way it has to err.
func (f *Filter[T]) evaluate(s *step[T], thing *T, group int, env Env, protective bool) truth {
	var t truth
	switch {
	case s.patterns != nil:
		t = f.searchRaw(s, thing, env)
	case s.needles != nil:
		t = s.search(thing, group, protective)
	default:
		answer := &s.byGroup[group]
		switch {
		case answer.test != nil:
			t = answer.test(answer.field.Get(thing), env)
		case protective:
			t = truthOf(s.op == opDiffer)
		default:
			return cannotTell
		}
	}
	if s.negated {
		return t.not()
	}
	return t
}

func (f *Filter[T]) searchRaw(s *step[T], thing *T, env Env) truth {
	raw, ok := f.schema.raw(thing, env)
	if !ok {
		return cannotTell
	}
	// Records keep AWS's own bytes; what looks alike is the same to whoever searches.
	composed := norm.NFC.Bytes(raw)
	for _, re := range s.patterns {
		if re.Match(composed) {
			return yes
		}
	}
	return no
}

// search looks for a free text in the columns. What is unknown is drawn as ? and holds no text;
// only the protect list has to reckon with what might stand there.
func (s *step[T]) search(thing *T, group int, protective bool) truth {
	found := no
	columns := s.columns[group]
	for i := range columns {
		v := columns[i].Get(thing)
		if v.IsUnknown() {
			if protective && columns[i].Type == model.TextField {
				found = cannotTell
			}
			continue
		}
		for j := range s.needles {
			if s.needles[j].inValue(v) {
				return yes
			}
		}
	}
	return found
}

// unknown names what kept a term from being answered.
func (s *step[T]) unknown(thing *T, group int) string {
	switch {
	case s.patterns != nil:
		return "its raw JSON"
	case s.needles == nil:
		field := s.byGroup[group].field
		if !field.Get(thing).IsUnknown() {
			return "how to compare " + strings.ToLower(field.Title)
		}
		return strings.ToLower(field.Title)
	}
	for _, c := range s.columns[group] {
		if c.Type == model.TextField && c.Get(thing).IsUnknown() {
			return strings.ToLower(c.Title)
		}
	}
	return "a column"
}

// inValue looks for the needle in the plain rendering of a known value.
func (n *needle) inValue(v model.Value) bool {
	if passed, isText := v.AnyText(n.in); isText {
		return passed
	}
	if number, ok := v.Number(); ok {
		return numberContains(number, n)
	}
	if at, ok := v.Time(); ok {
		var buf [len(time.RFC3339) + 8]byte
		return n.in(string(at.AppendFormat(buf[:0], time.RFC3339)))
	}
	if b, ok := v.Bool(); ok {
		if b {
			return n.in("yes")
		}
		return n.in("no")
	}
	return false
}

// Empty says whether the query has no terms; it selects everything.
func (f *Filter[T]) Empty() bool { return len(f.terms) == 0 }

// Text is the query as it was given.
func (f *Filter[T]) Text() string { return f.text }

// String is the query in one spelling: single blanks, names in lower case, quotes only where they
// are needed. It parses to the same query.
func (f *Filter[T]) String() string {
	words := make([]string, len(f.terms))
	for i, t := range f.terms {
		words[i] = t.String()
	}
	return strings.Join(words, " ")
}

// String is the term in the one spelling.
func (t *term) String() string {
	var b strings.Builder
	if t.negated {
		b.WriteByte('!')
	}
	b.WriteString(t.field)
	b.WriteString(string(t.op))
	for i, w := range t.values {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(w.quote(t.op == opNone))
	}
	return b.String()
}

// Ambiguous are the terms that can be read in two ways, such as by:root. A query that has any may
// be looked through; it is refused where it would mark or plan.
func (f *Filter[T]) Ambiguous() []Ambiguity { return ambiguities(f.text, f.terms) }

// Regions says which regions the region terms of the query leave, and whether there are such terms.
// Only they hide rows of the grid. The empty name is the row of what has no region.
func (f *Filter[T]) Regions() (pass func(region string) bool, restricted bool) {
	tests := f.regions
	return func(region string) bool {
		v := model.Text(region)
		for _, t := range tests {
			if t(v, Env{}) != yes {
				return false
			}
		}
		return true
	}, len(tests) > 0
}
