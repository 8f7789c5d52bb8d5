package ui

import (
	"strings"
	"testing"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/uitest"
)

// TestTheHeaderIsAliveOnEveryScreen: what is read while another screen lies over the grid counts at
// once.
func TestTheHeaderIsAliveOnEveryScreen(t *testing.T) {
	begun := uitest.Breach()
	begun.Cells = nil
	whole := uitest.Breach()
	for i := range whole.Cells {
		whole.Cells[i].State, whole.Cells[i].Failure = model.CellCounted, nil
	}
	for _, keys := range [][]string{{}, {"?"}, {"L"}, {"5"}, {"L", "enter"}} {
		withConsole(t, setup{batch: begun}, func(d *driver) {
			d.Resize(200, 50)
			d.Press(keys...)
			d.Wants("0 of 5 regions read")
			d.feed(whole)
			d.Wants("4 of 5 regions read")
		})
	}
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

// TestTheHeaderNamesTheScreenThatIsShown however many lie below it, and however narrow it is.
func TestTheHeaderNamesTheScreenThatIsShown(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Press("L", "enter", "?")
		d.Wants("› everything › ", " › help")
		d.Resize(60, 24)
		if l := strings.Split(d.Screen(), "\n")[0]; !strings.Contains(l, "› … › ") || !strings.Contains(l, "› help ") {
			t.Errorf("the header is %q", l)
		}
	})
}

// TestTheAccountIsNeverCut, however little room there is while nothing is read yet.
func TestTheAccountIsNeverCut(t *testing.T) {
	withConsole(t, setup{demo: true}, func(d *driver) {
		d.Resize(60, 24)
		if l := strings.Split(d.Screen(), "\n")[0]; !strings.Contains(l, "  "+uitest.AccountID+" ") || !strings.Contains(l, "reading 0/0") {
			t.Errorf("the header is %q", l)
		}
	})
}
