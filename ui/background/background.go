// Package background runs what takes longer than a frame beside the update loop, and brings what
// came of it back into the loop.
//
// It must not know what is worked on. Work must only read what does not change, snapshots and
// values; what it found is applied in the loop, which is the one owner of everything on screen.
package background

import (
	"context"

	tea "charm.land/bubbletea/v2"
)

// Done is what a piece of work brings back: the update loop calls [Loop.Finish] with it, and nobody
// else does.
type Done struct {
	apply func()
	// quiet says that the operator does not wait for it: it came of a batch, not of a key.
	quiet bool
}

// Loop gathers the commands that the update loop hands to the runtime, and knows whether the
// operator waits for one of them.
type Loop struct {
	ctx     context.Context //nolint:containedctx // Commands outlive the call that makes them.
	cmds    []tea.Cmd
	pending int
}

// NewLoop returns a loop whose commands end with the context.
func NewLoop(ctx context.Context) *Loop { return &Loop{ctx: ctx} }

// Context ends when the console does.
func (l *Loop) Context() context.Context { return l.ctx }

// spawn runs a command and counts it as pending until its Done is back.
func (l *Loop) spawn(quiet bool, cmd tea.Cmd) {
	if !quiet {
		l.pending++
	}
	l.cmds = append(l.cmds, cmd)
}

// Do runs something that may wait (the disk, the network) beside the loop and then apply in it.
func Do[T any](l *Loop, work func() T, apply func(T)) {
	l.spawn(false, func() tea.Msg {
		value := work()
		return Done{apply: func() { apply(value) }}
	})
}

// Watch is Do for what waits long and without the operator: the next batch, the next news of a run.
func Watch[T any](l *Loop, work func() T, apply func(T)) {
	l.spawn(true, func() tea.Msg {
		value := work()
		return Done{quiet: true, apply: func() { apply(value) }}
	})
}

// Finish applies what a piece of work brought back.
func (l *Loop) Finish(d Done) {
	if !d.quiet {
		l.pending--
	}
	d.apply()
}

// Busy says whether something that the operator waits for is under way.
func (l *Loop) Busy() bool { return l.pending > 0 }

// Run adds a command that brings no result of its own.
func (l *Loop) Run(cmd tea.Cmd) {
	if cmd != nil {
		l.cmds = append(l.cmds, cmd)
	}
}

// Take hands over the commands that have gathered.
func (l *Loop) Take() tea.Cmd {
	cmds := l.cmds
	l.cmds = nil
	switch len(cmds) {
	case 0:
		return nil
	case 1:
		return cmds[0]
	}
	return tea.Batch(cmds...)
}
