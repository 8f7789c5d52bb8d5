package scan_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/scan"
	"github.com/rootout/rootout/model"
)

// TestEveryFailureHasItsOwnState: what AWS refuses, slows down, does not know and does not answer
// look different, each with AWS's code, and whatever broke off after something was found is
// partial.
func TestEveryFailureHasItsOwnState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, x := range []struct {
			err  error
			want model.CellState
			code string
		}{
			{nil, model.CellCounted, ""},
			{coded("AccessDeniedException"), model.CellDenied, "AccessDeniedException"},
			{coded("InvalidParameterException"), model.CellUnreadable, "InvalidParameterException"},
			{coded("ThrottlingException"), model.CellThrottled, "ThrottlingException"},
			{coded("UnknownOperationException"), model.CellUnsupported, "UnknownOperationException"},
			{coded("ExpiredTokenException"), model.CellUnreachable, "ExpiredTokenException"},
			{context.DeadlineExceeded, model.CellUnreachable, ""},
			{context.Canceled, model.CellUnreachable, ""},
			{fmt.Errorf("read: %w", io.ErrUnexpectedEOF), model.CellUnreachable, ""},
		} {
			f := &fair{list: func(_ context.Context, v *kind.Visit, _ int) error {
				if v.Region == "some" {
					v.Found(stall(v, "a", ""), nil)
				}
				return x.err
			}}
			sc := f.open(t, regions(model.EnabledByDefault, "none", "some"), func(o *scan.Options) { o.Once = true })
			for {
				b, err := sc.scanner.Next(t.Context())
				if err != nil {
					break
				}
				sc.inv.Apply(b)
			}
			none, some := sc.cell("none"), sc.cell("some")
			if none.State != x.want || x.err == nil != (none.Failure == nil) {
				t.Errorf("%v: %s, %v; want %s", x.err, none.State, none.Failure, x.want)
			}
			if x.err != nil && (none.Failure.Code != x.code || none.Failure.Region != "none" || none.Failure.Operation != "listing fair:stall") {
				t.Errorf("%v: it says %+v", x.err, none.Failure)
			}
			want := model.CellPartial
			if x.err == nil {
				want = model.CellCounted
			}
			if some.State != want || len(sc.inv.Live().In(cellOf("some"))) != 1 {
				t.Errorf("%v after something was found: %s, want %s", x.err, some.State, want)
			}
			// The account itself takes the credentials, so that one odd answer is no end of them.
			if p := sc.inv.Live().Progress(); p.Trouble != nil || p.SignedOut != nil {
				t.Errorf("%v: the scan's trouble is %v, signed out %v", x.err, p.Trouble, p.SignedOut)
			}
		}
	})
}

// TestBrokenCellsAreReadAgain: at once, twice at most, they alone, and only where the place
// answers.
func TestBrokenCellsAreReadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, x := range []struct {
			name   string
			breaks int
			err    error
			some   bool
			answer bool
			want   model.CellState
			reads  int
		}{
			{"sound", 0, nil, false, true, model.CellCounted, 1},
			{"broken once", 1, io.ErrUnexpectedEOF, false, true, model.CellCounted, 2},
			{"broken off after a page", 1, io.ErrUnexpectedEOF, true, true, model.CellCounted, 2},
			{"broken twice", 2, io.ErrUnexpectedEOF, true, true, model.CellCounted, 3},
			{"broken for good", 9, io.ErrUnexpectedEOF, true, true, model.CellPartial, 3},
			{"denied", 9, coded("AccessDeniedException"), false, true, model.CellDenied, 1},
			{"throttled", 9, coded("ThrottlingException"), false, true, model.CellThrottled, 1},
			{"nothing answers", 9, io.ErrUnexpectedEOF, false, false, model.CellUnreachable, 1},
		} {
			broken := &fair{list: func(_ context.Context, v *kind.Visit, n int) error {
				if x.some {
					v.Found(stall(v, "a", ""), nil)
				}
				if n <= x.breaks {
					return x.err
				}
				return nil
			}}
			other := &fair{list: func(context.Context, *kind.Visit, int) error {
				if !x.answer {
					return io.ErrUnexpectedEOF
				}
				return nil
			}}
			began := time.Now()
			sc := broken.open(t, regions(model.EnabledByDefault, "r"), func(o *scan.Options) {
				o.Defs = append(o.Defs, other.def("fair:ride"))
			})
			sc.run(30 * time.Second)
			if got := sc.cell("r").State; got != x.want {
				t.Errorf("%s: %s, want %s", x.name, got, x.want)
			}
			reads := broken.listings("r")
			if len(reads) != x.reads || len(other.listings("r")) != 1 {
				t.Errorf("%s: read %d times, its neighbour %d; want %d and once", x.name, len(reads), len(other.listings("r")), x.reads)
			}
			if last := reads[len(reads)-1].Sub(began); last > 5*time.Second {
				t.Errorf("%s: read for the last time after %v", x.name, last)
			}
		}
	})
}

