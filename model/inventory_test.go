package model_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rootout/rootout/model"
)

const (
	testAccount              = "123456789012"
	testKind    model.KindID = "fair:stall"
)

var noon = time.Date(2026, 10, 4, 12, 0, 0, 0, time.UTC)

func stallRef(region, id string) model.Ref {
	return model.Ref{Partition: "aws", Place: model.Place{Account: testAccount, Region: region}, Kind: testKind, ID: id}
}

func stallKey(region string) model.CellKey {
	return model.CellKey{Place: model.Place{Account: testAccount, Region: region}, Kind: testKind}
}

func found(region, id string, pass uint64) model.Found {
	return model.Found{Pass: pass, Resource: &model.Resource{Ref: stallRef(region, id), Name: id, Counts: true}}
}

func names(s *model.Snapshot, region string) string {
	text := ""
	for _, r := range s.In(stallKey(region)) {
		text += r.Name + " "
	}
	return text
}

func TestACompletedPassProvesWhatIsGone(t *testing.T) {
	inv := model.NewInventory()
	closing := func(pass uint64, state model.CellState) []model.Cell {
		return []model.Cell{{Key: stallKey("r"), State: state, Pass: pass, AsOf: noon}}
	}
	inv.Apply(&model.Batch{At: noon, Found: []model.Found{found("r", "a", 1), found("r", "b", 1)}, Cells: closing(1, model.CellCounted)})
	before := inv.Snapshot()
	inv.Apply(&model.Batch{At: noon, Found: []model.Found{found("r", "b", 2), found("r", "c", 2)}, Cells: closing(2, model.CellPartial)})
	if got := names(inv.Live(), "r"); got != "a b c " {
		t.Errorf("after a pass that broke off: %q, want nothing forgotten", got)
	}
	inv.Apply(&model.Batch{At: noon, Found: []model.Found{found("r", "b", 3), found("r", "c", 3)}, Cells: closing(3, model.CellCounted)})
	if got := names(inv.Live(), "r"); got != "b c " {
		t.Errorf("after a complete pass: %q, want a gone", got)
	}
	inv.Apply(&model.Batch{At: noon, Gone: []model.Ref{stallRef("r", "b"), stallRef("r", "never seen")}})
	if got := names(inv.Live(), "r"); got != "c " || inv.Get(stallRef("r", "c")) == nil || inv.Get(stallRef("r", "b")) != nil {
		t.Errorf("after a re-read: %q, want only c, found under its reference", got)
	}
	if got := names(before, "r"); got != "a b " {
		t.Errorf("an old picture changed: %q", got)
	}
}

// TestInventoryFollowsASimpleModel compares the inventory with a map over random histories,
// snapshots taken in between.
func TestInventoryFollowsASimpleModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		inv := model.NewInventory()
		want := map[model.Ref]uint64{}
		type kept struct {
			snap *model.Snapshot
			text string
		}
		var pictures []kept
		for pass := uint64(1); pass < 12; pass++ {
			region := rapid.SampledFrom([]string{"r1", "r2"}).Draw(t, "region")
			b := &model.Batch{At: noon.Add(time.Duration(pass) * time.Second)}
			for _, id := range rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "d"}), 0, 4).Draw(t, "ids") {
				b.Found = append(b.Found, found(region, id, pass))
				want[stallRef(region, id)] = pass
			}
			switch rapid.IntRange(0, 3).Draw(t, "end") {
			case 0:
				b.Cells = []model.Cell{{Key: stallKey(region), State: model.CellCounted, Pass: pass, AsOf: b.At}}
				for ref, seen := range want {
					if ref.Region == region && seen < pass {
						delete(want, ref)
					}
				}
			case 1:
				gone := stallRef(region, "a")
				b.Gone = []model.Ref{gone}
				delete(want, gone)
			default:
			}
			inv.Apply(b)
			if inv.Live().Len() != len(want) {
				t.Fatalf("%d resources, want %d", inv.Live().Len(), len(want))
			}
			for ref := range want {
				if r := inv.Get(ref); r == nil || r.Ref != ref {
					t.Fatalf("%v is not under its reference", ref)
				}
			}
			snap := inv.Snapshot()
			pictures = append(pictures, kept{snap, names(snap, "r1") + "|" + names(snap, "r2")})
			for _, p := range pictures {
				if got := names(p.snap, "r1") + "|" + names(p.snap, "r2"); got != p.text {
					t.Fatalf("a picture changed from %q to %q", p.text, got)
				}
			}
		}
	})
}

