package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/uitest"
)

// finish ends the run with everything gone, and takes it out of the inventory.
func finish(d *driver) {
	gone := slices.Clone(d.runner.Frozen)
	d.runner.Run.News <- &port.RunUpdate{
		State: port.RunDone, At: uitest.Morning(), Steps: []port.StepStatus{{Step: "s1", State: port.StepVerified, Reached: gone}},
		Summary: &port.Summary{Planned: 41, Gone: 41, Took: 2 * time.Minute},
	}
	close(d.runner.Run.News)
	b := uitest.News(time.Minute)
	b.Gone = gone
	d.feed(b)
	d.Later(time.Minute)
}

// respawned is a task that stands where a planned one stood, seen after the run.
func respawned(id string) *model.Resource {
	r := uitest.Task("us-east-1", id, 16, -5*time.Minute, uitest.Ref("us-east-1", "ecs:service", "sv-00"))
	r.FirstSeen, r.SeenAt = uitest.Morning().Add(6*time.Minute), uitest.Morning().Add(6*time.Minute)
	return r
}

func TestWhatComesBackIsToldWithItsCause(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		startRun(d)
		finish(d)
		d.Press("1")
		d.WantsNot("BACK")
		stale := respawned("stale1")
		stale.SeenAt = uitest.Morning() // last seen while the run was under way
		d.feed(uitest.News(5*time.Minute, stale))
		d.Later(time.Second)
		d.WantsNot("BACK")
		d.feed(uitest.News(6*time.Minute, respawned("back1"), respawned("back2")))
		d.Later(time.Second)
		d.Wants("BACK     2 tasks came back in us-east-1: ecs:service sv-00 keeps it up", "NEXT     N lists what came back")
		d.Press("tab", "enter")
		d.Wants("› what came back", "back1", "back2", "came back: ecs:service sv-00 keeps it up")
		d.WantsNot("stale1")
		d.Press("esc")
		d.WantsNot("BACK")
		d.feed(uitest.News(7*time.Minute, respawned("back3")))
		d.Later(time.Second)
		d.Wants("BACK     1 task came back in us-east-1")
	})
}

func TestWhatComesBackIsToldOnOtherScreens(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		startRun(d)
		finish(d)
		d.Wants("› run #7f3a")
		d.feed(uitest.News(6*time.Minute, respawned("back1")))
		d.WaitUntilIdle()
		d.Later(time.Second)
		d.Wants("1 task came back in us-east-1", "(1 shows it)")
	})
}

func TestWhatAnUndoBringsIsNoComeback(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		startRun(d)
		finish(d)
		p := uitest.UndoOf(d.m.console.Plans.At(0).Plan, 0)
		service := uitest.Ref("us-east-1", "ecs:service", "sv-00")
		p.LeftOut, p.Targets = nil, []plan.Target{{Ref: service, Name: "sv-00", Goal: plan.Exists}}
		p.Steps = []plan.Step{{ID: "s1", Phase: model.Restore, Kind: service.Kind, Op: "ecs:CreateService", Place: service.Place, Targets: []model.Ref{service}, Goal: plan.Exists}}
		d.runner.UndoPlan, d.runner.Run = p, &uitest.Run{News: make(chan *port.RunUpdate, 10)}
		d.Press("u")
		d.Write("undo 1 in 123456789012 #abcd")
		d.Later(time.Second)
		d.Press("enter")
		d.runner.Run.News <- &port.RunUpdate{State: port.RunDone, Summary: &port.Summary{Planned: 1, Made: 1}}
		d.WaitUntilIdle()
		d.Press("1")
		d.feed(uitest.News(6*time.Minute, respawned("wanted1")))
		d.Later(time.Second)
		d.WantsNot("BACK")
	})
}

func TestMoneyThatWasSpentStaysSpent(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.Wants("MONEY    new in 24h: ≥ $96.69, $25.59/h   ≥ $25.62/h now   in all ≥ $98.05 since")
		d.Resize(80, 24)
		d.Wants("MONEY    new in 24h: ≥ $96.69, $25.59/h   ≥ $25.62/h now ")
		d.Resize(120, 40)
		startRun(d)
		finish(d)
		d.Press("1", "esc")
		if l := d.Line("MONEY"); !strings.Contains(l, "of it by what is gone") || strings.Contains(l, "$1.") || !strings.Contains(l, "≥ $0.02/h now") && !strings.Contains(l, "≥ $0.03/h now") {
			t.Errorf("after the removal: %q", l)
		}
		d.Press("/")
		d.Write("age<24h")
		d.Press("enter")
		d.Wants("of it by what is gone")
	})
}

