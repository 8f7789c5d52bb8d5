package schedule_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rootout/rootout/aws/act/schedule"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

func bucketOf(op string) string { return op }

func at(region string) model.Place { return model.Place{Account: "123456789012", Region: region} }

// step is one step on one resource of its own.
func step(n int, region string, phase model.Phase, op string) plan.Step {
	id := fmt.Sprintf("s%d", n)
	return plan.Step{
		ID: id, Phase: phase, Op: op, Place: at(region),
		Targets: []model.Ref{{Place: at(region), Kind: "fair:stall", ID: id}},
	}
}

func waits(s plan.Step, on string, until plan.Until) plan.Step {
	s.After = append(slices.Clone(s.After), plan.Wait{Step: on, Until: until})
	return s
}

func behind(s plan.Step, b plan.Barrier) plan.Step {
	s.Barriers = append(slices.Clone(s.Barriers), b)
	return s
}

func begin(most int, steps ...plan.Step) *schedule.Schedule {
	s := schedule.New(steps, bucketOf, most)
	s.Offer()
	return s
}

func wantTaken(t *testing.T, s *schedule.Schedule, want ...string) {
	t.Helper()
	if got := s.Take(); !slices.Equal(got, want) {
		t.Errorf("may start: %v, want %v", got, want)
	}
}

func TestWaitsUntilAsFarAsWanted(t *testing.T) {
	for until, opens := range map[plan.Until]port.StepState{
		plan.Attempted: port.StepFailed, plan.Called: port.StepCalled, plan.Proven: port.StepVerified,
	} {
		s := begin(9, step(1, "r", model.Drain, "a"), waits(step(2, "r", model.Drain, "b"), "s1", until))
		wantTaken(t, s, "s1")
		s.Set("s1", port.StepCalling)
		wantTaken(t, s)
		if until == plan.Proven {
			s.Set("s1", port.StepCalled)
			wantTaken(t, s)
		}
		s.Set("s1", opens)
		wantTaken(t, s, "s2")
	}
}

func TestFailureBlocksWhatNeedsMore(t *testing.T) {
	for _, state := range []port.StepState{port.StepFailed, port.StepBlocked} {
		s := begin(9,
			step(1, "r", model.Drain, "a"), waits(step(2, "r", model.Drain, "b"), "s1", plan.Called),
			waits(step(3, "r", model.Drain, "c"), "s2", plan.Proven), waits(step(4, "r", model.Drain, "d"), "s1", plan.Attempted),
		)
		wantTaken(t, s, "s1")
		s.Set("s1", state)
		wantTaken(t, s, "s4")
		changes := s.Changes()
		if len(changes) != 2 || changes[0].ID != "s2" || changes[1].ID != "s3" || s.State("s3") != port.StepBlocked ||
			!strings.HasPrefix(changes[0].Why, "a on fair:stall:r:s1 has to succeed first") {
			t.Errorf("%+v", changes)
		}
		if more := s.Changes(); len(more) > 0 {
			t.Errorf("told twice: %+v", more)
		}
		if s.Open() != 1 {
			t.Errorf("%d are open, want the one that goes on", s.Open())
		}
		if got := s.Reopen("s1"); !slices.Equal(got, []string{"s1", "s2", "s3"}) {
			t.Errorf("opened again: %v", got)
		}
		s.Release("s1")
		s.Offer()
		wantTaken(t, s, "s1")
		s.Set("s1", port.StepVerified)
		wantTaken(t, s, "s2")
	}
}

func TestReopeningTakesFailuresOnly(t *testing.T) {
	s := begin(9, step(1, "r", model.Drain, "a"))
	s.Take()
	for _, state := range []port.StepState{port.StepCalling, port.StepCalled, port.StepVerified} {
		s.Set("s1", state)
		if got := s.Reopen("s1"); got != nil {
			t.Errorf("a step that is %s was opened again: %v", state, got)
		}
	}
	if s.Reopen("s9") != nil || s.State("s9") != port.StepWaiting {
		t.Error("a step that is none")
	}
}

func TestBarriersHoldAPhaseBackInItsPlace(t *testing.T) {
	b := plan.Barrier{Phase: model.Silence, Until: plan.Attempted}
	s := begin(9,
		step(1, "r", model.Silence, "a"), step(2, "r", model.Silence, "a"), step(3, "elsewhere", model.Silence, "a"),
		behind(step(4, "r", model.Drain, "b"), b),
	)
	wantTaken(t, s, "s1", "s2", "s3")
	s.Set("s1", port.StepFailed)
	wantTaken(t, s)
	s.Set("s2", port.StepCalling)
	wantTaken(t, s)
	s.Set("s2", port.StepCalled)
	wantTaken(t, s, "s4")
}

// TestWhatIsSkippedIsNotTaken though what was skipped before it had set it free.
func TestWhatIsSkippedIsNotTaken(t *testing.T) {
	b := plan.Barrier{Phase: model.Silence, Until: plan.Attempted}
	s := begin(9, step(1, "r", model.Silence, "a"), behind(step(2, "r", model.Drain, "b"), b), behind(step(3, "r", model.Drain, "b"), b))
	s.Skip("s1")
	s.Skip("s2")
	wantTaken(t, s, "s3")
}

