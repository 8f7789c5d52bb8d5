package detail

import (
	"slices"
	"strconv"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/resource"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/words"
)

// line is one line: a label and a value, and where enter leads.
type line struct {
	id, label, value string
	// list is what enter lists, where it leads to a list.
	list screen.ListOf
	ref  model.Ref
	// link is a console page.
	link string
	warn bool
	// shown is the part of the value in this line; continues says that it goes on from the line
	// above.
	shown     string
	continues bool
}

// wrapLines breaks values at a width; the cursor passes over what goes on from the line above.
func wrapLines(lines []*line, width int) []*line {
	out := make([]*line, 0, len(lines))
	for _, l := range lines {
		parts := kit.Wrap(l.value, max(20, width))
		if len(parts) == 0 {
			parts = []string{""}
		}
		for i, part := range parts {
			x := *l
			x.shown = part
			if i > 0 {
				x.id, x.label, x.continues = l.id+"\x1f"+strconv.Itoa(i), "", true
			}
			out = append(out, &x)
		}
	}
	return out
}

// allLines words everything that is known.
func (d *Screen) allLines() []*line {
	r := d.res
	var lines []*line
	add := func(label, value string) {
		lines = append(lines, &line{id: label, label: label, value: value})
	}
	switch {
	case d.gone:
		lines = append(lines, &line{id: "gone", label: "GONE", value: "it is no longer listed; this is how it was", warn: true})
	case d.needs.Marks.Has(r.Ref):
		add("MARKED", "x reviews the removal of everything that is marked")
	}
	if note := d.needs.Notes.Note(r.Ref); note != "" {
		add("NOTE", note)
	}
	fields := slices.Clone(d.needs.Catalog.Fields(r.Ref.Kind))
	slices.SortStableFunc(fields, func(a, b model.Field) int { return a.Order - b.Order })
	for _, f := range fields {
		if f.ID == "verdict" {
			lines = append(lines, verdictLines(f, r)...)
			continue
		}
		lines = append(lines, &line{id: f.ID, label: f.Title, value: d.longValue(f, r)})
		if f.ID == "by" {
			lines = append(lines, d.makerLines(r)...)
		}
	}
	if usd, ok := r.Rate.SoFar(d.needs.Account.Moment()); ok {
		sign := ""
		if r.Rate.Estimated {
			sign = words.Estimate
		}
		add("BILLED", sign+words.Money(usd)+" since "+d.needs.Clock.Full(r.Rate.Since))
	}
	add("SECRETS", resource.Secrets(r.Secrets))
	add("LAST READ", d.needs.Clock.Full(r.SeenAt))
	lines = append(lines, d.related...)
	for i, b := range r.Leftovers {
		lines = append(lines, &line{
			id: "behind" + string(rune('0'+i)), label: "STAYS BEHIND", link: b.Console, warn: true,
			value: b.Type + " " + model.Clean(b.ID) + " in " + b.Region + ": rootout does not cover it, and it is left when this is gone (o: its page)",
		})
	}
	return lines
}

// longValue is a value as the detail shows it: whole, with its unit, times with their age.
func (d *Screen) longValue(f model.Field, r *model.Resource) string {
	v := f.Get(r)
	switch {
	case f.ID == "region":
		return r.Ref.Title()
	case v.IsUnknown():
		return words.Unknown + " (not known)"
	case v.IsNever():
		return words.Never
	}
	if t, ok := v.Time(); ok {
		return d.needs.Clock.Full(t) + "  (" + words.Ago(d.needs.Clock.Now().Sub(t)) + " ago)"
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

// verdictLines are its place in the hostile set and the events that put it there, one a line, so
// that each can be copied; none where it has none.
func verdictLines(f model.Field, r *model.Resource) []*line {
	about := r.About()
	if about.Verdict == model.Unjudged {
		return nil
	}
	lines := []*line{{id: f.ID, label: f.Title, value: about.Verdict.String(), warn: true}}
	for i, event := range about.Chain {
		lines = append(lines, &line{id: "chain" + strconv.Itoa(i), label: words.If(i == 0, "CHAIN"), value: model.Clean(event)})
	}
	return lines
}

// makerLines says how a maker is known, or who registered what runs here where it is not.
func (d *Screen) makerLines(r *model.Resource) []*line {
	about := r.About()
	if about.Maker.ARN != "" {
		return sourceLines(about)
	}
	if d.hint != "" {
		return []*line{{id: "hint", label: "", value: d.hint + " (a hint only: it marks nothing)"}}
	}
	return nil
}

// sourceLines say how a maker is known; a guess names him here only, since nothing is selected by
// it.
func sourceLines(about model.About) []*line {
	var lines []*line
	add := func(id, value string) { lines = append(lines, &line{id: id, value: value}) }
	switch about.Maker.Source {
	case model.FromEvent:
		add("maker", "by the event that made it")
	case model.FromRegistered:
		add("maker", "AWS recorded it when it was registered")
	case model.FromOwner:
		add("maker", "it is its owner's maker")
	case model.Guessed:
		add("maker", "perhaps "+model.Clean(about.Maker.ARN)+": a guess, by which nothing is selected or marked")
	case model.MakerUnknown:
	}
	if about.Event != "" {
		add("event", "event "+model.Clean(about.Event))
	}
	if about.Session != "" {
		add("session", "session "+model.Clean(about.Session))
	}
	return lines
}

// relatedLines are owners, children and users; enter goes there.
func (d *Screen) relatedLines() []*line {
	r := d.res
	var lines []*line
	for _, o := range r.Owners {
		lines = append(lines, &line{id: "owner" + resource.RowID(o), label: "BELONGS TO", value: o.String(), ref: o})
	}
	for _, u := range r.Uses {
		lines = append(lines, &line{id: "uses" + resource.RowID(u), label: "USES", value: u.String(), ref: u})
	}
	if d.needs.Account.LastGraph() == nil {
		return append(lines, &line{id: "related", label: "HOLDS", value: words.Reading})
	}
	lines = append(lines, d.countLines("HOLDS", d.needs.Account.LastGraph().Children(r.Ref), screen.ListOf{Owner: r.Ref, Name: r.Name})...)
	return append(lines, d.countLines("USED BY", d.needs.Account.LastGraph().Users(r.Ref), screen.ListOf{Owner: r.Ref, Users: true, Name: r.Name + " used by"})...)
}

// countLines counts related resources by kind, in the catalog's order.
func (d *Screen) countLines(label string, related []*model.Resource, list screen.ListOf) []*line {
	var lines []*line
	for _, k := range d.needs.Catalog.Kinds() {
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
		list.Kind = k.ID
		lines = append(lines, &line{id: label + string(k.ID), label: label, value: value + "   enter", list: list})
	}
	return lines
}
