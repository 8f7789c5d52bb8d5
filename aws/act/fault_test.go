package act_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/act"
	"github.com/rootout/rootout/aws/sim"
	cloud "github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

// planted is a world with the intruder's things in three regions and honest work in one of them,
// and the plan that removes the intruder's.
func planted(t *testing.T, o sim.Options) (*world, *plan.Plan, []string) {
	t.Helper()
	if o.Latency == 0 {
		o.Latency = 40 * time.Millisecond
	}
	w := newWorld(t, o, func(w *world) {
		for _, region := range []string{"us-east-1", "ap-northeast-2", "eu-west-1"} {
			w.plant(region, 3, 3)
		}
		w.honest("ap-northeast-2")
	})
	snapshot := w.look()
	p, err := w.runner().Freeze(snapshot, plan.Wish{Marked: model.MarksOf(w.hostileIn(snapshot)...)})
	if err != nil {
		t.Fatal(err)
	}
	honest, _ := w.survivors()
	return w, p, honest
}

// ready is the runner of a program that was started anew: it has scanned.
func (w *world) ready() *act.Runner {
	w.t.Helper()
	w.look()
	return w.runner()
}

func (w *world) start(r *act.Runner, p *plan.Plan) port.Run {
	w.t.Helper()
	run, err := r.Start(w.t.Context(), w.seen, p, p.Phrase())
	if err != nil {
		w.t.Fatal(err)
	}
	return run
}

// again runs a plan as a program that was started anew does.
func (w *world) again(p *plan.Plan) port.Run {
	w.t.Helper()
	return w.start(w.ready(), p)
}

func (w *world) checkEnd(p *plan.Plan, summary *port.Summary, honest []string) {
	w.t.Helper()
	if !summary.Complete() {
		w.t.Errorf("not complete: %+v", summary)
	}
	after, left := w.survivors()
	if len(left) > 0 {
		w.t.Errorf("left of the intruder's: %v", left)
	}
	if !slices.Equal(honest, after) {
		w.t.Errorf("honest things changed:\nbefore %v\nafter  %v", honest, after)
	}
	if summary.Planned != p.N() {
		w.t.Errorf("the summary speaks of %d, the plan of %d", summary.Planned, p.N())
	}
}

func TestRunThroughThrottlingAndServerErrors(t *testing.T) {
	faults, err := sim.ParseFaults("throttle=0.3,5xx=0.1,reset=0.05")
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		w, p, honest := planted(t, sim.Options{})
		w.server.SetFaults(faults)
		summary, _ := finish(t, w.again(p))
		w.checkEnd(p, summary, honest)
		checkJournal(t, w, p.Digest)
	})
}

func TestRunLeavesADeniedRegionAndFinishesTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, p, _ := planted(t, sim.Options{})
		r := w.ready()
		w.server.SetFaults(sim.Faults{Deny: []sim.Denial{{Region: "eu-west-1", Service: "ecs"}}})
		run := w.start(r, p)
		summary, steps := finish(t, run)
		if summary.Complete() || len(summary.Uncounted) == 0 {
			t.Errorf("a run that could not touch eu-west-1 calls itself complete: %+v", summary)
		}
		for ref, why := range summary.Left {
			if ref.Region != "eu-west-1" {
				t.Errorf("%s is left: %s", ref, why)
			}
			if !strings.Contains(why, "AccessDenied") && !strings.Contains(why, "has to succeed first") {
				t.Errorf("%s is left without AWS's words: %s", ref, why)
			}
		}
		for _, s := range p.Steps {
			if st := steps[s.ID]; s.Region != "eu-west-1" && st.State != port.StepVerified {
				t.Errorf("%s in %s is %s: %s", s.Op, s.Region, st.State, st.Why)
			}
		}
		w.server.SetFaults(sim.Faults{})
		again, _ := finish(t, w.again(p))
		if len(again.Left) > 0 || again.Gone != p.N() {
			t.Errorf("with the permission given, the same plan leaves %v", again.Left)
		}
	})
}

