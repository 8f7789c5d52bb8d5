package run

import (
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
			Theme: h.Theme, Loop: h.Loop, Clock: h.Clock,
			Marks: h.Marks, Plans: h.Plans, Speak: h.Speak, Export: h.Export, Open: &h.Opened,
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
			t.Error("what a stopped run did cannot be taken back")
		}
	})
}
