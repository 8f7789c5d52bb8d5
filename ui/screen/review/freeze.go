package review

import (
	"errors"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/words"
)

// Freeze freezes the plan for what is marked and shows it. Nothing is called. Shows is the filter
// of the screen that is shown, nil where none is in force: what it hides is counted.
func Freeze(needs Needs, shows func(*model.Resource) bool) {
	switch {
	case needs.Plans.CannotPlan() != "":
		needs.Speak.Refuse(needs.Plans.CannotPlan())
		return
	case needs.Plans.Going() != nil:
		needs.Speak.Refuse("a run is under way: one plan runs at a time (5 shows it)")
		return
	case needs.Marks.Len() == 0:
		needs.Speak.Refuse("nothing is marked: space marks what is under the cursor, * everything that the filter shows")
		return
	}
	runner, snap, catalog, all := needs.Plans.Runner(), needs.Account.Present(), needs.Catalog, needs.Marks.All()
	type frozen struct {
		plan    *plan.Plan
		summary *summary
		err     error
	}
	needs.Speak.Say(kit.Info, "planning the removal of "+words.Count(needs.Marks.Len(), "marked resource", "marked resources")+"…")
	background.Do(needs.Loop, func() frozen {
		marked := all()
		p, err := runner.Freeze(snap, marked, hiddenBy(snap, model.RefsOf(marked), shows))
		if err != nil && (p == nil || !errors.Is(err, plan.ErrNothing)) {
			return frozen{err: err}
		}
		return frozen{plan: p, summary: summarize(p, snap, catalog)}
	}, func(f frozen) {
		needs.Speak.Hush()
		if f.err != nil {
			needs.Speak.Say(kit.Alarm, "no plan could be made: "+f.err.Error())
			return
		}
		needs.Open.Show(newScreen(needs, &runs.Entry{Plan: f.plan}, f.summary))
	})
}

// hiddenBy counts marked resources that are there and that the filter does not show.
func hiddenBy(snap *model.Snapshot, marked []model.Ref, shows func(*model.Resource) bool) int {
	if shows == nil {
		return 0
	}
	set := make(map[model.Ref]bool, len(marked))
	for _, ref := range marked {
		set[ref] = true
	}
	hidden := 0
	for r := range snap.All {
		if set[r.Ref] && !shows(r) {
			hidden++
		}
	}
	return hidden
}

// Again shows a plan that was frozen before: to read it, or to take its run up again with its
// phrase.
func Again(needs Needs, e *runs.Entry) {
	if e.Progress != nil && e.Progress.Resumable() {
		e.Interrupted = true
	}
	snap, catalog := needs.Account.Present(), needs.Catalog
	background.Do(needs.Loop, func() *summary { return summarize(e.Plan, snap, catalog) }, func(s *summary) {
		needs.Open.Show(newScreen(needs, e, s))
	})
}
