// Package schedule decides which step of a plan may go when: waits and barriers, queues by place
// and token bucket, and within a queue the order of the plan, which has the dearest first.
//
// It is pure. Whoever makes the calls tells it what became of each step, and asks what may start
// now. It must not know AWS, the disk, a clock or a goroutine, and it has no lock: its owner has
// one.
package schedule

import (
	"container/heap"
	"slices"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

// Change is a step that the schedule itself has blocked.
type Change struct {
	ID  string
	Why string
}

// Schedule is how far every step of a plan is, and what may start.
type Schedule struct {
	steps       []*step
	byID        map[string]*step
	barriers    map[barrierKey]*barrier
	queues      map[queueKey]*queue
	order       []queueKey
	maxInFlight int
	open        int
	changes     []Change
}

// step is one step and how far it has come.
type step struct {
	plan.Step
	index  int
	state  port.StepState
	bucket string
	// queued says that it stands in a queue or is being performed; held that it waits for Requeue.
	queued, held bool
	// barred says that it is blocked by a barrier that could not open.
	barred bool
	// dependents are the steps that wait for this one.
	dependents []*step
}

// queueKey names a queue: steps that draw on different token buckets do not stand in each other's
// way.
type queueKey struct {
	place  model.Place
	bucket string
}

// queue holds the steps of one place and bucket that are free to go, in the order of the plan.
type queue struct {
	ready stepHeap
	busy  int
}

type stepHeap []*step

func (h stepHeap) Len() int           { return len(h) }
func (h stepHeap) Less(i, j int) bool { return h[i].index < h[j].index }
func (h stepHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

// Push implements heap.Interface.
func (h *stepHeap) Push(x any) {
	if s, ok := x.(*step); ok {
		*h = append(*h, s)
	}
}

// Pop implements heap.Interface.
func (h *stepHeap) Pop() any {
	old := *h
	s := old[len(old)-1]
	*h = old[:len(old)-1]
	return s
}

// New makes the schedule of a plan's steps, none of which has been offered yet. bucketOf names the
// token bucket of an operation; maxInFlight is how many steps of one queue may be under way at
// once.
func New(steps []plan.Step, bucketOf func(op string) string, maxInFlight int) *Schedule {
	s := &Schedule{
		byID: make(map[string]*step, len(steps)), barriers: map[barrierKey]*barrier{}, queues: map[queueKey]*queue{},
		maxInFlight: maxInFlight, open: len(steps),
	}
	for i, p := range steps {
		one := &step{Step: p, index: i, bucket: bucketOf(p.Op)}
		s.steps = append(s.steps, one)
		s.byID[p.ID] = one
	}
	for _, one := range s.steps {
		for _, w := range one.After {
			if before := s.byID[w.Step]; before != nil {
				before.dependents = append(before.dependents, one)
			}
		}
		for _, b := range one.Barriers {
			at := s.barrierOf(keyOf(b, one.Place))
			at.waiting = append(at.waiting, one)
		}
	}
	// Before they are counted all steps are as far as a barrier may want.
	for _, one := range s.steps {
		s.recount(one, port.StepVerified, port.StepWaiting)
	}
	return s
}

// Offer looks at every step that waits, once, at the beginning and after steps were opened again.
func (s *Schedule) Offer() {
	for _, one := range s.steps {
		s.offer(one)
	}
}

// State is how far a step is; waiting for one that is not in the plan.
func (s *Schedule) State(id string) port.StepState {
	if one := s.byID[id]; one != nil {
		return one.state
	}
	return port.StepWaiting
}

// Open is how many steps have not ended.
func (s *Schedule) Open() int { return s.open }

// Take are the steps that may start now, in the order in which they should. Each holds its place in
// its queue until Release.
func (s *Schedule) Take() []string {
	var ids []string
	for _, key := range s.order {
		q := s.queues[key]
		for q.busy < s.maxInFlight && q.ready.Len() > 0 {
			// What was skipped after it had become free is done.
			if one, ok := heap.Pop(&q.ready).(*step); ok && one.state == port.StepWaiting {
				q.busy++
				ids = append(ids, one.ID)
			}
		}
	}
	return ids
}

// Changes are the steps that the schedule itself has blocked since it was asked last.
func (s *Schedule) Changes() []Change {
	out := s.changes
	s.changes = nil
	return out
}

// Release gives the place in the queue back that a step took.
func (s *Schedule) Release(id string) {
	if one := s.byID[id]; one != nil {
		s.queueOf(one).busy--
	}
}

// Set tells how far a step is. A step that has ended (verified, failed, blocked) is not open any
// more.
func (s *Schedule) Set(id string, state port.StepState) {
	if one := s.byID[id]; one != nil {
		s.set(one, state)
	}
}

// Hold puts a step that is not due yet back to waiting: it goes again when Requeue is called for
// it.
func (s *Schedule) Hold(id string) {
	if one := s.byID[id]; one != nil {
		one.queued, one.held = false, true
		s.set(one, port.StepWaiting)
	}
}

// Requeue lets a held step go again.
func (s *Schedule) Requeue(id string) {
	if one := s.byID[id]; one != nil && one.held && one.state == port.StepWaiting {
		one.held = false
		s.enqueue(one)
	}
}

// Reopen puts a step that failed or was blocked back to waiting, and with it what was blocked
// because of it. It returns the ids of all that are open again; Offer lets them go.
func (s *Schedule) Reopen(id string) []string {
	one := s.byID[id]
	if one == nil || one.state != port.StepFailed && one.state != port.StepBlocked {
		return nil
	}
	one.queued, one.held, one.barred = false, false, false
	s.set(one, port.StepWaiting)
	reopened := []string{id}
	for _, d := range one.dependents {
		if d.state == port.StepBlocked {
			reopened = append(reopened, s.Reopen(d.ID)...)
		}
	}
	return reopened
}

// Unbarred are the steps that a barrier blocked which may open again, since what failed before it
// was opened again.
func (s *Schedule) Unbarred() []string {
	var ids []string
	for _, one := range s.steps {
		hopeless := slices.ContainsFunc(one.Barriers, func(b plan.Barrier) bool { return s.barrierOf(keyOf(b, one.Place)).hopeless > 0 })
		if one.barred && one.state == port.StepBlocked && !hopeless {
			ids = append(ids, one.ID)
		}
	}
	return ids
}

// Skip counts a step as done that an earlier run has proven.
func (s *Schedule) Skip(id string) { s.Set(id, port.StepVerified) }

// ended says whether a step does not go on by itself from a state.
func ended(state port.StepState) bool {
	return state == port.StepVerified || state == port.StepFailed || state == port.StepBlocked
}

// reached says whether a state is as far as a dependent needs it.
func reached(state port.StepState, until plan.Until) bool {
	switch until {
	case plan.Attempted:
		return state == port.StepCalled || ended(state)
	case plan.Called:
		return state == port.StepCalled || state == port.StepVerified
	case plan.Proven:
		return state == port.StepVerified
	}
	return false
}

// hopeless says whether what needs more than an attempt of a step can never have it.
func hopeless(state port.StepState, until plan.Until) bool {
	return until > plan.Attempted && (state == port.StepFailed || state == port.StepBlocked)
}

// offer puts a waiting step into its queue once nothing holds it back, or blocks it when what it
// needs has failed.
func (s *Schedule) offer(one *step) {
	if one.state != port.StepWaiting || one.queued || one.held {
		return
	}
	free := true
	for _, w := range one.After {
		before := s.byID[w.Step]
		if before == nil || reached(before.state, w.Until) {
			continue
		}
		if hopeless(before.state, w.Until) {
			s.block(one, before.Op+" on "+before.Targets[0].String()+" has to succeed first")
			return
		}
		free = false
	}
	for _, b := range one.Barriers {
		at := s.barrierOf(keyOf(b, one.Place))
		if at.hopeless > 0 {
			s.block(one, "all of "+b.Phase.String()+" has to succeed first")
			one.barred = true
			return
		}
		free = free && at.left == 0
	}
	if free {
		s.enqueue(one)
	}
}

func (s *Schedule) block(one *step, why string) {
	s.changes = append(s.changes, Change{ID: one.ID, Why: why})
	s.set(one, port.StepBlocked)
}

func (s *Schedule) enqueue(one *step) {
	one.queued = true
	heap.Push(&s.queueOf(one).ready, one)
}

func (s *Schedule) queueOf(one *step) *queue {
	k := queueKey{place: one.Place, bucket: one.bucket}
	if s.queues[k] == nil {
		s.queues[k] = &queue{}
		s.order = append(s.order, k)
	}
	return s.queues[k]
}

// set changes the state of a step, and looks again at everyone who waits for it.
func (s *Schedule) set(one *step, state port.StepState) {
	was := one.state
	if was == state {
		return
	}
	one.state = state
	switch {
	case ended(state) && !ended(was):
		one.queued = false
		s.open--
	case ended(was) && !ended(state):
		s.open++
	}
	for _, w := range s.recount(one, was, state) {
		s.offer(w)
	}
	for _, d := range one.dependents {
		s.offer(d)
	}
}
