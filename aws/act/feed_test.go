package act_test

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rootout/rootout/aws/act"
	"github.com/rootout/rootout/aws/sim"
	cloud "github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

// follower is a scanner that a run tells what it reads.
type follower struct {
	mu      sync.Mutex
	found   map[model.Ref]int
	gone    map[model.Ref]int
	focused [][]model.Place
	// told says of each newcomer, when the run names it, whether it had been published by then.
	told    []bool
	rescans int
}

func (f *follower) Publish(b *model.Batch) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, x := range b.Found {
		f.found[x.Resource.Ref]++
	}
	for _, ref := range b.Gone {
		f.gone[ref]++
	}
}

func (f *follower) Focus(places ...model.Place) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.focused = append(f.focused, places)
}

func (f *follower) Rescan(...model.CellKey) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rescans++
}

// followed runs a plan with somebody who follows it, after a change to the account.
func followed(t *testing.T, change func(w *world)) (*follower, *plan.Plan, *port.Summary) {
	t.Helper()
	w, p, _ := planted(t, sim.Options{})
	w.cloud.Locked(func(time.Time) { change(w) })
	f := &follower{found: map[model.Ref]int{}, gone: map[model.Ref]int{}}
	o := w.options()
	o.Feed = f
	run := w.start(act.New(o), p)
	for {
		u, err := run.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		f.mu.Lock()
		for _, ref := range u.Newcomers {
			f.told = append(f.told, f.found[ref] > 0)
		}
		f.mu.Unlock()
		if u.Summary != nil {
			return f, p, u.Summary
		}
	}
}

// TestWhoFollowsARunSeesWhatItReads: the grid counts down with the run, looks at its places more
// often while it goes on, and reads all of them again when it is over.
func TestWhoFollowsARunSeesWhatItReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, p, summary := followed(t, func(*world) {})
		if !summary.Complete() {
			t.Fatalf("%+v", summary)
		}
		for _, target := range p.Targets {
			if f.gone[target.Ref] == 0 {
				t.Errorf("nobody was told that %s is gone", target.Ref)
			}
		}
		if len(f.focused) != 2 || len(f.focused[0]) != len(p.Places()) || len(f.focused[1]) != 0 || f.rescans != 1 {
			t.Errorf("focused %v, %d rescans", f.focused, f.rescans)
		}
	})
}

// TestWhoFollowsARunSeesNewcomers: what blocks a step and what is removed with it, though no plan
// named either.
func TestWhoFollowsARunSeesNewcomers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, p, _ := followed(t, func(w *world) {
			w.cloud.SeedTask("eu-west-1", cloud.TaskSeed{Cluster: "qx01", TaskDefinition: "kasi", StartedBy: "somebody"})
		})
		if len(f.told) == 0 || slices.Contains(f.told, false) {
			t.Errorf("newcomers that nobody was told of: %v", f.told)
		}
		left := 0
		for _, target := range p.Targets {
			if f.gone[target.Ref] == 0 {
				left++
			}
		}
		if left != 1 {
			t.Errorf("%d targets are not told to be gone, want the cluster alone", left)
		}
	})
}
