package kit

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/rootout/rootout/ui/theme"
)

// Size is a rectangle of cells to draw into. Negative sides count as zero.
type Size struct {
	W, H int
}

// clamp is the size without negative sides.
func (s Size) clamp() Size {
	return Size{W: max(s.W, 0), H: max(s.H, 0)}
}

// Span is a piece of a line in one style.
type Span struct {
	Text  string
	Style theme.Style
}

// Line draws spans one after another in exactly w cells: cut with … at the right
// edge, filled with spaces.
func Line(w int, spans ...Span) string {
	if w <= 0 {
		return ""
	}
	total := spansWidth(spans)
	room := w
	if total > w {
		room = w - 1 // the last cell is for the …
	}
	b := make([]byte, 0, w*2)
	used := 0
	for _, s := range spans {
		text := Plain(s.Text)
		n, cells := cut(text, room-used)
		used += cells
		b = appendPaint(b, text[:n], s.Style)
		if n < len(text) {
			break // what comes later must not slip into the gap of a wide one
		}
	}
	if total > w {
		b = append(b, ellipsis...)
		used++
	}
	return string(appendSpaces(b, w-used))
}

// Spread draws left at the left edge and right at the right edge of exactly w
// cells. Where both do not fit, left is cut first, since what stands at the
// right edge is short and is what changes.
func Spread(w int, left, right []Span) string {
	rw := spansWidth(right)
	if rw == 0 {
		return Line(w, left...)
	}
	if rw >= w {
		return Line(w, right...)
	}
	return Line(w-rw, left...) + Line(rw, right...)
}

func spansWidth(spans []Span) int {
	w := 0
	for _, s := range spans {
		w += Width(s.Text)
	}
	return w
}

func appendPaint(b []byte, text string, style theme.Style) []byte {
	if text == "" {
		return b
	}
	b = append(b, style.Open()...)
	b = append(b, text...)
	return append(b, style.Close()...)
}

// FitStyled cuts or fills a line that holds styles already (and was made of
// plain text, see [Plain]) to exactly w cells.
func FitStyled(line string, w int) string {
	if w <= 0 {
		return ""
	}
	lw := ansi.StringWidth(line)
	if lw > w {
		line = ansi.Truncate(line, w, ellipsis)
		lw = ansi.StringWidth(line)
	}
	return line + strings.Repeat(" ", max(w-lw, 0))
}

// Block draws lines into a size: each fitted to its width, the rest of the
// height blank, lines too many left out. The lines may hold styles.
func Block(lines []string, size Size) string {
	size = size.clamp()
	out := make([]string, size.H)
	for i := range out {
		line := ""
		if i < len(lines) {
			line = lines[i]
		}
		out[i] = FitStyled(line, size.W)
	}
	return strings.Join(out, "\n")
}

// Blank is an empty rectangle.
func Blank(size Size) string { return Block(nil, size) }

// Stack puts blocks below one another; those that are empty (height 0) take no
// line.
func Stack(blocks ...string) string {
	used := make([]string, 0, len(blocks))
	for _, b := range blocks {
		if b != "" {
			used = append(used, b)
		}
	}
	return strings.Join(used, "\n")
}

// Overlay lays box over base with its top left corner at x, y. Lines keep the
// width they had; half of a wide character at the edge becomes a space.
func Overlay(base, box string, x, y int) string {
	x, y = max(x, 0), max(y, 0)
	lines := strings.Split(base, "\n")
	for i, line := range strings.Split(box, "\n") {
		if y+i >= len(lines) {
			break
		}
		lines[y+i] = overlayLine(lines[y+i], line, x)
	}
	return strings.Join(lines, "\n")
}

func overlayLine(base, over string, x int) string {
	w := ansi.StringWidth(base)
	if x >= w {
		return base
	}
	over = ansi.Truncate(over, w-x, "")
	left := FitStyled(ansi.Truncate(base, x, ""), x)
	end := x + ansi.StringWidth(over)
	// The part to the right begins one cell later where the cut goes through a
	// wide character; the missing cell is filled on its left.
	right := ansi.TruncateLeft(base, end, "")
	for skip := 1; ansi.StringWidth(right) > w-end && skip <= 2; skip++ {
		right = ansi.TruncateLeft(base, end+skip, "")
	}
	gap := w - end - ansi.StringWidth(right)
	return left + ansi.ResetStyle + over + ansi.ResetStyle + strings.Repeat(" ", max(gap, 0)) + right
}
