package scan_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rootout/rootout/aws/scan"
	"github.com/rootout/rootout/aws/sim"
	"github.com/rootout/rootout/aws/sim/breach"
	"github.com/rootout/rootout/model"
)

func only(names ...string) func(string) bool {
	set := map[string]bool{}
	for _, name := range names {
		set[name] = true
	}
	return func(region string) bool { return set[region] }
}

// rowOf is the row of a region.
func rowOf(t *testing.T, g *model.Grid, region string) *model.GridRow {
	t.Helper()
	for i := range g.Rows {
		if g.Rows[i].Region.Name == region {
			return &g.Rows[i]
		}
	}
	t.Fatalf("no row of %s", region)
	return nil
}

// TestARegionThatIsLeftOutIsNotRead, is called so, and makes every sum a lower bound. A disabled one
// stays disabled.
func TestARegionThatIsLeftOutIsNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := newStage(t, sim.Options{Latency: 40 * time.Millisecond}, breach.UniformOptions{Clusters: 2, Tasks: 1})
		st.alter = func(o *scan.Options) { o.LeaveOut = only("eu-west-3", "us-east-1", "af-south-1") }
		snap, g := st.once()
		if g.Regions != 34 || g.Read != 22 || g.Disabled != 10 || g.LeftOut != 2 {
			t.Errorf("%d of %d regions read, %d disabled, %d left out", g.Read, g.Regions, g.Disabled, g.LeftOut)
		}
		if !g.Total.AtLeast || g.Total.Disabled != 10*len(g.Kinds) || g.Total.Uncounted != 2*len(g.Kinds) {
			t.Errorf("the total is %+v", g.Total)
		}
		for region, want := range map[string]model.CellState{
			"eu-west-3": model.CellLeftOut, "us-east-1": model.CellLeftOut, "af-south-1": model.CellDisabled, "eu-west-1": model.CellCounted,
		} {
			if got := states(g, region); got[want] != len(g.Kinds) {
				t.Errorf("%s: %v, want all %s", region, got, want)
			}
		}
		for r := range snap.All {
			if r.Ref.Region == "eu-west-3" || r.Ref.Region == "us-east-1" {
				t.Fatalf("%v was read", r.Ref)
			}
		}
		if len(g.Troubled) != 0 {
			t.Errorf("%d cells are called troubled", len(g.Troubled))
		}
	})
}

// TestWhatIsLeftOutChangesWhileTheScanGoesOn leaves a region out that has been read, and takes it
// back in.
func TestWhatIsLeftOutChangesWhileTheScanGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := newStage(t, sim.Options{Latency: 40 * time.Millisecond}, breach.UniformOptions{Clusters: 2, Tasks: 1})
		s := scan.Start(t.Context(), st.options())
		defer s.Close()
		inv := model.NewInventory()
		after := func(d time.Duration) *model.Grid {
			ctx, cancel := context.WithTimeout(t.Context(), d)
			defer cancel()
			for {
				b, err := s.Next(ctx)
				if err != nil {
					return model.NewGrid(inv.Snapshot(), st.catalog, model.GridOptions{Now: time.Now()})
				}
				inv.Apply(b)
			}
		}
		g := after(20 * time.Second)
		if row := rowOf(t, g, "eu-west-3"); g.Read != 24 || row.Total.Count == 0 {
			t.Fatalf("%d regions read, %d things in eu-west-3", g.Read, row.Total.Count)
		}
		known := rowOf(t, g, "eu-west-3").Total.Count
		s.LeaveOut(only("eu-west-3"))
		g = after(5 * time.Second)
		if row := rowOf(t, g, "eu-west-3"); g.LeftOut != 1 || g.Read != 23 || row.Cells[0].State != model.CellLeftOut || row.Total.Count != known || !g.Total.AtLeast {
			t.Errorf("%d left out, %d read, %s, %+v", g.LeftOut, g.Read, row.Cells[0].State, row.Total)
		}
		// It is not visited any more, whoever asks.
		s.Rescan(model.Place{Account: st.conn.Caller().Account, Region: "eu-west-3"}.Cell("ecs:cluster"))
		g = after(3 * time.Minute)
		if row := rowOf(t, g, "eu-west-3"); row.Cells[0].Cell.State != model.CellUnasked {
			t.Errorf("it was read: %+v", row.Cells[0].Cell)
		}
		s.LeaveOut(nil)
		g = after(10 * time.Second)
		if row := rowOf(t, g, "eu-west-3"); g.LeftOut != 0 || g.Read != 24 || row.Cells[0].State != model.CellCounted || row.Total.Count != known || row.Total.New != 0 || g.Total.AtLeast {
			t.Errorf("%d left out, %d read, %s, %+v", g.LeftOut, g.Read, row.Cells[0].State, row.Total)
		}
	})
}

// TestADenialCanBeWaived by its cell, and stays what it is; a region that does not answer cannot.
func TestADenialCanBeWaived(t *testing.T) {
	faults, err := sim.ParseFaults("deny=eu-west-3:ecs,blackhole=sa-east-1")
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		st := newStage(t, sim.Options{Latency: 40 * time.Millisecond, Faults: faults}, breach.UniformOptions{Clusters: 2, Tasks: 1})
		st.alter = func(o *scan.Options) {
			o.Waive = func(key model.CellKey) string {
				if key.Kind == "ecs:daemon" {
					return ""
				}
				return "waived " + key.Region
			}
		}
		_, g := st.once()
		waived := 0
		for _, c := range g.Troubled {
			want := ""
			if c.Cell.Key.Region == "eu-west-3" && c.Cell.Key.Kind != "ecs:daemon" {
				want = "waived eu-west-3"
				waived++
			}
			if c.Cell.Failure == nil || c.Cell.Failure.Waived != want || !c.Sum.AtLeast {
				t.Errorf("%s in %s is %s: %+v", c.Cell.Key.Kind, c.Cell.Key.Region, c.State, c.Cell.Failure)
			}
		}
		if waived < 5 || !g.Total.AtLeast || len(g.Troubled) != waived+1+len(g.Kinds) {
			t.Errorf("%d of %d troubled cells are waived", waived, len(g.Troubled))
		}
	})
}
