package cloud

import (
	"container/heap"
	"time"
)

// agenda is what will happen on its own, ordered by the moment it is due. Bringing a cloud to the
// present costs what is due, not what exists: a region of ten thousand quiet tasks adds nothing to
// a call.
type agenda struct {
	items dueHeap
	seq   uint64
}

type dueItem struct {
	at  time.Time
	seq uint64
	do  func(at time.Time)
}

type dueHeap []dueItem

func (h dueHeap) Len() int { return len(h) }

func (h dueHeap) Less(i, j int) bool {
	if !h[i].at.Equal(h[j].at) {
		return h[i].at.Before(h[j].at)
	}
	return h[i].seq < h[j].seq
}

func (h dueHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

// Push implements heap.Interface.
func (h *dueHeap) Push(x any) { *h = append(*h, x.(dueItem)) }

// Pop implements heap.Interface.
func (h *dueHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	old[len(old)-1] = dueItem{}
	*h = old[:len(old)-1]
	return last
}

// add puts something on the agenda. What became of it in between is for do to check: nothing is
// ever taken off.
func (a *agenda) add(at time.Time, do func(at time.Time)) {
	a.seq++
	heap.Push(&a.items, dueItem{at: at, seq: a.seq, do: do})
}

// run does all that is due up to now, each at its own moment and in its order, and says whether
// there was any.
func (a *agenda) run(now time.Time) bool {
	ran := false
	for len(a.items) > 0 && !a.items[0].at.After(now) {
		item := heap.Pop(&a.items).(dueItem)
		item.do(item.at)
		ran = true
	}
	return ran
}
