package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/rootout/rootout/cmd/rootout/printed"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/words"
)

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
	case c.State.Complete() && c.Maybe == 0:
		out[4].value = c.Sum.Count
	case c.State.Complete() || c.State.AtLeast():
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
	read, _ := words.RegionsRead(&grid.Coverage, false)
	fmt.Fprintf(&b, "%s, in %s\n\n", read, r.took.Round(100*time.Millisecond))
	b.WriteString(r.gridTable(grid).String())
	writeGlobal(&b, grid)
	if !r.where.Empty() {
		b.WriteByte('\n')
		b.WriteString(r.resourceTable().String())
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// gridTable is every region × every kind, with the sum of all regions in the last line: what was not
// counted in one of them, and what lives on in a disabled one, may be more.
func (r *report) gridTable(grid *model.Grid) *printed.Table {
	t := printed.NewTable("REGION", "")
	for _, k := range grid.Kinds {
		t.Numbers(k.Title)
	}
	t.Numbers("vCPU", "MEM", "$/h")
	sums, pending := make([]model.Sum, len(grid.Kinds)), false
	for _, row := range grid.Rows {
		line := []string{row.Region.Name, row.Region.Title}
		for i, c := range row.Cells {
			sums[i].Add(c.Sum)
			line = append(line, cellText(c))
		}
		if !row.Region.Readable() {
			t.Add(row.Region.Name, row.Region.Title, row.Region.CellState().String())
			continue
		}
		pending = pending || row.Pending()
		t.Add(append(line, sumTexts(grid.Priced(&row), row.Pending())...)...)
	}
	total := []string{"TOTAL", ""}
	for _, sum := range sums {
		total = append(total, words.CountFigure(&sum).Text(pending))
	}
	t.Add(append(total, sumTexts(grid.PricedTotal(), pending)...)...)
	return t
}

// resourceTable is what the query selects.
func (r *report) resourceTable() *printed.Table {
	t := printed.NewTable("REGION", "KIND", "STATE", "NAME")
	t.Numbers("AGE", "$/h")
	t.Column("ARN", false)
	for _, res := range r.selected() {
		line := []string{res.Ref.Title(), string(res.Ref.Kind), res.State, res.Name}
		for _, id := range []string{"age", "rate"} {
			f, _ := r.catalog.Field(res.Ref.Kind, id)
			line = append(line, words.Value(f, res, r.now))
		}
		t.Add(append(line, res.Thing())...)
	}
	return t
}

// writeGlobal prints the kinds of the account as a whole, which are others than those of a region.
func writeGlobal(b *strings.Builder, grid *model.Grid) {
	if grid.Global == nil {
		return
	}
	t := printed.NewTable(model.GlobalTitle)
	line := []string{""}
	for i, k := range grid.GlobalKinds {
		t.Numbers(k.Title)
		line = append(line, cellText(grid.Global.Cells[i]))
	}
	t.Add(line...)
	b.WriteByte('\n')
	b.WriteString(t.String())
}

// cellText never shows a number that may be more without its sign.
func cellText(c model.GridCell) string {
	switch known := c.State.Complete(); {
	case c.State == model.CellUnsupported:
		return "n/a"
	case known && c.Maybe > 0 && c.Sum.Count == 0:
		return words.Unknown
	case known || c.State.AtLeast() && c.Sum.Count > 0:
		return words.CountOf(c.Sum.Count, !known || c.Maybe > 0)
	}
	return c.State.String()
}

// sumTexts are a sum's computing power, its memory and what it costs an hour, as the console words
// them.
func sumTexts(s model.Sum, pending bool) []string {
	return []string{words.VCPUFigure(&s).Text(pending), words.MemoryFigure(&s).Text(pending), words.RateFigure(&s).Text(pending)}
}
