package query

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/rootout/rootout/model"
)

// terms draws one term without its negation.
func terms() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		form := rapid.SampledFrom([]string{
			"name:%v", "name=%v", "name!=%v", "name~%r", "by:%v", "by=%v", "image:%v", "owner:%v", "region:%v", "arn:%v", "%v", "!%v",
			`"%v %w"`, "%v,%v", "cpu>=%n", "cpu<%nvCPU", "memory:%nGiB", "rate!=%n", "size<%n", "age<%d", "last>%d", "created>2026-10-01",
			"last:2026-10-04", "mfa:%m", "mfa!=%m", "kind:%k", "kind:%k,%k", "raw~%r", "last:%b", "by:%b", "note:%b,%v", `name:"%v"`,
			`name:"%v \"%w\" \\ \d",%v`, `name~"%r,\d"`,
		}).Draw(t, "form")
		pick := func(letter string, words ...string) {
			for strings.Contains(form, letter) {
				form = strings.Replace(form, letter, rapid.SampledFrom(words).Draw(t, letter), 1)
			}
		}
		pick("%v", "prod*", "root", "*", "never", "unknown", "global", "us-*", "…/root", "작업", "xmrig*", `a\b`, "x", "api", "GLOBAL")
		pick("%r", "^p", "root$", "never", `a\\b`, "[작x]")
		pick("%w", "c", "never")
		pick("%n", "4", "0.5", "8")
		pick("%d", "24h", "90d", "1h30m")
		pick("%m", "yes", "no", "never", "unknown")
		pick("%b", "never", "unknown", "*")
		pick("%k", "task", "ecs:*", "user", "CLUSTERS")
		return form
	})
}

// things draws a resource with some of its values unknown or never.
func things() *rapid.Generator[*model.Resource] {
	return rapid.Custom(func(t *rapid.T) *model.Resource {
		arn := rapid.SampledFrom([]string{"", rootUserARN, idcRootARN, ciARN}).Draw(t, "maker")
		made := rapid.SampledFrom([]time.Time{{}, testNow(), testNow().Add(-100 * day)}).Draw(t, "made")
		value := func(known ...model.Value) model.Value {
			return rapid.SampledFrom(append(known, model.Unknown(), model.Never())).Draw(t, "value")
		}
		var r *model.Resource
		switch rapid.IntRange(0, 2).Draw(t, "kind") {
		case 0:
			r = task(nil)
			r.Attrs = []model.Value{
				value(model.Number(4)), value(model.Number(8192)), value(model.List("x", "xmrig:1")), value(model.Number(8)), value(), value(model.Text("never")),
			}
		case 1:
			r = user(value(model.Time(testNow().Add(-time.Hour))), value(model.Bool(true), model.Bool(false)))
		default:
			r = cluster("작업")
		}
		r.Maker.ARN, r.MadeAt = arn, made
		r.Name = rapid.SampledFrom([]string{"", r.Name, "x", "never", `a\b`}).Draw(t, "name")
		return r
	})
}

// Negation turns yes and no round and leaves what cannot be told, so nothing is selected both ways,
// and twice is not at all.
func TestNegation(t *testing.T) {
	catalog := testCatalog(t)
	rapid.Check(t, func(t *rapid.T) {
		text, thing := terms().Draw(t, "term"), things().Draw(t, "thing")
		select3 := [3]bool{}
		protect3 := [3]bool{}
		for i, sign := range []string{"", "!", "!!"} {
			q, err := Parse(catalog, sign+text, Options{})
			if err != nil {
				t.Fatal(err)
			}
			select3[i] = q.Match(thing, testEnv())
			protect3[i], _ = q.Protects(thing, testEnv())
		}
		if select3[0] && select3[1] {
			t.Fatalf("%s selects the same thing both ways", text)
		}
		if select3[0] != select3[2] || protect3[0] != protect3[2] {
			t.Fatalf("!!%s is not %s", text, text)
		}
		if !protect3[0] && !protect3[1] {
			t.Fatalf("%s protects the thing neither way", text)
		}
	})
}

