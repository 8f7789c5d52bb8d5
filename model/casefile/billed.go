package casefile

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/rootout/rootout/model"
)

// billedName is the value of the case that says since when something in it was billed. What is gone,
// or has stopped, leaves no trace of that in the inventory.
const billedName = "billed since"

// billedFrom is since when a resource has been billed: what AWS says, else when it was first met; the
// zero time for what has no bill of a known size.
func billedFrom(r *model.Resource, first time.Time) time.Time {
	switch {
	case !r.Counts || !r.Rate.Billed || !r.Rate.Known:
		return time.Time{}
	case r.Rate.Since.IsZero():
		return first
	}
	return r.Rate.Since
}

// BilledSince is when the oldest bill began that the case has ever seen run up; the zero time for none.
func (c *Case) BilledSince(ctx context.Context) (time.Time, error) {
	if c.mode == Writer {
		if err := c.Flush(ctx); err != nil {
			return time.Time{}, err
		}
	}
	var since time.Time
	err := c.look(ctx, func(q *sql.Conn) (err error) {
		since, err = c.readBilled(ctx, q)
		return err
	})
	if err != nil {
		return time.Time{}, c.explain("read since when the account is billed", err)
	}
	return since, nil
}

// readBilled reads the value, and where the case has none, because an earlier rootout wrote it or
// nothing was met yet, it goes through all that was ever met.
func (c *Case) readBilled(ctx context.Context, q *sql.Conn) (time.Time, error) {
	var text []byte
	err := q.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = ?", billedName).Scan(&text)
	if err == nil {
		if at, err := time.Parse(time.RFC3339Nano, string(text)); err == nil {
			return at, nil
		}
	} else if !errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, err
	}
	if c.fields == nil {
		return time.Time{}, nil // Whoever opens a case without a catalog asks for nothing that was met.
	}
	read, err := c.resourceReader(ctx, q)
	if err != nil {
		return time.Time{}, err
	}
	var since time.Time
	const query = "SELECT c.json, r.first_seen, r.seen FROM resource r JOIN content c ON c.resource = r.id"
	err = each(ctx, q, query, nil, func(scan func(...any) error) error {
		r, err := scanResource(read, scan)
		if err == nil {
			since = earliest(since, billedFrom(r, r.FirstSeen))
		}
		return err
	})
	return since, err
}

// noteBilled writes down an earlier beginning than the one that is known.
func (w *writer) noteBilled(r *model.Resource, first time.Time) error {
	since := earliest(w.stored.billed, billedFrom(r, first))
	if since.Equal(w.stored.billed) {
		return nil
	}
	w.stored.billed = since
	return w.setMeta(billedName, []byte(since.UTC().Format(time.RFC3339Nano)))
}

// earliest is the earlier of two times, of which the zero time is none.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
