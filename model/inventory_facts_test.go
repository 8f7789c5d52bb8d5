package model_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
)

// TestARelistingKeepsWhenAThingWasFirstSeen, and the first sight of a thing is its batch's time.
func TestARelistingKeepsWhenAThingWasFirstSeen(t *testing.T) {
	inv := model.NewInventory()
	for pass := uint64(1); pass < 4; pass++ {
		inv.Apply(listed("r", pass, "a"))
		r := inv.Get(stallRef("r", "a"))
		if first, last := noon.Add(time.Second), noon.Add(time.Duration(pass)*time.Second); !r.FirstSeen.Equal(first) || !r.SeenAt.Equal(last) {
			t.Errorf("pass %d: first seen %v, last seen %v", pass, r.FirstSeen, r.SeenAt)
		}
	}
	b := listed("r", 9, "a", "b")
	b.Found[0].Resource.SeenAt = noon.Add(-time.Hour)
	b.Found[1].Resource.FirstSeen = noon.Add(-2 * time.Hour)
	inv.Apply(b)
	if r := inv.Get(stallRef("r", "a")); !r.SeenAt.Equal(noon.Add(-time.Hour)) {
		t.Errorf("a resource that says itself when it was seen: %v", r.SeenAt)
	}
	if r := inv.Get(stallRef("r", "b")); !r.FirstSeen.Equal(noon.Add(-2 * time.Hour)) {
		t.Errorf("a resource of a case keeps its first sight: %v", r.FirstSeen)
	}
}

// TestALateReadingDoesNotUndoANewerOne: a listing that is overtaken by a re-read must not lose what
// the newer pass has met.
func TestALateReadingDoesNotUndoANewerOne(t *testing.T) {
	inv := model.NewInventory()
	inv.Apply(&model.Batch{At: noon, Found: []model.Found{found("r", "a", 2)}})
	inv.Apply(&model.Batch{At: noon, Found: []model.Found{found("r", "a", 1)}})
	inv.Apply(listed("r", 2))
	if inv.Get(stallRef("r", "a")) == nil {
		t.Error("what pass 2 has met is gone after pass 2")
	}
}

// TestGrowthBeginsWithTheFirstCount: a listing that failed has counted nothing.
func TestGrowthBeginsWithTheFirstCount(t *testing.T) {
	inv := model.NewInventory()
	denied := &model.Batch{At: noon.Add(-time.Hour), Cells: []model.Cell{{Key: stallKey("r"), State: model.CellDenied, Pass: 1, AsOf: noon.Add(-time.Hour)}}}
	inv.Apply(denied)
	inv.Apply(listed("r", 2, "a"))
	if s := inv.Snapshot(); s.Grown(inv.Get(stallRef("r", "a"))) {
		t.Error("what the first count found is growth")
	}
	denied.Cells[0].Pass, denied.At = 3, noon.Add(time.Minute)
	inv.Apply(denied)
	if at := inv.Live().Cell(stallKey("r")).FirstCounted; !at.Equal(noon.Add(2 * time.Second)) {
		t.Errorf("after a failure the first count was at %v", at)
	}
}

// TestSnapshotsTellHowFarTheScanIs and when their newest fact was.
func TestSnapshotsTellHowFarTheScanIs(t *testing.T) {
	inv := model.NewInventory()
	b := listed("r", 1, "a")
	b.Progress = model.Progress{Done: 3, Total: 7, FirstPass: true}
	inv.Apply(b)
	old := inv.Snapshot()
	inv.Apply(&model.Batch{At: noon.Add(-time.Hour), Progress: model.Progress{Done: 7, Total: 7}})
	inv.Apply(nil)
	now := inv.Snapshot()
	if old.Progress().Done != 3 || now.Progress().Done != 7 || old.Generation == now.Generation {
		t.Errorf("progress %+v, then %+v", old.Progress(), now.Progress())
	}
	if want := noon.Add(time.Second); !old.At().Equal(want) || !now.At().Equal(want) {
		t.Errorf("the newest fact is of %v, then %v; want %v", old.At(), now.At(), want)
	}
}

