package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/ui/uitest"
)

// click clicks on the first place of the screen where a text stands.
func (d *driver) click(text string) {
	d.T.Helper()
	for y, line := range strings.Split(d.Screen(), "\n") {
		if before, _, found := strings.Cut(line, text); found {
			d.Send(tea.MouseClickMsg{X: len([]rune(before)), Y: y, Button: tea.MouseLeft})
			d.WaitUntilIdle()
			return
		}
	}
	d.T.Fatalf("nowhere on the screen stands %q:\n%s", text, d.Screen())
}

func TestTheMouseDoesWhatItPointsAt(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.click("ap-northeast-2")
		if l := d.Line("▸"); !strings.Contains(l, "ap-northeast-2") {
			t.Errorf("the cursor is on %q", l)
		}
		d.Later(time.Second)
		d.click("ap-northeast-2") // too late to be the second of two
		d.WantsNot("› ap-northeast-2")
		d.click("ap-northeast-2")
		d.Wants("› ap-northeast-2")
		d.click("esc back")
		d.WantsNot("›")
		d.click("CLUSTER")
		d.Wants("↓ CLUSTER")
		d.click("CLUSTER")
		d.Wants("↑ CLUSTER")
		d.WantsNot("›") // heads are not opened by a second click
		d.click("shows the 41+")
		d.Wants("filter age<24h", "N marks the 41")
		d.click("BLIND")
		if l := d.Line("▸"); !strings.Contains(l, "BLIND") {
			t.Errorf("the cursor is on %q", l)
		}
		d.click("BLIND")
		d.Wants("› not counted")
		d.click("? help")
		d.Wants("Everywhere")
	})
}

// TestAClickOnWhatCannotBeSaysWhy, as its key does; other buttons do nothing.
func TestAClickOnWhatCannotBeSaysWhy(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.click("(x review plan)")
		d.Wants("nothing is marked")
		d.Send(tea.MouseClickMsg{X: 5, Y: 1, Button: tea.MouseRight})
		d.Send(tea.MouseClickMsg{X: 5, Y: 1, Button: tea.MouseRight})
		d.WaitUntilIdle()
		d.WantsNot("›")
	})
}

func TestTheConfigKeepsTheMouseOn(t *testing.T) {
	for _, on := range []bool{true, false} {
		m := New(t.Context(), Options{Catalog: uitest.Catalog(t), Mouse: on})
		if taken := m.View().MouseMode != tea.MouseModeNone; taken != on {
			t.Errorf("with the mouse %t in the config it is taken: %t", on, taken)
		}
	}
}
