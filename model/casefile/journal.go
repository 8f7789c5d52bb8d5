package casefile

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	stdhash "hash"
	"strconv"
	"time"
)

// EntryKind says what an entry of the journal is about.
type EntryKind string

// The kinds of entries. The first eleven are the run's; the others are written by this package.
const (
	Begin    EntryKind = "begin"    // A run begins, or begins again after it was interrupted.
	Confirm  EntryKind = "confirm"  // The operator typed the phrase.
	Intent   EntryKind = "intent"   // A call is about to be made.
	Result   EntryKind = "result"   // AWS answered it.
	Verified EntryKind = "verified" // A re-read proved it.
	Failed   EntryKind = "failed"   // AWS refused it, or it cannot be proven.
	Blocked  EntryKind = "blocked"  // What it depends on failed, or a newcomer stands in the way.
	Pause    EntryKind = "pause"    // The run waits for a credential.
	Resume   EntryKind = "resume"   // It goes on.
	Note     EntryKind = "note"     // Anything else worth keeping.
	End      EntryKind = "end"      // The run is over; a begin without an end after it was interrupted.

	CaseStarted  EntryKind = "case-started"
	CaseEnded    EntryKind = "case-ended"
	PlanSaved    EntryKind = "plan"     // A plan was frozen; holds the SHA-256 of its record.
	EvidenceKept EntryKind = "evidence" // Evidence was put down; holds its SHA-256.
	WaiversSet   EntryKind = "waivers"  // Which refusals the operator expects from now on, and why.
)

// Entry is one line of the journal.
type Entry struct {
	// Seq counts from 1 without gaps; Append gives it.
	Seq uint64
	// At is when it happened; Append fills in the clock's time when it is zero. It is kept to the
	// nanosecond, in UTC.
	At time.Time
	// Plan is the digest of the plan, Step the step's id; both may be empty.
	Plan, Step string
	Kind       EntryKind
	// Payload is the rest as JSON: targets, request id, failure. Nil is kept as null.
	Payload json.RawMessage

	prev, hash hash
}

// Hash is the entry's own hash and Prev that of the entry before, both in hexadecimal.
func (e Entry) Hash() string { return hex.EncodeToString(e.hash[:]) }

// Prev is the hash of the entry before.
func (e Entry) Prev() string { return hex.EncodeToString(e.prev[:]) }

// hash is a SHA-256.
type hash [sha256.Size]byte

// hasher hashes fields with their lengths, so that no two lists of fields run together into the
// same bytes.
type hasher struct{ sha stdhash.Hash }

func newHasher(what string) hasher {
	h := hasher{sha: sha256.New()}
	h.text(what)
	return h
}

func (h hasher) bytes(field []byte) {
	var size [8]byte
	binary.BigEndian.PutUint64(size[:], uint64(len(field)))
	h.sha.Write(size[:])
	h.sha.Write(field)
}

func (h hasher) text(field string) { h.bytes([]byte(field)) }

func (h hasher) number(n int64) { h.text(strconv.FormatInt(n, 10)) }

func (h hasher) sum() (sum hash) {
	h.sha.Sum(sum[:0])
	return sum
}

// digest is what the entry's hash has to be.
func (e Entry) digest() hash {
	h := newHasher("rootout journal 1")
	h.bytes(e.prev[:])
	h.number(int64(e.Seq))
	h.number(e.At.UnixNano())
	h.text(e.Plan)
	h.text(e.Step)
	h.text(string(e.Kind))
	h.bytes(e.Payload)
	return h.sum()
}

const insertEntry = "INSERT INTO journal (seq, at, plan, step, kind, payload, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"

func (e Entry) columns() []any {
	return []any{int64(e.Seq), e.At.UnixNano(), e.Plan, e.Step, string(e.Kind), string(e.Payload), e.prev[:], e.hash[:]}
}

// Append writes an entry at the end of the journal and returns its number. When it returns without
// an error the entry is on the disk; entries of many callers share one commit. When it returns an
// error the entry is not in the journal: once handed to the writer an entry is waited for, whatever
// becomes of the context.
func (c *Case) Append(ctx context.Context, e Entry) (uint64, error) {
	if e.At.IsZero() {
		e.At = c.now()
	}
	if e.Kind == "" {
		return 0, errors.New("append to the journal: an entry without a kind")
	}
	if len(e.Payload) > 0 && !json.Valid(e.Payload) {
		return 0, errors.New("append to the journal: the payload is not JSON")
	}
	var seq uint64
	err := c.do(ctx, func(w *writer) (err error) {
		seq, err = w.append(e)
		return err
	})
	if err != nil {
		return 0, c.explain("append to the journal", err)
	}
	return seq, nil
}

// append chains an entry to the head, in the transaction that is under way.
func (w *writer) append(e Entry) (uint64, error) {
	e.At = e.At.UTC()
	if len(e.Payload) == 0 {
		e.Payload = json.RawMessage("null")
	}
	e.Seq, e.prev = w.head.count+1, w.head.hash
	e.hash = e.digest()
	if _, err := w.exec(insertEntry, e.columns()...); err != nil {
		return 0, err
	}
	w.head = chainHead{count: e.Seq, hash: e.hash}
	w.appended++
	return e.Seq, nil
}

// Journal is the journal of one plan, or the whole one for an empty digest, oldest first.
func (c *Case) Journal(ctx context.Context, digest string) ([]Entry, error) {
	var entries []Entry
	err := c.look(ctx, func(q *sql.Conn) error {
		entries = nil
		query, args := selectEntries+" ORDER BY seq", []any(nil)
		if digest != "" {
			query, args = selectEntries+" WHERE plan = ? ORDER BY seq", []any{digest}
		}
		return each(ctx, q, query, args, func(scan func(...any) error) error {
			e, err := scanEntry(scan)
			entries = append(entries, e)
			return err
		})
	})
	if err != nil {
		return nil, c.explain("read the journal", err)
	}
	return entries, nil
}

const selectEntries = "SELECT seq, at, plan, step, kind, payload, prev, hash FROM journal"

func scanEntry(scan func(...any) error) (Entry, error) {
	var e Entry
	var at int64
	var payload string
	var prev, own []byte
	if err := scan(&e.Seq, &at, &e.Plan, &e.Step, &e.Kind, &payload, &prev, &own); err != nil {
		return e, err
	}
	e.At, e.Payload = time.Unix(0, at).UTC(), json.RawMessage(payload)
	// What is longer or shorter is no hash, and must not pass for the one that it begins with.
	if len(prev) == len(e.prev) {
		e.prev = hash(prev)
	}
	if len(own) == len(e.hash) {
		e.hash = hash(own)
	}
	return e, nil
}
