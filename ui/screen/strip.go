package screen

import (
	"strings"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/theme"
	"github.com/rootout/rootout/ui/words"
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
	// acts says that enter does what the line advises, so that the cursor goes back into the grid; it stays on lines that only open something.
	acts bool
}

// stripLabel is what a line's sign, its word and the blank behind it take.
const stripLabel = 10

// draw draws at most so many lines.
func (s *strip) draw(w *World, g *Grid, width, most int) []string {
	s.lines = w.stripLines(g, width-stripLabel)
	s.at = min(s.at, len(s.lines)-1)
	var out []string
	for i, l := range s.lines[:min(len(s.lines), most)] {
		sign := " "
		style := l.style
		if i == s.at {
			sign, style = "▸", w.Theme.Cursor
		}
		label := kit.Fit(l.label, stripLabel-2, kit.AlignLeft)
		spans := []kit.Span{{Text: sign + label + " ", Style: w.Theme.Strong}, {Text: l.text, Style: style}}
		if i == s.at && l.enter != nil {
			spans = append(spans, kit.Span{Text: "   enter", Style: w.Theme.Key})
		}
		out = append(out, kit.Line(width, spans...))
	}
	return out
}

// stripLines are the lines that have something to say.
func (w *World) stripLines(g *Grid, room int) []stripLine {
	var lines []stripLine
	add := func(l stripLine) {
		if l.text != "" {
			lines = append(lines, l)
		}
	}
	if w.Session != nil {
		for _, note := range w.Session.Notices {
			add(stripLine{label: "NOTE", text: note, style: w.Theme.Warning, enter: func(w *World) { w.Push(NewProse(w, "note", note, "")) }})
		}
	}
	add(stripLine{label: "NOTE", text: w.ScanEnded, style: w.Theme.Warning})
	if g.pic != nil && len(g.pic.all.Rows) > 0 {
		add(stripLine{label: "MONEY", text: w.moneyLine(g.pic.all, &g.pic.facts, room), enter: func(w *World) {
			l := NewList(w, Place{})
			l.sortBy(w, "rate", true)
			w.Push(l)
		}})
		add(stripLine{label: "BLIND", text: w.blindLine(g.pic.all), style: w.Theme.Warning, enter: func(w *World) { w.Push(NewFaults(w)) }})
	}
	add(stripLine{label: "BACK", text: w.backText(), style: w.Theme.Error, enter: func(w *World) { w.openBack() }, acts: true})
	next := w.advise(g)
	add(stripLine{label: "NEXT", text: next.next, style: w.Theme.Own, enter: next.enter, acts: true})
	return lines
}

// moneyLine says what it has cost, since when, and what it costs now. Where something that may cost was not counted, both are lower bounds.
func (w *World) moneyLine(grid *model.Grid, f *facts, room int) string {
	var sum model.Sum
	for i := range grid.Rows {
		sum.Add(pricedSum(grid, &grid.Rows[i]))
	}
	sign := ""
	if sum.AtLeast || sum.Disabled > 0 || sum.Unpriced > 0 {
		sign = words.AtLeast + " "
	}
	if sum.Estimated {
		sign += words.Estimate
	}
	if sum.PerHour == 0 && sum.Unpriced == 0 && f.spent == 0 {
		return ""
	}
	var parts []string
	switch {
	case f.spent > 0:
		// What is gone was paid for all the same.
		parts = append(parts, sign+mark(f.spentAbout && !sum.Estimated, words.Estimate)+words.Money(sum.SoFar+f.spent)+" spent, "+moneyWords(f.spent, f.spentAbout)+" of it by what is gone")
	case sum.SoFar > 0 && !sum.Since.IsZero():
		parts = append(parts, sign+words.Money(sum.SoFar)+" since "+w.sinceText(sum.Since))
	}
	now := sign + words.Money(sum.PerHour) + "/h now"
	if w.past() {
		now = sign + words.Money(sum.PerHour) + "/h at " + w.Clock.Short(w.Moment())
	}
	if sum.Uncounted > 0 {
		now += ", " + words.Count(sum.Uncounted, "cell", "cells") + " not counted"
	}
	if sum.Unpriced > 0 {
		now += ", " + kit.Count(sum.Unpriced) + " of unknown price"
	}
	parts = append(parts, now)
	if f.newRate > 0 && f.newRate < sum.PerHour {
		least := mark(sum.AtLeast || sum.Disabled > 0, words.AtLeast+" ")
		fresh := "new in " + words.Ago(w.Window) + ": " + least + moneyWords(f.newSoFar, f.newEstimated) + ", " + moneyWords(f.newRate, f.newEstimated) + "/h"
		if text := strings.Join(append(parts, fresh), "   "); kit.Width(text) <= room {
			return text
		}
	}
	return strings.Join(parts, "   ")
}

func (w *World) sinceText(t time.Time) string {
	if w.Clock.Now().Sub(t) > 300*24*time.Hour {
		return t.In(w.Clock.Zone()).Format("2006-01-02")
	}
	return w.Clock.Short(t)
}

// blindLine says where nothing can be seen.
func (w *World) blindLine(grid *model.Grid) string {
	var parts []string
	if n := grid.Disabled; n > 0 {
		parts = append(parts, words.Count(n, "region", "regions")+" disabled")
	}
	states := map[model.CellState]int{}
	for _, c := range grid.Troubled {
		if c.State != model.CellUnasked && c.State != model.CellScanning {
			states[c.State]++
		}
	}
	for s := model.CellPartial; s <= model.CellUnreachable; s++ {
		if n := states[s]; n > 0 {
			parts = append(parts, words.Count(n, "cell", "cells")+" "+s.String())
		}
	}
	return strings.Join(parts, " · ")
}

// mark is a sign where it holds.
func mark(holds bool, sign string) string {
	if holds {
		return sign
	}
	return ""
}
