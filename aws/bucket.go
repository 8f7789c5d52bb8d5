package aws

import (
	"container/heap"
	"context"
	"math"
	"sync"
	"time"

	"github.com/rootout/rootout/aws/service"
)

// Priority says who goes first where calls wait for the same token.
type Priority uint8

// The two priorities. The zero value is Scan, so that forgetting to say never delays a run.
const (
	Scan Priority = iota // Looking: waits while any call of a run waits.
	Run                  // A confirmed run.
)

type priorityKey struct{}

// WithClass says for whom the calls under the context are made: Run goes before Scan in every
// bucket.
func WithClass(ctx context.Context, p Priority) context.Context {
	return context.WithValue(ctx, priorityKey{}, p)
}

func priorityOf(ctx context.Context) Priority {
	p, _ := ctx.Value(priorityKey{}).(Priority)
	return p
}

// How a bucket answers to throttling. The factor and the floor are those of the SDK's own adaptive
// mode; the rest is chosen so that a bucket whose tokens somebody else uses up settles near what is
// left, and one that was throttled by chance is back at its full rate after 20 calls.
const (
	shrinkFactor = 0.7
	floorRate    = 0.5  // Calls a second; never above the documented rate.
	recoverShare = 0.05 // Of the documented rate, for each call that was not throttled.
	firstPause   = 500 * time.Millisecond
	longestPause = 8 * time.Second
	// A call arrives rather a moment late than a moment before AWS has the token.
	wakeSlack = time.Microsecond
)

// bucket is one token bucket of AWS's, kept on our side. The bucket decides when a call goes:
// waiters are served by priority, then by age, and a call that AWS threw back keeps its age. One
// timer serves all waiters, so thousands cost no more than their place in the heap.
type bucket struct {
	now   func() time.Time
	limit service.Limit
	scale float64

	mu sync.Mutex
	// rate is the present refill in tokens a second; tokens may be used until asOf, when they were
	// last counted.
	rate, tokens float64
	asOf         time.Time
	pausedUntil  time.Time
	// shrunkAt is when the rate was last cut and streak how often in a row without a success:
	// answers to calls that left before are old news.
	shrunkAt time.Time
	streak   int
	queue    waiters
	timer    *time.Timer
	nextAge  uint64
}

// ticket is a call's place in a bucket: its age, by which it is served even when it has to come
// back.
type ticket struct {
	age      uint64
	priority Priority
	// sentAt is when the bucket last let it go.
	sentAt time.Time
}

func newBucket(limit service.Limit, scale float64, now func() time.Time) *bucket {
	b := &bucket{now: now, limit: limit, scale: scale}
	b.rate = b.fullRate()
	b.tokens = float64(limit.Burst)
	b.asOf = now()
	return b
}

func (b *bucket) fullRate() float64 { return b.limit.PerSecond * b.scale }

// enter gives a call its age.
func (b *bucket) enter(p Priority) *ticket {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.nextAge++
	return &ticket{age: b.nextAge, priority: p}
}

// wait returns nil once the call may go, or why the context ended, whichever comes first.
func (b *bucket) wait(ctx context.Context, t *ticket) error {
	if err := Ended(ctx); err != nil {
		return err
	}
	w := &waiter{ticket: t, ready: make(chan struct{})}
	b.mu.Lock()
	heap.Push(&b.queue, w)
	if b.queue.Len() == 1 {
		// With others waiting there is no token, and the timer is set.
		b.serve()
	}
	b.mu.Unlock()
	select {
	case <-w.ready:
		return nil
	case <-ctx.Done():
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if w.index < 0 {
		// The token was handed over in the same moment: it goes to the next.
		b.tokens++
	} else {
		heap.Remove(&b.queue, w.index)
	}
	b.serve()
	return Ended(ctx)
}

// serve hands out what tokens there are and sets the timer for the next. The lock is held.
func (b *bucket) serve() {
	now := b.now()
	b.refill(now)
	if b.timer != nil {
		b.timer.Stop()
		b.timer = nil
	}
	paused := now.Before(b.pausedUntil)
	for !paused && b.queue.Len() > 0 && b.tokens >= 1 {
		w := heap.Pop(&b.queue).(*waiter) //nolint:forcetypeassert // The heap holds nothing else.
		b.tokens--
		w.ticket.sentAt = now
		close(w.ready)
	}
	if b.queue.Len() == 0 {
		return
	}
	var wake time.Duration
	if b.tokens < 1 {
		wake = time.Duration(math.Ceil((1-b.tokens)/b.rate*1e9)) + wakeSlack
	}
	wake = max(wake, b.pausedUntil.Sub(now))
	b.timer = time.AfterFunc(wake, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.serve()
	})
}