// TestApplyCostsItsBatchOnly: a resource that is found again must not copy the cells of all others,
// and its own only after a snapshot.
func TestApplyCostsItsBatchOnly(t *testing.T) {
	inv := model.NewInventory()
	const perCell = 2000
	for c := range 20 {
		ids := make([]string, perCell)
		for i := range ids {
			ids[i] = fmt.Sprint(i)
		}
		inv.Apply(listed(fmt.Sprint("r", c), 1, ids...))
	}
	again := &model.Batch{At: noon, Found: []model.Found{found("r0", "0", 2)}}
	cost := func(snapshot bool) uint64 {
		const runs = 20
		before := allocated()
		for range runs {
			if snapshot {
				inv.Snapshot()
			}
			inv.Apply(again)
		}
		return (allocated() - before) / runs
	}
	inv.Snapshot()
	inv.Apply(again)
	if got := cost(false); got > 2000 {
		t.Errorf("%d bytes for one resource", got)
	}
	if got := cost(true); got > 20*perCell+5000 {
		t.Errorf("%d bytes for one resource after a snapshot", got)
	}
}

// allocated is how many bytes have been allocated since the program began.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// TestWhatSourcesSayIsJoined: the better known maker with his session, event and time, and of two
// verdicts the one that allows less, with its chain, whoever spoke first.
func TestWhatSourcesSayIsJoined(t *testing.T) {
	maker := func(arn string, source model.MakerSource) model.Maker { return model.Maker{ARN: arn, Source: source} }
	event := model.About{Maker: maker(thief, model.FromEvent), Session: "s", Event: "e", MadeAt: noon, Verdict: model.Planted, Chain: []string{"p"}}
	owner := model.About{Maker: maker(honest, model.FromOwner), Session: "o", Event: "oe", MadeAt: noon.Add(time.Hour), Verdict: model.Contested, Chain: []string{"c"}}
	timed := model.About{MadeAt: noon.Add(2 * time.Hour), Verdict: model.Touched, Chain: []string{"t"}}
	for _, x := range []struct {
		name       string
		a, b, want model.About
	}{
		{"event and owner", event, owner, model.About{Maker: event.Maker, Session: "s", Event: "e", MadeAt: noon, Verdict: model.Contested, Chain: []string{"c"}}},
		{"event and a time", event, timed, model.About{Maker: event.Maker, Session: "s", Event: "e", MadeAt: noon, Verdict: model.Touched, Chain: []string{"t"}}},
		{
			"a maker without a time and a time",
			model.About{Maker: owner.Maker, Event: "oe"},
			timed,
			model.About{Maker: owner.Maker, Event: "oe", MadeAt: timed.MadeAt, Verdict: model.Touched, Chain: []string{"t"}},
		},
		{"a verdict and nothing", model.About{Verdict: model.Stolen, Chain: []string{"x"}}, model.About{Event: "e"}, model.About{Verdict: model.Stolen, Chain: []string{"x"}}},
	} {
		for _, names := range [][2]string{{"1", "2"}, {"2", "1"}} {
			inv := model.NewInventory()
			ref := stallRef("r", "a")
			inv.ApplyOverlay(said(names[0], map[model.Ref]model.About{ref: x.a}))
			inv.ApplyOverlay(said(names[1], map[model.Ref]model.About{ref: x.b}))
			got := inv.About(ref)
			if x.want.Event == "" {
				got.Event = ""
			}
			if !got.Equal(x.want) {
				t.Errorf("%s, as %v: %+v, want %+v", x.name, names, got, x.want)
			}
		}
	}
}

// TestAGuessIsNoMaker on any screen or in any export that asks for the field.
func TestAGuessIsNoMaker(t *testing.T) {
	for _, f := range model.CommonFields() {
		if f.ID != "by" {
			continue
		}
		for source := model.MakerUnknown; source <= model.Guessed; source++ {
			v := f.Get(&model.Resource{Maker: model.Maker{ARN: thief, Source: source}})
			if v.IsUnknown() != (source == model.Guessed) {
				t.Errorf("known from %s: %v", source, v)
			}
		}
	}
}

