package casefile

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile/form"
)

// Marks are what the operator has marked, in the order of model.Mark.
func (c *Case) Marks(ctx context.Context) ([]model.Mark, error) {
	var marked []model.Mark
	err := c.look(ctx, func(q *sql.Conn) error {
		marked = nil
		return each(ctx, q, "SELECT ref FROM mark", nil, func(scan func(...any) error) error {
			var text string
			if err := scan(&text); err != nil {
				return err
			}
			m, err := decodeMark(text)
			marked = append(marked, m)
			return err
		})
	})
	if err != nil {
		return nil, c.explain("read the marks", err)
	}
	slices.SortFunc(marked, model.Mark.Compare)
	return marked, nil
}

// SetMarks replaces the marks. Its cost on the disk is that of the marks that come and go.
func (c *Case) SetMarks(ctx context.Context, marked []model.Mark) error {
	want := make(map[refKey]string, len(marked))
	for _, m := range marked {
		key, text, err := encodeMark(m)
		if err != nil {
			return c.explain("keep the marks", err)
		}
		want[key] = text
	}
	err := c.do(ctx, func(w *writer) error { return w.changeMarks(want) })
	if err != nil {
		return c.explain("keep the marks", err)
	}
	return nil
}

// uncoveredMark is the sixth part of the mark of a thing that is no resource of ours.
const uncoveredMark = "uncovered"

// encodeMark is a mark as a JSON array: the five parts of a resource's reference, and a sixth word
// where it is none, with CloudFormation's word as its kind.
func encodeMark(m model.Mark) (key refKey, text string, err error) {
	ref, ok := m.Ref()
	if ok {
		text, err = form.EncodeRef(ref)
		return keyOf(ref), text, err
	}
	u, _ := m.Uncovered()
	ref = model.Ref{Place: m.Place(), Kind: model.KindID(u.Type), ID: u.ID}
	parts := form.RefParts(ref)
	list, err := json.Marshal(append(parts[:], uncoveredMark))
	return keyOf(ref), string(list), err
}

func decodeMark(text string) (model.Mark, error) {
	var parts []string
	if err := json.Unmarshal([]byte(text), &parts); err != nil {
		return model.Mark{}, fmt.Errorf("read a mark: %w", err)
	}
	if len(parts) == 6 && parts[5] == uncoveredMark {
		return model.MarkUncovered(parts[1], model.Uncovered{Type: parts[3], ID: parts[4], Region: parts[2]}), nil
	}
	ref, err := form.DecodeRef(text)
	return model.MarkOf(ref), err
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
			ref, err := form.DecodeRef(stored)
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
	stored, err := form.EncodeRef(ref)
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
