package grid

import (
	"cmp"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/query"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/choosing"
	"github.com/rootout/rootout/ui/kit"
)

// The ids of the rows that are no region; no region has such a name.
const (
	allRow    = "*"               // Adds all up.
	globalRow = model.GlobalTitle // The account as a whole.
	foldRow   = "disabled"        // All disabled regions.
)

// Screen is the home screen: every region × every kind and what the account has in none, under the
// strip that says what it costs, where nothing can be seen and what to do.
type Screen struct {
	needs    Needs
	choose   *choosing.Chooser
	table    *kit.Table
	cols     []column
	counting background.Latest
	pic      *picture
	strip    strip
	// column is the cell cursor: an index into cols.
	column int
	// faults says that only regions are shown in which something could not be counted.
	faults bool
	// unfolded shows disabled regions one by one.
	unfolded bool
	// empty is the query of holders that hold nothing, nil for none.
	empty *emptyQuery
	// seenGone are things left behind of which the operator says that they are gone.
	seenGone map[model.Uncovered]bool
	// ledger is written by counting alone.
	ledger ledger
}

// New returns the home screen.
func New(needs Needs) *Screen {
	g := &Screen{needs: needs, choose: choosing.New(needs.Choosing), cols: choose(columnsOf(needs.Catalog), needs.Catalog.InScope(model.Regional), needs.Columns), empty: emptyHolders(needs.Catalog), strip: strip{at: -1}, seenGone: map[model.Uncovered]bool{}}
	cols := make([]kit.Column, len(g.cols))
	for i := range g.cols {
		cols[i] = g.cols[i].Column
	}
	needs.Choosing.Letters.Together(g.titles()...)
	g.table = kit.NewTable(needs.Theme, cols...)
	// Cells bring their own blanks, which become the brackets of the cell cursor.
	g.table.Gap = 0
	g.table.Unit = "rows"
	g.table.SetRows(&rows{g})
	return g
}

// Scope names the grid's keys.
func (g *Screen) Scope() string { return Scope }

// Title is empty: the grid is where one is at home.
func (g *Screen) Title() string { return "" }

// Refresh counts again.
func (g *Screen) Refresh(loud bool) {
	filter := g.choose.Filter
	request := countRequest{
		snap: g.needs.Account.Snapshot(), catalog: g.needs.Catalog, now: g.needs.Account.Moment(), window: g.needs.Window,
		match: filter.Matcher(), unsure: filter.Unsure(), regions: filter.Regions(), filter: filter.Text(),
		cols: g.cols, order: g.choose.Order, faults: g.faults, unfolded: g.unfolded, starred: g.choose.Starred(),
		me: g.needs.Account.Caller().ARN, ledger: &g.ledger, spent: g.needs.Account.Spent(),
	}
	request.empty = g.empty.matcher(query.Env{Now: g.needs.Account.Moment(), Location: g.needs.Clock.Zone()})
	request.ended = g.needs.Plans.Ended() != nil
	request.newest, request.back = g.newest(), g.needs.Plans.PutBack()
	if g.needs.Marks.Len() > 0 {
		request.marked = g.needs.Marks.Reader()
	}
	// What is only just being read stands in no order yet that a mark of an earlier session could keep.
	still := g.needs.RowOrder.Still() && (g.needs.RowOrder.Lately() || !g.needs.Account.Progress().FirstPass)
	if still && g.pic != nil && g.pic.order == g.choose.Order {
		request.still = g.pic.rowIDs()
	}
	background.DoLatest(g.needs.Loop, &g.counting, !loud, request.count, func(p *picture) {
		g.pic = p
		g.pic.lay(g.unfolded)
		g.setTotal()
		g.table.Empty = ""
	})
}

// MarksChanged looks anew for what goes with what is marked.
func (g *Screen) MarksChanged() { g.Refresh(false) }

// Draw fills the screen: the strip, the filter in force, the grid.
func (g *Screen) Draw(size kit.Size) string {
	top := g.strip.draw(g, size.W, max(0, size.H-4))
	if line := g.filterLine(size.W); line != "" {
		top = append(top, line)
	}
	g.table.Focused = g.strip.at < 0
	order := g.choose.Order
	if order.Column == "" {
		order = choosing.Order{Column: colRate, Descending: true}
	}
	g.table.Unit = "rows"
	if g.pic != nil && g.pic.kept {
		order.Column = "" // No head says what is not so.
		g.table.Unit += g.needs.RowOrder.KeptWords()
	}
	g.table.SetSort(order.Column, order.Descending)
	g.table.Empty = "reading which regions the account has"
	if problem := g.needs.Connection.Problem(); problem != "" {
		g.table.Empty = problem
	}
	body := g.table.View(kit.Size{W: size.W, H: size.H - len(top)})
	g.strip.height, g.strip.screenHeight = len(top), size.H
	return g.choose.Filter.Lay(kit.Stack(strings.Join(top, "\n"), body), size)
}

