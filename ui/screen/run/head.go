package run

import (
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/words"
)

// headHeight is how many lines they are.
const headHeight = 3

// headLines say how it stands: how far it is, by phase, and as a bar.
func (r *Screen) headLines(width int) []string {
	v, th := r.entry.Progress, r.needs.Theme
	took, reached := r.needs.Clock.Now().Sub(v.Started), v.Reached
	if v.Summary != nil {
		// The fresh listing has the last word.
		took, reached = v.Summary.Took, v.Summary.Reached()
	}
	first := []kit.Span{
		{Text: " " + strings.ToUpper(v.StateWord()), Style: th.Title},
		{Text: "   " + words.Clock(took) + " of " + words.ETA(v.Plan.ETA.AllGone), Style: th.Strong},
		{Text: "   " + kit.Count(reached) + " of " + kit.Count(v.Plan.N()) + " " + runs.WordingOf(v.Plan).Reached(v.Plan.N()), Style: th.Strong},
	}
	if v.Failed > 0 {
		first = append(first, kit.Span{Text: "   " + kit.Count(v.Failed) + " failed", Style: th.Error})
	}
	if v.PerHour > 0 {
		first = append(first, kit.Span{
			Text:  "   burn " + words.About(v.PerHour, v.About) + " → " + words.About(max(0, v.PerHour-v.Stopped), v.About) + "/h",
			Style: th.Own,
		})
	}
	return []string{kit.Line(width, first...), r.phaseLine(width), kit.Meter(th, width, reached, v.Plan.N())}
}

func (r *Screen) phaseLine(width int) string {
	v := r.entry.Progress
	var spans []kit.Span
	for p := model.Silence; p <= model.Verify; p++ {
		t := v.Phases[p]
		if t.Total == 0 {
			continue
		}
		style, text := r.needs.Theme.Muted, p.String()+" "+kit.Count(t.Verified)+"/"+kit.Count(t.Total)
		switch {
		case t.Failed+t.Blocked > 0:
			style = r.needs.Theme.Warning
		case t.Verified == t.Total:
			style, text = r.needs.Theme.OK, text+" done"
		case t.Over() > 0 || t.Called > 0:
			style = r.needs.Theme.Strong
		}
		if t.Failed > 0 {
			text += ", " + kit.Count(t.Failed) + " failed"
		}
		if t.Blocked > 0 {
			text += ", " + kit.Count(t.Blocked) + " blocked"
		}
		spans = append(spans, kit.Span{Text: "  " + text, Style: style}, kit.Span{Text: " ·", Style: r.needs.Theme.Muted})
	}
	spans = append(spans, kit.Span{Text: "  steps; fresh listing " + r.listingWord(), Style: r.needs.Theme.Muted})
	return kit.Line(width, spans...)
}

func (r *Screen) listingWord() string {
	switch v := r.entry.Progress; {
	case v.Summary != nil:
		return "done"
	case v.State == port.RunVerifying:
		return "under way"
	}
	return "to come"
}
