package screen

import (
	"errors"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
)

// RunView follows a run: how far each step, phase and region has come. It costs the news, never the plan.
type RunView struct {
	plan    *plan.Plan
	steps   []stepView
	byID    map[string]int
	regions []*regionRun
	phases  [model.Verify + 1]tally
	targets map[model.Ref]int
	isGone  []bool
	gone    int
	// perHour is what the plan's targets billed at the start, stopped what of it has been proven gone.
	perHour, stopped float64
	about            bool
	failed           int
	state            port.RunState
	paused           *model.Failure
	newcomers        []model.Ref
	summary          *port.Summary
	left             []model.Ref
	started          time.Time
	stopping         bool
	// broken is why no more news comes although the run has not told its end.
	broken string
}

// tally counts the steps of a phase by how far they are.
type tally struct {
	total, verified, failed, called, blocked int
}

func (t tally) over() int { return t.verified + t.failed + t.blocked }

type stepView struct {
	step   *plan.Step
	status port.StepStatus
	// called is when AWS accepted the call.
	called time.Time
}

// regionRun is one region of a run.
type regionRun struct {
	name, title string
	phases      [model.Verify + 1]tally
	// latest is the step that the newest news was of, failure the newest that failed; both index the steps, -1 for none.
	latest, failure int
	steps           []int
	// called are the steps whose call was accepted, in that order; those at the front that are over are dropped when the oldest is asked for.
	called []int
}

// newRunView costs the plan, and is made beside the loop.
func newRunView(p *plan.Plan, snap *model.Snapshot) *RunView {
	v := &RunView{
		plan: p, byID: make(map[string]int, len(p.Steps)), targets: make(map[model.Ref]int, len(p.Targets)),
		isGone: make([]bool, len(p.Targets)), steps: make([]stepView, len(p.Steps)),
	}
	regions := map[string]*regionRun{}
	for i := range p.Steps {
		s := &p.Steps[i]
		v.steps[i] = stepView{step: s, status: port.StepStatus{Step: s.ID}}
		v.byID[s.ID] = i
		r := regions[s.Region]
		if r == nil {
			r = &regionRun{name: s.Region, title: regionTitle(snap, s.Region), latest: -1, failure: -1}
			regions[s.Region] = r
		}
		r.steps = append(r.steps, i)
		r.phases[s.Phase].total++
		v.phases[s.Phase].total++
	}
	for _, name := range slices.Sorted(maps.Keys(regions)) {
		v.regions = append(v.regions, regions[name])
	}
	for i := range p.Targets {
		t := &p.Targets[i]
		v.targets[t.Ref] = i
		v.perHour += t.USDPerHour
		v.about = v.about || t.Estimated
	}
	return v
}

// resumable says that the run was stopped or lost before its end, so that its phrase takes it up again.
func (v *RunView) resumable() bool {
	return v.broken != "" || v.stopping && v.summary != nil && !v.summary.Complete()
}

func (v *RunView) going() bool { return v.summary == nil && v.broken == "" }

func (v *RunView) stateWord() string {
	switch {
	case v.resumable():
		return "interrupted"
	case v.summary != nil && v.summary.Complete():
		return "gone"
	case v.summary != nil:
		return "incomplete"
	case v.state == port.RunPaused:
		return "paused"
	case v.stopping:
		return "stopping"
	case v.state == port.RunVerifying:
		return "verifying"
	}
	return "running"
}

// apply takes news in.
func (v *RunView) apply(u *port.RunUpdate) (gone []model.Ref) {
	v.state = u.State
	v.paused = u.Paused
	if u.Newcomers != nil {
		v.newcomers = u.Newcomers
	}
	for i := range u.Steps {
		gone = append(gone, v.applyStep(&u.Steps[i])...)
	}
	if u.Summary != nil {
		v.summary, v.left = u.Summary, sortedRefs(u.Summary.Left)
	}
	return gone
}

func (v *RunView) applyStep(s *port.StepStatus) (gone []model.Ref) {
	i, ok := v.byID[s.Step]
	if !ok {
		return nil
	}
	x := &v.steps[i]
	r := v.region(x.step.Region)
	v.count(r, x, -1)
	if s.State == port.StepCalled && x.status.State != port.StepCalled {
		x.called = s.At
		r.called = append(r.called, i)
	}
	x.status = *s
	v.count(r, x, 1)
	r.latest = i
	if s.State == port.StepFailed {
		r.failure = i
	} else if r.failure == i {
		r.failure = -1
	}
	for _, ref := range s.Gone {
		if at, planned := v.targets[ref]; planned && !v.isGone[at] {
			v.isGone[at] = true
			v.gone++
			v.stopped += v.plan.Targets[at].USDPerHour
			gone = append(gone, ref)
		}
	}
	return gone
}

