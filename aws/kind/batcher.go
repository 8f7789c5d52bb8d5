package kind

import (
	"context"
	"sync"
	"time"

	"github.com/rootout/rootout/aws"
)

// Batcher turns questions that come from many goroutines about one thing each into few calls about
// many: it collects ids for a moment and asks once.
type Batcher[T any] struct {
	// Limit is how many ids one call takes, Delay how long the first of them waits for others.
	Limit int
	Delay time.Duration
	// Ask makes one call. It runs as long as somebody waits for its answer.
	Ask func(ctx context.Context, ids []string) (map[string]T, error)

	mu   sync.Mutex
	open *batch[T]
}

// batch is one call to be: it lives as long as somebody waits for it, and not under the deadline of
// whoever came first.
type batch[T any] struct {
	ids     []string
	waiting int
	cancel  context.CancelFunc
	closed  chan struct{}
	done    chan struct{}
	found   map[string]T
	err     error
}

// Get asks about ids. What is not in the answer is not there.
func (b *Batcher[T]) Get(ctx context.Context, ids []string) (map[string]T, error) {
	joined := b.join(ctx, ids)
	defer b.leave(joined)
	select {
	case <-joined.done:
		return joined.found, joined.err
	case <-ctx.Done():
		return nil, aws.Ended(ctx)
	}
}

func (b *Batcher[T]) join(ctx context.Context, ids []string) *batch[T] {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open != nil && len(b.open.ids)+len(ids) > b.Limit {
		b.closeLocked(b.open)
	}
	if b.open == nil {
		begun := &batch[T]{closed: make(chan struct{}), done: make(chan struct{})}
		// It keeps for whom the calls are made, and lets go of when its first asker gives up.
		shared, cancel := context.WithCancel(context.WithoutCancel(ctx))
		begun.cancel = cancel
		b.open = begun
		go b.run(shared, cancel, begun)
	}
	joined := b.open
	joined.ids = append(joined.ids, ids...)
	joined.waiting++
	return joined
}

// leave stops waiting; a batch that nobody waits for any more is called off.
func (b *Batcher[T]) leave(left *batch[T]) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if left.waiting--; left.waiting == 0 {
		left.cancel()
		b.closeLocked(left)
	}
}

// closeLocked lets no further ids into a batch.
func (b *Batcher[T]) closeLocked(full *batch[T]) {
	if b.open == full {
		b.open = nil
		close(full.closed)
	}
}

func (b *Batcher[T]) run(ctx context.Context, cancel context.CancelFunc, begun *batch[T]) {
	defer cancel()
	defer close(begun.done)
	delay := time.NewTimer(b.Delay)
	defer delay.Stop()
	select {
	case <-delay.C:
	case <-begun.closed:
	}
	b.mu.Lock()
	b.closeLocked(begun)
	ids := begun.ids
	b.mu.Unlock()
	begun.found, begun.err = b.Ask(ctx, Distinct(ids))
}
