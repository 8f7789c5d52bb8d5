package query

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// fold maps the cases of a letter to one. Letters beyond ASCII never fold into ASCII (the Kelvin
// sign is no k), so that ASCII text can be searched byte by byte whatever stands beside it.
func fold(r rune) rune {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}
	if lower := unicode.ToLower(r); lower >= utf8.RuneSelf {
		return lower
	}
	return r
}

func foldByte(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func foldText(s string) string { return strings.Map(fold, s) }

// needle is a text to be found whatever its case. Searching does not allocate.
type needle struct {
	// text is folded.
	text string
	// ascii says that the text can be compared byte by byte. rare is the place of the byte that is
	// looked for first, lower and upper are its two forms.
	ascii        bool
	rare         int
	lower, upper byte
	// anchor is, in a text beyond ASCII, a part that has no cases: what does not hold it is passed
	// over at the speed of strings.Contains.
	anchor string
}

func newNeedle(text string) needle {
	n := needle{text: foldText(text), ascii: true}
	best := -1
	for i := range len(n.text) {
		c := n.text[i]
		if c >= utf8.RuneSelf {
			return needle{text: n.text, anchor: caseless(n.text)}
		}
		if rank := rareness(c); rank > best {
			best, n.rare, n.lower = rank, i, c
		}
	}
	n.upper = n.lower
	if 'a' <= n.lower && n.lower <= 'z' {
		n.upper = n.lower - 'a' + 'A'
	}
	return n
}

// caseless is the longest run of letters beyond ASCII that have no cases, as those of Korean.
func caseless(text string) string {
	runs := strings.FieldsFunc(text, func(r rune) bool { return r < utf8.RuneSelf || unicode.SimpleFold(r) != r })
	longest := ""
	for _, run := range runs {
		if len(run) > len(longest) {
			longest = run
		}
	}
	return longest
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// rareness orders bytes by how seldom they occur in ARNs and names, where letters of
// "arn:aws:ecs:us-east-1", digits and separators are everywhere.
func rareness(c byte) int {
	switch {
	case strings.IndexByte("aesrnctiou:-/0123456789", c) >= 0:
		return 0
	case 'a' <= c && c <= 'z':
		return 1
	}
	return 2
}

// find returns where the needle begins in s and where it ends; at is -1 when it does not occur.
// Matches are leftmost.
func (n *needle) find(s string) (at, end int) {
	if !n.ascii {
		if n.anchor != "" && !strings.Contains(s, n.anchor) || n.anchor == "" && isASCII(s) {
			return -1, 0
		}
		for i := range s {
			if length, ok := n.prefix(s[i:]); ok {
				return i, i + length
			}
		}
		return -1, 0
	}
	size := len(n.text)
	// The cursors are the next lower and the next upper form of the rare byte at or after i; len(s)
	// when there is none.
	last := len(s) - size
	lower, upper := -1, -1
	for i := n.rare; i <= last+n.rare; {
		if lower < i {
			lower = indexByteFrom(s, n.lower, i)
		}
		if upper < i {
			upper = lower
			if n.upper != n.lower {
				upper = indexByteFrom(s, n.upper, i)
			}
		}
		i = min(lower, upper)
		if i > last+n.rare {
			break
		}
		start := i - n.rare
		if equalFoldASCII(s[start:start+size], n.text) {
			return start, start + size
		}
		i++
	}
	return -1, 0
}

func indexByteFrom(s string, c byte, from int) int {
	if i := strings.IndexByte(s[from:], c); i >= 0 {
		return from + i
	}
	return len(s)
}

// equalFoldASCII compares s with a folded ASCII text of the same length.
func equalFoldASCII(s, folded string) bool {
	for i := range len(folded) {
		if foldByte(s[i]) != folded[i] {
			return false
		}
	}
	return true
}

// prefix says whether s begins with the needle, and how many bytes of s that takes.
func (n *needle) prefix(s string) (int, bool) {
	if n.ascii {
		if len(s) < len(n.text) || !equalFoldASCII(s[:len(n.text)], n.text) {
			return 0, false
		}
		return len(n.text), true
	}
	at := 0
	for _, want := range n.text {
		r, size := utf8.DecodeRuneInString(s[at:])
		if size == 0 || fold(r) != want {
			return 0, false
		}
		at += size
	}
	return at, true
}

// suffix says whether s ends with the needle, and where that begins.
func (n *needle) suffix(s string) (int, bool) {
	if n.ascii {
		at := len(s) - len(n.text)
		if at < 0 || !equalFoldASCII(s[at:], n.text) {
			return 0, false
		}
		return at, true
	}
	text, end := n.text, len(s)
	for text != "" {
		want, wantSize := utf8.DecodeLastRuneInString(text)
		r, size := utf8.DecodeLastRuneInString(s[:end])
		if size == 0 || fold(r) != want {
			return 0, false
		}
		text = text[:len(text)-wantSize]
		end -= size
	}
	return end, true
}

func (n *needle) in(s string) bool {
	at, _ := n.find(s)
	return at >= 0
}

// glob compiles a pattern for the whole of a text, whatever its case; * and … stand for any run of
// characters, also an empty one.
func glob(pattern string) func(string) bool {
	parts := strings.Split(strings.ReplaceAll(pattern, "…", "*"), "*")
	needles := make([]needle, len(parts))
	for i, p := range parts {
		needles[i] = newNeedle(p)
	}
	first, last := needles[0], needles[len(needles)-1]
	if len(needles) == 1 {
		return func(s string) bool {
			n, ok := first.prefix(s)
			return ok && n == len(s)
		}
	}
	middle := needles[1 : len(needles)-1]
	return func(s string) bool {
		from, ok := first.prefix(s)
		if !ok {
			return false
		}
		s = s[from:]
		to, ok := last.suffix(s)
		if !ok {
			return false
		}
		s = s[:to]
		for i := range middle {
			if middle[i].text == "" {
				continue
			}
			at, end := middle[i].find(s)
			if at < 0 {
				return false
			}
			s = s[end:]
		}
		return true
	}
}

func hasWildcard(pattern string) bool { return strings.ContainsAny(pattern, "*…") }
