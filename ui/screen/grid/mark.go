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
	regions := slices.DeleteFunc(g.table.Range(), func(id string) bool { return id == allRow })
	g.table.EndRange()
	if len(regions) == 0 {
		return
	}
	kind := g.kindAt()
	label := strings.Join(regions, ", ")
	if len(regions) > 3 {
		label = words.Count(len(regions), "region", "regions")
	}
	label = "in " + label
	if k, ok := g.needs.Catalog.Kind(kind); ok {
		label = k.Plural + " " + label
	}
	mark := func() { g.markIn(regions, kind, label) }
	if doubt := g.doubt(regions, kind); doubt != "" {
		g.askDoubt(label, doubt, mark)
		return
	}
	mark()
}

// doubt names the cells of a selection that are not wholly counted, "" for none.
func (g *Screen) doubt(regions []string, kind model.KindID) string {
	var parts []string
	for _, name := range regions {
		i, ok := g.pic.index[name]
		if !ok || i == 0 {
			continue
		}
		row := &g.pic.shown.Rows[g.pic.rows[i-1]]
		for c := range row.Cells {
			cell := &row.Cells[c]
			if kind != "" && cell.Cell.Key.Kind != kind || cell.State.Complete() {
				continue
			}
			parts = append(parts, g.pic.shown.Kinds[c].Plural+" in "+name+": "+cell.State.String())
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
func (g *Screen) markIn(regions []string, kind model.KindID, label string) {
	pick := picker{snap: g.pic.snap, keys: g.keys(regions, kind), match: g.pic.match}
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
	pick := picker{snap: g.pic.snap, keys: g.keys(g.pic.rowNames(), ""), match: g.pic.match}
	g.choose.MarkShown(g.pic.filter, pick.refs, "the filter shows nothing that counts", func() { g.Refresh(true) })
}

// keys are the cells of rows that are shown, of one kind or of all.
func (g *Screen) keys(regions []string, kind model.KindID) []model.CellKey {
	var keys []model.CellKey
	for _, name := range regions {
		i, ok := g.pic.index[name]
		if !ok || i == 0 {
			continue
		}
		for _, c := range g.pic.shown.Rows[g.pic.rows[i-1]].Cells {
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
