package casefile

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Info is one case of a directory.
type Info struct {
	Path string
	Identity
	// Err is why it cannot be opened: DamagedError, NewerError or a refusal of the system; Identity
	// then holds what the name says.
	Err error
}

// List tells the cases of a directory, the one started last first. Files that are no cases are
// passed over; a directory that is not there holds none. An empty dir is DefaultDir.
func List(ctx context.Context, dir string) ([]Info, error) {
	if dir == "" {
		dir = DefaultDir()
	}
	files, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, explain(dir, "list the cases", err)
	}
	var cases []Info
	for _, file := range files {
		if file.IsDir() || !strings.HasSuffix(file.Name(), extension) {
			continue
		}
		info := inspect(ctx, filepath.Join(dir, file.Name()))
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		var other *NotCaseError
		if !errors.As(info.Err, &other) {
			cases = append(cases, info)
		}
	}
	slices.SortStableFunc(cases, func(a, b Info) int { return b.Started.Compare(a.Started) })
	return cases, nil
}

func inspect(ctx context.Context, path string) Info {
	c, err := Open(ctx, path, Reader, Options{})
	if err != nil {
		info := Info{Path: path, Err: err}
		info.Account, info.Started = fromName(path)
		return info
	}
	info := Info{Path: path, Identity: c.Identity()}
	info.Err = c.Close()
	return info
}

// fromName reads back what fileName wrote.
func fromName(path string) (account string, started time.Time) {
	account, rest, _ := strings.Cut(strings.TrimSuffix(filepath.Base(path), extension), "-")
	started, err := time.Parse(nameStamp, rest)
	if err != nil {
		return account, time.Time{}
	}
	return account, started
}

// Newest finds the newest open case of an account: the one started last that has not been ended. If
// a newer one cannot be read, its error is returned rather than an older case, which would hide
// what was done since.
func Newest(ctx context.Context, dir, account string) (path string, ok bool, err error) {
	cases, err := List(ctx, dir)
	if err != nil {
		return "", false, err
	}
	for _, c := range cases {
		switch {
		case c.Account != account:
		case c.Err != nil:
			return c.Path, false, c.Err
		case c.Ended.IsZero():
			return c.Path, true, nil
		}
	}
	return "", false, nil
}

// FindByDigest finds the case that holds a plan, the newest if several do; ErrNoPlan when none
// does. Cases that cannot be read are passed over unless the plan is in no other.
func FindByDigest(ctx context.Context, dir, digest string) (string, error) {
	cases, err := List(ctx, dir)
	if err != nil {
		return "", err
	}
	failed := []error{ErrNoPlan}
	for _, info := range cases {
		if info.Err != nil {
			failed = append(failed, info.Err)
			continue
		}
		has, err := holdsPlan(ctx, info.Path, digest)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		if has {
			return info.Path, nil
		}
	}
	return "", errors.Join(failed...)
}

func holdsPlan(ctx context.Context, path, digest string) (has bool, err error) {
	c, err := Open(ctx, path, Reader, Options{})
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	err = c.look(ctx, func(q *sql.Conn) error {
		return q.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM plan WHERE digest = ?)", digest).Scan(&has)
	})
	if err != nil {
		return false, c.explain("look for the plan", err)
	}
	return has, nil
}
