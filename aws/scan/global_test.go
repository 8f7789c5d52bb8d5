package scan_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/scan"
	"github.com/rootout/rootout/aws/sim"
	"github.com/rootout/rootout/aws/sim/breach"
	"github.com/rootout/rootout/model"
)

const worldKind model.KindID = "world:region"

// world is a kind of the account as a whole: it lists the account's regions as if they were things,
// ten a page.
type world struct {
	visits atomic.Int64
	// after is called behind each page; an error ends the listing.
	after func(page int) error
	asked atomic.Value // The region of the clients.
}

func (w *world) def() kind.Def {
	return kind.Def{
		Kind: model.Kind{ID: worldKind, Aliases: []string{"world"}, Title: "WORLD", Plural: "worlds", Order: 900, Scope: model.Global},
		List: w.list,
	}
}

func (w *world) list(ctx context.Context, visit *kind.Visit) error {
	w.visits.Add(1)
	w.asked.Store(visit.Clients.Region())
	pages := account.NewListRegionsPaginator(aws.Client(visit.Clients, account.NewFromConfig), &account.ListRegionsInput{MaxResults: sdk.Int32(10)})
	for n := 1; pages.HasMorePages(); n++ {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, r := range page.Regions {
			id := sdk.ToString(r.RegionName)
			visit.Found(&model.Resource{Ref: visit.Ref(worldKind, id), Name: id, Counts: true, Rate: model.Rate{Known: true}}, json.RawMessage(`{}`))
		}
		if w.after != nil {
			if err := w.after(n); err != nil {
				return err
			}
		}
	}
	return nil
}

// withWorld adds the kind to a stage.
func withWorld(t testing.TB, o sim.Options, w *world) *stage {
	t.Helper()
	st := newStage(t, o, breach.UniformOptions{Regions: 1, Clusters: 1, Tasks: 1})
	st.add(w.def())
	return st
}

// add gives a stage one more kind.
func (st *stage) add(d kind.Def) {
	st.t.Helper()
	var err error
	st.defs = append(st.defs, d)
	if st.catalog, err = kind.Catalog(st.defs); err != nil {
		st.t.Fatal(err)
	}
}

// regionsCounted says whether every enabled region is counted in every kind.
func regionsCounted(t *testing.T, g *model.Grid) {
	t.Helper()
	if g.Regions != 34 || g.Read != 24 || g.Disabled != 10 {
		t.Errorf("%d of %d regions read, %d disabled; want 24 of 34 and 10", g.Read, g.Regions, g.Disabled)
	}
	for _, row := range g.Rows {
		if got := states(g, row.Region.Name); row.Region.Readable() && (got[model.CellCounted] != len(g.Kinds) || row.Total.AtLeast) {
			t.Errorf("%s: %v, want all counted", row.Region.Name, got)
		}
	}
}

// TestAGlobalKindIsListedOnceForTheWholeAccount, where the partition's global services live,
// whatever region the caller works in.
func TestAGlobalKindIsListedOnceForTheWholeAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		st := withWorld(t, sim.Options{Latency: 40 * time.Millisecond}, w)
		st.reconnect("eu-west-1", st.server.Transport())
		snap, g := st.once()
		if w.visits.Load() != 1 || w.asked.Load() != "us-east-1" {
			t.Errorf("listed %d times, in %v", w.visits.Load(), w.asked.Load())
		}
		regionsCounted(t, g)
		if g.Global == nil || g.Global.Cells[0].State != model.CellCounted || g.Global.Cells[0].Sum.Count != 34 {
			t.Fatalf("the account as a whole: %+v", g.Global)
		}
		for _, r := range snap.In(st.place("").Cell(worldKind)) {
			if !r.Ref.Global() || r.Ref.Account != st.conn.Caller().Account {
				t.Errorf("%v is not a thing of the account as a whole", r.Ref)
			}
		}
		p := snap.Progress()
		if want := 24*len(g.Kinds) + 1; p.FirstPass || p.Done != want || p.Total != want {
			t.Errorf("progress %+v, want %d cells", p, want)
		}
	})
}

