package kit

import (
	"strings"
	"unicode/utf8"

	"github.com/rootout/rootout/ui/theme"
)

// longLine is where a line of a [Viewer] is broken, in bytes, since drawing a
// line costs its length and some JSON comes on a single one.
const longLine = 4096

// Viewer shows long text and scrolls through it, down and to the right. Only the
// lines in sight cost anything.
type Viewer struct {
	// Theme is what it is drawn with.
	Theme *theme.Theme
	// Empty is shown where there is no text.
	Empty string

	lines []string
	top   int
	left  int
	size  Size
}

// SetText replaces the text and goes back to its beginning.
func (v *Viewer) SetText(text string) {
	v.lines, v.top, v.left = nil, 0, 0
	if text == "" {
		return
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		line = strings.TrimSuffix(line, "\r")
		for len(line) > longLine {
			cut := longLine
			for cut > longLine-utf8.UTFMax && !utf8.RuneStart(line[cut]) {
				cut--
			}
			v.lines = append(v.lines, line[:cut])
			line = line[cut:]
		}
		v.lines = append(v.lines, line)
	}
}

// Len is how many lines there are.
func (v *Viewer) Len() int { return len(v.lines) }

// Top is the first line in sight.
func (v *Viewer) Top() int { return v.top }

// scrollStep is how many cells left and right move.
const scrollStep = 8

// Move scrolls.
func (v *Viewer) Move(m Move) {
	page := max(v.size.H-2, 1)
	switch m {
	case MoveUp:
		v.top--
	case MoveDown:
		v.top++
	case MovePageUp:
		v.top -= page
	case MovePageDown:
		v.top += page
	case MoveTop:
		v.top = 0
	case MoveBottom:
		v.top = len(v.lines)
	case MoveLeft:
		v.left -= scrollStep
	case MoveRight:
		v.left += scrollStep
	}
	v.bound()
}

// Scroll moves the window by n lines.
func (v *Viewer) Scroll(n int) {
	v.top += n
	v.bound()
}

// bound keeps the window over the text: the last line stays in sight, and so
// does the end of the longest line that is.
func (v *Viewer) bound() {
	v.top = clampInt(v.top, 0, max(len(v.lines)-v.rows(), 0))
	longest := 0
	for _, l := range v.visible() {
		longest = max(longest, Width(l))
	}
	v.left = clampInt(v.left, 0, max(longest-v.size.W, 0))
}

// rows is how many lines of text fit; the last line of the drawing says where
// one is.
func (v *Viewer) rows() int { return max(v.size.H-1, 1) }

func (v *Viewer) visible() []string {
	return v.lines[min(v.top, len(v.lines)):min(v.top+v.rows(), len(v.lines))]
}

// View draws the text in sight.
func (v *Viewer) View(size Size) string {
	size = size.clamp()
	v.size = size
	if size.W == 0 || size.H == 0 {
		return Blank(size)
	}
	v.bound()
	lines := make([]string, 0, size.H)
	for _, l := range v.visible() {
		lines = append(lines, v.part(l, size.W))
	}
	if len(v.lines) == 0 {
		lines = append(lines, Line(size.W, Span{v.Empty, v.Theme.Muted}))
	}
	for len(lines) < size.H-1 {
		lines = append(lines, "")
	}
	if size.H > 1 {
		lines = append(lines, Line(size.W, Span{v.info(), v.Theme.Muted}))
	}
	return Block(lines, size)
}

// part is what is in sight of a line, with … at the edges where it is cut.
func (v *Viewer) part(line string, w int) string {
	line = Plain(line)
	total := Width(line)
	if total <= w && v.left == 0 || w < 3 {
		return Fit(window(line, v.left, w), w, AlignLeft)
	}
	from, room, lead, tail := v.left, w, "", ""
	if from > 0 && total > 0 {
		from, room, lead = from+1, room-1, ellipsis
	}
	if total > v.left+w {
		room, tail = room-1, ellipsis
	}
	return lead + Fit(window(line, from, room), room, AlignLeft) + tail
}

func (v *Viewer) info() string {
	if len(v.lines) == 0 {
		return ""
	}
	s := " lines " + Count(v.top+1) + "–" + Count(min(v.top+v.rows(), len(v.lines))) + " of " + Count(len(v.lines))
	if v.left > 0 {
		s += " · from column " + Count(v.left+1)
	}
	return s
}
