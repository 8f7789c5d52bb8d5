package ui

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

// openReview marks what is new and opens the review.
func openReview(d *driver) {
	d.press("/")
	d.write("age<24h")
	d.press("enter", "*", "x")
}

// startRun types the phrase and confirms it.
func startRun(d *driver) {
	openReview(d)
	d.write("delete 41 in 123456789012 #7f3a")
	d.later(time.Second)
	d.press("enter")
}

func TestReviewSaysEverythingAndRunsNothing(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.press("enter", "*", "esc")
		openReview(d)
		d.wants("DELETE 44 resources", "nothing has run", "account 123456789012", "as Admin/jm", "4 are hidden by the filter",
			"protected by name:*prod*", "burning stops ≈09:13:2", "(0:49, $25.62/h)", "all gone ≈09:15:3", "(2:59)", "type  delete 44 in 123456789012 #7f3a  to run", "▸ [ cancel ]")
		d.later(time.Second)
		d.press("enter") // the focus is on cancel
		d.wantsNot("DELETE 44")
		if len(d.runner.started) != 0 {
			t.Fatalf("started with %q", d.runner.started)
		}
		d.press("5")
		d.wants("#7f3a", "reviewed")
	})
}

func TestOnlyTheWholePhraseRuns(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		openReview(d)
		for _, wrong := range []string{"delete", "delete 40 in 123456789012 #7f3a", "delete 41 in 123456789012 #7f3b", "yes"} {
			d.write(wrong)
			d.later(time.Second)
			d.press("enter")
			d.wants("DELETE 41")
			for range wrong {
				d.press("backspace")
			}
		}
		d.send(tea.PasteMsg{Content: "delete 41 in 123456789012 #7f3a\n"})
		d.settle()
		if len(d.runner.started) != 0 {
			t.Fatalf("started with %q", d.runner.started)
		}
		d.later(time.Second)
		held := key("enter")
		held.IsRepeat = true
		d.send(held)
		d.settle()
		if len(d.runner.started) != 0 {
			t.Fatal("a held key confirmed")
		}
		d.press("enter")
		d.wants("› run #7f3a", "0 of 41 gone")
	})
}

func TestARefusedStartTeaches(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.runner.refuse = errors.Join(plan.ErrProtected, errors.New("cl-00 (name:cl-*)"))
		startRun(d)
		d.wants("refused: the plan holds protected resources", "unmark what is protected", "▸ [ cancel ]")
	})
}

func TestReadOnlyPlansNothingAndSaysWhy(t *testing.T) {
	withConsole(t, setup{batch: breach(), readOnly: true}, func(d *driver) {
		d.press("down", "space", "x")
		d.wants("this console is read-only: started with --read-only")
		if d.runner.frozen != nil {
			t.Fatal("a plan was made")
		}
	})
}

func TestRunTellsOfFailuresInAWSsWords(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		startRun(d)
		if strings.Join(d.scanner.watched, " ") != "eu-west-3 us-east-1" {
			t.Errorf("the scan watches %v", d.scanner.watched)
		}
		d.wants("drain 0/35", "remove 0/3", "tidy 0/3", "burn $25.59 → $25.59/h")
		failed := &model.Failure{Operation: "ecs:StopTask", Region: "eu-west-3", Code: "AccessDeniedException", Message: "not authorized", RequestID: "4f2c"}
		refs := d.runner.frozen
		d.runner.run.news <- &port.RunUpdate{At: morning, Steps: []port.StepStatus{
			{Step: "s1", State: port.StepFailed, Failure: failed}, {Step: "s2", State: port.StepVerified, Gone: refs[1:2]},
		}}
		d.later(3 * time.Second)
		d.wants("1 of 41 gone", "1 failed", "burn $25.59 → $24.64/h", "AccessDeniedException ecs:StopTask (enter)", "0:03 of ~2:59")
		if d.m.console.Marks.Has(refs[1]) || !d.m.console.Marks.Has(refs[0]) {
			t.Fatal("what is gone must lose its mark, what failed keep it")
		}
		d.press("enter")
		d.wants("s1  failed  ecs:Stop", "AWS said AccessDeniedException: not authorized (request 4f2c)")
		d.press("esc", "r")
		d.wants("trying 1 failed step again")
		if d.runner.run.retried != 1 {
			t.Fatal("nothing was retried")
		}
		d.press("ctrl+z")
		d.wantsNot("us-east-1")
		d.press("ctrl+z", "esc")
		d.wants("NEXT     the run is at 1 of 41: enter to watch it")
		d.press("q")
		d.wants("A run is under way")
		if d.quit {
			t.Fatal("q quit a run without asking")
		}
		d.later(time.Second)
		d.press("q")
		if !d.quit {
			t.Fatal("q does not quit")
		}
	})
}

func TestRunPausesOnExpiredCredentials(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		startRun(d)
		d.press("R")
		d.wants("the run is not paused")
		d.runner.run.news <- &port.RunUpdate{State: port.RunPaused, At: morning, Paused: &model.Failure{Operation: "ecs:StopTask", Region: "us-east-1", Code: "ExpiredTokenException", Message: "expired", RequestID: "77"}}
		d.settle()
		d.wants("PAUSED", "AWS said ExpiredTokenException: expired (request 77)", "aws sso login", "press R")
		d.press("R")
		if d.runner.run.resumed != 1 {
			t.Fatal("R does not go on")
		}
		d.runner.run.news <- &port.RunUpdate{State: port.RunGoing, At: morning}
		d.settle()
		d.wantsNot("Sign in again")
	})
}

