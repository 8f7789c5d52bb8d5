package aws

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rootout/rootout/aws/service"
)

func TestPausesGrowToTheirBoundAndAreForgotten(t *testing.T) {
	for scale, unit := range map[float64]time.Duration{1: time.Second, 10: 100 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			b := newBucket(service.Limit{Bucket: "test", Burst: 10, PerSecond: 1000}, scale, time.Now)
			pause := func() time.Duration {
				ticket := b.enter(Scan)
				if err := b.wait(t.Context(), ticket); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Millisecond)
				b.throttled(ticket)
				start := time.Now()
				if err := b.wait(t.Context(), b.enter(Scan)); err != nil {
					t.Fatal(err)
				}
				return time.Since(start)
			}
			for i, want := range []float64{0.5, 1, 2, 4, 8, 8, 8} {
				if got := pause(); got < time.Duration(want*float64(unit)) || got > time.Duration(want*float64(unit))+unit/10 {
					t.Errorf("at %v times the speed pause %d took %v, want %v of %v", scale, i+1, got, want, unit)
				}
			}
			b.succeeded()
			if got := pause(); got > unit*6/10 {
				t.Errorf("after a success the pause is %v, want the first one", got)
			}
		})
	}
}

// TestAPauseHoldsForWhoeverComes: neither tokens that are left nor those that come meanwhile let
// anybody by.
func TestAPauseHoldsForWhoeverComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBucket(ecsRead(), 1, time.Now)
		ticket := b.enter(Scan)
		if err := b.wait(t.Context(), ticket); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
		b.throttled(ticket)
		time.Sleep(300 * time.Millisecond)
		start := time.Now()
		got := take(b, 20, Run)
		if got[0] < 199*time.Millisecond {
			t.Errorf("a call went %v after the pause began", 300*time.Millisecond+got[0])
		}
		// Half a second at 14 a second has filled 7 tokens. The nine that were left are gone: AWS
		// has just said that they are not there.
		if at := got[7]; at < 201*time.Millisecond {
			t.Errorf("eight calls went at once at the end of the pause, %v after the start", time.Since(start))
		}
	})
}

func TestTheFloorIsBelowTheFullRateAndScales(t *testing.T) {
	for _, x := range []struct{ perSecond, scale, want float64 }{{20, 1, 0.5}, {20, 60, 30}, {0.2, 1, 0.2}, {0.2, 10, 2}} {
		synctest.Test(t, func(t *testing.T) {
			b := newBucket(service.Limit{Bucket: "test", Burst: 10, PerSecond: x.perSecond}, x.scale, time.Now)
			for range 60 {
				ticket := b.enter(Scan)
				if err := b.wait(t.Context(), ticket); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Millisecond)
				b.throttled(ticket)
			}
			if b.rate != x.want {
				t.Errorf("%v a second at %v times the speed falls to %v, want %v", x.perSecond, x.scale, b.rate, x.want)
			}
		})
	}
}

func TestAnEndedCallTakesNoToken(t *testing.T) {
	b := newBucket(service.Limit{Bucket: "test", Burst: 50, PerSecond: 1e-6}, 1, time.Now)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 50 {
		if err := b.wait(ctx, b.enter(Run)); !errors.Is(err, context.Canceled) {
			t.Fatalf("it may go: %v", err)
		}
	}
	if b.tokens < 50 {
		t.Errorf("%v tokens are left of 50", b.tokens)
	}
}

// TestTheTokenOfACancelledCallGoesToTheNext: the bucket fills so slowly that nobody else brings
// one.
func TestTheTokenOfACancelledCallGoesToTheNext(t *testing.T) {
	for range 50 {
		b := newBucket(service.Limit{Bucket: "test", Burst: 1, PerSecond: 1e-6}, 1, time.Now)
		take(b, 1, Scan)
		queue := func(ctx context.Context, waiting int) chan error {
			done := make(chan error, 1)
			ticket := b.enter(Scan)
			go func() { done <- b.wait(ctx, ticket) }()
			for {
				b.mu.Lock()
				n := b.queue.Len()
				b.mu.Unlock()
				if n == waiting {
					return done
				}
				time.Sleep(time.Millisecond)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		later, leave := context.WithCancel(t.Context())
		first, next := queue(ctx, 1), queue(later, 2)
		b.mu.Lock()
		cancel()
		time.Sleep(5 * time.Millisecond)
		b.tokens = 1
		b.serve()
		b.mu.Unlock()
		if err := <-first; err == nil {
			leave() // It had not yet looked: the token is rightly its own.
			continue
		}
		select {
		case err := <-next:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(20 * time.Second):
			t.Error("the next call still waits for a token that is there")
		}
		leave()
		return
	}
	t.Error("the two never met")
}
