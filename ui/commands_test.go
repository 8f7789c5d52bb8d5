package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/uitest"
)

// command opens the palette and types.
func command(d *driver, text string) {
	d.Press(":")
	d.Write(text)
}

func TestRegionGoesToARowFromAnywhere(t *testing.T) {
	b := uitest.Breach()
	b.Regions = append(b.Regions, model.Region{Name: "off-1", Title: "Nowhere", Status: model.Disabled})
	withConsole(t, setup{batch: b}, func(d *driver) {
		d.Press("enter") // a list
		command(d, "region ")
		d.Wants("region us-east-1: N. Virginia", "region off-1: Nowhere (disabled)")
		d.Write("seoul")
		d.WantsNot("region us-east-1")
		d.Press("enter")
		if l := d.Line("▸"); !strings.Contains(l, "ap-northeast-2") {
			t.Errorf("the cursor is on %q", l)
		}
		d.WantsNot("off-1")
		command(d, "region off-1")
		d.Press("enter")
		if l := d.Line("▸"); !strings.Contains(l, "off-1") {
			t.Errorf("the cursor is on %q", l)
		}
		command(d, "region mars")
		d.Press("enter")
		d.Wants("there is no such name")
	})
}

// TestACommandIsFilledInFirst: enter and tab on one that takes a word list what can follow.
func TestACommandIsFilledInFirst(t *testing.T) {
	for _, key := range []string{"enter", "tab"} {
		withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
			command(d, "since")
			d.Wants("since AGE: how far back new reaches")
			d.Press(key)
			d.Wants("since 24h: new in a day")
		})
	}
}

func TestSinceChangesWhatIsNew(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Wants("N shows the 41+ of 45+ that are new in 24h")
		command(d, "since 90m")
		d.Press("enter")
		d.Wants("new means: in 90m", "N shows the 2+ of 45+ that are new in 90m")
		command(d, "since yesterday")
		d.Press("enter")
		d.Wants(`"yesterday" is no age: write 36h, 3d or 2w`)
		d.Press("esc")
		d.Wants("new in 90m")
		command(d, "since 7d")
		d.Press("enter")
		d.Wants("N shows the 42+ of 45+ that are new in 7d")
	})
}

func TestSkipLeavesARegionOutAndTakesItBackIn(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		command(d, "skip sa-east-1")
		d.Press("enter")
		d.Wants("sa-east-1 is left out of the reading")
		out := d.scanner.Left()
		if !out("sa-east-1") || out("us-east-1") {
			t.Error("the scanner was told something else")
		}
		left := uitest.News(time.Second)
		left.Regions = uitest.Regions()
		left.Regions[3].Status = model.LeftOut
		d.feed(left)
		d.Wants("left out", "1 left out")
		command(d, "skip sa-east-1")
		d.Wants("take it back into the reading")
		d.Press("enter")
		d.Wants("sa-east-1 is read again")
		if d.scanner.Left()("sa-east-1") {
			t.Error("it is still left out")
		}
	})
}

func TestThemeChangesTheColoursAtOnce(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		coloured := d.m.console.Theme.Warning.Open()
		if !strings.Contains(d.m.View().Content, coloured) {
			t.Fatalf("nothing is drawn %q", coloured)
		}
		command(d, "theme mono")
		d.Press("enter")
		if strings.Contains(d.m.View().Content, coloured) {
			t.Errorf("something is still drawn %q", coloured)
		}
		command(d, "theme pink")
		d.Press("enter")
		d.Wants("there is no such name")
	})
}

// TestRegionsCompleteInTheFilter, of the account as it is.
func TestRegionsCompleteInTheFilter(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Press("/")
		d.Write("region:ap")
		d.Wants("ap-northeast-2")
		d.Press("tab", "enter")
		d.Wants("filter region:ap-northeast-2")
	})
}
