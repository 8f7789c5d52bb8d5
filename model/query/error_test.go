package query

import (
	"strings"
	"testing"
)

func TestErrors(t *testing.T) {
	for query, want := range map[string]string{
		"nane:x":            "column 1: there is no field \"nane\"; did you mean name?",
		"name:x !cup>4":     "column 9: there is no field \"cup\"; did you mean cpu?",
		"memry>1":           "column 1: there is no field \"memry\"; did you mean memory?",
		"https://x":         "column 1: there is no field \"https\" (a text that holds : is looked for when it is in quotes)",
		"kind:tsk":          "column 6: there is no kind \"tsk\"; did you mean task?",
		"kind:task,clutser": "column 11: there is no kind \"clutser\"; did you mean cluster?",
		"kind:esc:*":        "column 6: there is no kind \"esc:*\"; did you mean ecs:*?",
		"cpu>4GiB":          "column 5: cpu is counted in vCPU, not in GiB; did you mean 4vCPU?",
		"memory>8GB":        "column 8: memory is counted in MiB, not in GB; did you mean 8GiB?",
		"memory>$8":         "column 8: memory is counted in MiB, not in $; did you mean 8MiB?",
		"rate>3GiB":         "column 6: rate is counted in $/h, not in GiB; did you mean $3?",
		"spent>$3/h":        "column 7: spent is counted in $, not in $/h; did you mean $3?",
		"services>3GiB":     "column 10: services has no unit, and \"3GiB\" has one; did you mean 3?",
		"cpu>many":          "column 5: cpu is a number such as 4 or 0.25vCPU, and \"many\" is none",
		"cpu>1..2":          "column 5: cpu is a number such as 4 or 0.25vCPU, and \"1..2\" is none",
		"cpu>1e400":         "column 5: cpu is counted in vCPU, not in e400; did you mean 1vCPU?",
		"cpu~4":             "column 4: cpu is a number: it is compared with : = != > >= < <=, not with ~",
		"age~4":             "column 4: age is a time: it is compared with : = != > >= < <=, not with ~",
		"mfa>yes":           "column 4: mfa is yes or no: it is compared with : = !=, not with >",
		"name>x":            "column 5: name is a text: it is compared with : = != ~, not with >",
		"mfa:yse":           "column 5: mfa is yes or no (or never, or unknown), and \"yse\" is neither; did you mean yes?",
		"age:24h":           "column 5: an age is compared with < or >, not with :; did you mean age<24h?",
		"age<24":            "column 5: age is a time: an age such as 30m, 24h, 90d, 2w or a date such as 2026-09-01 or 2026-09-01T10:00:00Z, and \"24\" is none",
		"age<2026-02-30":    "column 5: age is a time: an age such as 30m, 24h, 90d, 2w or a date such as 2026-09-01 or 2026-09-01T10:00:00Z, and \"2026-02-30\" is none",
		"age<9999999999w":   "column 5: age is a time: an age such as 30m, 24h, 90d, 2w or a date such as 2026-09-01 or 2026-09-01T10:00:00Z, and \"9999999999w\" is none",
		"age>never":         "column 5: age is a time: an age such as 30m, 24h, 90d, 2w or a date such as 2026-09-01 or 2026-09-01T10:00:00Z, and \"never\" is none",
		"name~(":            "column 6: \"(\" is no regular expression: missing closing ): `(` (put it into quotes if it holds a comma or a blank)",
		"name:":             "column 6: a value is missing here",
		"name: x":           "column 6: a value is missing here",
		"name:a,":           "column 8: a value is missing here",
		"name:a, b":         "column 8: a value is missing here",
		"name:,a":           "column 6: a value is missing here",
		"cpu >= 4":          "column 5: a field is missing before >= (write field>=value without blanks)",
		"!":                 "column 1: there is nothing to negate after !",
		"a ! b":             "column 3: there is nothing to negate after !",
		"cpu=>4":            "column 4: there is no operator => (put a value that begins so into quotes); did you mean >=?",
		"name=~x":           "column 5: there is no operator =~ (put a value that begins so into quotes); did you mean ~?",
		"name:!x":           "column 6: the ! that negates comes before the field (put a value that begins so into quotes)",
		`name:"x`:           "column 6: this quote is not closed",
		`name:"x"y`:         "column 9: after the closing quote a comma or a blank has to come",
		`name:""`:           "column 6: an empty text matches nothing (field:never selects what has no value)",
		"raw:x":             "column 4: raw JSON is looked through with ~ only, not with :; did you mean raw~?",
		"x\xffy":            "column 2: this is not valid UTF-8",
		// Wide letters take two columns, and white space of any kind one.
		"작업 nane:x":             "column 6: there is no field \"nane\"; did you mean name?",
		"name:작업,プロ nane:x":     "column 16: there is no field \"nane\"; did you mean name?",
		"a\tnane:x":             "column 3: there is no field \"nane\"; did you mean name?",
		"\u1112\u1161\u11ab x>": "column 6: a value is missing here",
	} {
		if got := parseError(t, query, Options{}).Error(); got != want {
			t.Errorf("%q:\n got %s\nwant %s", query, got, want)
		}
	}
	if got := parseError(t, "x raw~y", Options{NoRaw: true}).Error(); got != "column 3: raw JSON is not at hand here" {
		t.Errorf("NoRaw: got %s", got)
	}
}

func TestCaretStandsUnderTheMistake(t *testing.T) {
	for query, want := range map[string]string{
		"kind:tsk cpu>4": "kind:tsk cpu>4\n     ^",
		"작업 nane:x":      "작업 nane:x\n     ^",
		"a\nnane:x":      "a nane:x\n  ^",
		"\x1b[2J kind:x": "\\x1b[2J kind:x\n             ^",
	} {
		if got := parseError(t, query, Options{}).Caret(); got != want {
			t.Errorf("%q:\n%s\nwant\n%s", query, got, want)
		}
	}
}

// The offset is where an editor puts its cursor.
func TestOffsetIsInBytes(t *testing.T) {
	text := "작업 nane:x"
	if e := parseError(t, text, Options{}); !strings.HasPrefix(text[e.Offset:], "nane") || e.Text != text {
		t.Errorf("offset %d of %q", e.Offset, e.Text)
	}
}

func TestNearest(t *testing.T) {
	words := []string{"name", "region", "memory", "created"}
	for word, want := range map[string]string{
		"nane": "name", "regoin": "region", "creat": "created", "re": "region", "memroy": "memory", "zzz": "", "x": "", "NAME": "name", "": "",
	} {
		if got := Nearest(word, words); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}
