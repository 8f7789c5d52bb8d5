package ui

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/uitest"
)

// endRun starts the removal of all that is new and ends it with nothing left.
func endRun(d *driver) *plan.Plan {
	startRun(d)
	d.runner.Run.News <- &port.RunUpdate{State: port.RunDone, At: uitest.Morning().Add(2 * time.Minute), Summary: &port.Summary{
		Planned: 41, Gone: 41, Took: 2 * time.Minute,
	}}
	close(d.runner.Run.News)
	d.WaitUntilIdle()
	d.Later(20 * time.Second)
	d.runner.Run = &uitest.Run{News: make(chan *port.RunUpdate, 1000)}
	return d.m.console.Plans.At(0).Plan
}

// reviewUndo ends a run and asks for its undo, of which so many targets come back and one does not.
func reviewUndo(d *driver, n int) {
	p := endRun(d)
	d.runner.UndoPlan = uitest.UndoOf(p, n)
	d.runner.UndoPlan.LeftOut = d.runner.UndoPlan.LeftOut[:1]
	d.Press("u")
}

func startUndo(d *driver) {
	reviewUndo(d, 3)
	d.Write("undo 3 in 123456789012 #abcd")
	d.Later(time.Second)
	d.Press("enter")
}

// undone is news of an undo that reached all of its goals.
func undone(p *plan.Plan) *port.RunUpdate {
	u := &port.RunUpdate{State: port.RunDone, At: uitest.Morning(), Summary: &port.Summary{Planned: 3, Made: 2, Changed: 1, Took: 4 * time.Second}}
	for i := range p.Steps {
		u.Steps = append(u.Steps, port.StepStatus{Step: p.Steps[i].ID, State: port.StepVerified, At: u.At, Reached: p.Steps[i].Targets})
	}
	return u
}

func TestARunThatHasEndedIsTakenBack(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		startUndo(d)
		if strings.Join(d.runner.Undone, " ") != "7f3a000000000000" || d.runner.UndoneSteps[0] != nil {
			t.Errorf("asked for the undo of %v, steps %v", d.runner.Undone, d.runner.UndoneSteps)
		}
		if got := d.runner.Started; len(got) != 2 || got[1] != "undo 3 in 123456789012 #abcd" {
			t.Fatalf("started %q", got)
		}
		d.Wants("› run #abcd", "0 of 3 back as they were", "restore 0/3")
		d.WantsNot("gone", "burn")
		refs := d.runner.UndoPlan.Targets
		marked := refs[0].Ref
		d.m.console.Marks.Toggle([]model.Ref{marked}, true)
		d.runner.Run.News <- &port.RunUpdate{At: uitest.Morning(), Steps: []port.StepStatus{
			{Step: "s1", State: port.StepVerified, Reached: []model.Ref{marked}},
		}}
		d.WaitUntilIdle()
		d.Wants("1 of 3 back as they were")
		if !d.m.console.Marks.Has(marked) {
			t.Error("what was put back lost its mark as if it were gone")
		}
		d.Press("1")
		d.Wants("NEXT     N watches the run: 1 of 3 done")
		d.Press("tab", "enter")
		d.runner.Run.News <- &port.RunUpdate{State: port.RunDone, At: uitest.Morning(), Summary: &port.Summary{
			Planned: 3, Made: 1, Changed: 1, Took: 4 * time.Second, Left: map[model.Ref]string{refs[2].Ref: "a fresh listing does not show it"},
		}}
		close(d.runner.Run.News)
		d.WaitUntilIdle()
		d.Later(20 * time.Second)
		d.Wants("2 of 3 back as they were", "INCOMPLETE: 2 of 3 are proven back as they were; what is not back stands below, in 0:04",
			"not back: "+refs[2].Ref.String()+": a fresh listing does not show it")
		d.Press("u")
		d.Wants("it is an undo itself")
		if len(d.runner.Undone) != 1 {
			t.Error("the undo of an undo was asked for")
		}
		d.Press("5")
		d.Wants("#abcd undoes #7f3a", "incomplete")
	})
}

