package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// object is a JSON object whose keys keep their order, so that people can read it too.
type object []member

type member struct {
	key   string
	value any
}

// MarshalJSON implements json.Marshaler.
func (o object) MarshalJSON() ([]byte, error) {
	var b strings.Builder
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(m.key)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return []byte(b.String()), nil
}

// stamp is a time in JSON: RFC 3339 in UTC, null when there is none.
func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC3339)
}

// writeJSON prints the JSON that the README describes.
func (r *report) writeJSON(w io.Writer) error {
	cells := []object{}
	for _, row := range rowsOf(r.grid()) {
		for _, c := range row.Cells {
			cells = append(cells, cellJSON(row.Place, c))
		}
	}
	resources := []object{}
	for _, res := range r.selected() {
		resources = append(resources, resourceJSON(r.catalog, res))
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(object{
		{"account", r.caller.Account},
		{"caller", object{{"arn", r.caller.ARN}, {"userId", r.caller.UserID}}},
		{"cells", cells},
		{"resources", resources},
	})
}

func cellJSON(place model.Place, c model.GridCell) object {
	out := object{
		{"account", place.Account},
		{"region", place.Region},
		{"kind", c.Cell.Key.Kind},
		{"state", c.State.String()},
		{"count", nil},
		{"asOf", stamp(c.Cell.AsOf)},
	}
	switch {
	case c.State == model.CellUnsupported: // Nothing is missing, and nothing was counted.
	case c.State.Complete():
		out[4].value = c.Sum.Count
	case c.State.AtLeast():
		out = append(out, member{"atLeast", c.Sum.Count})
	}
	if f := c.Cell.Failure; f != nil {
		out = append(out, member{"failure", f})
	}
	return out
}

func resourceJSON(catalog *model.Catalog, res *model.Resource) object {
	out := object{
		{"account", res.Ref.Account},
		{"arn", res.Thing()},
		{"kind", res.Ref.Kind},
		{"region", res.Ref.Region},
		{"name", res.Name},
		{"state", res.State},
		{"counted", res.Counts},
	}
	said := map[string]bool{"account": true, "arn": true, "kind": true, "region": true, "name": true, "state": true}
	for _, f := range catalog.Fields(res.Ref.Kind) {
		if !said[f.Key] {
			said[f.Key] = true
			out = append(out, member{f.Key, f.Get(res).JSON()})
		}
	}
	return out
}

// selected are the resources that match, in the order of region, kind and id.
func (r *report) selected() []*model.Resource {
	var out []*model.Resource
	for res := range r.snapshot.All {
		if r.matches(res) {
			out = append(out, res)
		}
	}
	slices.SortFunc(out, func(a, b *model.Resource) int { return a.Ref.Compare(b.Ref) })
	return out
}

// writeText prints the grid for a person, and with a query the resources that match.
func (r *report) writeText(w io.Writer) error {
	grid := r.grid()
	var b strings.Builder
	fmt.Fprintf(&b, "account %s as %s\n", r.caller.Account, model.Clean(r.caller.ARN))
	read, _ := words.RegionsRead(grid, false)
	fmt.Fprintf(&b, "%s, in %s\n\n", read, r.took.Round(100*time.Millisecond))
	rows := [][]string{{"REGION", ""}}
	for _, k := range grid.Kinds {
		rows[0] = append(rows[0], k.Title)
	}
	rows[0] = append(rows[0], "vCPU", "MEM", "$/h")
	for _, row := range grid.Rows {
		line := []string{row.Region.Name, row.Region.Title}
		if !row.Region.Readable() {
			rows = append(rows, append(line, row.Region.CellState().String()))
			continue
		}
		for _, c := range row.Cells {
			line = append(line, cellText(c))
		}
		rows = append(rows, append(line, sumText(row.Total)...))
	}
	total := []string{"TOTAL", ""}
	for i := range grid.Kinds {
		sum := model.Sum{}
		for _, row := range grid.Rows {
			sum.Add(row.Cells[i].Sum)
		}
		total = append(total, countText(sum))
	}
	rows = append(rows, append(total, sumText(grid.Total)...))
	writeTable(&b, rows)
	writeGlobal(&b, grid)
	if !r.where.Empty() {
		b.WriteByte('\n')
		table := [][]string{}
		for _, res := range r.selected() {
			table = append(table, []string{res.Ref.Title(), string(res.Ref.Kind), res.State, res.Name, res.Thing()})
		}
		writeTable(&b, table)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeGlobal prints the kinds of the account as a whole, which are others than those of a region.
func writeGlobal(b *strings.Builder, grid *model.Grid) {
	if grid.Global == nil {
		return
	}
	rows := [][]string{{model.GlobalTitle}, {""}}
	for i, k := range grid.GlobalKinds {
		rows[0] = append(rows[0], k.Title)
		rows[1] = append(rows[1], cellText(grid.Global.Cells[i]))
	}
	b.WriteByte('\n')
	writeTable(b, rows)
}

// cellText never shows a number that may be more without its sign.
func cellText(c model.GridCell) string {
	switch {
	case c.State == model.CellUnsupported:
		return "n/a"
	case c.State.Complete():
		return humanize.Comma(int64(c.Sum.Count))
	case c.State.AtLeast() && c.Sum.Count > 0:
		return humanize.Comma(int64(c.Sum.Count)) + "+"
	}
	return c.State.String()
}

// countText is a count that a sum of cells adds up to; nothing that is known and something that is
// not are unknown.
func countText(s model.Sum) string {
	if s.Count == 0 && s.LowerBound() {
		return words.Unasked
	}
	return words.CountOf(s.Count, s.LowerBound())
}

// sumText is computing power, memory and money: each with a + where it may be more, and unknown
// where none of it is known.
func sumText(s model.Sum) []string {
	say := func(amount float64, text string, more bool) string {
		if amount == 0 && more {
			return words.Unasked
		}
		return text + words.If(more, "+")
	}
	usd := words.If(s.Estimated, words.Estimate) + fmt.Sprintf("%.2f", s.PerHour)
	return []string{
		say(s.VCPU, humanize.Ftoa(s.VCPU), s.LowerBound()),
		say(s.MemoryMiB, humanize.IBytes(uint64(s.MemoryMiB)<<20), s.LowerBound()),
		say(s.PerHour, usd, s.LowerBound() || s.Unpriced > 0),
	}
}

// writeTable aligns columns by what a terminal draws, not by bytes: names may be wide.
func writeTable(b *strings.Builder, rows [][]string) {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], kit.Width(cell))
		}
	}
	for _, row := range rows {
		for i, cell := range row {
			b.WriteString(cell)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-kit.Width(cell)+2))
			}
		}
		b.WriteByte('\n')
	}
}
