package kind

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// crewSize is how many calls of one listing are under way at most. The token buckets decide how fast they go; this bounds the memory of a region
// with thousands of clusters, and at 40 ms a call still allows for 1,600 calls a second, far above every bucket of ECS.
const crewSize = 64

// crew makes many calls at once and goes on after an error, so that one denied cluster does not hide the others.
type crew struct {
	seats chan struct{}
	wait  sync.WaitGroup

	mu     sync.Mutex
	errs   []error
	missed int
}

func newCrew() *crew { return &crew{seats: make(chan struct{}, crewSize)} }

// do runs f beside the others; it does not wait, so that f may give out further work itself.
func (c *crew) do(ctx context.Context, f func(ctx context.Context) error) {
	c.wait.Go(func() {
		select {
		case c.seats <- struct{}{}:
			defer func() { <-c.seats }()
		case <-ctx.Done():
			c.failed(ctx.Err())
			return
		}
		c.failed(f(ctx))
	})
}

// errorsKept is how many errors of one listing are kept word for word: a thousand denied clusters say the same thing.
const errorsKept = 8

func (c *crew) failed(err error) {
	if err == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.errs) < errorsKept {
		c.errs = append(c.errs, err)
	} else {
		c.missed++
	}
}

// done waits for all and joins what went wrong.
func (c *crew) done() error {
	c.wait.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.missed > 0 {
		return errors.Join(errors.Join(c.errs...), fmt.Errorf("and %d more calls failed", c.missed))
	}
	return errors.Join(c.errs...)
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
