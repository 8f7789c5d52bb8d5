package casefile

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile/form"
)

// Evidence is one thing that was kept of a resource before it was touched.
type Evidence struct {
	Ref model.Ref
	// Plan is the digest of the plan for which it was kept.
	Plan string
	// At is when it was read; PutEvidence fills in the clock's time when it is zero.
	At time.Time
	// What names it: "record", "image digest", "public address", "log tail".
	What string
	// Data is the evidence itself as JSON, secrets replaced. Missing says in words why there is
	// none.
	Data    json.RawMessage
	Missing string
}

// digest covers the evidence as it reads, however it is stored.
func (e Evidence) digest() hash {
	h := newHasher("rootout evidence 1")
	for _, part := range form.RefParts(e.Ref) {
		h.text(part)
	}
	h.text(e.Plan)
	h.number(e.At.UnixNano())
	h.text(e.What)
	h.bytes(e.Data)
	h.text(e.Missing)
	return h.sum()
}

// evidenceRecord is the payload of an evidence's entry in the journal; ID is its row.
type evidenceRecord struct {
	ID     int64    `json:"id"`
	Ref    form.Ref `json:"ref"`
	What   string   `json:"what"`
	SHA256 string   `json:"sha256"`
}

// PutEvidence keeps evidence and enters its hash in the journal, in one commit that is on the disk
// when it returns without an error; many callers share one commit. Evidence is only ever added: the
// same thing kept twice is there twice.
func (c *Case) PutEvidence(ctx context.Context, e Evidence) error {
	if e.At.IsZero() {
		e.At = c.now()
	}
	e.At = e.At.UTC()
	if e.What == "" {
		return errors.New("keep evidence: it does not say what it is")
	}
	if len(e.Data) == 0 && e.Missing == "" {
		return errors.New("keep evidence: neither data nor why there is none")
	}
	if len(e.Data) > 0 && !json.Valid(e.Data) {
		return errors.New("keep evidence: the data is not JSON")
	}
	ref, err := form.EncodeRef(e.Ref)
	if err != nil {
		return c.explain("keep evidence", err)
	}
	if err := c.do(ctx, func(w *writer) error { return w.putEvidence(e, ref) }); err != nil {
		return c.explain("keep evidence", err)
	}
	return nil
}

func (w *writer) putEvidence(e Evidence, ref string) error {
	var data any
	if len(e.Data) > 0 {
		data = w.zip.Zip(e.Data)
	}
	key := keyOf(e.Ref)
	const insert = "INSERT INTO evidence (key, ref, plan, at, what, data, missing) VALUES (?, ?, ?, ?, ?, ?, ?)"
	row, err := w.exec(insert, key[:], ref, e.Plan, e.At.UnixNano(), e.What, data, e.Missing)
	if err != nil {
		return err
	}
	id, err := row.LastInsertId()
	if err != nil {
		return err
	}
	sum := e.digest()
	payload, err := json.Marshal(evidenceRecord{ID: id, Ref: form.Ref{Ref: e.Ref}, What: e.What, SHA256: hex.EncodeToString(sum[:])})
	if err != nil {
		return err
	}
	_, err = w.append(Entry{At: e.At, Plan: e.Plan, Kind: EvidenceKept, Payload: payload})
	return err
}

const selectEvidence = "SELECT id, key, ref, plan, at, what, data, missing FROM evidence"

func scanEvidence(scan func(...any) error) (id int64, key refKey, e Evidence, err error) {
	var ref string
	var at int64
	var data, stored []byte
	if err := scan(&id, &stored, &ref, &e.Plan, &at, &e.What, &data, &e.Missing); err != nil {
		return id, key, e, err
	}
	if len(stored) == len(key) {
		key = refKey(stored)
	}
	e.At = time.Unix(0, at).UTC()
	if e.Ref, err = form.DecodeRef(ref); err != nil {
		return id, key, e, err
	}
	if data != nil {
		e.Data, err = form.Unzip(data)
	}
	return id, key, e, err
}

// Evidence is what was kept of a resource, oldest first; of all resources for the zero Ref.
func (c *Case) Evidence(ctx context.Context, ref model.Ref) ([]Evidence, error) {
	var kept []Evidence
	err := c.look(ctx, func(q *sql.Conn) error {
		kept = nil
		key := keyOf(ref)
		query, args := selectEvidence+" WHERE key = ? ORDER BY id", []any{key[:]}
		if ref.IsZero() {
			query, args = selectEvidence+" ORDER BY id", nil
		}
		return each(ctx, q, query, args, func(scan func(...any) error) error {
			_, _, e, err := scanEvidence(scan)
			kept = append(kept, e)
			return err
		})
	})
	if err != nil {
		return nil, c.explain("read the evidence", err)
	}
	return kept, nil
}
