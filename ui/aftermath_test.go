package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

// finish ends the run with everything gone, and takes it out of the inventory.
func finish(d *driver) {
	gone := slices.Clone(d.runner.frozen)
	d.runner.run.news <- &port.RunUpdate{
		State: port.RunDone, At: morning, Steps: []port.StepStatus{{Step: "s1", State: port.StepVerified, Gone: gone}},
		Summary: &port.Summary{Planned: 41, Gone: 41, Took: 2 * time.Minute},
	}
	close(d.runner.run.news)
	b := news(time.Minute)
	b.Gone = gone
	d.feed(b)
	d.later(time.Minute)
}

// respawned is a task that stands where a planned one stood, seen after the run.
func respawned(id string) *model.Resource {
	r := task("us-east-1", id, 16, -5*time.Minute, ref("us-east-1", "ecs:service", "sv-00"))
	r.FirstSeen, r.SeenAt = morning.Add(6*time.Minute), morning.Add(6*time.Minute)
	return r
}

func TestWhatComesBackIsToldWithItsCause(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		startRun(d)
		finish(d)
		d.press("1")
		d.wantsNot("BACK")
		stale := respawned("stale1")
		stale.SeenAt = morning // last seen while the run was under way
		d.feed(news(5*time.Minute, stale))
		d.later(time.Second)
		d.wantsNot("BACK")
		d.feed(news(6*time.Minute, respawned("back1"), respawned("back2")))
		d.later(time.Second)
		d.wants("BACK     2 tasks came back in us-east-1: ecs:service sv-00 keeps it up", "NEXT     enter lists what came back")
		d.press("tab", "enter")
		d.wants("› what came back", "back1", "back2", "came back: ecs:service sv-00 keeps it up")
		d.wantsNot("stale1")
		d.press("esc")
		d.wantsNot("BACK")
		d.feed(news(7*time.Minute, respawned("back3")))
		d.later(time.Second)
		d.wants("BACK     1 task came back in us-east-1")
	})
}

func TestWhatComesBackIsToldOnOtherScreens(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		startRun(d)
		finish(d)
		d.wants("› run #7f3a")
		d.feed(news(6*time.Minute, respawned("back1")))
		d.settle()
		d.later(time.Second)
		d.wants("1 task came back in us-east-1", "(1 shows it)")
	})
}

func TestMoneyThatWasSpentStaysSpent(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.wants("MONEY    ≥ $98.05 since", "new in 24h: ≥ $96.69, $25.59/h")
		startRun(d)
		finish(d)
		d.press("1", "esc")
		if l := d.line("MONEY"); !strings.Contains(l, "of it by what is gone") || strings.Contains(l, "$1.") || !strings.Contains(l, "≥ $0.02/h now") && !strings.Contains(l, "≥ $0.03/h now") {
			t.Errorf("after the removal: %q", l)
		}
		d.press("/")
		d.write("age<24h")
		d.press("enter")
		d.wants("of it by what is gone")
	})
}

func TestEmptiedHoldersComeNext(t *testing.T) {
	b := breach()
	empty := thing("sa-east-1", "ecs:cluster", "leftover", "ACTIVE", 0)
	empty.MadeAt, empty.Attrs = time.Time{}, []model.Value{model.Number(0)}
	full := thing("sa-east-1", "ecs:cluster", "reporting", "ACTIVE", 0)
	full.MadeAt, full.Attrs = time.Time{}, []model.Value{model.Number(3)}
	b.Found = append(b.Found, model.Found{Resource: empty, Pass: 1}, model.Found{Resource: full, Pass: 1})
	withConsole(t, setup{batch: b, demo: true}, func(d *driver) {
		d.wantsNot("hold nothing")
		startRun(d)
		finish(d)
		d.press("1", "ctrl+\\")
		d.wants("NEXT     1 hold nothing any more", "emptied ones are left")
		d.press("tab", "enter")
		d.wants("filter kind:cluster inside:0  1 of", "* marks the 1 that the filter shows")
		d.press("*")
		d.wants("1 marked: x reviews")
		d.press("ctrl+\\", "esc")
		d.wants("NEXT     1 hold nothing any more")
		gone := news(9 * time.Minute)
		gone.Gone = []model.Ref{empty.Ref}
		d.feed(gone)
		d.later(time.Second)
		d.wants("NEXT     1 region is disabled: what is in them lives on, unseen")
	})
}

