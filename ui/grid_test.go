package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/uitest"
)

func TestUnknownIsNeverZero(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		virginia, paris, sao := d.Line("us-east-1"), d.Line("eu-west-3"), d.Line("sa-east-1")
		if !strings.Contains(virginia, "30") {
			t.Errorf("a counted cell: %q", virginia)
		}
		for _, want := range []string{"denied", "2+", "32+"} {
			if !strings.Contains(paris, want) {
				t.Errorf("Paris lacks %q: %q", want, paris)
			}
		}
		if !strings.Contains(sao, "unreach") || !strings.Contains(sao, "·") {
			t.Errorf("São Paulo's tasks and what follows from them are unknown: %q", sao)
		}
		d.Wants("disabled: what is in it lives on and is billed", "≥ $", "1 region disabled · 1 cell partial · 2 cells denied · 1 cell unreachable")
		all := d.Line("ALL")
		if !strings.Contains(all, "33+") || strings.Contains(all, " 33 ") {
			t.Errorf("the sum over a partial cell must be a lower bound: %q", all)
		}
	})
}

func TestEveryCellStateLooksDifferent(t *testing.T) {
	states := map[model.CellState]string{
		model.CellUnasked: "·", model.CellScanning: "…2+", model.CellCounted: "2", model.CellStale: "2'", model.CellPartial: "2+", model.CellDenied: "denied",
		model.CellThrottled: "throttle", model.CellUnreachable: "unreach", model.CellUnsupported: "n/a",
	}
	seen := map[string]model.CellState{}
	for state, want := range states {
		b := uitest.Breach()
		for i := range b.Cells {
			if c := &b.Cells[i]; c.Key.Region == "eu-west-3" && c.Key.Kind == "ecs:task" {
				c.State, c.Failure = state, nil
				if state == model.CellStale {
					c.State, c.AsOf, c.FreshFor = model.CellCounted, uitest.Morning().Add(-2*time.Hour), time.Hour
				}
			}
		}
		withConsole(t, setup{batch: b}, func(d *driver) {
			fields := strings.Fields(d.Line("eu-west-3"))
			if got := fields[4]; got != want {
				t.Errorf("%s is drawn %q, want %q", state, got, want)
			}
			if other, taken := seen[fields[4]]; taken {
				t.Errorf("%s and %s look the same", state, other)
			}
			seen[fields[4]] = state
		})
	}
}

func TestACountGrowsStaleWithoutAnyNews(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.WantsNot("30'")
		d.Later(61 * time.Minute)
		d.Wants("30'")
	})
}

func TestFilterRecountsEveryCellAndHidesOnlyByRegion(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Press("/")
		d.Write("name:task00*")
		d.Press("enter")
		d.Wants("filter name:task00*", "10 of 45", "ap-northeast-2", "us-east-1")
		if l := strings.Fields(d.Line("us-east-1")); l[3] != "0" || l[5] != "10" {
			t.Errorf("Virginia under the filter: %v", l)
		}
		d.Press("/")
		d.Write(" region:us-*")
		d.Press("enter")
		d.WantsNot("ap-northeast-2")
		d.Press("esc")
		d.Wants("ap-northeast-2")
		d.WantsNot("filter name")
	})
}

func TestAWrongFilterIsPointedAtAndKeepsTheOldOne(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Press("/")
		d.Write("cpx>=4")
		d.Wants(`^ there is no field "cpx"; did you mean cpu?`)
		d.WantsNot("0 of 45") // the word cpx on its own way there filters no more
		d.Press("enter")
		if d.m.View().Cursor == nil {
			t.Fatal("a wrong filter was taken")
		}
		d.Press("esc")
		d.WantsNot("cpx", "0 of 45")
	})
}

