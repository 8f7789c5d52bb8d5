package casefile

import (
	"context"
	"database/sql"

	"github.com/rootout/rootout/model"
)

// Marks are the resources that the operator has marked, in the order of their references.
func (c *Case) Marks(ctx context.Context) ([]model.Ref, error) {
	var marked []model.Ref
	err := c.look(ctx, func(q *sql.Conn) error {
		marked = nil
		return each(ctx, q, "SELECT ref FROM mark ORDER BY ref", nil, func(scan func(...any) error) error {
			var text string
			if err := scan(&text); err != nil {
				return err
			}
			ref, err := decodeRef(text)
			marked = append(marked, ref)
			return err
		})
	})
	if err != nil {
		return nil, c.explain("read the marks", err)
	}
	return marked, nil
}

// SetMarks replaces the marks. Its cost on the disk is that of the marks that come and go.
func (c *Case) SetMarks(ctx context.Context, marked []model.Ref) error {
	want := make(map[refKey]string, len(marked))
	for _, ref := range marked {
		text, err := encodeRef(ref)
		if err != nil {
			return c.explain("keep the marks", err)
		}
		want[keyOf(ref)] = text
	}
	err := c.do(ctx, func(w *writer) error { return w.changeMarks(want) })
	if err != nil {
		return c.explain("keep the marks", err)
	}
	return nil
}

func (w *writer) changeMarks(want map[refKey]string) error {
	have := map[refKey]bool{}
	err := each(w.ctx, w.conn, "SELECT key FROM mark", nil, func(scan func(...any) error) error {
		var key []byte
		if err := scan(&key); err != nil {
			return err
		}
		if len(key) == len(refKey{}) {
			have[refKey(key)] = true
		}
		return nil
	})
	if err != nil {
		return err
	}
	for key := range have {
		if _, stays := want[key]; stays {
			continue
		}
		if _, err := w.exec("DELETE FROM mark WHERE key = ?", key[:]); err != nil {
			return err
		}
	}
	for key, ref := range want {
		if have[key] {
			continue
		}
		if _, err := w.exec("INSERT INTO mark (key, ref) VALUES (?, ?)", key[:], ref); err != nil {
			return err
		}
	}
	return nil
}

// Notes are what the operator wrote on resources.
func (c *Case) Notes(ctx context.Context) (map[model.Ref]string, error) {
	notes := map[model.Ref]string{}
	err := c.look(ctx, func(q *sql.Conn) error {
		clear(notes)
		return each(ctx, q, "SELECT ref, text FROM note", nil, func(scan func(...any) error) error {
			var stored, note string
			if err := scan(&stored, &note); err != nil {
				return err
			}
			ref, err := decodeRef(stored)
			notes[ref] = note
			return err
		})
	})
	if err != nil {
		return nil, c.explain("read the notes", err)
	}
	return notes, nil
}

// SetNote writes a note on a resource; an empty one takes it away.
func (c *Case) SetNote(ctx context.Context, ref model.Ref, note string) error {
	key := keyOf(ref)
	stored, err := encodeRef(ref)
	if err != nil {
		return c.explain("keep a note", err)
	}
	at := c.now().UnixNano()
	err = c.do(ctx, func(w *writer) error {
		if note == "" {
			_, err := w.exec("DELETE FROM note WHERE key = ?", key[:])
			return err
		}
		const upsert = `INSERT INTO note (key, ref, at, text) VALUES (?, ?, ?, ?)
			ON CONFLICT (key) DO UPDATE SET at = excluded.at, text = excluded.text`
		_, err := w.exec(upsert, key[:], stored, at, note)
		return err
	})
	if err != nil {
		return c.explain("keep a note", err)
	}
	return nil
}
