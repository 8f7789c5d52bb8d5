package screen

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
)

// allRow is the id of the row that adds all regions up; no region has this name.
const allRow = "*"

// Grid is the home screen: every region × every kind, under the strip that says what it costs, where nothing can be seen and what to do.
type Grid struct {
	table  *kit.Table
	filter *Filter
	cols   []gridColumn
	job    background.Latest
	pic    *picture
	strip  strip
	// column is the cell cursor: an index into cols.
	column int
	faults bool
	sortID string
	desc   bool
	// starred are the resources that the last * met; newer matches are counted.
	starred *starred
	// ledger is written by the job alone.
	ledger ledger
}

// picture is what a job counted.
type picture struct {
	snap *model.Snapshot
	// all is the whole account, shown what the filter selects.
	all, shown *model.Grid
	// order are the rows of shown in the order in which they are drawn.
	order []int
	index map[string]int
	// fresh counts what matches the filter since the last *.
	fresh int
	// facts are what the lines above the grid say.
	facts facts
	// match, filter, sortID and desc are what it was made with.
	match  func(*model.Resource) bool
	filter string
	sortID string
	desc   bool
}

// starred is what * marked under a filter.
type starred struct {
	filter string
	refs   map[model.Ref]bool
}

// NewGrid returns the home screen.
func NewGrid(w *World) *Grid {
	g := &Grid{filter: newFilter(w), strip: strip{at: -1}}
	g.cols = gridColumns(w.Catalog)
	cols := make([]kit.Column, len(g.cols))
	for i, c := range g.cols {
		cols[i] = c.Column
	}
	g.table = kit.NewTable(w.Theme, cols...)
	// Cells bring their own blanks, which become the brackets of the cell cursor.
	g.table.Gap = 0
	g.table.Unit = "rows"
	g.table.SetRows(&gridRows{g: g, w: w})
	return g
}

// Scope names the grid's keys.
func (g *Grid) Scope() string { return ScopeGrid }

// Title is empty: the grid is where one is at home.
func (g *Grid) Title() string { return "" }

// Refresh counts again.
func (g *Grid) Refresh(w *World, loud bool) {
	ask := gridAsk{
		snap: w.Snapshot(), catalog: w.Catalog, match: g.filter.matcher(w), regions: g.filter.regions(),
		filter: g.filter.Text(), now: w.Moment(), window: w.Window, sortID: g.sortID, desc: g.desc, faults: g.faults, cols: g.cols,
		unsure: g.filter.unsure(w), ledger: &g.ledger,
	}
	if w.Session != nil {
		ask.me = w.Session.Caller.ARN
	}
	if w.ended() != nil {
		ask.empty = w.emptyHolders()
	}
	if g.starred != nil && g.starred.filter == g.filter.Text() {
		ask.starred = g.starred.refs
	}
	if w.Still() && g.pic != nil && g.pic.sortID == g.sortID && g.pic.desc == g.desc {
		ask.still = g.pic.rowNames()
	}
	background.DoLatest(w.Loop, &g.job, !loud, ask.count, func(p *picture) {
		g.pic = p
		g.table.Total = len(p.all.Rows) + 1
		g.table.Empty = ""
	})
}

func (p *picture) rowNames() []string {
	names := make([]string, len(p.order))
	for i, at := range p.order {
		names[i] = p.shown.Rows[at].Region.Name
	}
	return names
}

// gridAsk is everything that counting needs.
type gridAsk struct {
	snap    *model.Snapshot
	catalog *model.Catalog
	match   func(*model.Resource) bool
	regions func(string) bool
	filter  string
	now     time.Time
	window  time.Duration
	cols    []gridColumn
	sortID  string
	desc    bool
	faults  bool
	still   []string
	starred map[model.Ref]bool
	// unsure says whether it cannot be told if the filter selects a resource; nil without a filter.
	unsure func(*model.Resource) bool
	// me is the ARN of the caller, empty the query of holders that hold nothing, nil where it is not asked.
	me     string
	empty  *emptyQuery
	ledger *ledger
}

func (a gridAsk) count() *picture {
	o := model.GridOptions{Now: a.now, Window: a.window}
	p := &picture{snap: a.snap, match: a.match, filter: a.filter, sortID: a.sortID, desc: a.desc}
	p.all = model.NewGrid(a.snap, a.catalog, o)
	p.shown = p.all
	if a.match != nil {
		o.Match, o.ShowRegion = a.match, a.regions
		if a.starred != nil {
			o.Match = func(r *model.Resource) bool {
				ok := a.match(r)
				if ok && !a.starred[r.Ref] {
					p.fresh++
				}
				return ok
			}
		}
		p.shown = model.NewGrid(a.snap, a.catalog, o)
	}
	a.learn(p)
	p.order = a.arrange(p.shown)
	p.index = make(map[string]int, len(p.order)+1)
	p.index[allRow] = 0
	for i, at := range p.order {
		p.index[p.shown.Rows[at].Region.Name] = i + 1
	}
	return p
}

