package ui

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/uitest"
)

// openReview marks what is new and opens the review.
func openReview(d *driver) {
	d.Press("/")
	d.Write("age<24h")
	d.Press("enter", "*", "x")
}

// startRun types the phrase and confirms it.
func startRun(d *driver) {
	openReview(d)
	d.Write("delete 41 in 123456789012 #7f3a")
	d.Later(time.Second)
	d.Press("enter")
}

func TestReviewSaysEverythingAndRunsNothing(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Press("enter", "*")
		d.Later(time.Second)
		d.Press("m", "esc")
		openReview(d)
		d.Wants("DELETE 44 resources  = 45 marked − 1 left out", "41 new in 24h · ! 3 older · 0 made by you", "44 of at least 45 resources, $25.62 of ≥ $25.62/h",
			"! 1 left out: 당근-prod: protected by name:*prod*", "nothing has run", "account 123456789012", "as Admin/jm", "4 are hidden by the filter",
			"protected by name:*prod*", "burning stops ≈09:13:2", "(0:49, $25.62/h)", "all gone ≈09:15:3", "(2:59)", "type  delete 44 with 3 older in 123456789012 #7f3a  to run", "▸ [ cancel ]")
		d.Later(time.Second)
		d.Press("enter") // the focus is on cancel
		d.WantsNot("DELETE 44")
		if len(d.runner.Started) != 0 {
			t.Fatalf("started with %q", d.runner.Started)
		}
		d.Press("5")
		d.Wants("#7f3a", "reviewed")
		if kept := d.kept.Saved; len(kept) != 1 || kept[0].N() != 44 {
			t.Errorf("the case keeps %d plans: after the end of rootout there would be none", len(kept))
		}
	})
}

// TestAPlanThatCannotBeKeptIsSaid: it would be gone without a word.
func TestAPlanThatCannotBeKeptIsSaid(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.kept.Full = errors.New("the disk is full")
		openReview(d)
		d.Press("esc")
		d.Wants("the plan is not kept, and is gone when rootout ends: the disk is full")
		d.Press("5")
		d.Wants("reviewed, not kept")
	})
}

func TestOnlyTheWholePhraseRuns(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		openReview(d)
		for _, wrong := range []string{"delete", "delete 40 in 123456789012 #7f3a", "delete 41 in 123456789012 #7f3b", "yes"} {
			d.Write(wrong)
			d.Later(time.Second)
			d.Press("enter")
			d.Wants("DELETE 41")
			for range wrong {
				d.Press("backspace")
			}
		}
		d.Send(tea.PasteMsg{Content: "delete 41 in 123456789012 #7f3a\n"})
		d.WaitUntilIdle()
		if len(d.runner.Started) != 0 {
			t.Fatalf("started with %q", d.runner.Started)
		}
		d.Later(time.Second)
		held := uitest.Key("enter")
		held.IsRepeat = true
		d.Send(held)
		d.WaitUntilIdle()
		if len(d.runner.Started) != 0 {
			t.Fatal("a held key confirmed")
		}
		d.Press("enter")
		d.Wants("› run #7f3a", "0 of 41 gone")
	})
}

func TestReadOnlyPlansNothingAndSaysWhy(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach(), readOnly: true}, func(d *driver) {
		d.Press("down", "space", "x")
		d.Wants("this console is read-only: started with --read-only")
		if d.runner.Frozen != nil {
			t.Fatal("a plan was made")
		}
	})
}

func TestRunTellsOfFailuresInAWSsWords(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		startRun(d)
		if strings.Join(d.scanner.Watched, " ") != "eu-west-3 us-east-1" {
			t.Errorf("the scan watches %v", d.scanner.Watched)
		}
		d.Wants("drain 0/35", "remove 0/3", "tidy 0/3", "burn of the plan $25.59 → $25.59/h · account now ≥ $25.62/h")
		failed := &model.Failure{Operation: "ecs:StopTask", Region: "eu-west-3", Code: "AccessDeniedException", Message: "not authorized", RequestID: "4f2c"}
		refs := d.runner.Frozen
		d.runner.Run.News <- &port.RunUpdate{At: uitest.Morning(), Steps: []port.StepStatus{
			{Step: "s1", State: port.StepFailed, Failure: failed}, {Step: "s2", State: port.StepVerified, Reached: refs[1:2]},
		}}
		d.Later(3 * time.Second)
		d.Wants("1 of 41 gone", "1 failed", "burn of the plan $25.59 → $24.64/h", "AccessDeniedException ecs:StopTask (enter)", "0:03 of ~2:59")
		if d.m.console.Marks.Has(refs[1]) || !d.m.console.Marks.Has(refs[0]) {
			t.Fatal("what is gone must lose its mark, what failed keep it")
		}
		d.Press("enter")
		d.Wants("s1  failed  ecs:Stop", "AWS said AccessDeniedException: not authorized (request 4f2c)")
		d.Press("esc", "r")
		d.Wants("trying 1 failed step again")
		if d.runner.Run.Retried != 1 {
			t.Fatal("nothing was retried")
		}
		d.Press("ctrl+z")
		d.WantsNot("us-east-1")
		d.Press("ctrl+z", "esc")
		d.Wants("NEXT     N watches the run: 1 of 41 done")
		d.Press("q")
		d.Wants("A run is under way")
		if d.Quit {
			t.Fatal("q quit a run without asking")
		}
		d.Later(time.Second)
		d.Press("q")
		if !d.Quit {
			t.Fatal("q does not quit")
		}
	})
}