func TestAStoppedRunIsTakenUpAgainInTheSameSession(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		startRun(d)
		d.press("x")
		d.wants("a run is under way")
		d.press(".")
		d.runner.run.news <- &port.RunUpdate{State: port.RunDone, At: morning, Summary: &port.Summary{
			Planned: 41, Gone: 2, Left: map[model.Ref]string{d.runner.frozen[5]: "the run was stopped"}, Took: time.Minute,
		}}
		close(d.runner.run.news)
		d.settle()
		d.later(20 * time.Second)
		d.wants("INTERRUPTED", "R shows the plan again")
		d.press("r")
		d.wants("R shows its plan again")
		d.press("1")
		d.wants("a run of 41 was interrupted")
		d.press("5", "enter", "R")
		d.wants("to resume", "what has run is verified before anything is repeated")
		d.runner.run = &fakeRun{news: make(chan *port.RunUpdate, 10)}
		d.write("delete 41 in 123456789012 #7f3a")
		d.later(time.Second)
		d.press("enter")
		d.wants("RUNNING", "0 of 41 gone", "› plans › run #7f3a   ")
		if len(d.runner.started) != 2 {
			t.Fatalf("started %d times", len(d.runner.started))
		}
	})
}

func TestWhatIsLeftIsPlannedAnewFromTheRun(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		startRun(d)
		left := d.runner.frozen[5]
		d.runner.run.news <- &port.RunUpdate{State: port.RunDone, At: morning, Summary: &port.Summary{
			Planned: 41, Gone: 40, Left: map[model.Ref]string{left: "AccessDenied"}, Took: time.Minute,
		}}
		close(d.runner.run.news)
		d.settle()
		d.press("x")
		d.wants("DELETE 41 resources", "nothing has run")
	})
}

func TestAPlanOfNothingSaysWhyAndLeadsToWhatIsInTheWay(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		d.runner.nothing = true
		d.press("L", "/")
		d.write("name:miner:1")
		d.press("enter", "space", "x")
		d.wants("DELETE 0 resources", "left out: 1 resource", "miner:1: it is in use", "enter lists what was left out and what uses it")
		d.wantsNot("burning stops")
		d.press("enter")
		d.wants("› what is in the way", "sv-00", "miner:1")
		d.press("5")
		d.wants("no plan yet")
	})
}

func TestTheOldestWaitIsTold(t *testing.T) {
	withConsole(t, setup{batch: breach()}, func(d *driver) {
		startRun(d)
		at := d.m.console.Clock.Now()
		called := func(step, why string, ago time.Duration) port.StepStatus {
			return port.StepStatus{Step: step, State: port.StepCalled, Why: why, At: at.Add(-ago)}
		}
		d.runner.run.news <- &port.RunUpdate{At: at, Steps: []port.StepStatus{called("s3", "STOPPING", 18*time.Second), called("s4", "DRAINING", 2*time.Second)}}
		d.settle()
		d.wants("2 called, oldest 18 s ago: STOPPING")
		d.runner.run.news <- &port.RunUpdate{At: at, Steps: []port.StepStatus{{Step: "s3", State: port.StepVerified, At: at}}}
		d.settle()
		d.wants("1 called, oldest 2 s ago: DRAINING")
		d.later(10 * time.Second)
		d.wants("1 called, oldest 12 s ago: DRAINING")
	})
}

func nothingOf(p *plan.Plan) *plan.Plan {
	for _, t := range p.Targets {
		p.LeftOut = append(p.LeftOut, plan.LeftOut{Ref: t.Ref, ARN: t.ARN, Name: t.Name, Reason: "it is in use"})
	}
	p.Targets, p.Steps, p.ETA = nil, nil, plan.ETA{}
	return p
}
