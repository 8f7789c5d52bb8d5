package timeline

import (
	"math"
	"strings"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/history"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// head is how much happened when, and how far was read.
func (s *Screen) head(width int) []string {
	th := s.needs.Theme
	read, whole := s.regionsRead()
	style := th.Muted
	if !whole {
		style = th.Warning
	}
	until := s.end()
	time := s.moment(until.Add(-s.span)) + " to " + s.moment(until)
	if s.until.IsZero() {
		time = "the last " + words.Ago(s.span)
	}
	lines := []string{
		s.spark(width, " changes ", func(h *history.Shown) []int { return h.Histogram.Writes }),
		s.spark(width, " refused ", func(h *history.Shown) []int { return h.Histogram.Errors }),
		kit.Spread(width, []kit.Span{{Text: " " + time + " " + s.needs.Clock.ZoneName(), Style: th.Strong}, {Text: s.chosen(), Style: th.Text}},
			[]kit.Span{{Text: read + " ", Style: style}}),
	}
	if ended := s.needs.History.Ended(); ended != "" {
		lines = append(lines, kit.Line(width, kit.Span{Text: " " + model.Clean(ended), Style: th.Warning}))
	}
	return lines
}

// chosen says what is listed of what there is.
func (s *Screen) chosen() string {
	if s.shown == nil {
		return ""
	}
	text := "  " + words.Count(s.shown.Matching, "event", "events")
	if s.shown.Partial {
		text = "  " + kit.Count(s.shown.Matching) + "+ events…"
	}
	if s.only != "" {
		text += " of " + model.Clean(s.onlyLabel)
	}
	if n := s.shown.Unlisted; n > 0 {
		text += ", " + words.Count(n, "read", "reads") + " not listed"
	}
	if f := s.filter.Text(); f != "" {
		text += "   / " + model.Clean(f)
	}
	return text
}

// spark is a line of the histogram, with its highest part.
func (s *Screen) spark(width int, name string, of func(*history.Shown) []int) string {
	th := s.needs.Theme
	if s.shown == nil {
		return kit.Line(width, kit.Span{Text: name, Style: th.Muted})
	}
	counts := of(s.shown)
	wide := max(1, width-len(name)-18)
	per := (len(counts) + wide - 1) / wide
	var values []float64
	most := 0
	for at := 0; at < len(counts); at += per {
		sum := 0
		for _, n := range counts[at:min(at+per, len(counts))] {
			sum += n
		}
		most = max(most, sum)
		values = append(values, float64(sum))
	}
	s.unknown(values)
	each := s.shown.Wish.Until.Sub(s.shown.Wish.Since) / time.Duration(max(1, len(values)))
	return kit.Line(width, kit.Span{Text: name, Style: th.Muted}, kit.Span{Text: kit.Spark(values, len(values)), Style: th.Text},
		kit.Span{Text: " most " + kit.Count(most) + "/" + words.Ago(each), Style: th.Muted})
}

// unknown takes the zeros out of parts of the time that have not been read in all regions: nobody can
// tell that nothing happened.
func (s *Screen) unknown(values []float64) {
	reached := s.reached()
	since, whole := s.shown.Wish.Since, s.shown.Wish.Until.Sub(s.shown.Wish.Since)
	for i := range values {
		if values[i] == 0 && since.Add(whole/time.Duration(len(values))*time.Duration(i)).Before(reached) {
			values[i] = math.NaN()
		}
	}
}

// reached is back to when all regions have been read; the end of what is shown while one has not been
// read at all.
func (s *Screen) reached() time.Time {
	latest := s.shown.Wish.Since
	all := s.needs.History.Reaches()
	if len(all) == 0 {
		return s.shown.Wish.Until
	}
	for _, r := range all {
		switch {
		case r.From.IsZero():
			return s.shown.Wish.Until
		case r.From.After(latest):
			latest = r.From
		}
	}
	return latest
}

// foot is what is known of the group or the event under the cursor.
func (s *Screen) foot(width int) []string {
	th := s.needs.Theme
	var lines []string
	if s.onEvents {
		if line, ok := s.events.Current(); ok {
			lines = s.aboutEvent(line)
		}
	} else if g, ok := s.groups.Current(); ok {
		lines = s.aboutGroup(g, width)
	}
	for i, text := range lines {
		lines[i] = kit.Line(width, kit.Span{Text: " " + text, Style: th.Text})
	}
	for len(lines) < 2 {
		lines = append(lines, kit.Line(width))
	}
	return lines
}

func (s *Screen) aboutGroup(g *history.Group, width int) []string {
	first := kit.MiddleCut(model.Clean(g.Key), max(20, width-2))
	second := kit.Count(g.Changes) + " changes, " + kit.Count(g.Failed) + " refused"
	if g.Made > 0 {
		second += ", made " + kit.Count(g.Made) + ", " + kit.Count(g.Alive) + " here now"
	}
	second += " · " + words.Count(len(g.Regions), "region", "regions") + " · " + words.Count(len(g.Addresses), "address", "addresses") + " · " +
		s.span2(g.First, g.Last) + " · " + words.Count(g.Events, "event", "events")
	return []string{first, second}
}

// span2 is from when to when.
func (s *Screen) span2(first, last time.Time) string {
	if first.Equal(last) {
		return s.stamp(first)
	}
	return s.stamp(first) + " – " + s.stamp(last)
}

func (s *Screen) aboutEvent(line history.Line) []string {
	r := s.shown.Events.At(line.First)
	first := model.Clean(r.Who) + " from " + orUnknown(r.Address)
	if r.Via != "" {
		first += " through " + model.Clean(r.Via)
	}
	if r.AccessKey != "" {
		first += " with key " + model.Clean(r.AccessKey)
	}
	second := model.Clean(r.Service()+":"+r.Name) + s.on(r.Names())
	if r.Error != "" {
		second = model.Clean(r.Service()+":"+r.Name) + " was refused: " + model.Clean(r.Error) + s.on(r.Names())
	}
	if r.Class.String() == "probe" {
		second = model.Clean(r.Service()+":"+r.Name) + " was a dry run: it would have worked"
	}
	return []string{first + " · " + model.Clean(r.Agent), second}
}

func (s *Screen) on(names []string) string {
	if len(names) == 0 {
		return ""
	}
	short := make([]string, len(names))
	for i, name := range names {
		short[i] = words.ShortName(model.Clean(name))
	}
	return " on " + strings.Join(short, ", ")
}

func orUnknown(text string) string {
	if text == "" {
		return "an unknown address"
	}
	return model.Clean(text)
}
