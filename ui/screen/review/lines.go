package review

import (
	"slices"
	"strings"
	"time"

	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/words"
)

// regionsLeast is how many regions are in sight without scrolling, where the plan has so many.
const regionsLeast = 5

// lines word the plan: what it is, what it is made of, what it leaves, its phases, its regions, and
// then one by one what was summed up above. Where there is no room for all that and some regions,
// the part above them is drawn tight, and what that leaves out stands below. It costs the regions
// and what is named one by one, which is drawn up to a bound.
func (r *Screen) lines(size kit.Size) []string {
	p, width := r.entry.Plan, size.W
	summary := slices.Concat(r.summaryLines(width), r.madeOfLines(width))
	if p.N() == 0 {
		return append(append(summary, kit.Line(width)), r.details(width)...)
	}
	regions := r.regionLines(width)
	top := slices.Concat(summary, r.leaves(width, sumsMost), r.warningLines(p.Warnings, warningsFirst, width), []string{kit.Line(width)}, r.phaseLines(width), []string{kit.Line(width)})
	rest := p.Warnings[min(len(p.Warnings), warningsFirst):]
	var later []string
	if len(top)+min(len(regions), 1+regionsLeast) > size.H {
		top = slices.Concat(summary, r.leaves(width, 1), r.firstWarning(width), r.phaseSumLines(width))
		rest = p.Warnings
		later = append(r.phaseLines(width), kit.Line(width))
	}
	out := slices.Concat(top, regions, []string{kit.Line(width)}, later)
	if p.Verb != plan.Delete {
		// What comes back is named before what does not, of which there may be hundreds.
		out = append(out, r.targetLines(width)...)
	}
	if len(rest) > 0 {
		out = append(append(out, r.warningLines(rest, leftOutMost, width)...), kit.Line(width))
	}
	return append(out, r.details(width)...)
}

// summaryLines are what the plan does, where and as whom, and how long it takes.
func (r *Screen) summaryLines(width int) []string {
	p, th := r.entry.Plan, r.needs.Theme
	var out []string
	add := func(spans ...kit.Span) { out = append(out, folded(width, spans...)...) }
	state := "nothing has run"
	switch {
	case r.entry.Resumable():
		state = "interrupted: what has run is verified before anything is repeated"
	case r.entry.Ended():
		state = "it has run"
	}
	frozen := r.needs.Clock.Full(p.FrozenAt)
	if width < 100 {
		frozen = r.needs.Clock.Short(p.FrozenAt)
	}
	origin, whence := th.Muted, runs.Origin(p)
	switch {
	case r.summary.rest != nil:
		origin, whence = th.Strong, r.summary.rest.text(p)
	case p.OutOfMarked() > 0:
		origin = th.Warning
	}
	add(kit.Span{Text: " " + strings.ToUpper(string(p.Verb)) + " " + words.Count(p.N(), "resource", "resources"), Style: th.Title},
		kit.Span{Text: "  " + whence, Style: origin})
	add(kit.Span{Text: " account ", Style: th.Muted}, kit.Span{Text: p.Account, Style: th.Strong}, kit.Span{Text: "   as ", Style: th.Muted},
		kit.Span{Text: words.ShortName(p.Caller.ARN), Style: th.Strong},
		kit.Span{Text: "   " + state + " · frozen " + frozen, Style: th.Muted})
	if p.Undoes != "" {
		add(kit.Span{Text: " takes back ", Style: th.Muted}, kit.Span{Text: "what the run of plan #" + runs.ShortDigest(p.Undoes) + " did", Style: th.Strong},
			kit.Span{Text: words.If(p.N() > 0, " to "+words.Noun(p.N(), "it", "them")), Style: th.Muted})
	}
	switch {
	case r.entry.Ended():
		add(kit.Span{Text: " ran until ", Style: th.Muted}, kit.Span{Text: r.needs.Clock.Full(r.entry.EndedAt), Style: th.Strong},
			kit.Span{Text: ": " + r.entry.HowItEnded()})
	case p.N() > 0:
		add(r.timeSpans()...)
	}
	return out
}