func TestSpaceMarksWhatTheCellCounts(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Press("down", "right", "right", "right", "space")
		d.Wants("marked 30 tasks in us-east-1", "x review plan (30 marked)")
		if got := d.m.console.Marks.Len(); got != 30 {
			t.Fatalf("%d marks; the stopped task must not be one", got)
		}
		if len(d.kept.Kept) != 30 {
			t.Fatalf("%d marks in the case", len(d.kept.Kept))
		}
		d.Press("space")
		d.Wants("unmarked 30 tasks")
		d.Press("u")
		d.Wants("(30 marked)")
		d.Press("left", "left", "left", "space")
		d.Wants("marked 39 in us-east-1")
		d.Press(`ctrl+\`)
		d.Wants("unmarked 39 resources")
		if len(d.kept.Kept) != 0 {
			t.Fatalf("%d marks are left in the case", len(d.kept.Kept))
		}
	})
}

func TestAPartialCellIsAskedAboutOnceMore(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		for !strings.Contains(d.Line("▸"), "eu-west-3") {
			d.Press("down")
		}
		d.Press("right", "right", "right", "space")
		d.Wants("Not everything there has been counted", "tasks in eu-west-3: partial")
		d.Press("m") // within the first moments after the dialog opened
		if d.m.console.Marks.Len() != 0 {
			t.Fatal("a key that was meant for the grid answered the dialog")
		}
		d.Later(time.Second)
		d.Press("esc")
		if d.m.console.Marks.Len() != 0 {
			t.Fatal("cancel marked")
		}
		d.Press("space")
		d.Later(time.Second)
		d.Press("m")
		d.Wants("marked 2 tasks in eu-west-3")
	})
}

func TestMarkAllCountsNewMatchesAndDoesNotMarkThem(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Press("/")
		d.Write("kind:task age<24h")
		d.Press("enter", "*")
		d.Wants("marked all 32 shown")
		d.feed(uitest.News(time.Second, uitest.Task("us-east-1", "late1", 16, time.Minute), uitest.Task("us-east-1", "late2", 16, time.Minute)))
		d.Wants("+2 match since *, not marked", "(32 marked)")
		d.Press("*")
		d.Wants("(34 marked)")
		d.WantsNot("match since *")
	})
}

func TestABareRootIsShownAndNotMarked(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Press("/")
		d.Write("by:root")
		d.Press("enter")
		d.Wants("33 of 45")
		for _, k := range []string{"*", "down"} {
			d.Press(k)
		}
		d.Press("space")
		if d.m.console.Marks.Len() != 0 {
			t.Fatal("an ambiguous filter marked")
		}
		d.Wants("by:root-user")
	})
}

func TestRowsStandStillWhileMarksExist(t *testing.T) {
	order := func(d *driver) []string {
		var names []string
		for l := range strings.SplitSeq(d.Screen(), "\n") {
			for _, r := range uitest.Regions() {
				if strings.Contains(l, r.Name) && strings.Contains(l, r.Title) {
					names = append(names, r.Name)
				}
			}
		}
		return names
	}
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Press("s", "t") // TASK, the most first
		if got := order(d); got[0] != "us-east-1" {
			t.Fatalf("by tasks: %v", got)
		}
		d.Press("down", "space")
		before := order(d)
		flood := uitest.News(10 * time.Second)
		for i := range 50 {
			flood.Found = append(flood.Found, model.Found{Resource: uitest.Task("ap-northeast-2", "flood"+string(rune('A'+i)), 1, time.Minute), Pass: 2})
		}
		d.Later(10 * time.Second)
		d.feed(flood)
		if got := order(d); strings.Join(got, " ") != strings.Join(before, " ") {
			t.Fatalf("rows moved under marks: %v, then %v", before, got)
		}
		d.Press(`ctrl+\`)
		d.Later(10 * time.Second)
		d.feed(uitest.News(30 * time.Second))
		if got := order(d); got[0] != "ap-northeast-2" {
			t.Fatalf("rows do not move without marks and keys: %v", got)
		}
		if !strings.Contains(d.Line("▸"), "us-east-1") {
			t.Fatalf("the cursor left its region: %q", d.Line("▸"))
		}
	})
}

func TestCellCursorReachesColumnsThatAreOutOfSight(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Resize(60, 20)
		d.Press("down")
		for range 12 {
			d.Press("right")
		}
		d.Wants("[+39]", "us-east-1")
		for range 12 {
			d.Press("left")
		}
		d.Wants("[us-east-1]")
	})
}

func TestEnterOpensCellRowColumnAndEverything(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Press("enter")
		d.Wants("› everything", "46 resources")
		d.Press("esc", "down", "enter")
		d.Wants("› us-east-1 resources", "40 resources")
		d.Press("esc", "right", "right", "right", "enter")
		d.Wants("› us-east-1 tasks", "31 tasks", "1 do not count")
		d.Press("esc", "L")
		d.Wants("› tasks", "34 tasks", "정산-배치")
	})
}

func TestStripActs(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Press("tab", "up", "enter")
		d.Wants("› not counted", "ecs:ListClusters in eu-west-3: AWS said AccessDeniedException", "me-south-1")
		d.Press("enter")
		d.Wants("request   4f2c-1", "Allow ecs:ListClusters")
		d.Press("esc", "esc", "up", "enter")
		d.Wants("› everything")
		if l := d.Line("▸"); !strings.Contains(l, "RUNNING") {
			t.Errorf("money first: %q", l)
		}
	})
}

func TestFaultsOnly(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Press("ctrl+z")
		d.Wants("faults only", "eu-west-3", "sa-east-1")
		d.WantsNot("us-east-1", "me-south-1")
		d.Press("esc")
		d.Wants("us-east-1")
	})
}

func TestRescanNamesWhatItReads(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Press("down", "right", "ctrl+r")
		d.Wants("reading ecs:cluster in us-east-1 again")
		d.Press("left", "ctrl+r", "g", "ctrl+r")
		var sizes []int
		for _, keys := range d.scanner.Rescans {
			sizes = append(sizes, len(keys))
		}
		if len(sizes) != 3 || sizes[0] != 1 || sizes[1] != 4 || sizes[2] != 0 {
			t.Fatalf("cells read again: %v", d.scanner.Rescans)
		}
	})
}

func TestFreezeHoldsTheScreen(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Press("p")
		d.feed(uitest.News(time.Second, uitest.Task("us-east-1", "late", 16, time.Minute)))
		d.Wants("FROZEN", " 30 ")
		d.Press("p")
		d.Wants(" 31 ")
	})
}

func TestExportKeepsUnknownApart(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Press("ctrl+s")
		d.Wants("c CSV", "j JSON")
		d.Press("j")
		d.Wants("exported 20 rows to /home/jm/rootout-123456789012-grid-20261004T001231Z.json")
		text := d.files["rootout-123456789012-grid-20261004T001231Z.json"]
		for _, want := range []string{
			`"region": "eu-west-3", "kind": "ecs:cluster", "state": "denied", "count": null, "atLeast": null`,
			`"region": "eu-west-3", "kind": "ecs:task", "state": "partial", "count": null, "atLeast": 2`,
			`"region": "sa-east-1", "kind": "ecs:cluster", "state": "counted", "count": 0`,
		} {
			if !strings.Contains(text, want) {
				t.Errorf("the export lacks %s", want)
			}
		}
	})
}

func TestTimesInUTCOrLocal(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Wants("KST", "since 10-02 09:12")
		d.Press("T")
		d.Wants("UTC", "since 10-02 00:12")
	})
}
