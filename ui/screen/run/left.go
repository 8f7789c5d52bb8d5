package run

import (
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/theme"
	"github.com/rootout/rootout/ui/words"
)

// leftMost bounds how many things of a sort the page of what is left names.
const leftMost = 500

// leftText is the page of what is left: how the run ended, what is left and why, what came back,
// what was not counted, what stays behind. A part with nothing in it says so, since silence is no
// answer.
func (r *Screen) leftText() string {
	v := r.entry.Progress
	s := v.Summary
	lines := []string{strings.ToUpper(v.StateWord()) + ": " + v.Verdict() + ", in " + words.Clock(s.Took)}
	part := func(head string, things []string) {
		lines = append(lines, "", head)
		for _, thing := range things[:min(len(things), leftMost)] {
			lines = append(lines, "  "+thing)
		}
		if more := len(things) - leftMost; more > 0 {
			lines = append(lines, "  and "+kit.Count(more)+" more")
		}
	}
	if s.Unwritten != "" {
		part("the case could not note that the run has ended", []string{model.Clean(s.Unwritten)})
	}
	r.leftParts(part)
	back := r.cameBack()
	part(headOf("came back", len(back)), back)
	uncounted := r.uncountedLines()
	part(headOf("not counted", len(uncounted)), uncounted)
	behind := make([]string, len(s.Uncovered))
	for i, u := range s.Uncovered {
		behind[i] = u.Type + " " + model.Clean(u.ID) + words.In(u.Region)
	}
	part(headOf("stays behind, rootout cannot remove it", len(behind)), behind)
	return strings.Join(lines, "\n")
}

// headOf is the head of a part: what it is of, and how much of that there is.
func headOf(what string, n int) string {
	if n == 0 {
		return what + ": nothing"
	}
	return what + ": " + kit.Count(n)
}

// leftParts are the targets that have not reached their goal, by the reason.
func (r *Screen) leftParts(part func(string, []string)) {
	v, w := r.entry.Progress, runs.WordingOf(r.entry.Plan)
	if len(v.Left) == 0 {
		part(headOf(w.Left, 0), nil)
		return
	}
	by := map[string][]string{}
	var reasons []string
	for _, ref := range v.Left {
		why := model.Clean(v.Summary.Left[ref])
		if by[why] == nil {
			reasons = append(reasons, why)
		}
		by[why] = append(by[why], ref.String())
	}
	slices.SortStableFunc(reasons, func(a, b string) int { return len(by[a]) - len(by[b]) })
	for _, why := range reasons {
		part(kit.Count(len(by[why]))+" "+w.Left+": "+why, by[why])
	}
}

// cameBack is what the fresh listing found, and what was seen since.
func (r *Screen) cameBack() []string {
	var out []string
	told := map[model.Ref]bool{}
	for _, back := range slices.Concat(r.entry.Progress.Summary.Respawned, r.needs.Respawned.All()) {
		if !told[back.Ref] {
			told[back.Ref] = true
			out = append(out, backText(back))
		}
	}
	return out
}

func backText(back plan.Respawn) string {
	text := back.Ref.String() + ": " + model.Clean(back.Cause)
	if !back.By.IsZero() {
		text += " (" + back.By.String() + ": mark it and plan again)"
	}
	return text
}

// uncountedLines are the cells that the fresh listing of the run could not count, then those that
// are not counted now: what is there may be left too.
func (r *Screen) uncountedLines() []string {
	v := r.entry.Progress
	var out []string
	if v.Stopping {
		out = append(out, "the run was stopped before its fresh listing")
	}
	told := map[model.CellKey]bool{}
	for i := range v.Summary.Uncounted {
		c := &v.Summary.Uncounted[i]
		told[c.Key] = true
		out = append(out, cellText(c))
	}
	present := r.needs.Account.Present()
	var now []string
	for _, key := range present.Cells() {
		if c := present.Cell(key); slices.Contains(model.TroubledStates(), c.State) && !told[key] {
			now = append(now, cellText(&c)+" (now)")
		}
	}
	slices.Sort(now)
	return append(out, now...)
}

func cellText(c *model.Cell) string {
	text := string(c.Key.Kind) + words.In(c.Key.Region) + ": " + c.State.String()
	if c.Failure != nil {
		text += ": " + c.Failure.Error()
	}
	return text
}

// backLine is what came back since the run ended, in a line.
func (r *Screen) backLine(add func(theme.Style, string)) {
	if text := r.needs.Respawned.Text(); text != "" {
		add(r.needs.Theme.Error, "came back since: "+text+" (w)")
	}
}
