package casefile

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile/form"
)

const (
	// groupMost bounds how many requests share a commit, so that the first of them does not wait
	// for an endless stream.
	groupMost = 1024
	// chunkMost is how many found resources one transaction of facts holds: no request waits longer
	// behind facts.
	chunkMost = 256
	// factsMost is how many batches may wait before Record blocks.
	factsMost = 64
)

const upsertMeta = "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"

// job is a request that somebody waits for; it is durable when done has its answer.
type job struct {
	run  func(*writer) error
	done chan error
}

// intake is a batch on its way into the case; a nil batch is a mark in the queue, answered when all
// before it is written.
type intake struct {
	batch *model.Batch
	next  int
	done  chan error
}

// chainHead is the journal's length and last hash.
type chainHead struct {
	count uint64
	hash  hash
}

// writer is the one goroutine that changes the case, and the one connection it does it with.
type writer struct {
	c    *Case
	ctx  context.Context //nolint:containedctx // It outlives every caller's: a transaction is never given up halfway.
	conn *sql.Conn
	// prepared holds statements by their text.
	prepared map[string]*sql.Stmt
	head     chainHead
	appended int64
	zip      *form.Zipper
	stored   *storedInventory
	// doubted are the cells of which facts may have been lost since they were last counted: what
	// their next count did not meet may be what was lost.
	doubted map[model.CellKey]bool
	// synced is whether commits wait for the disk.
	synced bool
}

// startWriter opens the file for writing, checks the journal's end, and starts the writer's
// goroutine. The caller holds the lock.
func (c *Case) startWriter(ctx context.Context) error {
	var err error
	if c.db, err = openPool(c.path, readWrite, 1, 1); err != nil {
		return err
	}
	c.fold = func() { foldLog(context.WithoutCancel(ctx), c.db) }
	if err := checkFile(ctx, c.db, c.path); err != nil {
		return err
	}
	const readers = 4
	if c.read, err = openPool(c.path, readOnly, readers, 1); err != nil {
		return err
	}
	w, err := newWriter(ctx, c)
	if err != nil {
		return c.explain("open the case for writing", err)
	}
	if err := c.loadMeta(ctx); err != nil {
		return errors.Join(err, w.conn.Close())
	}
	if err := w.checkHead(); err != nil {
		return errors.Join(err, w.conn.Close())
	}
	if err := w.migrate(ctx); err != nil {
		return errors.Join(c.explain("bring the case to the format of now", err), w.conn.Close())
	}
	c.urgent, c.facts, c.done = make(chan *job, groupMost), make(chan *intake, factsMost), make(chan struct{})
	go w.work()
	return nil
}

func newWriter(ctx context.Context, c *Case) (*writer, error) {
	w := &writer{
		c: c, ctx: context.WithoutCancel(ctx), prepared: map[string]*sql.Stmt{}, synced: true, doubted: map[model.CellKey]bool{},
	}
	var err error
	if w.zip, err = form.NewZipper(); err != nil {
		return nil, err
	}
	if w.conn, err = c.db.Conn(ctx); err != nil {
		return nil, err
	}
	if ok, err := setJournalMode(ctx, w.conn, "WAL"); err != nil || !ok {
		return nil, errors.Join(err, errors.New("write-ahead logging is not possible here"), w.conn.Close())
	}
	// The keys of 100,000 resources are 4 MB in random order, more than the 2 MB that SQLite keeps
	// in memory by itself; and a log of up to 32 MB lets it write a page that changes often once,
	// not at every 4 MB.
	if _, err := w.conn.ExecContext(ctx, "PRAGMA synchronous=FULL; PRAGMA cache_size=-16384; PRAGMA wal_autocheckpoint=8192"); err != nil {
		return nil, errors.Join(err, w.conn.Close())
	}
	return w, nil
}

// checkHead takes up the chain where it ended, if its end holds.
func (w *writer) checkHead() error {
	damaged := func(what string, err error) error { return &DamagedError{Path: w.c.path, What: what, Err: err} }
	row := w.conn.QueryRowContext(w.ctx, selectEntries+" ORDER BY seq DESC LIMIT 1")
	last, err := scanEntry(row.Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return damaged("the journal is empty", nil)
	}
	if err != nil {
		return w.c.explain("read the journal", err)
	}
	head, err := readHead(w.ctx, w.conn)
	if err != nil {
		return w.c.explain("read the journal", err)
	}
	if last.digest() != last.hash || head != (chainHead{count: last.Seq, hash: last.hash}) {
		return damaged("the end of the journal does not hold; `rootout case verify` says what is wrong", nil)
	}
	w.head = head
	return nil
}

