package grid

import (
	"strings"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/theme"
	"github.com/rootout/rootout/ui/words"
)

// strip is the few lines above the grid: what it costs, where nothing can be seen, what to do next.
type strip struct {
	// at is the line that has the focus, -1 while the grid has it.
	at    int
	lines []stripLine
	// drawn says of each line that was drawn above the grid which of lines it belongs to.
	drawn []int
	// next is the advice that the line NEXT gives in the last drawing.
	next advice
	// height is how many lines stood above the grid in the last drawing, screenHeight how many the
	// whole had.
	height, screenHeight int
}

// stripLine is one line: its word, its text, and what enter does.
type stripLine struct {
	label, text string
	// key does what the text says, from anywhere on the grid; "" for none.
	key   string
	style theme.Style
	enter func()
	// acts says that enter does what the line advises, so that the cursor goes back into the grid;
	// it stays on lines that only open something.
	acts bool
}

// stripLabel is what a line's sign, its word and the blank behind it take.
const stripLabel = 10

// draw draws at most so many lines.
func (s *strip) draw(g *Screen, width, most int) []string {
	s.lines = g.stripLines(width - stripLabel)
	s.at = min(s.at, len(s.lines)-1)
	s.drawn = nil
	var out []string
	for i, l := range s.lines {
		if len(out) >= most {
			break
		}
		sign := " "
		style := l.style
		if i == s.at {
			sign, style = "▸", g.needs.Theme.Cursor
		}
		label := kit.Fit(l.label, stripLabel-2, kit.AlignLeft)
		spans := []kit.Span{{Text: sign + label + " ", Style: g.needs.Theme.Strong}}
		if l.key != "" {
			spans = append(spans, kit.Span{Text: l.key, Style: g.needs.Theme.Key}, kit.Span{Text: " "})
		}
		spans = append(spans, kit.Span{Text: l.text, Style: style})
		if i == s.at && l.enter != nil {
			spans = append(spans, kit.Span{Text: "   enter", Style: g.needs.Theme.Key})
		}
		folded := kit.FoldLine(width, stripLabel, min(stripMost, most-len(out)), spans...)
		out = append(out, folded...)
		for range folded {
			s.drawn = append(s.drawn, i)
		}
	}
	return out
}

// stripMost is over how many lines one of the strip may go.
const stripMost = 2

// stripLines are the lines that have something to say.
func (g *Screen) stripLines(room int) []stripLine {
	var lines []stripLine
	add := func(l stripLine) {
		if l.text != "" {
			lines = append(lines, l)
		}
	}
	for _, note := range g.needs.Connection.Notices() {
		add(stripLine{label: "NOTE", text: note, style: g.needs.Theme.Warning, enter: func() {
			g.needs.Open.Text(screen.TextRequest{Title: "note", Text: note, Prose: true})
		}})
	}
	add(stripLine{label: "NOTE", text: g.needs.Account.Ended(), style: g.needs.Theme.Warning})
	if trouble := g.needs.Account.Progress().Trouble; trouble != nil {
		text := trouble.Error()
		add(stripLine{label: "NOTE", text: text, style: g.needs.Theme.Warning, enter: func() {
			g.needs.Open.Text(screen.TextRequest{Title: "note", Text: text, Prose: true})
		}})
	}
	if g.pic != nil && len(g.pic.all.Rows) > 0 {
		add(stripLine{label: "MONEY", text: g.moneyLine(g.pic.all, &g.pic.facts, room), enter: func() {
			g.needs.Open.List(screen.ListRequest{SortBy: "rate", Descending: true})
		}})
		add(stripLine{label: "BLIND", text: g.blindLine(g.pic.all), style: g.needs.Theme.Warning, enter: func() { g.needs.Open.Faults() }})
	}
	add(stripLine{label: "LEFT", text: g.leftLine(), style: g.needs.Theme.Warning, enter: g.askLeft})
	add(stripLine{label: "BACK", text: g.needs.Respawned.Text(), style: g.needs.Theme.Error, enter: func() { g.needs.Open.Respawned() }, acts: true})
	g.strip.next = g.advise()
	next := stripLine{label: "NEXT", text: g.strip.next.next, style: g.needs.Theme.Own, enter: g.strip.next.do, acts: true}
	if next.enter != nil {
		next.key = nextKey
	}
	add(next)
	return lines
}