func (g *Screen) filterLine(width int) string {
	text := g.choose.Filter.Text()
	if text == "" || g.pic == nil {
		if g.faults {
			return kit.Line(width, kit.Span{
				Text:  " faults only: regions in which something could not be counted (ctrl+z shows all)",
				Style: g.needs.Theme.Warning,
			})
		}
		return ""
	}
	of := "  " + sumText(&g.pic.shown.Total) + " of " + sumText(&g.pic.all.Total)
	return kit.Line(width, g.choose.HeadSpans(choosing.Head{
		Filter: text, Said: []kit.Span{{Text: of, Style: g.needs.Theme.Muted}},
		Unsure: g.pic.facts.unsure, UnsureOf: g.pic.facts.unsureText(g.needs.Catalog), Fresh: g.pic.fresh,
	})...)
}

// Typing says whether the filter is being typed.
func (g *Screen) Typing() bool { return g.choose.Typing() }

// Type gives a message to the filter.
func (g *Screen) Type(msg tea.Msg) {
	if g.choose.Type(msg) {
		g.Refresh(true)
	}
}

// Cursor is where the terminal's cursor belongs.
func (g *Screen) Cursor() *tea.Cursor { return g.choose.Filter.Cursor(g.strip.screenHeight) }

// row is the id of the row under the cursor; ok is false while there is none.
func (g *Screen) row() (id string, ok bool) {
	id = g.table.CursorID()
	if g.pic == nil || id == "" {
		return "", false
	}
	_, ok = g.pic.index[id]
	return id, ok
}

// kindAt is the kind whose column the cell cursor stands in, "" for none.
func (g *Screen) kindAt() model.KindID {
	if at := g.cols[g.column].kind; at >= 0 && g.pic != nil && at < len(g.pic.shown.Kinds) {
		return g.pic.shown.Kinds[at].ID
	}
	return ""
}

// Click puts the cursor where the mouse is, orders by the head that is there, or does what NEXT says.
func (g *Screen) Click(x, y int) bool {
	if y < len(g.strip.drawn) {
		at := g.strip.drawn[y]
		if g.strip.lines[at].key == nextKey {
			g.doNext()
			return false
		}
		g.strip.at = at
		return true
	}
	hit := g.table.At(x, y-g.strip.height)
	at := slices.IndexFunc(g.cols, func(c column) bool { return c.ID == hit.Column })
	switch {
	case hit.Header && at >= 0:
		g.sortBy(&g.cols[at])
		return false
	case hit.RowID == "":
		return false
	case at >= 0 && g.cols[at].ID != colTitle:
		g.column = at
	}
	g.strip.at = -1
	return g.table.GoTo(hit.RowID)
}

// Wheel scrolls.
func (g *Screen) Wheel(lines int) { g.table.Scroll(lines) }

// Every is how often the grid changes by time alone: counts grow stale and money runs.
func (g *Screen) Every() time.Duration {
	if g.needs.Connection.Problem() != "" {
		return 0
	}
	if g.pic != nil && g.pic.kept {
		return cmp.Or(g.needs.RowOrder.ResortAfter(), 30*time.Second)
	}
	return 30 * time.Second
}

// Shows is the filter in force, nil for none.
func (g *Screen) Shows() func(*model.Resource) bool { return g.choose.Filter.Matcher() }

// NextStep is what a stranger should do next.
func (g *Screen) NextStep() string { return g.advise().hint }

// SetWindow changes how far back "new" reaches.
func (g *Screen) SetWindow(window time.Duration) { g.needs.Window = window }

// GoTo puts the cursor on the row of a region and says whether it is shown; a folded one is
// unfolded.
func (g *Screen) GoTo(region string) bool {
	if g.pic == nil {
		return false
	}
	if _, there := g.pic.places[region]; !there {
		return false
	}
	if _, drawn := g.pic.index[region]; !drawn {
		g.fold()
	}
	g.strip.at = -1
	return g.table.GoTo(region)
}
