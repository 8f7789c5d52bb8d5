package casefile

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/rootout/rootout/model/plan"

	"github.com/rootout/rootout/model/casefile/form"
)

// faultsMost bounds how many faults a report names; the first one is what matters.
const faultsMost = 100

// Report is what VerifyChain found.
type Report struct {
	Identity Identity
	// Entries, Evidence and Plans count what was checked.
	Entries, Evidence, Plans int
	// Head is the hash of the last entry in hexadecimal. Noted somewhere else, it betrays even a
	// journal that was rewritten as a whole.
	Head string
	// Faults are what is wrong, the first bad entry first; at most 100 of them.
	Faults []Fault
}

// OK says whether nothing is wrong.
func (r Report) OK() bool { return len(r.Faults) == 0 }

// Fault is one thing that is wrong.
type Fault struct {
	// Seq is the number of the entry at which it shows; 0 when it is not in the journal itself.
	Seq uint64
	// What is a sentence.
	What string
}

// String words it.
func (f Fault) String() string {
	if f.Seq == 0 {
		return f.What
	}
	return fmt.Sprintf("journal entry %d: %s", f.Seq, f.What)
}

func (r *Report) fault(seq uint64, format string, args ...any) {
	if len(r.Faults) < faultsMost {
		r.Faults = append(r.Faults, Fault{Seq: seq, What: fmt.Sprintf(format, args...)})
	}
}

// inspection is the state of one verification.
type inspection struct {
	report   Report
	evidence map[int64]evidenceRecord
	entry    map[int64]uint64
	plans    map[string]savedPlan
	// ended is when the journal says that the case ended, as its table of values writes it.
	ended string
}

// savedPlan is what the journal says of a plan, and when it was saved, in nanoseconds.
type savedPlan struct {
	planRecord
	at int64
}

// VerifyChain recomputes every hash of the journal and checks that evidence and plans are what the
// journal says, and that the database holds together. A case that is being written can be verified
// too. The error is for a file that cannot be read at all.
func (c *Case) VerifyChain(ctx context.Context) (Report, error) {
	var found Report
	err := c.look(ctx, func(q *sql.Conn) error {
		in := &inspection{evidence: map[int64]evidenceRecord{}, entry: map[int64]uint64{}, plans: map[string]savedPlan{}}
		in.report.Identity = c.Identity()
		for _, check := range []func(context.Context, *sql.Conn) error{
			func(ctx context.Context, q *sql.Conn) error { return in.checkJournal(ctx, q, c.genesis) },
			in.checkEnd, in.checkEvidence, in.checkPlans, in.checkClasses, in.checkDatabase,
		} {
			if err := check(ctx, q); err != nil {
				return err
			}
		}
		found = in.report
		return nil
	})
	if err != nil {
		return Report{}, c.explain("verify the case", err)
	}
	return found, nil
}

func (in *inspection) checkJournal(ctx context.Context, q *sql.Conn, start hash) error {
	expected, lost := chainHead{hash: start}, false
	err := each(ctx, q, selectEntries+" ORDER BY seq", nil, func(scan func(...any) error) error {
		e, err := scanEntry(scan)
		in.report.Entries++
		if err != nil {
			in.report.fault(expected.count+1, "cannot be read: %v", err)
			expected, lost = chainHead{count: expected.count + 1}, true
			return nil
		}
		if lost {
			expected.hash, lost = e.prev, false
		}
		in.checkEntry(e, expected)
		// After a bad entry the chain is taken up from what it says of itself, so that one fault is
		// not told for every entry behind.
		expected = chainHead{count: e.Seq, hash: e.hash}
		in.remember(e)
		return nil
	})
	if err != nil {
		return err
	}
	in.report.Head = hex.EncodeToString(expected.hash[:])
	head, err := readHead(ctx, q)
	if err != nil {
		return err
	}
	switch {
	case head.count > expected.count:
		in.report.fault(expected.count+1, "missing, with everything behind it: the case counts %d entries", head.count)
	case head != expected:
		in.report.fault(expected.count, "not the one that the case says was written last (number %d)", head.count)
	}
	return nil
}

func (in *inspection) checkEntry(e Entry, before chainHead) {
	switch {
	case e.Seq != before.count+1:
		in.report.fault(before.count+1, "missing; the next one there is %d", e.Seq)
	case e.prev != before.hash && before.count == 0:
		in.report.fault(e.Seq, "does not belong to this case")
	case e.prev != before.hash:
		in.report.fault(e.Seq, "does not follow the one before it: one of the two was changed, moved or put in")
	}
	if e.digest() != e.hash {
		in.report.fault(e.Seq, "changed after it was written: its hash does not fit")
	}
}

// remember takes down what the journal says about evidence and plans.
func (in *inspection) remember(e Entry) {
	switch e.Kind {
	case EvidenceKept:
		var r evidenceRecord
		if json.Unmarshal(e.Payload, &r) == nil {
			in.evidence[r.ID], in.entry[r.ID] = r, e.Seq
		}
	case PlanSaved:
		r := savedPlan{at: e.At.UnixNano()}
		if json.Unmarshal(e.Payload, &r.planRecord) == nil {
			in.plans[e.Plan] = r
		}
	case CaseEnded:
		in.ended = e.At.Format(time.RFC3339Nano)
	default:
	}
}

// checkEnd looks that the case is over if its journal says so, and then only.
func (in *inspection) checkEnd(ctx context.Context, q *sql.Conn) error {
	var ended []byte
	err := q.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'ended'").Scan(&ended)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if string(ended) != in.ended {
		in.report.fault(0, "the case says that it ended at %q, its journal at %q", ended, in.ended)
	}
	return nil
}

