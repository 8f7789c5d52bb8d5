package grid

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/uitest"
)

// manyDisabled is the account after the breach with ten regions that it has disabled.
func manyDisabled() *model.Batch {
	b := uitest.Breach()
	for i := range 9 {
		b.Regions = append(b.Regions, model.Region{Name: fmt.Sprintf("off-%d", i), Title: "Nowhere", Status: model.Disabled})
	}
	return b
}

// regionsOf are the names at the beginning of the rows, from top to bottom.
func regionsOf(h *uitest.Host) []string {
	var names []string
	for l := range strings.SplitSeq(h.Screen(), "\n") {
		name, _, _ := strings.Cut(strings.TrimLeft(l, " ▸*["), " ")
		name = strings.TrimRight(name, "]")
		if strings.Count(name, "-") >= 1 {
			names = append(names, name)
		}
	}
	return names
}

// TestDisabledRegionsAreOneRowThatOpens and none of them is lost: to the export, to the numbers, to the
// cursor.
func TestDisabledRegionsAreOneRowThatOpens(t *testing.T) {
	onGrid(t, manyDisabled(), func(h *uitest.Host) {
		h.Resize(80, 24)
		h.Wants("10 disabled", "what is in them runs on and is billed: enter lists them", "6 rows")
		h.WantsNot("off-3", "me-south-1", "of 15")
		h.Press("G")
		h.Press("space")
		h.Wants("a disabled region answers no call")
		h.Press("ctrl+r")
		if len(h.Scanner.Rescans) > 0 {
			t.Errorf("it read %v again", h.Scanner.Rescans)
		}
		h.Press("enter")
		h.Wants("10 disabled", "off-3", "me-south-1", "disabled: what is in it keeps running")
		if !strings.Contains(h.Line("▸"), "10 disabled") {
			t.Errorf("the cursor left for %q", h.Line("▸"))
		}
		h.Press("enter")
		h.WantsNot("off-3")
		h.Press("ctrl+s", "j")
		for _, text := range h.Files {
			if !strings.Contains(text, "off-3") {
				t.Error("the export lacks what is folded")
			}
		}
	})
}

// TestTheDearestStandsFirst, then what has most that is new, and what is unknown last, either way
// round.
func TestTheDearestStandsFirst(t *testing.T) {
	onGrid(t, uitest.Breach(), func(h *uitest.Host) {
		if got := regionsOf(h); !slices.Equal(got, []string{"us-east-1", "eu-west-3", "ap-northeast-2", "sa-east-1", "me-south-1"}) {
			t.Errorf("at first: %v", got)
		}
		h.Wants("↓ $/h")
		h.Press("s", "t") // TASK, the most first; São Paulo's are unknown.
		if got := regionsOf(h); got[0] != "us-east-1" || got[3] != "sa-east-1" {
			t.Errorf("by tasks: %v", got)
		}
		h.Press("s", "t")
		if got := regionsOf(h); got[0] != "ap-northeast-2" || got[3] != "sa-east-1" || got[4] != "me-south-1" {
			t.Errorf("by tasks, the fewest first: %v", got)
		}
		h.Press("s", "h", "s", "h") // $/h, the cheapest first; São Paulo's and Bahrain's are unknown.
		if got := regionsOf(h); got[0] != "ap-northeast-2" || got[3] != "sa-east-1" || got[4] != "me-south-1" {
			t.Errorf("by $/h, the cheapest first: %v", got)
		}
	})
}

// TestLargeNumbersStandOutByWeightToo: the colour alone would be nothing to whoever sees none.
func TestLargeNumbersStandOutByWeightToo(t *testing.T) {
	onGrid(t, uitest.Breach(), func(h *uitest.Host) {
		large := h.Theme.Large.Open()
		lines := map[string]string{}
		for l := range strings.SplitSeq(h.Program.View().Content, "\n") {
			for _, region := range []string{"us-east-1", "eu-west-3", "ap-northeast-2"} {
				if strings.Contains(l, region) {
					lines[region] = l
				}
			}
		}
		if n := strings.Count(lines["us-east-1"], large); n != 3 {
			t.Errorf("%d numbers of Virginia stand out, want tasks, $/h and NEW: %q", n, lines["us-east-1"])
		}
		for _, region := range []string{"eu-west-3", "ap-northeast-2"} {
			if strings.Contains(lines[region], large) {
				t.Errorf("numbers of %s stand out: %q", region, lines[region])
			}
		}
		if !strings.Contains(large, "1;") {
			t.Errorf("large numbers differ by colour alone: %q", large)
		}
	})
	equal := uitest.Crowd(2000)
	onGrid(t, equal, func(h *uitest.Host) {
		if strings.Contains(h.Program.View().Content, h.Theme.Large.Open()) {
			t.Error("where all regions are alike, none stands out")
		}
	})
}

// TestTheOperatorsColumnsInHisOrder: what he did not name is not drawn, and what there is not is
// skipped.
func TestTheOperatorsColumnsInHisOrder(t *testing.T) {
	uitest.WithScreen(t, Keys(), uitest.Breach(), func(h *uitest.Host) screen.Screen {
		needs := needsOf(h)
		needs.Columns = []string{"new", "$/h", "nosuch", "task"}
		return New(needs)
	}, func(h *uitest.Host) {
		if got := strings.Join(strings.Fields(h.Line("REGION")), " "); got != "REGION NEW ↓ $/h TASK" {
			t.Errorf("the heads are %q", got)
		}
		if got := strings.Join(strings.Fields(h.Line("us-east-1")), " "); got != "us-east-1 +39 23.7 30" {
			t.Errorf("Virginia is %q", got)
		}
	})
}

// TestARegionThatIsLeftOutStaysInSight: in its row, among what is not known, and in the sums.
func TestARegionThatIsLeftOutStaysInSight(t *testing.T) {
	b := uitest.Breach()
	for i := range b.Regions {
		if b.Regions[i].Name == "us-east-1" {
			b.Regions[i].Status = model.LeftOut
		}
	}
	onGrid(t, b, func(h *uitest.Host) {
		h.Wants("left out: not read, so not counted; ", "1 region left out")
	})
}
