package ui

import (
	"testing"

	"github.com/rootout/rootout/model"
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

// TestTheTroubleOfAScanIsShown, since the cells alone do not tell it.
func TestTheTroubleOfAScanIsShown(t *testing.T) {
	batch := uitest.Breach()
	batch.Progress.Trouble = &model.Failure{Operation: "account:ListRegions", Region: "us-east-1", Message: "the answer is not whole: it lacks 30 of the 34 regions"}
	withConsole(t, setup{batch: batch}, func(d *driver) {
		d.Press("down")
		d.Wants("NOTE     account:ListRegions in us-east-1: the answer is not whole: it lacks 30 of the 34 regions")
	})
}