func TestACompleteUndoSaysSo(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		startUndo(d)
		d.runner.Run.News <- undone(d.runner.UndoPlan)
		d.WaitUntilIdle()
		d.Later(20 * time.Second)
		d.Wants("UNDONE   0:04", "3 of 3 back as they were", "UNDONE: all 3 are back as they were, proven by a fresh listing, in 0:04")
		d.Press("5")
		d.Wants("undone", "gone")
	})
}

func TestAReviewOfAnUndoSpeaksOfWhatComesBack(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		reviewUndo(d, 3)
		d.Wants("UNDO 3 resources", "what the run of plan #7f3a did to them", "1 restore", "1 not put back: ", "cannot be undone exactly; by hand: RunTask",
			"all back as they were ≈", "made again", "changed", "type  undo 3 in 123456789012 #abcd  to run")
		d.WantsNot("burning", "all gone", "removed")
		d.Wants("! 1 not put back: cl-01: ecs:Stop cannot be undone exactly")
		if text := d.Screen(); strings.Index(text, "made again") > strings.Index(text, "\n 1 not put back:") {
			t.Errorf("what comes back is named behind what does not:\n%s", text)
		}
		d.Resize(66, 30) // Without room for the kinds, phases head the columns.
		d.Wants("RESTORE")
		d.WantsNot("DRAIN", "REMOVE")
	})
}

func TestOneStepIsTakenBack(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		p := endRun(d)
		d.runner.UndoPlan = uitest.UndoOf(p, 1)
		d.runner.UndoPlan.LeftOut = nil
		d.Press("enter")
		d.Wants("› steps in eu-west-3")
		d.Press("down", "u")
		d.Wants("UNDO 1 resource", "did to it", "back as it was ≈")
		if got := d.runner.UndoneSteps; len(got) != 1 || strings.Join(got[0], " ") != "s2" {
			t.Fatalf("asked for the undo of the steps %v", got)
		}
	})
}

func TestWhatIsStillRunningIsNotTakenBack(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		openReview(d)
		d.Later(time.Second)
		d.Press("esc", "5", "u")
		d.Wants("it has not run: there is nothing to undo")
		d.Press("enter")
		d.Write("delete 41 in 123456789012 #7f3a")
		d.Later(time.Second)
		d.Press("enter", "u")
		d.Wants("it is still running: once it has ended")
		d.WantsNot("u undo")
		d.Press("enter", "u")
		d.Wants("it is still running")
		d.Press("5", "u")
		d.Wants("it is still running")
		if len(d.runner.Undone) != 0 {
			t.Fatal("an undo was asked for")
		}
	})
}

func TestWhatCannotBeTakenBackSaysWhy(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		reviewUndo(d, 0)
		d.Wants("UNDO 0 resources", "1 not put back: ", "ecs:Stop cannot be undone exactly; by hand: RunTask from the evidence",
			"nothing of it can be put back exactly: why stands above")
		d.WantsNot("to run", "enter lists")
		d.Press("enter")
		d.Wants("nothing is in the way that could be marked")
		d.Press("esc")
		d.Wants("› run #7f3a")
		d.runner.UndoPlan.LeftOut = nil // nothing was done, so that nothing is left out either
		d.Press("u")
		d.Wants("› run #7f3a", "nothing was changed there: there is nothing to undo")
		d.runner.UndoPlan = nil
		d.Press("u")
		d.Wants("no plan could be made: undo: there is nothing to undo in this test")
	})
}

func TestAnUndoIsAskedForOnThePlansToo(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.runner.UndoPlan = uitest.UndoOf(endRun(d), 2)
		d.Press("5", "u")
		d.Wants("› plans › plan #abcd", "UNDO 2 resources")
	})
}

