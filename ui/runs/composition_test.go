package runs

import (
	"testing"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

func TestAShareIsNeverRoundedToNothingOrAll(t *testing.T) {
	for _, c := range []struct {
		n, of int
		want  string
	}{{1, 1643, "<1%"}, {1642, 1643, "99%"}, {1643, 1643, "100%"}, {16, 1643, "<1%"}, {17, 1643, "1%"}, {0, 5, "0%"}, {0, 0, "?"}} {
		if got := percent(c.n, c.of); got != c.want {
			t.Errorf("%d of %d is %q, want %q", c.n, c.of, got, c.want)
		}
	}
}

// TestWhatIsNotKnownMakesALowerBound: a price that is not known, and cells that were not read.
func TestWhatIsNotKnownMakesALowerBound(t *testing.T) {
	p := &plan.Plan{Targets: []plan.Target{{Ref: model.Ref{ID: "a"}, USDPerHour: 2}}, Composition: &plan.Composition{Marked: 1, New: 1, Account: 4, AccountUSDPerHour: 8}}
	if got, want := Text(MadeOf(p)[1]), "25% of the account: 1 of 4 resources, $2.00 of $8.00/h"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	p.Composition.Unpriced = 1
	if got, want := Text(MadeOf(p)[1]), "25% of the account: 1 of 4 resources, $2.00 of ≥ $8.00/h"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	p.Composition.AtLeast, p.Composition.All = true, true
	if got, want := Text(MadeOf(p)[1]), "! everything of the account that was read: 1 of at least 4 resources, $2.00 of ≥ $8.00/h"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	p.Composition.All, p.Composition.TargetsUnpriced = false, 1
	if got, want := Text(MadeOf(p)[1]), "1 of at least 4 resources, ≥ $2.00 of ≥ $8.00/h"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	p.Targets[0].USDPerHour = 0
	if got, want := Text(MadeOf(p)[1]), "1 of at least 4 resources, a cost that is not known of ≥ $8.00/h"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
