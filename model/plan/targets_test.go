package plan_test

import (
	"testing"

	"github.com/rootout/rootout/model"
)

// TestOnlyWhatIsBilledAndPricedIsCounted: a price that nobody pays, or nobody knows, is no money.
func TestOnlyWhatIsBilledAndPricedIsCounted(t *testing.T) {
	for name, x := range map[string]struct {
		rate model.Rate
		want float64
	}{
		"billed and known": {model.Rate{PerHour: 3, Known: true, Billed: true, Estimated: true}, 3},
		"free":             {model.Rate{PerHour: 3, Known: true}, 0},
		"unknown":          {model.Rate{PerHour: 3, Billed: true}, 0},
	} {
		it := thing(ref(hand, "r", "h"))
		it.Rate = x.rate
		p := freeze(t, input(t, snapshot(it), it.Ref))
		if got := p.Targets[0]; got.USDPerHour != x.want || got.Estimated != (x.want > 0) {
			t.Errorf("%s: %v, estimated %v", name, got.USDPerHour, got.Estimated)
		}
	}
}

// TestWhatStaysBehindIsNamedOnce, and another thing is not taken for it because it is alike in
// something.
func TestWhatStaysBehindIsNamedOnce(t *testing.T) {
	machine := model.Uncovered{Type: "AWS::EC2::Instance", ID: "i-0", Region: "r"}
	elsewhere, other, group := machine, machine, machine
	elsewhere.Region, other.ID, group.Type = "s", "i-1", "AWS::AutoScaling::AutoScalingGroup"
	in := input(t, snapshot(market("r")...), ref(hand, "r", "r-loose"))
	for _, u := range []model.Uncovered{machine, elsewhere, other, machine, group} {
		in.Marked = append(in.Marked, model.MarkUncovered(account, u))
	}
	if p := freeze(t, in); len(p.Uncovered) != 4 {
		t.Errorf("%+v", p.Uncovered)
	}
}
