package casefile

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"

	"github.com/rootout/rootout/model/casefile/form"
)

// PlanState says how far a plan has come.
type PlanState uint8

// The states of a plan.
const (
	Frozen  PlanState = iota // It was never begun.
	Running                  // It was begun and has not ended: it is under way, or was interrupted.
	Ended                    // Its last run ended.
)

// String is the word on the screen and in JSON.
func (s PlanState) String() string { return [...]string{"frozen", "running", "ended"}[s] }

// PlanInfo is one line of the list of plans.
type PlanInfo struct {
	Digest, Verb string
	// Targets is the plan's N.
	Targets int
	// Frozen is when the plan was frozen, Saved when it came into the case, Begun and Ended when
	// its last run did; zero when it did not.
	Frozen, Saved, Begun, Ended time.Time
	State                       PlanState
}

// SavePlan keeps a plan under its digest and enters it in the journal. A plan that is in the case
// already is left as it is; another plan under the same digest is refused.
func (c *Case) SavePlan(ctx context.Context, p *plan.Plan) error {
	if p.Digest == "" {
		return errors.New("keep the plan: it has no digest")
	}
	text, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("keep the plan: %w", err)
	}
	sum := planSum(text)
	payload, err := json.Marshal(planRecord{SHA256: hex.EncodeToString(sum[:]), Verb: string(p.Verb), Targets: len(p.Targets)})
	if err != nil {
		return fmt.Errorf("keep the plan: %w", err)
	}
	at := c.now().UTC()
	err = c.do(ctx, func(w *writer) error {
		known, err := w.hasPlan(p.Digest, text)
		if err != nil || known {
			return err
		}
		const insert = "INSERT INTO plan (digest, verb, targets, frozen, saved, json) VALUES (?, ?, ?, ?, ?, ?)"
		if _, err := w.exec(insert, p.Digest, string(p.Verb), len(p.Targets), inStamp(p.FrozenAt), at.UnixNano(), w.zip.Zip(text)); err != nil {
			return err
		}
		_, err = w.append(Entry{At: at, Plan: p.Digest, Kind: PlanSaved, Payload: payload})
		return err
	})
	if err != nil {
		return c.explain("keep the plan", err)
	}
	return nil
}

// planRecord is the payload of a plan's entry in the journal.
type planRecord struct {
	SHA256  string `json:"sha256"`
	Verb    string `json:"verb"`
	Targets int    `json:"targets"`
}

func planSum(text []byte) hash {
	h := newHasher("rootout plan 1")
	h.bytes(text)
	return h.sum()
}

func (w *writer) hasPlan(digest string, text []byte) (bool, error) {
	s, err := w.statement("SELECT json FROM plan WHERE digest = ?")
	if err != nil {
		return false, err
	}
	var stored []byte
	err = s.QueryRowContext(w.ctx, digest).Scan(&stored)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	old, err := form.Unzip(stored)
	if err != nil {
		return false, err
	}
	same, err := readsAs(old, text)
	if err != nil {
		return false, err
	}
	if !same {
		return false, fmt.Errorf("another plan is kept under the digest %s", digest)
	}
	return true, nil
}

// readsAs says whether a stored plan is the one that is written as text now. An earlier rootout may
// have written the same plan in other bytes.
func readsAs(stored, text []byte) (bool, error) {
	if bytes.Equal(stored, text) {
		return true, nil
	}
	p, err := plan.Parse(stored)
	if err != nil {
		return false, err
	}
	again, err := json.Marshal(p)
	return bytes.Equal(again, text), err
}

// Plan gives back a plan; ErrNoPlan when the case has none of that digest. It is checked like one
// that comes from a file (plan.Parse), so that a plan whose content does not fit its digest is
// refused. Protections have to be computed again.
func (c *Case) Plan(ctx context.Context, digest string) (*plan.Plan, error) {
	var p *plan.Plan
	err := c.look(ctx, func(q *sql.Conn) (err error) {
		p, err = readPlan(ctx, q, digest)
		return err
	})
	if err != nil {
		return nil, c.explain("read the plan", err)
	}
	return p, nil
}

