package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/rootout/rootout/cmd/rootout/printed"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/trail"
	"github.com/rootout/rootout/ui/kit"
)

// joined are words with commas between.
func joined(all []string) string { return strings.Join(all, ", ") }

// write prints what is wanted in the form that was asked for.
func (t *timeline) write(w io.Writer) error {
	out := bufio.NewWriter(w)
	var err error
	switch o := t.options; {
	case o.histogram:
		err = t.writeHistogram(out)
	case o.json, o.timesketch:
		err = t.writeJSON(out)
	case o.csv:
		err = t.writeCSV(out)
	case o.group != "":
		err = t.writeGroups(out)
	default:
		err = t.writeText(out)
	}
	if err != nil {
		return err
	}
	return out.Flush()
}

// clean is a text of a record as JSON may hold it, null where there is none.
func clean(s string) any {
	if s == "" {
		return nil
	}
	return model.Clean(s)
}

// eventJSON is the JSON that the README describes.
func eventJSON(r *trail.Row) object {
	return object{
		{"id", model.Clean(r.ID)},
		{"time", stamp(r.Time)},
		{"region", clean(r.Region)},
		{"service", clean(r.Service())},
		{"name", clean(r.Name)},
		{"sort", r.Class.String()},
		{"by", clean(r.By)},
		{"who", clean(r.Who)},
		{"caller", r.Caller.String()},
		{"session", clean(r.Session)},
		{"accessKey", clean(r.AccessKey)},
		{"address", clean(r.Address)},
		{"agent", clean(r.Agent)},
		{"via", clean(r.Via)},
		{"error", clean(r.Error)},
		{"target", clean(r.Target)},
		{"on", append([]string{}, r.Names()...)},
	}
}

// timesketch is an event as Timesketch imports it: message, datetime and timestamp_desc have to be
// there, the rest is searched (Timesketch documentation, JSONL uploads).
func timesketch(r *trail.Row) object {
	message := model.Clean(strings.TrimSpace(r.Who + " " + r.Service() + ":" + r.Name + " " + r.Target))
	if r.Error != "" {
		message += ": " + model.Clean(r.Error)
	}
	return append(object{{"message", message}, {"datetime", stamp(r.Time)}, {"timestamp_desc", "CloudTrail event time"}}, eventJSON(r)...)
}

func (t *timeline) groupJSON(g *trail.Group) object {
	return object{
		{t.options.group, clean(g.Key)},
		{"label", model.Clean(g.Label)},
		{"first", stamp(g.First)},
		{"last", stamp(g.Last)},
		{"events", g.Events},
		{"changes", g.Changes},
		{"failed", g.Failed},
		{"regions", len(g.Regions)},
		{"addresses", len(g.Addresses)},
	}
}

// objects gives what is wanted one by one: the groups that were asked for, or the events.
func (t *timeline) objects(each func(object) error) error {
	if t.options.group == "" {
		form := eventJSON
		if t.options.timesketch {
			form = timesketch
		}
		return t.rows(func(r *trail.Row) error { return each(form(r)) })
	}
	for _, g := range t.groups() {
		if err := each(t.groupJSON(g)); err != nil {
			return err
		}
	}
	return nil
}

func (t *timeline) writeJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return t.objects(func(o object) error { return enc.Encode(o) })
}

// cell is a value that no spreadsheet takes for a formula.
func cell(value any) string {
	var text string
	switch v := value.(type) {
	case nil:
	case []string:
		text = strings.Join(v, " ")
	default:
		text = fmt.Sprint(v)
	}
	if text != "" && strings.ContainsAny(text[:1], "=+-@\t\r") {
		return "'" + text
	}
	return text
}

func (t *timeline) writeCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	head := false
	line := func(o object) error {
		names, cells := make([]string, len(o)), make([]string, len(o))
		for i, m := range o {
			names[i], cells[i] = m.key, cell(m.value)
		}
		if !head {
			head = true
			if err := out.Write(names); err != nil {
				return err
			}
		}
		return out.Write(cells)
	}
	err := t.objects(line)
	out.Flush()
	if err == nil {
		err = out.Error()
	}
	return err
}

// zone is what the local zone is called.
func zone(now time.Time) string { return now.Local().Format("MST") }

// local is a moment as people read it.
func local(at time.Time) string {
	if at.IsZero() {
		return "?"
	}
	return at.Local().Format("2006-01-02 15:04:05")
}

func (t *timeline) writeText(w io.Writer) error {
	table := printed.NewTable("TIME "+zone(t.now), "REGION", "SORT", "EVENT", "ON", "WHO", "ADDRESS", "ERROR")
	if err := t.rows(func(r *trail.Row) error {
		table.Add(local(r.Time), model.Clean(r.Region), r.Class.String(), model.Clean(r.Service()+":"+r.Name), kit.MiddleCut(model.Clean(r.Target), 40),
			kit.MiddleCut(model.Clean(r.Who), 44), model.Clean(r.Address), model.Clean(r.Error))
		return nil
	}); err != nil {
		return err
	}
	_, err := io.WriteString(w, table.String())
	return err
}

// groups are the wanted events by what they have in common.
func (t *timeline) groups() []*trail.Group {
	groups := trail.NewGroups(t.options.group)
	_ = t.rows(func(r *trail.Row) error { // Counting does not fail.
		groups.Add(r)
		return nil
	})
	return groups.All()
}

func (t *timeline) writeGroups(w io.Writer) error {
	table := printed.NewTable(strings.ToUpper(t.options.group), "FIRST "+zone(t.now), "LAST")
	table.Numbers("EVENTS", "CHANGES", "FAILED", "REGIONS", "ADDRESSES")
	for _, g := range t.groups() {
		label := model.Clean(g.Label)
		table.Add(kit.MiddleCut(label, 60), local(g.First), local(g.Last), strconv.Itoa(g.Events), strconv.Itoa(g.Changes), strconv.Itoa(g.Failed),
			strconv.Itoa(len(g.Regions)), strconv.Itoa(len(g.Addresses)))
	}
	_, err := io.WriteString(w, table.String())
	return err
}

// writeHistogram prints how many events there were in each of 48 parts of the time that they fill.
func (t *timeline) writeHistogram(w io.Writer) error {
	var first, last time.Time
	_ = t.rows(func(r *trail.Row) error { // Looking for the ends does not fail.
		if !r.Time.IsZero() {
			if first = r.Time; last.IsZero() {
				last = r.Time
			}
		}
		return nil
	})
	if last.IsZero() {
		return nil
	}
	h := trail.NewHistogram(first, last.Add(time.Second), 48)
	_ = t.rows(func(r *trail.Row) error {
		h.Add(r)
		return nil
	})
	most := 1
	for i := range h.Writes {
		most = max(most, h.Writes[i]+h.Errors[i]+h.Reads[i])
	}
	table := printed.NewTable("FROM " + zone(t.now))
	table.Numbers("CHANGES", "FAILED", "READS")
	table.Column("", false)
	for i := range h.Writes {
		all := h.Writes[i] + h.Errors[i] + h.Reads[i]
		table.Add(local(h.Begins(i)), strconv.Itoa(h.Writes[i]), strconv.Itoa(h.Errors[i]), strconv.Itoa(h.Reads[i]), strings.Repeat("#", (all*40+most-1)/most))
	}
	_, err := io.WriteString(w, table.String())
	return err
}
