package kit

import (
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/rootout/rootout/ui/theme"
)

var sgr = regexp.MustCompile(`\x1b\[[0-9;]*m`)

func TestFitIsExactForAnyText(t *testing.T) {
	check(t, func(t *rapid.T) {
		s := nasty().Draw(t, "s")
		w := rapid.IntRange(-1, 60).Draw(t, "w")
		align := rapid.SampledFrom([]Align{AlignAuto, AlignLeft, AlignRight, AlignCenter}).Draw(t, "align")
		wantLine(t, "Fit", Fit(s, w, align), max(w, 0))
		if cut := MiddleCut(s, w); ansi.StringWidth(cut) > max(w, 0) {
			t.Fatalf("MiddleCut(%q, %d) = %q is too wide", s, w, cut)
		}
		for _, l := range Wrap(s, w) {
			wantLine(t, "Wrap", l+strings.Repeat(" ", max(w-ansi.StringWidth(l), 0)), w)
		}
		from := rapid.IntRange(0, 30).Draw(t, "from")
		if got := ansi.StringWidth(window(Plain(s), from, w)); got > max(w, 0) {
			t.Fatalf("window is %d wide, want at most %d", got, w)
		}
	})
}

func TestWidthIsThatOfWhatIsDrawn(t *testing.T) {
	check(t, func(t *rapid.T) {
		s := nasty().Draw(t, "s")
		p := Plain(s)
		if Plain(p) != p {
			t.Fatalf("Plain is not stable: %q, then %q", p, Plain(p))
		}
		wantLine(t, "Plain", p, Width(s))
	})
}

func TestFit(t *testing.T) {
	for _, c := range []struct {
		name, in string
		w        int
		align    Align
		want     string
	}{
		{"left", "abc", 5, AlignLeft, "abc  "},
		{"right", "abc", 5, AlignRight, "  abc"},
		{"center", "abc", 6, AlignCenter, " abc  "},
		{"cut", "abcdef", 4, AlignLeft, "abc…"},
		{"one cell", "abcdef", 1, AlignLeft, "…"},
		{"exact", "abcd", 4, AlignRight, "abcd"},
		{"wide rune leaves half", "한국말", 4, AlignLeft, "한… "},
		{"wide rune cut whole", "한국말", 5, AlignLeft, "한국…"},
		{"decomposed is composed", "\u1112\u1161\u11ab", 3, AlignLeft, "한 "},
		{"joined emoji come apart", "👨\u200d👩", 5, AlignLeft, "👨👩 "},
		{"selector goes", "⚠\ufe0f!", 3, AlignLeft, "⚠! "},
		{"flag is its letters", "🇰🇷", 3, AlignLeft, "KR "},
		{"tab and newline are spaces", "a\tb\nc", 6, AlignLeft, "a b c "},
		{"escape is shown, not sent", "\x1b[31m", 6, AlignLeft, "\uFFFD[31m "},
		{"direction marks go", "a\u202eb", 3, AlignLeft, "ab "},
		{"invalid byte", "a\xffb", 4, AlignLeft, "a\uFFFDb "},
		{"nothing to stand on", "\u0301a", 2, AlignLeft, "a "},
	} {
		if got := Fit(c.in, c.w, c.align); got != c.want {
			t.Errorf("%s: Fit(%q, %d) = %q, want %q", c.name, c.in, c.w, got, c.want)
		}
	}
}

func TestMiddleCutKeepsBothEnds(t *testing.T) {
	got := MiddleCut("arn:aws:ecs:us-east-1:123456789012:cluster/blue-9f3a", 20)
	if !strings.HasPrefix(got, "arn:aws:") || !strings.HasSuffix(got, "blue-9f3a") || Width(got) != 20 {
		t.Errorf("MiddleCut = %q (%d cells)", got, Width(got))
	}
	if got := MiddleCut("short", 20); got != "short" {
		t.Errorf("MiddleCut of short text = %q", got)
	}
}

func TestWrapBreaksAtSpaces(t *testing.T) {
	got := strings.Join(Wrap("one two three\nfour abcdefghij", 8), "|")
	if want := "one two|three|four|abcdefgh|ij"; got != want {
		t.Errorf("Wrap = %q, want %q", got, want)
	}
}

func TestLinesAreExact(t *testing.T) {
	th := darkTheme()
	styles := []theme.Style{{}, th.Hostile, th.Cursor, th.Muted}
	check(t, func(t *rapid.T) {
		spans := func(label string) []Span {
			var out []Span
			for i := range rapid.IntRange(0, 4).Draw(t, label) {
				out = append(out, Span{nasty().Draw(t, label), styles[i%len(styles)]})
			}
			return out
		}
		w := rapid.IntRange(0, 50).Draw(t, "w")
		left, right := spans("left"), spans("right")
		line := Line(w, left...)
		wantLine(t, "Line", line, w)
		wantLine(t, "Spread", Spread(w, left, right), w)
		w2 := rapid.IntRange(0, 60).Draw(t, "w2")
		wantLine(t, "FitStyled", FitStyled(line, w2), w2)
	})
}

func TestOverlayKeepsTheSize(t *testing.T) {
	th := darkTheme()
	check(t, func(t *rapid.T) {
		size, box := anySize().Draw(t, "size"), anySize().Draw(t, "box")
		block := func(s Size, label string) string {
			lines := make([]string, max(s.H, 0))
			for i := range lines {
				lines[i] = Line(s.W, Span{nasty().Draw(t, label), th.Hostile}, Span{nasty().Draw(t, label), th.Muted})
			}
			return Block(lines, s)
		}
		x, y := rapid.IntRange(-2, 60).Draw(t, "x"), rapid.IntRange(-2, 8).Draw(t, "y")
		wantBlock(t, "Overlay", Overlay(block(size, "base"), block(box, "box"), x, y), size)
	})
}

func TestOverlayDoesNotLeakStyles(t *testing.T) {
	base := theme.NewStyle("31").Paint("aaaaaaaaaa")
	got := Overlay(base, "BB", 4, 0)
	if plain := ansi.Strip(got); plain != "aaaaBBaaaa" {
		t.Fatalf("overlay = %q", plain)
	}
	if i := strings.Index(got, "BB"); !strings.HasSuffix(got[:i], "\x1b[m") {
		t.Errorf("the box takes on the colour below it: %q", got)
	}
	if !strings.HasSuffix(strings.TrimSuffix(got, "\x1b[m"), "\x1b[31maaaa") {
		t.Errorf("the base lost its colour right of the box: %q", got)
	}
}