func TestAnInterruptedUndoIsOfferedAndResumes(t *testing.T) {
	inventory := model.NewInventory()
	inventory.Apply(uitest.Breach())
	snap := inventory.Snapshot()
	p := uitest.UndoOf(uitest.PlanOf(snap, uitest.Fresh(snap), 0), 3)
	offer := func(s *Session) { s.Case.(*uitest.Case).Plans = []port.Past{{Plan: p, Begun: uitest.Morning()}} }
	withConsole(t, setup{batch: uitest.Breach(), session: offer}, func(d *driver) {
		d.Wants("A run was interrupted", "undo 3 in 123456789012 #abcd")
		d.Later(time.Second)
		d.Press("r")
		d.Wants("UNDO 3 resources", "to resume", "what has run is verified before anything is repeated")
		d.Write("undo 3 in 123456789012 #abcd")
		d.Later(time.Second)
		d.Press("enter")
		d.Wants("› run #abcd", "0 of 3 back as they were")
		d.Press(".")
		close(d.runner.Run.News)
		d.Later(20 * time.Second)
		d.Wants("the run was stopped", "R shows the plan again")
		d.Press("R")
		d.Wants("UNDO 3 resources", "to resume")
	})
}

// TestEarlierRunsAreListedAndTakenBack: after a restart the plans of the case stand with how their
// runs ended, and u takes one back as before.
func TestEarlierRunsAreListedAndTakenBack(t *testing.T) {
	inventory := model.NewInventory()
	inventory.Apply(uitest.Breach())
	snap := inventory.Snapshot()
	named := func(digest string) *plan.Plan {
		p := uitest.PlanOf(snap, uitest.Fresh(snap), 0)
		p.Digest = digest
		return p
	}
	left := map[string]string{"ecs:task:us-east-1:task0000": "AWS says RUNNING"}
	undone := uitest.UndoOf(named("cccc"), 3)
	undone.Digest = "dddd"
	past := []port.Past{
		{Plan: undone, Begun: uitest.Morning(), Ended: uitest.Morning(), Outcome: &port.Outcome{Planned: 3, Made: 3}},
		{Plan: named("cccc"), Begun: uitest.Morning(), Ended: uitest.Morning(), Outcome: &port.Outcome{Planned: 41, Gone: 41}},
		{Plan: named("bbbb"), Begun: uitest.Morning(), Ended: uitest.Morning(), Outcome: &port.Outcome{Planned: 41, Gone: 40, Left: left, Uncounted: 1}},
		{Plan: named("aaaa")},
	}
	offer := func(s *Session) { s.Case.(*uitest.Case).Plans = past }
	withConsole(t, setup{batch: uitest.Breach(), session: offer}, func(d *driver) {
		d.WantsNot("A run was interrupted")
		d.Press("5")
		for i, want := range []string{"#dddd undoes #cccc .* undone", "#cccc .* gone", "#bbbb .* incomplete", "#aaaa .* reviewed"} {
			if line := strings.Split(d.Screen(), "\n")[2+i]; !regexp.MustCompile(want).MatchString(line) {
				t.Errorf("line %d is %q, want %s", i, line, want)
			}
		}
		d.Press("u")
		d.Wants("it is an undo itself")
		d.Later(20 * time.Second)
		d.Press("down", "enter")
		d.Wants("DELETE 41 resources", "ran until 2026-10-04 09:12:31 KST: 41 gone, proven by a fresh listing", "it has run, and was undone by #dddd")
		d.WantsNot("type  delete")
		d.runner.UndoPlan = uitest.UndoOf(past[1].Plan, 2)
		d.Press("u")
		d.Wants("UNDO 2 resources")
		if got := d.runner.Undone; len(got) != 1 || got[0] != "cccc" {
			t.Errorf("to be taken back: %v", got)
		}
		d.Press("esc", "esc", "down", "enter")
		d.Wants("40 of 41 gone, 1 left, 1 cell not counted", "type  delete 41 in 123456789012 #bbbb  to resume")
		d.Press("esc", "down", "u")
		d.Wants("it has not run: there is nothing to undo")
	})
}

func TestARunThatBrokeOffIsTakenUpBeforeItIsTakenBack(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		startRun(d)
		close(d.runner.Run.News)
		d.Later(20 * time.Second)
		d.Press("u")
		d.Wants("its run broke off: its phrase takes it up")
	})
}
