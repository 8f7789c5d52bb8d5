package act_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/rootout/rootout/aws/sim"
	cloud "github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

// The bound of the removal of the budget: 24 regions side by side, in each 20 clusters of 1 service
// and 10 tasks, 40 ms a call. In the longest path of a region
//   - the round trips that follow from one another: end the service, stop the task, read it
//     stopped; the cluster's sweep, gate and deletion, read
//     it inactive; deregister and delete the definition beside that; the fresh listing of three round trips at the end,
//   - the refill that 200 StopTask calls wait for: 100 of them at 40 a second (ECS API Reference,
//     request throttling),
//   - the simulator's stop time of 30 s, and one polling interval for each of the two waits (the
//     tasks, then the cluster's gate).
const (
	callTime    = 40 * time.Millisecond
	roundTrips  = 12
	stopRefill  = 2500 * time.Millisecond
	stopTime    = 30 * time.Second
	waits       = 2
	pollEvery   = 3 * time.Second // What a run waits between two looks if nothing else is said.
	removeBound = roundTrips*callTime + stopRefill + stopTime + waits*pollEvery
)

// measureRemoval removes what an intruder planted in some regions, 20 clusters of 1 service and 10
// tasks in each, and proves it gone.
func measureRemoval(t testing.TB, o sim.Options, regions int) (*plan.Plan, *port.Summary) {
	t.Helper()
	w := newWorld(t, o, func(w *world) {
		for _, r := range cloud.Regions()[:regions] {
			w.cloud.SetRegion(r.Name, "ENABLED")
			w.plant(r.Name, 20, 10)
		}
	})
	snapshot := w.look()
	r := w.runner()
	p, err := r.Freeze(snapshot, plan.Wish{Marked: model.MarksOf(w.hostileIn(snapshot)...)})
	if err != nil {
		t.Fatal(err)
	}
	run := w.start(r, p)
	summary, _ := finish(t, run)
	if !summary.Complete() {
		t.Fatalf("not complete: %d of %d gone", summary.Gone, summary.Planned)
	}
	return p, summary
}

func TestRemovalBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		regions := 24
		if testing.Short() {
			regions = 4
		}
		p, summary := measureRemoval(t, sim.Options{Latency: callTime}, regions)
		ratio := float64(summary.Took) / float64(removeBound)
		t.Logf("%d resources removed and proven gone in %v; bound %v, ratio %.2f; the review had said %v", p.N(), summary.Took, removeBound, ratio, p.ETA.AllGone)
		if ratio > 1.2 {
			t.Errorf("ratio %.2f to the bound, want at most 1.2", ratio)
		}
	})
}

// BenchmarkRemoval prints the same in wall time, at 200 ms a call against an AWS that runs ten
// times as fast, beside its bound.
func BenchmarkRemoval(b *testing.B) {
	const speed, slow = 10, 200 * time.Millisecond
	bound := roundTrips*slow + (stopRefill+stopTime+waits*pollEvery)/speed
	for b.Loop() {
		_, summary := measureRemoval(b, sim.Options{Latency: slow, Speed: speed}, 24)
		b.ReportMetric(summary.Took.Seconds(), "s/removal")
		b.ReportMetric(bound.Seconds(), "s/bound")
		b.ReportMetric(float64(summary.Took)/float64(bound), "ratio")
	}
}
