package ui

import (
	"strings"
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

// TestADialogShowsItsOwnKeys, and not those of the screen below, which do not work meanwhile.
func TestADialogShowsItsOwnKeys(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		startRun(d)
		d.Press("q")
		lines := strings.Split(strings.TrimRight(d.Screen(), "\n"), "\n")
		if last := lines[len(lines)-1]; !strings.Contains(last, "q quit") || !strings.Contains(last, "esc stay") || strings.Contains(last, "stop") {
			t.Errorf("the key line says %q", last)
		}
	})
}
