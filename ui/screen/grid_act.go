package screen

import (
	"slices"
	"strings"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// Handle does what an intent asks for.
func (g *Grid) Handle(w *World, in Intent) bool {
	if move, ok := kit.NavMove(string(in)); ok {
		g.move(w, move)
		return true
	}
	g.table.Pin()
	switch in {
	case IntentOpen:
		g.open(w)
	case IntentColumn:
		w.pushList(Place{Kind: g.kindAt()}, g.filter)
	case IntentStrip:
		g.toStrip(w)
	case IntentFilter:
		g.strip.at = -1
		g.filter.Open()
	case IntentSort:
		g.openSort(w)
	case IntentMark:
		g.mark(w)
	case IntentRange:
		g.table.StartRange()
	case IntentMarkAll:
		g.markAll(w)
	case IntentUnmark:
		g.starred = nil
		w.UnmarkAll()
	case IntentUndo:
		w.UndoMark()
	case IntentReview:
		w.Review()
	case IntentFaults:
		g.faults = !g.faults
		g.Refresh(w, true)
	case IntentRescan:
		g.rescan(w)
	case IntentCSV, IntentJSON:
		w.export(in, g.sheet(w))
	case IntentBack:
		g.back(w)
	default:
		return false
	}
	return true
}

// Refuse says why an intent cannot work now.
func (g *Grid) Refuse(w *World, in Intent) string {
	switch in {
	case IntentRaw, IntentCopy, IntentConsole, IntentCLI, IntentNote:
		return "that is for one resource: enter opens the list of a cell"
	case IntentMark:
		if row, ok := g.row(); ok && row == nil {
			return "space marks a row or a cell; * marks everything that the filter shows"
		}
	case IntentOpen, IntentColumn, IntentMarkAll, IntentSort, IntentRange, IntentCSV, IntentJSON:
		if g.pic == nil || len(g.pic.all.Rows) == 0 {
			return "no region is known yet"
		}
	case IntentStrip:
		if len(g.strip.lines) == 0 {
			return "the strip has nothing to say"
		}
	default:
	}
	return ""
}

func (g *Grid) move(_ *World, m kit.Move) {
	if g.strip.at >= 0 {
		switch m {
		case kit.MoveUp:
			g.strip.at = max(0, g.strip.at-1)
		case kit.MoveDown:
			g.strip.at = min(len(g.strip.lines)-1, g.strip.at+1)
		case kit.MovePageUp, kit.MovePageDown, kit.MoveTop, kit.MoveBottom, kit.MoveLeft, kit.MoveRight:
		}
		return
	}
	step := map[kit.Move]int{kit.MoveLeft: -1, kit.MoveRight: 1}[m]
	if step == 0 {
		g.table.Move(m)
		return
	}
	at := g.column + step
	if at >= 0 && at < len(g.cols) && g.cols[at].ID == colTitle {
		at += step // The name of the region is no cell of its own.
	}
	g.column = min(max(0, at), len(g.cols)-1)
	g.table.Reveal(g.cols[g.column].ID)
}

func (g *Grid) toStrip(_ *World) {
	if g.strip.at >= 0 {
		g.strip.at = -1
		return
	}
	g.strip.at = len(g.strip.lines) - 1 // NEXT stands last and is what one mostly wants.
}

func (g *Grid) back(w *World) {
	switch {
	case g.strip.at >= 0:
		g.strip.at = -1
	case g.table.InRange():
		g.table.EndRange()
	case g.filter.Text() != "":
		g.filter.Set(nil)
		g.Refresh(w, true)
	case g.faults:
		g.faults = false
		g.Refresh(w, true)
	default:
		w.Say(kit.Info, "this is the first screen: q quits")
	}
}

func (g *Grid) open(w *World) {
	if g.strip.at >= 0 && g.strip.at < len(g.strip.lines) {
		line := g.strip.lines[g.strip.at]
		switch {
		case line.enter == nil:
			w.Say(kit.Info, "this line only says what to do")
			return
		case line.acts:
			g.strip.at = -1
		}
		line.enter(w)
		return
	}
	row, ok := g.row()
	if !ok {
		return
	}
	if row == nil {
		w.pushList(Place{Kind: g.kindAt()}, g.filter)
		return
	}
	w.pushList(Place{Region: row.Region.Name, Kind: g.kindAt()}, g.filter)
}

// pushList opens a list that begins with the filter of the screen it was opened from.
func (w *World) pushList(place Place, from *Filter) {
	l := NewList(w, place)
	if from != nil {
		l.filter.Set(from.Query())
	}
	w.Push(l)
}

// mark marks what the rows or the cell under the cursor count, in the picture that is on the screen when the key is pressed.
func (g *Grid) mark(w *World) {
	if why := g.filter.ambiguous(); why != "" {
		w.Refuse("not marked: " + why)
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
	if k, ok := w.Catalog.Kind(kind); ok {
		label = k.Plural + " " + label
	}
	mark := func() { g.markIn(w, regions, kind, label) }
	if doubt := g.doubt(regions, kind); doubt != "" {
		g.askDoubt(w, label, doubt, mark)
		return
	}
	mark()
}

// doubt names the cells of a selection that are not wholly counted, "" for none.
func (g *Grid) doubt(regions []string, kind model.KindID) string {
	var parts []string
	for _, name := range regions {
		i, ok := g.pic.index[name]
		if !ok || i == 0 {
			continue
		}
		row := &g.pic.shown.Rows[g.pic.order[i-1]]
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

func (g *Grid) askDoubt(w *World, label, doubt string, mark func()) {
	w.Ask(&kit.Dialog{
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
func (g *Grid) markIn(w *World, regions []string, kind model.KindID, label string) {
	pick := picker{snap: g.pic.snap, keys: g.keys(regions, kind), match: g.pic.match}
	background.Do(w.Loop, pick.refs, func(refs []model.Ref) {
		if len(refs) == 0 {
			w.Refuse("nothing that counts is known: " + label)
			return
		}
		on := slices.ContainsFunc(refs, func(r model.Ref) bool { return !w.Marks.Has(r) })
		w.MarkAll(refs, on, func(int) {
			word := "marked "
			if !on {
				word = "unmarked "
			}
			w.sayMarks(word+kit.Count(len(refs))+" "+label, true)
		})
	})
}

// markAll marks everything that the filter shows.
func (g *Grid) markAll(w *World) {
	if why := g.filter.ambiguous(); why != "" {
		w.Refuse("not marked: " + why)
		return
	}
	filter := g.pic.filter
	pick := picker{snap: g.pic.snap, keys: g.keys(g.pic.rowNames(), ""), match: g.pic.match}
	type picked struct {
		refs []model.Ref
		set  map[model.Ref]bool
	}
	background.Do(w.Loop, func() picked {
		refs := pick.refs()
		return picked{refs, setOf(refs)}
	}, func(p picked) {
		if len(p.refs) == 0 {
			w.Refuse("the filter shows nothing that counts")
			return
		}
		g.starred = &starred{filter: filter, refs: p.set}
		g.Refresh(w, true)
		w.MarkAll(p.refs, true, func(int) {
			w.sayMarks("marked all "+kit.Count(len(p.refs))+" shown; what matches later is counted, not marked", true)
		})
	})
}

// keys are the cells of rows that are shown, of one kind or of all.
func (g *Grid) keys(regions []string, kind model.KindID) []model.CellKey {
	var keys []model.CellKey
	for _, name := range regions {
		i, ok := g.pic.index[name]
		if !ok || i == 0 {
			continue
		}
		for _, c := range g.pic.shown.Rows[g.pic.order[i-1]].Cells {
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

func setOf(refs []model.Ref) map[model.Ref]bool {
	set := make(map[model.Ref]bool, len(refs))
	for _, ref := range refs {
		set[ref] = true
	}
	return set
}

// rescan reads the cell, the row or everything again.
func (g *Grid) rescan(w *World) {
	row, ok := g.row()
	kind := g.kindAt()
	switch {
	case !ok || row == nil && kind == "":
		w.rescan("everything")
	case row == nil:
		w.rescan(string(kind)+" in all regions", g.keys(g.pic.rowNames(), kind)...)
	case kind == "":
		w.rescan(row.Region.Name, g.keys([]string{row.Region.Name}, "")...)
	default:
		w.rescan(string(kind)+" in "+row.Region.Name, g.keys([]string{row.Region.Name}, kind)...)
	}
}
