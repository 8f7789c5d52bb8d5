package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/ui/uitest"
)

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

func TestFreezeHoldsTheScreen(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Press("p")
		d.feed(uitest.News(time.Second, uitest.Task("us-east-1", "late", 16, time.Minute)))
		d.Wants("FROZEN", " 30 ")
		d.Press("p")
		d.Wants(" 31 ")
	})
}

func TestTimesInUTCOrLocal(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Wants("KST", "since 10-02 09:12")
		d.Press("T")
		d.Wants("UTC", "since 10-02 00:12")
	})
}
