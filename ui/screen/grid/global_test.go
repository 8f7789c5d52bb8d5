package grid

import (
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/uitest"
)

// onGlobal runs a test on the grid of an account with kinds that have no region.
func onGlobal(t *testing.T, users, roles model.CellState, test func(h *uitest.Host)) {
	t.Helper()
	batch := uitest.WithIdentities(uitest.Breach(), users, roles)
	uitest.WithScreenOf(t, uitest.GlobalCatalog(t), Keys(), batch, newScreen, test)
}

// toGlobal puts the cursor on the row of the account as a whole.
func toGlobal(h *uitest.Host) { h.Press("G") }

func TestTheAccountAsAWholeIsARowOfItsOwn(t *testing.T) {
	onGlobal(t, model.CellCounted, model.CellCounted, func(h *uitest.Host) {
		if l := h.Line("GLOBAL"); !strings.HasPrefix(l, "  GLOBAL           users 3 +1 · roles 1  ") {
			t.Errorf("counted: %q", l)
		}
		h.Wants("7 rows")
		if g := h.Line("ALL"); !strings.Contains(g, "5 regions") || !strings.Contains(g, "+42+") {
			t.Errorf("what is new everywhere: %q", g)
		}
		h.Wants("N shows the 42+ of 49+ that are new in 24h")
		h.Resize(80, 24)
		if l := h.Line("GLOBAL"); !strings.Contains(l, "users 3 +1 · roles 1") {
			t.Errorf("where the names of regions have no room: %q", l)
		}
		h.Resize(60, 20)
		toGlobal(h)
		h.Wants("▸ [GLOBAL]")
	})
}

func TestEveryStateOfAGlobalCellLooksDifferent(t *testing.T) {
	for state, want := range map[model.CellState]string{
		model.CellDenied: "users denied · roles", model.CellPartial: "users 3+ +1+ ·", model.CellUnasked: "users · · roles", model.CellThrottled: "users throttle · roles",
		model.CellUnreachable: "users unreach · roles", model.CellScanning: "users …3+ +1+ ·",
	} {
		onGlobal(t, state, model.CellCounted, func(h *uitest.Host) {
			if l := h.Line("GLOBAL"); !strings.Contains(l, want) {
				t.Errorf("%s is drawn %q, want %q", state, l, want)
			}
		})
	}
}

func TestADeniedGlobalCellCostsNoRegionAndNoDollar(t *testing.T) {
	money := ""
	onGrid(t, uitest.Breach(), func(h *uitest.Host) {
		money = h.Line("MONEY")
		h.WantsNot("GLOBAL")
	})
	onGlobal(t, model.CellDenied, model.CellDenied, func(h *uitest.Host) {
		h.Wants("BLIND    1 region disabled · 6 cells not counted: 1 partial, 4 denied")
		grid := h.Account.Coverage()
		if grid.Regions != 5 || grid.Read != 2 || grid.Unread[model.CellDenied] != 1 || grid.Disabled != 1 {
			t.Errorf("%d of %d regions read, %d disabled", grid.Read, grid.Regions, grid.Disabled)
		}
		if got := h.Line("MONEY"); got != money {
			t.Errorf("the dollars are %q, without identities %q", got, money)
		}
		h.Press("ctrl+z")
		h.Wants("eu-west-3", "GLOBAL")
	})
	onGlobal(t, model.CellCounted, model.CellCounted, func(h *uitest.Host) {
		h.Press("ctrl+z")
		h.WantsNot("GLOBAL")
	})
}

func TestEnterOnGlobalChoosesAKind(t *testing.T) {
	onGlobal(t, model.CellCounted, model.CellCounted, func(h *uitest.Host) {
		toGlobal(h)
		h.Press("right", "right", "right", "enter")
		h.Wants("users", "roles")
		h.Press("r")
		if got := h.Opened.Lists; len(got) != 1 || got[0].Of != (screen.ListOf{Kind: "iam:role"}) {
			t.Errorf("listed %+v", got)
		}
	})
}

func TestSpaceOnGlobalMarksTheRow(t *testing.T) {
	onGlobal(t, model.CellCounted, model.CellCounted, func(h *uitest.Host) {
		h.Press("right", "right", "right") // A column of tasks is none of its cells.
		toGlobal(h)
		h.Wants("▸ [GLOBAL]")
		h.Press("space")
		h.Wants("marked 4 in GLOBAL")
		if !h.Marks.Has(uitest.GlobalRef("iam:user", "supdev")) || h.Marks.Len() != 4 {
			t.Errorf("%d marks", h.Marks.Len())
		}
		if l := h.Line("GLOBAL"); !strings.Contains(l, "▸*[GLOBAL]") {
			t.Errorf("the row bears no mark: %q", l)
		}
		h.Press("space")
		h.Wants("unmarked 4 in GLOBAL")
		h.Press("*")
		h.Later(time.Second)
		h.Press("m")
		h.Wants("marked all 49 shown")
	})
}

// TestARangeOverAColumnTakesNoIdentityAlong: what one chose is a column of tasks.
func TestARangeOverAColumnTakesNoIdentityAlong(t *testing.T) {
	onGlobal(t, model.CellCounted, model.CellCounted, func(h *uitest.Host) {
		h.Press("down", "right", "right", "right", "v")
		toGlobal(h)
		h.Press("space")
		h.Later(time.Second)
		h.Press("m") // São Paulo's tasks were not counted.
		h.Wants("marked 33 tasks in 5 regions (u takes")
		if h.Marks.Has(uitest.GlobalRef("iam:user", "supdev")) {
			t.Error("a user was marked among tasks")
		}
	})
}

func TestADeniedGlobalCellIsAskedAbout(t *testing.T) {
	onGlobal(t, model.CellCounted, model.CellDenied, func(h *uitest.Host) {
		toGlobal(h)
		h.Press("space")
		h.Wants("Not everything there has been counted", "roles in GLOBAL: denied")
		h.Later(time.Second)
		h.Press("esc")
		h.Press("ctrl+r")
		h.Wants("reading GLOBAL again")
		if keys := h.Scanner.Rescans; len(keys) != 1 || len(keys[0]) != 2 || keys[0][0].Region != "" {
			t.Errorf("read again: %v", keys)
		}
	})
}

func TestAFilterCountsAndHidesTheAccountAsAWhole(t *testing.T) {
	onGlobal(t, model.CellCounted, model.CellCounted, func(h *uitest.Host) {
		h.Press("/")
		h.Write("name:supdev")
		h.Press("enter")
		if l := h.Line("GLOBAL"); !strings.Contains(l, "users 1 +1 · roles 0") {
			t.Errorf("recounted: %q", l)
		}
		h.Press("/")
		h.Write(" region:us-*")
		h.Press("enter")
		h.WantsNot("GLOBAL")
	})
}

func TestTheExportHasTheAccountAsAWhole(t *testing.T) {
	onGlobal(t, model.CellCounted, model.CellDenied, func(h *uitest.Host) {
		h.Press("ctrl+s", "j")
		for name, text := range h.Files {
			for _, want := range []string{
				`"region": "", "kind": "iam:user", "state": "counted", "count": 3, "atLeast": null`,
				`"region": "", "kind": "iam:role", "state": "denied", "count": null`,
			} {
				if !strings.Contains(text, want) {
					t.Errorf("%s lacks %s", name, want)
				}
			}
		}
	})
}