func TestRunGivesUpADeadRegionWithoutHarmToOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, p, _ := planted(t, sim.Options{})
		r := w.ready()
		w.server.SetFaults(sim.Faults{Blackhole: []string{"us-east-1"}})
		run := w.start(r, p)
		summary, _ := finish(t, run)
		left := map[string]int{}
		for ref := range summary.Left {
			left[ref.Region]++
		}
		if len(left) != 1 || left["us-east-1"] == 0 {
			t.Errorf("left by region: %v, want only us-east-1", left)
		}
		if summary.Took > 10*time.Minute {
			t.Errorf("took %v", summary.Took)
		}
	})
}

func TestExpiredCredentialsPauseTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, p, honest := planted(t, sim.Options{})
		r := w.ready()
		w.server.SetFaults(sim.Faults{Expire: 60})
		run := w.start(r, p)
		pauses := 0
		var summary *port.Summary
		for summary == nil {
			u, err := run.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if u.State == port.RunPaused && pauses == 0 {
				pauses++
				if u.Paused == nil || u.Paused.Code == "" {
					t.Errorf("paused without a reason: %+v", u.Paused)
				}
				time.Sleep(time.Hour) // Somebody looks for his MFA device.
				w.server.SetFaults(sim.Faults{})
				w.server.Renew()
				run.Resume()
			}
			summary = u.Summary
		}
		if pauses != 1 {
			t.Error("the run never paused")
		}
		w.checkEnd(p, summary, honest)
	})
}

// TestStoppedAnywhereItResumes stops a run at fifty points of its journal, as a kill would, and
// runs the plan again in a new program.
func TestStoppedAnywhereItResumes(t *testing.T) {
	const points = 50
	entries := 0
	synctest.Test(t, func(t *testing.T) {
		w, p, _ := planted(t, sim.Options{})
		finish(t, w.again(p))
		entries = len(w.store.entries)
	})
	for point := range points {
		at := 1 + point*entries/points
		t.Run(fmt.Sprintf("after entry %d of %d", at, entries), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { stopAndResume(t, at) })
		})
	}
}

func stopAndResume(t *testing.T, at int) {
	w, p, honest := planted(t, sim.Options{})
	r := w.ready()
	started := make(chan port.Run, 1)
	w.store.after = func(e casefile.Entry) {
		if int(e.Seq) == at {
			go func() { (<-started).Stop() }()
		}
	}
	run := w.start(r, p)
	started <- run
	for {
		if _, err := run.Next(t.Context()); errors.Is(err, io.EOF) {
			break
		}
	}
	w.store.after = nil
	verified := map[string]int{}
	for _, e := range w.store.entries {
		if e.Kind == casefile.Verified {
			verified[e.Step]++
		}
	}
	before := len(w.wire.writes)
	summary, _ := finish(t, w.again(p))
	w.checkEnd(p, summary, honest)
	for _, call := range w.wire.writes[before:] {
		for _, s := range p.Steps {
			_, op, _ := strings.Cut(s.Op, ":")
			if verified[s.ID] > 0 && strings.HasPrefix(call, op+" ") && strings.Contains(call, `"`+s.Targets[0].ID+`"`) && !s.Interim && len(s.Targets) == 1 &&
				!sharesTarget(p, s) {
				t.Errorf("%s was proven and called again: %s", s.Op, call)
			}
		}
	}
}

// sharesTarget says whether another step calls the same operation with the same target among others
// (RemoveTargets and DeleteRule do not).
func sharesTarget(p *plan.Plan, s plan.Step) bool {
	for _, o := range p.Steps {
		if o.ID != s.ID && o.Op == s.Op && slices.Contains(o.Targets, s.Targets[0]) {
			return true
		}
	}
	return false
}

