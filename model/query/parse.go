package query

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/rootout/rootout/model"
)

// Query is a filter of resources.
type Query = Filter[model.Resource]

// Options say what a query may be used for.
type Options struct {
	// Unambiguous refuses terms that can be read in two ways, naming both: for what marks or plans.
	Unambiguous bool
	// NoRaw refuses raw~ where there is no raw JSON to look into.
	NoRaw bool
}

// Parse compiles a query over the catalog's fields. An empty text selects everything. The error is
// always an *Error.
func Parse(catalog *model.Catalog, text string, opts Options) (*Query, error) {
	return parse(resourceSchema(catalog), text, opts)
}

// ParseFor compiles a query over things that are no resources, such as events and principals. raw
// brings the raw JSON of one and may be nil. The error is always an *Error.
func ParseFor[T any](fields []Field[T], raw func(*T) (json.RawMessage, bool), text string, opts Options) (*Filter[T], error) {
	return parse(flatSchema(fields, raw), text, opts)
}

func parse[T any](s *schema[T], text string, opts Options) (*Filter[T], error) {
	clauses, err := lex(text)
	if err != nil {
		return nil, err.in(text)
	}
	f := &Filter[T]{text: text, schema: s}
	for i := range clauses {
		if err := f.add(clauses[i], opts); err != nil {
			return nil, err.in(text)
		}
	}
	slices.SortStableFunc(f.steps, func(a, b step[T]) int { return a.cost - b.cost })
	if opts.Unambiguous {
		if found := f.Ambiguous(); len(found) > 0 {
			return nil, errorAt(found[0].Offset, "%s", found[0]).in(text)
		}
	}
	return f, nil
}

// Costs order the steps: a number is compared in nanoseconds, a raw record is read from disk.
const (
	costID = iota
	costValue
	costText
	costRegexp
	costFree
	costRaw
)

func (f *Filter[T]) add(c clause, opts Options) *Error {
	t := &term{clause: c}
	f.terms = append(f.terms, t)
	switch {
	case c.op == opNone:
		f.steps = append(f.steps, f.freeStep(t))
		return nil
	case c.field == rawField:
		s, err := rawStep[T](t, opts)
		if err == nil {
			f.steps = append(f.steps, s)
		}
		return err
	}
	s, err := f.compareStep(t)
	if err == nil {
		f.steps = append(f.steps, s)
	}
	return err
}

func (f *Filter[T]) freeStep(t *term) step[T] {
	s := step[T]{term: t, cost: costFree}
	for _, w := range t.values {
		s.needles = append(s.needles, newNeedle(w.text))
	}
	for _, group := range f.schema.groups {
		s.columns = append(s.columns, columns(group, s.needles))
	}
	return s
}

func rawStep[T any](t *term, opts Options) (step[T], *Error) {
	s := step[T]{term: t, cost: costRaw}
	if opts.NoRaw {
		return s, errorAt(t.fieldAt, "raw JSON is not at hand here")
	}
	if t.op != opRegexp {
		return s, errorAt(t.opAt, "raw JSON is looked through with ~ only, not with %s", t.op).suggest(rawField + string(opRegexp))
	}
	for _, w := range t.values {
		re, err := compileRegexp(w)
		if err != nil {
			return s, err
		}
		s.patterns = append(s.patterns, re)
	}
	return s, nil
}

// compareStep compiles a comparison for every group that has the field. Groups may declare one name
// with different types: where the comparison makes no sense the field counts as missing, and only
// if it makes sense nowhere the query is wrong.
func (f *Filter[T]) compareStep(t *term) (step[T], *Error) {
	s := step[T]{term: t, cost: costText, byGroup: make([]answer[T], len(f.schema.groups))}
	compiled := map[declaration]test{}
	var first *Error
	for i, group := range f.schema.groups {
		at := slices.IndexFunc(group, func(f Field[T]) bool { return f.named(t.field) })
		if at < 0 {
			continue
		}
		d := f.schema.declare(&group[at], t.field)
		run, known := compiled[d]
		if !known {
			var err *Error
			if run, err = compile(&t.clause, &d); err != nil && first == nil {
				first = err
			}
			compiled[d] = run
		}
		if run == nil {
			continue
		}
		s.byGroup[i] = answer[T]{field: group[at], test: run}
		t.special, s.cost = d.special, costOf(t, &d)
	}
	switch {
	case len(compiled) == 0:
		return s, f.noField(t)
	case !slices.ContainsFunc(s.byGroup, func(a answer[T]) bool { return a.test != nil }):
		return s, first
	}
	if t.special == regionField {
		f.regions = append(f.regions, regionTest(&s))
	}
	return s, nil
}

func costOf(t *term, d *declaration) int {
	switch {
	case t.op == opRegexp:
		return costRegexp
	case d.special == kindField || d.special == regionField:
		return costID
	case d.fieldType != model.TextField:
		return costValue
	}
	return costText
}

// regionTest is the test of a region term, its negation included.
func regionTest[T any](s *step[T]) test {
	at := slices.IndexFunc(s.byGroup, func(a answer[T]) bool { return a.test != nil })
	run, negated := s.byGroup[at].test, s.negated
	return func(v model.Value, env Env) truth {
		if negated {
			return run(v, env).not()
		}
		return run(v, env)
	}
}

func (f *Filter[T]) noField(t *term) *Error {
	err := errorAt(t.fieldAt, "there is no field %q", t.field)
	if near := Nearest(t.field, f.schema.fieldNames()); near != "" {
		return err.suggest(near)
	}
	err.Message += fmt.Sprintf(" (a text that holds %s is looked for when it is in quotes)", t.op)
	return err
}