// TestTheBreakerLeavesADeadRegionAlone: the looks at a region that answers nothing grow rarer up to
// five minutes, an answer ends that, and what somebody asks for is read at once.
func TestTheBreakerLeavesADeadRegionAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var dead atomic.Bool
		dead.Store(true)
		f := &fair{list: func(_ context.Context, v *kind.Visit, _ int) error {
			if v.Region == "dead" && dead.Load() {
				return io.ErrUnexpectedEOF
			}
			return nil
		}}
		sc := f.open(t, regions(model.EnabledByDefault, "dead", "alive"), nil)
		sc.run(30 * time.Minute)
		gaps := func(region string) (out []time.Duration) {
			times := f.listings(region)
			for i := range len(times) - 1 {
				out = append(out, times[i+1].Sub(times[i]))
			}
			return out
		}
		want := []time.Duration{2 * time.Minute, 4 * time.Minute, 5 * time.Minute, 5 * time.Minute, 5 * time.Minute, 5 * time.Minute}
		if got := gaps("dead"); !slices.Equal(got, want) {
			t.Errorf("the dead region was looked at every %v, want %v", got, want)
		}
		if n := len(f.listings("alive")); n != 30 && n != 31 {
			t.Errorf("its neighbour was looked at %d times in 30 minutes", n)
		}
		before := len(f.listings("dead"))
		sc.scanner.Rescan(cellOf("dead"))
		sc.run(time.Second)
		if got := len(f.listings("dead")); got != before+1 {
			t.Errorf("asked for, it was read %d times", got-before)
		}
		dead.Store(false)
		sc.run(6 * time.Minute)
		before = len(f.listings("dead"))
		sc.run(5 * time.Minute)
		if got := len(f.listings("dead")) - before; got != 5 {
			t.Errorf("since it answers it was looked at %d times in 5 minutes", got)
		}
	})
}

// TestOneBrokenKindDoesNotMakeARegionDead: a region that answers anything is looked at as usual.
func TestOneBrokenKindDoesNotMakeARegionDead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sound := &fair{list: func(context.Context, *kind.Visit, int) error { return nil }}
		broken := &fair{list: func(context.Context, *kind.Visit, int) error { return io.ErrUnexpectedEOF }}
		sc := sound.open(t, regions(model.EnabledByDefault, "r"), func(o *scan.Options) { o.Defs = append(o.Defs, broken.def("fair:ride")) })
		sc.run(10*time.Minute + 30*time.Second)
		if n := len(sound.listings("r")); n < 10 {
			t.Errorf("it was looked at %d times in 10 minutes", n)
		}
	})
}

// TestAProofOutweighsAnOlderListing: a listing that began before a removal was proven must not
// bring the thing back, and one that begins later may.
func TestAProofOutweighsAnOlderListing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fair{list: func(_ context.Context, v *kind.Visit, n int) error {
			if n == 2 {
				time.Sleep(10 * time.Second)
			}
			v.Found(stall(v, "a", ""), nil)
			return nil
		}}
		sc := f.open(t, regions(model.EnabledByDefault, "r"), nil)
		ref := model.Ref{Partition: "aws", Place: cellOf("r").Place, Kind: stallKind, ID: "a"}
		sc.run(time.Minute + 5*time.Second)
		if sc.inv.Get(ref) == nil {
			t.Fatal("it was never met")
		}
		sc.scanner.Publish(&model.Batch{At: time.Now(), Gone: []model.Ref{ref}})
		sc.run(7 * time.Second)
		if len(f.listings("r")) != 2 || sc.cell("r").Pass != 2 {
			t.Fatal("the second listing is not over, or a third has begun")
		}
		if sc.inv.Get(ref) != nil {
			t.Error("a listing that began before the proof brought it back")
		}
		sc.run(2 * time.Minute)
		if sc.inv.Get(ref) == nil {
			t.Error("a listing that began after the proof did not bring it back")
		}
		// Within one batch what is gone goes last, so what is found again has to be taken off.
		sc.scanner.Publish(&model.Batch{At: time.Now(), Gone: []model.Ref{ref}})
		sc.scanner.Publish(&model.Batch{At: time.Now(), Found: []model.Found{{Resource: &model.Resource{Ref: ref, Counts: true}, Pass: 1000}}})
		sc.run(time.Second)
		if sc.inv.Get(ref) == nil {
			t.Error("what was found after it was gone is gone")
		}
	})
}