func TestNewcomerFromAnotherHandBlocksItsContainer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, p, _ := planted(t, sim.Options{})
		r := w.ready()
		w.cloud.Locked(func(time.Time) {
			w.cloud.SeedTask("eu-west-1", cloud.TaskSeed{Cluster: "qx01", TaskDefinition: "kasi", StartedBy: "somebody"})
		})
		run := w.start(r, p)
		summary, steps := finish(t, run)
		for _, s := range p.Steps {
			if s.Op == "ecs:DeleteCluster" && s.Region == "eu-west-1" && strings.HasSuffix(s.Targets[0].ID, "/qx01") {
				if st := steps[s.ID]; st.State != port.StepBlocked || !strings.Contains(st.Why, "newcomer") {
					t.Errorf("the cluster with somebody's task is %s: %s", st.State, st.Why)
				}
			}
		}
		if n := w.wire.count("StopTask"); n != strings.Count(fmt.Sprint(ops(p)), "ecs:StopTask") {
			t.Errorf("%d tasks were told to stop, planned were %d", n, strings.Count(fmt.Sprint(ops(p)), "ecs:StopTask"))
		}
		if len(summary.Left) == 0 {
			t.Error("nothing is said to be left")
		}
	})
}

func ops(p *plan.Plan) []string {
	var out []string
	for _, s := range p.Steps {
		out = append(out, s.Op)
	}
	return out
}

func TestWhatAPlannedOwnerMadeLaterGoesWithIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, p, honest := planted(t, sim.Options{})
		time.Sleep(11 * time.Minute) // The rule fires twice, and the service scheduler has replaced what stopped.
		summary, _ := finish(t, w.again(p))
		w.checkEnd(p, summary, honest)
	})
}

// TestDearestFirst has one service that costs among many that do not, more of them than the bucket
// has tokens for: it is among the first.
func TestDearestFirst(t *testing.T) {
	const cheap = 120
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sim.Options{Latency: 40 * time.Millisecond}, func(w *world) {
			w.plant("us-east-1", 0, 0)
			w.mark(w.cloud.SeedCluster("us-east-1", cloud.ClusterSeed{Name: "c"}))
			for i := range cheap + 1 {
				seed := cloud.ServiceSeed{Cluster: "c", Name: fmt.Sprintf("s%03d", i), TaskDefinition: "kasi", StartTasksAt: time.Now().Add(-time.Hour)}
				if i == cheap {
					seed.Desired = 9
				}
				s := w.cloud.SeedService("us-east-1", seed)
				w.mark(s.ARN)
				w.mark(s.Tasks...)
			}
		})
		snapshot := w.look()
		r := w.runner()
		p, err := r.Freeze(snapshot, plan.Wish{Marked: model.MarksOf(w.hostileIn(snapshot)...)})
		if err != nil {
			t.Fatal(err)
		}
		run := w.start(r, p)
		finish(t, run)
		before := 0
		for _, e := range w.store.entries {
			var i struct {
				Op      string
				Targets []model.Ref
			}
			if e.Kind != casefile.Intent || json.Unmarshal(e.Payload, &i) != nil || i.Op != "ecs:DeleteService" {
				continue
			}
			if strings.HasSuffix(i.Targets[0].ID, fmt.Sprintf("/s%03d", cheap)) {
				break
			}
			before++
		}
		if before >= 64 {
			t.Errorf("%d services that cost nothing were ended before the one that burns", before)
		}
	})
}

func TestRefusalsTouchNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, p, _ := planted(t, sim.Options{})
		entries := len(w.store.entries)
		changed := *p
		changed.Targets = changed.Targets[1:]
		foreign := *p
		foreign.Account = "111122223333"
		for name, c := range map[string]struct {
			plan   *plan.Plan
			phrase string
			want   error
		}{
			"a wrong phrase":  {p, "delete everything", plan.ErrPhrase},
			"no phrase":       {p, "", plan.ErrPhrase},
			"a changed plan":  {&changed, p.Phrase(), plan.ErrChanged},
			"another account": {&foreign, foreign.Phrase(), plan.ErrAccount},
		} {
			if _, err := w.runner().Start(t.Context(), w.seen, c.plan, c.phrase); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			}
		}
		if len(w.wire.writes) > 0 || len(w.store.entries) != entries {
			t.Errorf("calls %v and %d entries were made", w.wire.writes, len(w.store.entries)-entries)
		}
	})
}

