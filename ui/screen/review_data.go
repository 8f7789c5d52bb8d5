package screen

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// reviewData is a plan added up for the eye; it is made beside the loop.
type reviewData struct {
	phases  []phaseSum
	regions []regionSum
	// kinds are the kinds that have targets; behind counts those that go with their owner's step.
	kinds   []model.KindID
	because int
	perHour float64
	about   bool
	// inTheWay are the ARNs of what was left out and of what uses it, where nothing is left to remove.
	inTheWay []string
}

type phaseSum struct {
	phase  model.Phase
	counts []kindCount
	steps  int
	undo   map[model.Undo]int
	how    []string
}

type kindCount struct {
	kind model.KindID
	n    int
}

type regionSum struct {
	name, title string
	counts      map[model.KindID]int
	leftOut     []string
}

// readPlan adds a plan up.
func readPlan(p *plan.Plan, snap *model.Snapshot, catalog *model.Catalog) *reviewData {
	d := &reviewData{}
	regions := map[string]*regionSum{}
	region := func(name string) *regionSum {
		if regions[name] == nil {
			regions[name] = &regionSum{name: name, title: regionTitle(snap, name), counts: map[model.KindID]int{}}
		}
		return regions[name]
	}
	kinds := map[model.KindID]bool{}
	for i := range p.Targets {
		t := &p.Targets[i]
		region(t.Ref.Region).counts[t.Ref.Kind]++
		kinds[t.Ref.Kind] = true
		d.perHour += t.USDPerHour
		d.about = d.about || t.Estimated
		if !t.Because.IsZero() {
			d.because++
		}
	}
	for i := range p.LeftOut {
		l := &p.LeftOut[i]
		r := region(l.Ref.Region)
		word := l.Name
		if l.Protected {
			word += " (protected)"
		}
		r.leftOut = append(r.leftOut, word)
	}
	d.kinds = inOrder(catalog, maps.Keys(kinds))
	for _, r := range regions {
		d.regions = append(d.regions, *r)
	}
	slices.SortFunc(d.regions, func(a, b regionSum) int {
		return cmp.Or(cmp.Compare(p.ETA.Regions[b.name], p.ETA.Regions[a.name]), strings.Compare(a.name, b.name))
	})
	d.phases = readPhases(p, catalog)
	if p.N() == 0 {
		d.inTheWay = inTheWay(p, snap)
	}
	return d
}

// inTheWay names what was left out and what uses it, the latter first, up to a bound.
func inTheWay(p *plan.Plan, snap *model.Snapshot) []string {
	graph := model.NewGraph(snap)
	var arns []string
	add := func(arn string) {
		if arn != "" && len(arns) < backMost && !slices.Contains(arns, arn) {
			arns = append(arns, arn)
		}
	}
	for i := range p.LeftOut {
		for _, user := range slices.Concat(graph.Users(p.LeftOut[i].Ref), graph.Children(p.LeftOut[i].Ref)) {
			if user.Counts {
				add(user.ARN)
			}
		}
	}
	for i := range p.LeftOut {
		add(p.LeftOut[i].ARN)
	}
	return arns
}

// inOrder puts kinds into the catalog's order; what it does not know stands last.
func inOrder(catalog *model.Catalog, kinds iter.Seq[model.KindID]) []model.KindID {
	place := map[model.KindID]int{}
	for i, k := range catalog.Kinds() {
		place[k.ID] = i - len(catalog.Kinds())
	}
	return slices.SortedFunc(kinds, func(a, b model.KindID) int {
		return cmp.Or(cmp.Compare(place[a], place[b]), strings.Compare(string(a), string(b)))
	})
}

func regionTitle(snap *model.Snapshot, name string) string {
	for _, r := range snap.Regions {
		if r.Name == name {
			return r.Title
		}
	}
	return ""
}

// readPhases counts in each phase the resources that its steps name, each once.
func readPhases(p *plan.Plan, catalog *model.Catalog) []phaseSum {
	var sums []phaseSum
	for phase := model.Silence; phase <= model.Verify; phase++ {
		sum := phaseSum{phase: phase, undo: map[model.Undo]int{}}
		seen := map[model.Ref]bool{}
		counts := map[model.KindID]int{}
		for i := range p.Steps {
			s := &p.Steps[i]
			if s.Phase != phase {
				continue
			}
			sum.steps++
			sum.undo[s.Undo]++
			if s.UndoHow != "" && !slices.Contains(sum.how, s.UndoHow) && len(sum.how) < 3 {
				sum.how = append(sum.how, s.UndoHow)
			}
			for _, ref := range s.Targets {
				if !seen[ref] {
					seen[ref] = true
					counts[ref.Kind]++
				}
			}
		}
		for _, k := range inOrder(catalog, maps.Keys(counts)) {
			sum.counts = append(sum.counts, kindCount{k, counts[k]})
		}
		if sum.steps > 0 {
			sums = append(sums, sum)
		}
	}
	return sums
}

