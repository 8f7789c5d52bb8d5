package casefile

import (
	"encoding/json"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile/form"
)

// storedInventory is what the writer remembers of the inventory in the file, so that it writes only
// what has changed: a second listing of 100,000 unchanged resources touches their narrow rows
// alone. It costs about 100 bytes a resource.
type storedInventory struct {
	cells map[model.CellKey]*storedCell
	// billed is since when something in it was billed.
	billed time.Time
}

// storedCell is one cell: its row and the resources that are in it now.
type storedCell struct {
	row       int64
	counted   time.Time
	resources map[refKey]*storedRow
}

// storedRow is one resource: its row, the fingerprints of its content and raw record, and the
// listing of this session that met it last. Passes of an earlier session mean nothing to this one's
// scanner, which counts from 1 again.
type storedRow struct {
	row          int64
	content, raw int64
	pass         uint64
}

// loadStored reads what a case that has been written before holds.
func (w *writer) loadStored() (*storedInventory, error) {
	s := &storedInventory{cells: map[model.CellKey]*storedCell{}}
	byRow := map[int64]*storedCell{}
	var err error
	if s.billed, err = w.c.readBilled(w.ctx, w.conn); err != nil {
		return nil, err
	}
	err = each(w.ctx, w.conn, "SELECT id, account, region, kind, first_counted FROM cell", nil, func(scan func(...any) error) error {
		var key model.CellKey
		var counted nullStamp
		cell := &storedCell{resources: map[refKey]*storedRow{}}
		if err := scan(&cell.row, &key.Account, &key.Region, &key.Kind, &counted); err != nil {
			return err
		}
		cell.counted = outStamp(counted)
		s.cells[key], byRow[cell.row] = cell, cell
		return nil
	})
	if err != nil {
		return nil, err
	}
	const present = "SELECT id, key, cell, content_hash, raw_hash FROM resource WHERE gone IS NULL"
	err = each(w.ctx, w.conn, present, nil, func(scan func(...any) error) error {
		var key []byte
		var cell int64
		stored := &storedRow{}
		if err := scan(&stored.row, &key, &cell, &stored.content, &stored.raw); err != nil {
			return err
		}
		if in := byRow[cell]; in != nil && len(key) == len(refKey{}) {
			in.resources[refKey(key)] = stored
		}
		return nil
	})
	return s, err
}

// cellRow finds or makes the row of a cell.
func (w *writer) cellRow(key model.CellKey) (*storedCell, error) {
	if cell := w.stored.cells[key]; cell != nil {
		return cell, nil
	}
	const insert = `INSERT INTO cell (account, region, kind, state, fresh_for) VALUES (?, ?, ?, ?, 0)`
	made, err := w.exec(insert, key.Account, key.Region, string(key.Kind), model.CellUnasked.String())
	if err != nil {
		return nil, err
	}
	row, err := made.LastInsertId()
	if err != nil {
		return nil, err
	}
	cell := &storedCell{row: row, resources: map[refKey]*storedRow{}}
	w.stored.cells[key] = cell
	return cell, nil
}

// storeFound writes one found resource.
func (w *writer) storeFound(f *model.Found, at time.Time) error {
	r := f.Resource
	cell, err := w.cellRow(r.Ref.Cell())
	if err != nil {
		return err
	}
	record, err := w.c.fields.encode(r)
	if err != nil {
		return err
	}
	seen := r.SeenAt
	if seen.IsZero() {
		seen = at
	}
	key := keyOf(r.Ref)
	first := r.FirstSeen
	if first.IsZero() {
		first = at
	}
	if err := w.noteBilled(r, first); err != nil {
		return err
	}
	stored := cell.resources[key]
	if stored == nil {
		if stored, err = w.resourceRow(key, cell, first); err != nil {
			return err
		}
		cell.resources[key] = stored
	}
	stored.pass = max(stored.pass, f.Pass)
	return w.storeRecords(stored, record, f.Raw, seen)
}

// resourceRow makes the narrow row of a resource, or takes up again that of one that was gone. Its
// last columns are filled in by storeRecords.
func (w *writer) resourceRow(key refKey, cell *storedCell, first time.Time) (*storedRow, error) {
	const insert = `INSERT INTO resource (key, cell, content_hash, raw_hash, first_seen) VALUES (?, ?, 0, 0, ?) ON CONFLICT (key) DO NOTHING`
	made, err := w.exec(insert, key[:], cell.row, inStamp(first))
	if err != nil {
		return nil, err
	}
	stored := &storedRow{}
	if n, err := made.RowsAffected(); err != nil || n == 1 {
		if err == nil {
			stored.row, err = made.LastInsertId()
		}
		return stored, err
	}
	const again = "UPDATE resource SET cell = ?, first_seen = ?, gone = NULL WHERE key = ? RETURNING id, content_hash, raw_hash"
	s, err := w.statement(again)
	if err != nil {
		return nil, err
	}
	err = s.QueryRowContext(w.ctx, cell.row, inStamp(first), key[:]).Scan(&stored.row, &stored.content, &stored.raw)
	return stored, err
}

