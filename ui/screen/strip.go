package screen

import (
	"strings"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/theme"
)

// strip is the few lines above the grid: what it costs, where nothing can be seen, what to do next.
type strip struct {
	// at is the line that has the focus, -1 while the grid has it.
	at    int
	lines []stripLine
	// height is how many lines stood above the grid in the last drawing, screenHeight how many the whole had.
	height, screenHeight int
}

// stripLine is one line: its word, its text, and what enter does.
type stripLine struct {
	label, text string
	style       theme.Style
	enter       func(w *World)
}

// draw draws at most so many lines.
func (s *strip) draw(w *World, g *Grid, width, most int) []string {
	s.lines = w.stripLines(g)
	s.at = min(s.at, len(s.lines)-1)
	var out []string
	for i, l := range s.lines[:min(len(s.lines), most)] {
		sign := " "
		style := l.style
		if i == s.at {
			sign, style = "▸", w.Theme.Cursor
		}
		label := kit.Fit(l.label, 8, kit.AlignLeft)
		spans := []kit.Span{{Text: sign + label + " ", Style: w.Theme.Strong}, {Text: l.text, Style: style}}
		if i == s.at && l.enter != nil {
			spans = append(spans, kit.Span{Text: "   enter", Style: w.Theme.Key})
		}
		out = append(out, kit.Line(width, spans...))
	}
	return out
}

// stripLines are the lines that have something to say.
func (w *World) stripLines(g *Grid) []stripLine {
	var lines []stripLine
	add := func(l stripLine) {
		if l.text != "" {
			lines = append(lines, l)
		}
	}
	if w.Session != nil {
		for _, note := range w.Session.Notices {
			add(stripLine{label: "NOTE", text: note, style: w.Theme.Warning})
		}
	}
	add(stripLine{label: "NOTE", text: w.ScanEnded, style: w.Theme.Warning})
	if g.pic != nil && len(g.pic.all.Rows) > 0 {
		add(stripLine{label: "MONEY", text: w.moneyLine(g.pic.all), enter: func(w *World) {
			l := NewList(w, Place{})
			l.sortBy(w, "rate", true)
			w.Push(l)
		}})
		add(stripLine{label: "BLIND", text: w.blindLine(g.pic.all), style: w.Theme.Warning, enter: func(w *World) { w.Push(NewFaults(w)) }})
	}
	text, enter := w.nextLine(g)
	add(stripLine{label: "NEXT", text: text, style: w.Theme.Own, enter: enter})
	return lines
}

// moneyLine says what it has cost, since when, and what it costs now. Where something that may cost was not counted, both are lower bounds.
func (w *World) moneyLine(grid *model.Grid) string {
	var sum model.Sum
	for i := range grid.Rows {
		sum.Add(pricedSum(grid, &grid.Rows[i]))
	}
	sign := ""
	if sum.AtLeast || sum.Disabled > 0 || sum.Unpriced > 0 {
		sign = signAtLeast + " "
	}
	if sum.Estimated {
		sign += signEstimate
	}
	if sum.PerHour == 0 && sum.Unpriced == 0 {
		return ""
	}
	var parts []string
	if sum.SoFar > 0 && !sum.Since.IsZero() {
		parts = append(parts, sign+moneyText(sum.SoFar)+" since "+w.sinceText(sum.Since))
	}
	now := sign + moneyText(sum.PerHour) + "/h now"
	if sum.Uncounted > 0 {
		now += ", " + count(sum.Uncounted, "cell", "cells") + " not counted"
	}
	if sum.Unpriced > 0 {
		now += ", " + kit.Count(sum.Unpriced) + " of unknown price"
	}
	return strings.Join(append(parts, now), "   ")
}

func (w *World) sinceText(t time.Time) string {
	if w.Now().Sub(t) > 300*24*time.Hour {
		return t.In(w.Zone()).Format("2006-01-02")
	}
	return w.hourText(t)
}

// blindLine says where nothing can be seen.
func (w *World) blindLine(grid *model.Grid) string {
	var parts []string
	if n := grid.Disabled; n > 0 {
		parts = append(parts, count(n, "region", "regions")+" disabled")
	}
	states := map[model.CellState]int{}
	for _, c := range grid.Troubled {
		if c.State != model.CellUnasked && c.State != model.CellScanning {
			states[c.State]++
		}
	}
	for s := model.CellPartial; s <= model.CellUnreachable; s++ {
		if n := states[s]; n > 0 {
			parts = append(parts, count(n, "cell", "cells")+" "+s.String())
		}
	}
	return strings.Join(parts, " · ")
}

// nextLine is the step that is likely next, and what enter does about it.
func (w *World) nextLine(g *Grid) (string, func(*World)) {
	entry := w.lastRun()
	switch {
	case entry != nil && entry.Going():
		v := entry.View
		return "the run is at " + kit.Count(v.gone) + " of " + kit.Count(v.plan.N()) + ": enter to watch it",
			func(w *World) { w.Push(NewRunScreen(entry)) }
	case w.interrupted() != nil:
		p := w.interrupted()
		return "a run of " + kit.Count(p.Plan.N()) + " was interrupted: 5 lists it, its phrase resumes it", func(w *World) { w.OpenPlans() }
	case w.Marks.Len() > 0:
		if why := w.cannotPlan(); why != "" {
			return kit.Count(w.Marks.Len()) + " marked; " + why, nil
		}
		return "x review plan (" + kit.Count(w.Marks.Len()) + " marked): nothing runs before you type its phrase", func(w *World) { w.Review() }
	case g.pic == nil || w.Inventory.Live().Progress().FirstPass:
		return "", nil
	case g.filter.Text() == "" && g.pic.all.Total.New > 0:
		return kit.Count(g.pic.all.Total.New) + " of " + kit.Count(g.pic.all.Total.Count) + " are new in " + agoText(w.Window) +
			": / and type age<" + agoText(w.Window), func(*World) { g.strip.at = -1; g.filter.Open() }
	case g.filter.Text() != "" && g.pic.shown.Total.Count > 0:
		return "* marks the " + kit.Count(g.pic.shown.Total.Count) + " that the filter shows; space marks a row or a cell of them", nil
	}
	return "", nil
}
