package kind

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rootout/rootout/aws"
)

// TestAListingThatRepeatsItselfEnds: a page token that comes twice would go round for ever, and a
// listing that stops there is not complete.
func TestAListingThatRepeatsItselfEnds(t *testing.T) {
	for name, x := range map[string]struct {
		tokens []string // What each answer names as the next page; the last one goes on for ever.
		pages  int
		whole  bool
	}{
		"one page":          {[]string{""}, 1, true},
		"three pages":       {[]string{"a", "b", ""}, 3, true},
		"the same page":     {[]string{"a"}, 2, false},
		"the same page, on": {[]string{"a", "b", "b"}, 3, false},
	} {
		asked := 0
		var got []int
		err := Pages(t.Context(), func(context.Context, *string) ([]int, *string, error) {
			if asked > 10 {
				return nil, nil, errors.New("it goes round for ever")
			}
			next := x.tokens[min(asked, len(x.tokens)-1)]
			asked++
			return []int{asked}, &next, nil
		}, func(page []int) { got = append(got, page...) })
		if asked != x.pages || (err == nil) != x.whole || len(got) != x.pages {
			t.Errorf("%s: %d pages asked for, %v, %v", name, asked, got, err)
		}
	}
}

// TestAGroupGoesOnAfterAnErrorAndEndsWithItsContext: one denied call hides no other, a call may
// start further ones at the limit, and whoever still waits for its turn at the end says so.
func TestAGroupGoesOnAfterAnErrorAndEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		calls := NewGroup()
		done := make(chan struct{}, 1000)
		for range groupSize {
			calls.Start(ctx, func(ctx context.Context) error {
				calls.Start(ctx, func(context.Context) error { done <- struct{}{}; return nil })
				return errors.New("denied")
			})
		}
		err := calls.Wait()
		var multi *aws.MultiError
		if !errors.As(err, &multi) || multi.More != groupSize-1 || len(done) != groupSize {
			t.Errorf("%d further calls were made, %v", len(done), err)
		}
		calls = NewGroup()
		release := make(chan struct{})
		running := make(chan int, 1000)
		for range groupSize + 10 {
			calls.Start(ctx, func(context.Context) error {
				running <- 1
				<-release
				return nil
			})
		}
		synctest.Wait()
		atOnce := len(running)
		cancel(context.DeadlineExceeded)
		synctest.Wait()
		close(release)
		err = calls.Wait()
		if atOnce != groupSize || len(running) != groupSize {
			t.Errorf("%d calls at once and %d in all, want %d", atOnce, len(running), groupSize)
		}
		if !errors.As(err, &multi) || multi.More != 9 || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the ten without a turn said %v", err)
		}
	})
}

// TestABatchLivesAsLongAsSomebodyWaits: its call is not under the deadline of whoever came first,
// and is called off when the last one leaves.
func TestABatchLivesAsLongAsSomebodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var asked [][]string
		var ended []error
		b := &Batcher[int]{Limit: 3, Delay: 20 * time.Millisecond, Ask: func(ctx context.Context, ids []string) (map[string]int, error) {
			mu.Lock()
			asked = append(asked, ids)
			mu.Unlock()
			select {
			case <-time.After(time.Second):
				return map[string]int{ids[0]: 1}, nil
			case <-ctx.Done():
				ended = append(ended, ctx.Err())
				return nil, ctx.Err()
			}
		}}
		results := make(chan error, 10)
		get := func(ctx context.Context, ids ...string) {
			go func() {
				_, err := b.Get(ctx, ids)
				results <- err
			}()
			synctest.Wait()
		}
		first, leave := context.WithCancel(t.Context())
		get(first, "a")
		get(t.Context(), "b", "a")
		time.Sleep(100 * time.Millisecond)
		leave()
		if err := <-results; !errors.Is(err, context.Canceled) {
			t.Errorf("who left got %v", err)
		}
		if err := <-results; err != nil || len(ended) != 0 {
			t.Errorf("who stayed got %v, and the call was ended by %v", err, ended)
		}
		alone, quit := context.WithCancel(t.Context())
		get(alone, "c")
		time.Sleep(100 * time.Millisecond)
		quit()
		<-results
		synctest.Wait()
		if len(ended) != 1 {
			t.Error("a call that nobody waits for goes on")
		}
		get(t.Context(), "d", "e")
		get(t.Context(), "f", "g")
		<-results
		<-results
		want := [][]string{{"a", "b"}, {"c"}, {"d", "e"}, {"f", "g"}}
		if !slices.EqualFunc(asked, want, slices.Equal) {
			t.Errorf("asked for %v, want %v", asked, want)
		}
	})
}
