package ui

import (
	"testing"

	"github.com/rootout/rootout/ui/uitest"
)

// TestTheHeaderFollowsOnEveryScreen: what is read while another screen than the grid is shown stands
// in its header.
func TestTheHeaderFollowsOnEveryScreen(t *testing.T) {
	withConsole(t, setup{}, func(d *driver) {
		d.Press("5")
		d.Wants("› plans", "0/0 regions")
		d.feed(uitest.Breach())
		d.Wants("› plans", "! 2/5 read")
	})
}