func (b *bucket) refill(now time.Time) {
	if elapsed := now.Sub(b.asOf); elapsed > 0 {
		b.tokens = min(float64(b.limit.Burst), b.tokens+elapsed.Seconds()*b.rate)
		b.asOf = now
	}
}

// throttled tells the bucket that AWS threw a call back. One round of calls cuts the rate once:
// what left before the last cut says nothing new. Tokens keep coming at the smaller rate during the
// pause, so that pausing costs time and not throughput.
func (b *bucket) throttled(t *ticket) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.shrunkAt.IsZero() && !t.sentAt.After(b.shrunkAt) {
		return
	}
	now := b.now()
	b.refill(now)
	b.shrunkAt = now
	b.rate = max(min(floorRate*b.scale, b.fullRate()), b.rate*shrinkFactor)
	b.tokens = min(b.tokens, 0)
	pause := firstPause << min(b.streak, 10)
	b.streak++
	b.pausedUntil = now.Add(time.Duration(float64(min(pause, longestPause)) / b.scale))
	b.serve()
}

// succeeded tells the bucket that AWS took a call, whatever it answered.
func (b *bucket) succeeded() {
	b.mu.Lock()
	defer b.mu.Unlock()
	full := b.fullRate()
	b.streak = 0
	if b.rate < full {
		b.refill(b.now())
		b.rate = min(full, b.rate+full*recoverShare)
	}
}

// waiter is a call in a bucket's queue; index is its place in the heap, or -1 once it was served.
type waiter struct {
	ticket *ticket
	ready  chan struct{}
	index  int
}

// waiters is a heap: runs before scans, and the oldest first.
type waiters []*waiter

func (q waiters) Len() int { return len(q) }

func (q waiters) Less(i, j int) bool {
	a, b := q[i].ticket, q[j].ticket
	if a.priority != b.priority {
		return a.priority > b.priority
	}
	return a.age < b.age
}

func (q waiters) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

// Push implements heap.Interface.
func (q *waiters) Push(x any) {
	w := x.(*waiter) //nolint:forcetypeassert // Only waiters are pushed.
	w.index = len(*q)
	*q = append(*q, w)
}

// Pop implements heap.Interface.
func (q *waiters) Pop() any {
	old := *q
	w := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	w.index = -1
	return w
}

// buckets holds the buckets of one account, by region and name.
type buckets struct {
	now    func() time.Time
	scale  float64
	budget map[string]service.Limit

	mu  sync.Mutex
	all map[bucketKey]*bucket
}

type bucketKey struct{ region, name string }

func newBuckets(scale float64, budget map[string]service.Limit, now func() time.Time) *buckets {
	return &buckets{now: now, scale: scale, budget: budget, all: map[bucketKey]*bucket{}}
}

func (bs *buckets) of(from service.Service, operation, region string) *bucket {
	limit := from.Limit(operation)
	if own, ok := bs.budget[limit.Bucket]; ok {
		limit.Burst, limit.PerSecond = own.Burst, own.PerSecond
	}
	key := bucketKey{region: region, name: limit.Bucket}
	if limit.Global {
		key.region = ""
	}
	bs.mu.Lock()
	defer bs.mu.Unlock()
	b, ok := bs.all[key]
	if !ok {
		b = newBucket(limit, bs.scale, bs.now)
		bs.all[key] = b
	}
	return b
}
