package casefile

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile/form"
)

type nullStamp = sql.NullInt64

// Record hands a batch of facts to the case and returns; the writer puts it down in the background.
// It blocks while too many batches wait, so that facts are never dropped. The batch must not be
// changed afterwards. An error that the writer met with earlier facts is returned once, by the next
// Record, Flush or Close; those facts are missing in the case until the next listing brings them
// again, and this batch is taken in nevertheless.
func (c *Case) Record(ctx context.Context, b *model.Batch) error {
	if b == nil || b.Empty() {
		return nil
	}
	if err := c.enqueue(ctx, &intake{batch: b}); err != nil {
		return err
	}
	if err := c.faults.take(); err != nil {
		return c.explain("record what was found", err)
	}
	return nil
}

// Flush waits until everything recorded so far is in the case.
func (c *Case) Flush(ctx context.Context) error {
	mark := &intake{done: make(chan error, 1)}
	if err := c.enqueue(ctx, mark); err != nil {
		return err
	}
	select {
	case err := <-mark.done:
		if err != nil {
			return c.explain("record what was found", err)
		}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *Case) enqueue(ctx context.Context, in *intake) error {
	if c.mode != Writer {
		return ErrReader
	}
	c.gate.RLock()
	defer c.gate.RUnlock()
	if c.closed {
		return ErrClosed
	}
	if c.fields == nil && in.batch != nil && len(in.batch.Found) > 0 {
		return errNoCatalog
	}
	c.pending.Add(1)
	select {
	case c.facts <- in:
		return nil
	case <-ctx.Done():
		c.pending.Add(-1)
		return ctx.Err()
	}
}

// commitFacts writes one transaction's worth of facts, and returns what is left of the batch that
// it is at. It takes in further batches that wait, up to a chunk.
func (w *writer) commitFacts(now *intake, queue chan *intake) (*intake, chan *intake) {
	if now.batch == nil {
		now.done <- w.c.faults.take()
		w.c.pending.Add(-1)
		return nil, queue
	}
	next, touched, finished := now, now, 0
	err := w.transact(false, func() error {
		for budget := chunkMost; next != nil && next.batch != nil && budget > 0; {
			touched = next
			used, err := w.storeBatch(next, budget)
			if err != nil {
				return err
			}
			if next.next < len(next.batch.Found) {
				return nil
			}
			budget -= used
			finished++
			next, queue = poll(queue)
		}
		return nil
	})
	if err != nil {
		// What the writer remembers may be ahead of the file now, so it reads the file again before
		// the next facts.
		w.doubt(touched.batch)
		w.stored = nil
		w.c.faults.note(err)
		if next == touched {
			next, finished = nil, finished+1
		}
	}
	w.c.pending.Add(-int64(finished))
	return next, queue
}

// doubt marks the cells whose listings may have lost something when a transaction failed: those
// that the batch at hand speaks of, and all that the writer knows of, since which resources their
// listings have met is not in the file.
func (w *writer) doubt(lost *model.Batch) {
	if w.stored != nil {
		for key := range w.stored.cells {
			w.doubted[key] = true
		}
	}
	for _, f := range lost.Found {
		w.doubted[f.Resource.Ref.Cell()] = true
	}
	for _, c := range lost.Cells {
		w.doubted[c.Key] = true
	}
}

// poll takes the next batch if one is waiting. A closed queue comes back as nil.
func poll(queue chan *intake) (*intake, chan *intake) {
	if queue == nil {
		return nil, nil
	}
	select {
	case in, open := <-queue:
		if !open {
			return nil, nil
		}
		return in, queue
	default:
		return nil, queue
	}
}

// storeBatch writes at most budget found resources of a batch and, when all are written, the rest
// of it. It says how much of the budget is used.
func (w *writer) storeBatch(in *intake, budget int) (used int, err error) {
	if w.stored == nil {
		if w.stored, err = w.loadStored(); err != nil {
			return 0, err
		}
	}
	b := in.batch
	for ; in.next < len(b.Found) && used < budget; in.next++ {
		if err := w.storeFound(&b.Found[in.next], b.At); err != nil {
			return used, err
		}
		used++
	}
	if in.next < len(b.Found) {
		return used, nil
	}
	if err := w.storeRegions(b.Regions); err != nil {
		return used, err
	}
	for _, ref := range b.Gone {
		cell := w.stored.cells[ref.Cell()]
		if cell == nil {
			continue
		}
		if err := w.storeGone(cell, keyOf(ref), b.At); err != nil {
			return used, err
		}
	}
	for _, c := range b.Cells {
		if err := w.storeCell(c, b.At); err != nil {
			return used, err
		}
	}
	return used + 1 + len(b.Cells), nil
}

func (w *writer) storeRegions(regions []model.Region) error {
	if len(regions) == 0 {
		return nil
	}
	if _, err := w.exec("DELETE FROM region"); err != nil {
		return err
	}
	for i, r := range regions {
		const insert = "INSERT INTO region (position, name, title, status) VALUES (?, ?, ?, ?)"
		if _, err := w.exec(insert, i, r.Name, r.Title, string(r.Status)); err != nil {
			return err
		}
	}
	return nil
}

// Load gives back the inventory as one batch, to be applied to a new model.Inventory: everything
// that is not gone, without raw records.
//
// Every pass is 0, so that the first listing of a new scan proves what is gone. A cell that was
// being listed when it was last heard of comes back as partial, or unasked when nothing of it is
// known.
func (c *Case) Load(ctx context.Context) (*model.Batch, error) {
	if c.mode == Writer {
		if err := c.Flush(ctx); err != nil {
			return nil, err
		}
	}
	b := &model.Batch{}
	err := c.look(ctx, func(q *sql.Conn) error {
		*b = model.Batch{}
		if err := loadRegions(ctx, q, b); err != nil {
			return err
		}
		if err := c.loadFound(ctx, q, b); err != nil {
			return err
		}
		return loadCells(ctx, q, b)
	})
	if err != nil {
		return nil, c.explain("read the inventory", err)
	}
	return b, nil
}

func loadRegions(ctx context.Context, q *sql.Conn, b *model.Batch) error {
	return each(ctx, q, "SELECT name, title, status FROM region ORDER BY position", nil, func(scan func(...any) error) error {
		var r model.Region
		err := scan(&r.Name, &r.Title, &r.Status)
		b.Regions = append(b.Regions, r)
		return err
	})
}

func (c *Case) loadFound(ctx context.Context, q *sql.Conn, b *model.Batch) error {
	read, err := c.resourceReader(ctx, q)
	if err != nil {
		return err
	}
	const query = `SELECT c.json, r.first_seen, r.seen FROM resource r JOIN content c ON c.resource = r.id WHERE r.gone IS NULL ORDER BY r.id`
	return each(ctx, q, query, nil, func(scan func(...any) error) error {
		r, err := scanResource(read, scan)
		if err != nil {
			return err
		}
		b.Found = append(b.Found, model.Found{Resource: r})
		b.At = latest(b.At, r.SeenAt)
		return nil
	})
}

func scanResource(read func([]byte) (*model.Resource, error), scan func(...any) error, more ...any) (*model.Resource, error) {
	var content sql.RawBytes
	var first, seen nullStamp
	if err := scan(append([]any{&content, &first, &seen}, more...)...); err != nil {
		return nil, err
	}
	r, err := read(content)
	if err != nil {
		return nil, err
	}
	r.FirstSeen, r.SeenAt = outStamp(first), outStamp(seen)
	return r, nil
}

func loadCells(ctx context.Context, q *sql.Conn, b *model.Batch) error {
	known := map[model.CellKey]bool{}
	for _, f := range b.Found {
		known[f.Resource.Ref.Cell()] = true
	}
	const query = "SELECT account, region, kind, state, as_of, fresh_for, failure, first_counted FROM cell ORDER BY id"
	return each(ctx, q, query, nil, func(scan func(...any) error) error {
		cell, err := scanCell(scan)
		if err != nil {
			return err
		}
		if cell.State == model.CellScanning {
			cell.State = model.CellUnasked
			if known[cell.Key] {
				cell.State = model.CellPartial
			}
		}
		b.Cells = append(b.Cells, cell)
		b.At = latest(b.At, cell.AsOf)
		return nil
	})
}

func scanCell(scan func(...any) error) (cell model.Cell, err error) {
	var state string
	var failure sql.NullString
	var asOf, counted nullStamp
	err = scan(&cell.Key.Account, &cell.Key.Region, &cell.Key.Kind, &state, &asOf, &cell.FreshFor, &failure, &counted)
	if err != nil {
		return cell, err
	}
	var ok bool
	if cell.State, ok = model.ParseCellState(state); !ok {
		return cell, fmt.Errorf("read a cell: %q is no state", state)
	}
	cell.AsOf, cell.FirstCounted = outStamp(asOf), outStamp(counted)
	cell.Failure, err = form.DecodeFailure(failure)
	return cell, err
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// Vanished is a resource that is not there any more, as it was last seen.
type Vanished struct {
	Resource *model.Resource
	// At is when a listing or a re-read proved it.
	At time.Time
}

// Vanished are the resources that were met once and are gone, in the order in which they were first
// met.
func (c *Case) Vanished(ctx context.Context) ([]Vanished, error) {
	var gone []Vanished
	err := c.look(ctx, func(q *sql.Conn) error {
		gone = nil
		read, err := c.resourceReader(ctx, q)
		if err != nil {
			return err
		}
		const query = `SELECT c.json, r.first_seen, r.seen, r.gone FROM resource r JOIN content c ON c.resource = r.id
			WHERE r.gone IS NOT NULL ORDER BY r.id`
		return each(ctx, q, query, nil, func(scan func(...any) error) error {
			var at nullStamp
			r, err := scanResource(read, scan, &at)
			gone = append(gone, Vanished{Resource: r, At: outStamp(at)})
			return err
		})
	})
	if err != nil {
		return nil, c.explain("read what is gone", err)
	}
	return gone, nil
}

// Raw is the described record of a resource, secrets replaced, as it was last seen, also of one
// that is gone; nil when there is none.
func (c *Case) Raw(ctx context.Context, ref model.Ref) (json.RawMessage, error) {
	raw, err := c.raw(ctx, ref)
	if raw != nil || err != nil || c.pending.Load() == 0 {
		return raw, err
	}
	// It may be on its way.
	if err := c.Flush(ctx); err != nil {
		return nil, err
	}
	return c.raw(ctx, ref)
}

func (c *Case) raw(ctx context.Context, ref model.Ref) (json.RawMessage, error) {
	var stored []byte
	err := c.look(ctx, func(q *sql.Conn) error {
		key := keyOf(ref)
		const query = "SELECT w.json FROM raw w JOIN resource r ON r.id = w.resource WHERE r.key = ?"
		err := q.QueryRowContext(ctx, query, key[:]).Scan(&stored)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return nil, c.explain("read a record", err)
	}
	text, err := form.Unzip(stored)
	if err != nil {
		return nil, &DamagedError{Path: c.path, What: "the record of " + ref.String(), Err: err}
	}
	return text, nil
}
