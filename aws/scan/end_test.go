package scan_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
)

// TestAScanThatIsEndedTellsNoFailures: what was under way is unknown, not unreachable.
func TestAScanThatIsEndedTellsNoFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fair{list: func(ctx context.Context, _ *kind.Visit, _ int) error {
			<-ctx.Done()
			return ctx.Err()
		}}
		sc := f.open(t, regions(model.EnabledByDefault, "r"), nil)
		sc.run(5 * time.Second)
		sc.scanner.Close()
		for {
			b, err := sc.scanner.Next(t.Context())
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			sc.inv.Apply(b)
		}
		if got := sc.cell("r"); got.State != model.CellScanning {
			t.Errorf("its cell is %s: %v", got.State, got.Failure)
		}
	})
}

// TestABrokenListingIsNoChange: what it did not reach has not gone, and the region earns no soon
// look.
func TestABrokenListingIsNoChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fair{list: func(_ context.Context, v *kind.Visit, n int) error {
			v.Found(stall(v, "a", ""), nil)
			if n == 1 {
				return nil
			}
			v.Found(stall(v, "b"+v.Now().String(), ""), nil)
			return coded("AccessDeniedException")
		}}
		sc := f.open(t, regions(model.EnabledByDefault, "r"), nil)
		sc.run(150 * time.Second)
		var gaps []time.Duration
		times := f.listings("r")
		for i := range len(times) - 1 {
			gaps = append(gaps, times[i+1].Sub(times[i]))
		}
		if want := []time.Duration{time.Minute, time.Second, time.Second, time.Minute}; len(gaps) < 4 || !slices.Equal(gaps[:4], want) {
			t.Errorf("it was looked at every %v, want %v", gaps, want)
		}
	})
}

// TestAGuessedListOfRegionsIsSaidSo: regions that are newer than the program are missing from it.
func TestAGuessedListOfRegionsIsSaidSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fair{list: func(context.Context, *kind.Visit, int) error { return nil }}
		sc := f.open(t, func() (aws.RegionList, error) {
			list, err := regions(model.EnabledByDefault, "r")()
			list.Source = aws.FromEmbedded
			return list, err
		}, nil)
		sc.run(5 * time.Second)
		trouble := sc.inv.Live().Progress().Trouble
		if trouble == nil || !strings.Contains(trouble.Message, "rootout's own table") || sc.cell("r").State != model.CellCounted {
			t.Errorf("the trouble is %v, the cell %s", trouble, sc.cell("r").State)
		}
	})
}

// TestADoubtedListOfRegionsIsSaidSo: what it named is read all the same.
func TestADoubtedListOfRegionsIsSaidSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fair{list: func(context.Context, *kind.Visit, int) error { return nil }}
		sc := f.open(t, func() (aws.RegionList, error) {
			list, err := regions(model.EnabledByDefault, "r")()
			list.Doubt = aws.Lacking("account:ListRegions", "us-east-1", "it lacks some")
			return list, err
		}, nil)
		sc.run(5 * time.Second)
		trouble := sc.inv.Live().Progress().Trouble
		if trouble == nil || trouble.Error() != "account:ListRegions in us-east-1: the answer is not whole: it lacks some" || sc.cell("r").State != model.CellCounted {
			t.Errorf("the trouble is %v, the cell %s", trouble, sc.cell("r").State)
		}
	})
}

// TestAReaderThatGivesUpLosesNothing: the next one gets at once what was there.
func TestAReaderThatGivesUpLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fair{list: func(context.Context, *kind.Visit, int) error { return nil }}
		sc := f.open(t, regions(model.EnabledByDefault, "r"), nil)
		sc.run(5 * time.Second)
		gone := func(id string) *model.Batch {
			return &model.Batch{At: time.Now(), Gone: []model.Ref{{Place: cellOf("r").Place, Kind: stallKind, ID: id}}}
		}
		sc.scanner.Publish(gone("a"))
		if _, err := sc.scanner.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
		sc.scanner.Publish(gone("b"))
		hasty, stop := context.WithTimeout(t.Context(), time.Millisecond)
		defer stop()
		if b, err := sc.scanner.Next(hasty); err == nil {
			t.Fatalf("a batch came within a millisecond of the last: %+v", b)
		}
		began := time.Now()
		b, err := sc.scanner.Next(t.Context())
		if err != nil || len(b.Gone) != 1 || time.Since(began) > time.Second {
			t.Errorf("after %v: %+v, %v", time.Since(began), b, err)
		}
	})
}
