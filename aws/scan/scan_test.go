package scan_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/all"
	"github.com/rootout/rootout/aws/kind/kindtest"
	"github.com/rootout/rootout/aws/scan"
	"github.com/rootout/rootout/aws/sim"
	cloud "github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/aws/sim/breach"
	"github.com/rootout/rootout/model"
)

// stage is a simulated breach with a connection to it.
type stage struct {
	t       testing.TB
	breach  *breach.Scenario
	server  *sim.Server
	conn    *aws.Connection
	catalog *model.Catalog
	defs    []kind.Def
	// alter changes the options of the scans that follow.
	alter func(*scan.Options)
}

func newStage(t testing.TB, o sim.Options, uniform breach.UniformOptions) *stage {
	t.Helper()
	scenario, err := breach.Uniform(uniform)
	if err != nil {
		t.Fatal(err)
	}
	defs := kindtest.Simulated(t, scenario.Cloud, append(all.All(all.Options{Now: time.Now}), kindtest.Foreign()))
	st := &stage{t: t, breach: scenario, server: sim.New(scenario.Cloud, o), defs: defs}
	if st.catalog, err = kind.Catalog(st.defs); err != nil {
		t.Fatal(err)
	}
	key, secret, token := scenario.Responder()
	st.conn, err = aws.Connect(t.Context(), aws.Options{
		Transport: st.server.Transport(), Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider(key, secret, token),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.conn.Close)
	return st
}

// place is a region of the account, or with an empty name the account as a whole.
func (st *stage) place(region string) model.Place {
	return model.Place{Account: st.conn.Caller().Account, Region: region}
}

func (st *stage) options() scan.Options {
	o := scan.Options{AWS: st.conn, Defs: st.defs, Sealer: model.NewSealer([]byte("a key for tests, 16+ bytes"))}
	if st.alter != nil {
		st.alter(&o)
	}
	return o
}

func (st *stage) once() (*model.Snapshot, *model.Grid) {
	st.t.Helper()
	o := st.options()
	o.Once = true
	s := scan.Start(st.t.Context(), o)
	defer s.Close()
	inv := model.NewInventory()
	for {
		b, err := s.Next(st.t.Context())
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			st.t.Fatal(err)
		}
		inv.Apply(b)
	}
	snap := inv.Snapshot()
	return snap, model.NewGrid(snap, st.catalog, model.GridOptions{Now: time.Now()})
}

// states counts the cells of a region by state.
func states(g *model.Grid, region string) map[model.CellState]int {
	out := map[model.CellState]int{}
	for _, row := range g.Rows {
		if row.Region.Name == region {
			for _, c := range row.Cells {
				out[c.State]++
			}
		}
	}
	return out
}

func countIn(g *model.Grid, region string, kindID model.KindID) model.GridCell {
	for _, row := range g.Rows {
		for i, c := range row.Cells {
			if row.Region.Name == region && g.Kinds[i].ID == kindID {
				return c
			}
		}
	}
	return model.GridCell{}
}

func TestEveryRegionAndKindIsAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := newStage(t, sim.Options{Latency: 40 * time.Millisecond}, breach.UniformOptions{Clusters: 3, Tasks: 2})
		_, g := st.once()
		if g.Regions != 34 || g.Read != 24 || g.Disabled != 10 {
			t.Errorf("%d of %d regions read, %d disabled; want 24 of 34 and 10", g.Read, g.Regions, g.Disabled)
		}
		for _, row := range g.Rows {
			want := model.CellCounted
			if !row.Region.Readable() {
				want = model.CellDisabled
			}
			if got := states(g, row.Region.Name); got[want] != len(g.Kinds) {
				t.Errorf("%s: %v, want all %s", row.Region.Name, got, want)
			}
		}
		if c := countIn(g, "us-east-1", "ecs:task"); c.Sum.Count != 6 || c.Sum.VCPU != 96 {
			t.Errorf("us-east-1 has %d tasks of %v vCPU, want 6 of 96", c.Sum.Count, c.Sum.VCPU)
		}
	})
}