// TestGridCountsWhatCounts: what has stopped, what a filter leaves out, and regions that nobody has
// answered for.
func TestGridCountsWhatCounts(t *testing.T) {
	catalog, err := model.NewCatalog(model.Kind{ID: testKind, Order: 1})
	if err != nil {
		t.Fatal(err)
	}
	inv := model.NewInventory()
	b := listed("r", 1, "a", "b", "stopped")
	b.Found[2].Resource.Counts = false
	for _, name := range []string{"r", "unasked", "scanning", "off"} {
		b.Regions = append(b.Regions, model.Region{Name: name, Status: model.Enabled})
	}
	b.Regions[3].Status = model.Disabling
	b.Cells = append(b.Cells, model.Cell{Key: stallKey("scanning"), State: model.CellScanning})
	inv.Apply(b)
	again := listed("r", 2, "a", "b", "stopped", "grown")
	again.Found[2].Resource.Counts = false
	inv.Apply(again)
	g := model.NewGrid(inv.Snapshot(), catalog, model.GridOptions{Now: noon, Match: func(r *model.Resource) bool { return r.Name != "b" }})
	if g.Total.Count != 2 || g.Total.New != 1 {
		t.Errorf("%d count and %d are new, want a and what has grown", g.Total.Count, g.Total.New)
	}
	if g.Regions != 4 || g.Read != 1 || g.Disabled != 1 || g.Total.Uncounted != 2 || g.Total.Disabled != 1 || len(g.Troubled) != 0 {
		t.Errorf("%d regions, %d read, %d disabled, %d troubled; %+v", g.Regions, g.Read, g.Disabled, len(g.Troubled), g.Total)
	}
}

// TestAnUnseenOwnerLeavesItsHolder: a task whose service nobody sees still lives and dies with its
// cluster.
func TestAnUnseenOwnerLeavesItsHolder(t *testing.T) {
	inv := model.NewInventory()
	b := listed("r", 1, "cluster", "task")
	b.Found[1].Resource.Owners, b.Found[1].Resource.Container = []model.Ref{stallRef("r", "service")}, stallRef("r", "cluster")
	inv.Apply(b)
	g := model.NewGraph(inv.Snapshot())
	if kids := g.Children(stallRef("r", "cluster")); len(kids) != 1 || kids[0].Name != "task" {
		t.Errorf("the cluster holds %v", kids)
	}
	if owners := g.Owners(g.Get(stallRef("r", "task"))); len(owners) != 1 || owners[0] != stallRef("r", "cluster") {
		t.Errorf("the task's owners are %v", owners)
	}
}

// TestAHintNamesWhoRegisteredWhatRuns, from the record as from the event, and never a guess or what
// somebody owns.
func TestAHintNamesWhoRegisteredWhatRuns(t *testing.T) {
	for source, want := range map[model.MakerSource]bool{
		model.FromEvent: true, model.FromRegistered: true, model.FromOwner: false, model.Guessed: false, model.MakerUnknown: false,
	} {
		inv := model.NewInventory()
		b := listed("r", 1, "cluster", "service", "definition")
		b.Found[1].Resource.Owners, b.Found[1].Resource.Uses = []model.Ref{stallRef("r", "cluster")}, []model.Ref{stallRef("r", "definition")}
		inv.Apply(b)
		inv.ApplyOverlay(said("events", map[model.Ref]model.About{stallRef("r", "definition"): {Maker: model.Maker{ARN: thief, Source: source}}}))
		if got := model.NewGraph(inv.Snapshot()).Hint(stallRef("r", "cluster")); (got == "what runs in it was registered by "+thief) != want {
			t.Errorf("known from %s: %q", source, got)
		}
		if got := model.NewGraph(inv.Snapshot()).Hint(stallRef("r", "service")); (got == "what it runs was registered by "+thief) != want {
			t.Errorf("of what runs it itself, known from %s: %q", source, got)
		}
	}
}
