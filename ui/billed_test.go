package ui

import (
	"testing"
	"time"

	"github.com/rootout/rootout/ui/uitest"
)

// TestTheBurnBeganWhenTheCaseFirstSawIt: what began it may be gone since, and then its bill is not in
// the sum.
func TestTheBurnBeganWhenTheCaseFirstSawIt(t *testing.T) {
	began := uitest.Morning().Add(-400 * 24 * time.Hour)
	for name, since := range map[string]time.Time{"in all ≥ $98.05 since " + began.Format("2006-01-02"): began, "in all ≥ $98.05 since 10-": uitest.Morning()} {
		withConsole(t, setup{batch: uitest.Breach(), session: func(s *Session) { s.Case = &uitest.Case{Since: since} }}, func(d *driver) {
			d.Wants(name)
		})
	}
}