func (v *RunView) count(r *regionRun, x *stepView, delta int) {
	for _, t := range []*tally{&r.phases[x.step.Phase], &v.phases[x.step.Phase]} {
		switch x.status.State {
		case port.StepVerified:
			t.verified += delta
		case port.StepFailed:
			t.failed += delta
		case port.StepBlocked:
			t.blocked += delta
		case port.StepCalled:
			t.called += delta
		case port.StepWaiting, port.StepCalling:
		}
	}
	if x.status.State == port.StepFailed {
		v.failed += delta
	}
}

func (v *RunView) region(name string) *regionRun {
	i, _ := slices.BinarySearchFunc(v.regions, name, func(r *regionRun, n string) int {
		switch {
		case r.name < n:
			return -1
		case r.name > n:
			return 1
		}
		return 0
	})
	return v.regions[i]
}

// oldest is the call whose proof a region has waited for longest, nil where it waits for none. It drops what is over, so that all frames
// together cost each step once.
func (v *RunView) oldest(r *regionRun) *stepView {
	for len(r.called) > 0 {
		if x := &v.steps[r.called[0]]; x.status.State == port.StepCalled {
			return x
		}
		r.called = r.called[1:]
	}
	return nil
}

// phase is the first phase of a region that is not over, and whether there is one.
func (r *regionRun) phase() (model.Phase, bool) {
	for p := model.Silence; p <= model.Verify; p++ {
		if t := r.phases[p]; t.over() < t.total {
			return p, true
		}
	}
	return model.Verify, false
}

func (r *regionRun) failed() int {
	n := 0
	for _, t := range r.phases {
		n += t.failed
	}
	return n
}

// begin follows a run that has started.
func (e *PlanEntry) begin(w *World, run port.Run, view *RunView, before *model.Graph) {
	e.run, e.View, e.before, e.Interrupted = run, view, before, false
	view.started = w.Clock.Now()
	w.remember(e)
	e.listen(w)
	if scanner := w.Session.Scanner; scanner != nil {
		names := make([]string, len(view.regions))
		for i, r := range view.regions {
			names[i] = r.name
		}
		// What the run changes, and what brings it back, is to be seen within seconds.
		background.Watch(w.Loop, func() struct{} { scanner.Watch(names...); return struct{}{} }, func(struct{}) {})
	}
}

// listen waits for the next news of the run.
func (e *PlanEntry) listen(w *World) {
	run, ctx := e.run, w.Loop.Context()
	type news struct {
		update *port.RunUpdate
		err    error
	}
	background.Watch(w.Loop, func() news {
		u, err := run.Next(ctx)
		return news{u, err}
	}, func(n news) {
		switch {
		case errors.Is(n.err, io.EOF):
			if e.View.summary == nil {
				e.View.broken = "the run was stopped; it can be resumed from the journal"
				e.Interrupted = true
			}
			return
		case n.err != nil:
			e.View.broken = "no more news of the run: " + n.err.Error()
			e.Interrupted = true
			w.Say(kit.Alarm, e.View.broken)
			return
		}
		e.take(w, n.update)
		e.listen(w)
	})
}

func (e *PlanEntry) take(w *World, u *port.RunUpdate) {
	if u == nil {
		return
	}
	was := e.View.state
	if gone := e.View.apply(u); len(gone) > 0 {
		// What is gone loses its mark; what failed keeps it.
		w.Marks.Put(gone, false)
		w.KeepMarks()
	}
	switch {
	case u.Summary != nil:
		e.ended = w.Clock.Now()
		w.Say(kit.Info, e.View.verdict())
	case u.State == port.RunPaused && was != port.RunPaused:
		w.Say(kit.Alarm, "the run is paused: the credential is no longer accepted (5 shows it)")
	}
}

// verdict is how a run ended, in a sentence.
func (v *RunView) verdict() string {
	s := v.summary
	switch {
	case s.Complete():
		return "all " + kit.Count(s.Planned) + " are gone, proven by a fresh listing"
	case s.Gone == s.Planned:
		return "all " + kit.Count(s.Planned) + " are proven gone; what stays or came back stands below"
	}
	return kit.Count(s.Gone) + " of " + kit.Count(s.Planned) + " are proven gone; what is left stands below"
}
