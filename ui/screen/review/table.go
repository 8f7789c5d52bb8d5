package review

import (
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/theme"
	"github.com/rootout/rootout/ui/words"
)

// planColumn is a column of the table by region: the kinds that it adds up.
type planColumn struct {
	title string
	width int
	kinds []model.KindID
	phase model.Phase
}

// regionWidth is what the name and the place of a region take, etaWidth the time, leastLeftOut the
// least that is kept for what is left out.
const (
	regionWidth  = 33
	etaWidth     = 9
	leastLeftOut = 12
)

// columns are one for each kind, or, where those do not fit, one for each phase.
func (d *summary) columns(catalog *model.Catalog, width int) []planColumn {
	var byKind, byPhase []planColumn
	phases := map[model.Phase]int{}
	need := regionWidth + etaWidth + leastLeftOut
	for _, id := range d.kinds {
		k, ok := catalog.Kind(id)
		title := k.Title
		if !ok {
			title = string(id)
		}
		byKind = append(byKind, planColumn{title: title, width: max(kit.Width(title), 6) + 2, kinds: []model.KindID{id}})
		need += byKind[len(byKind)-1].width
		phase := d.phaseOf[id]
		at, known := phases[phase]
		if !known {
			at = len(byPhase)
			phases[phase] = at
			title := strings.ToUpper(phase.String())
			byPhase = append(byPhase, planColumn{title: title, width: kit.Width(title) + 2, phase: phase})
		}
		byPhase[at].kinds = append(byPhase[at].kinds, id)
	}
	if need <= width {
		return byKind
	}
	slices.SortFunc(byPhase, func(a, b planColumn) int { return int(a.phase) - int(b.phase) })
	return byPhase
}

// regionLines are the plan by region and kind.
func (r *Screen) regionLines(width int) []string {
	d := r.summary
	columns := d.columns(r.needs.Catalog, width)
	need := regionWidth + etaWidth + leastLeftOut
	for _, c := range columns {
		need += c.width
	}
	place := regionWidth - 18
	if need > width {
		place = 0 // The name of the region says it too.
	}
	head := []kit.Span{{Text: "   " + kit.Fit("REGION", 15+place, kit.AlignLeft), Style: r.needs.Theme.Header}}
	for _, c := range columns {
		head = append(head, kit.Span{Text: kit.Fit(c.title, c.width, kit.AlignRight), Style: r.needs.Theme.Header})
	}
	head = append(head, kit.Span{Text: kit.Fit("ETA", etaWidth, kit.AlignRight), Style: r.needs.Theme.Header}, kit.Span{Text: "  LEFT OUT", Style: r.needs.Theme.Header})
	out := []string{kit.Line(width, head...)}
	for i := range d.regions {
		x := &d.regions[i]
		spans := []kit.Span{{Text: "   " + kit.Fit(x.name, 15, kit.AlignLeft) + kit.Fit(x.title, place, kit.AlignLeft)}}
		for _, c := range columns {
			spans = append(spans, x.cell(r.needs.Theme, c))
		}
		eta := "–"
		if t := d.eta.Regions[x.name]; t > 0 {
			eta = words.Clock(t)
		}
		spans = append(spans, kit.Span{Text: kit.Fit(eta, etaWidth, kit.AlignRight), Style: r.needs.Theme.Muted})
		if n := len(x.leftOut); n > 0 {
			spans = append(spans, kit.Span{Text: "  " + kit.Count(n) + ": " + named(x.leftOut), Style: r.needs.Theme.Warning})
		}
		out = append(out, kit.Line(width, spans...))
	}
	return out
}

func (x *regionSum) cell(th *theme.Theme, c planColumn) kit.Span {
	n := 0
	for _, kind := range c.kinds {
		n += x.counts[kind]
	}
	style := th.Text
	if n == 0 {
		style = th.Muted
	}
	return kit.Span{Text: kit.Fit(kit.Count(n), c.width, kit.AlignRight), Style: style}
}

// leftOutMost bounds how many of what is named one by one is; the rest is counted.
const leftOutMost = 200

// targetLines name what a plan changes that is no removal: there a mistake lies in which things
// come back, and there are few.
func (r *Screen) targetLines(width int) []string {
	p := r.entry.Plan
	word := map[plan.Goal]string{plan.Exists: "made again", plan.Changed: "changed", plan.Gone: "removed"}
	var out []string
	for i := range p.Targets[:min(p.N(), leftOutMost)] {
		t := &p.Targets[i]
		thing := words.ShortName(model.Clean(t.Ref.ID))
		if kind := r.kindWord(t.Ref.Kind); !strings.HasPrefix(thing, kind+"/") {
			thing += " (" + kind + ")"
		}
		thing += words.In(t.Ref.Region)
		out = append(out, r.wrapped(width, kit.Fit(word[t.Goal], 12, kit.AlignLeft), thing, "", r.needs.Theme.Text)...)
	}
	if more := p.N() - leftOutMost; more > 0 {
		out = append(out, kit.Line(width, kit.Span{Text: "   and " + kit.Count(more) + " more", Style: r.needs.Theme.Text}))
	}
	return append(out, kit.Line(width))
}

// kindWord is what one thing of a kind is called.
func (r *Screen) kindWord(kind model.KindID) string {
	if k, ok := r.needs.Catalog.Kind(kind); ok && len(k.Aliases) > 0 {
		return k.Aliases[0]
	}
	return string(kind)
}