// storeRecords brings the rows of a resource up to what a listing said, writing only what differs.
// A listing without a raw record leaves the raw record.
func (w *writer) storeRecords(stored *storedRow, record *savedResource, raw []byte, seen time.Time) error {
	text, err := json.Marshal(record)
	if err != nil {
		return err
	}
	contentPrint, rawPrint := fingerprint(text), stored.raw
	if len(raw) > 0 {
		rawPrint = fingerprint(raw)
	}
	if contentPrint != stored.content {
		if err := w.storeContent(stored, record, text, seen); err != nil {
			return err
		}
	}
	if rawPrint != stored.raw {
		const upsert = "INSERT INTO raw (resource, json) VALUES (?, ?) ON CONFLICT (resource) DO UPDATE SET json = excluded.json"
		if _, err := w.exec(upsert, stored.row, w.zip.Zip(raw)); err != nil {
			return err
		}
	}
	const update = "UPDATE resource SET content_hash = ?, raw_hash = ?, seen = ? WHERE id = ?"
	_, err = w.exec(update, contentPrint, rawPrint, inStamp(seen), stored.row)
	stored.content, stored.raw = contentPrint, rawPrint
	return err
}

// storeContent writes the record of a resource. Over an earlier record it adopts the values that
// this rootout has no field for, and what had been spent by then.
func (w *writer) storeContent(stored *storedRow, record *savedResource, text []byte, seen time.Time) error {
	if stored.content != 0 {
		s, err := w.statement("SELECT json FROM content WHERE resource = ?")
		if err != nil {
			return err
		}
		var earlier []byte
		if err := s.QueryRowContext(w.ctx, stored.row).Scan(&earlier); err != nil {
			return err
		}
		if err := w.c.fields.adopt(record, earlier); err != nil {
			return err
		}
		if err := record.keepSpent(earlier, seen); err != nil {
			return err
		}
		if text, err = json.Marshal(record); err != nil {
			return err
		}
	}
	const upsert = "INSERT INTO content (resource, json) VALUES (?, ?) ON CONFLICT (resource) DO UPDATE SET json = excluded.json"
	_, err := w.exec(upsert, stored.row, string(text))
	return err
}

// storeGone marks a resource as gone. Its row, content and raw record stay: what an intruder took
// away again is part of the case.
func (w *writer) storeGone(cell *storedCell, key refKey, at time.Time) error {
	stored := cell.resources[key]
	if stored == nil {
		return nil
	}
	delete(cell.resources, key)
	_, err := w.exec("UPDATE resource SET gone = ? WHERE id = ?", at.UnixNano(), stored.row)
	return err
}

// storeCell records what a listing found out about a cell. As in model.Inventory, a completed one
// proves that what it did not meet is gone; one that may have lost facts on the way here is known
// in part and proves nothing.
func (w *writer) storeCell(c model.Cell, at time.Time) error {
	cell, err := w.cellRow(c.Key)
	if err != nil {
		return err
	}
	if c.Proves() && w.doubted[c.Key] {
		delete(w.doubted, c.Key)
		c.State = model.CellPartial
	}
	failure, err := form.EncodeFailure(c.Failure)
	if err != nil {
		return err
	}
	if !c.FirstCounted.IsZero() {
		cell.counted = c.FirstCounted
	}
	if cell.counted.IsZero() && c.Proves() {
		cell.counted = latest(c.AsOf, at)
	}
	const update = "UPDATE cell SET state = ?, as_of = ?, fresh_for = ?, failure = ?, first_counted = ? WHERE id = ?"
	_, err = w.exec(update, c.State.String(), inStamp(c.AsOf), int64(c.FreshFor), failure, inStamp(cell.counted), cell.row)
	if err != nil || !c.Proves() {
		return err
	}
	if !c.AsOf.IsZero() {
		at = c.AsOf
	}
	for key, stored := range cell.resources {
		if stored.pass < c.Pass {
			if err := w.storeGone(cell, key, at); err != nil {
				return err
			}
		}
	}
	return nil
}