// lines words the plan. It costs the regions and what is left out, which is drawn up to a bound.
func (d *reviewData) lines(w *World, e *PlanEntry, width int) []string {
	p, th := e.Plan, w.Theme
	var out []string
	add := func(spans ...kit.Span) { out = append(out, kit.Line(width, spans...)) }
	state := "nothing has run"
	if e.Interrupted {
		state = "interrupted: what has run is verified before anything is repeated"
	}
	add(kit.Span{Text: " " + strings.ToUpper(p.Verb) + " " + words.Count(p.N(), "resource", "resources"), Style: th.Title},
		kit.Span{Text: "   frozen " + w.Clock.Full(p.FrozenAt) + ", " + state, Style: th.Muted})
	add(kit.Span{Text: " account ", Style: th.Muted}, kit.Span{Text: p.Account, Style: th.Strong}, kit.Span{Text: "   as ", Style: th.Muted},
		kit.Span{Text: words.ShortName(p.Caller.ARN), Style: th.Strong})
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
	out = append(out, warningLines(w, p.Warnings[:first], width)...)
	if n := len(p.Warnings) - first; n > 0 {
		add(kit.Span{Text: " ! " + words.Count(n, "more warning", "more warnings") + " below", Style: th.Warning})
	}
	add()
	for i := range d.phases {
		add(d.phaseSpans(w, p, i, width)...)
	}
	add()
	out = append(out, d.regionLines(w, p, width)...)
	add()
	out = append(out, leftOutLines(w, p, width)...)
	if rest := p.Warnings[first:]; len(rest) > 0 {
		out = append(out, append(warningLines(w, rest[:min(len(rest), leftOutMost)], width), kit.Line(width))...)
	}
	if p.N() == 0 {
		return out
	}
	at := func(d time.Duration) string { return w.Clock.Now().Add(d).In(w.Clock.Zone()).Format("15:04:05") }
	add(kit.Span{Text: " started now, burning stops ", Style: th.Muted}, kit.Span{Text: "≈" + at(p.ETA.BurningStops), Style: th.Strong},
		kit.Span{Text: " (" + words.Clock(p.ETA.BurningStops) + d.burnText() + ") · all gone ", Style: th.Muted},
		kit.Span{Text: "≈" + at(p.ETA.AllGone), Style: th.Strong}, kit.Span{Text: " (" + words.Clock(p.ETA.AllGone) + ")", Style: th.Muted})
	return out
}

func (d *reviewData) burnText() string {
	if d.perHour == 0 {
		return ""
	}
	sign := ""
	if d.about {
		sign = words.Estimate
	}
	return ", " + sign + words.Money(d.perHour) + "/h"
}

// warningsFirst is how many warnings stand above the plan; the rest stand below it, where they push nothing out of sight.
const warningsFirst = 3

func warningLines(w *World, texts []string, width int) []string {
	var out []string
	for _, text := range texts {
		for i, part := range kit.Wrap(text, max(1, width-4)) {
			sign := " ! "
			if i > 0 {
				sign = "   "
			}
			out = append(out, kit.Line(width, kit.Span{Text: sign + part, Style: w.Theme.Warning}))
		}
	}
	return out
}

// phaseSpans is one phase: its number, what it touches, how long it takes, how far it can be taken back.
func (d *reviewData) phaseSpans(w *World, p *plan.Plan, i, width int) []kit.Span {
	s := &d.phases[i]
	parts := make([]string, len(s.counts))
	for j, c := range s.counts {
		parts[j] = words.KindCount(w.Catalog, c.kind, c.n)
	}
	undo := "cannot be taken back"
	switch {
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
	return []kit.Span{
		{Text: " " + kit.Count(i+1) + " " + kit.Fit(s.phase.String(), 9, kit.AlignLeft), Style: w.Theme.Strong},
		{Text: kit.Fit(strings.Join(parts, " · "), min(44, max(20, width-46)), kit.AlignLeft)},
		{Text: "  ≈" + kit.Fit(words.Clock(p.ETA.Phases[s.phase]), 8, kit.AlignLeft), Style: w.Theme.Muted},
		{Text: undo, Style: w.Theme.Muted},
	}
}

// etaText is a duration or an em dash where none is known.
func etaText(d time.Duration) string {
	if d <= 0 {
		return "–"
	}
	return "~" + words.Clock(d)
}