// TestADeniedGlobalCellCostsNoRegion.
func TestADeniedGlobalCellCostsNoRegion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		faults := sim.Faults{Deny: []sim.Denial{{Region: "us-east-1", Service: "account"}}}
		st := withWorld(t, sim.Options{Latency: 40 * time.Millisecond, Faults: faults}, &world{})
		snap, g := st.once()
		regionsCounted(t, g)
		cell := g.Global.Cells[0]
		if cell.State != model.CellDenied || cell.Cell.Failure == nil || cell.Cell.Failure.Code == "" || cell.Cell.Failure.Region != "us-east-1" {
			t.Errorf("the global cell is %s: %v", cell.State, cell.Cell.Failure)
		}
		if !g.Total.AtLeast || len(g.Troubled) != 1 || snap.Progress().FirstPass {
			t.Errorf("total %+v, %d troubled, progress %+v", g.Total, len(g.Troubled), snap.Progress())
		}
	})
}

// TestAPartialGlobalCellTaintsItsOwnRowOnly.
func TestAPartialGlobalCellTaintsItsOwnRowOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{after: func(page int) error {
			if page == 2 {
				return context.DeadlineExceeded
			}
			return nil
		}}
		st := withWorld(t, sim.Options{Latency: 40 * time.Millisecond}, w)
		_, g := st.once()
		regionsCounted(t, g)
		if c := g.Global.Cells[0]; c.State != model.CellPartial || c.Sum.Count != 20 || !g.Global.Total.AtLeast {
			t.Errorf("the global cell: %s %+v", c.State, c.Sum)
		}
		if w.visits.Load() != 3 {
			t.Errorf("it was read %d times, want twice again", w.visits.Load())
		}
	})
}

// TestDeadRegionsDoNotDelayTheAccountAsAWhole: neither a region that answers nothing, nor a list of
// regions that does not come.
func TestDeadRegionsDoNotDelayTheAccountAsAWhole(t *testing.T) {
	for name, path := range map[string]string{"a black hole": "", "no list of regions": "/listRegions"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				st := newStage(t, sim.Options{Latency: 40 * time.Millisecond, Faults: sim.Faults{Blackhole: []string{"sa-east-1"}}},
					breach.UniformOptions{Regions: 1, Clusters: 1, Tasks: 1})
				var seen atomic.Value
				st.add(kind.Def{
					Kind: model.Kind{ID: "world:me", Title: "ME", Order: 901, Scope: model.Global},
					List: func(ctx context.Context, visit *kind.Visit) error {
						_, err := aws.Client(visit.Clients, sts.NewFromConfig).GetCallerIdentity(ctx, nil)
						seen.Store(visit.Now())
						return err
					},
				})
				st.reconnect("us-east-1", hanging{next: st.server.Transport(), path: path})
				began := time.Now()
				_, g := st.once()
				if took := seen.Load().(time.Time).Sub(began); took > time.Second {
					t.Errorf("it was read after %v", took)
				}
				if c := g.Global.Cells[0]; c.State != model.CellCounted {
					t.Errorf("it is %s: %v", c.State, c.Cell.Failure)
				}
				if got := states(g, "sa-east-1"); got[model.CellUnreachable] != len(g.Kinds) || g.Read != 23 {
					t.Errorf("the black hole: %v, %d read", got, g.Read)
				}
			})
		})
	}
}

// hanging never answers requests of a path.
type hanging struct {
	next http.RoundTripper
	path string
}

func (h hanging) RoundTrip(r *http.Request) (*http.Response, error) {
	if h.path != "" && strings.HasSuffix(r.URL.Path, h.path) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	return h.next.RoundTrip(r)
}

// reconnect replaces the stage's connection by one with another region or transport.
func (st *stage) reconnect(region string, transport http.RoundTripper) {
	st.t.Helper()
	st.conn.Close()
	key, secret, token := st.breach.Responder()
	conn, err := aws.Connect(st.t.Context(), aws.Options{
		Transport: transport, Region: region, Credentials: credentials.NewStaticCredentialsProvider(key, secret, token),
	})
	if err != nil {
		st.t.Fatal(err)
	}
	st.t.Cleanup(conn.Close)
	st.conn = conn
}

// tally counts the cells of each place that a scanner hands on within a time.
func tally(ctx context.Context, s *scan.Scanner, within time.Duration) map[model.Place]int {
	seen := map[model.Place]int{}
	until, stop := context.WithTimeout(ctx, within)
	defer stop()
	for {
		b, err := s.Next(until)
		if err != nil {
			return seen
		}
		for _, c := range b.Cells {
			if c.State != model.CellScanning && c.State != model.CellDisabled {
				seen[c.Key.Place]++
			}
		}
	}
}

