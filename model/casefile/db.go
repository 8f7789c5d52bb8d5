package casefile

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

const (
	// applicationID marks a SQLite file as a case: "root" in ASCII, in the header's field for that
	// purpose (SQLite file format, offset 68).
	applicationID = 0x726f6f74
	// busyWait is how long SQLite waits for a lock of another connection. Writers never meet
	// (writerLock); readers meet a writer only in the moments in which the file goes in and out of
	// write-ahead logging.
	busyWait = 5 * time.Second
)

// schema is the tables of this format. Times are nanoseconds since 1970 in UTC, NULL for an unknown
// one. Keys are the first 16 bytes of the SHA-256 of a reference (refKey). A resource's narrow row
// holds what changes with every listing, apart from its wide content and raw record.
const schema = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE region (position INTEGER PRIMARY KEY, name TEXT NOT NULL, title TEXT NOT NULL, status TEXT NOT NULL);
CREATE TABLE cell (
	id INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL,
	as_of INTEGER, fresh_for INTEGER NOT NULL, failure TEXT, first_counted INTEGER, UNIQUE (account, region, kind));
CREATE TABLE resource (
	id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, cell INTEGER NOT NULL, content_hash INTEGER NOT NULL, raw_hash INTEGER NOT NULL,
	first_seen INTEGER, seen INTEGER, gone INTEGER);
