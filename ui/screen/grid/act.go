package grid

import (
	"strings"

	"github.com/rootout/rootout/ui/choosing"
	"github.com/rootout/rootout/ui/export"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/resource"
	"github.com/rootout/rootout/ui/screen"
)

// Handle does what an intent asks for.
func (g *Screen) Handle(in screen.Intent) bool {
	if kit.Navigate(string(in), g.move) {
		return true
	}
	g.table.Pin()
	if in == choosing.IntentFilter {
		g.strip.at = -1
	}
	if g.choose.Handle(in) {
		return true
	}
	switch in {
	case screen.IntentOpen:
		g.open()
	case IntentColumn:
		g.openList("")
	case IntentStrip:
		g.toStrip()
	case IntentNext:
		g.doNext()
	case choosing.IntentSort:
		g.chooseOrder()
	case choosing.IntentMark:
		g.mark()
	case choosing.IntentRange:
		g.table.StartRange()
	case choosing.IntentMarkAll:
		g.markAll()
	case resource.IntentEvents:
		g.openEvents()
	case screen.IntentFaults:
		g.faults = !g.faults
		g.Refresh(true)
	case screen.IntentRescan:
		g.rescan()
	case export.IntentCSV, export.IntentJSON:
		g.needs.Export.Export(in, g.sheet())
	case screen.IntentBack:
		g.back()
	default:
		return false
	}
	return true
}

// disabledAnswerNothing is why nothing can be done with disabled regions from here.
const disabledAnswerNothing = "a disabled region answers no call: cut the intruder's access, then enable it in the AWS console and look"

// Refuse says why an intent cannot work now.
func (g *Screen) Refuse(in screen.Intent) string {
	if resource.Acts(in) && in != resource.IntentEvents {
		return "that is for one resource: enter opens the list of a cell"
	}
	switch in {
	case choosing.IntentMark:
		switch row, ok := g.row(); {
		case ok && row == allRow && g.choose.Filter.Text() == "":
			return "no filter is set: space marks a row or a cell of a region; * asks, and marks everything"
		case ok && row == foldRow:
			return disabledAnswerNothing
		}
	case screen.IntentRescan:
		if row, ok := g.row(); ok && row == foldRow {
			return disabledAnswerNothing
		}
	case screen.IntentOpen, IntentColumn, choosing.IntentMarkAll, choosing.IntentSort, choosing.IntentRange, export.IntentCSV, export.IntentJSON:
		if g.pic == nil || len(g.pic.all.Rows) == 0 {
			return "no region is known yet"
		}
	case IntentNext:
		if g.strip.next.do == nil {
			return "NEXT says nothing to do now"
		}
	case IntentStrip:
		if len(g.strip.lines) == 0 {
			return "there is no line above the grid now"
		}
	default:
	}
	return ""
}

// openEvents shows the timeline of the region under the cursor.
func (g *Screen) openEvents() {
	filter := ""
	if row, ok := g.row(); ok && row != allRow && row != foldRow {
		filter = "region:" + row
	}
	g.needs.Open.Events(filter)
}

func (g *Screen) move(m kit.Move) {
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

func (g *Screen) toStrip() {
	if g.strip.at >= 0 {
		g.strip.at = -1
		return
	}
	g.strip.at = len(g.strip.lines) - 1 // NEXT stands last and is what one mostly wants.
}

func (g *Screen) back() {
	switch {
	case g.strip.at >= 0:
		g.strip.at = -1
	case g.table.InRange():
		g.table.EndRange()
	case g.choose.Filter.Text() != "":
		g.choose.Filter.Set(nil)
		g.Refresh(true)
	case g.faults:
		g.faults = false
		g.Refresh(true)
	default:
		g.needs.Speak.Say(kit.Info, "this is the first screen: q quits")
	}
}

func (g *Screen) open() {
	if g.strip.at >= 0 && g.strip.at < len(g.strip.lines) {
		line := g.strip.lines[g.strip.at]
		switch {
		case line.enter == nil:
			g.needs.Speak.Say(kit.Info, "this line only says what to do")
			return
		case line.acts:
			g.strip.at = -1
		}
		line.enter()
		return
	}
	switch row, ok := g.row(); {
	case !ok:
	case row == allRow:
		g.openList("")
	case row == foldRow:
		g.fold()
	case row == globalRow:
		g.openGlobal()
	default:
		g.openList(row)
	}
}

// openList lists what is under the cell cursor, in one region or in all; it begins with the filter
// in force here.
func (g *Screen) openList(region string) {
	g.needs.Open.List(screen.ListRequest{
		Of: screen.ListOf{Region: region, Kind: g.kindAt()}, Filter: g.choose.Filter.Query(),
	})
}

// openGlobal lists what the account has in no region: of the one kind there is, or of the one that
// the operator chooses.
func (g *Screen) openGlobal() {
	kinds := g.pic.shown.GlobalKinds
	list := func(i int) {
		g.needs.Open.List(screen.ListRequest{Of: screen.ListOf{Kind: kinds[i].ID}, Filter: g.choose.Filter.Query()})
	}
	if len(kinds) == 1 {
		list(0)
		return
	}
	names := make([]string, len(kinds))
	for i := range kinds {
		names[i] = kinds[i].Plural
	}
	g.choose.ChooseOne("list", names, list)
}

// chooseOrder lets the operator choose a column; counts and sums begin with the biggest.
func (g *Screen) chooseOrder() {
	g.choose.ChooseOrder(g.titles(), func(i int) { g.sortBy(&g.cols[i]) })
}

// titles are what the columns are called.
func (g *Screen) titles() []string {
	titles := make([]string, len(g.cols))
	for i := range g.cols {
		titles[i] = strings.TrimSpace(g.cols[i].Title)
		if g.cols[i].ID == colTitle {
			titles[i] = "PLACE"
		}
	}
	return titles
}

// sortBy orders by a column, or turns its order round; counts and sums begin with the biggest.
func (g *Screen) sortBy(c *column) {
	if g.choose.Order.Column == "" && c.ID == colRate {
		g.choose.Order = choosing.Order{Column: colRate, Descending: true} // It is so already.
	}
	g.choose.Order.Choose(c.ID, c.kind >= 0 || c.number != nil)
	g.Refresh(true)
}

// rescan reads the cell, the row or everything again.
func (g *Screen) rescan() {
	row, ok := g.row()
	kind := g.kindAt()
	switch {
	case !ok || row == allRow && kind == "":
		g.needs.Account.Rescan("everything")
	case row == allRow:
		g.needs.Account.Rescan(string(kind)+" in all regions", g.keys(g.pic.rowIDs(), kind)...)
	case kind == "" || row == globalRow:
		g.needs.Account.Rescan(row, g.keys([]string{row}, "")...)
	default:
		g.needs.Account.Rescan(string(kind)+" in "+row, g.keys([]string{row}, kind)...)
	}
}
