package casefile

import (
	"encoding/json"
	"time"

	"github.com/rootout/rootout/model"
)

// shelves is what the writer remembers of the inventory, so that it writes only what has changed: a second listing of 100,000 unchanged
// resources touches their narrow rows alone. It costs about 100 bytes a resource.
type shelves struct {
	cells map[model.CellKey]*shelf
}

// shelf is one cell: its row and the resources that are in it now.
type shelf struct {
	id      int64
	counted time.Time
	items   map[refKey]*shelved
}

// shelved is one resource: its row, the fingerprints of what is stored, and the listing of this session that met it last. Passes of an
// earlier session mean nothing to this one's scanner, which counts from 1 again.
type shelved struct {
	row          int64
	content, raw int64
	pass         uint64
}

// load reads the shelves of a case that has been written before.
func (w *writer) load() (*shelves, error) {
	s := &shelves{cells: map[model.CellKey]*shelf{}}
	byID := map[int64]*shelf{}
	err := each(w.ctx, w.conn, "SELECT id, account, region, kind, first_counted FROM cell", nil, func(scan func(...any) error) error {
		var key model.CellKey
		var counted nullStamp
		one := &shelf{items: map[refKey]*shelved{}}
		if err := scan(&one.id, &key.Account, &key.Region, &key.Kind, &counted); err != nil {
			return err
		}
		one.counted = outStamp(counted)
		s.cells[key], byID[one.id] = one, one
		return nil
	})
	if err != nil {
		return nil, err
	}
	const present = "SELECT id, key, cell, content_hash, raw_hash FROM resource WHERE gone IS NULL"
	err = each(w.ctx, w.conn, present, nil, func(scan func(...any) error) error {
		var key []byte
		var cell int64
		item := &shelved{}
		if err := scan(&item.row, &key, &cell, &item.content, &item.raw); err != nil {
			return err
		}
		if one := byID[cell]; one != nil && len(key) == len(refKey{}) {
			one.items[refKey(key)] = item
		}
		return nil
	})
	return s, err
}

// shelf finds or makes the row of a cell.
func (w *writer) shelf(key model.CellKey) (*shelf, error) {
	if one := w.shelves.cells[key]; one != nil {
		return one, nil
	}
	const insert = `INSERT INTO cell (account, region, kind, state, fresh_for) VALUES (?, ?, ?, ?, 0)`
	row, err := w.exec(insert, key.Account, key.Region, string(key.Kind), model.CellUnasked.String())
	if err != nil {
		return nil, err
	}
	id, err := row.LastInsertId()
	if err != nil {
		return nil, err
	}
	one := &shelf{id: id, items: map[refKey]*shelved{}}
	w.shelves.cells[key] = one
	return one, nil
}

// put writes one found resource.
func (w *writer) put(f *model.Found, at time.Time) error {
	r := f.Resource
	cell, err := w.shelf(r.Ref.Cell())
	if err != nil {
		return err
	}
	content, err := encodeResource(r)
	if err != nil {
		return err
	}
	seen := r.SeenAt
	if seen.IsZero() {
		seen = at
	}
	key := keyOf(r.Ref)
	item := cell.items[key]
	if item == nil {
		first := r.FirstSeen
		if first.IsZero() {
			first = at
		}
		if item, err = w.insert(key, cell, first); err != nil {
			return err
		}
		cell.items[key] = item
	}
	item.pass = max(item.pass, f.Pass)
	return w.refresh(item, content, f.Raw, seen)
}

// insert makes the narrow row, or takes up again that of a resource that was gone. Its last columns are filled in by refresh.
func (w *writer) insert(key refKey, cell *shelf, first time.Time) (*shelved, error) {
	const insert = `INSERT INTO resource (key, cell, content_hash, raw_hash, first_seen) VALUES (?, ?, 0, 0, ?) ON CONFLICT (key) DO NOTHING`
	made, err := w.exec(insert, key[:], cell.id, inStamp(first))
	if err != nil {
		return nil, err
	}
	item := &shelved{}
	if n, err := made.RowsAffected(); err != nil || n == 1 {
		if err == nil {
			item.row, err = made.LastInsertId()
		}
		return item, err
	}
	const again = "UPDATE resource SET cell = ?, first_seen = ?, gone = NULL WHERE key = ? RETURNING id, content_hash, raw_hash"
	s, err := w.statement(again)
	if err != nil {
		return nil, err
	}
	err = s.QueryRowContext(w.ctx, cell.id, inStamp(first), key[:]).Scan(&item.row, &item.content, &item.raw)
	return item, err
}

// refresh brings the rows of a resource up to what a listing said, writing only what differs. A listing without a record leaves the record.
func (w *writer) refresh(item *shelved, content, raw []byte, seen time.Time) error {
	contentPrint, rawPrint := fingerprint(content), item.raw
	if len(raw) > 0 {
		rawPrint = fingerprint(raw)
	}
	if contentPrint != item.content {
		const upsert = "INSERT INTO content (resource, json) VALUES (?, ?) ON CONFLICT (resource) DO UPDATE SET json = excluded.json"
		if _, err := w.exec(upsert, item.row, string(content)); err != nil {
			return err
		}
	}
	if rawPrint != item.raw {
		const upsert = "INSERT INTO raw (resource, json) VALUES (?, ?) ON CONFLICT (resource) DO UPDATE SET json = excluded.json"
		if _, err := w.exec(upsert, item.row, w.zip.zip(raw)); err != nil {
			return err
		}
	}
	const update = "UPDATE resource SET content_hash = ?, raw_hash = ?, seen = ? WHERE id = ?"
	_, err := w.exec(update, contentPrint, rawPrint, inStamp(seen), item.row)
	item.content, item.raw = contentPrint, rawPrint
	return err
}

// leave marks a resource as gone. Its row, content and record stay: what an intruder took away again is part of the case.
func (w *writer) leave(cell *shelf, key refKey, at time.Time) error {
	item := cell.items[key]
	if item == nil {
		return nil
	}
	delete(cell.items, key)
	_, err := w.exec("UPDATE resource SET gone = ? WHERE id = ?", at.UnixNano(), item.row)
	return err
}

// closeCell records what a listing found out about a cell. As in model.Inventory, a completed one proves that what it did not meet is gone.
func (w *writer) closeCell(c model.Cell, at time.Time) error {
	cell, err := w.shelf(c.Key)
	if err != nil {
		return err
	}
	var failure any
	if c.Failure != nil {
		text, err := json.Marshal(c.Failure)
		if err != nil {
			return err
		}
		failure = string(text)
	}
	if !c.FirstCounted.IsZero() {
		cell.counted = c.FirstCounted
	}
	if cell.counted.IsZero() && c.Proves() {
		cell.counted = latest(c.AsOf, at)
	}
	const update = "UPDATE cell SET state = ?, as_of = ?, fresh_for = ?, failure = ?, first_counted = ? WHERE id = ?"
	_, err = w.exec(update, c.State.String(), inStamp(c.AsOf), int64(c.FreshFor), failure, inStamp(cell.counted), cell.id)
	if err != nil || !c.Proves() {
		return err
	}
	if !c.AsOf.IsZero() {
		at = c.AsOf
	}
	for key, item := range cell.items {
		if item.pass < c.Pass {
			if err := w.leave(cell, key, at); err != nil {
				return err
			}
		}
	}
	return nil
}
