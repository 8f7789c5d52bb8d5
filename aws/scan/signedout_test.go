package scan_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/scan"
	"github.com/rootout/rootout/aws/sim"
	"github.com/rootout/rootout/aws/sim/breach"
	"github.com/rootout/rootout/model"
)

// TestAScanThatIsSignedOutSaysSoOnceAndDeniesNothing: one look ends at once, and what was not read is
// unasked.
func TestAScanThatIsSignedOutSaysSoOnceAndDeniesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, calls := range []int{1, 20, 60} {
			st := newStage(t, sim.Options{Latency: 40 * time.Millisecond}, breach.UniformOptions{Regions: 3, Clusters: 1, Tasks: 1})
			st.server.SetFaults(sim.Faults{Expire: calls})
			snap, g := st.once()
			for _, row := range g.Rows {
				for _, c := range row.Cells {
					if c.State == model.CellDenied || c.State == model.CellScanning {
						t.Errorf("after %d calls %v is %s", calls, c.Cell.Key, c.State)
					}
				}
			}
			out := snap.Progress().SignedOut
			if out == nil || !strings.Contains(out.Why, "ExpiredToken") || out.Next == "" {
				t.Errorf("after %d calls the scan is signed out by %+v", calls, out)
			}
		}
	})
}

// signedOutStage is a scan of an account, whose calls are counted.
type signedOutStage struct {
	*stage
	scanner *scan.Scanner
	calls   atomic.Int64

	mu  sync.Mutex
	inv *model.Inventory
}

func openSignedOut(t *testing.T) *signedOutStage {
	t.Helper()
	st := &signedOutStage{stage: newStage(t, sim.Options{Latency: 5 * time.Millisecond}, breach.UniformOptions{Regions: 3, Clusters: 1, Tasks: 1}), inv: model.NewInventory()}
	key, secret, token := st.breach.Responder()
	conn, err := aws.Connect(t.Context(), aws.Options{
		Transport: meddler{next: st.server.Transport(), meddle: func(string) error { st.calls.Add(1); return nil }},
		Region:    "us-east-1", Credentials: credentials.NewStaticCredentialsProvider(key, secret, token),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	st.conn = conn
	st.scanner = scan.Start(t.Context(), st.options())
	go func() {
		for {
			b, err := st.scanner.Next(t.Context())
			if err != nil {
				return
			}
			st.mu.Lock()
			st.inv.Apply(b)
			st.mu.Unlock()
		}
	}()
	return st
}

// cells counts the cells of the region that holds something, by state.
func (st *signedOutStage) cells() map[model.CellState]int {
	return states(model.NewGrid(st.snapshot(), st.catalog, model.GridOptions{Now: time.Now()}), "us-east-1")
}

func (st *signedOutStage) snapshot() *model.Snapshot {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.inv.Snapshot()
}

func (st *signedOutStage) signedOut() *model.SignedOut { return st.snapshot().Progress().SignedOut }

// TestAnExpiredSessionMakesCellsStaleAndStopsTheCalls until somebody signs in, be it here or
// elsewhere.
func TestAnExpiredSessionMakesCellsStaleAndStopsTheCalls(t *testing.T) {
	for _, here := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			st := openSignedOut(t)
			defer st.scanner.Close()
			time.Sleep(30 * time.Second)
			before := st.cells()
			known := st.snapshot().Len()
			if before[model.CellCounted] == 0 || st.signedOut() != nil {
				t.Fatalf("at first: %v, signed out %v", before, st.signedOut())
			}
			st.server.SetFaults(sim.Faults{Expire: 1})
			time.Sleep(2 * time.Minute)
			after := st.cells()
			if after[model.CellStale] != before[model.CellCounted] || after[model.CellCounted]+after[model.CellDenied] != 0 || st.snapshot().Len() != known {
				t.Errorf("signed out: %v, was %v; %d resources of %d", after, before, st.snapshot().Len(), known)
			}
			if out := st.signedOut(); out == nil || !strings.Contains(out.Why, "ExpiredToken") {
				t.Fatalf("signed out by %+v", out)
			}
			calls := st.calls.Load()
			time.Sleep(10 * time.Minute)
			if asked := st.calls.Load() - calls; asked < 30 || asked > 45 {
				t.Errorf("%d calls in 10 minutes without a session, want one each 15 s", asked)
			}
			st.server.SetFaults(sim.Faults{})
			wait := 30 * time.Second
			if here {
				st.scanner.Rescan()
				wait = 10 * time.Second
			}
			time.Sleep(wait)
			if again := st.cells(); again[model.CellCounted] != before[model.CellCounted] || st.signedOut() != nil {
				t.Errorf("after signing in: %v, signed out %v", again, st.signedOut())
			}
		})
	}
}

// TestARevokedKeyIsTheEndOfAllAndNotOfOneRegion: AWS does not know it any more, wherever it is asked.
func TestARevokedKeyIsTheEndOfAllAndNotOfOneRegion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := openSignedOut(t)
		defer st.scanner.Close()
		time.Sleep(30 * time.Second)
		counted := st.cells()[model.CellCounted]
		key, _, _ := st.breach.Responder()
		st.breach.Cloud.RemoveCredential(key)
		time.Sleep(2 * time.Minute)
		if got := st.cells(); got[model.CellStale] != counted || got[model.CellDenied] != 0 {
			t.Errorf("cells are %v, want %d stale", got, counted)
		}
		if out := st.signedOut(); out == nil || !strings.Contains(out.Next, "switched off or deleted") {
			t.Errorf("signed out by %+v", out)
		}
		st.scanner.Rescan()
		time.Sleep(time.Second)
		if st.signedOut() == nil {
			t.Error("signing in again with the same key is taken for good")
		}
	})
}

// TestSigningInAgainThatFailsSaysWhy: what is said is why it failed now, and not why the session
// ended before.
func TestSigningInAgainThatFailsSaysWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := openSignedOut(t)
		defer st.scanner.Close()
		time.Sleep(30 * time.Second)
		st.server.SetFaults(sim.Faults{Expire: 1})
		time.Sleep(2 * time.Minute)
		if out := st.signedOut(); out == nil || !strings.Contains(out.Why, "ExpiredToken") {
			t.Fatalf("signed out by %+v", out)
		}
		key, _, _ := st.breach.Responder()
		st.breach.Cloud.RemoveCredential(key)
		st.server.SetFaults(sim.Faults{})
		st.scanner.Rescan()
		time.Sleep(time.Second)
		if out := st.signedOut(); out == nil || !strings.Contains(out.Why, "InvalidClientTokenId") {
			t.Errorf("signed out by %+v", out)
		}
	})
}
