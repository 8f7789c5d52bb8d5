package grid

import (
	"maps"
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/query"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// advice is the step that is likely next: what the strip says of it, a longer line for a stranger in
// the demo, and what the key of NEXT does. Where there is such a key, the text is what it does, the
// deed first, so that no narrow screen cuts it.
type advice struct {
	next, hint string
	do         func()
}

// advise follows from what is known and marked, and from nothing else.
func (g *Screen) advise() advice {
	entry := g.needs.Plans.Last()
	switch {
	case entry != nil && entry.Going():
		v := entry.Progress
		return advice{
			next: "watches the run: " + kit.Count(v.Reached) + " of " + kit.Count(entry.Plan.N()) + " done",
			hint: "the grid counts down while it runs; N watches the run",
			do:   func() { g.needs.Open.Run(entry) },
		}
	case g.needs.Account.Progress().SignedOut != nil:
		return advice{
			next: "signs in again: nothing is read before that",
			hint: "AWS no longer accepts the credentials: N signs in again",
			do:   func() { g.needs.Account.Rescan("everything") },
		}
	case g.needs.Plans.Interrupted() != nil:
		n := kit.Count(g.needs.Plans.Interrupted().Plan.N())
		return advice{
			next: "lists the interrupted run of " + n + ": its phrase resumes it",
			hint: "a run of " + n + " was interrupted: N lists it", do: g.needs.Open.Plans,
		}
	case g.needs.Respawned.Any():
		return advice{
			next: "lists what came back and what brings it back; there * marks both, x reviews their removal",
			hint: "it comes back! N shows what brings it; then * and x",
			do:   g.needs.Open.Respawned,
		}
	case g.needs.Marks.Len() > 0:
		return g.adviseMarked()
	case g.reading():
		return advice{hint: "an account that exists only here is being read"}
	case g.choose.Filter.Text() != "" && g.pic.shown.Total.Count > 0:
		return g.adviseFiltered()
	case g.choose.Filter.Text() == "" && g.pic.facts.others > 0:
		return g.adviseNew()
	}
	return g.adviseRest()
}

// reading says whether so much is still being read that no advice can be given: one slow region
// does not keep it from that.
func (g *Screen) reading() bool {
	p := g.needs.Account.Progress()
	return g.pic == nil || len(g.pic.all.Rows) == 0 || p.FirstPass && p.Done*10 < p.Total*9
}

// adviseMarked leads to the review; before that it offers what goes with what is marked, so that one
// plan holds both.
func (g *Screen) adviseMarked() advice {
	marked := kit.Count(g.needs.Marks.Len())
	if why := g.needs.Choosing.Plan.CannotPlan(); why != "" {
		return advice{next: marked + " marked; " + why, hint: marked + " marked, but " + why}
	}
	if g.pic != nil && g.pic.fresh > 0 && g.choose.Starred() != nil {
		n := kit.Count(g.pic.fresh)
		return advice{
			next: "marks the " + n + " more that the filter shows by now; x reviews without them",
			hint: n + " more match than were marked: N marks them too", do: g.markAll,
		}
	}
	if g.pic != nil && len(g.pic.facts.with.refs) > 0 {
		with := &g.pic.facts.with
		n := kit.Count(len(with.refs))
		return advice{
			next: "marks " + n + " more that hold or use nothing else: " + with.text(g.needs.Catalog) + "; x reviews without them",
			hint: n + " more hold or use nothing but what is marked: N marks them too",
			do:   func() { g.markWith(with.refs) },
		}
	}
	return advice{
		next: "reviews the removal of the " + marked + " marked: nothing runs before you type its phrase",
		hint: marked + " marked: N reviews their removal; nothing runs by that",
		do:   g.needs.Choosing.Plan.Review,
	}
}

// newQuery is the filter of what is new; its number and its rows are the same for being counted by
// it.
func (g *Screen) newQuery() string { return "age<" + words.Age(g.needs.Window) }

// newest is that filter, nil where no kind of the catalog has an age.
func (g *Screen) newest() *query.Query {
	q, err := query.Parse(g.needs.Catalog, g.newQuery(), query.Options{NoRaw: true})
	if err != nil {
		return nil
	}
	return q
}

func (g *Screen) adviseNew() advice {
	text, total, f := g.newQuery(), &g.pic.all.Total, &g.pic.facts
	fresh := words.CountOf(f.fresh, total.LowerBound() || f.freshUnsure > 0)
	are := words.Noun(f.fresh, " is", " are") + " new in " + words.Age(g.needs.Window)
	back := words.If(f.freshBack > 0, ", "+kit.Count(f.freshBack)+" of them put back by an undo")
	return advice{
		next: "shows the " + fresh + " of " + sumText(total) + " that" + are + back,
		hint: fresh + are + ": N shows only " + words.Noun(f.fresh, "it", "them") + ", like / and " + text,
		do:   func() { g.enforce(text) },
	}
}

// adviseFiltered says what to do with what a filter shows. What the caller made, or put back, is
// offered to be left out first: an hour after a breach his own repair is as new as the intruder's
// work.
func (g *Screen) adviseFiltered() advice {
	shown, f := g.pic.shown.Total.Count, &g.pic.facts
	if why := g.choose.Ambiguous(); why != "" {
		return advice{next: "the filter can be read in two ways: " + why, hint: why}
	}
	ours, names := f.mine+f.back, slices.Concat(f.mineNames, slices.Sorted(maps.Values(f.backNames)))
	if ours > 0 && ours < shown && len(names) <= 3 {
		without := g.choose.Filter.Text()
		for _, name := range f.mineNames {
			without += ` !"` + strings.ReplaceAll(name, `"`, "") + `"`
		}
		// By the word, what runs in it would be left out too.
		for _, thing := range slices.Sorted(maps.Keys(f.backNames)) {
			without += ` !arn:"` + strings.ReplaceAll(thing, `"`, "") + `"`
		}
		which := f.oursText() + " (" + strings.Join(names, ", ") + ")"
		return advice{
			next: "leaves out " + kit.Count(ours) + " of the " + sumText(&g.pic.shown.Total) + " that " + which,
			hint: kit.Count(ours) + " " + which + ": N leaves " + words.Noun(ours, "it", "them") + " out",
			do:   func() { g.enforce(without) },
		}
	}
	own := words.If(ours > 0, ", of which "+kit.Count(ours)+" "+f.oursText())
	return advice{
		next: "marks the " + kit.Count(shown) + " that the filter shows" + own + "; space marks a row or a cell of them",
		hint: "look first: enter lists a cell. N marks all " + kit.Count(shown) + " shown" + own,
		do:   g.markAll,
	}
}

// oursText says of what the caller made, or an undo put back, which it is.
func (f *facts) oursText() string {
	mine, back := words.Noun(f.mine, "is", "are")+" your own", words.Noun(f.back, "was", "were")+" put back by an undo"
	switch {
	case f.back == 0:
		return mine
	case f.mine == 0:
		return back
	}
	return "are your own or were put back by an undo"
}

// adviseRest leads to what no filter by age finds, and to the end.
func (g *Screen) adviseRest() advice {
	ended := g.needs.Plans.Ended() != nil
	switch {
	case ended && g.empty != nil && g.pic.facts.empty > 0 && g.choose.Filter.Text() != g.empty.text:
		n := kit.Count(g.pic.facts.empty)
		return advice{
			next: "shows " + n + " that hold nothing any more: they cost nothing, but what is not yours should go",
			hint: n + " empty ones are left, free of charge: N shows them",
			do:   func() { g.enforce(g.empty.text) },
		}
	case g.choose.Filter.Text() != "":
		return advice{
			next: "takes the filter away: nothing is known to match it",
			hint: "nothing matches: N or esc takes the filter away",
			do:   func() { g.choose.Filter.Set(nil); g.Refresh(true) },
		}
	case ended && g.pic.all.Disabled > 0:
		n := words.Count(g.pic.all.Disabled, "disabled region", "disabled regions")
		them := "them"
		if g.pic.all.Disabled == 1 {
			them = "it"
		}
		return advice{
			next: "lists " + n + ": what is in " + them + " keeps running, unseen. Cut the intruder's access, then enable and look",
			hint: "what can be seen is done. " + n + ": unseen, not empty",
			do:   g.needs.Open.Faults,
		}
	case ended:
		return advice{hint: "what came in with the intruder is gone. q ends the demo"}
	}
	return advice{hint: "enter lists a cell, / selects, space and * mark, ? explains"}
}

// enforce puts a filter in force.
func (g *Screen) enforce(filter string) {
	g.choose.Filter.Enforce(filter)
	g.Refresh(true)
}

// doNext does what NEXT says on the screen.
func (g *Screen) doNext() {
	if do := g.strip.next.do; do != nil {
		g.strip.at = -1
		do()
	}
}

// markWith marks what goes with what is marked.
func (g *Screen) markWith(refs []model.Ref) {
	g.needs.Choosing.Marks.MarkAll(refs, true, func(n int) {
		g.needs.Choosing.Marks.Tell("marked " + kit.Count(n) + " more that hold or use nothing else")
	})
}