func TestBarriersEverywhereWaitForAllPlaces(t *testing.T) {
	b := plan.Barrier{Phase: model.Drain, Until: plan.Proven, Everywhere: true}
	s := begin(9, step(1, "r", model.Drain, "a"), step(2, "elsewhere", model.Drain, "a"), behind(step(3, "", model.Erase, "c"), b))
	wantTaken(t, s, "s1", "s2")
	s.Set("s1", port.StepVerified)
	wantTaken(t, s)
	s.Set("s2", port.StepCalled)
	wantTaken(t, s)
	s.Set("s2", port.StepVerified)
	wantTaken(t, s, "s3")
}

func TestABarrierThatCanNeverOpenBlocks(t *testing.T) {
	b := plan.Barrier{Phase: model.Drain, Until: plan.Proven, Everywhere: true}
	s := begin(9, step(1, "r", model.Drain, "a"), step(2, "elsewhere", model.Drain, "a"), behind(step(3, "", model.Erase, "c"), b))
	s.Take()
	s.Set("s1", port.StepVerified)
	s.Set("s2", port.StepFailed)
	wantTaken(t, s)
	if c := s.Changes(); len(c) != 1 || c[0].ID != "s3" || c[0].Why != "all of drain has to succeed first" {
		t.Errorf("%+v", c)
	}
	if s.Open() != 0 {
		t.Errorf("%d are open", s.Open())
	}
	// What is tried again opens it again.
	if got := s.Reopen("s2"); !slices.Equal(got, []string{"s2"}) {
		t.Errorf("opened again: %v", got)
	}
	if got := s.Reopen("s3"); !slices.Equal(got, []string{"s3"}) {
		t.Errorf("opened again: %v", got)
	}
	s.Offer()
	s.Release("s2")
	wantTaken(t, s, "s2")
	s.Set("s2", port.StepVerified)
	wantTaken(t, s, "s3")
}

func TestWhatABarrierBlockedMayGoAgain(t *testing.T) {
	b := plan.Barrier{Phase: model.Drain, Until: plan.Proven}
	s := begin(9, step(1, "r", model.Drain, "a"), step(2, "r", model.Drain, "a"), behind(step(3, "r", model.Erase, "c"), b))
	s.Take()
	s.Set("s1", port.StepFailed)
	s.Set("s2", port.StepFailed)
	s.Reopen("s1")
	if got := s.Unbarred(); len(got) > 0 {
		t.Errorf("%v may go while s2 has failed", got)
	}
	s.Reopen("s2")
	if got := s.Unbarred(); !slices.Equal(got, []string{"s3"}) {
		t.Errorf("%v may go", got)
	}
	s.Reopen("s3")
	if got := s.Unbarred(); len(got) > 0 {
		t.Errorf("%v may go once more", got)
	}
}

func TestReopenedStepsCloseABarrierAgain(t *testing.T) {
	b := plan.Barrier{Phase: model.Silence, Until: plan.Attempted}
	s := begin(9, step(1, "r", model.Silence, "a"), behind(waits(step(2, "r", model.Drain, "b"), "s3", plan.Attempted), b), step(3, "r", model.Silence, "c"))
	s.Take()
	s.Set("s1", port.StepFailed)
	s.Reopen("s1")
	s.Set("s3", port.StepVerified)
	wantTaken(t, s)
	s.Set("s1", port.StepVerified)
	wantTaken(t, s, "s2")
}

func TestAQueueIsOneBucketInOnePlace(t *testing.T) {
	s := begin(2,
		step(1, "r", model.Drain, "a"), step(2, "r", model.Drain, "a"), step(3, "r", model.Drain, "a"), step(4, "r", model.Drain, "b"),
		step(5, "elsewhere", model.Drain, "a"),
	)
	wantTaken(t, s, "s1", "s2", "s4", "s5")
	s.Set("s2", port.StepCalled)
	wantTaken(t, s)
	s.Release("s2")
	wantTaken(t, s, "s3")
}

func TestTheDearestGoFirst(t *testing.T) {
	// Steps come in the order of the plan; what becomes free later and stands earlier goes first.
	s := begin(1, waits(step(1, "r", model.Drain, "a"), "s4", plan.Attempted), step(2, "r", model.Drain, "a"), step(3, "r", model.Drain, "a"), step(4, "r", model.Drain, "b"))
	wantTaken(t, s, "s2", "s4")
	s.Set("s4", port.StepFailed)
	s.Release("s2")
	wantTaken(t, s, "s1")
	s.Release("s1")
	wantTaken(t, s, "s3")
}

