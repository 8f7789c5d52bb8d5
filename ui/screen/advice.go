package screen

import (
	"strings"

	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// advice is the step that is likely next: a line for the strip, a longer one for a stranger in the demo, and what enter does about it.
type advice struct {
	next, hint string
	enter      func(*World)
}

// advise follows from what is known and marked, and from nothing else.
func (w *World) advise(g *Grid) advice {
	entry := w.lastRun()
	switch {
	case entry != nil && entry.Going():
		v := entry.View
		return advice{
			next:  "the run is at " + kit.Count(v.gone) + " of " + kit.Count(v.plan.N()) + ": enter to watch it",
			hint:  "the grid counts down while it runs; tab, enter watches the run",
			enter: func(w *World) { w.Push(NewRunScreen(entry)) },
		}
	case w.interrupted() != nil:
		p := w.interrupted()
		text := "a run of " + kit.Count(p.Plan.N()) + " was interrupted: 5 lists it, its phrase resumes it"
		return advice{next: text, hint: text, enter: func(w *World) { w.OpenPlans() }}
	case len(w.after.back) > 0:
		return advice{
			next:  "enter lists what came back and what brings it back; * marks both, x reviews their removal",
			hint:  "it comes back! tab, enter shows what brings it; then * and x",
			enter: func(w *World) { w.openBack() },
		}
	case w.Marks.Len() > 0:
		return w.adviseMarked()
	case w.reading(g):
		return advice{hint: "an account that exists only here is being read"}
	case g.filter.Text() != "" && g.pic.shown.Total.Count > 0:
		return w.adviseFiltered(g)
	case g.filter.Text() == "" && g.pic.facts.others > 0:
		return w.adviseNew(g)
	}
	return w.adviseRest(g)
}

// reading says whether so much is still being read that no advice can be given: one slow region does not keep it from that.
func (w *World) reading(g *Grid) bool {
	p := w.Inventory.Live().Progress()
	return g.pic == nil || len(g.pic.all.Rows) == 0 || p.FirstPass && p.Done*10 < p.Total*9
}

func (w *World) adviseMarked() advice {
	n := kit.Count(w.Marks.Len())
	if why := w.cannotPlan(); why != "" {
		return advice{next: n + " marked; " + why, hint: n + " marked, but " + why}
	}
	return advice{
		next:  "x review plan (" + n + " marked): nothing runs before you type its phrase",
		hint:  n + " marked: x reviews their removal; nothing runs by that",
		enter: func(w *World) { w.Review() },
	}
}

func (w *World) adviseNew(g *Grid) advice {
	query := "age<" + words.Ago(w.Window)
	return advice{
		next: kit.Count(g.pic.all.Total.New) + " of " + kit.Count(g.pic.all.Total.Count) + " are new in " + words.Ago(w.Window) +
			": / and type " + query,
		hint:  kit.Count(g.pic.all.Total.New) + " are new in " + words.Ago(w.Window) + ": press /, type " + query + " and enter",
		enter: func(w *World) { g.filter.OpenWith(w, query); g.Refresh(w, true) },
	}
}

// adviseFiltered says what to do with what a filter shows. What goes back to the caller is offered to be left out first: an hour after a breach
// his own repair is as new as the intruder's work.
func (w *World) adviseFiltered(g *Grid) advice {
	shown, f := g.pic.shown.Total.Count, &g.pic.facts
	if f.mine > 0 && f.mine < shown && len(f.mineNames) <= 3 {
		without := g.filter.Text()
		for _, name := range f.mineNames {
			without += ` !"` + strings.ReplaceAll(name, `"`, "") + `"`
		}
		names := strings.Join(f.mineNames, ", ")
		return advice{
			next: kit.Count(f.mine) + " of the " + kit.Count(shown) + " go back to you (" + names + "): enter leaves them out",
			hint: kit.Count(f.mine) + " are your own (" + names + "): tab, enter leaves them out",
			enter: func(w *World) {
				g.filter.Put(w, without)
				g.Refresh(w, true)
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
func (w *World) adviseRest(g *Grid) advice {
	empty := w.emptyHolders()
	switch {
	case w.ended() != nil && empty != nil && g.pic.facts.empty > 0 && g.filter.Text() != empty.text:
		n := kit.Count(g.pic.facts.empty)
		return advice{
			next:  n + " hold nothing any more and cost nothing, but what is not yours should go: enter shows them",
			hint:  n + " emptied ones are left, free of charge: tab, enter shows them",
			enter: func(w *World) { g.filter.Put(w, empty.text); g.Refresh(w, true) },
		}
	case g.filter.Text() != "":
		return advice{
			next: "nothing that can be told matches the filter: esc takes it away", hint: "nothing matches: esc takes the filter away",
			enter: func(w *World) { g.filter.Set(nil); g.Refresh(w, true) },
		}
	case w.ended() != nil && g.pic.all.Disabled > 0:
		n := words.Count(g.pic.all.Disabled, "region is", "regions are")
		return advice{
			next:  n + " disabled: what is in them lives on, unseen. Cut the intruder's access, then enable and look: enter lists them",
			hint:  "what can be seen is done. " + n + " disabled: unseen, not empty",
			enter: func(w *World) { w.Push(NewFaults(w)) },
		}
	case w.ended() != nil:
		return advice{hint: "what came in with the intruder is gone. q ends the demo"}
	}
	return advice{hint: "enter lists a cell, / selects, space and * mark, ? explains"}
}

// hint is what a stranger should do next on the screen that he sees.
func (w *World) hint() string {
	switch s := w.Top().(type) {
	case *Review:
		switch {
		case s.entry.Plan.N() == 0:
			return "something uses it: enter lists both, * marks, x plans again"
		case !s.Typing():
			return "read what will be removed; nothing has run"
		}
		return "read it, then type the phrase below: nothing here is real"
	case *RunScreen:
		switch v := s.entry.View; {
		case v.going():
			return "regions run side by side; esc leaves it running, 1: the grid"
		case v.resumable():
			return "stopped half-way: R and the phrase take it up where it stood"
		}
		return "press 1: the grid's NEXT line says what is left to do"
	case *Grid:
		return w.advise(w.home).hint
	case *List:
		if s.causes != nil {
			return "* marks what comes back and what brings it; x reviews"
		}
	case *Plans:
		return "enter opens a plan or its run; 1 goes back to the grid"
	case *Text, *Help, *Faults, *Detail:
		return "esc goes back; ? explains every key that works here"
	}
	if w.Marks.Len() > 0 {
		return w.adviseMarked().hint
	}
	return "space marks a row, * all that are shown; esc goes back"
}
