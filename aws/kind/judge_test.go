package kind_test

import (
	"testing"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model/plan"
)

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		goal plan.Goal
		is   kind.Presence
		want kind.ProofState
	}{
		{plan.Gone, kind.Present, kind.Pending},
		{plan.Gone, kind.Leaving, kind.Reached},
		{plan.Gone, kind.Absent, kind.Reached},
		{plan.Exists, kind.Present, kind.Reached},
		{plan.Exists, kind.Leaving, kind.Lost},
		{plan.Exists, kind.Absent, kind.Pending},
		{plan.Changed, kind.Present, kind.Pending},
		{plan.Changed, kind.Leaving, kind.Lost},
		{plan.Changed, kind.Absent, kind.Lost},
	} {
		p := kind.Judge(c.goal, kind.Reading{Presence: c.is, Why: "DRAINING"})
		if p.State != c.want || p.State == kind.Lost && p.Why == "DRAINING" {
			t.Errorf("%v of what is %d: %+v", c.goal, c.is, p)
		}
	}
}
