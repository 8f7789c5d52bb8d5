package query

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// slowContains is what find does, said in the simplest way.
func slowContains(s, sub string) bool { return strings.Contains(foldText(s), foldText(sub)) }

// slowGlob tries every split of the text.
func slowGlob(pattern, s []rune) bool {
	if len(pattern) == 0 {
		return len(s) == 0
	}
	if pattern[0] == '*' || pattern[0] == '…' {
		return slowGlob(pattern[1:], s) || len(s) > 0 && slowGlob(pattern, s[1:])
	}
	return len(s) > 0 && fold(pattern[0]) == fold(s[0]) && slowGlob(pattern[1:], s[1:])
}

// letters are few, so that patterns hit: two cases, a wide letter, a letter whose cases differ in
// length (ẞ, ß), the Kelvin sign.
func letters() *rapid.Generator[string] {
	return rapid.StringOfN(rapid.RuneFrom([]rune("aAbkK/:작업ßẞÉé\u212a")), 0, 12, -1)
}

func TestFindAgreesWithTheSlowWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := letters().Draw(t, "s")
		sub := rapid.StringOfN(rapid.RuneFrom([]rune("aAbk작éÉß")), 1, 3, -1).Draw(t, "sub")
		n := newNeedle(sub)
		at, end := n.find(s)
		if (at >= 0) != slowContains(s, sub) {
			t.Fatalf("find(%q) in %q = %d, want found %v", sub, s, at, slowContains(s, sub))
		}
		if at >= 0 && foldText(s[at:end]) != foldText(sub) {
			t.Fatalf("find(%q) in %q = %q", sub, s, s[at:end])
		}
	})
}

func TestGlobAgreesWithTheSlowWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := letters().Draw(t, "s")
		pattern := rapid.StringOfN(rapid.RuneFrom([]rune("aAbk작éß***…")), 0, 6, -1).Draw(t, "pattern")
		if got, want := glob(pattern)(s), slowGlob([]rune(pattern), []rune(s)); got != want {
			t.Fatalf("glob(%q)(%q) = %v, want %v", pattern, s, got, want)
		}
	})
}

func TestSearchDoesNotAllocate(t *testing.T) {
	r, env := task(nil), testEnv()
	for _, text := range []string{"absent", "없는", "!name:x*y", "by:*x*", "image:*x*z", "cpu>=4,2", "age<24h", "created:2026-09-01", "4095", "2026"} {
		q := mustParse(t, text)
		if n := testing.AllocsPerRun(100, func() { q.Match(r, env) }); n != 0 {
			t.Errorf("Match of %q allocates %v times", text, n)
		}
	}
}

func TestKelvinSignIsNoK(t *testing.T) {
	n := newNeedle("k")
	if n.in("\u212a") || !n.in("xK") {
		t.Errorf("ASCII letters have to match ASCII letters only")
	}
}