func (in *inspection) checkEvidence(ctx context.Context, q *sql.Conn) error {
	seen := map[int64]bool{}
	err := each(ctx, q, selectEvidence+" ORDER BY id", nil, func(scan func(...any) error) error {
		id, key, e, err := scanEvidence(scan)
		in.report.Evidence++
		seen[id] = true
		said, known := in.evidence[id]
		switch sum := e.digest(); {
		case !known:
			in.report.fault(0, "evidence %d (%s of %s) is not in the journal", id, e.What, e.Ref)
		case err != nil:
			in.report.fault(in.entry[id], "its evidence %d (%s of %s) cannot be read: %v", id, said.What, said.Ref.Ref, err)
		case hex.EncodeToString(sum[:]) != said.SHA256:
			in.report.fault(in.entry[id], "its evidence %d (%s of %s) was changed after it was kept", id, said.What, said.Ref.Ref)
		case key != keyOf(e.Ref):
			in.report.fault(in.entry[id], "its evidence %d (%s of %s) was moved to another resource", id, said.What, said.Ref.Ref)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for id, said := range in.evidence {
		if !seen[id] {
			in.report.fault(in.entry[id], "its evidence %d (%s of %s) is missing", id, said.What, said.Ref.Ref)
		}
	}
	return nil
}

func (in *inspection) checkPlans(ctx context.Context, q *sql.Conn) error {
	seen := map[string]bool{}
	const query = "SELECT digest, verb, targets, frozen, saved, json FROM plan ORDER BY rowid"
	err := each(ctx, q, query, nil, func(scan func(...any) error) error {
		var row planRow
		err := scan(&row.digest, &row.verb, &row.targets, &row.frozen, &row.saved, &row.json)
		in.report.Plans++
		seen[row.digest] = true
		if err != nil {
			in.report.fault(0, "plan %s cannot be read: %v", row.digest, err)
			return nil
		}
		in.checkPlan(row)
		return nil
	})
	if err != nil {
		return err
	}
	for digest := range in.plans {
		if !seen[digest] {
			in.report.fault(0, "plan %s is in the journal and missing in the case", digest)
		}
	}
	return nil
}

// planRow is a plan as its table holds it.
type planRow struct {
	digest, verb string
	targets      int
	frozen       nullStamp
	saved        int64
	json         []byte
}

func (in *inspection) checkPlan(row planRow) {
	said, known := in.plans[row.digest]
	if !known {
		in.report.fault(0, "plan %s is not in the journal", row.digest)
		return
	}
	text, err := form.Unzip(row.json)
	if err != nil {
		in.report.fault(0, "plan %s cannot be read: %v", row.digest, err)
		return
	}
	if sum := planSum(text); hex.EncodeToString(sum[:]) != said.SHA256 {
		in.report.fault(0, "plan %s was changed after it was frozen", row.digest)
		return
	}
	p, err := plan.Parse(text)
	switch {
	case err != nil:
		in.report.fault(0, "plan %s: %v", row.digest, err)
	case p.Digest != row.digest:
		in.report.fault(0, "plan %s is kept under another digest than its own", row.digest)
	case string(p.Verb) != row.verb, len(p.Targets) != row.targets, !outStamp(row.frozen).Equal(p.FrozenAt), row.saved != said.at:
		in.report.fault(0, "plan %s is listed otherwise than it is: as %s of %d, frozen %s", row.digest, row.verb, row.targets, outStamp(row.frozen))
	}
}

// storageClasses find the rows whose values SQLite would not compare as this package does: it keeps any
// value in any column, and a text that was made a blob of the same bytes reads the same and equals
// nothing that is asked for.
const storageClasses = `
SELECT 'journal entry ' || seq FROM journal
	WHERE typeof(at) || typeof(plan) || typeof(step) || typeof(kind) || typeof(payload) || typeof(prev) || typeof(hash) <> 'integertexttexttexttextblobblob'
UNION ALL SELECT 'evidence ' || id FROM evidence
	WHERE typeof(key) || typeof(ref) || typeof(plan) || typeof(at) || typeof(what) || typeof(missing) <> 'blobtexttextintegertexttext'
	OR typeof(data) NOT IN ('blob', 'null')
UNION ALL SELECT 'plan ' || coalesce(digest, '?') FROM plan
	WHERE typeof(digest) || typeof(verb) || typeof(targets) || typeof(saved) || typeof(json) <> 'texttextintegerintegerblob'
	OR typeof(frozen) NOT IN ('integer', 'null')
UNION ALL SELECT 'the value of ' || name FROM meta WHERE typeof(name) || typeof(value) <> 'textblob'`

// checkClasses looks that every value is stored as the class that it was written in.
func (in *inspection) checkClasses(ctx context.Context, q *sql.Conn) error {
	return each(ctx, q, storageClasses, nil, func(scan func(...any) error) error {
		var what string
		if err := scan(&what); err != nil {
			return err
		}
		in.report.fault(0, "%s is not stored as it was written", what)
		return nil
	})
}

// checkDatabase asks SQLite whether its own structures hold.
func (in *inspection) checkDatabase(ctx context.Context, q *sql.Conn) error {
	return each(ctx, q, "PRAGMA integrity_check(10)", nil, func(scan func(...any) error) error {
		var line string
		if err := scan(&line); err != nil {
			return err
		}
		if line != "ok" {
			in.report.fault(0, "SQLite: %s", line)
		}
		return nil
	})
}
