package review

import (
	"strings"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/words"
)

// lines words the plan. It costs the regions and what is named one by one, which is drawn up to a
// bound.
func (r *Screen) lines(width int) []string {
	d, p, th := r.summary, r.entry.Plan, r.needs.Theme
	var out []string
	add := func(spans ...kit.Span) { out = append(out, kit.Line(width, spans...)) }
	state := "nothing has run"
	if r.entry.Interrupted {
		state = "interrupted: what has run is verified before anything is repeated"
	}
	add(kit.Span{Text: " " + strings.ToUpper(string(p.Verb)) + " " + words.Count(p.N(), "resource", "resources"), Style: th.Title},
		kit.Span{Text: "   frozen " + r.needs.Clock.Full(p.FrozenAt) + ", " + state, Style: th.Muted})
	add(kit.Span{Text: " account ", Style: th.Muted}, kit.Span{Text: p.Account, Style: th.Strong}, kit.Span{Text: "   as ", Style: th.Muted},
		kit.Span{Text: words.ShortName(p.Caller.ARN), Style: th.Strong})
	if p.Undoes != "" {
		add(kit.Span{Text: " takes back ", Style: th.Muted}, kit.Span{Text: "what the run of plan #" + runs.ShortDigest(p.Undoes) + " did", Style: th.Strong},
			kit.Span{Text: words.If(p.N() > 0, " to "+words.Noun(p.N(), "it", "them")), Style: th.Muted})
		if n := len(p.LeftOut); n > 0 && p.N() > 0 {
			add(kit.Span{Text: " " + kit.Count(n) + " more " + words.Noun(n, "is", "are") + " not put back: why stands below", Style: th.Warning})
		}
	}
	if d.because > 0 || p.HiddenByFilter > 0 {
		var parts []string
		if d.because > 0 {
			parts = append(parts, kit.Count(d.because)+" of them because of their owners")
		}
		if p.HiddenByFilter > 0 {
			parts = append(parts, kit.Count(p.HiddenByFilter)+words.Noun(p.HiddenByFilter, " is", " are")+" hidden by the filter and in the plan: esc, take the filter away to see them")
		}
		add(kit.Span{Text: " " + strings.Join(parts, " · "), Style: th.Warning})
	}
	first := min(len(p.Warnings), warningsFirst)
	out = append(out, r.warningLines(p.Warnings[:first], width)...)
	if n := len(p.Warnings) - first; n > 0 {
		add(kit.Span{Text: " ! " + words.Count(n, "more warning", "more warnings") + " below", Style: th.Warning})
	}
	add()
	for i := range d.phases {
		add(r.phaseSpans(i, width)...)
	}
	add()
	out = append(out, r.regionLines(width)...)
	add()
	if p.N() > 0 && p.Verb != plan.Delete {
		// What comes back is named before what does not, of which there may be hundreds.
		add(r.timeSpans()...)
		add()
		out = append(out, r.targetLines(width)...)
	}
	out = append(out, r.leftOutLines(width)...)
	if rest := p.Warnings[first:]; len(rest) > 0 {
		out = append(out, append(r.warningLines(rest[:min(len(rest), leftOutMost)], width), kit.Line(width))...)
	}
	if p.N() > 0 && p.Verb == plan.Delete {
		add(r.timeSpans()...)
	}
	return out
}

// timeSpans are when the plan will have reached its goals, started now, and before that when
// nothing is billed any more, where anything is.
func (r *Screen) timeSpans() []kit.Span {
	d, eta, th := r.summary, r.entry.Plan.ETA, r.needs.Theme
	at := func(t time.Duration) string { return "≈" + r.needs.Clock.Seconds(r.needs.Clock.Now().Add(t)) }
	spans := []kit.Span{{Text: " started now, ", Style: th.Muted}}
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

func (r *Screen) warningLines(texts []string, width int) []string {
	var out []string
	for _, text := range texts {
		for i, part := range kit.Wrap(text, max(1, width-4)) {
			sign := " ! "
			if i > 0 {
				sign = "   "
			}
			out = append(out, kit.Line(width, kit.Span{Text: sign + part, Style: r.needs.Theme.Warning}))
		}
	}
	return out
}

// phaseSpans is one phase: its number, what it touches, how long it takes, how far it can be taken
// back.
func (r *Screen) phaseSpans(i, width int) []kit.Span {
	s := &r.summary.phases[i]
	return []kit.Span{
		{Text: " " + kit.Count(i+1) + " " + kit.Fit(s.phase.String(), 9, kit.AlignLeft), Style: r.needs.Theme.Strong},
		{Text: kit.Fit(r.countsText(s), r.countsWidth(width), kit.AlignLeft)},
		{Text: "  ≈" + kit.Fit(words.Clock(r.entry.Plan.ETA.Phases[s.phase]), 8, kit.AlignLeft), Style: r.needs.Theme.Muted},
		{Text: s.undoText(), Style: r.needs.Theme.Muted},
	}
}

// countsText is what a phase touches, by kind.
func (r *Screen) countsText(s *phaseSum) string {
	parts := make([]string, len(s.counts))
	for i, c := range s.counts {
		parts[i] = words.KindCount(r.needs.Catalog, c.kind, c.n)
	}
	return strings.Join(parts, " · ")
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

// undoText says how far a phase can be taken back; of one that puts things back, by what it does.
func (s *phaseSum) undoText() string {
	undo := "cannot be taken back"
	switch {
	case s.phase == model.Restore:
		return "from the evidence"
	case s.undo[model.UndoNot] > 0 && len(s.undo) > 1:
		undo = "partly cannot be taken back"
	case s.undo[model.UndoNot] > 0:
	case s.undo[model.UndoPartly] > 0:
		undo = "can be made again from the evidence"
	default:
		undo = "can be taken back"
	}
	if len(s.how) > 0 && s.undo[model.UndoNot] == 0 {
		undo += ": " + strings.Join(s.how, "; ")
	}
	return undo
}