func TestGridNeverShowsUnknownAsZero(t *testing.T) {
	catalog, err := model.NewCatalog(model.Kind{ID: testKind, Order: 1})
	if err != nil {
		t.Fatal(err)
	}
	regions := []model.Region{
		{Name: "counted", Status: model.Enabled},
		{Name: "denied", Status: model.Enabled},
		{Name: "partial", Status: model.Enabled},
		{Name: "stale", Status: model.Enabled},
		{Name: "nothing", Status: model.Enabled},
		{Name: "off", Status: model.Disabled},
		{Name: "absent", Status: model.EnabledByDefault},
	}
	priced := found("counted", "a", 1)
	priced.Resource.Rate = model.Rate{PerHour: 2, Known: true, Billed: true, Since: noon.Add(-3 * time.Hour)}
	inv := model.NewInventory()
	inv.Apply(&model.Batch{
		At: noon, Regions: regions, Found: []model.Found{priced, found("partial", "b", 1), found("stale", "c", 1)},
		Cells: []model.Cell{
			{Key: stallKey("counted"), State: model.CellCounted, Pass: 1, AsOf: noon},
			{Key: stallKey("denied"), State: model.CellDenied, Pass: 1, AsOf: noon},
			{Key: stallKey("partial"), State: model.CellPartial, Pass: 1, AsOf: noon},
			{Key: stallKey("stale"), State: model.CellCounted, Pass: 1, AsOf: noon.Add(-time.Hour), FreshFor: time.Minute},
			{Key: stallKey("absent"), State: model.CellUnsupported, Pass: 1, AsOf: noon},
		},
	})
	g := model.NewGrid(inv.Snapshot(), catalog, model.GridOptions{Now: noon})
	for i, want := range []struct {
		state   model.CellState
		count   int
		atLeast bool
	}{
		{model.CellCounted, 1, false},
		{model.CellDenied, 0, true},
		{model.CellPartial, 1, true},
		{model.CellStale, 1, false},
		{model.CellUnasked, 0, true},
		{model.CellDisabled, 0, false},
		{model.CellUnsupported, 0, false},
	} {
		c := g.Rows[i].Cells[0]
		if c.State != want.state || c.Sum.Count != want.count || c.Sum.AtLeast != want.atLeast {
			t.Errorf("%s: %s %d at least %v, want %s %d %v", regions[i].Name, c.State, c.Sum.Count, c.Sum.AtLeast, want.state, want.count, want.atLeast)
		}
	}
	if !g.Total.AtLeast || g.Total.Disabled != 1 || g.Total.SoFar != 6 || g.Disabled != 1 || len(g.Troubled) != 2 {
		t.Errorf("total %+v, %d disabled, %d troubled", g.Total, g.Disabled, len(g.Troubled))
	}
}

// BenchmarkInventory prints what 100,000 resources take in memory.
func BenchmarkInventory(b *testing.B) {
	const resources, bound = 100_000, 150
	for b.Loop() {
		before := heap()
		inv := model.NewInventory()
		batch := &model.Batch{At: noon}
		for i := range resources {
			region, id := fmt.Sprintf("region-%d", i%24), fmt.Sprintf("arn:aws:ecs:region:123456789012:task/cluster-%d/%032x", i%500, i)
			attrs := make([]model.Value, 20)
			for a := range attrs {
				attrs[a] = model.Number(float64(a))
			}
			attrs[0], attrs[1] = model.Text(fmt.Sprintf("image/%d:latest", i%40)), model.List("service:one", "two")
			batch.Found = append(batch.Found, model.Found{Pass: 1, Resource: &model.Resource{
				Ref: stallRef(region, id), ARN: id, Name: id[len(id)-32:], State: "RUNNING", Counts: true, Attrs: attrs,
				Owners: []model.Ref{stallRef(region, "owner")}, Uses: []model.Ref{stallRef(region, "definition")},
			}})
			if len(batch.Found) == 500 {
				inv.Apply(batch)
				batch = &model.Batch{At: noon}
			}
		}
		inv.Apply(batch)
		b.ReportMetric(float64(heap()-before)/(1<<20), "MiB/100k")
		b.ReportMetric(bound, "MiB-bound")
		runtime.KeepAlive(inv)
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
