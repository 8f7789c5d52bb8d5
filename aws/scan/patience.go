package scan

import (
	"context"
	"sync"
	"time"

	"github.com/rootout/rootout/aws"
)

// patience is a context that ends when nothing has been heard for a while: a region that answers
// slowly is waited for, a silent one is not.
type patience struct {
	ctx    context.Context //nolint:containedctx // It is the context itself, with a deadline that moves.
	cancel context.CancelCauseFunc
	limit  time.Duration

	mu    sync.Mutex
	timer *time.Timer
}

func newPatience(parent context.Context, limit time.Duration) *patience {
	p := &patience{limit: limit}
	p.ctx, p.cancel = context.WithCancelCause(parent)
	p.timer = time.AfterFunc(limit, func() { p.cancel(context.DeadlineExceeded) })
	p.ctx = aws.WithListener(p.ctx, p.heard)
	return p
}

// heard says that AWS has answered something.
func (p *patience) heard() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ctx.Err() == nil {
		p.timer.Reset(p.limit)
	}
}

func (p *patience) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.timer.Stop()
	p.cancel(nil)
}
