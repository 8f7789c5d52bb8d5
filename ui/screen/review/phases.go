package review

import (
	"strings"

	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// phaseLines are the phases, one a line: its number, what it touches, how long it takes, how far it
// can be undone.
func (r *Screen) phaseLines(width int) []string {
	var out []string
	for i := range r.summary.phases {
		s := &r.summary.phases[i]
		out = append(out, kit.FoldLine(width, phaseIndent, 3,
			kit.Span{Text: " " + kit.Count(i+1) + " " + kit.Fit(s.phase.String(), 9, kit.AlignLeft), Style: r.needs.Theme.Strong},
			kit.Span{Text: kit.Fit(r.countsText(s), r.countsWidth(width), kit.AlignLeft)},
			kit.Span{Text: "  ≈" + kit.Fit(words.Clock(r.summary.eta.Phases[s.phase]), 8, kit.AlignLeft), Style: r.needs.Theme.Muted},
			kit.Span{Text: s.undo, Style: r.needs.Theme.Muted})...)
	}
	return out
}

// phaseIndent is where a line of a phase goes on that is too long.
const phaseIndent = 12

// phaseSumLines are all phases one behind the other, where there is no room for more.
func (r *Screen) phaseSumLines(width int) []string {
	var spans []kit.Span
	for i := range r.summary.phases {
		s, n := &r.summary.phases[i], 0
		for _, c := range s.counts {
			n += c.n
		}
		spans = append(spans, kit.Span{Text: words.If(i > 0, " ·"), Style: r.needs.Theme.Muted},
			kit.Span{Text: " " + kit.Count(i+1) + " " + s.phase.String(), Style: r.needs.Theme.Strong},
			kit.Span{Text: " " + kit.Count(n) + s.stepsText()},
			kit.Span{Text: " ≈" + words.Clock(r.summary.eta.Phases[s.phase]), Style: r.needs.Theme.Muted})
	}
	return folded(width, spans...)
}

// countsText is what a phase touches, by kind.
func (r *Screen) countsText(s *phaseSum) string {
	parts := make([]string, len(s.counts))
	for i, c := range s.counts {
		parts[i] = words.KindCount(r.needs.Catalog, c.kind, c.n)
	}
	return strings.Join(parts, " · ") + s.stepsText()
}

// stepsText says in how many steps a phase does it, where that is another number than that of what it
// touches: the run counts steps.
func (s *phaseSum) stepsText() string {
	n := 0
	for _, c := range s.counts {
		n += c.n
	}
	if n == s.steps {
		return ""
	}
	return " (" + words.Count(s.steps, "step", "steps") + ")"
}

// countsWidth is what the counts of the phases take: more than usual where one of them needs it and
// the words behind it keep some room.
func (r *Screen) countsWidth(width int) int {
	usual, widest := min(44, max(20, width-46)), 0
	for i := range r.summary.phases {
		widest = max(widest, kit.Width(r.countsText(&r.summary.phases[i])))
	}
	return max(usual, min(widest, width-60))
}
