package review

import (
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/ui/kit"
)

// undoSum is how far the resources of a phase can be undone: each as far as that of its steps
// which can be undone least.
type undoSum map[model.Ref]undoOf

type undoOf struct {
	undo model.Undo
	// how says by what, unless what would keep an exact undo from being one.
	how, unless string
}

func (u undoSum) add(s *plan.Step) {
	for _, ref := range s.Targets {
		if was, known := u[ref]; !known || s.Undo < was.undo {
			u[ref] = undoOf{undo: s.Undo, how: s.UndoHow, unless: s.UndoUnless}
		} else if s.Undo == was.undo && was.unless == "" {
			was.unless = s.UndoUnless
			u[ref] = was
		}
	}
}

// text says how far a phase can be undone; of one that puts things back, by what it does.
func (u undoSum) text(phase model.Phase) string {
	if phase == model.Restore {
		return "from the evidence"
	}
	counts := map[model.Undo]int{}
	how, unless := map[string]bool{}, map[string]bool{}
	for _, of := range u {
		counts[of.undo]++
		if of.undo == model.UndoPartly {
			how[of.how] = true
		}
		if of.undo == model.UndoExactly && of.unless != "" {
			unless[of.unless] = true
		}
	}
	switch {
	case counts[model.UndoNot] == len(u):
		return "cannot be undone"
	case counts[model.UndoPartly] == len(u):
		return "can be made again from the evidence" + listed(": ", how)
	case counts[model.UndoExactly] == len(u):
		return "can be undone" + listed(", unless ", unless)
	}
	var parts []string
	if n := counts[model.UndoExactly]; n > 0 {
		parts = append(parts, kit.Count(n)+" can be undone"+listed(", unless ", unless))
	}
	if n := counts[model.UndoPartly]; n > 0 {
		parts = append(parts, kit.Count(n)+" only made again from the evidence")
	}
	if n := counts[model.UndoNot]; n > 0 {
		parts = append(parts, kit.Count(n)+" cannot")
	}
	return strings.Join(parts, ", ")
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
