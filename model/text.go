package model

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Clean makes text that an attacker may have written harmless to a terminal: what Escape escapes
// becomes visible, and the rest is normalised to NFC so that screens measure it alike. Clean is
// idempotent and returns plain ASCII as it is.
func Clean(s string) string {
	if isPlain(s) {
		return s
	}
	return norm.NFC.String(Escape(s))
}

// Escape makes what acts on a terminal visible and leaves the rest byte for byte, for text that is
// kept and may have to be given back: control characters (escapes, newlines, tabs, C1),
// bidirectional controls, zero-width and other format characters, line separators, private-use and
// invalid bytes become escapes such as \x1b or \u202e.
func Escape(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteString(`\x` + hexDigits(uint32(s[i]), 2))
		case harmful(r):
			b.WriteString(escape(r))
		default:
			b.WriteRune(r)
		}
		i += size
	}
	return b.String()
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// harmful covers the categories that move the cursor, reorder or hide text: Cc, Cf (bidi controls,
// zero-width characters, tags), Co, Cs, Zl, Zp, and the fillers of Hangul, which draw nothing.
// Variation selectors change the width of what stands before them.
func harmful(r rune) bool {
	switch {
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp):
		return true
	case r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0:
		return true
	case r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0100 && r <= 0xe01ef:
		return true
	}
	return false
}

func escape(r rune) string {
	switch {
	case r < 0x100:
		return `\x` + hexDigits(uint32(r), 2)
	case r < 0x10000:
		return `\u` + hexDigits(uint32(r), 4)
	}
	return `\U` + hexDigits(uint32(r), 8)
}

func hexDigits(n uint32, width int) string {
	digits := strconv.FormatUint(uint64(n), 16)
	return strings.Repeat("0", max(0, width-len(digits))) + digits
}
