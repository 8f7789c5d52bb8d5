package kind

import (
	"context"
	"fmt"
	"sync"

	"github.com/rootout/rootout/aws"
)

// crewSize is how many calls of one listing are under way at most. The token buckets decide how fast they go; this bounds the memory of a region
// with thousands of clusters, and at 40 ms a call still allows for 1,600 calls a second, far above every bucket of ECS.
const crewSize = 64

// crew makes many calls at once and goes on after an error, so that one denied cluster does not hide the others.
type crew struct {
	seats chan struct{}
	wait  sync.WaitGroup

	mu  sync.Mutex
	err error
}

func newCrew() *crew { return &crew{seats: make(chan struct{}, crewSize)} }

// do runs f beside the others; it does not wait, so that f may give out further work itself.
func (c *crew) do(ctx context.Context, f func(ctx context.Context) error) {
	c.wait.Go(func() {
		select {
		case c.seats <- struct{}{}:
			defer func() { <-c.seats }()
		case <-ctx.Done():
			c.failed(aws.Ended(ctx))
			return
		}
		c.failed(f(ctx))
	})
}

func (c *crew) failed(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.err = aws.Worse(c.err, err)
}

// done waits for all and tells what went wrong: one error of the worst class, with the number of the others. A listing is Unsupported, which means that
// nothing is missing, only if every call of it was.
func (c *crew) done() error {
	c.wait.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// pages walks through a listing: ask answers with one page and the token of the next, each takes a page as soon as it is there.
func pages[T any](ctx context.Context, ask func(ctx context.Context, token *string) ([]T, *string, error), each func([]T)) error {
	var token *string
	for {
		items, next, err := ask(ctx, token)
		if err != nil {
			return err
		}
		if len(items) > 0 {
			each(items)
		}
		if next == nil || *next == "" {
			return nil
		}
		if token != nil && *token == *next {
			return fmt.Errorf("a listing repeats itself: the same page token came twice")
		}
		token = next
	}
}
