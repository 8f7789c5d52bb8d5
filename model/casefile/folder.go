package casefile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// ownerFile is held, by the lock that writers of cases use, as long as the process of a temporary
// folder lives.
const ownerFile = "owner.lock"

// orphanAge is how old a folder that nobody has locked must be before it is swept: it may have been
// made a moment ago, or by a rootout that made no lock.
const orphanAge = 24 * time.Hour

// TempFolder makes a folder for what must not outlive this process; remove takes it away with all
// that is in it. It goes with the process only if remove is called, so the folders of the same
// prefix whose processes are gone, however they ended, are swept first.
func TempFolder(prefix string) (path string, remove func() error, err error) {
	sweepFolders(os.TempDir(), prefix, time.Now())
	// Between its making and its locking another process may sweep it, which is seen by its lock.
	const rounds = 100
	for range rounds {
		dir, err := os.MkdirTemp("", prefix)
		if err != nil {
			return "", nil, fmt.Errorf("make a temporary folder: %w", err)
		}
		name := filepath.Join(dir, ownerFile)
		file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", nil, errors.Join(fmt.Errorf("make a temporary folder: %w", err), os.RemoveAll(dir))
		}
		if err := tryLock(file); err == nil && stillNamed(file, name) {
			return dir, func() error { return removeLocked(dir, file) }, nil
		}
		_ = file.Close()
		_ = os.RemoveAll(dir)
	}
	return "", nil, errors.New("make a temporary folder: none could be locked")
}

// sweepFolders removes the temporary folders of a prefix that no process holds. What cannot be
// looked at or removed stays, as another user's does.
func sweepFolders(in, prefix string, now time.Time) {
	entries, err := os.ReadDir(in)
	if err != nil {
		return
	}
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), prefix) {
			sweepFolder(filepath.Join(in, e.Name()), now)
		}
	}
}

func sweepFolder(dir string, now time.Time) {
	name := filepath.Join(dir, ownerFile)
	info, err := os.Lstat(name)
	if errors.Is(err, os.ErrNotExist) {
		if info, err := os.Lstat(dir); err == nil && now.Sub(info.ModTime()) > orphanAge {
			_ = os.RemoveAll(dir)
		}
		return
	}
	if err != nil || !info.Mode().IsRegular() {
		return
	}
	file, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return
	}
	if tryLock(file) != nil {
		_ = file.Close()
		return
	}
	_ = removeLocked(dir, file)
}
