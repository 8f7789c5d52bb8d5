package kind

import (
	"context"
	"fmt"
	"sync"

	"github.com/rootout/rootout/aws"
)

// groupSize is how many calls of one listing are under way at most. The token buckets decide how
// fast they go; this bounds the memory of a region with thousands of clusters, and at 40 ms a call
// still allows for 1,600 calls a second, far above every bucket that AWS documents.
const groupSize = 64

// Group makes many calls at once and goes on after an error, so that one denied cluster does not
// hide the others. It is no errgroup.Group: that keeps the first error only, and its Go blocks at
// the limit, so that a call which starts further calls would wait for itself.
type Group struct {
	sem chan struct{}
	all sync.WaitGroup

	mu  sync.Mutex
	err error
}

// NewGroup returns a group without calls.
func NewGroup() *Group { return &Group{sem: make(chan struct{}, groupSize)} }

// Start runs f beside the others; it does not wait, so that f may start further calls itself.
func (g *Group) Start(ctx context.Context, f func(ctx context.Context) error) {
	g.all.Go(func() {
		select {
		case g.sem <- struct{}{}:
			defer func() { <-g.sem }()
		case <-ctx.Done():
			g.Fail(aws.Ended(ctx))
			return
		}
		g.Fail(f(ctx))
	})
}

// Fail adds an error to the group's; nil is none.
func (g *Group) Fail(err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.err = aws.AppendError(g.err, err)
}

// Wait waits for all and tells what went wrong: one error of the worst class, with the number of
// the others. A listing is Unsupported, which means that nothing is missing, only if every call of
// it was.
func (g *Group) Wait() error {
	g.all.Wait()
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.err
}

// Pages walks through a listing: ask answers with one page and the token of the next, each takes a
// page as soon as it is there. A page that comes with an error is taken before the walk ends with it;
// where the page only names something that is not of this place ([Sieve]) the walk goes on, and the
// listing fails at its end.
func Pages[T any](ctx context.Context, ask func(ctx context.Context, token *string) ([]T, *string, error), each func([]T)) error {
	var token *string
	var astray error
	var turned Turning
	for {
		items, next, err := ask(ctx, token)
		if len(items) > 0 {
			each(items)
		}
		if err != nil && !aws.IsAstray(err) {
			return aws.AppendError(astray, err)
		}
		astray = aws.AppendError(astray, err)
		if next == nil || *next == "" {
			return astray
		}
		if err := turned.Page(*next, len(items)); err != nil {
			return aws.AppendError(astray, err)
		}
		token = next
	}
}

// All are the items of a listing that is wanted whole; with an error those that came before it.
func All[T any](ctx context.Context, ask func(ctx context.Context, token *string) ([]T, *string, error)) ([]T, error) {
	var all []T
	err := Pages(ctx, ask, func(page []T) { all = append(all, page...) })
	return all, err
}

// emptyPagesMost is how many pages without a thing on them may follow one another. AWS gives some
// where it filters after it has counted.
const emptyPagesMost = 100

// Turning watches the pages of a listing, so that one that goes round, or on and on with nothing, ends.
// The zero value has seen none. It is not safe for use by several goroutines.
type Turning struct {
	seen  map[string]bool
	empty int
}

// Page takes down that a page of so many things names the next one; its error ends the listing.
func (t *Turning) Page(next string, items int) error {
	if t.seen[next] {
		return &aws.UnreadableError{Lacks: "the same page token came twice"}
	}
	if t.seen == nil {
		t.seen = map[string]bool{}
	}
	t.seen[next] = true
	if t.empty++; items > 0 {
		t.empty = 0
	}
	if t.empty > emptyPagesMost {
		return &aws.UnreadableError{Lacks: fmt.Sprintf("it goes on after %d pages with nothing on them", emptyPagesMost)}
	}
	return nil
}
