package kind

import (
	"context"
	"sync"
	"time"

	"github.com/rootout/rootout/aws"
)

// gather turns questions that come from many goroutines about one thing each into few calls about many: it collects ids for a moment and asks once.
type gather[T any] struct {
	// most is how many ids one call takes, moment how long the first of them waits for company.
	most   int
	moment time.Duration
	ask    func(ctx context.Context, ids []string) (map[string]T, error)

	mu   sync.Mutex
	open *round[T]
}

// round is one call to be: it lives as long as somebody waits for it, and not under the deadline of whoever came first.
type round[T any] struct {
	ids     []string
	waiting int
	cancel  context.CancelFunc
	full    chan struct{}
	done    chan struct{}
	found   map[string]T
	err     error
}

// of asks about ids. What is not in the answer is not there.
func (g *gather[T]) of(ctx context.Context, ids []string) (map[string]T, error) {
	r := g.join(ctx, ids)
	defer g.leave(r)
	select {
	case <-r.done:
		return r.found, r.err
	case <-ctx.Done():
		return nil, aws.Ended(ctx)
	}
}

func (g *gather[T]) join(ctx context.Context, ids []string) *round[T] {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open != nil && len(g.open.ids)+len(ids) > g.most {
		g.shut(g.open)
	}
	if g.open == nil {
		r := &round[T]{full: make(chan struct{}), done: make(chan struct{})}
		// It keeps for whom the calls are made, and lets go of when its first asker gives up.
		shared, cancel := context.WithCancel(context.WithoutCancel(ctx))
		r.cancel = cancel
		g.open = r
		go g.run(shared, cancel, r)
	}
	r := g.open
	r.ids = append(r.ids, ids...)
	r.waiting++
	return r
}

// leave gives a place up; a round that nobody waits for any more is called off.
func (g *gather[T]) leave(r *round[T]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if r.waiting--; r.waiting == 0 {
		r.cancel()
		g.shut(r)
	}
}

// shut lets nobody else in. The lock is held.
func (g *gather[T]) shut(r *round[T]) {
	if g.open == r {
		g.open = nil
		close(r.full)
	}
}

func (g *gather[T]) run(ctx context.Context, cancel context.CancelFunc, r *round[T]) {
	defer cancel()
	defer close(r.done)
	moment := time.NewTimer(g.moment)
	defer moment.Stop()
	select {
	case <-moment.C:
	case <-r.full:
	}
	g.mu.Lock()
	g.shut(r)
	ids := r.ids
	g.mu.Unlock()
	r.found, r.err = g.ask(ctx, distinct(ids))
}
