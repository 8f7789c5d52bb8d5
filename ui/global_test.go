package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/uitest"
)

// withIdentities is a console whose catalog has kinds without a region, of which roles are denied.
func withIdentities(t *testing.T) setup {
	return setup{catalog: uitest.GlobalCatalog(t), batch: uitest.WithIdentities(uitest.Breach(), model.CellCounted, model.CellDenied)}
}

func TestTheAccountAsAWholeLeadsToItsLists(t *testing.T) {
	withConsole(t, withIdentities(t), func(d *driver) {
		d.Wants("2/5 read, 1 denied, 1 unreachable, GLOBAL denied", "users 3 +1 · roles denied")
		d.Press("G", "enter", "u")
		d.Wants("› users", "3 users", "supdev")
		d.WantsNot("REGION")
		d.Press("esc", "enter", "r")
		d.Wants("› roles", "ecsEventsRole")
		d.Press("esc", "g", "enter")
		if l := d.Line("supdev"); !strings.Contains(l, "GLOBAL") {
			t.Errorf("among everything it does not say where it is: %q", l)
		}
		d.Press("esc", ":")
		d.Write("the users")
		d.Wants("users: the users of the account")
		d.Press("enter")
		d.Wants("› users")
	})
}

func TestADeniedGlobalCellIsNamedWhereFaultsAre(t *testing.T) {
	b := uitest.WithIdentities(uitest.Breach(), model.CellCounted, model.CellDenied)
	b.Found = b.Found[:len(b.Found)-1] // The role had never been seen.
	withConsole(t, setup{catalog: uitest.GlobalCatalog(t), batch: b}, func(d *driver) {
		d.Press("G", "enter", "r")
		d.Wants("denied: iam:List: AWS said AccessDenied: not authorized")
		d.Press("esc", "tab", "up", "enter")
		if l := d.Line("▸"); !strings.Contains(l, "GLOBAL") || !strings.Contains(l, "iam:role") || !strings.Contains(l, "denied") {
			t.Errorf("the first fault is %q", l)
		}
		d.Press("enter")
		d.Wants("region    GLOBAL", "Allow iam:List for it")
		d.WantsNot("denies the region")
	})
}

func TestAPlanAndARunNameTheAccountAsAWhole(t *testing.T) {
	withConsole(t, withIdentities(t), func(d *driver) {
		d.Press("G", "enter", "u", "space", "x")
		d.Wants("DELETE 1 resource", "   GLOBAL ")
		d.Write("delete 1 in 123456789012 #7f3a")
		d.Later(time.Second)
		d.Press("enter")
		d.Wants("▸ GLOBAL")
		d.Press("enter")
		d.Wants("steps in GLOBAL")
		d.Press("esc")
		d.runner.Run.News <- &port.RunUpdate{State: port.RunDone, Summary: &port.Summary{
			Planned: 1, Uncounted: []model.Cell{uitest.Cell("", "iam:user", model.CellDenied, nil)},
			Uncovered: []model.Uncovered{{Type: "AWS::IAM::OIDCProvider", ID: "gh"}},
		}}
		d.WaitUntilIdle()
		d.Later(20 * time.Second)
		d.Wants("not counted: iam:user in GLOBAL: denied", "AWS::IAM::OIDCProvider gh in GLOBAL")
	})
}
