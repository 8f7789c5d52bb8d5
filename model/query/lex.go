package query

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rootout/rootout/model"
)

// operator is how a field is compared; free text has none.
type operator string

const (
	opNone    operator = ""
	opMatch   operator = ":"
	opEqual   operator = "="
	opDiffer  operator = "!="
	opMore    operator = ">"
	opAtLeast operator = ">="
	opLess    operator = "<"
	opAtMost  operator = "<="
	opRegexp  operator = "~"
)

// word is one value as it was written, without its quotes and cleaned as the values that it is
// compared with are.
type word struct {
	text   string
	quoted bool
	// at is its offset in bytes, the quote included.
	at int
}

// keyword says whether the word is that keyword and not a text that happens to be spelled so.
func (w word) keyword(name string) bool { return !w.quoted && strings.EqualFold(w.text, name) }

// clause is one term as it was written.
type clause struct {
	at      int
	negated bool
	// field is lower case; empty for free text.
	field   string
	fieldAt int
	op      operator
	opAt    int
	values  []word
}

// leadingSigns are what an unquoted value cannot begin with: it would be a second operator.
const leadingSigns = "=<>~:!"

// The values that mean a state of knowledge instead of a text, unless they are quoted. Global is
// the region of what has none.
const (
	neverWord   = "never"
	unknownWord = "unknown"
	globalWord  = "global"
)

func keywords() []string { return []string{neverWord, unknownWord, globalWord, anyPattern} }

// anyPattern matches whatever has a value, in a field of any type.
const anyPattern = "*"

type lexer struct {
	text string
	pos  int
}

// lex cuts a query into its terms. It knows no field.
func lex(text string) ([]clause, *Error) {
	for i, r := range text {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
				return nil, errorAt(i, "this is not valid UTF-8")
			}
		}
	}
	l := &lexer{text: text}
	var clauses []clause
	for l.skipSpace(); l.pos < len(l.text); l.skipSpace() {
		c, err := l.clause()
		if err != nil {
			return nil, err
		}
		clauses = append(clauses, c)
	}
	return clauses, nil
}

func (l *lexer) skipSpace() {
	for l.pos < len(l.text) && l.space() > 0 {
		l.pos += l.space()
	}
}

// space is the length of the white space character at the position, 0 when there is none.
func (l *lexer) space() int {
	r, size := utf8.DecodeRuneInString(l.text[l.pos:])
	if unicode.IsSpace(r) {
		return size
	}
	return 0
}

func (l *lexer) ended() bool { return l.pos >= len(l.text) || l.space() > 0 }

func (l *lexer) clause() (clause, *Error) {
	c := clause{at: l.pos}
	for l.pos < len(l.text) && l.text[l.pos] == '!' {
		c.negated = !c.negated
		l.pos++
	}
	if l.ended() {
		return c, errorAt(c.at, "there is nothing to negate after !")
	}
	if l.text[l.pos] != '"' {
		start := l.pos
		at, op := l.findOperator()
		if op != opNone {
			c.op, c.opAt = op, at
			if at == start {
				return c, errorAt(at, "a field is missing before %s (write field%svalue without blanks)", op, op)
			}
			c.field, c.fieldAt = strings.ToLower(l.text[start:at]), start
			l.pos = at + len(op)
			if err := l.checkSecond(op); err != nil {
				return c, err
			}
		}
	}
	var err *Error
	c.values, err = l.values()
	return c, err
}

// findOperator looks for the first operator of the word at the position.
func (l *lexer) findOperator() (at int, op operator) {
	for i, r := range l.text[l.pos:] {
		at := l.pos + i
		rest := l.text[at:]
		switch r {
		case ':':
			return at, opMatch
		case '~':
			return at, opRegexp
		case '=':
			return at, opEqual
		case '>', '<':
			if strings.HasPrefix(rest[1:], "=") {
				return at, operator(rest[:2])
			}
			return at, operator(rest[:1])
		case '!':
			if strings.HasPrefix(rest, string(opDiffer)) {
				return at, opDiffer
			}
		}
		if unicode.IsSpace(r) {
			break
		}
	}
	return 0, opNone
}

// checkSecond refuses a second operator where a value has to come: what is meant by "cpu=>4" would
// otherwise be looked for as a text. A regular expression may begin with anything.
func (l *lexer) checkSecond(op operator) *Error {
	if op == opRegexp || l.ended() || !strings.ContainsRune(leadingSigns, rune(l.text[l.pos])) {
		return nil
	}
	if l.text[l.pos] == '!' {
		return errorAt(l.pos, "the ! that negates comes before the field (put a value that begins so into quotes)")
	}
	both := string(op) + l.text[l.pos:l.pos+1]
	meant := map[string]string{"=>": ">=", "=<": "<=", "=~": "~", ":~": "~", ":=": "=", "==": "=", ":>": ">", ":<": "<", "<>": "!="}[both]
	return errorAt(l.pos-len(op), "there is no operator %s (put a value that begins so into quotes)", both).suggest(meant)
}

func (l *lexer) values() ([]word, *Error) {
	var words []word
	for {
		w := word{at: l.pos}
		switch {
		case l.ended() || l.text[l.pos] == ',':
			return nil, errorAt(l.pos, "a value is missing here")
		case l.text[l.pos] == '"':
			var err *Error
			if w, err = l.quoted(); err != nil {
				return nil, err
			}
		default:
			start := l.pos
			for !l.ended() && l.text[l.pos] != ',' {
				_, size := utf8.DecodeRuneInString(l.text[l.pos:])
				l.pos += size
			}
			w.text = model.Clean(l.text[start:l.pos])
		}
		words = append(words, w)
		if l.ended() {
			return words, nil
		}
		if l.text[l.pos] != ',' {
			return nil, errorAt(l.pos, "after the closing quote a comma or a blank has to come")
		}
		l.pos++
	}
}

// quoted reads a quoted value. Only \" and \\ are escapes, so that a regular expression keeps its
// own.
func (l *lexer) quoted() (word, *Error) {
	w := word{quoted: true, at: l.pos}
	var b strings.Builder
	for l.pos++; l.pos < len(l.text); l.pos++ {
		switch c := l.text[l.pos]; {
		case c == '"':
			l.pos++
			w.text = model.Clean(b.String())
			if w.text == "" {
				return w, errorAt(w.at, "an empty text matches nothing (field:never selects what has no value)")
			}
			return w, nil
		case c == '\\' && l.pos+1 < len(l.text) && (l.text[l.pos+1] == '"' || l.text[l.pos+1] == '\\'):
			l.pos++
			b.WriteByte(l.text[l.pos])
		default:
			b.WriteByte(c)
		}
	}
	return w, errorAt(w.at, "this quote is not closed")
}

// quote writes a value so that lex reads the same word again.
func (w word) quote(free bool) string {
	special := strings.ContainsFunc(w.text, func(r rune) bool {
		return r == ',' || unicode.IsSpace(r) || free && strings.ContainsRune(":=<>~!", r)
	})
	keyword := w.quoted && slices.ContainsFunc(keywords(), func(k string) bool { return strings.EqualFold(w.text, k) })
	// A value that begins with an operator was quoted, or it is a regular expression, for which
	// quotes change nothing.
	first := w.text != "" && strings.ContainsRune(`"`+leadingSigns, rune(w.text[0]))
	if !special && !keyword && !first {
		return w.text
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(w.text) + `"`
}
