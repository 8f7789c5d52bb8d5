package list

import (
	"slices"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/choosing"
	"github.com/rootout/rootout/ui/export"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/resource"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/words"
)

// Handle does what an intent asks for.
func (l *Screen) Handle(in screen.Intent) bool {
	defer l.lookHint() // The cursor may have moved.
	if kit.Navigate(string(in), l.table.Move) {
		return true
	}
	l.table.Pin()
	if l.needs.Actions.Handle(in, l.current()) || l.choose.Handle(in) {
		return true
	}
	switch in {
	case screen.IntentOpen:
		if r := l.current(); r != nil {
			l.needs.Open.Resource(r)
		}
	case choosing.IntentSort:
		l.choose.ChooseOrder(l.titles(), func(i int) { l.chooseOrder(l.fields[i].ID) })
	case choosing.IntentMark:
		l.mark()
	case choosing.IntentRange:
		l.table.StartRange()
	case choosing.IntentMarkAll:
		l.markAll()
	case screen.IntentRescan:
		l.rescan()
	case export.IntentCSV, export.IntentJSON:
		l.needs.Export.Export(in, l.sheet())
	case screen.IntentBack:
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
func (l *Screen) Refuse(in screen.Intent) string {
	switch in {
	case screen.IntentFaults:
		return "only the grid and a run have faults to show"
	case screen.IntentOpen, choosing.IntentMark, choosing.IntentRange, choosing.IntentMarkAll, export.IntentCSV, export.IntentJSON:
		if l.table.Len() == 0 {
			return "there is no row"
		}
	default:
	}
	return l.needs.Actions.Refuse(in, l.current())
}

// mark marks the resource under the cursor, or the range; what does not count is refused, since
// there is nothing to remove.
func (l *Screen) mark() {
	d := l.rows.data
	var refs []model.Ref
	ranged := l.table.InRange()
	idle := ""
	for _, id := range l.table.Range() {
		i, ok := d.index[resource.RefOf(id)]
		if !ok {
			continue
		}
		r := d.rows[i]
		if why := notMarkable(r); why != "" && !l.needs.Marks.Has(r.Ref) {
			idle = why
			continue
		}
		refs = append(refs, r.Ref)
	}
	l.table.EndRange()
	switch {
	case len(refs) == 0 && idle != "":
		l.needs.Speak.Refuse("not marked: " + idle)
		return
	case !ranged && len(refs) == 1:
		on := !l.needs.Marks.Has(refs[0])
		l.needs.Marks.Toggle(refs, on)
		l.table.Move(kit.MoveDown)
		return
	}
	l.choose.MarkOrUnmark(refs, func(n int) string { return words.Count(n, "resource", "resources") + " of the range" })
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
func (l *Screen) markAll() {
	if l.choose.RefuseMarking() {
		return
	}
	d := l.rows.data
	pick := func() []model.Ref {
		var refs []model.Ref
		for _, r := range d.rows {
			if notMarkable(r) == "" {
				refs = append(refs, r.Ref)
			}
		}
		return refs
	}
	l.choose.MarkShown(d.filter, pick, "nothing here counts: there is nothing to remove", func() { l.Refresh(true) })
}

func (l *Screen) rescan() {
	if l.of.Region == "" && l.of.Kind == "" && l.of.Owner.IsZero() {
		l.needs.Account.Rescan("everything")
		return
	}
	snap := l.needs.Account.Snapshot()
	var keys []model.CellKey
	for _, key := range snap.Cells() {
		if l.of.Owner.IsZero() {
			if (l.of.Region == "" || key.Region == l.of.Region) && (l.of.Kind == "" || key.Kind == l.of.Kind) {
				keys = append(keys, key)
			}
		} else if key.Region == l.of.Owner.Region && (l.of.Kind == "" || key.Kind == l.of.Kind) {
			keys = append(keys, key)
		}
	}
	l.needs.Account.Rescan(l.Title(), keys...)
}

// chooseOrder orders by a column, or turns the order round; the dearest and the biggest come first.
func (l *Screen) chooseOrder(id string) {
	number := slices.ContainsFunc(l.fields, func(f model.Field) bool { return f.ID == id && f.Type == model.NumberField })
	l.choose.Order.Choose(id, number)
	l.Refresh(true)
}

func (l *Screen) titles() []string {
	titles := make([]string, len(l.fields))
	for i := range l.fields {
		titles[i] = l.fields[i].Title
	}
	return titles
}
