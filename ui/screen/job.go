package screen

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Done is what a job brings back: the update loop calls Finish with it, and nobody else does.
type Done struct {
	apply func()
	// quiet says that the operator does not wait for it: it came of a batch, not of a key.
	quiet bool
}

// restShare and restMost say how long a job that nobody waits for rests after it has worked: so many times as long as it worked, up to half
// a second. A big inventory that streams in then costs a fifth of one core and not all of it.
const (
	restShare = 4
	restMost  = 500 * time.Millisecond
)

// Job is one kind of work beside the loop, of which at most one piece is under way. What is asked for meanwhile waits, and only the last of
// it is done: the screen is never more than one piece of work behind, however fast batches come.
type Job struct {
	busy bool
	next func(quiet bool)
	// loud says that the operator waits for what comes next.
	loud bool
	// took is how long the last piece took; closing wake ends a rest early.
	took time.Duration
	wake chan struct{}
	// restless says that it never rests: what it does must be done soon.
	restless bool
}

// Ask runs work beside the loop and then apply in it. While an earlier piece is under way it waits for its end, replacing what waited
// before. Work must only read what does not change: snapshots and values.
func Ask[T any](w *World, j *Job, quiet bool, work func() T, apply func(T)) {
	start := func(quiet bool) {
		j.busy = true
		j.wake = make(chan struct{})
		wake, pause := j.wake, time.Duration(0)
		if quiet && !j.restless {
			pause = min(restShare*j.took, restMost)
		}
		w.spawn(quiet, func() tea.Msg {
			rest(w.Context, pause, wake)
			began := time.Now()
			value := work()
			took := time.Since(began)
			return Done{quiet: quiet, apply: func() {
				j.busy, j.took = false, took
				apply(value)
				j.goOn(w)
			}}
		})
	}
	if !j.busy {
		start(quiet)
		return
	}
	j.next = start
	if quiet || j.loud {
		return
	}
	// It is waited for although nothing of it is under way yet.
	j.loud = true
	w.pending++
	close(j.wake)
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

func (j *Job) goOn(w *World) {
	next := j.next
	if next == nil || j.busy {
		return
	}
	loud := j.loud
	j.next, j.loud = nil, false
	if loud {
		w.pending--
	}
	next(!loud)
}

// spawn runs a command and counts it as pending until its Done is back.
func (w *World) spawn(quiet bool, cmd tea.Cmd) {
	if !quiet {
		w.pending++
	}
	w.cmds = append(w.cmds, cmd)
}

// Do runs something that may wait (the disk, the network) beside the loop and then apply in it.
func Do[T any](w *World, work func() T, apply func(T)) {
	w.spawn(false, func() tea.Msg {
		value := work()
		return Done{apply: func() { apply(value) }}
	})
}

// Watch is Do for what waits long and without the operator: the next batch, the next news of a run.
func Watch[T any](w *World, work func() T, apply func(T)) {
	w.spawn(true, func() tea.Msg {
		value := work()
		return Done{quiet: true, apply: func() { apply(value) }}
	})
}

// Finish applies what a job brought back.
func (w *World) Finish(d Done) {
	if !d.quiet {
		w.pending--
	}
	d.apply()
}

// Busy says whether something that the operator waits for is under way.
func (w *World) Busy() bool {
	return w.pending > 0 || w.Connecting
}

// Run adds a command that brings no result of its own.
func (w *World) Run(cmd tea.Cmd) {
	if cmd != nil {
		w.cmds = append(w.cmds, cmd)
	}
}

// Take hands over the commands that have gathered.
func (w *World) Take() tea.Cmd {
	cmds := w.cmds
	w.cmds = nil
	switch len(cmds) {
	case 0:
		return nil
	case 1:
		return cmds[0]
	}
	return tea.Batch(cmds...)
}
