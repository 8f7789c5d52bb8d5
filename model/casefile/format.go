package casefile

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/rootout/rootout/model"
)

// Format is the version of the file that this package writes, and the newest that it reads
// (user_version of SQLite's header, offset 60).
//
// What makes a new format is a change of the tables, or of a record that an earlier rootout would
// read wrongly. A field that is added to a kind, moved or removed is none.
const Format = 2

// recordUpgrade rewrites the JSON of one resource from one format into the next.
type recordUpgrade func(text []byte) ([]byte, error)

// upgradesFrom are the steps from a format to this one, in their order. A new format adds a line:
// the step that leads away from the format before it.
func upgradesFrom(format int) ([]recordUpgrade, error) {
	steps := map[int]func() (recordUpgrade, error){
		1: fromFormat1,
	}
	var upgrades []recordUpgrade
	for from := format; from < Format; from++ {
		step, known := steps[from]
		if !known {
			return nil, fmt.Errorf("no way leads from format %d to %d", from, from+1)
		}
		upgrade, err := step()
		if err != nil {
			return nil, err
		}
		upgrades = append(upgrades, upgrade)
	}
	return upgrades, nil
}

func upgraded(text []byte, upgrades []recordUpgrade) ([]byte, error) {
	var err error
	for _, upgrade := range upgrades {
		if text, err = upgrade(text); err != nil {
			return nil, err
		}
	}
	return text, nil
}

type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func readFormat(ctx context.Context, q querier) (format int, err error) {
	err = q.QueryRowContext(ctx, "PRAGMA user_version").Scan(&format)
	return format, err
}

// resourceReader reads the records of resources as the file holds them at this moment: a writer may
// bring the case to a newer format while others look on.
func (c *Case) resourceReader(ctx context.Context, q *sql.Conn) (func(text []byte) (*model.Resource, error), error) {
	if c.fields == nil {
		return nil, errNoCatalog
	}
	format, err := readFormat(ctx, q)
	if err != nil {
		return nil, err
	}
	if format > Format {
		return nil, &NewerError{Path: c.path, Version: format, Known: Format}
	}
	upgrades, err := upgradesFrom(format)
	if err != nil {
		return nil, err
	}
	return func(text []byte) (*model.Resource, error) {
		text, err := upgraded(text, upgrades)
		if err != nil {
			return nil, err
		}
		return c.fields.decode(text)
	}, nil
}

// migrate brings an older case to this format. All of it is one transaction: whoever is killed in
// it leaves the older case, whole. Journal, evidence and plans are not touched: their hashes are
// over the bytes that are stored.
func (w *writer) migrate(ctx context.Context) error {
	format, err := readFormat(ctx, w.conn)
	if err != nil || format == Format {
		return err
	}
	upgrades, err := upgradesFrom(format)
	if err != nil {
		return err
	}
	return w.transact(true, func() error {
		for last := int64(-1); ; {
			if err := ctx.Err(); err != nil {
				return err
			}
			page, err := w.contentAfter(last)
			if err != nil {
				return err
			}
			if len(page) == 0 {
				break
			}
			for _, r := range page {
				if err := w.upgradeContent(r, upgrades); err != nil {
					return err
				}
			}
			last = page[len(page)-1].row
		}
		_, err := w.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version=%d", Format))
		return err
	})
}

// content is the record of one resource as it is stored.
type content struct {
	row  int64
	text []byte
}

// contentAfter reads the next records behind a row. They are read in pages, since a table must not
// be changed under a query that is still reading it.
func (w *writer) contentAfter(row int64) ([]content, error) {
	const query = "SELECT resource, json FROM content WHERE resource > ? ORDER BY resource LIMIT 500"
	var page []content
	err := each(w.ctx, w.conn, query, []any{row}, func(scan func(...any) error) error {
		var one content
		err := scan(&one.row, &one.text)
		page = append(page, one)
		return err
	})
	return page, err
}

// upgradeContent rewrites one record, and its fingerprint, so that the next listing that brings the
// same need not write it again.
func (w *writer) upgradeContent(c content, upgrades []recordUpgrade) error {
	text, err := upgraded(c.text, upgrades)
	if err != nil {
		return fmt.Errorf("bring a resource to format %d: %w", Format, err)
	}
	if _, err := w.exec("UPDATE content SET json = ? WHERE resource = ?", string(text), c.row); err != nil {
		return err
	}
	_, err = w.exec("UPDATE resource SET content_hash = ? WHERE id = ?", fingerprint(text), c.row)
	return err
}