// Whatever a filter selects it protects as well, and terms are ANDed in any order.
func TestProtectsWhatItSelects(t *testing.T) {
	catalog := testCatalog(t)
	rapid.Check(t, func(t *rapid.T) {
		a, b, thing := terms().Draw(t, "a"), terms().Draw(t, "b"), things().Draw(t, "thing")
		answer := func(text string) (selects, protects bool) {
			q, err := Parse(catalog, text, Options{})
			if err != nil {
				t.Fatal(err)
			}
			protects, _ = q.Protects(thing, testEnv())
			return q.Match(thing, testEnv()), protects
		}
		selectsA, protectsA := answer(a)
		selectsB, protectsB := answer(b)
		selectsBoth, protectsBoth := answer(a + "  " + b)
		if selectsBoth != (selectsA && selectsB) || protectsBoth != (protectsA && protectsB) {
			t.Fatalf("%s and %s are not ANDed", a, b)
		}
		if selectsA && !protectsA {
			t.Fatalf("%s selects and does not protect", a)
		}
		if s, p := answer(b + " " + a); s != selectsBoth || p != protectsBoth {
			t.Fatalf("the order of %s and %s matters", a, b)
		}
	})
}

func TestStringParsesToTheSame(t *testing.T) {
	catalog := testCatalog(t)
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(terms(), 1, 3).Draw(t, "terms"), "  ")
		thing := things().Draw(t, "thing")
		q, err := Parse(catalog, text, Options{})
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse(catalog, q.String(), Options{})
		if err != nil {
			t.Fatalf("%q became %q: %v", text, q.String(), err)
		}
		if again.String() != q.String() {
			t.Fatalf("%q became %q, then %q", text, q.String(), again.String())
		}
		if again.Match(thing, testEnv()) != q.Match(thing, testEnv()) {
			t.Fatalf("%q and %q select differently", text, q.String())
		}
	})
}

func TestString(t *testing.T) {
	for query, want := range map[string]string{
		"  NAME:Prod*   !!cpu>=4 ": "name:Prod* cpu>=4",
		`!name:"prod",x`:           "!name:prod,x",
		`name:"never",never`:       `name:"never",never`,
		`"a b" "c" "d:e" "!f"`:     `"a b" c "d:e" "!f"`,
		`name:"a,b" name~"\d,"`:    `name:"a,b" name~"\\d,"`,
		`name:"*",*`:               `name:"*",*`,
		`name:"=x"`:                `name:"=x"`,
		`"say \"hi\""`:             `"say \"hi\""`,
	} {
		if got := mustParse(t, query).String(); got != want {
			t.Errorf("%s: got %s, want %s", query, got, want)
		}
	}
}

// FuzzParse: no input panics, every error points into the text, and what parses is stable.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`kind:task cpu>=4 age<24h by:…/root region:us-*,eu-* !name:prod* last>90d mfa:no "free text"`, `name:"a\"b",c`, "!!x", "raw~(", "a\xff",
		"created>2026-09-01T00:00:00Z", "\u1112\u1161\u11ab:x", "arn:aws:iam::123456789012:root", `"`, "x:,", "memory>2GiB,$3",
	} {
		f.Add(seed, 3)
	}
	catalog := testCatalog(f)
	things := []*model.Resource{task(nil), user(model.Never(), model.Unknown()), cluster("작업")}
	f.Fuzz(func(t *testing.T, text string, cursor int) {
		for _, c := range Complete(catalog, text, cursor, func(string) []string { return []string{text, "a b"} }) {
			if accepted, at := Accept(text, cursor, c); utf8.ValidString(text) && (at > utf8.RuneCountInString(accepted) || !strings.Contains(accepted, c)) {
				t.Fatalf("Accept(%q, %d, %q) = %q, %d", text, cursor, c, accepted, at)
			}
		}
		q, err := Parse(catalog, text, Options{})
		var e *Error
		if errors.As(err, &e) {
			if e.Offset < 0 || e.Offset > len(text) || e.Column < 1 || !strings.Contains(e.Caret(), "\n") {
				t.Fatalf("%q: %+v", text, e)
			}
			return
		}
		again, err := Parse(catalog, q.String(), Options{})
		if err != nil || again.String() != q.String() {
			t.Fatalf("%q became %q, then %v, %v", text, q.String(), again, err)
		}
		q.Ambiguous()
		for _, r := range things {
			if q.Match(r, testEnv()) != again.Match(r, testEnv()) {
				t.Fatalf("%q and %q select differently", text, q.String())
			}
			q.Protects(r, testEnv())
		}
	})
}
