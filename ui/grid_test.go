package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
)

func TestUnknownIsNeverZero(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		virginia, paris, sao := d.line("us-east-1"), d.line("eu-west-3"), d.line("sa-east-1")
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
		d.wants("disabled: what is in it lives on and is billed", "≥ $", "1 region disabled · 1 cell partial · 2 cells denied · 1 cell unreachable")
		all := d.line("ALL")
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
		b := breach()
		for i := range b.Cells {
			if c := &b.Cells[i]; c.Key.Region == "eu-west-3" && c.Key.Kind == "ecs:task" {
				c.State, c.Failure = state, nil
				if state == model.CellStale {
					c.State, c.AsOf, c.FreshFor = model.CellCounted, morning.Add(-2*time.Hour), time.Hour
				}
			}
		}
		withConsole(t, setup{batch: b}, func(d *driver) {
			fields := strings.Fields(d.line("eu-west-3"))
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
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.wantsNot("30'")
		d.later(61 * time.Minute)
		d.wants("30'")
	})
}

func TestFilterRecountsEveryCellAndHidesOnlyByRegion(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.press("/")
		d.write("name:task00*")
		d.press("enter")
		d.wants("filter name:task00*", "10 of 45", "ap-northeast-2", "us-east-1")
		if l := strings.Fields(d.line("us-east-1")); l[3] != "0" || l[5] != "10" {
			t.Errorf("Virginia under the filter: %v", l)
		}
		d.press("/")
		d.write(" region:us-*")
		d.press("enter")
		d.wantsNot("ap-northeast-2")
		d.press("esc")
		d.wants("ap-northeast-2")
		d.wantsNot("filter name")
	})
}

func TestAWrongFilterIsPointedAtAndKeepsTheOldOne(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.press("/")
		d.write("cpx>=4")
		d.wants(`^ there is no field "cpx"; did you mean cpu?`)
		d.wantsNot("0 of 45") // the word cpx on its own way there filters no more
		d.press("enter")
		if d.m.View().Cursor == nil {
			t.Fatal("a wrong filter was taken")
		}
		d.press("esc")
		d.wantsNot("cpx", "0 of 45")
	})
}

