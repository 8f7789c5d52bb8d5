package casefile

import (
	"math"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
)

// TestWhatIsGoneStaysPaidFor: what vanished has cost until then, what stopped until it was seen to,
// and what is back again nothing beside its own bill.
func TestWhatIsGoneStaysPaidFor(t *testing.T) {
	c := create(t)
	since := start.Add(-2 * time.Hour)
	task := func(id string, runs bool) model.Found {
		r := &model.Resource{Ref: ref(id), Name: id, Counts: runs, Rate: model.Rate{Known: true}}
		if runs {
			r.Rate = model.Rate{PerHour: 1, Known: true, Billed: true, Since: since, Estimated: id == "stopped"}
		}
		return model.Found{Resource: r}
	}
	pass := uint64(0)
	take := func(at time.Time, found ...model.Found) {
		t.Helper()
		pass++
		for i := range found {
			found[i].Pass = pass
		}
		b := &model.Batch{At: at, Found: found, Cells: []model.Cell{{Key: cellKey(), State: model.CellCounted, Pass: pass, AsOf: at}}}
		if err := c.Record(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	take(start, task("vanished", true), task("stopped", true), task("back", true), task("runs", true))
	take(start.Add(time.Hour), task("stopped", false), task("runs", true))
	take(start.Add(2*time.Hour), task("stopped", false), task("runs", true), task("back", true))
	take(start.Add(3*time.Hour), task("runs", true), task("back", true))
	c = open(t, shut(t, c), Writer)
	got := must(c.Spent(t.Context()))(t)
	for id, want := range map[string]float64{"vanished": 3, "stopped": 3, "back": 0, "runs": 0} {
		if spent := got[ref(id)]; math.Abs(spent.USD-want) > 0.001 || spent.Estimated != (id == "stopped") {
			t.Errorf("%s has cost %+v, want %v", id, spent, want)
		}
	}
}
