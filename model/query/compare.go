package query

import (
	"regexp"
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
)

// test holds a value against one comparison, before any negation.
type test func(v model.Value, env Env) truth

// declaration is what a comparison needs to know of a field.
type declaration struct {
	// name is what the query called it, title what screens call it.
	name, title string
	fieldType   model.FieldType
	unit        model.Unit
	// special is the id of a field whose values have a meaning of their own: kind, region, by.
	special string
	// kinds resolves the names of kinds; nil where things have none.
	kinds kindNames
}

// kindNames resolves a kind as people write it to the ids it means; no ids mean that there is no
// such kind.
type kindNames interface {
	resolve(pattern string) []string
	nearest(pattern string) string
}

// compile makes the test of a whole comparison: its values are alternatives, != is the contrary of
// =.
func compile(c *clause, d *declaration) (test, *Error) {
	alternatives := make([]test, 0, len(c.values))
	for _, w := range c.values {
		t, err := compileValue(c, w, d)
		if err != nil {
			return nil, err
		}
		alternatives = append(alternatives, t)
	}
	either := alternatives[0]
	if len(alternatives) > 1 {
		either = func(v model.Value, env Env) truth {
			best := no
			for _, t := range alternatives {
				if best = max(best, t(v, env)); best == yes {
					break
				}
			}
			return best
		}
	}
	if c.op != opDiffer {
		return either, nil
	}
	return func(v model.Value, env Env) truth { return either(v, env).not() }, nil
}

func compileValue(c *clause, w word, d *declaration) (test, *Error) {
	if t := compileKnowledge(c.op, w, d); t != nil {
		return t, nil
	}
	var inner test
	var err *Error
	switch d.fieldType {
	case model.NumberField:
		if c.op == opRegexp {
			return nil, wrongOperator(c, d, "a number", ": = != > >= < <=")
		}
		inner, err = compareNumber(c.op, w, d)
	case model.TimeField:
		if c.op == opRegexp {
			return nil, wrongOperator(c, d, "a time", ": = != > >= < <=")
		}
		inner, err = compareTime(c.op, w, d)
	case model.BoolField:
		if !slices.Contains([]operator{opMatch, opEqual, opDiffer}, c.op) {
			return nil, wrongOperator(c, d, "yes or no", ": = !=")
		}
		inner, err = compareBool(w, d)
	case model.TextField:
		inner, err = compareText(c, w, d)
	}
	if err != nil {
		return nil, err
	}
	return func(v model.Value, env Env) truth {
		if v.IsUnknown() {
			return cannotTell
		}
		return inner(v, env)
	}, nil
}

func wrongOperator(c *clause, d *declaration, what, operators string) *Error {
	return errorAt(c.opAt, "%s is %s: it is compared with %s, not with %s", d.name, what, operators, c.op)
}

// compileKnowledge makes the tests that ask what is known of a value instead of what it is: never,
// unknown and *. It returns nil for others. An exact comparison of a text takes the words as they
// are.
func compileKnowledge(op operator, w word, d *declaration) test {
	asks := op == opMatch || (op == opEqual || op == opDiffer) && d.fieldType != model.TextField
	switch {
	case !asks:
		return nil
	case w.keyword(unknownWord):
		return func(v model.Value, _ Env) truth { return truthOf(v.IsUnknown()) }
	case w.keyword(neverWord), d.special == regionField && w.keyword(globalWord):
		return func(v model.Value, _ Env) truth {
			if v.IsUnknown() {
				return cannotTell
			}
			return truthOf(v.IsNever())
		}
	case w.keyword(anyPattern):
		return func(v model.Value, _ Env) truth {
			if v.IsUnknown() {
				return cannotTell
			}
			return truthOf(v.IsKnown())
		}
	}
	return nil
}

func compareBool(w word, d *declaration) (test, *Error) {
	words := []string{"yes", "no", "true", "false"}
	i := slices.IndexFunc(words, func(s string) bool { return strings.EqualFold(s, w.text) })
	if i < 0 {
		return nil, errorAt(w.at, "%s is yes or no (or never, or unknown), and %q is neither", d.name, w.text).
			suggest(Nearest(w.text, append(words, neverWord, unknownWord)))
	}
	want := i%2 == 0
	return func(v model.Value, _ Env) truth {
		have, ok := v.Bool()
		switch {
		case v.IsNever():
			return no
		case !ok:
			return cannotTell
		}
		return truthOf(have == want)
	}, nil
}

// compareText compiles a comparison of a text or of any text of a list. Never is the known absence
// of a text: it equals none.
func compareText(c *clause, w word, d *declaration) (test, *Error) {
	passes, err := textPredicate(c, w, d)
	if err != nil {
		return nil, err
	}
	return func(v model.Value, _ Env) truth {
		if v.IsNever() {
			return no
		}
		passed, isText := v.AnyText(passes)
		if !isText {
			return cannotTell
		}
		return truthOf(passed)
	}, nil
}

func textPredicate(c *clause, w word, d *declaration) (func(string) bool, *Error) {
	switch c.op {
	case opRegexp:
		re, err := compileRegexp(w)
		if err != nil {
			return nil, err
		}
		return re.MatchString, nil
	case opMatch, opEqual, opDiffer:
	case opNone, opMore, opAtLeast, opLess, opAtMost:
		return nil, wrongOperator(c, d, "a text", ": = != ~")
	}
	exact := c.op != opMatch
	switch d.special {
	case kindField:
		ids := d.kinds.resolve(w.text)
		if len(ids) == 0 {
			return nil, errorAt(w.at, "there is no kind %q", w.text).suggest(d.kinds.nearest(w.text))
		}
		return func(s string) bool { return slices.Contains(ids, s) }, nil
	case makerField:
		return makerGlob(w.text, exact), nil
	case arnField:
		w.text = wholeARN(w.text)
	}
	if exact {
		return func(s string) bool { return s == w.text }, nil
	}
	return glob(w.text), nil
}

func compileRegexp(w word) (*regexp.Regexp, *Error) {
	re, err := regexp.Compile(w.text)
	if err != nil {
		hint := ""
		if !w.quoted {
			hint = " (put it into quotes if it holds a comma or a blank)"
		}
		return nil, errorAt(w.at, "%q is no regular expression: %s%s", w.text, strings.TrimPrefix(err.Error(), "error parsing regexp: "), hint)
	}
	return re, nil
}

// wholeARN gives an ARN that was pasted as it is its first part back, which was read as the field:
// arn:aws:ecs:… is the field arn with the value aws:ecs:….
func wholeARN(value string) string {
	partition, _, colon := strings.Cut(value, ":")
	if colon && (partition == "aws" || strings.HasPrefix(partition, "aws-")) {
		return "arn:" + value
	}
	return value
}
