package run

import (
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/words"
)

// globalRow is the id of the row of kinds that belong to no region; no region has this name.
const globalRow = "*"

// newTable is the table of the regions.
func (r *Screen) newTable() kit.TableOf[*runs.Region] {
	th := r.needs.Theme
	column := func(c kit.Column, show func(*runs.Region) kit.Cell) kit.ColumnOf[*runs.Region] {
		return kit.ColumnOf[*runs.Region]{Column: c, Show: show}
	}
	return kit.NewTableOf(th, kit.RowsOf[*runs.Region]{
		Count: func() int { return len(r.regions) }, At: func(i int) *runs.Region { return r.regions[i] },
		Name: func(x *runs.Region) string {
			if x.Name == "" {
				return globalRow
			}
			return x.Name
		},
		Before: func(x *runs.Region) kit.Gutter {
			if x.Sum().Failed > 0 {
				return kit.Gutter{Signs: "!", Row: th.Warning}
			}
			return kit.Gutter{}
		},
	},
		column(kit.Column{ID: "region", Title: "REGION", MinWidth: 14}, func(x *runs.Region) kit.Cell {
			if x.Name == "" {
				return kit.Cell{Text: model.GlobalTitle, Style: th.Strong}
			}
			return kit.Cell{Text: x.Name, Style: th.Strong}
		}),
		column(kit.Column{ID: "title", Priority: 5, MaxWidth: 16}, func(x *runs.Region) kit.Cell {
			return kit.Cell{Text: x.Title, Style: th.Muted}
		}),
		column(kit.Column{ID: "phase", Title: "PHASE"}, r.phase),
		column(kit.Column{ID: "bar", MinWidth: 12, Priority: 3}, func(x *runs.Region) kit.Cell {
			t := current(x)
			return kit.Cell{Text: bar(t.Verified, t.Total), Style: th.BarFull}
		}),
		column(kit.Column{ID: "steps", Title: "STEPS", Align: kit.AlignRight}, func(x *runs.Region) kit.Cell {
			t := current(x)
			return kit.Cell{Text: kit.Count(t.Verified) + "/" + kit.Count(t.Total)}
		}),
		column(kit.Column{ID: "why", MinWidth: 20}, r.why),
	)
}

// current counts the steps of the phase that a region is in, or all of them once none is left.
func current(x *runs.Region) runs.Tally {
	if phase, busy := x.Phase(); busy {
		return x.Phases[phase]
	}
	return x.Sum()
}

func (r *Screen) phase(x *runs.Region) kit.Cell {
	phase, busy := x.Phase()
	t := x.Sum()
	switch {
	case busy:
		return kit.Cell{Text: phase.String()}
	case t.Verified == t.Total:
		return kit.Cell{Text: "done", Style: r.needs.Theme.OK}
	}
	return kit.Cell{Text: "ended", Style: r.needs.Theme.Warning}
}

// barCells is how wide the bar of a region is.
const barCells = 20

func bar(done, total int) string {
	if total == 0 {
		return ""
	}
	full := done * barCells / total
	out := make([]rune, barCells)
	for i := range out {
		out[i] = '░'
		if i < full {
			out[i] = '█'
		}
	}
	return string(out)
}

// why says what a region waits for, or what failed in it.
func (r *Screen) why(region *runs.Region) kit.Cell {
	v := r.entry.Progress
	if n := region.Sum().Failed; n > 0 && region.Failure >= 0 {
		s := &v.Steps[region.Failure]
		text := s.Status.Why
		if f := s.Status.Failure; f != nil {
			text = f.Code + " " + f.Operation
		}
		if n > 1 {
			text += " ×" + kit.Count(n)
		}
		return kit.Cell{Text: model.Clean(text) + " (enter)", Style: r.needs.Theme.Error}
	}
	waits := ""
	if x := v.Oldest(region); x != nil {
		waits = r.waitText(region, x)
	}
	if x := v.Repeated(region); x != nil && v.Going() {
		// AWS often has to be asked again; it is worth a warning only once that goes on.
		style := r.needs.Theme.Muted
		if x.Status.Refused >= refusedOften {
			style = r.needs.Theme.Warning
		}
		return kit.Cell{Text: "trying again: " + model.Clean(x.RefusalText()) + words.If(waits != "", " · "+waits), Style: style}
	}
	if waits != "" {
		return kit.Cell{Text: waits, Style: r.needs.Theme.Muted}
	}
	if region.Latest < 0 {
		return kit.Cell{Text: words.Unasked, Style: r.needs.Theme.Muted}
	}
	s := &v.Steps[region.Latest]
	switch s.Status.State {
	case port.StepWaiting, port.StepBlocked:
		return kit.Cell{Text: model.Clean(s.Status.Why), Style: r.needs.Theme.Muted}
	case port.StepCalling:
		return kit.Cell{Text: s.Planned.Op, Style: r.needs.Theme.Muted}
	case port.StepCalled, port.StepVerified, port.StepFailed:
	}
	return kit.Cell{}
}

// refusedOften is from how many refusals on a step that is tried again is worth a warning.
const refusedOften = 5

// waitText says how many calls wait for their proof, how long the oldest has waited, and what AWS
// says of it.
func (r *Screen) waitText(region *runs.Region, oldest *runs.Step) string {
	called := region.Sum().Called
	text := kit.Count(called) + " called, waiting for proof"
	if v := r.entry.Progress; v.Going() && !oldest.CalledAt.IsZero() {
		text = kit.Count(called) + " called, oldest " + kit.Count(int(max(0, r.needs.Clock.Now().Sub(oldest.CalledAt)).Seconds())) + " s ago"
	}
	if why := model.Clean(oldest.Status.Why); why != "" {
		text += ": " + why
	}
	return text
}
