package grid

import (
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/uitest"
)

// onGrid runs a test on the grid of an account.
func onGrid(t *testing.T, batch *model.Batch, test func(h *uitest.Host)) {
	t.Helper()
	uitest.WithScreen(t, Keys(), batch, newScreen, test)
}

func newScreen(h *uitest.Host) screen.Screen { return New(needsOf(h)) }

func needsOf(h *uitest.Host) Needs {
	return Needs{
		Theme: h.Theme, Loop: h.Loop, Clock: h.Clock, Catalog: h.Catalog, Window: h.Window,
		Account: h.Account, Connection: connected{}, Marks: h.Marks, Plans: h.Plans, Respawned: h.Respawned,
		Speak: h.Speak, Export: h.Export, Open: &h.Opened, Choosing: h.Choosing, RowOrder: h.RowOrder,
	}
}

// connected is a connection without a problem.
type connected struct{}

func (connected) Problem() string   { return "" }
func (connected) Notices() []string { return nil }

func TestUnknownIsNeverZero(t *testing.T) {
	onGrid(t, uitest.Breach(), func(h *uitest.Host) {
		virginia, paris, sao := h.Line("us-east-1"), h.Line("eu-west-3"), h.Line("sa-east-1")
		if !strings.Contains(virginia, "30") {
			t.Errorf("a counted cell: %q", virginia)
		}
		for _, want := range []string{"denied", "2+", "32+"} {
			if !strings.Contains(paris, want) {
				t.Errorf("Paris lacks %q: %q", want, paris)
			}
		}
		if !strings.Contains(sao, "unreach") || !strings.Contains(sao, "?") {
			t.Errorf("São Paulo's tasks and what follows from them are unknown: %q", sao)
		}
		h.Wants("disabled: what is in it keeps running and is billed", "≥ $", "1 region disabled · 4 cells not counted: 1 partial, 2 denied, 1 unreachable")
		all := h.Line("ALL")
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
		onGrid(t, b, func(h *uitest.Host) {
			fields := strings.Fields(h.Line("eu-west-3"))
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
	onGrid(t, uitest.Breach(), func(h *uitest.Host) {
		h.WantsNot("30'")
		h.Later(61 * time.Minute)
		h.Wants("30'")
	})
}

func TestFilterRecountsEveryCellAndHidesOnlyByRegion(t *testing.T) {
	onGrid(t, uitest.Breach(), func(h *uitest.Host) {
		h.Press("/")
		h.Write("name:task00*")
		h.Press("enter")
		h.Wants("filter name:task00*", "10+ of 45+", "ap-northeast-2", "us-east-1")
		if l := strings.Fields(h.Line("us-east-1")); l[3] != "0" || l[5] != "10" {
			t.Errorf("Virginia under the filter: %v", l)
		}
		h.Press("/")
		h.Write(" region:us-*")
		h.Press("enter")
		h.WantsNot("ap-northeast-2")
		h.Press("esc")
		h.Wants("ap-northeast-2")
		h.WantsNot("filter name")
	})
}

func TestAWrongFilterIsPointedAtAndKeepsTheOldOne(t *testing.T) {
	onGrid(t, uitest.Breach(), func(h *uitest.Host) {
		h.Press("/")
		h.Write("cpx>=4")
		h.Wants(`^ there is no field "cpx"; did you mean cpu?`)
		h.WantsNot("0 of 45", "0+ of 45+") // the word cpx on its own way there filters no more
		h.Press("enter")
		if h.Program.View().Cursor == nil {
			t.Fatal("a wrong filter was taken")
		}
		h.Press("esc")
		h.WantsNot("cpx", "0+ of 45+")
	})
}

func TestSpaceMarksWhatTheCellCounts(t *testing.T) {
	onGrid(t, uitest.Breach(), func(h *uitest.Host) {
		h.Press("down", "right", "right", "right", "space")
		h.Wants("marked 30 tasks in us-east-1", "N reviews the removal of the 30 marked")
		if got := h.Marks.Len(); got != 30 {
			t.Fatalf("%d marks; the stopped task must not be one", got)
		}
		if len(h.Case.Kept) != 30 {
			t.Fatalf("%d marks in the case", len(h.Case.Kept))
		}
		h.Press("space")
		h.Wants("unmarked 30 tasks")
		h.Press("u")
		h.Wants("the 30 marked")
		h.Press("left", "left", "left", "space")
		h.Wants("marked 39 in us-east-1")
		h.Press(`ctrl+\`)
		h.Wants("unmarked 39 resources")
		if len(h.Case.Kept) != 0 {
			t.Fatalf("%d marks are left in the case", len(h.Case.Kept))
		}
	})
}

func TestAPartialCellIsAskedAboutOnceMore(t *testing.T) {
	onGrid(t, uitest.Breach(), func(h *uitest.Host) {
		for !strings.Contains(h.Line("▸"), "eu-west-3") {
			h.Press("down")
		}
		h.Press("right", "right", "right", "space")
		h.Wants("Not everything there has been counted", "tasks in eu-west-3: partial")
		h.Press("m") // within the first moments after the dialog opened
		if h.Marks.Len() != 0 {
			t.Fatal("a key that was meant for the grid answered the dialog")
		}
		h.Later(time.Second)
		h.Press("esc")
		if h.Marks.Len() != 0 {
			t.Fatal("cancel marked")
		}
		h.Press("space")
		h.Later(time.Second)
		h.Press("m")
		h.Wants("marked 2 tasks in eu-west-3")
	})
}

func TestMarkAllCountsNewMatchesAndDoesNotMarkThem(t *testing.T) {
	onGrid(t, uitest.Breach(), func(h *uitest.Host) {
		h.Press("/")
		h.Write("kind:task age<24h")
		h.Press("enter", "*")
		h.Wants("marked all 32 shown")
		h.Feed(uitest.News(time.Second, uitest.Task("us-east-1", "late1", 16, time.Minute), uitest.Task("us-east-1", "late2", 16, time.Minute)))
		h.Wants("+2 match since *, not marked", "N marks the 2 more that the filter shows by now; x reviews without them")
		h.Press("N")
		h.Wants("the 34 marked")
		h.WantsNot("match since *")
	})
}

// TestAFilterThatIsNotCountedYetMarksNothing: who types quickly presses * before the rows follow what he typed.
func TestAFilterThatIsNotCountedYetMarksNothing(t *testing.T) {
	onGrid(t, uitest.Breach(), func(h *uitest.Host) {
		h.Send(uitest.Key("/"))
		for _, r := range "name:task00*" {
			h.Send(uitest.Key(string(r)))
		}
		h.Send(uitest.Key("enter"))
		h.Send(uitest.Key("*"))
		h.WaitUntilIdle()
		h.Wants("not marked: the rows do not follow the filter yet")
		h.WantsNot("marked all")
		h.Press("*")
		h.Wants("marked all 10 shown")
	})
}

func TestABareRootIsShownAndNotMarked(t *testing.T) {
	onGrid(t, uitest.Breach(), func(h *uitest.Host) {
		h.Press("/")
		h.Write("by:root")
		h.Press("enter")
		h.Wants("33+ of 45+")
		for _, k := range []string{"*", "down"} {
			h.Press(k)
		}
		h.Press("space")
		if h.Marks.Len() != 0 {
			t.Fatal("an ambiguous filter marked")
		}
		h.Wants("by:root-user")
	})
}

func TestRowsStandStillWhileMarksExist(t *testing.T) {
	order := func(h *uitest.Host) []string {
		var names []string
		for l := range strings.SplitSeq(h.Screen(), "\n") {
			for _, r := range uitest.Regions() {
				if strings.Contains(l, r.Name) && strings.Contains(l, r.Title) {
					names = append(names, r.Name)
				}
			}
		}
		return names
	}
	onGrid(t, uitest.Breach(), func(h *uitest.Host) {
		h.Press("s", "t") // TASK, the most first
		if got := order(h); got[0] != "us-east-1" {
			t.Fatalf("by tasks: %v", got)
		}
		h.Press("down", "space")
		before := order(h)
		flood := uitest.News(10 * time.Second)
		for i := range 50 {
			flood.Found = append(flood.Found, model.Found{Resource: uitest.Task("ap-northeast-2", "flood"+string(rune('A'+i)), 1, time.Minute), Pass: 2})
		}
		h.Later(10 * time.Second)
		h.Feed(flood)
		if got := order(h); strings.Join(got, " ") != strings.Join(before, " ") {
			t.Fatalf("rows moved under marks: %v, then %v", before, got)
		}
		h.Wants("rows · their order is kept while some are marked")
		h.WantsNot("↓ TASK")
		h.Press(`ctrl+\`)
		h.Later(4 * time.Second) // Quiet is enough; no news has to come.
		h.Wants("↓ TASK")
		if got := order(h); got[0] != "ap-northeast-2" {
			t.Fatalf("rows do not move without marks and keys: %v", got)
		}
		if !strings.Contains(h.Line("▸"), "us-east-1") {
			t.Fatalf("the cursor left its region: %q", h.Line("▸"))
		}
	})
}

func TestCellCursorReachesColumnsThatAreOutOfSight(t *testing.T) {
	onGrid(t, uitest.Breach(), func(h *uitest.Host) {
		h.Resize(60, 20)
		h.Press("down")
		for range 12 {
			h.Press("right")
		}
		h.Wants("[+39]", "us-east-1")
		for range 12 {
			h.Press("left")
		}
		h.Wants("[us-east-1]")
	})
}

func TestFaultsOnly(t *testing.T) {
	onGrid(t, uitest.Breach(), func(h *uitest.Host) {
		h.Press("ctrl+z")
		h.Wants("faults only", "eu-west-3", "sa-east-1")
		h.WantsNot("us-east-1", "me-south-1")
		h.Press("esc")
		h.Wants("us-east-1")
	})
}

func TestRescanNamesWhatItReads(t *testing.T) {
	onGrid(t, uitest.Breach(), func(h *uitest.Host) {
		h.Press("down", "right", "ctrl+r")
		h.Wants("reading ecs:cluster in us-east-1 again")
		h.Press("left", "ctrl+r", "g", "ctrl+r")
		var sizes []int
		for _, keys := range h.Scanner.Rescans {
			sizes = append(sizes, len(keys))
		}
		if len(sizes) != 3 || sizes[0] != 1 || sizes[1] != 4 || sizes[2] != 0 {
			t.Fatalf("cells read again: %v", h.Scanner.Rescans)
		}
	})
}

func TestExportKeepsUnknownApart(t *testing.T) {
	onGrid(t, uitest.Breach(), func(h *uitest.Host) {
		h.Press("ctrl+s")
		h.Wants("c CSV", "j JSON")
		h.Press("j")
		h.Wants("exported 20 rows to /home/jm/rootout-123456789012-grid-20261004T001231Z.json")
		text := h.Files["rootout-123456789012-grid-20261004T001231Z.json"]
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

func TestNextAppliesWhatItAdvises(t *testing.T) {
	onGrid(t, uitest.Breach(), func(h *uitest.Host) {
		h.Wants("NEXT     N shows the 41+ of 45+ that are new in 24h")
		h.Press("down", "N")
		h.Wants("filter age<24h  41+ of 45+", "NEXT     N marks the 41 that the filter shows")
		h.Press("esc", "tab", "enter")
		h.Wants("filter age<24h  41+ of 45+")
	})
}

func TestThousandsOfMarksComeInPiecesAndCanBeTakenBack(t *testing.T) {
	onGrid(t, uitest.Crowd(20000), func(h *uitest.Host) {
		h.Press("*")
		h.Later(time.Second)
		h.Press("m")
		if n := h.Marks.Len(); n != 20000 {
			t.Fatalf("%d marks", n)
		}
		h.Press(`ctrl+\`)
		if h.Marks.Len() != 0 || len(h.Case.Kept) != 0 {
			t.Fatal("not all were unmarked")
		}
		h.Press("u")
		if n := h.Marks.Len(); n != 20000 || len(h.Case.Kept) != n {
			t.Fatalf("%d marks after taking back, %d in the case", n, len(h.Case.Kept))
		}
		h.Press("u")
		if n := h.Marks.Len(); n != 0 {
			t.Fatalf("%d marks after taking back the marking itself", n)
		}
	})
}

// TestMarksOfAnEarlierSessionKeepNoOrder that there is not yet: while the account is being read, rows
// move as they become known.
func TestMarksOfAnEarlierSessionKeepNoOrder(t *testing.T) {
	b := uitest.Breach()
	b.Progress.FirstPass = true
	onGrid(t, b, func(h *uitest.Host) {
		h.Marks.Restore(model.MarksOf(uitest.Ref("us-east-1", "ecs:task", "task0000")), func(int) {})
		h.Later(5 * time.Second)
		late := uitest.News(10 * time.Second)
		late.Progress.FirstPass = true
		for i := range 50 {
			late.Found = append(late.Found, model.Found{Resource: uitest.Task("sa-east-1", "late"+string(rune('A'+i)), 16, time.Minute), Pass: 1})
		}
		h.Feed(late)
		h.WantsNot("order is kept")
		if at := strings.Index(h.Screen(), "sa-east-1"); at > strings.Index(h.Screen(), "us-east-1") {
			t.Errorf("the dearest region does not stand first:\n%s", h.Screen())
		}
	})
}

// TestSpaceOnAllMarksWhatTheFilterShows; without a filter that would be everything, which * asks about.
func TestSpaceOnAllMarksWhatTheFilterShows(t *testing.T) {
	onGrid(t, uitest.Breach(), func(h *uitest.Host) {
		h.Press("space")
		h.Wants("no filter is set: space marks a row or a cell of a region; * asks, and marks everything")
		h.Press("/")
		h.Write("name:task00*")
		h.Press("enter", "g", "space")
		h.Wants("Not everything there has been counted")
		h.Later(time.Second)
		h.Press("m")
		h.Wants("marked 10 shown in 5 regions")
		if h.Marks.Len() != 10 {
			t.Errorf("%d are marked", h.Marks.Len())
		}
	})
}