// TestFaultsCostTheirOwnCellsOnly holds promises 1 and 8 for every fault of a region at once.
func TestFaultsCostTheirOwnCellsOnly(t *testing.T) {
	faults, err := sim.ParseFaults("blackhole=sa-east-1,deny=eu-west-3:ecs,slow=us-west-1:2s,throttle=0.3,5xx=0.1")
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		st := newStage(t, sim.Options{Latency: 40 * time.Millisecond, Faults: faults}, breach.UniformOptions{Clusters: 3, Tasks: 2})
		began := time.Now()
		_, g := st.once()
		if took := time.Since(began); took > 90*time.Second {
			t.Errorf("the scan took %v", took)
		}
		if got := states(g, "sa-east-1"); got[model.CellUnreachable] != len(g.Kinds) {
			t.Errorf("the black hole: %v, want all unreachable", got)
		}
		for i, k := range g.Kinds {
			cell := g.Rows[slices.IndexFunc(g.Rows, func(r model.GridRow) bool { return r.Region.Name == "eu-west-3" })].Cells[i]
			want := model.CellCounted
			if k.ID.Service() == "ecs" {
				want = model.CellDenied
			}
			if cell.State != want {
				t.Errorf("%s in eu-west-3 is %s, want %s", k.ID, cell.State, want)
			}
			if want == model.CellDenied && (cell.Cell.Failure == nil || cell.Cell.Failure.Code == "" || !cell.Sum.AtLeast) {
				t.Errorf("%s in eu-west-3: %+v, want AWS's code and a tainted sum", k.ID, cell.Cell.Failure)
			}
		}
		for _, region := range []string{"us-west-1", "us-east-1", "eu-west-1"} {
			if c := countIn(g, region, "ecs:task"); c.State != model.CellCounted || c.Sum.Count != 6 {
				t.Errorf("%s: %d tasks, %s; want 6 counted in spite of throttling and 5xx", region, c.Sum.Count, c.State)
			}
		}
		if !g.Total.AtLeast {
			t.Error("the total is shown as if everything had been counted")
		}
	})
}

// TestAListingThatNeverBeginsIsNoCount breaks the connection of every region before any page came.
func TestAListingThatNeverBeginsIsNoCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := newStage(t, sim.Options{Latency: 40 * time.Millisecond}, breach.UniformOptions{Regions: 1, Clusters: 150, Tasks: 1})
		st.conn.Close()
		var calls atomic.Int64
		key, secret, token := st.breach.Responder()
		conn, err := aws.Connect(t.Context(), aws.Options{
			Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider(key, secret, token),
			Transport: meddler{next: st.server.Transport(), meddle: func(op string) error {
				if op == "ListClusters" {
					if calls.Add(1) > 60 {
						return errors.New("cut")
					}
				}
				return nil
			}},
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(conn.Close)
		st.conn = conn
		_, g := st.once()
		if c := countIn(g, "ap-east-2", "ecs:cluster"); c.State != model.CellCounted || c.Sum.Count != 150 {
			t.Errorf("all pages came: %d %s, want 150 counted", c.Sum.Count, c.State)
		}
		calls.Store(1000)
		_, g = st.once()
		if c := countIn(g, "ap-east-2", "ecs:cluster"); c.State == model.CellCounted || !c.Sum.AtLeast {
			t.Errorf("no page came: %d %s, want anything but a count", c.Sum.Count, c.State)
		}
	})
}

