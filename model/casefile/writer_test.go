package casefile

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
)

// block keeps the writer busy until the returned function is called.
func block(t *testing.T, c *Case) (release func()) {
	t.Helper()
	begun, end := make(chan struct{}), make(chan struct{})
	go func() {
		_ = c.do(context.Background(), func(*writer) error {
			close(begun)
			<-end
			return nil
		})
	}()
	<-begun
	return func() { close(end) }
}

func waitFor(c *Case, queued int) {
	for len(c.urgent) < queued {
		continue
	}
}

func TestManyAppendsShareOneCommit(t *testing.T) {
	c := create(t)
	release := block(t, c)
	const workers = 216
	var group sync.WaitGroup
	for i := range workers {
		group.Go(func() {
			if _, err := c.Append(t.Context(), Entry{Kind: Intent, Step: "s" + strconv.Itoa(i)}); err != nil {
				t.Error(err)
			}
		})
	}
	waitFor(c, workers)
	release()
	group.Wait()
	// One for the blocking request and one for all that waited behind it.
	if commits, appends := c.Stats(); commits != 2 || appends != workers {
		t.Errorf("%d appends took %d commits", appends, commits)
	}
}

// TestABadRequestFailsAlone: the others of its group are written, and the chain has no hole where
// it would have been.
func TestABadRequestFailsAlone(t *testing.T) {
	c := create(t)
	release := block(t, c)
	refused := errors.New("refused")
	var group sync.WaitGroup
	const good = 20
	for range good {
		group.Go(func() {
			if _, err := c.Append(t.Context(), Entry{Kind: Note}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Go(func() {
		err := c.do(t.Context(), func(w *writer) error {
			_, err := w.append(Entry{At: start, Kind: Note})
			return errors.Join(err, refused)
		})
		if !errors.Is(err, refused) {
			t.Errorf("got %v", err)
		}
	})
	waitFor(c, good+1)
	release()
	group.Wait()
	if r := must(c.VerifyChain(t.Context()))(t); !r.OK() || r.Entries != 1+good {
		t.Errorf("%+v", r)
	}
}

func TestAPatientAppendIsInTheJournalOrFails(t *testing.T) {
	c := create(t)
	ctx, cancel := context.WithCancel(t.Context())
	release := block(t, c)
	done := make(chan error)
	go func() {
		_, err := c.Append(ctx, Entry{Kind: Intent})
		done <- err
	}()
	waitFor(c, 1)
	cancel()
	release()
	if err := <-done; err != nil {
		t.Errorf("it was handed over before the context ended, and got %v", err)
	}
	if n := len(must(c.Journal(t.Context(), ""))(t)); n != 2 {
		t.Errorf("%d entries", n)
	}
}

func TestUnchangedRecordsAreNotWrittenAgain(t *testing.T) {
	c := create(t)
	b := breach(300)
	if err := c.Record(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	path := shut(t, c)
	forge(t, path, `UPDATE raw SET json = '"as it was"'`, `UPDATE content SET json = json_set(json, '$.state', 'as it was')`)
	c = open(t, path, Writer)
	changed := *b.Found[0].Resource
	changed.State = "STOPPED"
	b.Found[0] = model.Found{Resource: &changed, Raw: []byte(`"new"`), Pass: 1}
	b.At = start.AddDate(0, 0, 1)
	if err := c.Record(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	loaded := must(c.Load(t.Context()))(t)
	for i, f := range loaded.Found {
		raw := string(must(c.Raw(t.Context(), f.Resource.Ref))(t))
		if i == 0 && (raw != `"new"` || f.Resource.State != "STOPPED") {
			t.Errorf("what changed was not written: %s %s", raw, f.Resource.State)
		}
		if i > 0 && (raw != `"as it was"` || f.Resource.State != "as it was") {
			t.Fatalf("%d was written again: %s %s", i, raw, f.Resource.State)
		}
		if !f.Resource.SeenAt.Equal(b.At) {
			t.Fatalf("%d was last seen at %s", i, f.Resource.SeenAt)
		}
	}
}

// TestUnchangedRecordsAreNotWrittenAgainInOneSession is the same for a second listing of one
// writer.
func TestUnchangedRecordsAreNotWrittenAgainInOneSession(t *testing.T) {
	c := create(t)
	b := breach(3)
	for range 2 {
		if err := errors.Join(c.Record(t.Context(), b), c.Flush(t.Context())); err != nil {
			t.Fatal(err)
		}
		err := c.do(t.Context(), func(w *writer) error {
			_, err := w.conn.ExecContext(w.ctx, `UPDATE raw SET json = '"as it was"'; UPDATE content SET json = json_set(json, '$.state', 'as it was')`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Record(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	for _, f := range must(c.Load(t.Context()))(t).Found {
		if raw := must(c.Raw(t.Context(), f.Resource.Ref))(t); f.Resource.State != "as it was" || string(raw) != `"as it was"` {
			t.Errorf("%s was written again: %s %s", f.Resource.Name, f.Resource.State, raw)
		}
	}
}

func TestRawIsReadWhileItIsOnItsWay(t *testing.T) {
	c := create(t)
	b := breach(2000)
	if err := c.Record(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	last := b.Found[1999]
	if raw := must(c.Raw(t.Context(), last.Resource.Ref))(t); string(raw) != string(last.Raw) {
		t.Errorf("got %s", raw)
	}
	if raw := must(c.Raw(t.Context(), ref("never met")))(t); raw != nil {
		t.Errorf("got %s", raw)
	}
	if err := c.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	// Nothing is on its way any more, so the next look need not wait for anything.
	appendNote(t, c, "null")
	if n := c.pending.Load(); n != 0 {
		t.Errorf("%d batches are said to be on their way", n)
	}
}

// TestFactsRecoverFromAFailure: a failure to write facts is told once, the journal goes on, and the
// next listing fills the gap.
func TestFactsRecoverFromAFailure(t *testing.T) {
	c := create(t)
	if err := c.Record(t.Context(), breach(10)); err != nil {
		t.Fatal(err)
	}
	if err := c.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	exec := func(text string) {
		t.Helper()
		if err := c.do(t.Context(), func(w *writer) error {
			_, err := w.conn.ExecContext(w.ctx, text)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	exec("ALTER TABLE content RENAME TO elsewhere")
	if err := errors.Join(c.Record(t.Context(), breach(20)), c.Flush(t.Context())); err == nil {
		t.Error("the failure was not told")
	}
	appendNote(t, c, "null")
	exec("ALTER TABLE elsewhere RENAME TO content")
	if err := c.Record(t.Context(), breach(20)); err != nil {
		t.Errorf("told twice: %v", err)
	}
	if b := must(c.Load(t.Context()))(t); len(b.Found) != 20 {
		t.Errorf("%d resources", len(b.Found))
	}
}

// TestALostBatchProvesNothingGone: of a listing that lost a batch on its way into the case, what
// earlier batches brought stays, and the cell is known in part until the next listing.
func TestALostBatchProvesNothingGone(t *testing.T) {
	for _, stored := range []int{0, 10} {
		c := create(t)
		exec := func(text string) {
			t.Helper()
			if err := c.do(t.Context(), func(w *writer) error {
				_, err := w.conn.ExecContext(w.ctx, text)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		record := func(found []model.Found, cells ...model.Cell) error {
			return errors.Join(c.Record(t.Context(), &model.Batch{At: start, Found: found, Cells: cells}), c.Flush(t.Context()))
		}
		counted := func(pass uint64) model.Cell {
			return model.Cell{Key: cellKey(), State: model.CellCounted, Pass: pass, AsOf: start}
		}
		all := breach(20).Found
		for i := range all {
			all[i].Pass = 1
		}
		if err := record(all[:stored]); err != nil {
			t.Fatal(err)
		}
		exec("ALTER TABLE content RENAME TO elsewhere")
		if err := record(all[stored:]); err == nil {
			t.Fatal("the failure was not told")
		}
		exec("ALTER TABLE elsewhere RENAME TO content")
		if err := record(nil, counted(1)); err != nil {
			t.Fatal(err)
		}
		b, gone := must(c.Load(t.Context()))(t), must(c.Vanished(t.Context()))(t)
		if len(b.Found) != stored || len(gone) != 0 || b.Cells[0].State != model.CellPartial || !b.Cells[0].FirstCounted.IsZero() {
			t.Errorf("after %d: %d are left, %d gone, the cell is %+v", stored, len(b.Found), len(gone), b.Cells[0])
		}
		for i := range all {
			all[i].Pass = 2
		}
		if err := record(all[1:], counted(2)); err != nil {
			t.Fatal(err)
		}
		b, gone = must(c.Load(t.Context()))(t), must(c.Vanished(t.Context()))(t)
		if len(b.Found) != 19 || len(gone) != min(1, stored) || b.Cells[0].State != model.CellCounted {
			t.Errorf("the next listing: %d are left, %d gone, the cell is %s", len(b.Found), len(gone), b.Cells[0].State)
		}
	}
}

func TestWhatIsGoneStaysKnown(t *testing.T) {
	c := create(t)
	b := breach(3)
	cell := model.Cell{Key: b.Found[0].Resource.Ref.Cell(), State: model.CellCounted, Pass: 2, AsOf: start.Add(9)}
	b.Found[0].Pass = 2
	b.Cells = []model.Cell{cell}
	if err := c.Record(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	left := must(c.Load(t.Context()))(t)
	gone := must(c.Vanished(t.Context()))(t)
	if len(left.Found) != 1 || len(gone) != 2 || gone[0].Resource.Name != "task-1" || !gone[0].At.Equal(cell.AsOf) {
		t.Errorf("%d are left, gone: %+v", len(left.Found), gone)
	}
	if raw := must(c.Raw(t.Context(), gone[0].Resource.Ref))(t); raw == nil {
		t.Error("the record of what is gone is lost")
	}
}

// TestWhatIsNewAndWhatIsGrowthSurvivesANewSession: a resource that comes back is as new as its
// return, and a cell that was counted before is not counted for the first time again.
func TestWhatIsNewAndWhatIsGrowthSurvivesANewSession(t *testing.T) {
	path := shut(t, create(t))
	day := func(n int) time.Time { return start.AddDate(0, 0, n) }
	listing := func(n, resources int) {
		c := open(t, path, Writer)
		b := breach(resources)
		b.At = day(n)
		b.Cells = []model.Cell{{Key: cellKey(), State: model.CellCounted, Pass: 1, AsOf: day(n)}}
		if err := c.Record(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		shut(t, c)
	}
	// More than one transaction holds, so that the end of a listing comes after others.
	const all = 2*chunkMost + 5
	listing(0, all)
	listing(1, all-1)
	listing(2, all)
	b := must(open(t, path, Reader).Load(t.Context()))(t)
	if len(b.Found) != all || len(b.Cells) != 1 {
		t.Fatalf("%d resources, %d cells", len(b.Found), len(b.Cells))
	}
	for i, f := range b.Found {
		want := day(0)
		if i == all-1 {
			want = day(2)
		}
		if !f.Resource.FirstSeen.Equal(want) || !f.Resource.SeenAt.Equal(day(2)) {
			t.Fatalf("%d of %d was first seen %s and last %s, want %s and %s", i, all, f.Resource.FirstSeen, f.Resource.SeenAt, want, day(2))
		}
	}
	if got := b.Cells[0].FirstCounted; !got.Equal(day(0)) {
		t.Errorf("first counted %s", got)
	}
}

// TestAListingThatNeverEnded: what a writer was listing when it went away is known in part, or not
// at all. The batch is as late as the latest that is in it.
func TestAListingThatNeverEnded(t *testing.T) {
	c := create(t)
	b := breach(1)
	other := cellKey()
	other.Region = "us-east-1"
	b.Cells = []model.Cell{{Key: cellKey(), State: model.CellScanning}, {Key: other, State: model.CellScanning, AsOf: start.Add(time.Hour)}}
	if err := c.Record(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	got := must(c.Load(t.Context()))(t)
	if len(got.Cells) != 2 || got.Cells[0].State != model.CellPartial || got.Cells[1].State != model.CellUnasked {
		t.Errorf("%+v", got.Cells)
	}
	if !got.At.Equal(start.Add(time.Hour)) {
		t.Errorf("as late as %s", got.At)
	}
}

// TestACellIsCountedWhenItsListingIsHandedOver: what came between the end of a listing and its
// batch is no growth.
func TestACellIsCountedWhenItsListingIsHandedOver(t *testing.T) {
	for _, late := range []time.Duration{-time.Second, time.Second} {
		c := create(t)
		cell := model.Cell{Key: cellKey(), State: model.CellCounted, AsOf: start}
		if err := c.Record(t.Context(), &model.Batch{At: start.Add(late), Cells: []model.Cell{cell}}); err != nil {
			t.Fatal(err)
		}
		if got := must(c.Load(t.Context()))(t).Cells[0].FirstCounted; !got.Equal(start.Add(max(0, late))) {
			t.Errorf("handed over %s after, it was first counted %s after its listing", late, got.Sub(start))
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	c := create(b)
	const workers = 216
	payload := []byte(`{"targets":["arn:aws:ecs:eu-west-1:123456789012:cluster/prod"],"op":"ecs:DeleteCluster"}`)
	b.ResetTimer()
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			for i := w; i < b.N; i += workers {
				if _, err := c.Append(context.Background(), Entry{Plan: "feed", Step: "s1", Kind: Intent, Payload: payload}); err != nil {
					b.Error(err)
				}
			}
		})
	}
	group.Wait()
	commits, appends := c.Stats()
	b.ReportMetric(float64(appends)/b.Elapsed().Seconds(), "appends/s")
	b.ReportMetric(float64(commits)/b.Elapsed().Seconds(), "commits/s")
	b.ReportMetric(float64(appends)/float64(max(commits, 1)), "appends/commit")
}

func BenchmarkInventory(b *testing.B) {
	const resources, parcel = 100_000, 500
	whole := breach(resources)
	pass := func(c *Case) {
		for i := 0; i < resources; i += parcel {
			if err := c.Record(b.Context(), &model.Batch{At: start, Found: whole.Found[i : i+parcel]}); err != nil {
				b.Fatal(err)
			}
		}
		if err := c.Flush(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	var spent [4]time.Duration
	for b.Loop() {
		c := create(b)
		from := b.Elapsed()
		lap := func(i int) {
			now := b.Elapsed()
			spent[i] += now - from
			from = now
		}
		pass(c)
		lap(0)
		pass(c)
		lap(1)
		path := shut(b, c)
		lap(2)
		c = open(b, path, Reader)
		if loaded := must(c.Load(b.Context()))(b); len(loaded.Found) != resources {
			b.Fatal(len(loaded.Found))
		}
		shut(b, c)
		lap(3)
	}
	for i, what := range []string{"first-s/op", "unchanged-s/op", "close-s/op", "load-s/op"} {
		b.ReportMetric(spent[i].Seconds()/float64(b.N), what)
	}
}