func TestSpaceMarksWhatTheCellCounts(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.press("down", "right", "right", "right", "space")
		d.wants("marked 30 tasks in us-east-1", "x review plan (30 marked)")
		if got := d.m.console.Marks.Len(); got != 30 {
			t.Fatalf("%d marks; the stopped task must not be one", got)
		}
		if len(d.kept.marks) != 30 {
			t.Fatalf("%d marks in the case", len(d.kept.marks))
		}
		d.press("space")
		d.wants("unmarked 30 tasks")
		d.press("u")
		d.wants("(30 marked)")
		d.press("left", "left", "left", "space")
		d.wants("marked 39 in us-east-1")
		d.press(`ctrl+\`)
		d.wants("unmarked 39 resources")
		if len(d.kept.marks) != 0 {
			t.Fatalf("%d marks are left in the case", len(d.kept.marks))
		}
	})
}

func TestAPartialCellIsAskedAboutOnceMore(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		for !strings.Contains(d.line("▸"), "eu-west-3") {
			d.press("down")
		}
		d.press("right", "right", "right", "space")
		d.wants("Not everything there has been counted", "tasks in eu-west-3: partial")
		d.press("m") // within the first moments after the dialog opened
		if d.m.console.Marks.Len() != 0 {
			t.Fatal("a key that was meant for the grid answered the dialog")
		}
		d.later(time.Second)
		d.press("esc")
		if d.m.console.Marks.Len() != 0 {
			t.Fatal("cancel marked")
		}
		d.press("space")
		d.later(time.Second)
		d.press("m")
		d.wants("marked 2 tasks in eu-west-3")
	})
}

func TestMarkAllCountsNewMatchesAndDoesNotMarkThem(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.press("/")
		d.write("kind:task age<24h")
		d.press("enter", "*")
		d.wants("marked all 32 shown")
		d.feed(news(time.Second, task("us-east-1", "late1", 16, time.Minute), task("us-east-1", "late2", 16, time.Minute)))
		d.wants("+2 match since *, not marked", "(32 marked)")
		d.press("*")
		d.wants("(34 marked)")
		d.wantsNot("match since *")
	})
}

func TestABareRootIsShownAndNotMarked(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.press("/")
		d.write("by:root")
		d.press("enter")
		d.wants("33 of 45")
		for _, k := range []string{"*", "down"} {
			d.press(k)
		}
		d.press("space")
		if d.m.console.Marks.Len() != 0 {
			t.Fatal("an ambiguous filter marked")
		}
		d.wants("by:root-user")
	})
}

func TestRowsStandStillWhileMarksExist(t *testing.T) {
	order := func(d *driver) []string {
		var names []string
		for l := range strings.SplitSeq(d.screen(), "\n") {
			for _, r := range regions() {
				if strings.Contains(l, r.Name) && strings.Contains(l, r.Title) {
					names = append(names, r.Name)
				}
			}
		}
		return names
	}
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.press("s", "t") // TASK, the most first
		if got := order(d); got[0] != "us-east-1" {
			t.Fatalf("by tasks: %v", got)
		}
		d.press("down", "space")
		before := order(d)
		flood := news(10 * time.Second)
		for i := range 50 {
			flood.Found = append(flood.Found, model.Found{Resource: task("ap-northeast-2", "flood"+string(rune('A'+i)), 1, time.Minute), Pass: 2})
		}
		d.later(10 * time.Second)
		d.feed(flood)
		if got := order(d); strings.Join(got, " ") != strings.Join(before, " ") {
			t.Fatalf("rows moved under marks: %v, then %v", before, got)
		}
		d.press(`ctrl+\`)
		d.later(10 * time.Second)
		d.feed(news(30 * time.Second))
		if got := order(d); got[0] != "ap-northeast-2" {
			t.Fatalf("rows do not move without marks and keys: %v", got)
		}
		if !strings.Contains(d.line("▸"), "us-east-1") {
			t.Fatalf("the cursor left its region: %q", d.line("▸"))
		}
	})
}

func TestCellCursorReachesColumnsThatAreOutOfSight(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.resize(60, 20)
		d.press("down")
		for range 12 {
			d.press("right")
		}
		d.wants("[+39]", "us-east-1")
		for range 12 {
			d.press("left")
		}
		d.wants("[us-east-1]")
	})
}

func TestEnterOpensCellRowColumnAndEverything(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.press("enter")
		d.wants("› everything", "46 resources")
		d.press("esc", "down", "enter")
		d.wants("› us-east-1 resources", "40 resources")
		d.press("esc", "right", "right", "right", "enter")
		d.wants("› us-east-1 tasks", "31 tasks", "1 do not count")
		d.press("esc", "L")
		d.wants("› tasks", "34 tasks", "정산-배치")
	})
}

func TestStripActs(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.press("tab", "up", "enter")
		d.wants("› not counted", "ecs:ListClusters in eu-west-3: AWS said AccessDeniedException", "me-south-1")
		d.press("enter")
		d.wants("request   4f2c-1", "Allow ecs:ListClusters")
		d.press("esc", "esc", "up", "enter")
		d.wants("› everything")
		if l := d.line("▸"); !strings.Contains(l, "RUNNING") {
			t.Errorf("money first: %q", l)
		}
	})
}

func TestFaultsOnly(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.press("ctrl+z")
		d.wants("faults only", "eu-west-3", "sa-east-1")
		d.wantsNot("us-east-1", "me-south-1")
		d.press("esc")
		d.wants("us-east-1")
	})
}

func TestRescanNamesWhatItReads(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.press("down", "right", "ctrl+r")
		d.wants("reading ecs:cluster in us-east-1 again")
		d.press("left", "ctrl+r", "g", "ctrl+r")
		var sizes []int
		for _, keys := range d.scanner.rescans {
			sizes = append(sizes, len(keys))
		}
		if len(sizes) != 3 || sizes[0] != 1 || sizes[1] != 4 || sizes[2] != 0 {
			t.Fatalf("cells read again: %v", d.scanner.rescans)
		}
	})
}

func TestFreezeHoldsTheScreen(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.press("p")
		d.feed(news(time.Second, task("us-east-1", "late", 16, time.Minute)))
		d.wants("FROZEN", " 30 ")
		d.press("p")
		d.wants(" 31 ")
	})
}

func TestExportKeepsUnknownApart(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.press("ctrl+s")
		d.wants("c CSV", "j JSON")
		d.press("j")
		d.wants("exported 20 rows to /home/jm/rootout-123456789012-grid-20261004T001231Z.json")
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
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.wants("KST", "since 10-02 09:12")
		d.press("T")
		d.wants("UTC", "since 10-02 00:12")
	})
}
