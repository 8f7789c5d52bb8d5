package runs

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
)

// Entry is a plan of this case: only looked at, under way, interrupted or over.
type Entry struct {
	Plan *plan.Plan
	// Interrupted says that the journal held a beginning of its run and no end when the case was
	// opened; see [Entry.Resumable].
	Interrupted bool
	// Unkept says that the case could not take it in: it is gone when rootout ends, unless it is run.
	Unkept bool
	// Starting says that its phrase was typed and its run is about to begin.
	Starting bool
	// Progress follows the run, nil while there is none.
	Progress *Progress
	Run      port.Run
	// Outcome is how its run ended in an earlier session, nil unless it did.
	Outcome *port.Outcome
	// Before is who owned what when the run began, EndedAt when it told its end: what came back
	// later is measured against them.
	Before  *model.Graph
	EndedAt time.Time
}

// Going says whether its run is under way.
func (e *Entry) Going() bool { return e.Progress != nil && e.Progress.Going() }

// Ended says whether its run has told its end.
func (e *Entry) Ended() bool {
	return e.Progress != nil && e.Progress.Summary != nil || e.earlier() != nil
}

// State is how far the plan is, in words.
func (e *Entry) State() string {
	switch {
	case e.Progress == nil && e.Interrupted:
		return "interrupted"
	case e.Complete():
		return WordingOf(e.Plan).Ended
	case e.Progress == nil && e.Outcome != nil:
		return "incomplete"
	case e.Progress == nil && e.Unkept:
		return "reviewed, not kept"
	case e.Progress == nil:
		return "reviewed"
	}
	return e.Progress.StateWord()
}

// Complete says whether its run has ended and every goal is proven.
func (e *Entry) Complete() bool {
	if o := e.earlier(); o != nil {
		return o.Complete()
	}
	return e.Progress != nil && e.Progress.Complete()
}

// Resumable says that its phrase takes up a run that was begun before: one of an earlier session, or
// one that was stopped or lost before its end.
func (e *Entry) Resumable() bool {
	if e.Progress == nil {
		return e.Interrupted
	}
	return e.Progress.Resumable()
}

// StartingWhy is why nothing stops a run that is about to begin.
const StartingWhy = "the run is starting and cannot be called back: stop it on its own screen, in a moment"

// Options are what plans need of the console.
type Options struct {
	Loop *background.Loop
	Now  func() time.Time
	Say  func(level kit.Level, text string)
	// Gone is called with what a run proves to be gone.
	Gone func(refs []model.Ref)
	// WatchRegions has the scanner look at some regions every few seconds.
	WatchRegions func(names ...string)
}

// Plans are the plans of this case. They belong to the update loop.
type Plans struct {
	o       Options
	entries []*Entry

	// store keeps them; nil keeps none.
	store Store

	connected bool
	runner    port.Runner
	// readOnly is why nothing can be changed, "" where it can.
	readOnly string
}

// Store keeps plans.
type Store interface {
	SavePlan(ctx context.Context, p *plan.Plan) error
}

// KeepIn writes every plan from now on to a store, also one that was only reviewed.
func (p *Plans) KeepIn(store Store) { p.store = store }

// New returns no plans.
func New(o Options) *Plans { return &Plans{o: o} }

// Connect says who runs plans, nil for nobody, and in words why nothing may be changed, "" where it
// may.
func (p *Plans) Connect(runner port.Runner, readOnly string) {
	p.connected, p.runner, p.readOnly = true, runner, readOnly
}

// CannotPlan says why nothing can be planned, "" where it can.
func (p *Plans) CannotPlan() string {
	switch {
	case !p.connected:
		return "not connected yet"
	case p.readOnly != "":
		return p.readOnly
	case p.runner == nil:
		return "nothing can be run from here"
	}
	return ""
}

// CannotUndo says why what the run of a plan did cannot be undone now, "" where that can be
// asked.
func (p *Plans) CannotUndo(e *Entry) string {
	switch {
	case p.CannotPlan() != "":
		return p.CannotPlan()
	case e.Going():
		return "it is still running: once it has ended, u plans its undo"
	case e.Plan.Verb == plan.Undo:
		return "it is an undo itself: mark what it put back, and x plans its removal"
	case e.Progress == nil && !e.Interrupted && e.Outcome == nil:
		return "it has not run: there is nothing to undo"
	case !e.Ended():
		return "its run broke off: its phrase takes it up, and once it has ended u plans its undo"
	}
	return p.CannotBegin()
}

// Reviewed are the plans that were only looked at, newest first.
func (p *Plans) Reviewed() []*Entry {
	var out []*Entry
	for i := range p.entries {
		if e := p.At(i); e.Progress == nil && !e.Interrupted && !e.Starting && e.Outcome == nil {
			out = append(out, e)
		}
	}
	return out
}

// UndoneBy is the newest undo of a plan's run that was begun, nil for none.
func (p *Plans) UndoneBy(e *Entry) *Entry {
	return p.newest(func(undo *Entry) bool {
		begun := undo.Progress != nil || undo.Interrupted || undo.Outcome != nil
		return begun && undo.Plan.Verb == plan.Undo && undo.Plan.Undoes == e.Plan.Digest
	})
}

// CannotBegin says why no new plan can be made now, "" where one can.
func (p *Plans) CannotBegin() string {
	if why := p.CannotPlan(); why != "" {
		return why
	}
	if p.Starting() != nil {
		return StartingWhy
	}
	if p.Going() != nil {
		return "a run is under way: one plan runs at a time (5 shows it)"
	}
	return ""
}

// Runner is who makes plans and runs them; ask [Plans.CannotPlan] first.
func (p *Plans) Runner() port.Runner { return p.runner }

