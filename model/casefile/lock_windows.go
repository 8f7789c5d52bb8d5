package casefile

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// tryLock locks one byte far behind the content: Windows refuses others to read what is locked, and
// they have to read who holds it.
func tryLock(file *os.File) error {
	const far = 1 << 30
	err := windows.LockFileEx(windows.Handle(file.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY,
		0, 1, 0, &windows.Overlapped{Offset: far})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return errHeld
	}
	return err
}

// namesOf is how many names (hard links) a file has.
func namesOf(path string) (int, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer func() { _ = file.Close() }()
	var info windows.ByHandleFileInformation
	if err := windows.GetFileInformationByHandle(windows.Handle(file.Fd()), &info); err != nil {
		return 0, err
	}
	return int(info.NumberOfLinks), nil
}

// release gives the lock back. Windows removes no file that is open; if another writer has opened
// it meanwhile it stays, as his.
func (l *writerLock) release() {
	_ = l.file.Close()
	_ = os.Remove(l.path)
}

// removeLocked removes a temporary folder whose lock is held. Windows removes no file that is open:
// who has taken the lock meanwhile keeps the folder.
func removeLocked(dir string, lock *os.File) error {
	return errors.Join(lock.Close(), os.RemoveAll(dir))
}