CREATE TABLE content (resource INTEGER PRIMARY KEY, json TEXT NOT NULL);
CREATE TABLE raw (resource INTEGER PRIMARY KEY, json BLOB NOT NULL);
CREATE TABLE mark (key BLOB PRIMARY KEY, ref TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE note (key BLOB PRIMARY KEY, ref TEXT NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE plan (
	digest TEXT PRIMARY KEY, verb TEXT NOT NULL, targets INTEGER NOT NULL, frozen INTEGER, saved INTEGER NOT NULL, json BLOB NOT NULL);
CREATE TABLE evidence (
	id INTEGER PRIMARY KEY, key BLOB NOT NULL, ref TEXT NOT NULL, plan TEXT NOT NULL, at INTEGER NOT NULL, what TEXT NOT NULL,
	data BLOB, missing TEXT NOT NULL);
CREATE INDEX evidence_key ON evidence (key, plan, what);
CREATE TABLE journal (
	seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, plan TEXT NOT NULL, step TEXT NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL,
	prev BLOB NOT NULL, hash BLOB NOT NULL);
CREATE INDEX journal_runs ON journal (plan, seq) WHERE kind IN ('begin', 'end');
`

// access is what a connection may do with the file.
type access string

const (
	readOnly   access = "ro"
	readWrite  access = "rw"
	makeAnew   access = "rwc"
	driverName        = "sqlite"
)

// source names a file for the driver. A case may come from a stranger: defensive mode and an
// untrusted schema keep what is in it from running anything.
func source(path string, may access) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // A drive letter: file:///C:/…
	}
	query := url.Values{
		"mode":          {string(may)},
		"_defensive":    {"1"},
		"_error_rc":     {"1"},
		"_busy_timeout": {fmt.Sprint(busyWait.Milliseconds())},
		"_pragma":       {"trusted_schema(0)", "cell_size_check(1)"},
	}
	name := url.URL{Scheme: "file", Path: path, RawQuery: query.Encode()}
	return name.String()
}

// openPool opens a file without touching it yet.
func openPool(path string, may access, conns, idle int) (*sql.DB, error) {
	db, err := sql.Open(driverName, source(path, may))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(idle)
	return db, nil
}

// checkFile tells a case from something else, from a newer one and from a damaged one. It goes
// through SQLite alone: closing a descriptor of our own would drop the locks that this process may
// hold on the same file through SQLite (POSIX record locks).
func checkFile(ctx context.Context, db *sql.DB, path string) error {
	var id int
	if err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		if primary(err) == sqlite3.SQLITE_NOTADB {
			return &NotCaseError{Path: path}
		}
		return explain(path, "open the case", err)
	}
	if id != applicationID {
		return &NotCaseError{Path: path}
	}
	version, err := readFormat(ctx, db)
	if err != nil {
		return explain(path, "open the case", err)
	}
	switch {
	case version > Format:
		return &NewerError{Path: path, Version: version, Known: Format}
	case version < 1:
		return &DamagedError{Path: path, What: fmt.Sprintf("it says that its format is %d", version)}
	}
	return checkLength(ctx, db, path)
}

// checkLength finds a file that was cut short, also within its last page, where SQLite would read
// zeros. While there is a log the file may rightly be shorter than the database.
func checkLength(ctx context.Context, db *sql.DB, path string) error {
	var pages, size int64
	if err := db.QueryRowContext(ctx, "PRAGMA page_count").Scan(&pages); err != nil {
		return explain(path, "open the case", err)
	}
	if err := db.QueryRowContext(ctx, "PRAGMA page_size").Scan(&size); err != nil {
		return explain(path, "open the case", err)
	}
	if _, err := os.Stat(path + "-wal"); err == nil { //nolint:gosec // The path is the one that the operator named.
		return nil
	}
	file, err := os.Stat(path) //nolint:gosec // See above.
	if err != nil {
		return fmt.Errorf("open the case: %w", err)
	}
	if file.Size() < pages*size {
		return &DamagedError{Path: path, What: fmt.Sprintf("it is cut short: %d of %d bytes", file.Size(), pages*size)}
	}
	return nil
}

// openForReading opens a file for looking on. Connections are not kept, since an open one in
// write-ahead mode would keep the writer from folding the log back into one file. Where SQLite
// cannot read without writing (a log left behind by a killed writer, on a medium or in a directory
// that is read only) it reads a copy, which cleanup removes.
func openForReading(ctx context.Context, path string) (db *sql.DB, cleanup func(), err error) {
	const together = 4
	if _, err := os.Stat(path); err != nil { //nolint:gosec // The path is the one that the operator named.
		return nil, nil, fmt.Errorf("open the case: %w", err)
	}
	db, err = openPool(path, readOnly, together, 0)
	if err != nil {
		return nil, nil, err
	}
	err = checkFile(ctx, db, path)
	if err == nil {
		return db, func() {}, nil
	}
	_ = db.Close()
	switch primary(err) {
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY:
		return openCopy(ctx, path)
	}
	return nil, nil, err
}

func openCopy(ctx context.Context, path string) (db *sql.DB, cleanup func(), err error) {
	dir, remove, err := TempFolder("rootout-case-")
	if err != nil {
		return nil, nil, fmt.Errorf("copy the case to read it: %w", err)
	}
	cleanup = func() { _ = remove() }
	twin := filepath.Join(dir, "copy.case")
	for _, part := range []string{"", "-wal", "-journal"} {
		if err := copyFile(path+part, twin+part); err != nil && (part == "" || !os.IsNotExist(err)) {
			cleanup()
			return nil, nil, fmt.Errorf("copy the case to read it: %w", err)
		}
	}
	db, err = openPool(twin, readWrite, 1, 1)
	if err == nil {
		err = checkFile(ctx, db, path)
	}
	if err != nil {
		if db != nil {
			_ = db.Close()
		}
		cleanup()
		return nil, nil, err
	}
	return db, cleanup, nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from) //nolint:gosec // The path is the one that the operator named.
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		_ = out.Close()
		return err
	}
	return out.Close()
}

// setJournalMode goes in or out of write-ahead logging and says whether it worked: with a reader
// connected SQLite stays as it is.
func setJournalMode(ctx context.Context, conn *sql.Conn, mode string) (bool, error) {
	var now string
	err := conn.QueryRowContext(ctx, "PRAGMA journal_mode="+mode).Scan(&now)
	if err != nil {
		return false, err
	}
	return strings.EqualFold(now, mode), nil
}

// inStamp is a time as a column holds it.
func inStamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixNano()
}

// outStamp is the inverse of inStamp, in UTC.
func outStamp(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.Unix(0, n.Int64).UTC()
}