// moneyLine says what is new, what it costs now, what it has cost and since when. Where something that may cost
// was not counted, both are lower bounds.
func (g *Screen) moneyLine(grid *model.Grid, f *facts, room int) string {
	var sum model.Sum
	for i := range grid.Rows {
		sum.Add(pricedSum(grid, &grid.Rows[i]))
	}
	sign := ""
	sum.Add(pricedGlobal(grid))
	behind := len(g.left())
	// What ran up a bill before this console began, and is gone, is not in the sum.
	since, more := sum.Since, false
	if earlier := g.needs.Account.Billed(); !earlier.IsZero() && (since.IsZero() || earlier.Before(since)) {
		since, more = earlier, true
	}
	if sum.LowerBound() || sum.Unpriced > 0 || behind > 0 {
		sign = words.AtLeast + " "
	}
	if sum.Estimated {
		sign += words.Estimate
	}
	if sum.PerHour == 0 && sum.Unpriced == 0 && f.spent == 0 && behind == 0 {
		return ""
	}
	var parts []string
	switch {
	case f.spent > 0:
		// What is gone was paid for all the same.
		parts = append(parts, sign+words.If(f.spentAbout && !sum.Estimated, words.Estimate)+words.Money(sum.SoFar+f.spent)+" spent, "+words.About(f.spent, f.spentAbout)+" of it by what is gone")
	case sum.SoFar > 0 && !since.IsZero():
		least := words.If(more && !strings.HasPrefix(sign, words.AtLeast), words.AtLeast+" ")
		parts = append(parts, least+sign+words.Money(sum.SoFar)+" since "+g.sinceText(since))
	}
	now := sign + words.Money(sum.PerHour) + "/h now"
	if g.needs.Account.Past() {
		now = sign + words.Money(sum.PerHour) + "/h at " + g.needs.Clock.Short(g.needs.Account.Moment())
	}
	plain := now
	if sum.Uncounted > 0 {
		now += ", " + words.Count(sum.Uncounted, "priced cell", "priced cells") + " not counted"
	}
	if sum.Unpriced > 0 {
		now += ", " + kit.Count(sum.Unpriced) + " of unknown price"
	}
	if behind > 0 {
		now += ", " + kit.Count(behind) + " left behind not counted"
	}
	if f.newRate > 0 && f.newRate < sum.PerHour {
		return newFirst(g.freshText(f, sum.LowerBound()), plain, now, parts, room)
	}
	return strings.Join(append(parts, now), "   ")
}

// freshText is what is new in the window: what it has cost, and what it costs.
func (g *Screen) freshText(f *facts, lower bool) string {
	return "new in " + words.Ago(g.needs.Window) + ": " + words.If(lower, words.AtLeast+" ") + words.About(f.newSoFar, f.newEstimated) +
		", " + words.About(f.newRate, f.newEstimated) + "/h"
}

// newFirst leads with what is new: what is billed since long ago is not the intruder's. What does not
// fit goes, the whole bill first, then what is not in the sum.
func newFirst(fresh, plain, now string, all []string, room int) string {
	tries := [][]string{{fresh, now}, {fresh, plain}}
	for _, text := range all {
		tries = append([][]string{{fresh, now, "in all " + text}, {fresh, plain, "in all " + text}}, tries...)
	}
	for _, parts := range tries {
		if text := strings.Join(parts, "   "); kit.Width(text) <= room {
			return text
		}
	}
	return fresh
}

func (g *Screen) sinceText(t time.Time) string {
	if g.needs.Clock.Now().Sub(t) > 300*24*time.Hour {
		return t.In(g.needs.Clock.Zone()).Format("2006-01-02")
	}
	return g.needs.Clock.Short(t)
}

// blindLine says where nothing can be seen.
func (g *Screen) blindLine(grid *model.Grid) string {
	var parts []string
	if n := grid.Disabled; n > 0 {
		parts = append(parts, words.Count(n, "region", "regions")+" disabled")
	}
	if n := grid.LeftOut; n > 0 {
		parts = append(parts, words.Count(n, "region", "regions")+" left out")
	}
	states := map[model.CellState]int{}
	for _, c := range grid.Troubled {
		if c.State != model.CellUnasked && c.State != model.CellScanning {
			states[c.State]++
		}
	}
	n, sorts := 0, []string{}
	for s := model.CellPartial; s <= model.CellUnreadable; s++ {
		if states[s] > 0 {
			n += states[s]
			sorts = append(sorts, kit.Count(states[s])+" "+s.String())
		}
	}
	if n > 0 {
		parts = append(parts, words.Count(n, "cell", "cells")+" not counted: "+strings.Join(sorts, ", "))
	}
	return strings.Join(parts, " · ")
}