func readPlan(ctx context.Context, q *sql.Conn, digest string) (*plan.Plan, error) {
	var stored []byte
	err := q.QueryRowContext(ctx, "SELECT json FROM plan WHERE digest = ?", digest).Scan(&stored)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNoPlan
	}
	if err != nil {
		return nil, err
	}
	text, err := form.Unzip(stored)
	if err != nil {
		return nil, err
	}
	return plan.Parse(text)
}

// Plans lists the plans of the case, newest first.
func (c *Case) Plans(ctx context.Context) ([]PlanInfo, error) {
	var plans []PlanInfo
	err := c.look(ctx, func(q *sql.Conn) (err error) {
		plans, err = listPlans(ctx, q)
		return err
	})
	if err != nil {
		return nil, c.explain("read the plans", err)
	}
	return plans, nil
}

func listPlans(ctx context.Context, q *sql.Conn) ([]PlanInfo, error) {
	var plans []PlanInfo
	const query = `SELECT digest, verb, targets, frozen, saved,
		(SELECT at FROM journal WHERE plan = digest AND kind IN ('begin', 'end') AND kind = 'begin' ORDER BY seq DESC LIMIT 1),
		(SELECT at FROM journal WHERE plan = digest AND kind IN ('begin', 'end') AND kind = 'end' ORDER BY seq DESC LIMIT 1),
		(SELECT kind FROM journal WHERE plan = digest AND kind IN ('begin', 'end') ORDER BY seq DESC LIMIT 1)
		FROM plan ORDER BY saved DESC, rowid DESC`
	err := each(ctx, q, query, nil, func(scan func(...any) error) error {
		var p PlanInfo
		var frozen, saved, begun, ended nullStamp
		var last sql.NullString
		if err := scan(&p.Digest, &p.Verb, &p.Targets, &frozen, &saved, &begun, &ended, &last); err != nil {
			return err
		}
		p.Frozen, p.Saved, p.Begun, p.Ended = outStamp(frozen), outStamp(saved), outStamp(begun), outStamp(ended)
		switch EntryKind(last.String) {
		case Begin:
			// An end before the last begin belongs to an earlier run.
			p.State, p.Ended = Running, time.Time{}
		case End:
			p.State = Ended
		default:
		}
		plans = append(plans, p)
		return nil
	})
	return plans, err
}

// Past are the plans of the case as a session begins, the newest first. A plan that cannot be read
// is left out and told by the error.
func (c *Case) Past(ctx context.Context) ([]port.Past, error) {
	var past []port.Past
	var broken error
	err := c.look(ctx, func(q *sql.Conn) error {
		past, broken = nil, nil
		plans, err := listPlans(ctx, q)
		if err != nil {
			return err
		}
		for _, info := range plans {
			p, err := readPast(ctx, q, info)
			if err != nil {
				broken = errors.Join(broken, fmt.Errorf("plan %.4s: %w", info.Digest, err))
				continue
			}
			past = append(past, p)
		}
		return nil
	})
	if err = errors.Join(err, broken); err != nil {
		return past, c.explain("read the plans", err)
	}
	return past, nil
}

func readPast(ctx context.Context, q *sql.Conn, info PlanInfo) (port.Past, error) {
	p, err := readPlan(ctx, q, info.Digest)
	past := port.Past{Plan: p, Begun: info.Begun, Ended: info.Ended}
	if err != nil || info.State != Ended {
		return past, err
	}
	var payload string
	const query = "SELECT payload FROM journal WHERE plan = ? AND kind = 'end' ORDER BY seq DESC LIMIT 1"
	if err := q.QueryRowContext(ctx, query, info.Digest).Scan(&payload); err != nil {
		return past, err
	}
	return past, json.Unmarshal([]byte(payload), &past.Outcome)
}
