package words

import (
	"testing"
	"time"

	"github.com/rootout/rootout/model"
)

func TestWordsOfNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Ago(30 * time.Second), "<1m"},
		{Ago(119 * time.Minute), "119m"},
		{Ago(5 * time.Hour), "5h"},
		{Ago(9 * 24 * time.Hour), "9d"},
		{Ago(400 * 24 * time.Hour), "13mo"},
		{Ago(900 * 24 * time.Hour), "2y"},
		{Ago(-time.Hour), "+60m"},
		{Clock(62 * time.Second), "1:02"},
		{Clock(3*time.Hour + 4*time.Second), "3:00:04"},
		{Money(1012.345), "$1,012.35"},
		{Money(0.999), "$1.00"},
		{Money(-2.5), "-$2.50"},
		{Rate(0.0284), "0.0284"},
		{Rate(412.84), "412.8"},
		{Memory(512), "512 MiB"},
		{Memory(6.2 * 1024 * 1024), "6.2 TiB"},
		{ShortName("arn:aws:iam::123456789012:root"), "root user"},
		{ShortName("arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/root"), "…AdministratorAccess/root"},
		{ShortName("arn:aws:ecs:us-east-1:123456789012:cluster/x"), "cluster/x"},
		{ShortName("plain"), "plain"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// TestTheEndOfASessionStays: it is all that tells an intruder with a shared role from the operator.
func TestTheEndOfASessionStays(t *testing.T) {
	const said = "registered by arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/root and others"
	for room, want := range map[int]string{
		80: "registered by …AdministratorAccess/root and others",
		44: "registered by …stratorAccess/root and others",
		20: "registered by …/root and others",
	} {
		if got := ShortWordsIn(said, room); got != want {
			t.Errorf("in %d cells %q, want %q", room, got, want)
		}
	}
}

func TestRegionsReadNamesWhatWasNotRead(t *testing.T) {
	for want, g := range map[string]*model.Coverage{
		"24 of 34 regions read, 10 disabled": {Regions: 34, Read: 24, Disabled: 10},
		"22 of 34 regions read, 10 disabled, 1 denied, 1 unreachable": {
			Regions: 34, Read: 22, Disabled: 10, Unread: map[model.CellState]int{model.CellDenied: 1, model.CellUnreachable: 1},
		},
		"1 of 3 regions read, 2 left out":      {Regions: 3, Read: 1, LeftOut: 2},
		"1 of 1 region read, GLOBAL denied":    {Regions: 1, Read: 1, GlobalWorst: model.CellDenied},
		"0 of 2 regions read, 2 partial":       {Regions: 2, Unread: map[model.CellState]int{model.CellPartial: 2}},
		"5 of 6 regions read, 1 throttled":     {Regions: 6, Read: 5, Unread: map[model.CellState]int{model.CellThrottled: 1}},
		"5 of 6 regions read, 1 unreadable":    {Regions: 6, Read: 5, Unread: map[model.CellState]int{model.CellUnreadable: 1}},
		"12 of 14 regions read, 1 unreachable": {Regions: 14, Read: 12, Unread: map[model.CellState]int{model.CellUnreachable: 1}},
	} {
		got, whole := RegionsRead(g, false)
		if failed := len(g.Unread) > 0 || g.GlobalWorst != model.CellUnasked; got != want || whole == failed {
			t.Errorf("%q, whole %t; want %q", got, whole, want)
		}
	}
	if got, _ := RegionsRead(&model.Coverage{Regions: 34, Read: 24}, true); got != "24/34 read" {
		t.Errorf("short: %q", got)
	}
}

func TestAgesAreReadAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]time.Duration{"90m": 90 * time.Minute, "36h": 36 * time.Hour, "3d": 72 * time.Hour, "2w": 14 * 24 * time.Hour} {
		if got, err := ParseAge(text); err != nil || got != want {
			t.Errorf("%s is %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "h", "3", "0d", "-1h", "3y", "1.5d", "yesterday", "99999999999999999999d", "9999999w"} {
		if got, err := ParseAge(text); err == nil || CheckAge(text) == "" {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}