// TestARegionIsReadWhenItIsEnabled, at once, and its cells say so while it is not.
func TestARegionIsReadWhenItIsEnabled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var status atomic.Value
		status.Store(model.Enabled)
		f := &fair{list: func(context.Context, *kind.Visit, int) error {
			time.Sleep(10 * time.Second) // So that its own interval ends apart from that of the list of regions.
			return nil
		}}
		sc := f.open(t, func() (aws.RegionList, error) { return regions(status.Load().(model.OptStatus), "r")() }, nil)
		sc.run(20 * time.Second)
		status.Store(model.Disabled)
		sc.run(3 * time.Minute)
		if got := sc.cell("r").State; got != model.CellDisabled {
			t.Errorf("disabled, its cell is %s", got)
		}
		if p := sc.inv.Live().Progress(); p.Total != 0 {
			t.Errorf("disabled, %d cells are expected", p.Total)
		}
		before := len(f.listings("r"))
		sc.run(3 * time.Minute)
		if got := len(f.listings("r")); got != before {
			t.Errorf("disabled, it was read %d times", got-before)
		}
		status.Store(model.Enabled)
		for sc.inv.Live().Regions[0].Status != model.Enabled {
			sc.run(time.Second)
		}
		sc.run(10 * time.Millisecond) // The news may come at the very moment at which the wait ends.
		if got := len(f.listings("r")); got != before+1 {
			t.Fatal("enabled, it is not read at once")
		}
		sc.run(11 * time.Second)
		if got := sc.cell("r").State; got != model.CellCounted {
			t.Errorf("enabled, its cell is %s", got)
		}
	})
}

// TestKindsKnowWhatTheyMetBefore: a listing that broke off adds to it, a complete one replaces it.
func TestKindsKnowWhatTheyMetBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var known []int
		f := &fair{list: func(_ context.Context, v *kind.Visit, n int) error {
			known = append(known, len(v.Known(stallKind)))
			switch n {
			case 1:
				v.Found(stall(v, "a", ""), nil)
				v.Found(stall(v, "b", ""), nil)
			case 2:
				v.Found(stall(v, "c", ""), nil)
				return coded("AccessDeniedException")
			case 3:
				v.Found(stall(v, "c", ""), nil)
			}
			return nil
		}}
		sc := f.open(t, regions(model.EnabledByDefault, "r"), nil)
		for range 3 {
			sc.scanner.Rescan()
			sc.run(2500 * time.Millisecond)
		}
		if len(known) < 4 || !slices.Equal(known[:4], []int{0, 2, 3, 1}) {
			t.Errorf("known before each listing: %v", known)
		}
	})
}

// TestARegionThatStopsChangingIsLeftInPeace: a change earns one soon look, and no more than that.
func TestARegionThatStopsChangingIsLeftInPeace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fair{list: func(_ context.Context, v *kind.Visit, n int) error {
			state := "ACTIVE"
			if n > 2 {
				state = "DRAINING"
			}
			v.Found(stall(v, "a", state), nil)
			return nil
		}}
		sc := f.open(t, regions(model.EnabledByDefault, "r"), nil)
		sc.run(5 * time.Minute)
		times := f.listings("r")
		var gaps []time.Duration
		for i := range len(times) - 1 {
			gaps = append(gaps, times[i+1].Sub(times[i]))
		}
		want := []time.Duration{time.Minute, time.Minute, 4 * time.Second, time.Minute}
		if len(gaps) < 4 || !slices.Equal(gaps[:4], want) {
			t.Errorf("it was looked at every %v, want %v", gaps, want)
		}
	})
}

