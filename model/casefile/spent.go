package casefile

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile/form"
)

// savedSpent is what a resource had cost when it stopped being billed: its newer record does not say.
type savedSpent struct {
	USD       float64 `json:"usd"`
	Estimated bool    `json:"estimated,omitempty"`
}

// bill is the part of a record that tells what it has cost.
type bill struct {
	Ref    form.Ref    `json:"ref"`
	Counts bool        `json:"counts"`
	Rate   savedRate   `json:"rate"`
	Spent  *savedSpent `json:"spent"`
}

// running says whether it runs up a bill of a known size.
func (b *bill) running() bool {
	return b.Counts && b.Rate.Billed && b.Rate.Known && !b.Rate.Since.IsZero()
}

// upTo is what it has cost at a moment.
func (b *bill) upTo(at time.Time) savedSpent {
	usd, _ := model.Rate{PerHour: b.Rate.PerHour, Since: b.Rate.Since.Time, Known: true, Billed: true}.SoFar(at)
	return savedSpent{USD: usd, Estimated: b.Rate.Estimated}
}

// keepSpent takes over from an earlier record what had been spent until the newer one, which is
// billed no more, was seen.
func (s *savedResource) keepSpent(earlier []byte, seen time.Time) error {
	now := bill{Counts: s.Counts, Rate: s.Rate}
	if now.running() {
		return nil
	}
	var was bill
	if err := json.Unmarshal(earlier, &was); err != nil {
		return fmt.Errorf("read a resource: %w", err)
	}
	s.Spent = was.Spent
	if was.running() {
		spent := was.upTo(seen)
		s.Spent = &spent
	}
	return nil
}

// Spent is what had been spent by everything in the case that is billed no more: it is gone, or has
// stopped.
func (c *Case) Spent(ctx context.Context) (map[model.Ref]model.Spent, error) {
	if c.mode == Writer {
		if err := c.Flush(ctx); err != nil {
			return nil, err
		}
	}
	var spent map[model.Ref]model.Spent
	err := c.look(ctx, func(q *sql.Conn) error {
		spent = map[model.Ref]model.Spent{}
		const query = "SELECT c.json, r.gone FROM resource r JOIN content c ON c.resource = r.id"
		return each(ctx, q, query, nil, func(scan func(...any) error) error {
			var text sql.RawBytes
			var gone nullStamp
			if err := scan(&text, &gone); err != nil {
				return err
			}
			var b bill
			if err := json.Unmarshal(text, &b); err != nil {
				return fmt.Errorf("read a resource: %w", err)
			}
			if b.Spent == nil && gone.Valid && b.running() {
				last := b.upTo(outStamp(gone))
				b.Spent = &last
			}
			if b.Spent != nil {
				spent[b.Ref.Ref] = model.Spent{USD: b.Spent.USD, Estimated: b.Spent.Estimated}
			}
			return nil
		})
	})
	if err != nil {
		return nil, c.explain("read what was spent", err)
	}
	return spent, nil
}
