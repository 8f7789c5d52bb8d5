package runs

import (
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/ui/kit"
)

// UndoOf says by phase how far what a plan does can be undone, once all of it has run: each
// resource as far as that of its steps which can be undone least.
func UndoOf(p *plan.Plan, catalog *model.Catalog) map[model.Phase]string {
	reverts := p.Reverts()
	sums := map[model.Phase]map[model.Ref]plan.Revert{}
	for i := range p.Steps {
		s := &p.Steps[i]
		if sums[s.Phase] == nil {
			sums[s.Phase] = map[model.Ref]plan.Revert{}
		}
		for _, ref := range s.Targets {
			sums[s.Phase][ref] = reverts[ref]
		}
	}
	out := map[model.Phase]string{}
	for phase, sum := range sums {
		out[phase] = undoText(sum, phase, catalog)
	}
	return out
}

// undoText says how far a phase can be undone; of one that puts things back, by what it does.
func undoText(sum map[model.Ref]plan.Revert, phase model.Phase, catalog *model.Catalog) string {
	if phase == model.Restore {
		return "from the evidence"
	}
	counts, later := map[model.Undo]int{}, 0
	how, unless, needs := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, of := range sum {
		switch {
		case of.Needs != "":
			later++
			needs[singular(catalog, of.Needs)] = true
			continue
		case of.Undo == model.UndoPartly:
			how[of.How] = true
		case of.Undo == model.UndoExactly && of.Unless != "":
			unless[of.Unless] = true
		}
		counts[of.Undo]++
	}
	again := "put back by u only once" + listed(" its ", needs) + " is there again"
	switch len(sum) {
	case counts[model.UndoNot]:
		return "cannot be undone"
	case counts[model.UndoPartly]:
		return "can be made again from the evidence" + listed(": ", how)
	case counts[model.UndoExactly]:
		return "can be undone" + listed(", unless ", unless)
	case later:
		return again
	}
	var parts []string
	add := func(n int, text string) {
		if n > 0 {
			parts = append(parts, kit.Count(n)+" "+text)
		}
	}
	add(counts[model.UndoExactly], "can be undone"+listed(", unless ", unless))
	add(later, again)
	add(counts[model.UndoPartly], "only made again from the evidence")
	add(counts[model.UndoNot], "cannot")
	return strings.Join(parts, ", ")
}

// singular is what one thing of a kind is called.
func singular(catalog *model.Catalog, kind model.KindID) string {
	if k, ok := catalog.Kind(kind); ok {
		return k.Singular()
	}
	return string(kind)
}

// listed are the words of a set behind what leads to them, "" for none.
func listed(lead string, set map[string]bool) string {
	var all []string
	for word := range set {
		if word != "" {
			all = append(all, word)
		}
	}
	if len(all) == 0 {
		return ""
	}
	slices.Sort(all)
	return lead + strings.Join(all, "; ")
}
