package run

import (
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/uitest"
)

// onRun runs a test on the run of a plan for all that is new.
func onRun(t *testing.T, test func(h *uitest.Host)) {
	t.Helper()
	uitest.WithScreen(t, Keys(), uitest.Breach(), func(h *uitest.Host) screen.Screen {
		snap := h.Account.Present()
		entry := &runs.Entry{Plan: uitest.PlanOf(snap, uitest.Fresh(snap), 0)}
		h.Plans.Begin(entry, h.Runner.Run, runs.NewProgress(entry.Plan, snap), model.NewGraph(snap))
		return New(Needs{
			Theme: h.Theme, Loop: h.Loop, Clock: h.Clock, Catalog: h.Catalog,
			Account: h.Account, Marks: h.Marks, Plans: h.Plans, Speak: h.Speak, Export: h.Export, Open: &h.Opened,
			Respawned: h.Respawned,
		}, entry)
	}, test)
}

func TestRunPausesOnExpiredCredentials(t *testing.T) {
	onRun(t, func(h *uitest.Host) {
		h.Press("R")
		h.Wants("the run is not paused")
		h.Runner.Run.News <- &port.RunUpdate{State: port.RunPaused, At: uitest.Morning(), Paused: &model.Failure{Operation: "ecs:StopTask", Region: "us-east-1", Code: "ExpiredTokenException", Message: "expired", RequestID: "77"}}
		h.WaitUntilIdle()
		h.Wants("PAUSED", "AWS said ExpiredTokenException: expired (request 77)", "aws sso login", "press R")
		h.Press("R")
		if h.Runner.Run.Resumed != 1 {
			t.Fatal("R does not go on")
		}
		h.Runner.Run.News <- &port.RunUpdate{State: port.RunGoing, At: uitest.Morning()}
		h.WaitUntilIdle()
		h.WantsNot("Sign in again")
	})
}

func TestTheOldestWaitIsTold(t *testing.T) {
	onRun(t, func(h *uitest.Host) {
		at := h.Clock.Now()
		called := func(step, why string, ago time.Duration) port.StepStatus {
			return port.StepStatus{Step: step, State: port.StepCalled, Why: why, At: at.Add(-ago)}
		}
		h.Runner.Run.News <- &port.RunUpdate{At: at, Steps: []port.StepStatus{called("s3", "STOPPING", 18*time.Second), called("s4", "DRAINING", 2*time.Second)}}
		h.WaitUntilIdle()
		h.Wants("2 called, oldest 18 s ago: STOPPING")
		h.Runner.Run.News <- &port.RunUpdate{At: at, Steps: []port.StepStatus{{Step: "s3", State: port.StepVerified, At: at}}}
		h.WaitUntilIdle()
		h.Wants("1 called, oldest 2 s ago: DRAINING")
		h.Later(10 * time.Second)
		h.Wants("1 called, oldest 12 s ago: DRAINING")
	})
}

func TestARunIsTakenBackOnceItHasEnded(t *testing.T) {
	onRun(t, func(h *uitest.Host) {
		h.Press("u")
		h.Wants("it is still running")
		h.Press("enter")
		if got := h.Opened.InRegions; len(got) != 1 || got[0].Name != "eu-west-3" {
			t.Errorf("the steps of %v are shown", got)
		}
		h.Runner.Run.News <- &port.RunUpdate{State: port.RunDone, At: uitest.Morning(), Summary: &port.Summary{Planned: 41, Gone: 41}}
		h.WaitUntilIdle()
		h.Wants("u undo")
		h.Press("u")
		if got := h.Opened.UndoneSteps; len(got) != 1 || got[0] != nil {
			t.Errorf("taken back: %v", got)
		}
	})
}

func TestAStoppedRunCanBeTakenBackToo(t *testing.T) {
	onRun(t, func(h *uitest.Host) {
		h.Press(".")
		h.Runner.Run.News <- &port.RunUpdate{State: port.RunDone, At: uitest.Morning(), Summary: &port.Summary{Planned: 41, Gone: 4, Left: map[model.Ref]string{
			uitest.Ref("us-east-1", "ecs:task", "task0000"): "the run was stopped",
		}}}
		h.WaitUntilIdle()
		h.Later(20 * time.Second)
		h.Wants("INTERRUPTED", "R shows the plan again")
		h.Press("u")
		if len(h.Opened.Undone) != 1 {
			t.Error("what a stopped run did cannot be undone")
		}
	})
}

