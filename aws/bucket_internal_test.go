package aws

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/rootout/rootout/aws/service"
)

func ecsRead() service.Limit { return service.Limit{Bucket: "test", Burst: 10, PerSecond: 20} }

// take waits for n tokens, each in its own goroutine, and returns when they came after the start,
// sorted.
func take(b *bucket, n int, p Priority) []time.Duration {
	start := time.Now()
	var mu sync.Mutex
	var got []time.Duration
	var wait sync.WaitGroup
	for range n {
		wait.Go(func() {
			if b.wait(context.Background(), b.enter(p)) == nil {
				mu.Lock()
				defer mu.Unlock()
				got = append(got, time.Since(start))
			}
		})
	}
	wait.Wait()
	slices.Sort(got)
	return got
}

func TestThroughputIsTheDocumentedRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBucket(ecsRead(), 1, time.Now)
		const calls = 5010
		got := take(b, calls, Scan)
		// 10 at once, then 20 a second: the bound is (calls - burst) / rate.
		bound := time.Duration(float64(calls-10) / 20 * float64(time.Second))
		if last := got[calls-1]; last < bound || last > bound+time.Millisecond {
			t.Errorf("%d calls took %v, the bound is %v", calls, last, bound)
		}
		if got[9] != 0 || got[10] < 50*time.Millisecond {
			t.Errorf("the burst let the 10th go after %v and the 11th after %v", got[9], got[10])
		}
	})
}

func TestRateScaleMakesASimulatorsHourShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := take(newBucket(ecsRead(), 60, time.Now), 1210, Scan)
		if last := got[1209]; last < time.Second || last > time.Second+5*time.Millisecond {
			t.Errorf("1,210 calls at 60 times 20 a second took %v, want 1 s", last)
		}
	})
}

// TestNeverMoreThanAWSAllows compares with a bucket of AWS's own that starts full: no call may come
// before its token.
func TestNeverMoreThanAWSAllows(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		limit := service.Limit{
			Bucket: "test", Burst: rapid.IntRange(1, 20).Draw(r, "burst"),
			PerSecond: rapid.SampledFrom([]float64{0.5, 1, 3, 5, 20, 80}).Draw(r, "rate"),
		}
		gaps := rapid.SliceOfN(rapid.IntRange(0, 3000), 1, 30).Draw(r, "gaps in ms")
		least := math.Inf(1)
		synctest.Test(t, func(t *testing.T) {
			b := newBucket(limit, 1, time.Now)
			tokens, asOf := float64(limit.Burst), time.Now()
			for _, gap := range gaps {
				time.Sleep(time.Duration(gap) * time.Millisecond)
				if err := b.wait(t.Context(), b.enter(Scan)); err != nil {
					t.Fatal(err)
				}
				now := time.Now()
				tokens = min(float64(limit.Burst), tokens+now.Sub(asOf).Seconds()*limit.PerSecond)
				asOf = now
				least = min(least, tokens)
				tokens--
			}
		})
		if least < 1 {
			r.Fatalf("a call went with %v of a token there", least)
		}
	})
}

func TestRunGoesBeforeScanAndOldBeforeYoung(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBucket(service.Limit{Bucket: "test", Burst: 1, PerSecond: 1}, 1, time.Now)
		take(b, 1, Scan)
		var mu sync.Mutex
		var order []int
		start := func(id int, p Priority) {
			go func() {
				_ = b.wait(t.Context(), b.enter(p))
				mu.Lock()
				defer mu.Unlock()
				order = append(order, id)
			}()
			synctest.Wait()
		}
		for id := range 3 {
			start(id, Scan)
		}
		for id := 10; id < 13; id++ {
			start(id, Run)
		}
		time.Sleep(4500 * time.Millisecond)
		// A run's call that comes later still overtakes the scan's that wait.
		start(13, Run)
		time.Sleep(time.Minute)
		synctest.Wait()
		if want := []int{10, 11, 12, 0, 13, 1, 2}; !slices.Equal(order, want) {
			t.Errorf("served %v, want %v", order, want)
		}
	})
}

func TestCancelledCallsLeaveTheirTokensToOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBucket(service.Limit{Bucket: "test", Burst: 1, PerSecond: 1}, 1, time.Now)
		take(b, 1, Scan)
		ctx, cancel := context.WithCancel(t.Context())
		failed := make(chan error, 100)
		for range 100 {
			go func() { failed <- b.wait(ctx, b.enter(Run)) }()
		}
		synctest.Wait()
		done := make(chan time.Duration)
		start := time.Now()
		go func() {
			_ = b.wait(t.Context(), b.enter(Scan))
			done <- time.Since(start)
		}()
		synctest.Wait()
		cancel()
		for range 100 {
			if err := <-failed; !errors.Is(err, context.Canceled) {
				t.Errorf("a cancelled call got %v", err)
			}
		}
		if took := <-done; took > 1001*time.Millisecond {
			t.Errorf("the one that stayed waited %v for the next token, want 1 s", took)
		}
		if len(b.queue) != 0 {
			t.Errorf("%d cancelled calls are still in the queue", len(b.queue))
		}
	})
}

