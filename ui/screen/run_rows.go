package screen

import (
	"slices"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// barCells is how wide the bar of a region is.
const barCells = 20

// runRows shows the regions of a run.
type runRows struct {
	r *RunScreen
	w *World
}

// Len is the number of regions.
func (r runRows) Len() int { return len(r.r.rows) }

// ID is the region's name; the row of global kinds has none and gets a sign.
func (r runRows) ID(i int) string {
	if name := r.r.rows[i].name; name != "" {
		return name
	}
	return allRow
}

// Gutter shows whether anything failed.
func (r runRows) Gutter(i int) kit.Gutter {
	if r.r.rows[i].failed() > 0 {
		return kit.Gutter{Signs: "!", Row: r.w.Theme.Warning}
	}
	return kit.Gutter{}
}

// Cell is one column of a region.
func (r runRows) Cell(i, col int) kit.Cell {
	region, th := r.r.rows[i], r.w.Theme
	phase, busy := region.phase()
	t := region.phases[phase]
	if !busy {
		t = tally{}
		for _, p := range region.phases {
			t.total += p.total
			t.verified += p.verified
		}
	}
	switch col {
	case 0:
		if region.name == "" {
			return kit.Cell{Text: "GLOBAL", Style: th.Strong}
		}
		return kit.Cell{Text: region.name, Style: th.Strong}
	case 1:
		return kit.Cell{Text: region.title, Style: th.Muted}
	case 2:
		switch {
		case busy:
			return kit.Cell{Text: phase.String()}
		case t.verified == t.total:
			return kit.Cell{Text: "done", Style: th.OK}
		}
		return kit.Cell{Text: "ended", Style: th.Warning}
	case 3:
		return kit.Cell{Text: bar(t.verified, t.total), Style: th.BarFull}
	case 4:
		return kit.Cell{Text: kit.Count(t.verified) + "/" + kit.Count(t.total)}
	}
	return r.why(region)
}

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
func (r runRows) why(region *regionRun) kit.Cell {
	v := r.r.entry.View
	if n := region.failed(); n > 0 && region.failure >= 0 {
		s := &v.steps[region.failure]
		text := s.status.Why
		if f := s.status.Failure; f != nil {
			text = f.Code + " " + f.Operation
		}
		if n > 1 {
			text += " ×" + kit.Count(n)
		}
		return kit.Cell{Text: model.Clean(text) + " (enter)", Style: r.w.Theme.Error}
	}
	if x := v.oldest(region); x != nil {
		return kit.Cell{Text: r.waitText(region, x), Style: r.w.Theme.Muted}
	}
	if region.latest < 0 {
		return kit.Cell{Text: words.Unasked, Style: r.w.Theme.Muted}
	}
	s := &v.steps[region.latest]
	switch s.status.State {
	case port.StepWaiting, port.StepBlocked:
		return kit.Cell{Text: model.Clean(s.status.Why), Style: r.w.Theme.Muted}
	case port.StepCalling:
		return kit.Cell{Text: s.step.Op, Style: r.w.Theme.Muted}
	case port.StepCalled, port.StepVerified, port.StepFailed:
	}
	return kit.Cell{}
}

// waitText says how many calls wait for their proof, how long the oldest has waited, and what AWS says of it.
func (r runRows) waitText(region *regionRun, oldest *stepView) string {
	called := 0
	for _, t := range region.phases {
		called += t.called
	}
	text := kit.Count(called) + " called, waiting for proof"
	if v := r.r.entry.View; v.going() && !oldest.called.IsZero() {
		text = kit.Count(called) + " called, oldest " + kit.Count(int(max(0, r.w.Clock.Now().Sub(oldest.called)).Seconds())) + " s ago"
	}
	if why := model.Clean(oldest.status.Why); why != "" {
		text += ": " + why
	}
	return text
}

func sortedRefs(left map[model.Ref]string) []model.Ref {
	refs := make([]model.Ref, 0, len(left))
	for ref := range left {
		refs = append(refs, ref)
	}
	slices.SortFunc(refs, model.Ref.Compare)
	return refs
}

// sheet is every step as it stands.
func (r *RunScreen) sheet() *sheet {
	steps := slices.Clone(r.entry.View.steps)
	s := &sheet{name: "run", keys: []string{"step", "phase", "region", "op", "state", "at", "why", "failure", "targets"}}
	s.rows = func() [][]any {
		rows := make([][]any, len(steps))
		for i := range steps {
			x := &steps[i]
			at, failure := any(nil), any(nil)
			if !x.status.At.IsZero() {
				at = x.status.At.UTC().Format(time.RFC3339)
			}
			if x.status.Failure != nil {
				failure = x.status.Failure.Error()
			}
			targets := make([]string, len(x.step.Targets))
			for j, ref := range x.step.Targets {
				targets[j] = ref.String()
			}
			rows[i] = []any{x.step.ID, x.step.Phase.String(), x.step.Region, x.step.Op, x.status.State.String(), at, x.status.Why, failure, targets}
		}
		return rows
	}
	return s
}
