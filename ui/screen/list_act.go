package screen

import (
	"slices"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// Handle does what an intent asks for.
func (l *List) Handle(w *World, in Intent) bool {
	if move, ok := kit.NavMove(string(in)); ok {
		l.table.Move(move)
		return true
	}
	l.table.Pin()
	if w.handleThing(in, l.current()) {
		return true
	}
	switch in {
	case IntentOpen:
		if r := l.current(); r != nil {
			w.Push(NewDetail(w, r))
		}
	case IntentFilter:
		l.filter.Open()
	case IntentSort:
		l.openSort(w)
	case IntentMark:
		l.mark(w)
	case IntentRange:
		l.table.StartRange()
	case IntentMarkAll:
		l.markAll(w)
	case IntentUnmark:
		l.starred = nil
		w.UnmarkAll()
	case IntentUndo:
		w.UndoMark()
	case IntentReview:
		w.Review()
	case IntentRescan:
		l.rescan(w)
	case IntentCSV, IntentJSON:
		w.export(in, l.sheet(w))
	case IntentBack:
		if l.table.InRange() {
			l.table.EndRange()
			return true
		}
		return false
	default:
		return false
	}
	return true
}

// Refuse says why an intent cannot work now.
func (l *List) Refuse(w *World, in Intent) string {
	switch in {
	case IntentFaults:
		return "faults are of cells and steps: see the grid or a run"
	case IntentOpen, IntentMark, IntentRange, IntentMarkAll, IntentCSV, IntentJSON:
		if l.table.Len() == 0 {
			return "there is no row"
		}
	default:
	}
	return w.refuseThing(in, l.current())
}

// mark marks the resource under the cursor, or the range; what does not count is refused, since there is nothing to remove.
func (l *List) mark(w *World) {
	data := l.rows.data
	var refs []model.Ref
	ranged := l.table.InRange()
	idle := ""
	for _, id := range l.table.Range() {
		i, ok := data.index[refOf(id)]
		if !ok {
			continue
		}
		r := data.rows[i]
		if why := notMarkable(r); why != "" && !w.Marks.Has(r.Ref) {
			idle = why
			continue
		}
		refs = append(refs, r.Ref)
	}
	l.table.EndRange()
	switch {
	case len(refs) == 0 && idle != "":
		w.Refuse("not marked: " + idle)
		return
	case !ranged && len(refs) == 1:
		on := !w.Marks.Has(refs[0])
		w.Marks.Set(refs, on)
		w.KeepMarks()
		l.table.Move(kit.MoveDown)
		return
	}
	on := slices.ContainsFunc(refs, func(r model.Ref) bool { return !w.Marks.Has(r) })
	w.MarkAll(refs, on, func(n int) {
		word := "marked "
		if !on {
			word = "unmarked "
		}
		w.sayMarks(word+words.Count(n, "resource", "resources")+" of the range", true)
	})
}

// notMarkable says why a resource cannot be marked, "" where it can.
func notMarkable(r *model.Resource) string {
	switch {
	case r.Deleting:
		return "AWS is deleting it already (" + r.State + ")"
	case !r.Counts:
		return "it is " + r.State + ": there is nothing left to remove"
	}
	return ""
}

// markAll marks what the filter shows and counts.
func (l *List) markAll(w *World) {
	if why := l.filter.ambiguous(); why != "" {
		w.Refuse("not marked: " + why)
		return
	}
	data := l.rows.data
	type picked struct {
		refs []model.Ref
		set  map[model.Ref]bool
	}
	background.Do(w.Loop, func() picked {
		var p picked
		for _, r := range data.rows {
			if notMarkable(r) == "" {
				p.refs = append(p.refs, r.Ref)
			}
		}
		p.set = setOf(p.refs)
		return p
	}, func(p picked) {
		if len(p.refs) == 0 {
			w.Refuse("nothing here counts: there is nothing to remove")
			return
		}
		l.starred = &starred{filter: data.filter, refs: p.set}
		l.Refresh(w, true)
		w.MarkAll(p.refs, true, func(int) {
			w.sayMarks("marked all "+kit.Count(len(p.refs))+" shown; what matches later is counted, not marked", true)
		})
	})
}

func (l *List) rescan(w *World) {
	if l.place.Region == "" && l.place.Kind == "" && l.place.Owner.IsZero() {
		w.rescan("everything")
		return
	}
	snap := w.Snapshot()
	var keys []model.CellKey
	for _, key := range snap.Cells() {
		if l.place.Owner.IsZero() {
			if (l.place.Region == "" || key.Region == l.place.Region) && (l.place.Kind == "" || key.Kind == l.place.Kind) {
				keys = append(keys, key)
			}
		} else if key.Region == l.place.Owner.Region && (l.place.Kind == "" || key.Kind == l.place.Kind) {
			keys = append(keys, key)
		}
	}
	w.rescan(l.Title(), keys...)
}

// rescan has cells read again at once; no keys means all.
func (w *World) rescan(what string, keys ...model.CellKey) {
	scanner := w.Session.Scanner
	background.Do(w.Loop, func() struct{} {
		scanner.Rescan(keys...)
		return struct{}{}
	}, func(struct{}) { w.Say(kit.Info, "reading "+what+" again") })
}
