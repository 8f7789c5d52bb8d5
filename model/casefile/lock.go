package casefile

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"time"
)

// errHeld is what tryLock returns when somebody else holds the lock.
var errHeld = errors.New("the lock is held")

// lockOwner is what a writer writes about itself into its lock file.
type lockOwner struct {
	Pid     int       `json:"pid"`
	Host    string    `json:"host"`
	Process string    `json:"process"`
	Since   time.Time `json:"since"`
}

// writerLock is the right to write one case. The operating system holds it for an open file, so
// that it is gone with the process, however that ends; the file's content only tells others whom to
// ask.
type writerLock struct {
	file *os.File
	path string
}

func lockPath(casePath string) string { return casePath + ".lock" }

// lockWriter takes the lock of a case, or fails with a BusyError.
func lockWriter(casePath string, me lockOwner) (*writerLock, error) {
	path := lockPath(casePath)
	// An owner removes its file when it is done. Who opened the old file just before would lock a
	// file that no longer has a name, so the name is looked up again under the lock; each round
	// means that another writer has come and gone.
	const rounds = 100
	for range rounds {
		file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, explain(casePath, "open the lock of the case", err)
		}
		if err := tryLock(file); err != nil {
			busy := readOwner(casePath, file)
			_ = file.Close()
			if errors.Is(err, errHeld) {
				return nil, busy
			}
			return nil, explain(casePath, "lock the case", err)
		}
		if !stillNamed(file, path) {
			_ = file.Close()
			continue
		}
		lock := &writerLock{file: file, path: path}
		if err := lock.sign(me); err != nil {
			lock.release()
			return nil, explain(casePath, "sign the lock of the case", err)
		}
		return lock, nil
	}
	return nil, &BusyError{Path: casePath}
}

func stillNamed(file *os.File, path string) bool {
	here, err := file.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(here, there)
}

func (l *writerLock) sign(me lockOwner) error {
	text, err := json.Marshal(me)
	if err != nil {
		return err
	}
	if err := l.file.Truncate(0); err != nil {
		return err
	}
	if _, err := l.file.WriteAt(append(text, '\n'), 0); err != nil {
		return err
	}
	return nil
}

// readOwner reads the owner's own words. The owner signs right after it has the lock, so an empty
// file is read again for a moment.
func readOwner(casePath string, file *os.File) *BusyError {
	const tries, pause, longest = 20, 5 * time.Millisecond, 4096
	for range tries {
		text, err := io.ReadAll(io.NewSectionReader(file, 0, longest))
		var owner lockOwner
		if err == nil && json.Unmarshal(text, &owner) == nil && owner.Pid != 0 {
			return &BusyError{Path: casePath, Pid: owner.Pid, Host: owner.Host, Process: owner.Process, Since: owner.Since}
		}
		time.Sleep(pause)
	}
	return &BusyError{Path: casePath}
}
