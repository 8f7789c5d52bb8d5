package screen

import (
	"slices"
	"strconv"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// Detail is everything that is known of one resource.
type Detail struct {
	ref   model.Ref
	res   *model.Resource
	gone  bool
	table *kit.Table
	lines []detailLine
	// related counts what it holds and what uses it; that costs as much as there is, and is done when the inventory changes.
	related []detailLine
}

// detailLine is one line: a label and a value, and where enter leads.
type detailLine struct {
	id, label, value string
	place            Place
	ref              model.Ref
	// link is a console page.
	link string
	warn bool
	// shown is the part of the value in this line, more says that it goes on from the line above.
	shown string
	more  bool
}

// wrapLines breaks values at a width; the cursor passes over what goes on from the line above.
func wrapLines(lines []detailLine, width int) []detailLine {
	out := make([]detailLine, 0, len(lines))
	for _, l := range lines {
		parts := kit.Wrap(l.value, max(20, width))
		if len(parts) == 0 {
			parts = []string{""}
		}
		for i, part := range parts {
			x := l
			x.shown = part
			if i > 0 {
				x.id, x.label, x.more = l.id+refSep+strconv.Itoa(i), "", true
			}
			out = append(out, x)
		}
	}
	return out
}

// NewDetail returns the detail of a resource.
func NewDetail(w *World, r *model.Resource) *Detail {
	d := &Detail{ref: r.Ref, res: r}
	d.table = kit.NewTable(w.Theme, kit.Column{ID: "label", Title: "", MinWidth: 14, MaxWidth: 14}, kit.Column{ID: "value", Title: ""})
	d.table.HideHeader = true
	d.table.Unit = "lines"
	d.table.SetRows(detailRows{d: d, w: w})
	return d
}

// Scope names its keys.
func (d *Detail) Scope() string { return ScopeDetail }

// Title is its part of the path.
func (d *Detail) Title() string { return kit.MiddleCut(d.res.Name, 40) }

// Refresh takes the resource as it is now; one that is gone stays as it was.
func (d *Detail) Refresh(w *World, _ bool) {
	w.Graph()
	if _, frozen := w.Frozen(); !frozen {
		r := w.Inventory.Get(d.ref)
		d.gone = r == nil
		if r != nil {
			d.res = r
		}
	}
	d.related = w.relatedLines(d.res)
	d.lines = wrapLines(w.detailLines(d), 80)
}

// detailLines words everything that is known.
func (w *World) detailLines(d *Detail) []detailLine {
	r := d.res
	var lines []detailLine
	add := func(label, value string) {
		lines = append(lines, detailLine{id: label, label: label, value: value})
	}
	switch {
	case d.gone:
		lines = append(lines, detailLine{id: "gone", label: "GONE", value: "it is no longer listed; this is how it was", warn: true})
	case w.Marks.Has(r.Ref):
		add("MARKED", "x reviews the removal of everything that is marked")
	}
	if note := w.Notes[r.Ref]; note != "" {
		add("NOTE", note)
	}
	fields := slices.Clone(w.Catalog.Fields(r.Ref.Kind))
	slices.SortStableFunc(fields, func(a, b model.Field) int { return a.Order - b.Order })
	for _, f := range fields {
		lines = append(lines, detailLine{id: f.ID, label: f.Title, value: w.longValue(f, r)})
		if f.ID == "by" {
			lines = append(lines, w.makerLines(r)...)
		}
	}
	if usd, ok := r.Rate.SoFar(w.Moment()); ok {
		sign := ""
		if r.Rate.Estimated {
			sign = words.Estimate
		}
		add("BILLED", sign+words.Money(usd)+" since "+w.Clock.Full(r.Rate.Since))
	}
	add("SECRETS", secretsText(r.Secrets))
	add("SEEN", w.Clock.Full(r.SeenAt))
	lines = append(lines, d.related...)
	for i, b := range r.Behind {
		lines = append(lines, detailLine{
			id: "behind" + string(rune('0'+i)), label: "STAYS BEHIND", link: b.Console, warn: true,
			value: b.Type + " " + model.Clean(b.ID) + " in " + b.Region + ": rootout does not cover it, and it is left when this is gone (o: its page)",
		})
	}
	return lines
}

// makerLines says how a maker is known, or who registered what runs here where it is not.
func (w *World) makerLines(r *model.Resource) []detailLine {
	how := map[model.MakerSource]string{
		model.FromEvent: "by the event that made it", model.FromRegistered: "AWS recorded it when it was registered", model.FromOwner: "it is its owner's maker",
	}[r.Maker.Source]
	if r.Maker.ARN != "" {
		if how == "" {
			return nil
		}
		return []detailLine{{id: "maker", label: "", value: how}}
	}
	if w.graph != nil {
		if hint := w.graph.Hint(r.Ref); hint != "" {
			return []detailLine{{id: "hint", label: "", value: hint + " (a help for the eye: it marks nothing)"}}
		}
	}
	return nil
}

// relatedLines are owners, children and users; enter goes there.
func (w *World) relatedLines(r *model.Resource) []detailLine {
	var lines []detailLine
	for _, o := range r.Owners {
		lines = append(lines, detailLine{id: "owner" + rowID(o), label: "BELONGS TO", value: o.String(), ref: o})
	}
	for _, u := range r.Uses {
		lines = append(lines, detailLine{id: "uses" + rowID(u), label: "USES", value: u.String(), ref: u})
	}
	if w.graph == nil {
		return append(lines, detailLine{id: "related", label: "HOLDS", value: words.Reading})
	}
	lines = append(lines, w.countLines("HOLDS", w.graph.Children(r.Ref), Place{Owner: r.Ref, Name: r.Name})...)
	return append(lines, w.countLines("USED BY", w.graph.Users(r.Ref), Place{Owner: r.Ref, Users: true, Name: r.Name + " used by"})...)
}

// countLines counts related resources by kind, in the catalog's order.
func (w *World) countLines(label string, related []*model.Resource, place Place) []detailLine {
	var lines []detailLine
	for _, k := range w.Catalog.Kinds() {
		n, idle := 0, 0
		for _, c := range related {
			if c.Ref.Kind != k.ID {
				continue
			}
			n++
			if !c.Counts {
				idle++
			}
		}
		if n == 0 {
			continue
		}
		value := kit.Count(n) + " " + k.Plural
		if n == 1 && len(k.Aliases) > 0 {
			value = "1 " + k.Aliases[0]
		}
		if idle > 0 {
			value += ", " + kit.Count(idle) + " of them do not count"
		}
		place.Kind = k.ID
		lines = append(lines, detailLine{id: label + string(k.ID), label: label, value: value + "   enter", place: place})
	}
	return lines
}

// Handle does what an intent asks for.
func (d *Detail) Handle(w *World, in Intent) bool {
	if move, ok := kit.NavMove(string(in)); ok {
		d.table.Move(move)
		return true
	}
	line := d.line()
	switch {
	case in == IntentCopy && line != nil:
		w.copy(line.value, line.value)
		return true
	case in == IntentConsole && line != nil && line.link != "":
		w.copy(line.link, line.link)
		return true
	case in == IntentOpen && line != nil:
		d.follow(w, line)
		return true
	case in == IntentRescan:
		w.rescan("its cell", d.ref.Cell())
		return true
	}
	return w.handleThing(in, d.res)
}

func (d *Detail) follow(w *World, line *detailLine) {
	switch {
	case !line.place.Owner.IsZero():
		w.pushList(line.place, nil)
	case !line.ref.IsZero():
		if r := w.Inventory.Get(line.ref); r != nil {
			w.Push(NewDetail(w, r))
			return
		}
		w.Refuse("it is not in the inventory: gone, or its cell was not counted")
	default:
		w.Push(NewProse(w, line.label, line.value, ""))
	}
}

// Refuse says why an intent cannot work now.
func (d *Detail) Refuse(w *World, in Intent) string {
	if in == IntentFaults {
		return "faults are of cells and steps: see the grid or a run"
	}
	if line := d.line(); in == IntentConsole && line != nil && line.link != "" {
		return ""
	}
	return w.refuseThing(in, d.res)
}

func (d *Detail) line() *detailLine {
	if i := d.table.Cursor(); i >= 0 && i < len(d.lines) {
		return &d.lines[i]
	}
	return nil
}

// Draw fills the screen.
func (d *Detail) Draw(w *World, size kit.Size) string {
	d.lines = wrapLines(w.detailLines(d), size.W-labelWidth)
	return d.table.View(size)
}

// labelWidth is what the labels, the gutter and the gap take.
const labelWidth = 20

// detailRows shows the lines.
type detailRows struct {
	d *Detail
	w *World
}

// Len is the number of lines.
func (r detailRows) Len() int { return len(r.d.lines) }

// ID names a line by what it is about.
func (r detailRows) ID(i int) string { return r.d.lines[i].id }

// Skip passes over what goes on from the line above.
func (r detailRows) Skip(i int) bool { return r.d.lines[i].more }

// Gutter is empty.
func (r detailRows) Gutter(int) kit.Gutter { return kit.Gutter{} }

// Cell is the label or the value.
func (r detailRows) Cell(i, col int) kit.Cell {
	line := &r.d.lines[i]
	switch {
	case col == 0:
		return kit.Cell{Text: line.label, Style: r.w.Theme.Muted}
	case line.warn:
		return kit.Cell{Text: line.shown, Style: r.w.Theme.Warning}
	}
	return kit.Cell{Text: line.shown}
}

// longValue is a value as the detail shows it: whole, with its unit, times with their age.
func (w *World) longValue(f model.Field, r *model.Resource) string {
	v := f.Get(r)
	switch {
	case v.IsUnknown():
		return words.Unknown + " (not known)"
	case v.IsNever():
		return words.Never
	}
	if t, ok := v.Time(); ok {
		return w.Clock.Full(t) + "  (" + words.Ago(w.Clock.Now().Sub(t)) + " ago)"
	}
	if n, ok := v.Number(); ok {
		text := words.Quantity(f.Unit, n, f.Unit == model.USDPerHour && r.Rate.Estimated)
		if f.Unit == model.VCPU {
			text += " vCPU"
		}
		return text
	}
	return v.String()
}
