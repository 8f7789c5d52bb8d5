package job

import (
	"context"
	"sync"
	"time"
)

// Pauses holds a run back while its credentials have run out, and keeps the time that it stood
// still.
type Pauses struct {
	now func() time.Time

	mu sync.Mutex
	// gate is closed when the pause ends; nil while the run goes on.
	gate chan struct{}
	// since is when the pause began, before how long earlier ones took.
	since  time.Time
	before time.Duration
}

func newPauses(now func() time.Time) *Pauses { return &Pauses{now: now} }

// Begin pauses the run and says whether it was going before.
func (p *Pauses) Begin() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.gate != nil {
		return false
	}
	p.gate, p.since = make(chan struct{}), p.now()
	return true
}

// End lets the run go on and says whether it was paused.
func (p *Pauses) End() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.gate == nil {
		return false
	}
	close(p.gate)
	p.gate = nil
	p.before += p.now().Sub(p.since)
	return true
}

// clock is the present less all pauses.
func (p *Pauses) clock() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if p.gate != nil {
		now = p.since
	}
	return now.Add(-p.before)
}

func (p *Pauses) wait(ctx context.Context) bool {
	for {
		p.mu.Lock()
		gate := p.gate
		p.mu.Unlock()
		if gate == nil {
			return ctx.Err() == nil
		}
		select {
		case <-gate:
		case <-ctx.Done():
			return false
		}
	}
}