// TestGrowthShows lets a cluster appear after the first look: the next visit finds it, and it is
// told apart as grown.
func TestGrowthShows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := newStage(t, sim.Options{Latency: 40 * time.Millisecond}, breach.UniformOptions{Regions: 1, Clusters: 2, Tasks: 1})
		ctx, cancel := context.WithCancel(t.Context())
		s := scan.Start(ctx, st.options())
		s.Watch(st.place("us-east-1"))
		inv := model.NewInventory()
		until := func(what string, ok func() bool) {
			t.Helper()
			deadline := time.Now().Add(2 * time.Minute)
			for !ok() {
				if time.Now().After(deadline) {
					t.Fatalf("waited two minutes for %s", what)
				}
				b, err := s.Next(ctx)
				if err != nil {
					t.Fatal(err)
				}
				inv.Apply(b)
			}
		}
		key := model.CellKey{Place: model.Place{Account: st.conn.Caller().Account, Region: "us-east-1"}, Kind: "ecs:cluster"}
		until("the first pass", func() bool { p := inv.Live().Progress(); return p.Total > 0 && !p.FirstPass })
		st.breach.Cloud.Locked(func(time.Time) { st.breach.Cloud.SeedCluster("us-east-1", cloud.ClusterSeed{Name: "newcomer"}) })
		began := time.Now()
		until("the newcomer", func() bool { return len(inv.Live().In(key)) == 1 })
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("a watched region showed it after %v", took)
		}
		if r := inv.Live().In(key)[0]; !inv.Live().Grown(r) {
			t.Errorf("it is not told apart as growth: first seen %v", r.FirstSeen)
		}
		st.delete(ctx, "us-east-1", "newcomer")
		until("its end", func() bool { return len(inv.Live().In(key)) == 0 })
		cancel()
		s.Close()
	})
}

// delete removes a cluster behind rootout's back, with a client of its own.
func (st *stage) delete(ctx context.Context, region, name string) {
	st.t.Helper()
	key, secret, token := st.breach.Responder()
	client := ecs.New(ecs.Options{
		Region: region, HTTPClient: httpClient{st.server.Transport()},
		Credentials: credentials.NewStaticCredentialsProvider(key, secret, token),
	})
	if _, err := client.DeleteCluster(ctx, &ecs.DeleteClusterInput{Cluster: &name}); err != nil {
		st.t.Fatal(err)
	}
}

// TestAChangingRegionIsLookedAtAgainSoon lets a cluster appear where nobody watches: once it was
// met, its end shows within seconds.
func TestAChangingRegionIsLookedAtAgainSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := newStage(t, sim.Options{Latency: 40 * time.Millisecond}, breach.UniformOptions{Regions: 1, Clusters: 1, Tasks: 1})
		ctx, cancel := context.WithCancel(t.Context())
		s := scan.Start(ctx, st.options())
		inv := model.NewInventory()
		key := model.CellKey{Place: model.Place{Account: st.conn.Caller().Account, Region: "us-east-1"}, Kind: "ecs:cluster"}
		until := func(ok func() bool) time.Duration {
			t.Helper()
			began := time.Now()
			for !ok() {
				b, err := s.Next(ctx)
				if err != nil || time.Since(began) > 5*time.Minute {
					t.Fatalf("after %v: %v", time.Since(began), err)
				}
				inv.Apply(b)
			}
			return time.Since(began)
		}
		until(func() bool { p := inv.Live().Progress(); return p.Total > 0 && !p.FirstPass })
		st.breach.Cloud.Locked(func(time.Time) { st.breach.Cloud.SeedCluster("us-east-1", cloud.ClusterSeed{Name: "newcomer"}) })
		until(func() bool { return len(inv.Live().In(key)) == 1 })
		st.delete(ctx, "us-east-1", "newcomer")
		if took := until(func() bool { return len(inv.Live().In(key)) == 0 }); took > 10*time.Second {
			t.Errorf("it took %v to show", took)
		}
		cancel()
		s.Close()
	})
}

