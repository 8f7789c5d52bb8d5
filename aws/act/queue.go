package act

import (
	"container/heap"
	"time"

	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

// lanes is how many steps of one bucket may be between evidence and answer at once. With 40 ms a call it is far more than any bucket of AWS
// lets through, and it keeps the order of the queue, the dearest first, nearly strict.
const lanes = 64

// queueKey names a queue: steps that draw on different token buckets do not stand in each other's way.
type queueKey struct{ region, bucket string }

// queue holds the steps of one region and bucket that are free to go, in the order of the plan.
type queue struct {
	ready stepHeap
	busy  int
}

type stepHeap []*stepRun

func (h stepHeap) Len() int           { return len(h) }
func (h stepHeap) Less(i, j int) bool { return h[i].index < h[j].index }
func (h stepHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

// Push implements heap.Interface.
func (h *stepHeap) Push(x any) {
	if s, ok := x.(*stepRun); ok {
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

// offer puts a waiting step into its region's queue once nothing holds it back, or blocks it when what it needs has failed. The lock is held.
func (n *run) offer(s *stepRun) {
	if s.state != port.StepWaiting || s.queued {
		return
	}
	for _, w := range s.After {
		before := n.byID[w.Step]
		if reached(before.state, w.Until) {
			continue
		}
		if w.Until > plan.Attempted && (before.state == port.StepFailed || before.state == port.StepBlocked) {
			n.end(s, port.StepBlocked, before.Op+" on "+before.Targets[0].String()+" has to succeed first")
		}
		return
	}
	for _, b := range s.Barriers {
		if n.barrier(s.Region, b.Phase).left > 0 {
			return
		}
	}
	n.enqueue(s)
}

// reached says whether a state is as far as a dependent needs it.
func reached(state port.StepState, until plan.Until) bool {
	switch until {
	case plan.Attempted:
		return state == port.StepCalled || state == port.StepVerified || state == port.StepFailed || state == port.StepBlocked
	case plan.Called:
		return state == port.StepCalled || state == port.StepVerified
	case plan.Verified:
		return state == port.StepVerified
	}
	return false
}

// enqueue lets a step go as soon as its bucket has a free lane. The lock is held.
func (n *run) enqueue(s *stepRun) {
	if n.ctx.Err() != nil {
		return
	}
	s.queued = true
	bucket, _, _ := rates(s.Op)
	k := queueKey{region: s.Region, bucket: bucket}
	q := n.queues[k]
	if q == nil {
		q = &queue{}
		n.queues[k] = q
	}
	heap.Push(&q.ready, s)
	n.drain(q)
}

func (n *run) drain(q *queue) {
	for q.busy < lanes && q.ready.Len() > 0 {
		s, _ := heap.Pop(&q.ready).(*stepRun)
		q.busy++
		n.work.Go(func() {
			n.perform(s)
			n.mu.Lock()
			defer n.mu.Unlock()
			q.busy--
			n.drain(q)
		})
	}
}

// later offers a step again after one polling interval, without holding a lane meanwhile.
func (n *run) later(s *stepRun, why string) {
	n.mu.Lock()
	s.queued = false
	n.set(s, port.StepWaiting, why)
	n.mu.Unlock()
	n.work.Go(func() {
		if n.sleep(n.o.Poll) {
			n.mu.Lock()
			defer n.mu.Unlock()
			if !s.queued && s.state == port.StepWaiting {
				n.enqueue(s)
			}
		}
	})
}

// sleep waits at the speed of the world and says whether the run lives on.
func (n *run) sleep(d time.Duration) bool {
	t := time.NewTimer(n.o.scaled(d))
	defer t.Stop()
	select {
	case <-n.ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// set changes the state of a step, and tells the screen and everyone who waits for it. The lock is held.
func (n *run) set(s *stepRun, state port.StepState, why string) {
	was := s.state
	s.state, s.why = state, why
	n.box.step(n.status(s))
	if was == state {
		return
	}
	if reached(state, plan.Attempted) && !reached(was, plan.Attempted) {
		b := n.barrier(s.Region, s.Phase)
		b.left--
		if b.left == 0 {
			for _, w := range b.waiting {
				n.offer(w)
			}
		}
	}
	if reached(was, plan.Attempted) && !reached(state, plan.Attempted) {
		n.barrier(s.Region, s.Phase).left++
	}
	for _, d := range s.dependents {
		n.offer(d)
	}
}

// end puts a step into a state from which it does not go on by itself. The lock is held.
func (n *run) end(s *stepRun, state port.StepState, why string) {
	s.queued = false
	n.open--
	n.set(s, state, why)
	if n.open == 0 {
		select {
		case n.idle <- struct{}{}:
		default:
		}
	}
}

// status is the step's news. The lock is held.
func (n *run) status(s *stepRun) port.StepStatus {
	st := port.StepStatus{Step: s.ID, State: s.state, At: n.o.Now(), Why: s.why, Failure: s.failure}
	for _, ref := range s.Targets {
		if n.gone[ref] {
			st.Gone = append(st.Gone, ref)
		}
	}
	return st
}
