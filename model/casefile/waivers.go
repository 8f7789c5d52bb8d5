package casefile

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/rootout/rootout/model"
)

// Waivers are the refusals that the operator expects, as he last said.
func (c *Case) Waivers(ctx context.Context) ([]model.Waiver, error) {
	var payload string
	err := c.look(ctx, func(q *sql.Conn) error {
		payload = "null"
		err := q.QueryRowContext(ctx, "SELECT payload FROM journal WHERE kind = ? ORDER BY seq DESC LIMIT 1", string(WaiversSet)).Scan(&payload)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return nil, c.explain("read what was waived", err)
	}
	var waivers []model.Waiver
	if err := json.Unmarshal([]byte(payload), &waivers); err != nil {
		return nil, fmt.Errorf("read what was waived: %w", err)
	}
	return waivers, nil
}

// SetWaivers writes into the journal which refusals are expected from now on, unless that is what it
// says already.
func (c *Case) SetWaivers(ctx context.Context, waivers []model.Waiver) error {
	said, err := c.Waivers(ctx)
	if err != nil {
		return err
	}
	if slices.Equal(said, waivers) {
		return nil
	}
	payload, err := json.Marshal(waivers)
	if err != nil {
		return fmt.Errorf("keep what is waived: %w", err)
	}
	_, err = c.Append(ctx, Entry{Kind: WaiversSet, Payload: payload})
	return err
}
