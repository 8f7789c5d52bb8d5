package grid

import (
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// mark marks what the rows or the cell under the cursor count, in the picture that is on the screen
// when the key is pressed.
func (g *Screen) mark() {
	if g.choose.RefuseMarking() {
		return
	}
	rows := g.table.Range()
	all := slices.Equal(rows, []string{allRow})
	if all {
		rows = g.pic.rowIDs()
	}
	rows = slices.DeleteFunc(rows, func(id string) bool { return id == allRow || id == foldRow })
	g.table.EndRange()
	if len(rows) == 0 {
		return
	}
	kind := g.kindAt()
	switch {
	case slices.Equal(rows, []string{globalRow}):
		kind = "" // Its cells stand in no column, so that the row is meant.
	case kind != "":
		rows = slices.DeleteFunc(rows, func(id string) bool { return id == globalRow })
	}
	label := rowsText(rows)
	label = words.If(all, "shown ") + "in " + label
	if k, ok := g.needs.Catalog.Kind(kind); ok {
		label = k.Plural + " " + label
	}
	mark := func() { g.markIn(rows, kind, label) }
	if doubt := g.doubt(rows, kind); doubt != "" {
		g.askDoubt(label, doubt, mark)
		return
	}
	mark()
}

// rowsText names rows, or counts them.
func rowsText(rows []string) string {
	if len(rows) <= 3 {
		return strings.Join(rows, ", ")
	}
	regions, global := len(rows), ""
	if slices.Contains(rows, globalRow) {
		regions, global = regions-1, " and "+globalRow
	}
	return words.Count(regions, "region", "regions") + global
}

// doubt names the cells of a selection that are not wholly counted, "" for none.
func (g *Screen) doubt(rows []string, kind model.KindID) string {
	var parts []string
	for _, id := range rows {
		row, kinds := g.pic.row(id)
		if row == nil {
			continue
		}
		for c := range row.Cells {
			cell := &row.Cells[c]
			if kind != "" && cell.Cell.Key.Kind != kind || cell.State.Complete() {
				continue
			}
			parts = append(parts, kinds[c].Plural+" in "+id+": "+cell.State.String())
		}
	}
	if len(parts) > 8 {
		parts = append(parts[:8], "and "+words.Count(len(parts)-8, "more cell", "more cells"))
	}
	return strings.Join(parts, "\n")
}

func (g *Screen) askDoubt(label, doubt string, mark func()) {
	g.needs.Speak.Ask(&kit.Dialog{
		Title: "Not everything there has been counted",
		Body:  []string{"These cells may hold more than is known:", doubt, "", "Mark what is known " + label + "? What is found later is not marked."},
		Buttons: []kit.Button{
			{ID: "no", Label: "cancel", Cancel: true},
			{ID: "mark", Label: "mark what is known", Key: "m"},
		},
	}, func(a kit.Answer) {
		if !a.Cancelled {
			mark()
		}
	})
}

// markIn marks what a picture counts; where all of it is marked already it unmarks.
func (g *Screen) markIn(rows []string, kind model.KindID, label string) {
	pick := picker{snap: g.pic.snap, keys: g.keys(rows, kind), match: g.pic.match}
	background.Do(g.needs.Loop, pick.refs, func(refs []model.Ref) {
		if len(refs) == 0 {
			g.needs.Speak.Refuse("nothing that counts is known: " + label)
			return
		}
		g.choose.MarkOrUnmark(refs, func(int) string { return kit.Count(len(refs)) + " " + label })
	})
}

// markAll marks everything that the filter shows.
func (g *Screen) markAll() {
	if g.choose.RefuseMarking() {
		return
	}
	pick := picker{snap: g.pic.snap, keys: g.keys(g.pic.rowIDs(), ""), match: g.pic.match}
	g.choose.MarkShown(g.pic.filter, pick.refs, "the filter shows nothing that counts", func() { g.Refresh(true) })
}

// keys are the cells of rows that are shown, of one kind or of all.
func (g *Screen) keys(rows []string, kind model.KindID) []model.CellKey {
	var keys []model.CellKey
	for _, id := range rows {
		row, _ := g.pic.row(id)
		if row == nil {
			continue
		}
		for _, c := range row.Cells {
			if kind == "" || c.Cell.Key.Kind == kind {
				keys = append(keys, c.Cell.Key)
			}
		}
	}
	return keys
}

// picker lists what cells count: what the grid counts is what marks mean.
type picker struct {
	snap  *model.Snapshot
	keys  []model.CellKey
	match func(*model.Resource) bool
}

func (p picker) refs() []model.Ref {
	var refs []model.Ref
	for _, key := range p.keys {
		for _, r := range p.snap.In(key) {
			if r.Counts && !r.Deleting && (p.match == nil || p.match(r)) {
				refs = append(refs, r.Ref)
			}
		}
	}
	return refs
}
