package timeline

import (
	"strings"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/trail"
	"github.com/rootout/rootout/ui/history"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/theme"
	"github.com/rootout/rootout/ui/words"
)

func (s *Screen) newGroups() kit.TableOf[*history.Group] {
	th := s.needs.Theme
	column := func(c kit.Column, show func(*history.Group) kit.Cell) kit.ColumnOf[*history.Group] {
		return kit.ColumnOf[*history.Group]{Column: c, Show: show}
	}
	number := func(n int, style theme.Style) kit.Cell {
		if n == 0 {
			return kit.Cell{Text: "0", Style: th.Muted}
		}
		return kit.Cell{Text: kit.Count(n), Style: style}
	}
	t := kit.NewTableOf(th, kit.RowsOf[*history.Group]{
		Count: func() int {
			if s.shown == nil {
				return 0
			}
			return len(s.shown.Groups)
		},
		At:   func(i int) *history.Group { return s.shown.Groups[i] },
		Name: func(g *history.Group) string { return "g" + g.Key },
	},
		column(kit.Column{ID: "label", Title: s.groupTitle(), MinWidth: 25}, func(g *history.Group) kit.Cell {
			return kit.Cell{Text: model.Clean(g.Label), Style: th.Strong}
		}),
		column(kit.Column{ID: "changes", Title: "CHANGES", Align: kit.AlignRight}, func(g *history.Group) kit.Cell {
			return number(g.Changes, th.Text)
		}),
		column(kit.Column{ID: "failed", Title: "REFUSED", Align: kit.AlignRight, Priority: 4}, func(g *history.Group) kit.Cell {
			return number(g.Failed, th.Warning)
		}),
		column(kit.Column{ID: "last", Title: "LAST", Align: kit.AlignRight, Priority: 6}, func(g *history.Group) kit.Cell {
			return kit.Cell{Text: s.moment(g.Last), Style: th.Muted}
		}),
	)
	return t
}

func (s *Screen) groupTitle() string {
	if s.groupBy == "session" {
		return "WHO"
	}
	return strings.ToUpper(s.groupBy)
}

// moment is when something was, "?" where no record says.
func (s *Screen) moment(at time.Time) string {
	if at.IsZero() {
		return "?"
	}
	return s.needs.Clock.Short(at)
}

func (s *Screen) newEvents() kit.TableOf[history.Line] {
	th := s.needs.Theme
	type shows func(r *trail.Row, line history.Line) kit.Cell
	column := func(c kit.Column, show shows) kit.ColumnOf[history.Line] {
		return kit.ColumnOf[history.Line]{Column: c, Show: func(line history.Line) kit.Cell {
			r := s.shown.Events.At(line.First)
			return show(&r, line)
		}}
	}
	return kit.NewTableOf(th, kit.RowsOf[history.Line]{
		Count: func() int {
			if s.shown == nil {
				return 0
			}
			return len(s.shown.Lines)
		},
		At:   func(i int) history.Line { return s.shown.Lines[i] },
		Name: func(line history.Line) string { return s.shown.Events.ID(line.Last) },
		Before: func(line history.Line) kit.Gutter {
			switch r := s.shown.Events.At(line.First); {
			case r.Class == trail.Failed || r.Error != "" && r.Class != trail.Probe:
				return kit.Gutter{Signs: "!", Row: th.Warning}
			case r.Class == trail.Start:
				return kit.Gutter{Signs: "+", Row: th.Strong}
			}
			return kit.Gutter{}
		},
	},
		column(kit.Column{ID: "time", Title: "TIME", Align: kit.AlignRight}, func(r *trail.Row, _ history.Line) kit.Cell {
			return kit.Cell{Text: s.stamp(r.Time), Style: th.Muted}
		}),
		column(kit.Column{ID: "sort", Title: "SORT", Priority: 3}, func(r *trail.Row, _ history.Line) kit.Cell {
			return kit.Cell{Text: r.Class.String(), Style: s.styleOf(r)}
		}),
		column(kit.Column{ID: "name", Title: "EVENT", MinWidth: 22}, func(r *trail.Row, line history.Line) kit.Cell {
			text := model.Clean(r.Name)
			if line.Count > 1 {
				text += " ×" + kit.Count(line.Count)
			}
			return kit.Cell{Text: text, Style: s.styleOf(r)}
		}),
		column(kit.Column{ID: "region", Title: "REGION", Priority: 2}, func(r *trail.Row, _ history.Line) kit.Cell {
			return kit.Cell{Text: model.Clean(r.Region)}
		}),
		column(kit.Column{ID: "on", Title: "ON", MinWidth: 10, MaxWidth: 40}, func(r *trail.Row, line history.Line) kit.Cell {
			switch {
			case r.Error != "":
				return kit.Cell{Text: model.Clean(r.Error), Style: th.Warning}
			case line.Count > 1:
				return kit.Cell{Text: words.ShortName(model.Clean(r.Target)) + " and " + kit.Count(line.Count-1) + " more"}
			}
			return kit.Cell{Text: words.ShortName(model.Clean(r.Target))}
		}),
		column(kit.Column{ID: "who", Title: "WHO", MinWidth: 12, MaxWidth: 32, Priority: 5}, func(r *trail.Row, _ history.Line) kit.Cell {
			return kit.Cell{Text: model.Clean(r.Who), Style: th.Muted}
		}),
		column(kit.Column{ID: "address", Title: "ADDRESS", MinWidth: 10, Priority: 7}, func(r *trail.Row, _ history.Line) kit.Cell {
			return kit.Cell{Text: model.Clean(r.Address), Style: th.Muted}
		}),
	)
}

