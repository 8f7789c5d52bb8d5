package kit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/text/unicode/norm"
)

// Align says where text stands in a field that is wider than it.
type Align uint8

// The alignments. AlignAuto is the column's own, and left where there is no
// column.
const (
	AlignAuto Align = iota
	AlignLeft
	AlignRight
	AlignCenter
)

// ellipsis stands for what was cut; it is one cell wide under both ways of
// counting (by grapheme cluster and by rune).
const ellipsis = "…"

// replacement stands for what cannot be drawn: invalid bytes, control
// characters, clusters whose width nobody agrees on.
const replacement = "\uFFFD"

// maxMarks is how many combining marks one cell may carry. Written languages
// need up to three; more of them are there to draw over the lines above.
const maxMarks = 3

// Plain returns s as this package draws it: composed (NFC), on one line,
// without control and invisible format characters, and only with clusters whose
// width is the same counted by grapheme cluster and by rune. Terminals differ
// in which they use, and a line that is wider on the screen than in the program
// shifts everything behind it. Tabs and line breaks become spaces.
func Plain(s string) string {
	if isSimple(s) {
		return s
	}
	return plainSlow(s)
}

// Width is how many cells s takes when drawn by this package.
func Width(s string) int {
	if w, ok := simpleWidth(s); ok {
		return w
	}
	return ansi.StringWidth(plainSlow(s))
}

// Fit returns s in exactly w cells: cut with … where it is too long and filled
// with spaces where it is too short (also where a wide character would have
// stuck out by half). A width below one gives "".
func Fit(s string, w int, align Align) string {
	if w <= 0 {
		return ""
	}
	return string(appendFit(make([]byte, 0, len(s)+w), s, w, align))
}

// MiddleCut returns s in at most w cells with its middle cut out, for long ids
// whose beginning and end tell them apart. It does not fill up.
func MiddleCut(s string, w int) string {
	s = Plain(s)
	if w <= 0 {
		return ""
	}
	if Width(s) <= w {
		return s
	}
	head := w / 2
	tail := w - 1 - head
	front, _ := takeCells(s, head)
	return front + ellipsis + tailCells(s, tail)
}

// EndCut returns the end of s in at most w cells, for names whose end tells them apart. It does not
// fill up.
func EndCut(s string, w int) string {
	s = Plain(s)
	if w <= 0 {
		return ""
	}
	if Width(s) <= w {
		return s
	}
	// A cut may stand there already.
	return ellipsis + strings.TrimPrefix(tailCells(s, w-1), ellipsis)
}

// Wrap breaks s into lines of at most w cells, at spaces where there are any;
// line breaks in s stay. A width below one gives no lines.
func Wrap(s string, w int) []string {
	if w <= 0 {
		return nil
	}
	var lines []string
	for para := range strings.SplitSeq(s, "\n") {
		lines = append(lines, wrapLine(Plain(para), w)...)
	}
	return lines
}

func wrapLine(s string, w int) []string {
	var lines []string
	for {
		head, used := takeCells(s, w)
		if used == len(s) {
			return append(lines, head)
		}
		if used == 0 {
			// Not even one character fits: a wide one in a single cell.
			_, size := utf8.DecodeRuneInString(s)
			head, used = replacement, size
		} else if s[used] != ' ' {
			// The whole word moves on, unless it is longer than a line.
			if cut := strings.LastIndexByte(head, ' '); cut > 0 {
				head, used = head[:cut], cut
			}
		}
		lines = append(lines, strings.TrimRight(head, " "))
		s = strings.TrimLeft(s[used:], " ")
		if s == "" {
			return lines
		}
	}
}

// runeWidth is the width of runes that need no second look: they are composed
// already, join with nothing beside them, and are counted alike everywhere.
func runeWidth(r rune) (int, bool) {
	switch {
	case r >= 0x20 && r < 0x7f:
		return 1, true
	case r >= 0xac00 && r <= 0xd7a3: // Hangul syllables
		return 2, true
	case r >= 0x4e00 && r <= 0x9fff: // CJK unified ideographs
		return 2, true
	case r >= 0x2500 && r <= 0x259f: // box drawing, blocks
		return 1, true
	case r >= 0xa1 && r <= 0x17f && r != 0xad && r != 0xa9 && r != 0xae:
		return 1, true // Latin letters; © and ® may turn into emoji
	case r == '…' || r == '▸' || r == '·' || r == '–' || r == 0xfffd:
		return 1, true
	}
	return 0, false
}

func isSimple(s string) bool {
	_, ok := simpleWidth(s)
	return ok
}

// simpleWidth is the width of s if it has simple runes only.
func simpleWidth(s string) (int, bool) {
	w := 0
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c < 0x20 || c == 0x7f {
				return 0, false
			}
			w++
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		rw, ok := runeWidth(r)
		if !ok || (r == utf8.RuneError && size == 1) {
			return 0, false
		}
		w += rw
		i += size
	}
	return w, true
}

func plainSlow(s string) string {
	s = norm.NFC.String(filterRunes(s))
	var b strings.Builder
	b.Grow(len(s))
	for s != "" {
		cluster, w := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		s = s[len(cluster):]
		if w == 0 {
			continue // a mark with nothing to stand on
		}
		b.WriteString(agreedCluster(cluster, w))
	}
	if out := b.String(); ansi.StringWidth(out) == ansi.StringWidthWc(out) {
		return out
	}
	return lettersOnly(b.String())
}

// filterRunes leaves out what has no shape of its own and splits what terminals
// join differently.
func filterRunes(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteString(replacement)
		case r == '\t' || r == '\n' || r == '\r' || unicode.In(r, unicode.Zl, unicode.Zp):
			b.WriteByte(' ')
		case unicode.IsControl(r):
			b.WriteString(replacement)
		case unicode.In(r, unicode.Cf, unicode.Variation_Selector):
			// Joiners, direction marks, tags and selectors are invisible.
		case r >= 0x1f1e6 && r <= 0x1f1ff:
			b.WriteRune('A' + r - 0x1f1e6) // half a flag becomes its letter
		case r == 0x0e33 || r == 0x0eb3:
			// Thai and Lao AM: the same as two runes, which are counted alike.
			b.WriteRune(r + 0x1a)
			b.WriteRune(r - 1)
		default:
			b.WriteRune(r)
		}
		i += size
	}
	return b.String()
}

// agreedCluster is the cluster, or the most of it whose width is counted alike.
func agreedCluster(cluster string, w int) string {
	marks := 0
	for _, r := range cluster {
		if unicode.IsMark(r) {
			marks++
		}
	}
	if w <= 2 && marks <= maxMarks && agreed(cluster) {
		return cluster
	}
	bare := strings.Map(func(r rune) rune {
		if unicode.IsMark(r) {
			return -1
		}
		return r
	}, cluster)
	if agreed(bare) {
		return bare
	}
	if r, _ := utf8.DecodeRuneInString(bare); agreed(string(r)) {
		return string(r)
	}
	return replacement
}

// agreed says that a cluster is counted alike, and joins neither with what
// stands before it nor with what follows.
func agreed(s string) bool {
	w := ansi.StringWidth(s)
	return w > 0 && w == ansi.StringWidthWc(s) && ansi.StringWidth("a"+s+"a") == w+2
}

// lettersOnly is the last resort for text whose parts are counted alike and
// whose whole is not: every rune that is not sure to stand alone is replaced.
func lettersOnly(s string) string {
	return strings.Map(func(r rune) rune {
		if _, ok := runeWidth(r); ok {
			return r
		}
		return utf8.RuneError
	}, s)
}
