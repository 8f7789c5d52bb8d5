package ui

import (
	"testing"

	"github.com/rootout/rootout/ui/uitest"
)

// TestNoticesOfTheStartAreShown beside those of the session.
func TestNoticesOfTheStartAreShown(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach(), session: func(s *Session) { s.Notices = []string{"You are the root user."} }}, func(d *driver) {
		d.m.console.options.Notices = []string{"config.yaml: there is no theme pink"}
		d.Press("down")
		d.Wants("NOTE     config.yaml: there is no theme pink", "NOTE     You are the root user.")
	})
}