// TestFocusLeavesOtherRegionsAlone holds that during a run only its own regions are polled.
func TestFocusLeavesOtherRegionsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := newStage(t, sim.Options{Latency: 40 * time.Millisecond}, breach.UniformOptions{Regions: 1, Clusters: 1, Tasks: 1})
		ctx, cancel := context.WithCancel(t.Context())
		s := scan.Start(ctx, st.options())
		seen := map[string]int{}
		drain := func(d time.Duration) {
			clear(seen)
			until, stop := context.WithTimeout(ctx, d)
			defer stop()
			for {
				b, err := s.Next(until)
				if err != nil {
					return
				}
				for _, c := range b.Cells {
					seen[c.Key.Region]++
				}
			}
		}
		drain(5 * time.Second)
		s.Focus(st.place("eu-west-1"))
		drain(3 * time.Minute)
		if len(seen) != 1+10 || seen["eu-west-1"] == 0 {
			t.Errorf("while focused on eu-west-1, cells of %d regions came: %v", len(seen), seen)
		}
		s.Focus()
		drain(3 * time.Minute)
		if len(seen) != 34 {
			t.Errorf("after the focus, cells of %d regions came", len(seen))
		}
		cancel()
		s.Close()
	})
}

// TestVersionOneTokenIsToldFromADenial signs in with a token of version 1, which default regions
// take and opt-in regions refuse.
func TestVersionOneTokenIsToldFromADenial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := newStage(t, sim.Options{Latency: 40 * time.Millisecond}, breach.UniformOptions{Regions: 1, Clusters: 1, Tasks: 1})
		key, secret, _ := st.breach.Responder()
		old, _ := st.breach.Cloud.LookupCredential(key)
		old.SessionToken = cloud.V1TokenPrefix + "token"
		st.breach.Cloud.PutCredential(old)
		conn, err := aws.Connect(t.Context(), aws.Options{
			Transport: st.server.Transport(), Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider(key, secret, old.SessionToken),
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(conn.Close)
		st.conn = conn
		_, g := st.once()
		if c := countIn(g, "us-east-1", "ecs:cluster"); c.State != model.CellCounted {
			t.Errorf("us-east-1 is %s", c.State)
		}
		c := countIn(g, "ap-southeast-5", "ecs:cluster")
		if c.State != model.CellDenied || c.Cell.Failure == nil || !strings.Contains(c.Cell.Failure.Message, "version 1") {
			t.Errorf("the opt-in region is %s: %v; want the token named", c.State, c.Cell.Failure)
		}
	})
}

// TestThrottledForEverIsThrottled lets AWS say nothing but "slow down" in one region: its cells say
// so, and the scan ends.
func TestThrottledForEverIsThrottled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := newStage(t, sim.Options{Latency: 40 * time.Millisecond}, breach.UniformOptions{Regions: 1, Clusters: 1, Tasks: 1})
		st.conn.Close()
		key, secret, token := st.breach.Responder()
		conn, err := aws.Connect(t.Context(), aws.Options{
			Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider(key, secret, token),
			Transport: throttler{next: st.server.Transport(), region: "eu-west-1"},
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(conn.Close)
		st.conn = conn
		began := time.Now()
		_, g := st.once()
		if took := time.Since(began); took > time.Minute {
			t.Errorf("the scan took %v", took)
		}
		if c := countIn(g, "eu-west-1", "ecs:cluster"); c.State != model.CellThrottled {
			t.Errorf("the throttled region is %s: %v", c.State, c.Cell.Failure)
		}
		if c := countIn(g, "us-east-1", "ecs:cluster"); c.State != model.CellCounted {
			t.Errorf("us-east-1 is %s", c.State)
		}
	})
}

// TestManyEmptyClustersAreReadToTheEnd gives a region more empty clusters than one deadline has
// tokens for: every answer earns it more time.
func TestManyEmptyClustersAreReadToTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := newStage(t, sim.Options{Latency: 40 * time.Millisecond}, breach.UniformOptions{Regions: 1, Clusters: 1, Tasks: 1})
		st.breach.Cloud.Locked(func(time.Time) {
			for i := range 400 {
				st.breach.Cloud.SeedCluster("eu-west-1", cloud.ClusterSeed{Name: fmt.Sprintf("empty-%03d", i)})
			}
		})
		_, g := st.once()
		if got := states(g, "eu-west-1"); got[model.CellCounted] != len(g.Kinds) {
			t.Errorf("cells of eu-west-1: %v, want all counted", got)
		}
	})
}