func TestRunEndsWithTheWholeTruth(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		startRun(d)
		cluster := ref("us-east-1", "ecs:cluster", "cl-00")
		d.runner.run.news <- &port.RunUpdate{State: port.RunVerifying, At: morning, Newcomers: []model.Ref{ref("us-east-1", "ecs:task", "new1")}}
		d.settle()
		d.wants("fresh listing under way", "1 newcomer from another hand")
		d.runner.run.news <- &port.RunUpdate{State: port.RunDone, At: morning.Add(2 * time.Minute), Summary: &port.Summary{
			Planned: 41, Gone: 40, Left: map[model.Ref]string{cluster: "ClusterContainsTasksException"}, Took: 2 * time.Minute,
			Respawned: []port.Respawn{{Ref: ref("us-east-1", "ecs:task", "back1"), Cause: "events rule nightly starts it"}},
			Uncounted: []model.Cell{cell("eu-west-3", "ecs:task", model.CellDenied, nil)},
			Uncovered: []model.Uncovered{{Type: "AWS::EC2::Instance", ID: "i-0", Region: "us-east-1"}},
		}}
		close(d.runner.run.news)
		d.settle()
		d.later(10 * time.Second)
		d.wants("INCOMPLETE: 40 of 41 are proven gone", "in 2:00", "came back: arn:aws:ecs:us-east-1:123456789012:task/back1: events rule nightly starts it",
			"left: arn:aws:ecs:us-east-1:123456789012:cluster/cl-00: ClusterContainsTasksException", "not counted: ecs:task in eu-west-3: denied",
			"stays behind, rootout cannot remove it: AWS::EC2::Instance i-0", "2:00 of ~2:59", "40 of 41 gone")
		d.press("w")
		d.wants("› what is left", "not counted: ecs:task in eu-west-3: denied")
		d.press("esc", "r")
		d.wants("the run has ended; what is left kept its mark: x plans the removal of the 41 marked")
		d.press("q")
		if !d.quit {
			t.Fatal("q asks although no run is under way")
		}
	})
}

func TestAnInterruptedRunIsOfferedAndResumes(t *testing.T) {
	inventory := model.NewInventory()
	inventory.Apply(breach())
	p := planOf(inventory.Snapshot(), []model.Ref{ref("us-east-1", "ecs:task", "task0000")}, 0)
	offer := func(s *Session) { s.Case.(*fakeCase).interrupted = []*plan.Plan{p} }
	withConsole(t, setup{batch: breach(), session: offer}, func(d *driver) {
		d.wants("A run was interrupted", "delete 1 in 123456789012 #7f3a")
		d.later(time.Second)
		d.press("enter") // later
		d.wants("a run of 1 was interrupted")
		d.press("5")
		d.wants("interrupted")
		d.press("enter")
		d.wants("to resume", "what has run is verified before anything is repeated")
		d.write("delete 1 in 123456789012 #7f3a")
		d.later(time.Second)
		d.press("enter")
		d.wants("› run #7f3a")
		if len(d.runner.started) != 1 {
			t.Fatal("not started")
		}
	})
}

func TestStopLeavesAPlanThatCanBeResumed(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		startRun(d)
		d.press(".")
		d.wants("STOPPING")
		close(d.runner.run.news)
		d.later(20 * time.Second)
		d.wants("the run was stopped; it can be resumed from the journal")
		d.press("5")
		d.wants("interrupted")
	})
}

// halfway is news of a run in which one region works, one fails and something waits.
func halfway(refs []model.Ref) *port.RunUpdate {
	u := &port.RunUpdate{At: morning, Steps: []port.StepStatus{{
		Step: "s1", State: port.StepFailed,
		Failure: &model.Failure{Operation: "ecs:StopTask", Region: "eu-west-3", Code: "AccessDeniedException", Message: "not authorized", RequestID: "4f2c"},
	}}}
	for i := 2; i < 25; i++ {
		u.Steps = append(u.Steps, port.StepStatus{Step: "s" + strconv.Itoa(i+1), State: port.StepVerified, Gone: refs[i : i+1]})
	}
	u.Steps = append(u.Steps, port.StepStatus{Step: "s30", State: port.StepCalled, Why: "1 task is stopping"})
	return u
}

func TestWhatIsProtectedNowIsNotRun(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.runner.protected = fmt.Errorf("run: %w: %s", plan.ErrProtected, strings.Repeat("cluster/prod-api (protected: name:prod*); ", 40))
		startRun(d)
		if len(d.runner.started) != 0 || d.runner.rechecked != 1 {
			t.Fatalf("started %d, rechecked %d", len(d.runner.started), d.runner.rechecked)
		}
		d.wants("refused: run: the plan holds protected resources: cluster/prod-api", "look again, and plan anew", "type  delete 41", "DELETE 41")
		cursor := d.m.View().Cursor
		if line := strings.Split(d.screen(), "\n")[cursor.Y]; !strings.Contains(line, "type the phrase") && strings.TrimSpace(line) != "" {
			t.Errorf("the cursor stands in %q", line)
		}
	})
}
