package casefile

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile/form"
)

// levelOf is how far a commit on the writer's connection goes: 2 waits for the disk with every
// commit, 1 does not.
func levelOf(w *writer) (level int, err error) {
	err = w.conn.QueryRowContext(w.ctx, "PRAGMA synchronous").Scan(&level)
	return level, err
}

// TestWhatIsAcknowledgedIsOnTheDisk looks at what SQLite was told in the transactions themselves,
// since a test cannot cut the power: requests wait for the disk, also after facts, which do not.
func TestWhatIsAcknowledgedIsOnTheDisk(t *testing.T) {
	c := create(t)
	durable := func(when string) {
		t.Helper()
		err := c.do(t.Context(), func(w *writer) error {
			level, err := levelOf(w)
			if level != 2 {
				t.Errorf("%s a request is committed at level %d", when, level)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	durable("at first")
	if err := errors.Join(c.Record(t.Context(), breach(1)), c.Flush(t.Context())); err != nil {
		t.Fatal(err)
	}
	durable("after facts")
	if err := errors.Join(c.Record(t.Context(), breach(2)), c.Flush(t.Context())); err != nil {
		t.Fatal(err)
	}
	durable("after more facts")
}

func TestFactsDoNotWaitForTheDisk(t *testing.T) {
	c := create(t)
	path := shut(t, c)
	c = &Case{path: path, now: options("").Now, fields: fieldsOf(options("").Catalog)}
	c.db = must(openPool(path, readWrite, 1, 1))(t)
	defer func() { _ = c.db.Close() }()
	w := must(newWriter(t.Context(), c))(t)
	defer w.release()
	if level := must(levelOf(w))(t); level != 2 {
		t.Errorf("a new writer commits at level %d", level)
	}
	for i, durable := range []bool{false, true, false, false, true, true} {
		var level int
		err := w.transact(durable, func() (err error) {
			level, err = levelOf(w)
			return err
		})
		if want := map[bool]int{false: 1, true: 2}[durable]; err != nil || level != want {
			t.Errorf("transaction %d is committed at level %d, want %d, %v", i, level, want, err)
		}
	}
}

// TestWhatTheJournalRefusesIsNotDone: an entry that cannot be written is told, what would have gone
// with it is not there either, and the chain goes on as if it had never been.
func TestWhatTheJournalRefusesIsNotDone(t *testing.T) {
	path := shut(t, create(t))
	forge(t, path, "CREATE TRIGGER no BEFORE INSERT ON journal WHEN new.kind != 'note' BEGIN SELECT RAISE(ABORT, 'no'); END")
	c := open(t, path, Writer)
	appendNote(t, c, "null")
	p := sealed(t, "one")
	_, appended := c.Append(t.Context(), Entry{Kind: Intent, Plan: p.Digest})
	for what, err := range map[string]error{
		"an intent": appended, "a plan": c.SavePlan(t.Context(), p), "the end": c.End(t.Context()),
		"evidence": c.PutEvidence(t.Context(), Evidence{Ref: ref("a"), Plan: p.Digest, What: "record", Missing: "none"}),
	} {
		if err == nil {
			t.Errorf("%s was acknowledged and is not in the journal", what)
		}
	}
	appendNote(t, c, "null")
	if !c.Identity().Ended.IsZero() || isKept(t, c, p.Digest, ref("a"), "record") || len(must(c.Plans(t.Context()))(t)) > 0 {
		t.Error("something was done without its entry")
	}
	shut(t, c)
	if r := verified(t, path); !r.OK() || r.Entries != 3 {
		t.Errorf("%+v", r)
	}
}

// TestACommitThatFailsIsNoCommit lets SQLite refuse a transaction at its end, by a reference that
// leads nowhere then.
func TestACommitThatFailsIsNoCommit(t *testing.T) {
	path := shut(t, create(t))
	c := &Case{path: path}
	c.db = must(openPool(path, readWrite, 1, 1))(t)
	defer func() { _ = c.db.Close() }()
	w := must(newWriter(t.Context(), c))(t)
	defer w.release()
	if err := w.checkHead(); err != nil {
		t.Fatal(err)
	}
	const late = "PRAGMA foreign_keys=ON; CREATE TABLE late (id REFERENCES resource (id) DEFERRABLE INITIALLY DEFERRED)"
	if _, err := w.conn.ExecContext(t.Context(), late); err != nil {
		t.Fatal(err)
	}
	before := w.head
	err := w.transact(true, func() error {
		_, err := w.append(Entry{At: start, Kind: Note})
		_, failed := w.exec("INSERT INTO late VALUES (9)")
		return errors.Join(err, failed)
	})
	if err == nil || w.head != before || w.appended != 0 || c.commits.Load() != 0 || c.entries.Load() != 0 {
		t.Errorf("got %v, and %d entries count as written", err, w.appended)
	}
	err = w.transact(true, func() error {
		_, err := w.append(Entry{At: start, Kind: Note})
		return errors.Join(err, w.storeHead())
	})
	if err != nil || c.commits.Load() != 1 || c.entries.Load() != 1 {
		t.Errorf("the next one: %v", err)
	}
	if r := verified(t, path); !r.OK() || r.Entries != 2 {
		t.Errorf("%+v", r)
	}
}

// TestOneTransactionOfFactsIsBounded: a request must not wait behind a whole listing.
func TestOneTransactionOfFactsIsBounded(t *testing.T) {
	c := create(t)
	err := c.do(t.Context(), func(w *writer) error {
		in := &intake{batch: breach(20)}
		for i, want := range []int{8, 8, 5} {
			used, err := w.storeBatch(in, 8)
			if err != nil || used != want || in.next != min(20, 8*(1+i)) {
				t.Errorf("part %d took %d and is at %d, %v", i, used, in.next, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestALookThatIsGivenUpHoldsNoMoment: whoever loses patience leaves the next look the present.
func TestALookThatIsGivenUpHoldsNoMoment(t *testing.T) {
	c := create(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := c.look(ctx, func(q *sql.Conn) error {
		cancel()
		return ctx.Err()
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	appendNote(t, c, "null")
	if n := len(must(c.Journal(t.Context(), ""))(t)); n != 2 {
		t.Errorf("%d entries are seen", n)
	}
}

// TestALookSeesOneMoment: all that is read together belongs together, whatever is written
// meanwhile.
func TestALookSeesOneMoment(t *testing.T) {
	c := create(t)
	count := func(q *sql.Conn) (n int) {
		if err := q.QueryRowContext(t.Context(), "SELECT count(*) FROM journal").Scan(&n); err != nil {
			t.Error(err)
		}
		return n
	}
	for _, reader := range []*Case{c, open(t, c.Path(), Reader)} {
		err := reader.look(t.Context(), func(q *sql.Conn) error {
			before := count(q)
			appendNote(t, c, "null")
			if after := count(q); after != before {
				t.Errorf("%d entries became %d", before, after)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		// The next look is at a later moment.
		n := 0
		if err := reader.look(t.Context(), func(q *sql.Conn) error { n = count(q); return nil }); err != nil {
			t.Error(err)
		}
		if all := len(must(c.Journal(t.Context(), ""))(t)); n != all {
			t.Errorf("%d of %d entries are seen", n, all)
		}
	}
}

// TestCloseTellsWhatWasNotWritten: facts that did not reach the case are told at the latest then.
func TestCloseTellsWhatWasNotWritten(t *testing.T) {
	for name, tell := range map[string]func(*Case) error{
		"Close":  func(c *Case) error { return c.Close() },
		"Record": func(c *Case) error { return c.Record(t.Context(), breach(1)) },
		"Flush":  func(c *Case) error { return c.Flush(t.Context()) },
	} {
		c := create(t)
		err := c.do(t.Context(), func(w *writer) error {
			_, err := w.conn.ExecContext(w.ctx, "DROP TABLE content")
			return err
		})
		// Record itself might be the first to tell.
		if err = errors.Join(err, c.enqueue(t.Context(), &intake{batch: breach(1)})); err != nil {
			t.Fatal(err)
		}
		for c.pending.Load() > 0 {
			continue
		}
		if err := tell(c); err == nil || !strings.Contains(err.Error(), "content") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// TestTheFirstFailureIsTold: what comes after it follows from it.
func TestTheFirstFailureIsTold(t *testing.T) {
	var f factFault
	first := errors.New("the disk is full")
	f.note(first)
	f.note(errors.New("the table is not there"))
	if err := f.take(); !errors.Is(err, first) {
		t.Errorf("got %v", err)
	}
	if err := f.take(); err != nil {
		t.Errorf("told twice: %v", err)
	}
}

// TestARecordThatUnpacksToTooMuchIsRefused reads a frame of a few bytes that says it holds a GiB.
func TestARecordThatUnpacksToTooMuchIsRefused(t *testing.T) {
	frame := []byte{0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0x0b, 0, 0, 'a'}
	if _, err := form.Unzip(frame); !errors.Is(err, zstd.ErrDecoderSizeExceeded) {
		t.Errorf("got %v", err)
	}
}

// TestCloseWaitsForWhatIsOnItsWay closes a case whose writer is busy and will fail.
func TestCloseWaitsForWhatIsOnItsWay(t *testing.T) {
	c := create(t)
	err := c.do(t.Context(), func(w *writer) error {
		_, err := w.conn.ExecContext(w.ctx, "DROP TABLE content")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	release := block(t, c)
	if err := c.enqueue(t.Context(), &intake{batch: breach(1)}); err != nil {
		t.Fatal(err)
	}
	closed := make(chan error)
	go func() { closed <- c.Close() }()
	for c.gate.TryRLock() {
		over := c.closed
		c.gate.RUnlock()
		if over {
			break
		}
	}
	select {
	case err := <-closed:
		t.Errorf("it did not wait: %v", err)
	case <-time.After(50 * time.Millisecond):
		release()
		if err := <-closed; err == nil {
			t.Error("what failed at the end was not told")
		}
	}
}

func TestLongRecordsAreCompressed(t *testing.T) {
	z := must(form.NewZipper())(t)
	long, other := []byte(`{"a":"`+strings.Repeat("long ", 2000)+`"}`), []byte(`{"b":"`+strings.Repeat("other ", 2000)+`"}`)
	first := bytes.Clone(z.Zip(long))
	second := z.Zip(other)
	if len(first) > len(long)/10 || len(second) > len(other)/10 {
		t.Errorf("%d bytes become %d, %d become %d", len(long), len(first), len(other), len(second))
	}
	if !bytes.Equal(must(form.Unzip(first))(t), long) || !bytes.Equal(must(form.Unzip(second))(t), other) {
		t.Error("they came back otherwise")
	}
	if short := []byte(`{"a":1}`); !bytes.Equal(z.Zip(short), short) {
		t.Error("a short record was compressed")
	}
	if _, err := form.Unzip(first[:len(first)/2]); err == nil {
		t.Error("half a record was read")
	}
}

// TestWhatCannotBeReadIsTold garbles one row of each table that is read row by row.
func TestWhatCannotBeReadIsTold(t *testing.T) {
	c := create(t)
	b := breach(2)
	b.Cells = []model.Cell{{Key: cellKey(), State: model.CellDenied, Failure: &model.Failure{Operation: "ecs:ListTasks"}}}
	if err := errors.Join(c.Record(t.Context(), b), c.SetMarks(t.Context(), model.MarksOf(ref("a"))), c.SetNote(t.Context(), ref("a"), "x")); err != nil {
		t.Fatal(err)
	}
	if err := c.PutEvidence(t.Context(), Evidence{Ref: ref("a"), What: "record", Missing: "none"}); err != nil {
		t.Fatal(err)
	}
	path := shut(t, c)
	forge(t, path, "UPDATE mark SET ref = '['", "UPDATE note SET ref = '['", "UPDATE evidence SET ref = '['")
	c = open(t, path, Reader)
	_, marks := c.Marks(t.Context())
	_, notes := c.Notes(t.Context())
	_, evidence := c.Evidence(t.Context(), model.Ref{})
	for what, err := range map[string]error{"marks": marks, "notes": notes, "evidence": evidence} {
		if err == nil {
			t.Errorf("%s that cannot be read are not told", what)
		}
	}
	for name, forgery := range map[string][2]string{
		"a state that is none":   {"UPDATE cell SET state = 'sleepy'", "UPDATE cell SET state = 'denied'"},
		"a failure that is none": {"UPDATE cell SET failure = '['", "UPDATE cell SET failure = NULL"},
	} {
		forge(t, path, forgery[0])
		if b, err := c.Load(t.Context()); err == nil {
			t.Errorf("%s: %d resources, %d cells", name, len(b.Found), len(b.Cells))
		}
		forge(t, path, forgery[1])
	}
	if _, err := c.Load(t.Context()); err != nil {
		t.Error(err)
	}
	forge(t, path, "UPDATE content SET json = '{' WHERE resource = 1")
	if _, err := c.Load(t.Context()); err == nil {
		t.Error("a record that cannot be read is not told")
	}
	forge(t, path, "UPDATE resource SET gone = 1")
	if _, err := c.Vanished(t.Context()); err == nil {
		t.Error("a record of what is gone that cannot be read is not told")
	}
}

// TestADamagedRecordIsTold: a raw record that cannot be read is no missing one.
func TestADamagedRecordIsTold(t *testing.T) {
	c := create(t)
	if err := c.Record(t.Context(), breach(1)); err != nil {
		t.Fatal(err)
	}
	path := shut(t, c)
	forge(t, path, "UPDATE raw SET json = substr(json, 1, 40)")
	c = open(t, path, Reader)
	var damaged *DamagedError
	if raw, err := c.Raw(t.Context(), breach(1).Found[0].Resource.Ref); !errors.As(err, &damaged) {
		t.Errorf("got %s, %v", raw, err)
	}
	if err := c.Record(t.Context(), nil); err != nil {
		t.Errorf("a batch that is none: %v", err)
	}
	if err := c.Record(t.Context(), &model.Batch{}); err != nil {
		t.Errorf("an empty batch: %v", err)
	}
}
