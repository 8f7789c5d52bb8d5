package model_test

import (
	"slices"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
)

// TestCoverageIsThatOfTheGrid, without a look at any resource, and names the trouble of the account
// as a whole.
func TestCoverageIsThatOfTheGrid(t *testing.T) {
	c := model.CoverageOf(globalInventory().Snapshot(), globalCatalog(t), noon)
	if c.Regions != 3 || c.Read != 2 || c.Disabled != 1 || c.GlobalWorst != model.CellDenied || len(c.Unread) != 0 {
		t.Errorf("%+v", c)
	}
}

// TestRegionsThatAreNotKnownWholeAreNamed, with the worst of their cells; a disabled one was not
// asked.
func TestRegionsThatAreNotKnownWholeAreNamed(t *testing.T) {
	inv := model.NewInventory()
	inv.Apply(&model.Batch{
		At:      noon,
		Regions: []model.Region{{Name: "r1", Status: model.Enabled}, {Name: "r2", Status: model.Enabled}, {Name: "r3", Status: model.Disabled}, {Name: "r4", Status: model.Enabled}},
		Cells: []model.Cell{
			{Key: stallKey("r1"), State: model.CellCounted, Pass: 1, AsOf: noon}, {Key: stallKey("r2"), State: model.CellDenied, Pass: 1, AsOf: noon},
		},
	})
	catalog, err := model.NewCatalog(model.Kind{ID: stallKey("r1").Kind, Phase: model.Drain})
	if err != nil {
		t.Fatal(err)
	}
	want := []model.UnreadRegion{{Name: "r2", State: model.CellDenied}, {Name: "r4", State: model.CellScanning}}
	if got := model.UnreadRegions(inv.Snapshot(), catalog, noon); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestWhatHasNoAgeIsNotKnownToBeOld: nor is it new, unless it appeared after the first look.
func TestWhatHasNoAgeIsNotKnownToBeOld(t *testing.T) {
	inv := model.NewInventory()
	inv.Apply(&model.Batch{
		At: noon, Regions: []model.Region{{Name: "r", Status: model.Enabled}}, Found: []model.Found{found("r", "a", 1)},
		Cells: []model.Cell{{Key: stallKey("r"), State: model.CellCounted, Pass: 1, AsOf: noon}},
	})
	inv.Apply(&model.Batch{At: noon.Add(time.Minute), Found: []model.Found{found("r", "b", 2)}})
	for after, undated := range map[time.Duration]int{time.Hour: 1, 25 * time.Hour: 0} {
		sum := model.NewGrid(inv.Snapshot(), globalCatalog(t), model.GridOptions{Now: noon.Add(after), Window: 24 * time.Hour}).Total
		if sum.Undated != undated || sum.New != 1 {
			t.Errorf("after %s: %d of no known age, %d new", after, sum.Undated, sum.New)
		}
	}
}

// TestWhatMayBeSelectedMakesALowerBound of its cell, and of it alone.
func TestWhatMayBeSelectedMakesALowerBound(t *testing.T) {
	inv := globalInventory()
	no := func(*model.Resource) bool { return false }
	unsure := func(r *model.Resource) bool { return r.Ref.Region == "r1" }
	g := model.NewGrid(inv.Snapshot(), globalCatalog(t), model.GridOptions{Now: noon, Match: no, Unsure: unsure})
	if c := g.Rows[0].Cells[0]; c.Maybe != 1 || !c.Sum.AtLeast || c.Sum.Count != 0 {
		t.Errorf("%+v", c)
	}
	if c := g.Rows[1].Cells[0]; c.Maybe != 0 || c.Sum.AtLeast {
		t.Errorf("%+v", c)
	}
}