// TestMoneyOfAnEarlierSessionStaysSpent: what is gone since is in the case alone.
func TestMoneyOfAnEarlierSessionStaysSpent(t *testing.T) {
	before := map[model.Ref]model.Spent{uitest.Ref("us-east-1", "ecs:task", "gone"): {USD: 100, Estimated: true}}
	withConsole(t, setup{batch: uitest.Breach(), session: func(s *Session) { s.Case = &uitest.Case{SpentBefore: before} }}, func(d *driver) {
		d.Resize(160, 40)
		d.Wants("in all ≥ ≈$198.05 spent, ≈$100.00 of it by what is gone")
	})
}

func TestEmptiedHoldersComeNext(t *testing.T) {
	b := uitest.Breach()
	empty := uitest.Thing("sa-east-1", "ecs:cluster", "leftover", "ACTIVE", 0)
	empty.MadeAt, empty.Attrs = time.Time{}, []model.Value{model.Number(0)}
	full := uitest.Thing("sa-east-1", "ecs:cluster", "reporting", "ACTIVE", 0)
	full.MadeAt, full.Attrs = time.Time{}, []model.Value{model.Number(3)}
	b.Found = append(b.Found, model.Found{Resource: empty, Pass: 1}, model.Found{Resource: full, Pass: 1})
	withConsole(t, setup{batch: b, demo: true}, func(d *driver) {
		d.WantsNot("hold nothing")
		startRun(d)
		finish(d)
		d.Press("1", "ctrl+\\")
		d.Wants("NEXT     N shows 1 that hold nothing any more", "empty ones are left")
		d.Press("tab", "enter")
		d.Wants("filter kind:cluster inside:0  1+ of", "N marks the 1 that the filter shows")
		d.Press("*")
		d.Wants("1 marked: N reviews")
		d.Press("ctrl+\\", "esc")
		d.Wants("NEXT     N shows 1 that hold nothing any more")
		gone := uitest.News(9 * time.Minute)
		gone.Gone = []model.Ref{empty.Ref}
		d.feed(gone)
		d.Later(time.Second)
		d.Wants("NEXT     N lists 1 disabled region: what is in it keeps running, unseen")
	})
}

func TestAStoppedRunIsTakenUpAgainInTheSameSession(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		startRun(d)
		d.Press("x")
		d.Wants("a run is under way")
		d.Press(".")
		d.runner.Run.News <- &port.RunUpdate{State: port.RunDone, At: uitest.Morning(), Summary: &port.Summary{
			Planned: 41, Gone: 2, Left: map[model.Ref]string{d.runner.Frozen[5]: "the run was stopped"}, Took: time.Minute,
		}}
		close(d.runner.Run.News)
		d.WaitUntilIdle()
		d.Later(20 * time.Second)
		d.Wants("INTERRUPTED", "R shows the plan again")
		d.Press("r")
		d.Wants("R shows its plan again")
		d.Press("1")
		d.Wants("N lists the interrupted run of 41")
		d.Press("5", "enter", "R")
		d.Wants("to resume", "what has run is verified before anything is repeated")
		d.runner.Run = &uitest.Run{News: make(chan *port.RunUpdate, 10)}
		d.Write("delete 41 in 123456789012 #7f3a")
		d.Later(time.Second)
		d.Press("enter")
		d.Wants("RUNNING", "0 of 41 gone", "› plans › run #7f3a   ")
		if len(d.runner.Started) != 2 {
			t.Fatalf("started %d times", len(d.runner.Started))
		}
	})
}

func TestWhatIsLeftIsPlannedAnewFromTheRun(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		startRun(d)
		left := d.runner.Frozen[5]
		d.runner.Run.News <- &port.RunUpdate{State: port.RunDone, At: uitest.Morning(), Summary: &port.Summary{
			Planned: 41, Gone: 40, Left: map[model.Ref]string{left: "AccessDenied"}, Took: time.Minute,
		}}
		close(d.runner.Run.News)
		d.WaitUntilIdle()
		d.Press("x")
		d.Wants("DELETE 41 resources", "nothing has run")
	})
}

func TestAPlanOfNothingSaysWhyAndLeadsToWhatIsInTheWay(t *testing.T) {
	withConsole(t, setup{batch: uitest.Breach()}, func(d *driver) {
		d.runner.Nothing = true
		d.Press("L", "/")
		d.Write("name:miner:1")
		d.Press("enter", "space", "x")
		d.Wants("DELETE 0 resources", "1 left out: it is in use", "miner:1  arn:aws:ecs", "enter lists what was left out and what uses it")
		d.WantsNot("burning stops")
		d.Press("enter")
		d.Wants("› what is in the way", "sv-00", "miner:1")
		d.Press("5")
		d.Wants("no plan yet")
	})
}