// TestLostRecordsAreReadAgain, and where one cannot be, its target stays and says why.
func TestLostRecordsAreReadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, p, _ := planted(t, sim.Options{})
		r := w.ready()
		w.store.mu.Lock()
		clear(w.store.raw)
		w.store.mu.Unlock()
		w.server.SetFaults(sim.Faults{Deny: []sim.Denial{{Region: "eu-west-1", Service: "ecs"}}})
		run := w.start(r, p)
		summary, _ := finish(t, run)
		for ref, why := range summary.Left {
			if ref.Region != "eu-west-1" {
				t.Errorf("%s is left although its record could be read again: %s", ref, why)
			}
		}
		for _, call := range w.wire.writes {
			for ref := range summary.Left {
				if ref.Kind == "ecs:task" && strings.Contains(call, ref.ID) {
					t.Errorf("a target without evidence was touched: %s", call)
				}
			}
		}
	})
}

func TestReadOnlyConnectionRunsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, p, _ := planted(t, sim.Options{})
		conn, err := aws.Connect(t.Context(), aws.Options{
			Transport: w.wire, Region: "us-east-1", ReadOnly: true, Credentials: credentials.NewStaticCredentialsProvider(key, "secret", ""),
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(conn.Close)
		w.conn = conn
		r := w.ready()
		if _, err := r.Start(t.Context(), w.seen, p, p.Phrase()); err == nil || len(w.store.entries) > 0 || len(w.wire.writes) > 0 {
			t.Errorf("it starts: %v, with %d entries and calls %v", err, len(w.store.entries), w.wire.writes)
		}
		var guard *aws.GuardError
		if _, err := conn.Grant(p.Digest, p.Account, map[string]aws.Allowed{"s1": {Service: "ecs", Operations: []string{"StopTask"}, Place: model.Place{Account: account, Region: "us-east-1"}}}); !errors.As(err, &guard) {
			t.Errorf("a read-only connection grants a permit: %v", err)
		}
	})
}

// TestRespawnNamesItsCause stops the tasks of services that nobody planned: they come back, and the
// summary says who brings them.
func TestRespawnNamesItsCause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sim.Options{Latency: 40 * time.Millisecond}, func(w *world) { w.plant("us-east-1", 2, 2) })
		snapshot := w.look()
		var tasks []model.Ref
		for _, ref := range w.hostileIn(snapshot) {
			if ref.Kind == "ecs:task" {
				tasks = append(tasks, ref)
			}
		}
		r := w.runner()
		p, err := r.Freeze(snapshot, plan.Wish{Marked: model.MarksOf(tasks...)})
		if err != nil {
			t.Fatal(err)
		}
		run := w.start(r, p)
		summary, _ := finish(t, run)
		if summary.Gone != 4 || summary.Complete() || len(summary.Respawned) != 4 {
			t.Fatalf("%d gone, %d came back; want 4 and 4, and not complete", summary.Gone, len(summary.Respawned))
		}
		causes := map[string]int{}
		for _, b := range summary.Respawned {
			causes[string(b.By.Kind)]++
			if b.By.Kind == "" || !strings.Contains(b.Cause, "qx0") {
				t.Errorf("the cause of %s is %q", b.Ref, b.Cause)
			}
		}
		if causes["ecs:service"] != 2 || causes["application-autoscaling:target"] != 2 {
			t.Errorf("causes %v, want the service of one cluster and the scaling target of the other", causes)
		}
	})
}