func TestAHeldStepTakesNoPlaceAndGoesOnlyWhenItIsDue(t *testing.T) {
	s := begin(1, step(1, "r", model.Drain, "a"), step(2, "r", model.Drain, "a"))
	wantTaken(t, s, "s1")
	s.Hold("s1")
	s.Release("s1")
	s.Offer()
	wantTaken(t, s, "s2")
	s.Requeue("s1")
	s.Requeue("s1")
	wantTaken(t, s)
	s.Release("s2")
	wantTaken(t, s, "s1")
	s.Release("s1")
	wantTaken(t, s)
	s.Hold("s2")
	s.Set("s2", port.StepFailed)
	s.Requeue("s2")
	wantTaken(t, s)
}

func TestWhatIsSkippedIsDone(t *testing.T) {
	s := schedule.New([]plan.Step{step(1, "r", model.Silence, "a"), behind(step(2, "r", model.Drain, "b"), plan.Barrier{Phase: model.Silence})}, bucketOf, 9)
	s.Skip("s1")
	s.Skip("s1")
	if s.Open() != 1 || s.State("s1") != port.StepVerified {
		t.Errorf("%d open, s1 is %s", s.Open(), s.State("s1"))
	}
	s.Offer()
	wantTaken(t, s, "s2")
}

// TestAnyPlanEnds runs random plans with random outcomes: no step starts before what it waits for,
// no queue is overfull, and every step ends.
func TestAnyPlanEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := drawPlan(t)
		most := rapid.IntRange(1, 3).Draw(t, "most")
		s := begin(most, steps...)
		under := map[string]bool{}
		busy := map[string]int{}
		byID := map[string]plan.Step{}
		for _, p := range steps {
			byID[p.ID] = p
		}
		queue := func(id string) string { return byID[id].Region + " " + byID[id].Op }
		for range 20 * len(steps) {
			for _, id := range s.Take() {
				checkFree(t, s, steps, byID[id])
				if under[id] {
					t.Fatalf("%s goes twice", id)
				}
				if under[id], busy[queue(id)] = true, busy[queue(id)]+1; busy[queue(id)] > most {
					t.Fatalf("%d of %s are under way", busy[queue(id)], queue(id))
				}
			}
			if len(under) == 0 {
				break
			}
			ids := make([]string, 0, len(under))
			for id := range under {
				ids = append(ids, id)
			}
			slices.Sort(ids)
			id := rapid.SampledFrom(ids).Draw(t, "next")
			switch rapid.SampledFrom([]string{"called", "verified", "verified", "failed", "later"}).Draw(t, "fate") {
			case "called":
				s.Set(id, port.StepCalled)
				s.Set(id, port.StepVerified)
			case "verified":
				s.Set(id, port.StepVerified)
			case "failed":
				s.Set(id, port.StepFailed)
			case "later":
				s.Hold(id)
				s.Requeue(id)
			}
			delete(under, id)
			busy[queue(id)]--
			s.Release(id)
		}
		if s.Open() > 0 && len(under) == 0 {
			t.Fatalf("%d steps never end", s.Open())
		}
	})
}

func drawPlan(t *rapid.T) []plan.Step {
	phases := []model.Phase{model.Silence, model.Drain, model.Remove}
	var steps []plan.Step
	for i := range rapid.IntRange(1, 14).Draw(t, "steps") {
		phase := phases[min(len(phases)-1, i/4)]
		s := step(i+1, rapid.SampledFrom([]string{"r", "q"}).Draw(t, "region"), phase, rapid.SampledFrom([]string{"a", "b"}).Draw(t, "op"))
		for range rapid.IntRange(0, min(i, 2)).Draw(t, "waits") {
			s = waits(s, fmt.Sprintf("s%d", rapid.IntRange(1, i).Draw(t, "on")), plan.Until(rapid.IntRange(0, 2).Draw(t, "until")))
		}
		if phase > model.Silence && rapid.Bool().Draw(t, "barrier") {
			s = behind(s, plan.Barrier{
				Phase: phase - 1, Until: plan.Until(rapid.IntRange(0, 2).Draw(t, "until")), Everywhere: rapid.Bool().Draw(t, "everywhere"),
			})
		}
		steps = append(steps, s)
	}
	return steps
}

// checkFree fails when a step starts although something that it waits for has not come far enough.
func checkFree(t *rapid.T, s *schedule.Schedule, steps []plan.Step, one plan.Step) {
	far := func(state port.StepState, until plan.Until) bool {
		switch state {
		case port.StepVerified:
			return true
		case port.StepCalled:
			return until <= plan.Called
		case port.StepFailed, port.StepBlocked:
			return until == plan.Attempted
		default:
			return false
		}
	}
	for _, w := range one.After {
		if !far(s.State(w.Step), w.Until) {
			t.Fatalf("%s starts while %s is %s", one.ID, w.Step, s.State(w.Step))
		}
	}
	for _, b := range one.Barriers {
		for _, other := range steps {
			if other.Phase == b.Phase && (b.Everywhere || other.Place == one.Place) && !far(s.State(other.ID), b.Until) {
				t.Fatalf("%s starts before the barrier: %s is %s", one.ID, other.ID, s.State(other.ID))
			}
		}
	}
}