func TestRunEndsWithTheWholeTruth(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		startRun(d)
		cluster := uitest.Ref("us-east-1", "ecs:cluster", "cl-00")
		d.runner.Run.News <- &port.RunUpdate{State: port.RunVerifying, At: uitest.Morning(), Newcomers: []model.Ref{uitest.Ref("us-east-1", "ecs:task", "new1")}}
		d.WaitUntilIdle()
		d.Wants("fresh listing: under way", "1 newcomer made by somebody else")
		d.runner.Run.News <- &port.RunUpdate{State: port.RunDone, At: uitest.Morning().Add(2 * time.Minute), Summary: &port.Summary{
			Planned: 41, Gone: 40, Left: map[model.Ref]string{cluster: "ClusterContainsTasksException"}, Took: 2 * time.Minute,
			Respawned: []port.Respawn{{Ref: uitest.Ref("us-east-1", "ecs:task", "back1"), Cause: "events rule nightly starts it"}},
			Uncounted: []model.Cell{uitest.Cell("eu-west-3", "ecs:task", model.CellDenied, nil)},
			Uncovered: []model.Uncovered{{Type: "AWS::EC2::Instance", ID: "i-0", Region: "us-east-1"}},
		}}
		close(d.runner.Run.News)
		d.WaitUntilIdle()
		d.Later(10 * time.Second)
		d.Wants("INCOMPLETE: 40 of 41 are proven gone", "in 2:00", "came back: arn:aws:ecs:us-east-1:123456789012:task/back1: events rule nightly starts it",
			"left: arn:aws:ecs:us-east-1:123456789012:cluster/cl-00: ClusterContainsTasksException", "not counted: ecs:task in eu-west-3: denied",
			"stays behind, rootout cannot remove it: AWS::EC2::Instance i-0", "2:00 of ~2:59", "40 of 41 gone")
		d.Press("w")
		d.Wants("› what is left", "not counted: 4", "ecs:task in eu-west-3: denied")
		d.Press("esc", "r")
		d.Wants("the run has ended; what is left kept its mark: x plans the removal of the 41 marked")
		d.Press("q")
		if !d.Quit {
			t.Fatal("q asks although no run is under way")
		}
	})
}

func TestAnInterruptedRunIsOfferedAndResumes(t *testing.T) {
	inventory := model.NewInventory()
	inventory.Apply(uitest.Breach())
	p := uitest.PlanOf(inventory.Snapshot(), []model.Ref{uitest.Ref("us-east-1", "ecs:task", "task0000")}, 0)
	offer := func(s *Session) { s.Case.(*uitest.Case).Plans = []port.Past{{Plan: p, Begun: uitest.Morning()}} }
	withConsole(t, setup{batch: uitest.Breach(), session: offer}, func(d *driver) {
		d.Wants("A run was interrupted", "delete 1 in 123456789012 #7f3a")
		d.Later(time.Second)
		d.Press("enter") // later
		d.Wants("N lists the interrupted run of 1")
		d.Press("5")
		d.Wants("interrupted")
		d.Press("enter")
		d.Wants("to resume", "what has run is verified before anything is repeated")
		d.Write("delete 1 in 123456789012 #7f3a")
		d.Later(time.Second)
		d.Press("enter")
		d.Wants("› run #7f3a")
		if len(d.runner.Started) != 1 {
			t.Fatal("not started")
		}
	})
}

func TestStopLeavesAPlanThatCanBeResumed(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		startRun(d)
		d.Press(".")
		d.Wants("STOPPING")
		close(d.runner.Run.News)
		d.Later(20 * time.Second)
		d.Wants("the run was stopped; it can be resumed from the journal")
		d.Press("5")
		d.Wants("interrupted")
	})
}

// halfway is news of a run in which one region works, one fails and something waits.
func halfway(refs []model.Ref) *port.RunUpdate {
	u := &port.RunUpdate{At: uitest.Morning(), Steps: []port.StepStatus{{
		Step: "s1", State: port.StepFailed,
		Failure: &model.Failure{Operation: "ecs:StopTask", Region: "eu-west-3", Code: "AccessDeniedException", Message: "not authorized", RequestID: "4f2c"},
	}}}
	for i := 2; i < 25; i++ {
		u.Steps = append(u.Steps, port.StepStatus{Step: "s" + strconv.Itoa(i+1), State: port.StepVerified, Reached: refs[i : i+1]})
	}
	u.Steps = append(u.Steps, port.StepStatus{Step: "s30", State: port.StepCalled, Why: "1 task is stopping"})
	return u
}

// TestTheHelpOfAReviewBeginsWithItsOwnKeys, and leads back to the phrase as it was.
func TestTheHelpOfAReviewBeginsWithItsOwnKeys(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		openReview(d)
		d.Write("delete")
		d.Press("f1")
		d.Wants("› help", "While the phrase is typed", "ctrl+u                  clear what was typed")
		d.Press("esc")
		d.Wants("still missing: 41 in")
	})
}

// TestLeavingTellsWhatBecomesOfTheRun: of the demo nothing is kept, and how far the run has come goes
// on behind the question.
func TestLeavingTellsWhatBecomesOfTheRun(t *testing.T) {
	for demo, want := range map[bool]string{true: "end too, and the run is not", false: "resumes on its phrase"} {
		withConsole(t, setup{batch: uitest.Breach(), demo: demo}, func(d *driver) {
			startRun(d)
			d.Press("q")
			d.Wants("A run is under way", want)
			d.WantsNot("at 0 of 41")
		})
	}
}
