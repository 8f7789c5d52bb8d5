package casefile

import (
	"context"
	"database/sql"
)

// look runs a reading on a connection of its own, under one transaction so that all of it sees the
// same moment.
func (c *Case) look(ctx context.Context, read func(*sql.Conn) error) error {
	c.gate.RLock()
	defer c.gate.RUnlock()
	if c.closed {
		return ErrClosed
	}
	conn, err := c.read.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(ctx, "BEGIN"); err != nil {
		return err
	}
	// The rollback must not be skipped because the caller has lost patience: the connection goes
	// back to the pool.
	defer func() { _, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK") }()
	return read(conn)
}

// each calls use for every row of a query.
func each(ctx context.Context, conn *sql.Conn, query string, args []any, use func(scan func(...any) error) error) error {
	rows, err := conn.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := use(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
