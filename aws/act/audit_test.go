package act_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rootout/rootout/aws/act"
	"github.com/rootout/rootout/aws/sim"
	cloud "github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

// shield protects what its function selects.
type shield func(*model.Resource) bool

func (s shield) Protects(r *model.Resource) (bool, string) { return s(r), "a test says so" }

func (w *world) guarded(s shield) *act.Runner {
	return act.New(act.Options{AWS: w.conn, Defs: w.defs, Catalog: w.catalog, Store: w.store, Protections: []plan.Protection{s}})
}

func TestStartComputesProtectionsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, p, _ := planted(t, sim.Options{})
		if _, err := w.guarded(func(*model.Resource) bool { return false }).Start(t.Context(), nil, p, p.Phrase()); err == nil {
			t.Error("a plan ran although nobody had looked at the account")
		}
		all := w.guarded(func(r *model.Resource) bool { return r.Ref.Region == "eu-west-1" })
		if _, err := all.Start(t.Context(), w.look(), p, p.Phrase()); !errors.Is(err, plan.ErrProtected) {
			t.Errorf("a plan with protected targets starts: %v", err)
		}
		w.server.SetFaults(sim.Faults{Deny: []sim.Denial{{Region: "eu-west-1", Service: "ecs"}}})
		if _, err := all.Start(t.Context(), w.look(), p, p.Phrase()); !errors.Is(err, plan.ErrProtected) || !strings.Contains(err.Error(), "cannot tell") {
			t.Errorf("a region that could not be read: %v, want that it cannot be told", err)
		}
		if len(w.wire.writes) > 0 {
			t.Errorf("calls were made: %v", w.wire.writes)
		}
	})
}

// TestLaterTasksGoWithEvidenceAndIntent lets the planned rule start a task after the plan was
// frozen.
func TestLaterTasksGoWithEvidenceAndIntent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, p, honest := planted(t, sim.Options{})
		r := w.ready()
		var later string
		w.cloud.Locked(func(time.Time) {
			later = w.cloud.SeedTask("eu-west-1", cloud.TaskSeed{Cluster: "qx00", TaskDefinition: "kasi", StartedBy: "events-rule/keepalive"})
			w.mark(later)
		})
		run := w.start(r, p)
		summary, _ := finish(t, run)
		w.checkEnd(p, summary, honest)
		kept, intended := false, false
		for _, e := range w.store.evidence {
			kept = kept || e.Ref.ID == later && e.What == "record" && len(e.Data) > 0
		}
		for _, e := range w.store.entries {
			intended = intended || e.Kind == casefile.Intent && strings.Contains(string(e.Payload), later)
		}
		if !kept || !intended {
			t.Errorf("the later task was stopped with evidence %v and intent %v", kept, intended)
		}
	})
}

func TestProtectedLaterTaskBlocksItsCluster(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, p, _ := planted(t, sim.Options{})
		var later string
		r := w.guarded(func(r *model.Resource) bool { return r.ARN == later })
		w.look()
		w.cloud.Locked(func(time.Time) {
			later = w.cloud.SeedTask("eu-west-1", cloud.TaskSeed{Cluster: "qx00", TaskDefinition: "kasi", StartedBy: "events-rule/keepalive"})
		})
		run := w.start(r, p)
		finish(t, run)
		for _, call := range w.wire.writes {
			if strings.Contains(call, later) {
				t.Errorf("a protected task was touched: %s", call)
			}
		}
	})
}

func TestDeadRegionAtTheGateEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sim.Options{Latency: 40 * time.Millisecond}, func(w *world) {
			w.mark(w.cloud.SeedCluster("us-east-1", cloud.ClusterSeed{Name: "empty"}))
		})
		snapshot := w.look()
		r := w.runner()
		p, err := r.Freeze(snapshot, plan.Wish{Marked: model.MarksOf(w.hostileIn(snapshot)...)})
		if err != nil {
			t.Fatal(err)
		}
		w.server.SetFaults(sim.Faults{Blackhole: []string{"us-east-1"}})
		run := w.start(r, p)
		if summary, _ := finish(t, run); summary.Complete() || summary.Took > time.Hour {
			t.Errorf("complete %v after %v", summary.Complete(), summary.Took)
		}
	})
}

// TestExpiryInTheFinalListingPauses lets the credentials run out when the last step has been
// proven.
func TestExpiryInTheFinalListingPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, p, honest := planted(t, sim.Options{})
		r := w.ready()
		open := 0
		for _, s := range p.Steps {
			if !s.Interim {
				open++
			}
		}
		w.store.after = func(e casefile.Entry) {
			if e.Kind == casefile.Verified {
				if open--; open == 0 {
					w.server.SetFaults(sim.Faults{Expire: 1})
				}
			}
		}
		run := w.start(r, p)
		paused := false
		for {
			u, err := run.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if u.State == port.RunPaused && !paused {
				paused = true
				w.server.SetFaults(sim.Faults{})
				w.server.Renew()
				run.Resume()
			}
			if u.Summary != nil {
				w.checkEnd(p, u.Summary, honest)
				break
			}
		}
		if !paused {
			t.Error("the run did not pause")
		}
	})
}

