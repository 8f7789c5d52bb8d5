package kit

import (
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// appendFit appends s in exactly w cells to b; see [Fit].
func appendFit(b []byte, s string, w int, align Align) []byte {
	sw, ok := simpleWidth(s)
	if !ok {
		s = plainSlow(s)
		sw = ansi.StringWidth(s)
	}
	return appendPlain(b, s, sw, w, align)
}

// appendPlain is [appendFit] for plain text of a known width sw.
func appendPlain(b []byte, s string, sw, w int, align Align) []byte {
	if w <= 0 {
		return b
	}
	if sw > w {
		n, used := cut(s, w-1)
		b = append(b, s[:n]...)
		b = append(b, ellipsis...)
		return appendSpaces(b, w-1-used)
	}
	left := 0
	switch align {
	case AlignRight:
		left = w - sw
	case AlignCenter:
		left = (w - sw) / 2
	case AlignAuto, AlignLeft:
	}
	b = appendSpaces(b, left)
	b = append(b, s...)
	return appendSpaces(b, w-sw-left)
}

func appendSpaces(b []byte, n int) []byte {
	for ; n > 0; n-- {
		b = append(b, ' ')
	}
	return b
}

// cut is the length in bytes of the longest beginning of the plain text s that
// takes at most w cells, and how many it takes.
func cut(s string, w int) (n, used int) {
	for n < len(s) {
		size, cw := nextCluster(s[n:])
		if used+cw > w {
			break
		}
		used += cw
		n += size
	}
	return n, used
}

// takeCells returns what [cut] finds, and its length in bytes.
func takeCells(s string, w int) (head string, n int) {
	n, _ = cut(s, w)
	return s[:n], n
}

// tailCells returns the longest end of the plain text s that takes at most w
// cells.
func tailCells(s string, w int) string {
	over := Width(s) - w
	n := 0
	for n < len(s) && over > 0 {
		size, cw := nextCluster(s[n:])
		over -= cw
		n += size
	}
	return s[n:]
}

// window returns the cells [from, from+w) of the plain text s, at most w cells
// wide; half of a wide character at either edge becomes a space.
func window(s string, from, w int) string {
	if w <= 0 {
		return ""
	}
	at, n := 0, 0
	for n < len(s) && at < from {
		size, cw := nextCluster(s[n:])
		at += cw
		n += size
	}
	half := min(at-from, w)
	b := appendSpaces(nil, half)
	end, used := cut(s[n:], w-half)
	b = append(b, s[n:n+end]...)
	if n+end < len(s) {
		b = appendSpaces(b, w-half-used)
	}
	return string(b)
}

// measured is plain text with its width.
type measured struct {
	text  string
	width int
}

// measureMax is how many texts a [measurer] keeps.
const measureMax = 4096

// measurer keeps what [Plain] and [Width] found for texts that are costly to
// look at: a screen full of names made of joined emoji would take longer than a
// frame may, at every frame.
type measurer struct {
	kept map[string]measured
}

func (m *measurer) measure(s string) measured {
	if w, ok := simpleWidth(s); ok {
		return measured{s, w}
	}
	if found, ok := m.kept[s]; ok {
		return found
	}
	if m.kept == nil || len(m.kept) >= measureMax {
		m.kept = make(map[string]measured)
	}
	p := plainSlow(s)
	found := measured{p, ansi.StringWidth(p)}
	m.kept[s] = found
	return found
}

// nextCluster is the length in bytes and the width in cells of the first
// cluster of the plain text s.
func nextCluster(s string) (size, w int) {
	r, size := utf8.DecodeRuneInString(s)
	if rw, ok := runeWidth(r); ok && (len(s) == size || s[size] < utf8.RuneSelf) {
		return size, rw
	}
	cluster, w := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	return len(cluster), w
}
