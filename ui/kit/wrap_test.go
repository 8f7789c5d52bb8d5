package kit

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

func TestWrappedLinesAreIndented(t *testing.T) {
	got := WrapHanging("left: a long reason that goes on\n  an item that goes on for long", 20)
	want := []string{"left: a long reason", "  that goes on", "  an item that goes", "    on for long"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestFoldedSpansLoseNothing(t *testing.T) {
	th := darkTheme()
	spans := []Span{{" account ", th.Muted}, {"123456789012", th.Strong}, {"   as ", th.Muted}, {"Admin/jm", th.Strong}, {"   nothing has run", th.Muted}}
	var got []string
	for _, l := range FoldLine(36, 3, 4, spans...) {
		got = append(got, strings.TrimRight(ansi.Strip(l), " "))
	}
	if want := []string{" account 123456789012   as Admin/jm", "   nothing has run"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	rapid.Check(t, func(t *rapid.T) {
		var spans []Span
		words := ""
		for range rapid.IntRange(1, 6).Draw(t, "n") {
			text := rapid.StringMatching(`[a-z한 ]{1,12}`).Draw(t, "text")
			spans = append(spans, Span{Text: text})
			words += text
		}
		w := rapid.IntRange(16, 40).Draw(t, "w")
		all := ""
		for _, l := range FoldLine(w, 2, 99, spans...) {
			if got := ansi.StringWidth(l); got != w {
				t.Fatalf("a line of %d cells in %d: %q", got, w, l)
			}
			all += l
		}
		if strings.ReplaceAll(all, " ", "") != strings.ReplaceAll(words, " ", "") {
			t.Fatalf("%q of %q", all, words)
		}
	})
}

func TestAViewerShowsWhereLinesAreCut(t *testing.T) {
	v := &Viewer{Theme: darkTheme()}
	v.SetText("0123456789abcdef0123456789\nshort")
	if got := ansi.Strip(v.View(Size{W: 10, H: 4})); !strings.HasPrefix(got, "012345678…\nshort") {
		t.Errorf("%q", got)
	}
	v.Move(MoveRight)
	if got := ansi.Strip(v.View(Size{W: 10, H: 4})); !strings.HasPrefix(got, "…9abcdef0…\n") {
		t.Errorf("%q", got)
	}
}