// madeOfLines are what it is made of.
func (r *Screen) madeOfLines(width int) []string {
	p, th := r.entry.Plan, r.needs.Theme
	var out []string
	for _, line := range runs.MadeOf(p) {
		spans := []kit.Span{{Text: " "}}
		for i, s := range line {
			style := th.Text
			if s.Warn {
				style = th.Warning
				s.Text = "! " + s.Text
			}
			spans = append(spans, kit.Span{Text: words.If(i > 0, " · "), Style: th.Muted}, kit.Span{Text: s.Text, Style: style})
		}
		out = append(out, folded(width, spans...)...)
	}
	if n := p.HiddenByFilter; n > 0 {
		text := " ! " + kit.Count(n) + words.Noun(n, " is", " are") + " hidden by the filter and in the plan: esc and clear it to see them"
		out = append(out, folded(width, kit.Span{Text: text, Style: th.Warning})...)
	}
	return out
}

// folded is a line that goes on in the next one where it is too long.
func folded(width int, spans ...kit.Span) []string { return kit.FoldLine(width, 3, 4, spans...) }

// timeSpans are when the plan, started now, will have reached its goals, and before that when
// nothing is billed any more, where anything is.
func (r *Screen) timeSpans() []kit.Span {
	d, eta, th := r.summary, r.summary.eta, r.needs.Theme
	at := func(t time.Duration) string { return "≈" + r.needs.Clock.Seconds(r.needs.Clock.Now().Add(t)) }
	spans := []kit.Span{{Text: " "}}
	if d.perHour > 0 || eta.BurningStops > 0 {
		spans = append(spans, kit.Span{Text: "burning stops ", Style: th.Muted}, kit.Span{Text: at(eta.BurningStops), Style: th.Strong},
			kit.Span{Text: " (" + words.Clock(eta.BurningStops) + d.burnText() + ") · ", Style: th.Muted})
	}
	return append(spans, kit.Span{Text: runs.WordingOf(r.entry.Plan).All(r.entry.Plan.N()) + " ", Style: th.Muted},
		kit.Span{Text: at(eta.AllGone), Style: th.Strong}, kit.Span{Text: " (" + words.Clock(eta.AllGone) + ")", Style: th.Muted})
}

func (d *summary) burnText() string {
	if d.perHour == 0 {
		return ""
	}
	return ", " + words.About(d.perHour, d.about) + "/h"
}

// warningsFirst is how many warnings stand above the plan; the rest stand below it, where they push
// nothing out of sight.
const warningsFirst = 3

// warningLines are warnings whole, up to so many, and how many more there are.
func (r *Screen) warningLines(texts []string, most, width int) []string {
	var out []string
	for _, text := range texts[:min(len(texts), most)] {
		for i, part := range kit.Wrap(text, max(1, width-4)) {
			sign := " ! "
			if i > 0 {
				sign = "   "
			}
			out = append(out, kit.Line(width, kit.Span{Text: sign + part, Style: r.needs.Theme.Warning}))
		}
	}
	if n := len(texts) - most; n > 0 {
		out = append(out, kit.Line(width, kit.Span{Text: " ! " + words.Count(n, "more warning", "more warnings") + " below", Style: r.needs.Theme.Warning}))
	}
	return out
}

// firstWarning is the first warning whole, and how many more there are.
func (r *Screen) firstWarning(width int) []string {
	texts := r.entry.Plan.Warnings
	if len(texts) == 0 {
		return nil
	}
	first := texts[0]
	if n := len(texts) - 1; n > 0 {
		first += " (" + words.Count(n, "more warning", "more warnings") + " below)"
	}
	return r.warningLines([]string{first}, 1, width)
}
