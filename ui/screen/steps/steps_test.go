package steps

import (
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/uitest"
)

// onSteps runs a test on the steps in Virginia of a run of which there is some news.
func onSteps(t *testing.T, news []port.StepStatus, test func(h *uitest.Host)) {
	t.Helper()
	uitest.WithScreen(t, Keys(), uitest.Breach(), func(h *uitest.Host) screen.Screen {
		snap := h.Account.Present()
		e := &runs.Entry{Plan: uitest.PlanOf(snap, uitest.Fresh(snap), 0)}
		for i := range e.Plan.Steps {
			s := &e.Plan.Steps[i]
			s.Proof, s.Before, s.Undo, s.UndoHow, s.Goal = "it is STOPPED", "its service is gone", model.UndoPartly, "RunTask", plan.Gone
		}
		progress := runs.NewProgress(e.Plan, snap)
		progress.Take(&port.RunUpdate{At: uitest.Morning(), Steps: news})
		h.Plans.Begin(e, h.Runner.Run, progress, model.NewGraph(snap))
		return New(Needs{Theme: h.Theme, Clock: h.Clock, Plans: h.Plans, Speak: h.Speak, Open: &h.Opened}, e, progress.Regions[1])
	}, test)
}

// some is a step that failed and one that is proven.
func some() []port.StepStatus {
	at := uitest.Morning()
	return []port.StepStatus{
		{Step: "s7", State: port.StepVerified, At: at},
		{Step: "s9", State: port.StepFailed, At: at, Why: "AWS refused it", Failure: &model.Failure{
			Operation: "ecs:StopTask", Region: "us-east-1", Code: "AccessDeniedException", Message: "not authorized to perform: ecs:StopTask", RequestID: "4f2c",
		}},
	}
}

func TestWhatFailedStandsFirstInAWSsWords(t *testing.T) {
	onSteps(t, some(), func(h *uitest.Host) {
		h.Wants("steps in us-east-1", "39 steps", "s9  failed  ecs:Stop  arn:aws:ecs:us-east-1:123456789012:task/task0000", "AWS refused it",
			"AWS said AccessDeniedException: not authorized to perform: ecs:StopTask (request 4f2c)")
		if l := h.Line("▸"); !strings.Contains(l, "!s9") {
			t.Errorf("the first row is %q", l)
		}
		h.Resize(60, 16)
		if got := strings.Join(strings.Fields(h.Screen()), " "); !strings.Contains(got, "enter shows all of it") {
			t.Errorf("it is not told that there is more:\n%s", h.Screen())
		}
		h.Press("enter", "c")
		text := h.Opened.Texts[0].Text
		for _, want := range []string{"state       failed", "(request 4f2c)", "before      its service is gone", "proven by   it is STOPPED", "from the evidence", "RunTask", "resource\n  arn:aws:ecs:us-east-1:123456789012:task/task0000"} {
			if !strings.Contains(text, want) {
				t.Errorf("the whole step lacks %q:\n%s", want, text)
			}
		}
		if len(h.Copied) != 1 || h.Copied[0] != text {
			t.Errorf("copied %q", h.Copied)
		}
		h.Later(20 * time.Second)
		h.Press("G")
		h.Wants("s7  verified", "proven: it is STOPPED")
	})
}

func TestRowsStandStillWhileTheirStatesGoOn(t *testing.T) {
	onSteps(t, some(), func(h *uitest.Host) {
		h.Press("down")
		before := strings.Fields(h.Line("▸"))[0] + strings.Fields(h.Line("▸"))[1]
		h.Runner.Run.News <- &port.RunUpdate{At: uitest.Morning(), Newcomers: []model.Ref{uitest.Ref("us-east-1", "ecs:task", "new1")}, Steps: []port.StepStatus{
			{Step: "s3", State: port.StepVerified, At: uitest.Morning()}, {Step: "s9", State: port.StepVerified, At: uitest.Morning()},
		}}
		h.WaitUntilIdle()
		h.Wants("1 newcomer made by somebody else blocks a step")
		h.WantsNot("failed")
		if got := strings.Fields(h.Line("▸")); got[0]+got[1] != before || got[3] != "verified" {
			t.Errorf("the cursor was on %s and is on %v", before, got)
		}
	})
}

// TestAStepThatIsRepeatedSaysWhatAWSRefuses, once, and how often.
func TestAStepThatIsRepeatedSaysWhatAWSRefuses(t *testing.T) {
	f := &model.Failure{Operation: "ecs:DeleteCluster", Region: "us-east-1", Code: "ClusterContainsTasksException", Message: "it holds tasks"}
	repeated := []port.StepStatus{{Step: "s9", State: port.StepWaiting, Why: f.Error(), Failure: f, Refused: 15, At: uitest.Morning()}}
	onSteps(t, repeated, func(h *uitest.Host) {
		h.Wants("waiting, refused ×15", "refused 15 times, at last: ecs:DeleteCluster in us-east-1: AWS said ClusterContainsTasksException: it holds tasks")
		if n := strings.Count(h.Screen(), "it holds tasks"); n != 1 {
			t.Errorf("AWS's words stand there %d times:\n%s", n, h.Screen())
		}
		h.Press("enter")
		if text := h.Opened.Texts[0].Text; !strings.Contains(text, "refused     15 times") {
			t.Errorf("the whole step:\n%s", text)
		}
	})
}

func TestUndoOfAStepNamesIt(t *testing.T) {
	onSteps(t, some(), func(h *uitest.Host) {
		h.Press("u")
		h.Wants("it is still running")
		h.Runner.Run.News <- &port.RunUpdate{State: port.RunDone, At: uitest.Morning(), Summary: &port.Summary{Planned: 41, Gone: 41}}
		h.WaitUntilIdle()
		h.Later(20 * time.Second)
		h.Wants("u undo step")
		h.Press("G", "u")
		if got := h.Opened.UndoneSteps; len(got) != 1 || len(got[0]) != 1 || got[0][0] != "s7" {
			t.Errorf("taken back: %v", got)
		}
	})
}