func TestStoppedRunSaysWhatItHadProven(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, p, _ := planted(t, sim.Options{})
		r := w.ready()
		proven := 0
		started := make(chan port.Run, 1)
		w.store.after = func(e casefile.Entry) {
			if e.Kind == casefile.Verified {
				if proven++; proven == 5 {
					go func() { (<-started).Stop() }()
				}
			}
		}
		run := w.start(r, p)
		started <- run
		var summary *port.Summary
		for {
			u, err := run.Next(t.Context())
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if u.Summary != nil {
				summary = u.Summary
			}
		}
		if summary.Gone < 5 || summary.Gone == p.N() {
			t.Errorf("stopped after 5 proofs, it says %d of %d", summary.Gone, p.N())
		}
		for _, e := range w.store.entries {
			if e.Kind == casefile.End {
				t.Error("a stopped run has an end in the journal, so that nobody is offered to go on")
			}
		}
	})
}

// TestNewcomerThatLeftLetsItsContainerGo retries a step after the newcomer that blocked it has
// stopped.
func TestNewcomerThatLeftLetsItsContainerGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, p, honest := planted(t, sim.Options{})
		var newcomer string
		w.cloud.Locked(func(time.Time) {
			newcomer = w.cloud.SeedTask("eu-west-1", cloud.TaskSeed{Cluster: "qx01", TaskDefinition: "kasi", StartedBy: "somebody"})
			w.mark(newcomer)
		})
		r := w.ready()
		run := w.start(r, p)
		var met bool
		for {
			u, err := run.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if len(u.Newcomers) > 0 && !met {
				met = true
				w.stop("eu-west-1", "qx01", newcomer)
				time.Sleep(40 * time.Second)
				run.Retry()
			}
			if u.Summary == nil {
				continue
			}
			if !met {
				t.Error("nobody was met")
			}
			if len(u.Summary.Left) > 0 { // The retry may have come when all was over: then the plan is run again.
				again, _ := finish(t, w.again(p))
				w.checkEnd(p, again, honest)
			}
			return
		}
	})
}

// TestRecreatedUnderItsOldNameIsRemovedAgain makes a cluster of a finished plan anew: running the
// plan again does not take the journal's word.
func TestRecreatedUnderItsOldNameIsRemovedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, p, honest := planted(t, sim.Options{})
		summary, _ := finish(t, w.again(p))
		w.checkEnd(p, summary, honest)
		w.cloud.Locked(func(time.Time) { w.cloud.SeedCluster("eu-west-1", cloud.ClusterSeed{Name: "qx01"}) })
		summary, _ = finish(t, w.again(p))
		w.checkEnd(p, summary, honest)
	})
}

// TestAnOldReadingDoesNotOutdoAProof: what was read before something was proven gone does not say that
// it came back, so that nothing is done twice.
func TestAnOldReadingDoesNotOutdoAProof(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, p, honest := planted(t, sim.Options{})
		r := w.ready() // It looks before the first run, and the second one is given the same.
		summary, _ := finish(t, w.start(r, p))
		w.checkEnd(p, summary, honest)
		before := len(w.store.entries)
		summary, _ = finish(t, w.start(w.runner(), p))
		w.checkEnd(p, summary, honest)
		for _, e := range w.store.entries[before:] {
			if e.Step != "" {
				t.Errorf("step %s is taken up again: %s", e.Step, e.Kind)
			}
		}
	})
}

// TestMadeAgainUnderItsOldNameIsSaidAtOnce lets somebody make a service again as soon as it is
// gone, faster than the run looks.
func TestMadeAgainUnderItsOldNameIsSaidAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, p, _ := planted(t, sim.Options{})
		r := w.ready()
		w.cloud.Locked(func(time.Time) {
			w.cloud.SeedTaskDefinition("eu-west-1", cloud.TaskDefinitionSeed{Family: "again", CPU: 256, MemoryMiB: 512, Images: []string{"a"}, RegisteredBy: intruder})
		})
		const arn = "arn:aws:ecs:eu-west-1:123456789012:service/qx01/qx01-service"
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() {
			for made := false; !made && ctx.Err() == nil; time.Sleep(50 * time.Millisecond) {
				w.cloud.Locked(func(time.Time) {
					for _, res := range w.cloud.Resources() {
						if res.ARN == arn && res.Gone {
							w.cloud.SeedService("eu-west-1", cloud.ServiceSeed{Cluster: "qx01", Name: "qx01-service", TaskDefinition: "again", Desired: 1})
							made = true
							return
						}
					}
				})
			}
		}()
		run := w.start(r, p)
		summary, _ := finish(t, run)
		why := ""
		for ref, reason := range summary.Left {
			if ref.ID == arn {
				why = reason
			}
		}
		if !strings.Contains(why, "made again") || summary.Took > 5*time.Minute {
			t.Errorf("after %v the service is left because %q", summary.Took, why)
		}
	})
}
