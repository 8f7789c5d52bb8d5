package background

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"
)

// restShare and restMost say how long work that nobody waits for rests after it was done: so many
// times as long as it took, up to half a second. A big inventory that streams in then costs a fifth
// of one core and not all of it.
const (
	restShare = 4
	restMost  = 500 * time.Millisecond
)

// Latest is one kind of work beside the loop, of which at most one piece is under way. What is
// asked for meanwhile waits, and only the last of it is done: the screen is never more than one
// piece of work behind, however fast batches come.
type Latest struct {
	// Restless says that it never rests: what it does must be done soon.
	Restless bool

	busy bool
	next func(quiet bool)
	// loud says that the operator waits for what comes next.
	loud bool
	// took is how long the last piece took; wake ends a rest early when it is closed.
	took time.Duration
	wake chan struct{}
}

// DoLatest runs work beside the loop and then apply in it. While an earlier piece of the same kind
// is under way it waits for its end, replacing what waited before. Quiet says that the operator
// does not wait for it.
func DoLatest[T any](l *Loop, kind *Latest, quiet bool, work func() T, apply func(T)) {
	start := func(quiet bool) {
		kind.busy = true
		kind.wake = make(chan struct{})
		wake, pause := kind.wake, time.Duration(0)
		if quiet && !kind.Restless {
			pause = min(restShare*kind.took, restMost)
		}
		l.spawn(quiet, func() tea.Msg {
			rest(l.ctx, pause, wake)
			began := time.Now()
			value := work()
			took := time.Since(began)
			return Done{quiet: quiet, apply: func() {
				kind.busy, kind.took = false, took
				apply(value)
				kind.goOn(l)
			}}
		})
	}
	if !kind.busy {
		start(quiet)
		return
	}
	kind.next = start
	if quiet || kind.loud {
		return
	}
	// It is waited for although nothing of it is under way yet.
	kind.loud = true
	l.pending++
	close(kind.wake)
}

func rest(ctx context.Context, pause time.Duration, wake <-chan struct{}) {
	if pause <= 0 {
		return
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-wake:
	case <-ctx.Done():
	}
}

func (kind *Latest) goOn(l *Loop) {
	next := kind.next
	if next == nil || kind.busy {
		return
	}
	loud := kind.loud
	kind.next, kind.loud = nil, false
	if loud {
		l.pending--
	}
	next(!loud)
}
