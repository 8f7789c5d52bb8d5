package grid

import (
	"strings"

	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// advice is the step that is likely next: a line for the strip, a longer one for a stranger in the
// demo, and what enter does about it.
type advice struct {
	next, hint string
	enter      func()
}

// advise follows from what is known and marked, and from nothing else.
func (g *Screen) advise() advice {
	entry := g.needs.Plans.Last()
	switch {
	case entry != nil && entry.Going():
		v := entry.Progress
		return advice{
			next:  "the run is at " + kit.Count(v.Reached) + " of " + kit.Count(entry.Plan.N()) + ": enter to watch it",
			hint:  "the grid counts down while it runs; tab, enter watches the run",
			enter: func() { g.needs.Open.Run(entry) },
		}
	case g.needs.Plans.Interrupted() != nil:
		p := g.needs.Plans.Interrupted()
		text := "a run of " + kit.Count(p.Plan.N()) + " was interrupted: 5 lists it, its phrase resumes it"
		return advice{next: text, hint: text, enter: g.needs.Open.Plans}
	case g.needs.Respawned.Any():
		return advice{
			next:  "enter lists what came back and what brings it back; * marks both, x reviews their removal",
			hint:  "it comes back! tab, enter shows what brings it; then * and x",
			enter: g.needs.Open.Respawned,
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

func (g *Screen) adviseMarked() advice {
	next, hint, possible := g.choose.Marked()
	a := advice{next: next, hint: hint}
	if possible {
		a.enter = g.needs.Choosing.Plan.Review
	}
	return a
}

func (g *Screen) adviseNew() advice {
	query := "age<" + words.Ago(g.needs.Window)
	return advice{
		next: kit.Count(g.pic.all.Total.New) + " of " + kit.Count(g.pic.all.Total.Count) + " are new in " + words.Ago(g.needs.Window) +
			": / and type " + query,
		hint:  kit.Count(g.pic.all.Total.New) + " are new in " + words.Ago(g.needs.Window) + ": press /, type " + query + " and enter",
		enter: func() { g.choose.Filter.OpenWith(query); g.Refresh(true) },
	}
}

// adviseFiltered says what to do with what a filter shows. What goes back to the caller is offered
// to be left out first: an hour after a breach his own repair is as new as the intruder's work.
func (g *Screen) adviseFiltered() advice {
	shown, f := g.pic.shown.Total.Count, &g.pic.facts
	if f.mine > 0 && f.mine < shown && len(f.mineNames) <= 3 {
		without := g.choose.Filter.Text()
		for _, name := range f.mineNames {
			without += ` !"` + strings.ReplaceAll(name, `"`, "") + `"`
		}
		names := strings.Join(f.mineNames, ", ")
		return advice{
			next: kit.Count(f.mine) + " of the " + kit.Count(shown) + " go back to you (" + names + "): enter leaves them out",
			hint: kit.Count(f.mine) + " are your own (" + names + "): tab, enter leaves them out",
			enter: func() {
				g.choose.Filter.Enforce(without)
				g.Refresh(true)
			},
		}
	}
	own := ""
	if f.mine > 0 {
		own = ", " + kit.Count(f.mine) + " of them your own"
	}
	return advice{
		next: "* marks the " + kit.Count(shown) + " that the filter shows" + own + "; space marks a row or a cell of them",
		hint: "look first: enter lists a cell. * marks all " + kit.Count(shown) + " shown" + own,
	}
}

// adviseRest leads to what no filter by age finds, and to the end.
func (g *Screen) adviseRest() advice {
	empty := g.emptyHolders()
	switch {
	case g.needs.Plans.Ended() != nil && empty != nil && g.pic.facts.empty > 0 && g.choose.Filter.Text() != empty.text:
		n := kit.Count(g.pic.facts.empty)
		return advice{
			next:  n + " hold nothing any more and cost nothing, but what is not yours should go: enter shows them",
			hint:  n + " emptied ones are left, free of charge: tab, enter shows them",
			enter: func() { g.choose.Filter.Enforce(empty.text); g.Refresh(true) },
		}
	case g.choose.Filter.Text() != "":
		return advice{
			next: "nothing that can be told matches the filter: esc takes it away", hint: "nothing matches: esc takes the filter away",
			enter: func() { g.choose.Filter.Set(nil); g.Refresh(true) },
		}
	case g.needs.Plans.Ended() != nil && g.pic.all.Disabled > 0:
		n := words.Count(g.pic.all.Disabled, "region is", "regions are")
		return advice{
			next:  n + " disabled: what is in them lives on, unseen. Cut the intruder's access, then enable and look: enter lists them",
			hint:  "what can be seen is done. " + n + " disabled: unseen, not empty",
			enter: g.needs.Open.Faults,
		}
	case g.needs.Plans.Ended() != nil:
		return advice{hint: "what came in with the intruder is gone. q ends the demo"}
	}
	return advice{hint: "enter lists a cell, / selects, space and * mark, ? explains"}
}
