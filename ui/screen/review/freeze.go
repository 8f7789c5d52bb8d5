package review

import (
	"errors"
	"slices"

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
	case needs.Plans.CannotBegin() != "":
		needs.Speak.Refuse(needs.Plans.CannotBegin())
		return
	case needs.Marks.Len() == 0:
		needs.Speak.Refuse("nothing is marked: space marks what is under the cursor, * everything that the filter shows")
		return
	}
	runner, snap, catalog, all := needs.Plans.Runner(), needs.Account.Present(), needs.Catalog, needs.Marks.All()
	window, before := needs.Account.Window(), needs.Plans.Reviewed()
	needs.Speak.Say(kit.Info, "planning the removal of "+words.Count(needs.Marks.Len(), "marked resource", "marked resources"))
	background.Do(needs.Loop, func() made {
		marked := all()
		p, err := runner.Freeze(snap, plan.Wish{Marked: marked, HiddenByFilter: hiddenBy(snap, model.RefsOf(marked), shows), Window: window})
		m := makeOf(p, err, snap, catalog)
		if at := slices.IndexFunc(before, func(e *runs.Entry) bool { return m.err == nil && m.plan.SameAs(e.Plan) }); at >= 0 {
			m.known = before[at]
		}
		return m
	}, func(m made) { show(needs, m) })
}

// Undo makes the plan that takes back what the run of a plan did and shows it. Nothing is called.
// Only are the steps whose resources are put back, none means all.
func Undo(needs Needs, e *runs.Entry, only []string) {
	if why := needs.Plans.CannotUndo(e); why != "" {
		needs.Speak.Refuse(why)
		return
	}
	runner, snap, catalog, ctx, digest := needs.Plans.Runner(), needs.Account.Present(), needs.Catalog, needs.Loop.Context(), e.Plan.Digest
	needs.Speak.Say(kit.Info, "reading in the journal what can be undone")
	background.Do(needs.Loop, func() made {
		p, err := runner.Undo(ctx, snap, digest, only)
		return makeOf(p, err, snap, catalog)
	}, func(m made) { show(needs, m) })
}

// made is a plan that was made, added up; or why none could be.
type made struct {
	plan    *plan.Plan
	summary *summary
	err     error
	// known is the plan as it was looked at before, nil where it is another.
	known *runs.Entry
}

// makeOf takes what a runner answered: a plan of which nothing is left says why, and is shown too.
func makeOf(p *plan.Plan, err error, snap *model.Snapshot, catalog *model.Catalog) made {
	if err != nil && (p == nil || !errors.Is(err, plan.ErrNothing)) {
		return made{err: err}
	}
	return made{plan: p, summary: summarize(p, snap, catalog, nil)}
}

func show(needs Needs, m made) {
	needs.Speak.Hush()
	if m.err != nil {
		needs.Speak.Say(kit.Alarm, "no plan could be made: "+m.err.Error())
		return
	}
	if m.plan.Verb == plan.Undo && m.plan.N()+len(m.plan.LeftOut) == 0 {
		needs.Speak.Refuse("the journal says that nothing was changed there: there is nothing to undo")
		return
	}
	entry := m.known
	if entry == nil {
		entry = &runs.Entry{Plan: m.plan}
	}
	needs.Open.Show(newScreen(needs, entry, m.summary))
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
	snap, catalog, runner := needs.Account.Present(), needs.Catalog, needs.Plans.Runner()
	background.Do(needs.Loop, func() *summary { return summarize(e.Plan, snap, catalog, restOf(e, runner, snap)) }, func(s *summary) {
		needs.Open.Show(newScreen(needs, e, s))
	})
}