// arrange puts the rows in order. Rows that stood somewhere stay there while the order has to be still.
func (a gridAsk) arrange(grid *model.Grid) []int {
	var order []int
	for i := range grid.Rows {
		if !a.faults || troubled(&grid.Rows[i]) {
			order = append(order, i)
		}
	}
	sortBy := slices.IndexFunc(a.cols, func(c gridColumn) bool { return c.ID == a.sortID })
	if sortBy >= 0 {
		col := &a.cols[sortBy]
		slices.SortStableFunc(order, func(x, y int) int {
			c := col.compare(&grid.Rows[x], &grid.Rows[y])
			if a.desc {
				c = -c
			}
			return c
		})
	}
	if a.still != nil {
		place := make(map[string]int, len(a.still))
		for i, name := range a.still {
			place[name] = i
		}
		at := func(i int) int {
			if p, stood := place[grid.Rows[i].Region.Name]; stood {
				return p
			}
			return len(a.still)
		}
		slices.SortStableFunc(order, func(x, y int) int { return at(x) - at(y) })
	}
	return order
}

// troubled says whether a readable region has a cell that could not be counted.
func troubled(row *model.GridRow) bool {
	return row.Region.Readable() && slices.ContainsFunc(row.Cells, func(c model.GridCell) bool {
		return !c.State.Complete() && c.State != model.CellUnasked && c.State != model.CellScanning
	})
}

// Draw fills the screen: the strip, the filter in force, the grid.
func (g *Grid) Draw(w *World, size kit.Size) string {
	top := g.strip.draw(w, g, size.W, max(0, size.H-4))
	if line := g.filterLine(w, size.W); line != "" {
		top = append(top, line)
	}
	g.table.Focused = g.strip.at < 0
	g.table.SetSort(g.sortID, g.desc)
	g.table.Empty = w.gridEmpty()
	body := g.table.View(kit.Size{W: size.W, H: size.H - len(top)})
	g.strip.height, g.strip.screenHeight = len(top), size.H
	return g.filter.lay(kit.Stack(strings.Join(top, "\n"), body), size)
}

// gridEmpty says what is under way while there is no row to show.
func (w *World) gridEmpty() string {
	switch {
	case w.ConnectError != nil:
		return "not connected: " + model.Clean(w.ConnectError.Error()) + "\nctrl+r tries again, q quits"
	case w.Connecting:
		return "connecting…"
	case w.Session == nil:
		return "not connected"
	}
	return "asking which regions the account has…"
}

func (g *Grid) filterLine(w *World, width int) string {
	text := g.filter.Text()
	if text == "" || g.pic == nil {
		if g.faults {
			return kit.Line(width, kit.Span{Text: " faults only: regions with a cell that could not be counted (ctrl+z shows all)", Style: w.Theme.Warning})
		}
		return ""
	}
	spans := []kit.Span{
		{Text: " filter ", Style: w.Theme.Muted},
		{Text: text, Style: w.Theme.Strong},
		{Text: "  " + kit.Count(g.pic.shown.Total.Count) + " of " + kit.Count(g.pic.all.Total.Count), Style: w.Theme.Muted},
	}
	if n := g.pic.facts.unsure; n > 0 {
		spans = append(spans, kit.Span{Text: "  ? " + kit.Count(n) + " more cannot be told: " + g.pic.facts.unsureText(w), Style: w.Theme.Warning})
	}
	if g.pic.fresh > 0 {
		spans = append(spans, kit.Span{Text: "  +" + kit.Count(g.pic.fresh) + " match since *, not marked", Style: w.Theme.New})
	}
	if why := g.filter.ambiguous(); why != "" {
		spans = append(spans, kit.Span{Text: "  ? " + why, Style: w.Theme.Warning})
	}
	return kit.Line(width, spans...)
}

// Typing says whether the filter is being typed.
func (g *Grid) Typing() bool { return g.filter.open }

// Type gives a message to the filter.
func (g *Grid) Type(w *World, msg tea.Msg) {
	if g.filter.Type(w, msg) {
		g.Refresh(w, true)
	}
}

// Cursor is where the terminal's cursor belongs.
func (g *Grid) Cursor() *tea.Cursor { return g.filter.cursor(g.strip.screenHeight) }

// row is the row under the cursor, nil on the row of all regions; ok is false while there is none.
func (g *Grid) row() (row *model.GridRow, ok bool) {
	id := g.table.CursorID()
	if g.pic == nil || id == "" {
		return nil, false
	}
	if id == allRow {
		return nil, true
	}
	i, found := g.pic.index[id]
	if !found || i == 0 {
		return nil, false
	}
	return &g.pic.shown.Rows[g.pic.order[i-1]], true
}

// kindAt is the kind whose column the cell cursor stands in, "" for none.
func (g *Grid) kindAt() model.KindID {
	if at := g.cols[g.column].kind; at >= 0 && g.pic != nil && at < len(g.pic.shown.Kinds) {
		return g.pic.shown.Kinds[at].ID
	}
	return ""
}

// Click puts the cursor where the mouse is.
func (g *Grid) Click(_ *World, x, y int) {
	hit := g.table.At(x, y-g.strip.height)
	if hit.RowID != "" {
		g.table.GoTo(hit.RowID)
		g.strip.at = -1
	}
	if i := slices.IndexFunc(g.cols, func(c gridColumn) bool { return c.ID == hit.Column }); i >= 0 && hit.RowID != "" {
		g.column = i
	}
}

// Wheel scrolls.
func (g *Grid) Wheel(_ *World, lines int) { g.table.Scroll(lines) }

// Every is how often the grid changes by time alone: counts grow stale and money runs.
func (g *Grid) Every(w *World) time.Duration {
	if w.Session == nil {
		return 0
	}
	return 30 * time.Second
}
