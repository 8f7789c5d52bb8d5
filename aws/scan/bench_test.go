package scan_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/rootout/rootout/aws/sim"
	"github.com/rootout/rootout/aws/sim/breach"
)

// gridLatency is what a call takes in the budget of the grid.
const gridLatency = 40 * time.Millisecond

// gridBound is the physical bound of the whole grid: the round trips that follow from one another.
// The list of regions, then in each region the clusters, what is in each cluster, and its
// description. No bucket of the documented ones runs dry on the way: the fullest is "cluster
// resource read" with 20 × (2 ListTasks + DescribeTasks + ListContainerInstances) = 80 of 100
// tokens.
const gridBound = 4 * gridLatency

// measureGrid reads the whole grid of the budget in virtual time.
func measureGrid(t testing.TB) (took time.Duration, calls uint64) {
	st := newStage(t, sim.Options{Latency: gridLatency}, breach.UniformOptions{})
	before := st.server.Calls()
	began := time.Now()
	_, g := st.once()
	took = time.Since(began)
	if c := countIn(g, "us-east-1", "ecs:task"); g.Read != 24 || c.Sum.Count != 200 {
		t.Fatalf("%d regions read, %d tasks in us-east-1", g.Read, c.Sum.Count)
	}
	return took, st.server.Calls() - before
}

func TestGridBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		took, calls := measureGrid(t)
		ratio := float64(took) / float64(gridBound)
		t.Logf("grid of 24 regions × 20 clusters × 10 tasks at %v a call: %v in %d calls; bound %v, ratio %.2f", gridLatency, took, calls, gridBound, ratio)
		if ratio > 1.2 {
			t.Errorf("ratio %.2f to the bound, want at most 1.2", ratio)
		}
	})
}

func BenchmarkGrid(b *testing.B) {
	for b.Loop() {
		st := newStage(b, sim.Options{Latency: 200 * time.Millisecond}, breach.UniformOptions{})
		began := time.Now()
		st.once()
		b.ReportMetric(time.Since(began).Seconds(), "s/grid")
		b.ReportMetric((4 * 200 * time.Millisecond).Seconds(), "s/bound")
	}
}
