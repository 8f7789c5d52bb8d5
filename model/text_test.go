package model_test

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/rootout/rootout/model"
)

func TestCleanShowsWhatWouldAct(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                   "plain",
		"\x1b[31mred\x1b[0m":      `\x1b[31mred\x1b[0m`,
		"two\nlines\tand a tab":   `two\x0alines\x09and a tab`,
		"a\u202egnp.exe":          `a\u202egnp.exe`,
		"zero\u200bwidth":         `zero\u200bwidth`,
		"bad\xffbyte":             `bad\xffbyte`,
		"c1 \u009b31m":            `c1 \x9b31m`,
		"당근-배치":                   "당근-배치",
		norm.NFD.String("당근"):     "당근",
		"tag\U000e0041":           `tag\U000e0041`,
		"filler\u3164here":        `filler\u3164here`,
		strings.Repeat("한", 255):  strings.Repeat("한", 255),
		"warn\u26a0\ufe0f":        "warn\u26a0\\ufe0f",
		"sep\u2028para\u2029end":  `sep\u2028para\u2029end`,
		"\x07bell and \x7fdelete": `\x07bell and \x7fdelete`,
	} {
		if got := model.Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCleanProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, "text")
		out := model.Clean(in)
		if again := model.Clean(out); again != out {
			t.Fatalf("not idempotent: %q, then %q", out, again)
		}
		for _, r := range out {
			if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co) {
				t.Fatalf("%q still holds %U", out, r)
			}
		}
		if !norm.NFC.IsNormalString(out) {
			t.Fatalf("%q is not NFC", out)
		}
	})
}

func TestSealerHidesAndCompares(t *testing.T) {
	one, other := model.NewSealer([]byte("the key of one case…")), model.NewSealer([]byte("the key of another…"))
	const secret = "hunter2-hunter2"
	sealed := one.Seal(secret)
	switch {
	case strings.Contains(sealed, "hunter"):
		t.Errorf("the seal shows the secret: %s", sealed)
	case sealed != one.Seal(secret), sealed == one.Seal(secret+"!"), sealed == other.Seal(secret):
		t.Error("a seal is the same for the same secret in the same case, and for nothing else")
	case !strings.HasPrefix(sealed, "sealed:15:"):
		t.Errorf("the seal %s does not tell the length", sealed)
	case one.Seal("") != "":
		t.Error("nothing was sealed as something")
	}
}