// TestTheAccountAsAWholeIsAskedForLikeAnyPlace: rescanned by its cell, watched, focused and
// restricted.
func TestTheAccountAsAWholeIsAskedForLikeAnyPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		st := withWorld(t, sim.Options{Latency: 40 * time.Millisecond}, w)
		ctx, cancel := context.WithCancel(t.Context())
		global, region := st.place(""), st.place("us-east-1")
		s := scan.Start(ctx, st.options())
		if seen := tally(ctx, s, 20*time.Second); len(seen) != 25 || seen[global] != 1 {
			t.Errorf("the first pass: %v", seen)
		}
		s.Rescan(global.Cell(worldKind))
		if seen := tally(ctx, s, time.Second); len(seen) != 1 || seen[global] != 1 {
			t.Errorf("rescanned: %v", seen)
		}
		s.Rescan(region.Cell("ecs:cluster"))
		if seen := tally(ctx, s, time.Second); len(seen) != 1 || seen[region] != 1 {
			t.Errorf("a region's cell rescanned: %v", seen)
		}
		s.Rescan()
		if seen := tally(ctx, s, 5*time.Second); len(seen) != 25 {
			t.Errorf("everything rescanned: cells of %d places came", len(seen))
		}
		s.Watch(global)
		if seen := tally(ctx, s, 21*time.Second); len(seen) != 1 || seen[global] < 4 {
			t.Errorf("watched: %v", seen)
		}
		s.Watch()
		s.Focus(region)
		if seen := tally(ctx, s, 3*time.Minute); len(seen) != 1 || seen[region] == 0 {
			t.Errorf("focused on a region: %v", seen)
		}
		s.Focus(global)
		if seen := tally(ctx, s, 3*time.Minute); len(seen) != 1 || seen[global] < 40 {
			t.Errorf("focused on the account as a whole: %v", seen)
		}
		cancel()
		s.Close()
	})
}

// TestOnlyRestrictsPlaces: a removal in one region asks for nothing of the account as a whole.
func TestOnlyRestrictsPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, only := range []string{"us-east-1", ""} {
			st := withWorld(t, sim.Options{Latency: 40 * time.Millisecond}, &world{})
			o := st.options()
			o.Once, o.Only = true, []model.Place{st.place(only)}
			s := scan.Start(t.Context(), o)
			inv := model.NewInventory()
			seen := map[model.Place]bool{}
			for {
				b, err := s.Next(t.Context())
				if err != nil {
					break
				}
				inv.Apply(b)
				for _, c := range b.Cells {
					if c.State == model.CellCounted {
						seen[c.Key.Place] = true
					}
				}
			}
			s.Close()
			p := inv.Live().Progress()
			if len(seen) != 1 || !seen[st.place(only)] || p.FirstPass || p.Done != p.Total || p.Total == 0 {
				t.Errorf("only %q: %v, progress %+v", only, seen, p)
			}
		}
	})
}

// TestBreakersAreByPlace: what the account as a whole does not answer slows no region down.
func TestBreakersAreByPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{after: func(int) error { return nil }}
		st := withWorld(t, sim.Options{Latency: 40 * time.Millisecond}, w)
		st.defs = slices.DeleteFunc(st.defs, func(d kind.Def) bool { return d.ID != worldKind && d.ID != "ecs:cluster" })
		st.defs[1].List = func(context.Context, *kind.Visit) error { return errors.Join(context.DeadlineExceeded) }
		if st.defs[1].ID != worldKind {
			t.Fatal("the global kind is not last")
		}
		ctx, cancel := context.WithCancel(t.Context())
		s := scan.Start(ctx, st.options())
		tally(ctx, s, 10*time.Second)
		seen := tally(ctx, s, 10*time.Minute)
		if seen[st.place("us-east-1")] < 9 || seen[st.place("")] > 4 || seen[st.place("")] == 0 {
			t.Errorf("in ten minutes %d looks at us-east-1 and %d at the account as a whole, which never answers", seen[st.place("us-east-1")], seen[st.place("")])
		}
		cancel()
		s.Close()
	})
}
