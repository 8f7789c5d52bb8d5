package run

import (
	"strings"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/words"
)

// headLines say how it stands: how far it is, what is billed, by phase, and as a bar.
func (r *Screen) headLines(width int) []string {
	v, th := r.entry.Progress, r.needs.Theme
	took, reached := r.needs.Clock.Now().Sub(v.Started), v.Reached
	if v.Summary != nil {
		// The fresh listing has the last word.
		took, reached = v.Summary.Took, v.Summary.Reached()
	}
	first := []kit.Span{
		{Text: " " + strings.ToUpper(v.StateWord()), Style: th.Title},
		{Text: "   " + r.timeText(took, reached), Style: th.Strong},
		{Text: "   " + kit.Count(reached) + " of " + kit.Count(v.Plan.N()) + " " + runs.WordingOf(v.Plan).Reached(v.Plan.N()), Style: th.Strong},
	}
	if v.Failed > 0 {
		first = append(first, kit.Span{Text: "   " + kit.Count(v.Failed) + " failed", Style: th.Error})
	}
	out := kit.FoldLine(width, headIndent, headMost, first...)
	if spans := r.moneySpans(); len(spans) > 0 {
		out = append(out, kit.FoldLine(width, headIndent, headMost, spans...)...)
	}
	out = append(out, r.phaseLines(width)...)
	return append(out, kit.Meter(th, width, reached, v.Plan.N()))
}

// timeText says how long it has taken and of how long: as expected, or, once that is over, as its pace
// tells.
func (r *Screen) timeText(took time.Duration, reached int) string {
	v := r.entry.Progress
	expected := v.ETA.AllGone
	if !v.Going() || expected <= 0 || took <= expected {
		return words.Clock(took) + " of " + words.ETA(expected)
	}
	text := words.Clock(took)
	if left := v.Plan.N() - reached; left > 0 && reached > 0 {
		text += " of " + words.ETA(took+took*time.Duration(left)/time.Duration(reached))
	}
	return text + ", longer than the " + words.ETA(expected) + " expected"
}

// Where a line of the head is too long it goes on in the next one, so indented, up to so many.
const (
	headIndent = 3
	headMost   = 3
)

// phaseLines count the steps by phase, and say what comes after them.
func (r *Screen) phaseLines(width int) []string {
	v := r.entry.Progress
	spans := []kit.Span{{Text: " steps:", Style: r.needs.Theme.Muted}}
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
			style = r.needs.Theme.OK
		case t.Over() > 0 || t.Called > 0:
			style = r.needs.Theme.Strong
		}
		if t.Failed > 0 {
			text += ", " + kit.Count(t.Failed) + " failed"
		}
		if t.Blocked > 0 {
			text += ", " + kit.Count(t.Blocked) + " blocked"
		}
		spans = append(spans, kit.Span{Text: words.If(len(spans) > 1, " ·"), Style: r.needs.Theme.Muted}, kit.Span{Text: " " + text, Style: style})
	}
	spans = append(spans, kit.Span{Text: "   fresh listing: " + r.listingWord(), Style: r.needs.Theme.Muted})
	return kit.FoldLine(width, headIndent, headMost, spans...)
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