// styleOf tells the sorts of events apart, besides their words.
func (s *Screen) styleOf(r *trail.Row) theme.Style {
	switch r.Class {
	case trail.Write, trail.Start:
		return s.needs.Theme.Strong
	case trail.Failed:
		return s.needs.Theme.Warning
	case trail.Read, trail.Probe:
	}
	return s.needs.Theme.Muted
}

// stamp is a moment to the second, with its date where it is not of today.
func (s *Screen) stamp(at time.Time) string {
	if at.IsZero() {
		return "?"
	}
	zone := s.needs.Clock.Zone()
	now, at := s.needs.Clock.Now().In(zone), at.In(zone)
	if now.YearDay() != at.YearDay() || now.Year() != at.Year() {
		return at.Format("01-02 15:04:05")
	}
	return at.Format("15:04:05")
}

// Draw fills the screen.
func (s *Screen) Draw(size kit.Size) string {
	s.height = size.H
	if !s.needs.History.Reading() {
		return kit.Block([]string{"", kit.Line(size.W, kit.Span{Text: " no events are read here: there is no connection to AWS", Style: s.needs.Theme.Muted})}, size)
	}
	head, foot := s.head(size.W), s.foot(size.W)
	s.top = len(head)
	body := kit.Size{W: size.W, H: max(0, size.H-len(head)-len(foot))}
	drawn := kit.Stack(strings.Join(head, "\n"), s.panes(body), strings.Join(foot, "\n"))
	return s.filter.Lay(drawn, size)
}

// panes draws the groups beside the events.
func (s *Screen) panes(size kit.Size) string {
	left := min(max(size.W/3, 30), 56)
	if size.W < 72 {
		left = 0 // Only the side that has the keys.
	}
	s.groups.Focused, s.events.Focused = !s.onEvents, s.onEvents
	s.groups.Empty, s.events.Empty = s.nothing(), s.nothing()
	s.groups.Unit, s.events.Unit = words.Noun(s.groups.Len(), "group", "groups"), words.Noun(s.events.Len(), "line", "lines")
	if s.groupBy == "session" {
		s.groups.Unit = words.Noun(s.groups.Len(), "session", "sessions")
	}
	switch {
	case left > 0:
		s.split = left + 1
		return beside(s.groups.View(kit.Size{W: left, H: size.H}), s.events.View(kit.Size{W: size.W - left - 1, H: size.H}), s.needs.Theme.Muted)
	case s.onEvents:
		s.split = 0
		return s.events.View(size)
	}
	s.split = size.W
	return s.groups.View(size)
}

// beside lays two drawings of one height side by side.
func beside(left, right string, line theme.Style) string {
	a, b := strings.Split(left, "\n"), strings.Split(right, "\n")
	for i := range a {
		if i < len(b) {
			a[i] += line.Paint("│") + b[i]
		}
	}
	return strings.Join(a, "\n")
}

// nothing says why there is nothing to be seen.
func (s *Screen) nothing() string {
	_, whole := s.regionsRead()
	switch {
	case s.shown == nil || s.shown.Of == 0 && !whole:
		return "reading…"
	case s.filter.Query() != nil:
		return "no event that was read matches the filter"
	}
	return "no events in this time"
}
