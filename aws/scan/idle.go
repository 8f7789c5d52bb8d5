package scan

import (
	"context"
	"sync"
	"time"

	"github.com/rootout/rootout/aws"
)

// idleTimeout is a context that ends when AWS has answered nothing for a while: a place that
// answers slowly is waited for, one that says nothing is not.
type idleTimeout struct {
	ctx    context.Context //nolint:containedctx // It is the context itself, with a deadline that moves.
	cancel context.CancelCauseFunc
	limit  time.Duration

	mu    sync.Mutex
	timer *time.Timer
}

func newIdleTimeout(parent context.Context, limit time.Duration) *idleTimeout {
	t := &idleTimeout{limit: limit}
	t.ctx, t.cancel = context.WithCancelCause(parent)
	t.timer = time.AfterFunc(limit, func() { t.cancel(context.DeadlineExceeded) })
	t.ctx = aws.WithListener(t.ctx, t.extend)
	return t
}

// extend gives as much time again, since AWS has answered something.
func (t *idleTimeout) extend() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ctx.Err() == nil {
		t.timer.Reset(t.limit)
	}
}

func (t *idleTimeout) stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.timer.Stop()
	t.cancel(nil)
}
