package casefile

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootout/rootout/model"
)

// TestWaiversAreKeptInTheJournal: each change once, the newest holds, and taking all back is a change
// too.
func TestWaiversAreKeptInTheJournal(t *testing.T) {
	c := create(t)
	paris := []model.Waiver{{Region: "eu-west-3", Kind: "ecs:*", Reason: "the organization denies Paris"}}
	both := append(paris[:1:1], model.Waiver{Region: "ap-*", Kind: "*", Reason: "never used"})
	if got := must(c.Waivers(t.Context()))(t); len(got) != 0 {
		t.Errorf("a new case has %v", got)
	}
	before := len(must(c.Journal(t.Context(), ""))(t))
	for _, step := range []struct {
		set     []model.Waiver
		entries int
	}{{nil, 0}, {paris, 1}, {paris, 1}, {both, 2}, {nil, 3}, {nil, 3}, {paris, 4}} {
		if err := c.SetWaivers(t.Context(), step.set); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(step.set, must(c.Waivers(t.Context()))(t)); diff != "" {
			t.Errorf("(-set +kept):\n%s", diff)
		}
		if got := len(must(c.Journal(t.Context(), ""))(t)) - before; got != step.entries {
			t.Errorf("%v makes %d entries, want %d", step.set, got, step.entries)
		}
	}
	c = open(t, shut(t, c), Reader)
	if diff := cmp.Diff(paris, must(c.Waivers(t.Context()))(t)); diff != "" {
		t.Errorf("a reader sees (-set +kept):\n%s", diff)
	}
	if r := must(c.VerifyChain(t.Context()))(t); !r.OK() {
		t.Errorf("%v", r.Faults)
	}
}