// TestATokenGrantedInTheMomentOfCancellingIsNotLost holds the lock while a waiter has seen its
// cancellation and is given a token none the less.
func TestATokenGrantedInTheMomentOfCancellingIsNotLost(t *testing.T) {
	for range 50 {
		b := newBucket(service.Limit{Bucket: "test", Burst: 1, PerSecond: 1e-6}, 1, time.Now)
		take(b, 1, Scan)
		ctx, cancel := context.WithCancel(t.Context())
		failed := make(chan error)
		go func() { failed <- b.wait(ctx, b.enter(Scan)) }()
		queued := func() int {
			b.mu.Lock()
			defer b.mu.Unlock()
			return b.queue.Len()
		}
		for queued() == 0 {
			time.Sleep(time.Millisecond)
		}
		b.mu.Lock()
		cancel()
		time.Sleep(5 * time.Millisecond)
		b.tokens = 1
		b.serve()
		b.mu.Unlock()
		if err := <-failed; err == nil {
			continue // It had not yet looked: the token is rightly its own.
		}
		if b.tokens < 1 {
			t.Errorf("the token of a cancelled call is lost: %v left", b.tokens)
		}
		return
	}
	t.Error("the two never met")
}

func TestThrottlingShrinksOnceARoundAndRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBucket(ecsRead(), 1, time.Now)
		tickets := make([]*ticket, 10)
		for i := range tickets {
			tickets[i] = b.enter(Scan)
			if err := b.wait(t.Context(), tickets[i]); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(40 * time.Millisecond)
		for _, k := range tickets {
			b.throttled(k)
		}
		if b.rate != 14 {
			t.Errorf("ten refusals of one round made the rate %v, want one cut of 20 to 14", b.rate)
		}
		start := time.Now()
		if err := b.wait(t.Context(), tickets[0]); err != nil {
			t.Fatal(err)
		}
		if paused := time.Since(start); paused < firstPause {
			t.Errorf("the next call went after %v, want a pause of %v", paused, firstPause)
		}
		for range 50 {
			b.throttled(tickets[0])
			if err := b.wait(t.Context(), tickets[0]); err != nil {
				t.Fatal(err)
			}
		}
		if b.rate != floorRate {
			t.Errorf("the rate fell to %v, want the floor %v", b.rate, floorRate)
		}
		for range 20 {
			b.succeeded()
		}
		if math.Abs(b.rate-20) > 1e-9 {
			t.Errorf("after 20 successes the rate is %v, want 20", b.rate)
		}
	})
}

func TestAThrownBackCallKeepsItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBucket(service.Limit{Bucket: "test", Burst: 1, PerSecond: 1}, 1, time.Now)
		old := b.enter(Scan)
		if err := b.wait(t.Context(), old); err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		var order []string
		wait := func(name string, k *ticket) {
			go func() {
				_ = b.wait(t.Context(), k)
				mu.Lock()
				defer mu.Unlock()
				order = append(order, name)
			}()
			synctest.Wait()
		}
		wait("young", b.enter(Scan))
		time.Sleep(time.Millisecond)
		b.throttled(old)
		wait("old", old)
		time.Sleep(time.Minute)
		synctest.Wait()
		if !slices.Equal(order, []string{"old", "young"}) {
			t.Errorf("served %v, want the one that was thrown back first", order)
		}
	})
}

func TestBucketsAreApartByRegionAndShared(t *testing.T) {
	bs := newBuckets(1, map[string]service.Limit{"ecs:cluster-read": {Burst: 7, PerSecond: 3}}, time.Now)
	if bs.of(service.Of("ecs"), "ListClusters", "eu-west-3") != bs.of(service.Of("ECS"), "DescribeClusters", "eu-west-3") {
		t.Error("ListClusters and DescribeClusters do not share the bucket that AWS gives them")
	}
	if bs.of(service.Of("ecs"), "ListClusters", "eu-west-3") == bs.of(service.Of("ecs"), "ListClusters", "eu-west-1") {
		t.Error("two regions share a bucket")
	}
	if bs.of(service.Of("account"), "ListRegions", "eu-west-3") != bs.of(service.Of("account"), "ListRegions", "us-east-1") {
		t.Error("a global service has a bucket for each region")
	}
	if b := bs.of(service.Of("ecs"), "ListClusters", "eu-west-3"); b.limit.Burst != 7 || b.rate != 3 {
		t.Errorf("the budget's override gave %+v", b.limit)
	}
}
