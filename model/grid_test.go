package model_test

import (
	"maps"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
)

const worldKind model.KindID = "world:user"

func globalKey() model.CellKey {
	return model.Place{Account: testAccount}.Cell(worldKind)
}

func globalCatalog(t *testing.T) *model.Catalog {
	t.Helper()
	c, err := model.NewCatalog(
		model.Kind{ID: testKind, Order: 1},
		model.Kind{ID: worldKind, Order: 2, Scope: model.Global},
		model.Kind{ID: "world:role", Order: 3, Scope: model.Global},
	)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// globalInventory has two counted regions and one disabled, and in the account as a whole a denied
// cell and a partial one.
func globalInventory() *model.Inventory {
	inv := model.NewInventory()
	user := model.Resource{
		Ref: model.Ref{Partition: "aws", Place: model.Place{Account: testAccount}, Kind: worldKind, ID: "u"}, Name: "u", Counts: true,
		Rate: model.Rate{Known: true},
	}
	inv.Apply(&model.Batch{
		At: noon,
		Regions: []model.Region{
			{Name: "r1", Status: model.Enabled}, {Name: "r2", Status: model.Enabled}, {Name: "off", Status: model.Disabled},
		},
		Found: []model.Found{found("r1", "a", 1), {Resource: &user, Pass: 1}},
		Cells: []model.Cell{
			{Key: stallKey("r1"), State: model.CellCounted, Pass: 1, AsOf: noon},
			{Key: stallKey("r2"), State: model.CellCounted, Pass: 1, AsOf: noon},
			{Key: globalKey(), State: model.CellPartial, Pass: 1, AsOf: noon},
			{Key: model.Place{Account: testAccount}.Cell("world:role"), State: model.CellDenied, Pass: 1, AsOf: noon},
		},
	})
	return inv
}

// TestTheAccountAsAWholeIsARowOfItsOwn: what is denied there costs no region its count.
func TestTheAccountAsAWholeIsARowOfItsOwn(t *testing.T) {
	inv := globalInventory()
	g := model.NewGrid(inv.Snapshot(), globalCatalog(t), model.GridOptions{Now: noon})
	if g.Regions != 3 || g.Read != 2 || g.Disabled != 1 || len(g.Rows) != 3 || len(g.Kinds) != 1 || len(g.GlobalKinds) != 2 {
		t.Errorf("%d regions, %d read, %d disabled, %d rows of %d kinds, %d global kinds", g.Regions, g.Read, g.Disabled, len(g.Rows), len(g.Kinds), len(g.GlobalKinds))
	}
	for _, row := range g.Rows[:2] {
		if row.Total.AtLeast || row.Place != (model.Place{Account: testAccount, Region: row.Region.Name}) {
			t.Errorf("%v: %+v", row.Place, row.Total)
		}
	}
	row := g.Global
	if row == nil || !row.Place.Global() || row.Place.Title() != "GLOBAL" || len(row.Cells) != 2 {
		t.Fatalf("the global row: %+v", row)
	}
	if users, roles := row.Cells[0], row.Cells[1]; users.State != model.CellPartial || users.Sum.Count != 1 || roles.State != model.CellDenied || !row.Total.AtLeast {
		t.Errorf("users %+v, roles %+v, total %+v", users, roles, row.Total)
	}
	if g.Total.Count != 2 || !g.Total.AtLeast || len(g.Troubled) != 2 || g.Troubled[0].Cell.Key != globalKey() {
		t.Errorf("total %+v, troubled %+v", g.Total, g.Troubled)
	}
}

// TestNoGlobalKindsNoGlobalRow, and a filter that names a region hides it.
func TestNoGlobalKindsNoGlobalRow(t *testing.T) {
	inv := globalInventory()
	regional, err := model.NewCatalog(model.Kind{ID: testKind, Order: 1})
	if err != nil {
		t.Fatal(err)
	}
	if g := model.NewGrid(inv.Snapshot(), regional, model.GridOptions{Now: noon}); g.Global != nil || g.Total.Count != 1 || g.Total.AtLeast {
		t.Errorf("a row of no kinds: %+v, total %+v", g.Global, g.Total)
	}
	one := func(name string) bool { return name == "r1" }
	g := model.NewGrid(inv.Snapshot(), globalCatalog(t), model.GridOptions{Now: noon, ShowRegion: one})
	if g.Global != nil || len(g.Rows) != 1 || g.Total.Count != 1 || len(g.Troubled) != 0 || g.Regions != 3 || g.Read != 2 {
		t.Errorf("restricted to r1: %d rows, global %+v, total %+v", len(g.Rows), g.Global, g.Total)
	}
}

// TestAnUnknownPriceTaintsTheSum: money that nobody can tell must not drop out of it.
func TestAnUnknownPriceTaintsTheSum(t *testing.T) {
	for _, x := range []struct {
		name     string
		bills    bool
		rate     model.Rate
		size     model.Size
		unpriced int
		usd      float64
	}{
		{"a kind that costs, price unknown", true, model.Rate{}, model.Size{}, 1, 0},
		{"a kind that costs, this one free", true, model.Rate{Known: true}, model.Size{}, 0, 0},
		{"a kind that costs, price known", true, model.Rate{Known: true, Billed: true, PerHour: 2}, model.Size{}, 0, 2},
		{"a free kind", false, model.Rate{}, model.Size{}, 0, 0},
		{"billed, price unknown", false, model.Rate{Billed: true}, model.Size{}, 1, 0},
		{"what takes computing power", false, model.Rate{}, model.Size{VCPU: 1, Known: true}, 1, 0},
	} {
		catalog, err := model.NewCatalog(model.Kind{ID: testKind, Order: 1, Bills: x.bills})
		if err != nil {
			t.Fatal(err)
		}
		b := listed("r", 1, "a")
		b.Regions = []model.Region{{Name: "r", Status: model.Enabled}}
		b.Found[0].Resource.Rate, b.Found[0].Resource.Size = x.rate, x.size
		inv := model.NewInventory()
		inv.Apply(b)
		g := model.NewGrid(inv.Snapshot(), catalog, model.GridOptions{Now: noon})
		if g.Total.Unpriced != x.unpriced || g.Total.PerHour != x.usd {
			t.Errorf("%s: %+v", x.name, g.Total)
		}
	}
}

// TestNewCountsWhatEventsDate: a thing whose record has no time of creation is new by its event's.
func TestNewCountsWhatEventsDate(t *testing.T) {
	catalog, err := model.NewCatalog(model.Kind{ID: testKind, Order: 1})
	if err != nil {
		t.Fatal(err)
	}
	b := listed("r", 1, "a", "b", "c")
	b.Regions = []model.Region{{Name: "r", Status: model.Enabled}}
	inv := model.NewInventory()
	inv.Apply(b)
	inv.ApplyOverlay(said("events", map[model.Ref]model.About{
		stallRef("r", "a"): {MadeAt: noon.Add(-time.Hour)}, stallRef("r", "b"): {MadeAt: noon.Add(-48 * time.Hour)},
		stallRef("r", "c"): {MadeAt: noon.Add(time.Second)}, // AWS's clock is a second before ours.
	}))
	g := model.NewGrid(inv.Snapshot(), catalog, model.GridOptions{Now: noon, Window: 24 * time.Hour})
	if g.Total.New != 2 || g.Total.Count != 3 {
		t.Errorf("%d of %d are new, want the two whose events lie in the window", g.Total.New, g.Total.Count)
	}
	if g := model.NewGrid(inv.Snapshot(), catalog, model.GridOptions{Now: noon}); g.Total.New != 0 {
		t.Errorf("without a window %d are new", g.Total.New)
	}
	if g := model.NewGrid(inv.Snapshot(), catalog, model.GridOptions{Now: noon.Add(-time.Hour).Add(24 * time.Hour), Window: 24 * time.Hour}); g.Total.New != 2 {
		t.Errorf("at the edge of the window %d are new", g.Total.New)
	}
}

// TestSumsAddUp: a total is the sum of its cells in every respect.
func TestSumsAddUp(t *testing.T) {
	early, late := noon.Add(-2*time.Hour), noon.Add(-time.Hour)
	a := model.Sum{Count: 1, New: 2, VCPU: 3, MemoryMiB: 4, PerHour: 5, SoFar: 6, Estimated: true, Unpriced: 7, Uncounted: 8, Disabled: 9, Since: late}
	b := model.Sum{Count: 10, New: 20, VCPU: 30, MemoryMiB: 40, PerHour: 50, SoFar: 60, Unpriced: 70, AtLeast: true, Uncounted: 80, Disabled: 90, Since: early}
	want := model.Sum{
		Count: 11, New: 22, VCPU: 33, MemoryMiB: 44, PerHour: 55, SoFar: 66, Estimated: true, Unpriced: 77, AtLeast: true, Uncounted: 88, Disabled: 99, Since: early,
	}
	for _, pair := range [][2]model.Sum{{a, b}, {b, a}} {
		if got := pair[0]; func() bool { got.Add(pair[1]); return got != want }() {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	var none model.Sum
	none.Add(a)
	if none.Since != late {
		t.Errorf("since %v, want the only one there is", none.Since)
	}
}

// TestWhatIsLeftOutTaints: a region that the operator left out is neither read nor disabled, and what
// was known of it is a lower bound.
func TestWhatIsLeftOutTaints(t *testing.T) {
	catalog, err := model.NewCatalog(model.Kind{ID: testKind, Order: 1})
	if err != nil {
		t.Fatal(err)
	}
	b := listed("r", 1, "a")
	b.Regions = []model.Region{{Name: "r", Status: model.LeftOut}, {Name: "off", Status: model.Disabled}}
	inv := model.NewInventory()
	inv.Apply(b)
	g := model.NewGrid(inv.Snapshot(), catalog, model.GridOptions{Now: noon})
	if g.Regions != 2 || g.Read != 0 || g.Disabled != 1 || g.LeftOut != 1 || len(g.Troubled) != 0 {
		t.Errorf("%d regions, %d read, %d disabled, %d left out, %d troubled", g.Regions, g.Read, g.Disabled, g.LeftOut, len(g.Troubled))
	}
	if c := g.Rows[0].Cells[0]; c.State != model.CellLeftOut || c.Sum.Count != 1 || !c.Sum.AtLeast || c.Sum.Disabled != 0 || !g.Total.AtLeast {
		t.Errorf("the cell: %+v", c)
	}
}

// TestOnlyWhatIsKnownWholeIsRead: a region with a cell that was asked and not counted is none that was
// read, and is named by the worst of its cells.
func TestOnlyWhatIsKnownWholeIsRead(t *testing.T) {
	catalog, err := model.NewCatalog(model.Kind{ID: "a:a", Order: 1}, model.Kind{ID: "a:b", Order: 2})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		a, b   model.CellState
		read   int
		unread model.CellState
	}{
		{model.CellCounted, model.CellUnsupported, 1, 0},
		{model.CellCounted, model.CellScanning, 0, 0},
		{model.CellUnreachable, model.CellUnasked, 0, 0},
		{model.CellCounted, model.CellPartial, 0, model.CellPartial},
		{model.CellDenied, model.CellPartial, 0, model.CellDenied},
		{model.CellThrottled, model.CellDenied, 0, model.CellDenied},
		{model.CellDenied, model.CellUnreachable, 0, model.CellUnreachable},
		{model.CellUnreadable, model.CellDenied, 0, model.CellUnreadable},
	} {
		place := model.Place{Account: testAccount, Region: "r"}
		inv := model.NewInventory()
		inv.Apply(&model.Batch{At: noon, Regions: []model.Region{{Name: "r", Status: model.Enabled}}, Cells: []model.Cell{
			{Key: place.Cell("a:a"), State: c.a, Pass: 1, AsOf: noon}, {Key: place.Cell("a:b"), State: c.b, Pass: 1, AsOf: noon},
		}})
		g := model.NewGrid(inv.Snapshot(), catalog, model.GridOptions{Now: noon})
		want := map[model.CellState]int{}
		if c.unread != 0 {
			want[c.unread] = 1
		}
		if g.Read != c.read || !maps.Equal(g.Unread, want) {
			t.Errorf("%s and %s: %d read, not read %v, want %d and %v", c.a, c.b, g.Read, g.Unread, c.read, want)
		}
	}
}
