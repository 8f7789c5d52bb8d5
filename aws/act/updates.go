package act

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/port"
)

// updates joins the news of a run for one reader: the last word of each step, and every summary.
type updates struct {
	mu      sync.Mutex
	full    chan struct{}
	steps   map[string]port.StepStatus
	order   []string
	pending port.RunUpdate
	// phase is what the run does when it is not paused.
	phase  port.RunState
	dirty  bool
	closed bool
}

func newUpdates() *updates {
	return &updates{full: make(chan struct{}, 1), steps: map[string]port.StepStatus{}}
}

func (u *updates) change(f func()) {
	u.mu.Lock()
	defer u.mu.Unlock()
	f()
	u.dirty = true
	u.signal()
}

func (u *updates) signal() {
	select {
	case u.full <- struct{}{}:
	default:
	}
}

func (u *updates) step(s port.StepStatus) {
	u.change(func() {
		if _, known := u.steps[s.Step]; !known {
			u.order = append(u.order, s.Step)
		}
		u.steps[s.Step] = s
	})
}

// state says what the run does now; a pause lasts until it is resumed, whatever it does.
func (u *updates) state(s port.RunState) {
	u.change(func() {
		u.phase = s
		if u.pending.Paused == nil {
			u.pending.State = s
		}
	})
}

func (u *updates) resumed() {
	u.change(func() { u.pending.State, u.pending.Paused = u.phase, nil })
}

func (u *updates) pause(f *model.Failure) {
	u.change(func() { u.pending.State, u.pending.Paused = port.RunPaused, f })
}

func (u *updates) newcomers(refs []model.Ref) {
	u.change(func() { u.pending.Newcomers = append(u.pending.Newcomers, refs...) })
}

func (u *updates) finish(s *port.Summary) {
	u.change(func() { u.pending.State, u.pending.Paused, u.pending.Summary = port.RunDone, nil, s })
}

func (u *updates) close() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.closed = true
	u.signal()
}

func (u *updates) next(ctx context.Context, now func() time.Time) (*port.RunUpdate, error) {
	for {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-u.full:
		}
		u.mu.Lock()
		if !u.dirty {
			closed := u.closed
			if closed {
				u.signal()
			}
			u.mu.Unlock()
			if closed {
				return nil, io.EOF
			}
			continue
		}
		out := u.pending
		out.At = now()
		for _, id := range u.order {
			out.Steps = append(out.Steps, u.steps[id])
		}
		u.steps, u.order, u.dirty = map[string]port.StepStatus{}, nil, false
		u.pending.Newcomers, u.pending.Summary = nil, nil
		if u.closed {
			u.signal()
		}
		u.mu.Unlock()
		return &out, nil
	}
}