// TestBatchesComeAtMostEvery33Milliseconds, the first at once, and nothing is lost between them.
func TestBatchesComeAtMostEvery33Milliseconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fair{list: func(_ context.Context, v *kind.Visit, _ int) error {
			for i := range 1000 {
				v.Found(stall(v, fmt.Sprint(i), ""), nil)
				time.Sleep(time.Millisecond)
			}
			return nil
		}}
		sc := f.open(t, regions(model.EnabledByDefault, "r"), nil)
		var at []time.Time
		found := 0
		for found < 1000 {
			b, err := sc.scanner.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			found += len(b.Found)
			at = append(at, time.Now())
		}
		for i := range len(at) - 1 {
			if gap := at[i+1].Sub(at[i]); gap < 33*time.Millisecond {
				t.Fatalf("two batches within %v", gap)
			}
		}
		if len(at) < 25 {
			t.Errorf("%d batches in a second", len(at))
		}
	})
}

// TestCountsAgeWhereItGoesOnLooking: a count of a single scan is never stale, one of a live scan is
// when two looks were missed.
func TestCountsAgeWhereItGoesOnLooking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, once := range []bool{false, true} {
			f := &fair{list: func(context.Context, *kind.Visit, int) error { return nil }}
			sc := f.open(t, regions(model.EnabledByDefault, "r"), func(o *scan.Options) { o.Once = once })
			for sc.cell("r").State != model.CellCounted {
				b, err := sc.scanner.Next(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				sc.inv.Apply(b)
			}
			c := sc.cell("r")
			if early := c.StateAt(c.AsOf.Add(2 * time.Minute)); early != model.CellCounted {
				t.Errorf("once %v: %s after two minutes", once, early)
			}
			if late := c.StateAt(c.AsOf.Add(3 * time.Minute)); (late == model.CellStale) == once {
				t.Errorf("once %v: %s after three minutes", once, late)
			}
		}
	})
}

// TestAListOfRegionsThatDoesNotCome ends a single scan with its error, and a live one tries again
// within seconds and says so meanwhile.
func TestAListOfRegionsThatDoesNotCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fair{list: func(context.Context, *kind.Visit, int) error { return nil }}
		refused := coded("ExpiredTokenException")
		sc := f.open(t, func() (aws.RegionList, error) { return aws.RegionList{}, refused }, func(o *scan.Options) { o.Once = true })
		for {
			b, err := sc.scanner.Next(t.Context())
			if err == nil {
				sc.inv.Apply(b)
				continue
			}
			if !errors.Is(err, refused) {
				t.Errorf("the scan ended with %v", err)
			}
			break
		}
		var healed atomic.Bool
		sc = f.open(t, func() (aws.RegionList, error) {
			if !healed.Load() {
				return aws.RegionList{}, refused
			}
			return regions(model.EnabledByDefault, "r")()
		}, nil)
		sc.run(10 * time.Second)
		if trouble := sc.inv.Live().Progress().Trouble; trouble == nil || trouble.Code != "ExpiredTokenException" {
			t.Errorf("the trouble is %v", trouble)
		}
		healed.Store(true)
		sc.run(6 * time.Second)
		if p := sc.inv.Live().Progress(); p.Trouble != nil || sc.cell("r").State != model.CellCounted {
			t.Errorf("healed: trouble %v, cell %s", p.Trouble, sc.cell("r").State)
		}
	})
}

// TestACellIsScannedUntilItsFirstAnswer: a later look leaves the count on the screen.
func TestACellIsScannedUntilItsFirstAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fair{list: func(context.Context, *kind.Visit, int) error {
			time.Sleep(10 * time.Second)
			return nil
		}}
		sc := f.open(t, regions(model.EnabledByDefault, "r"), nil)
		sc.run(5 * time.Second)
		if got := sc.cell("r").State; got != model.CellScanning {
			t.Errorf("during the first look it is %s", got)
		}
		sc.run(10 * time.Second)
		if got := sc.cell("r").State; got != model.CellCounted {
			t.Errorf("after the first look it is %s", got)
		}
		sc.run(time.Minute)
		if got := sc.cell("r").State; got != model.CellCounted || len(f.listings("r")) != 2 {
			t.Errorf("during look %d it is %s", len(f.listings("r")), got)
		}
	})
}
