package scan_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/smithy-go"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/scan"
	"github.com/rootout/rootout/aws/sim"
	"github.com/rootout/rootout/aws/sim/breach"
	"github.com/rootout/rootout/model"
)

const stallKind model.KindID = "fair:stall"

// fair lists stalls as its test says, without any AWS.
type fair struct {
	mu sync.Mutex
	// list answers the n-th listing of a region, from 1.
	list func(ctx context.Context, v *kind.Visit, n int) error
	n    map[string]int
	at   map[string][]time.Time
}

func (f *fair) def(id model.KindID) kind.Def {
	return kind.Def{
		Kind: model.Kind{ID: id, Title: "STALL", Plural: "stalls", Order: 1},
		List: func(ctx context.Context, v *kind.Visit) error {
			f.mu.Lock()
			if f.n == nil {
				f.n, f.at = map[string]int{}, map[string][]time.Time{}
			}
			f.n[v.Region]++
			f.at[v.Region] = append(f.at[v.Region], v.Now())
			n := f.n[v.Region]
			f.mu.Unlock()
			return f.list(ctx, v, n)
		},
	}
}

func (f *fair) listings(region string) []time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.at[region])
}

func stall(v *kind.Visit, id, state string) *model.Resource {
	return &model.Resource{Ref: v.Ref(stallKind, id), Name: id, State: state, Counts: true}
}

// listedAccount is a connection whose list of regions its test gives.
type listedAccount struct {
	*aws.Connection
	regions func() (aws.RegionList, error)
}

func (a listedAccount) RegionList(context.Context) (aws.RegionList, error) { return a.regions() }

func regions(status model.OptStatus, names ...string) func() (aws.RegionList, error) {
	list := aws.RegionList{Source: aws.FromAccount}
	for _, name := range names {
		list.Regions = append(list.Regions, model.Region{Name: name, Status: status})
	}
	return func() (aws.RegionList, error) { return list, nil }
}

// scene is a scan of a fair that is under way, with the inventory that it fills.
type scene struct {
	t       *testing.T
	ctx     context.Context
	scanner *scan.Scanner
	inv     *model.Inventory
	batches []*model.Batch
}

// open begins a scan of the fair in some regions, ending with the test.
func (f *fair) open(t *testing.T, list func() (aws.RegionList, error), change func(*scan.Options)) *scene {
	t.Helper()
	st := newStage(t, sim.Options{}, breach.UniformOptions{Regions: 1, Clusters: 1, Tasks: 1})
	ctx, cancel := context.WithCancel(t.Context())
	o := scan.Options{AWS: listedAccount{st.conn, list}, Defs: []kind.Def{f.def(stallKind)}}
	if change != nil {
		change(&o)
	}
	sc := &scene{t: t, ctx: ctx, scanner: scan.Start(ctx, o), inv: model.NewInventory()}
	t.Cleanup(func() {
		cancel()
		sc.scanner.Close()
	})
	return sc
}

// run takes batches for a while.
func (sc *scene) run(d time.Duration) {
	sc.t.Helper()
	until, stop := context.WithTimeout(sc.ctx, d)
	defer stop()
	for {
		b, err := sc.scanner.Next(until)
		if err != nil {
			if until.Err() == nil {
				sc.t.Fatalf("the scan ended: %v", err)
			}
			return
		}
		sc.batches = append(sc.batches, b)
		sc.inv.Apply(b)
	}
}

func cellOf(region string) model.CellKey {
	return model.Place{Account: "123456789012", Region: region}.Cell(stallKind)
}

func (sc *scene) cell(region string) model.Cell { return sc.inv.Live().Cell(cellOf(region)) }

func coded(code string) error { return &smithy.GenericAPIError{Code: code, Message: "no"} }