// TestWhatIsLeftIsWhole: what is left by its own reasons, what came back since, what was not counted;
// of a run that was stopped too, which made no fresh listing.
func TestWhatIsLeftIsWhole(t *testing.T) {
	onRun(t, func(h *uitest.Host) {
		h.Press(".")
		service, task := uitest.Ref("us-east-1", "ecs:service", "sv-00"), uitest.Ref("us-east-1", "ecs:task", "task0000")
		h.Runner.Run.News <- &port.RunUpdate{State: port.RunDone, At: uitest.Morning(), Summary: &port.Summary{Planned: 41, Gone: 39, Left: map[model.Ref]string{
			task: "the run was stopped", service: "it was made again under its old name",
		}}}
		h.WaitUntilIdle()
		late := uitest.Task("us-east-1", "late", 16, -5*time.Minute, service)
		late.FirstSeen, late.SeenAt = uitest.Morning().Add(6*time.Minute), uitest.Morning().Add(6*time.Minute)
		h.Feed(uitest.News(6*time.Minute, late))
		h.Later(20 * time.Second)
		h.Wants("came back since: 1 task came back in us-east-1: ecs:service sv-00 keeps it up (w)")
		h.Press("w")
		page := h.Opened.Texts[0].Text
		for _, want := range []string{
			"1 left: it was made again under its old name\n  " + service.String(), "1 left: the run was stopped\n  " + task.String(),
			"came back: 1\n  " + late.Ref.String() + ": ecs:service sv-00 keeps it up",
			"not counted: 5\n  the run was stopped before its fresh listing\n", "ecs:task in sa-east-1: unreachable",
			"stays behind, rootout cannot remove it: nothing",
		} {
			if !strings.Contains(page, want) {
				t.Errorf("the page does not say %q:\n%s", want, page)
			}
		}
	})
}

// TestTheAccountsOwnRateIsTold: what the plan stops is not all that is billed, and what somebody
// makes during the run is in no plan.
func TestTheAccountsOwnRateIsTold(t *testing.T) {
	onRun(t, func(h *uitest.Host) {
		h.Later(time.Second)
		h.Wants("burn of the plan $25.59 → $25.59/h · account now ≥ $25.62/h")
		h.WantsNot("came since")
		h.Feed(uitest.News(time.Minute, uitest.Task("us-east-1", "late", 16, time.Second)))
		h.Later(time.Second)
		h.Wants("burn of the plan $25.59 → $25.59/h · account now ≥ $26.41/h · ! $0.79/h of it came since")
		h.Runner.Run.News <- &port.RunUpdate{At: uitest.Morning(), Steps: []port.StepStatus{{Step: "s9", State: port.StepVerified, Reached: []model.Ref{uitest.Ref("us-east-1", "ecs:task", "task0000")}}}}
		h.WaitUntilIdle()
		h.Wants("burn of the plan $25.59 → $24.80/h")
	})
}

// TestTheNewestRefusalOfWhatIsRepeatedIsTold on the line of its region, until it is over.
func TestTheNewestRefusalOfWhatIsRepeatedIsTold(t *testing.T) {
	onRun(t, func(h *uitest.Host) {
		h.Resize(180, 40)
		tell := func(steps ...port.StepStatus) {
			h.Runner.Run.News <- &port.RunUpdate{At: uitest.Morning(), Steps: steps}
			h.WaitUntilIdle()
		}
		refused := func(step, code string, times int) port.StepStatus {
			f := &model.Failure{Operation: "ecs:DeleteCluster", Region: "us-east-1", Code: code, Message: "no"}
			return port.StepStatus{Step: step, State: port.StepWaiting, Why: f.Error(), Failure: f, Refused: times}
		}
		tell(refused("s3", "ClusterContainsTasksException", 1))
		h.Wants("trying again: ClusterContainsTasksException ecs:DeleteCluster")
		h.WantsNot("×")
		tell(refused("s4", "UpdateInProgressException", 7), port.StepStatus{Step: "s5", State: port.StepCalled, Why: "STOPPING", At: h.Clock.Now()})
		h.Wants("UpdateInProgressException ecs:DeleteCluster ×7 · 1 called, oldest 0 s ago: STOPPING")
		tell(port.StepStatus{Step: "s4", State: port.StepVerified, Refused: 7}, refused("s3", "ClusterContainsTasksException", 2))
		h.Wants("ClusterContainsTasksException ecs:DeleteCluster ×2 · 1 called")
		tell(port.StepStatus{Step: "s3", State: port.StepVerified, Refused: 2})
		h.WantsNot("Exception")
		h.Wants("1 called, oldest")
	})
}

func TestTheHeadCountsStepsByPhase(t *testing.T) {
	onRun(t, func(h *uitest.Host) {
		h.Runner.Run.News <- &port.RunUpdate{State: port.RunVerifying, At: uitest.Morning(), Steps: []port.StepStatus{
			{Step: "s1", State: port.StepFailed}, {Step: "s2", State: port.StepBlocked},
		}}
		h.WaitUntilIdle()
		h.Wants(" steps: drain 0/35, 1 failed, 1 blocked · remove 0/3 · tidy 0/3   fresh listing: under way")
	})
}

func TestNothingIsPlannedBesideARun(t *testing.T) {
	onRun(t, func(h *uitest.Host) {
		h.Press("x")
		h.Wants(h.Plans.CannotBegin())
	})
}

// TestAnEstimateThatIsOverIsCorrected by the pace of the run.
func TestAnEstimateThatIsOverIsCorrected(t *testing.T) {
	onRun(t, func(h *uitest.Host) {
		h.Wants("of ~2:59")
		h.Later(4 * time.Minute)
		h.Wants("4:00, longer than the ~2:59 expected")
		var refs []model.Ref
		refs = append(refs, uitest.Fresh(h.Account.Present())[:20]...)
		h.Runner.Run.News <- &port.RunUpdate{At: uitest.Morning(), Steps: []port.StepStatus{{Step: "s1", State: port.StepVerified, Reached: refs}}}
		h.WaitUntilIdle()
		h.Wants("4:00 of ~8:12, longer than the ~2:59 expected   20 of 41 gone")
	})
}
