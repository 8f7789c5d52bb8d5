package timeline

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/trail"
	"github.com/rootout/rootout/ui/history"
	"github.com/rootout/rootout/ui/screen"
)

// openEvent shows all that is known of an event, with its record.
func (s *Screen) openEvent(line history.Line) {
	r := s.shown.Events.At(line.First)
	s.needs.History.Record(line.First, func(raw []byte, err error) {
		s.needs.Open.Text(screen.TextRequest{Title: model.Clean(r.Name), Text: s.whole(&r) + "\n\n" + pretty(raw, err)})
	})
}

func (s *Screen) openRecord(line history.Line) {
	r := s.shown.Events.At(line.First)
	s.needs.History.Record(line.First, func(raw []byte, err error) {
		s.needs.Open.Text(screen.TextRequest{Title: model.Clean(r.Name) + " record", Text: pretty(raw, err)})
	})
}

func (s *Screen) copyRecord(line history.Line) {
	r := s.shown.Events.At(line.First)
	s.needs.History.Record(line.First, func(raw []byte, err error) {
		s.needs.Speak.Copy(pretty(raw, err), "the record of "+model.Clean(r.Name))
	})
}

// whole says of an event what people ask, a line each.
func (s *Screen) whole(r *trail.Row) string {
	var b strings.Builder
	add := func(name, value string) {
		if value != "" {
			b.WriteString(name + strings.Repeat(" ", max(1, 12-len(name))) + model.Clean(value) + "\n")
		}
	}
	add("event", r.Service()+":"+r.Name)
	if !r.Time.IsZero() {
		add("time", s.needs.Clock.Full(r.Time))
	}
	add("region", r.Region)
	add("who", r.Who)
	add("by", r.By)
	add("caller", r.Caller.String())
	add("session", r.Session)
	add("access key", r.AccessKey)
	add("address", r.Address)
	add("agent", r.Agent)
	add("via", r.Via)
	add("error", r.Error)
	for i, name := range r.Names() {
		title := ""
		if i == 0 {
			title = "names"
		}
		add(title, name)
	}
	add("event id", r.ID)
	return strings.TrimRight(b.String(), "\n")
}

// pretty is a record to be read.
func pretty(raw []byte, err error) string {
	switch {
	case err != nil:
		return "the record could not be read: " + err.Error()
	case raw == nil:
		return "the record was not kept"
	}
	var out bytes.Buffer
	if json.Indent(&out, raw, "", "  ") != nil {
		return string(raw)
	}
	return out.String()
}

// pivot lists the events that share a field with one, by the field that is chosen.
func (s *Screen) pivot(line history.Line) {
	r := s.shown.Events.At(line.First)
	var labels, filters []string
	add := func(field, value string) {
		if value != "" {
			labels, filters = append(labels, field), append(filters, field+"="+quote(value))
		}
	}
	add("session", r.Session)
	add("by", r.By)
	add("key", r.AccessKey)
	add("address", r.Address)
	add("agent", r.Agent)
	add("name", r.Name)
	add("region", r.Region)
	add("error", r.Error)
	add("on", r.Target)
	s.needs.Choose("list all events with the same", labels, func(i int) { s.needs.Open.Events(filters[i]) })
}

// quote is a value as a filter takes it whole.
func quote(value string) string { return `"` + strings.ReplaceAll(value, `"`, `*`) + `"` }

// reachText says how far each region was read.
func (s *Screen) reachText() string {
	var b strings.Builder
	read := map[string]bool{}
	for _, r := range s.needs.History.Reaches() {
		read[r.Region] = true
		b.WriteString(r.Region + strings.Repeat(" ", max(1, 18-len(r.Region))))
		switch {
		case r.From.IsZero():
			b.WriteString("nothing read yet")
		case r.Whole:
			b.WriteString("whole, from " + s.needs.Clock.Full(r.From) + " to " + s.needs.Clock.Full(r.To))
		default:
			b.WriteString("back to " + s.needs.Clock.Full(r.From) + ", going on…")
		}
		if !r.Makers {
			b.WriteString(" · who made what: still reading…")
		}
		if r.Failure != nil {
			b.WriteString("\n" + strings.Repeat(" ", 18) + model.Clean(r.Failure.Error()))
		}
		b.WriteString("\n")
	}
	regions := slices.Clone(s.needs.Regions())
	slices.SortFunc(regions, func(a, b model.Region) int { return strings.Compare(a.Name, b.Name) })
	for _, r := range regions {
		if !read[r.Name] {
			b.WriteString(r.Name + strings.Repeat(" ", max(1, 18-len(r.Name))) + "not read: " + r.CellState().String() + "\n")
		}
	}
	return b.String()
}
