//go:build unix

package casefile

import (
	"errors"
	"os"
	"syscall"
)

// tryLock takes flock(2)'s lock, which belongs to the open file and so keeps two cases of one
// process apart too.
func tryLock(file *os.File) error {
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EWOULDBLOCK):
			return errHeld
		}
		return err
	}
}

// namesOf is how many names (hard links) a file has.
func namesOf(path string) (int, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(stat.Nlink), nil
	}
	return 1, nil
}

// release gives the lock back. The file goes first, while nobody else can have locked it.
func (l *writerLock) release() {
	_ = os.Remove(l.path) //nolint:gosec // The path is the one that the operator named.
	_ = l.file.Close()
}

// removeLocked removes a temporary folder whose lock is held; nobody else can take it meanwhile.
func removeLocked(dir string, lock *os.File) error {
	return errors.Join(os.RemoveAll(dir), lock.Close())
}
