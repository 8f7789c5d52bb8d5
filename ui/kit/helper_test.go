package kit

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/rootout/rootout/ui/theme"
)

// opened is the moment at which things open in these tests.
var opened = time.Date(2025, 10, 4, 9, 12, 31, 0, time.UTC)

func darkTheme() *theme.Theme {
	th := theme.New(theme.Options{Dark: true})
	return &th
}

// nasty draws strings that break naive drawing: Korean, decomposed text,
// joined emoji, wide runes without end, controls, direction marks, raw bytes.
func nasty() *rapid.Generator[string] {
	pieces := []string{
		"한국", "\u1112\u1161\u11ab\u1100\u116e\u11a8", "가\u11a8", "e\u0301", "👨\u200d👩\u200d👧", "👍🏽", "🇰🇷", "🇰", "⚠\ufe0f", "1\ufe0f\u20e3",
		"\x1b[31mred\x1b[m", "\x00", "\a", "\t", "\n", "\r\n", "\u202eevil", "\u2066", "\u200b", "\ufeff", "\x9b31m", "\u009b", "\xff\xfe",
		"नमस्ते", "กำ", "ํ", strings.Repeat("\u0301", 40), "x" + strings.Repeat("\u0336", 9), strings.Repeat("漢", 255),
		"arn:aws:ecs:us-east-1:123456789012:cluster/x", " ", "…", "▸", "ﷺ", "\u00ad", "\u3164", "\u2028", "\U000e0067", "a", "0",
	}
	return rapid.Custom(func(t *rapid.T) string {
		parts := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(pieces), rapid.String()), 0, 8).Draw(t, "parts")
		return strings.Join(parts, "")
	})
}

func anySize() *rapid.Generator[Size] {
	return rapid.OneOf(
		rapid.SampledFrom([]Size{{0, 0}, {1, 1}, {2, 2}, {20, 5}, {80, 24}, {-1, 3}, {3, -1}, {120, 1}, {1, 40}}),
		rapid.Custom(func(t *rapid.T) Size {
			return Size{rapid.IntRange(0, 90).Draw(t, "w"), rapid.IntRange(0, 12).Draw(t, "h")}
		}),
	)
}

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// wantBlock fails unless drawn is exactly size cells under both ways of
// counting and holds no control characters besides styles.
func wantBlock(t fataler, what, drawn string, size Size) {
	t.Helper()
	size = size.clamp()
	lines := strings.Split(drawn, "\n")
	if size.H == 0 {
		if drawn != "" {
			t.Fatalf("%s: height 0 drew %q", what, drawn)
		}
		return
	}
	if len(lines) != size.H {
		t.Fatalf("%s: %d lines, want %d:\n%s", what, len(lines), size.H, drawn)
	}
	for i, l := range lines {
		wantLine(t, fmt.Sprintf("%s line %d", what, i), l, size.W)
	}
}

func wantLine(t fataler, what, line string, w int) {
	t.Helper()
	g, wc := ansi.StringWidth(line), ansi.StringWidthWc(line)
	if g != w || wc != w {
		t.Fatalf("%s: %d cells by cluster, %d by rune, want %d: %q", what, g, wc, w, line)
	}
	for _, r := range ansi.Strip(line) {
		if r < 0x20 || r == 0x7f || (r >= 0x80 && r < 0xa0) {
			t.Fatalf("%s: control character %U in %q", what, r, line)
		}
	}
	if plain := strings.ReplaceAll(sgr.ReplaceAllString(line, ""), "\x1b", "<ESC>"); strings.Contains(plain, "<ESC>") {
		t.Fatalf("%s: an escape that is no style in %q", what, line)
	}
}

// press is the press of a key as a terminal reports it: a name of a special key,
// "ctrl+x", or the text that it types.
func press(name string) tea.KeyPressMsg {
	special := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft,
		"right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "backspace": tea.KeyBackspace,
	}
	if name == "space" {
		return tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}
	}
	if name == "shift+tab" {
		return tea.KeyPressMsg{Code: tea.KeyTab, Mod: tea.ModShift}
	}
	if r, ok := special[name]; ok {
		return tea.KeyPressMsg{Code: r}
	}
	if rest, ok := strings.CutPrefix(name, "ctrl+"); ok {
		return tea.KeyPressMsg{Code: []rune(rest)[0], Mod: tea.ModCtrl}
	}
	return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
}

// check runs a property.
func check(t *testing.T, prop func(t *rapid.T)) {
	t.Helper()
	rapid.Check(t, prop)
}
