package casefile

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// extension is how a case's file name ends.
const extension = ".case"

// Create starts a case and opens it for writing. The file is named by account and start time unless
// Options.Path names it; an existing file is never written over. The directory is made with mode
// 0700, the file with 0600.
func Create(ctx context.Context, o Options) (*Case, error) {
	o = o.filled()
	if err := checkAccount(o); err != nil {
		return nil, err
	}
	id := Identity{Account: o.Account, Partition: o.Partition, Started: o.Now().UTC()}
	var random [48]byte
	if _, err := io.ReadFull(o.Rand, random[:]); err != nil {
		return nil, fmt.Errorf("make the case's key: %w", err)
	}
	id.ID = hex.EncodeToString(random[:16])
	path, lock, err := reserve(o, id)
	if err != nil {
		return nil, err
	}
	c := &Case{path: path, mode: Writer, now: o.Now, fields: fieldsOf(o.Catalog), cleanup: func() {}, lock: lock}
	if err := build(ctx, path, id, random[16:], o.lockOwner()); err != nil {
		c.release()
		return nil, err
	}
	if err := c.startWriter(ctx); err != nil {
		c.release()
		return nil, err
	}
	return c, nil
}

func checkAccount(o Options) error {
	if o.Partition == "" {
		return errors.New("start a case: no partition")
	}
	for _, r := range o.Account {
		if r < '0' || r > '9' {
			return fmt.Errorf("start a case: %q is no account", o.Account)
		}
	}
	if o.Account == "" {
		return errors.New("start a case: no account")
	}
	return nil
}

// nameStamp is the start of a case in its file's name, in UTC.
const nameStamp = "20060102T150405.000Z"

// fileName is "123456789012-20261121T222230.123Z.case": it sorts by start and is allowed on every
// system.
func fileName(account string, started time.Time) string {
	return account + "-" + started.UTC().Format(nameStamp) + extension
}

// reserve finds the case's path and locks it before the file exists, so that two starts in the same
// instant get two cases.
func reserve(o Options, id Identity) (string, *writerLock, error) {
	dir := o.Dir
	if dir == "" {
		dir = DefaultDir()
	}
	if o.Path != "" {
		dir = filepath.Dir(o.Path)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", nil, explain(dir, "make the directory of the cases", err)
	}
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", nil, fmt.Errorf("find the directory of the cases: %w", err)
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return "", nil, fmt.Errorf("find the directory of the cases: %w", err)
	}
	if o.Path != "" {
		path := filepath.Join(dir, filepath.Base(o.Path))
		lock, err := reserveName(path, o)
		return path, lock, err
	}
	for started := id.Started; ; started = started.Add(time.Millisecond) {
		path := filepath.Join(dir, fileName(o.Account, started))
		lock, err := reserveName(path, o)
		var busy *BusyError
		if errors.Is(err, fs.ErrExist) || errors.As(err, &busy) {
			continue
		}
		return path, lock, err
	}
}

func reserveName(path string, o Options) (*writerLock, error) {
	if _, err := os.Lstat(path); err == nil {
		return nil, fmt.Errorf("start a case: %w", &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist})
	}
	lock, err := lockWriter(path, o.lockOwner())
	if err != nil {
		return nil, err
	}
	if _, err := os.Lstat(path); err == nil {
		lock.release()
		return nil, fmt.Errorf("start a case: %w", &fs.PathError{Op: "create", Path: path, Err: fs.ErrExist})
	}
	return lock, nil
}

// build writes the empty case under another name and renames it when it is whole: whoever is killed
// here leaves nothing that looks like a case.
func build(ctx context.Context, path string, id Identity, sealKey []byte, by lockOwner) (err error) {
	draft := path + ".new"
	if err := os.Remove(draft); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("start a case: %w", err)
	}
	file, err := os.OpenFile(draft, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return explain(path, "start a case", err)
	}
	if err := file.Close(); err != nil {
		return fmt.Errorf("start a case: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(draft)
		}
	}()
	if err := fill(ctx, draft, id, sealKey, by); err != nil {
		return explain(path, "start a case", err)
	}
	if err := os.Rename(draft, path); err != nil {
		return fmt.Errorf("start a case: %w", err)
	}
	return nil
}

func fill(ctx context.Context, draft string, id Identity, sealKey []byte, by lockOwner) error {
	db, err := openPool(draft, readWrite, 1, 1)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	setup := fmt.Sprintf("PRAGMA application_id=%d; PRAGMA user_version=%d; %s", applicationID, Format, schema)
	if _, err := db.ExecContext(ctx, "PRAGMA synchronous=FULL; BEGIN IMMEDIATE; "+strings.TrimSpace(setup)); err != nil {
		return err
	}
	payload, err := json.Marshal(map[string]any{
		"account": id.Account, "partition": id.Partition, "id": id.ID, "pid": by.Pid, "host": by.Host, "process": by.Process,
	})
	if err != nil {
		return err
	}
	first := Entry{Seq: 1, At: id.Started, Kind: CaseStarted, Payload: payload, prev: genesis(id, sealKey)}
	first.hash = first.digest()
	if _, err := db.ExecContext(ctx, insertEntry, first.columns()...); err != nil {
		return err
	}
	for name, value := range map[string][]byte{
		"id": []byte(id.ID), "account": []byte(id.Account), "partition": []byte(id.Partition),
		"started": []byte(id.Started.Format(time.RFC3339Nano)), "seal": sealKey, "head": first.hash[:], "count": []byte("1"),
	} {
		if _, err := db.ExecContext(ctx, upsertMeta, name, value); err != nil {
			return err
		}
	}
	if _, err := db.ExecContext(ctx, "COMMIT"); err != nil {
		return err
	}
	return db.Close()
}