// Len is how many plans there are.
func (p *Plans) Len() int { return len(p.entries) }

// At is the i-th plan, newest first.
func (p *Plans) At(i int) *Entry { return p.entries[len(p.entries)-1-i] }

// Last is the newest plan that has a run, nil for none.
func (p *Plans) Last() *Entry {
	return p.newest(func(e *Entry) bool { return e.Progress != nil })
}

// Ended is the newest removal of this session whose run has told its end, nil for none.
func (p *Plans) Ended() *Entry {
	return p.newest(func(e *Entry) bool { return e.Progress != nil && e.Ended() && e.Plan.Verb == plan.Delete })
}

func (p *Plans) newest(is func(*Entry) bool) *Entry {
	for i := range p.entries {
		if e := p.At(i); is(e) {
			return e
		}
	}
	return nil
}

// Going is the plan whose run is under way, nil for none.
func (p *Plans) Going() *Entry { return p.oldest((*Entry).Going) }

// Interrupted is the oldest plan whose run can be taken up again, nil for none.
func (p *Plans) Interrupted() *Entry { return p.oldest((*Entry).Resumable) }

// Starting is the plan whose run is about to begin, nil for none.
func (p *Plans) Starting() *Entry { return p.oldest(func(e *Entry) bool { return e.Starting }) }

func (p *Plans) oldest(is func(*Entry) bool) *Entry {
	for _, e := range p.entries {
		if is(e) {
			return e
		}
	}
	return nil
}

// EndedRuns are the removals whose runs began in this session and have told their end, oldest
// first.
func (p *Plans) EndedRuns() []*Entry {
	var ended []*Entry
	for _, e := range p.entries {
		if e.Ended() && e.Before != nil && e.Plan.Verb == plan.Delete {
			ended = append(ended, e)
		}
	}
	return ended
}

// PutBack are the resources that undos of this case have put back: what they do is wanted.
func (p *Plans) PutBack() map[model.Ref]bool {
	back := map[model.Ref]bool{}
	for _, e := range p.entries {
		if !e.Ended() || e.Plan.Verb != plan.Undo {
			continue
		}
		for i := range e.Plan.Targets {
			ref := e.Plan.Targets[i].Ref
			if !e.left(ref) {
				back[ref] = true
			}
		}
	}
	return back
}

// left says whether a target has not reached its goal in a run that has ended.
func (e *Entry) left(ref model.Ref) (left bool) {
	if o := e.earlier(); o != nil {
		_, left = o.Left[ref.String()]
		return left
	}
	_, left = e.Progress.Summary.Left[ref]
	return left
}

// Uncovered is what its run left and nobody here can remove, nil until it has ended.
func (e *Entry) Uncovered() []model.Uncovered {
	switch {
	case e.earlier() != nil:
		return e.earlier().Uncovered
	case e.Ended():
		return e.Progress.Summary.Uncovered
	}
	return nil
}

// Add keeps a plan in the list and in the case, once.
func (p *Plans) Add(e *Entry) {
	if p.oldest(func(known *Entry) bool { return known == e }) != nil {
		return
	}
	p.entries = append(p.entries, e)
	if p.store == nil {
		return
	}
	store, ctx, kept := p.store, p.o.Loop.Context(), e.Plan
	background.Do(p.o.Loop, func() error { return store.SavePlan(ctx, kept) }, func(err error) {
		if e.Unkept = err != nil; e.Unkept {
			p.o.Say(kit.Alarm, "the plan is not kept, and is gone when rootout ends: "+err.Error())
		}
	})
}

// Restore puts plans of an earlier session, oldest first, before those of this one.
func (p *Plans) Restore(entries []*Entry) { p.entries = append(entries, p.entries...) }

// Begin follows a run that has started.
func (p *Plans) Begin(e *Entry, run port.Run, progress *Progress, before *model.Graph) {
	e.Run, e.Progress, e.Before, e.Interrupted = run, progress, before, false
	progress.Started = p.o.Now()
	p.Add(e)
	p.follow(e)
	names := make([]string, len(progress.Regions))
	for i, r := range progress.Regions {
		names[i] = r.Name
	}
	// What the run changes, and what brings it back, is to be seen within seconds.
	p.o.WatchRegions(names...)
}

// follow waits for the next news of a run.
func (p *Plans) follow(e *Entry) {
	run, ctx := e.Run, p.o.Loop.Context()
	type news struct {
		update *port.RunUpdate
		err    error
	}
	background.Watch(p.o.Loop, func() news {
		u, err := run.Next(ctx)
		return news{u, err}
	}, func(n news) {
		switch {
		case errors.Is(n.err, io.EOF):
			if e.Progress.Summary == nil {
				e.Progress.Broken = "the run was stopped; it can be resumed from the journal"
			}
			return
		case n.err != nil:
			e.Progress.Broken = "no more news of the run: " + n.err.Error()
			p.o.Say(kit.Alarm, e.Progress.Broken)
			return
		}
		p.take(e, n.update)
		p.follow(e)
	})
}

func (p *Plans) take(e *Entry, u *port.RunUpdate) {
	if u == nil {
		return
	}
	was := e.Progress.State
	if gone := e.Progress.Take(u); len(gone) > 0 {
		p.o.Gone(gone)
	}
	switch {
	case u.Summary != nil:
		e.EndedAt = p.o.Now()
		p.o.Say(kit.Info, e.Progress.Verdict())
	case u.State == port.RunPaused && was != port.RunPaused:
		p.o.Say(kit.Alarm, "the run is paused: the credential is no longer accepted (5 shows it)")
	}
}
