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

// TestTheHeaderCountsOnlyWhatWasRead, and warns where something that was asked failed; "live" is no
// longer green then. At the smallest size it still says what failed.
func TestTheHeaderCountsOnlyWhatWasRead(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		th := d.m.console.Theme
		for _, width := range []int{60, 80, 120, 160} {
			d.Resize(width, 24)
			head := strings.Split(d.Screen(), "\n")[0]
			if !strings.Contains(head, "read, 1 denied, 1 unreachable") && !strings.Contains(head, "read, 1 disabled, 1 denied, 1 unreachable") {
				t.Errorf("at %d the header is %q", width, head)
			}
			drawn := strings.Split(d.m.View().Content, "\n")[0]
			if strings.Contains(drawn, th.OK.Open()) || !strings.Contains(drawn, th.Warning.Open()) {
				t.Errorf("at %d the header is drawn %q", width, drawn)
			}
		}
	})
	withConsole(t, setup{batch: uitest.Crowd(10)}, func(d *driver) {
		if drawn := strings.Split(d.m.View().Content, "\n")[0]; !strings.Contains(drawn, d.m.console.Theme.OK.Open()) {
			t.Errorf("all is read, and the header is drawn %q", drawn)
		}
	})
}