func readHead(ctx context.Context, conn *sql.Conn) (chainHead, error) {
	var head chainHead
	var sum, count []byte
	if err := conn.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'head'").Scan(&sum); err != nil {
		return head, err
	}
	if err := conn.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'count'").Scan(&count); err != nil {
		return head, err
	}
	copy(head.hash[:], sum)
	head.count, _ = strconv.ParseUint(string(count), 10, 64) // A count that is no number fits no journal.
	return head, nil
}

// do hands a request to the writer and waits until it is durable.
func (c *Case) do(ctx context.Context, run func(*writer) error) error {
	if c.mode != Writer {
		return ErrReader
	}
	j := &job{run: run, done: make(chan error, 1)}
	if err := c.submit(ctx, j); err != nil {
		return err
	}
	return <-j.done
}

func (c *Case) submit(ctx context.Context, j *job) error {
	c.gate.RLock()
	defer c.gate.RUnlock()
	if c.closed {
		return ErrClosed
	}
	select {
	case c.urgent <- j:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// work serves requests before facts, until both queues are closed and empty.
func (w *writer) work() {
	defer close(w.c.done)
	defer w.release()
	urgent, facts := w.c.urgent, w.c.facts
	var now *intake
	for urgent != nil || facts != nil || now != nil {
		var group []*job
		if now == nil {
			select {
			case j, open := <-urgent:
				if !open {
					urgent = nil
					continue
				}
				group = append(group, j)
			case in, open := <-facts:
				if !open {
					facts = nil
					continue
				}
				now = in
			}
		}
		if group, urgent = drain(group, urgent); len(group) > 0 {
			w.commitGroup(group)
		}
		if now != nil {
			now, facts = w.commitFacts(now, facts)
		}
	}
}

// drain adds what is waiting to a group. A closed queue comes back as nil.
func drain(group []*job, queue chan *job) ([]*job, chan *job) {
	for len(group) < groupMost && queue != nil {
		select {
		case j, open := <-queue:
			if !open {
				return group, nil
			}
			group = append(group, j)
		default:
			return group, queue
		}
	}
	return group, queue
}

// commitGroup makes a group durable with one commit. If that fails each is tried alone, so that one
// request that cannot be written does not take the others with it.
func (w *writer) commitGroup(group []*job) {
	err := w.transact(true, func() error {
		for _, j := range group {
			if err := j.run(w); err != nil {
				return err
			}
		}
		return w.storeHead()
	})
	if err == nil || len(group) == 1 {
		for _, j := range group {
			j.done <- err
		}
		return
	}
	for _, j := range group {
		w.commitGroup([]*job{j})
	}
}

// transact runs work in one transaction. With durable it has reached the disk when it returns;
// without, it will have with the next durable one, since the log is written in order.
func (w *writer) transact(durable bool, work func() error) error {
	if err := w.sync(durable); err != nil {
		return err
	}
	head, appended := w.head, w.appended
	undo := func(err error) error {
		w.head, w.appended = head, appended
		// After a full disk or an I/O error SQLite has rolled back on its own, and this one has
		// nothing left to do.
		_, _ = w.exec("ROLLBACK")
		return err
	}
	if _, err := w.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	if err := work(); err != nil {
		return undo(err)
	}
	if _, err := w.exec("COMMIT"); err != nil {
		return undo(err)
	}
	w.c.commits.Add(1)
	w.c.entries.Add(w.appended - appended)
	return nil
}

func (w *writer) sync(durable bool) error {
	if w.synced == durable {
		return nil
	}
	level := "NORMAL"
	if durable {
		level = "FULL"
	}
	// Not prepared: SQLite obeys this pragma while it compiles it, so a statement that is kept
	// would do nothing.
	if _, err := w.conn.ExecContext(w.ctx, "PRAGMA synchronous="+level); err != nil {
		return err
	}
	w.synced = durable
	return nil
}

func (w *writer) storeHead() error {
	stored := w.head
	if err := w.setMeta("head", stored.hash[:]); err != nil {
		return err
	}
	return w.setMeta("count", []byte(strconv.FormatUint(stored.count, 10)))
}

func (w *writer) setMeta(name string, value []byte) error {
	_, err := w.exec(upsertMeta, name, value)
	return err
}

// statement prepares a text once.
func (w *writer) statement(text string) (*sql.Stmt, error) {
	if s := w.prepared[text]; s != nil {
		return s, nil
	}
	s, err := w.conn.PrepareContext(w.ctx, text)
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	w.prepared[text] = s
	return s, nil
}

func (w *writer) exec(text string, args ...any) (sql.Result, error) {
	s, err := w.statement(text)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(w.ctx, args...)
}

func (w *writer) release() {
	for _, s := range w.prepared {
		_ = s.Close()
	}
	_ = w.conn.Close()
}

// factFault remembers the first failure to write facts until somebody is told.
type factFault struct {
	mu  sync.Mutex
	err error
}

func (f *factFault) note(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.err = err
	}
}

func (f *factFault) take() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	err := f.err
	f.err = nil
	return err
}
