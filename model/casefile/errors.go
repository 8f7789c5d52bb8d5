package casefile

import (
	"errors"
	"fmt"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Errors without particulars.
var (
	// ErrClosed is returned by every method of a case after Close.
	ErrClosed = errors.New("the case is closed")
	// ErrReader is returned when a case that was opened for reading is asked to write.
	ErrReader = errors.New("the case is open for reading only")
	// ErrNoPlan is returned when no plan of that digest is in the case, or in any case of a
	// directory.
	ErrNoPlan = errors.New("no such plan in the case")
)

// NotCaseError says that a file is something else than a case.
type NotCaseError struct{ Path string }

// Error words it.
func (e *NotCaseError) Error() string { return e.Path + " is not a rootout case" }

// NewerError says that a case was written by a rootout that is newer than this one.
type NewerError struct {
	Path string
	// Version is the format of the file, Known the newest that this rootout reads.
	Version, Known int
}

// Error words it.
func (e *NewerError) Error() string {
	return fmt.Sprintf("%s is a case of format %d, written by a newer rootout; this one reads up to %d", e.Path, e.Version, e.Known)
}

// DamagedError says that a file is a case and cannot be trusted: cut short, overwritten, or with a
// journal that does not hold together.
type DamagedError struct {
	Path string
	// What names the part that is wrong.
	What string
	// Err is SQLite's error where there was one.
	Err error
}

// Error words it.
func (e *DamagedError) Error() string {
	text := e.Path + " is damaged: " + e.What
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap is SQLite's error.
func (e *DamagedError) Unwrap() error { return e.Err }

// BusyError says that another process is writing the case.
type BusyError struct {
	Path string
	// Pid, Host, Process and Since are what the owner of the lock wrote down about itself; Pid is 0
	// when it had not done so yet.
	Pid     int
	Host    string
	Process string
	Since   time.Time
}

// Error words it.
func (e *BusyError) Error() string {
	if e.Pid == 0 {
		return e.Path + " is being written by another process"
	}
	return fmt.Sprintf("%s is being written by process %d on %s", e.Path, e.Pid, e.Host)
}

// FullError says that there is no space left for a case. What is in the case is whole.
type FullError struct {
	Path string
	// Err is what the system, or SQLite, said.
	Err error
}

// Error words it.
func (e *FullError) Error() string {
	return "no space is left on the disk that holds " + e.Path + ": free some, then try again. What was written before is whole"
}

// Unwrap is what the system, or SQLite, said.
func (e *FullError) Unwrap() error { return e.Err }

// LinkedError says that a case file has several names. The log and the lock of a case lie beside the
// name that it was opened by, so that under two names two processes would write one file.
type LinkedError struct {
	Path string
	// Names is how many it has.
	Names int
}

// Error words it.
func (e *LinkedError) Error() string {
	return fmt.Sprintf("%s has %d names (hard links), and two of them could be written at once: copy it to a name of its own, or remove the others", e.Path, e.Names)
}

// code is SQLite's extended result code of an error, 0 when it is none of SQLite's.
func code(err error) int {
	var failed *sqlite.Error
	if errors.As(err, &failed) {
		return failed.Code()
	}
	return 0
}

// primary is SQLite's primary result code of an error.
func primary(err error) int { return code(err) & 0xff }

// explain wraps an error with the operation, and turns SQLite's words for damage into a
// DamagedError.
func (c *Case) explain(op string, err error) error {
	if err == nil {
		return nil
	}
	return explain(c.path, op, err)
}

func explain(path, op string, err error) error {
	if full := (*FullError)(nil); errors.As(err, &full) {
		return fmt.Errorf("%s: %w", op, err)
	}
	switch {
	case primary(err) == sqlite3.SQLITE_FULL, code(err) == sqlite3.SQLITE_IOERR_SHMSIZE, NoSpace(err):
		return fmt.Errorf("%s: %w", op, &FullError{Path: path, Err: err})
	case primary(err) == sqlite3.SQLITE_CORRUPT, primary(err) == sqlite3.SQLITE_NOTADB, code(err) == sqlite3.SQLITE_IOERR_SHORT_READ:
		return fmt.Errorf("%s: %w", op, &DamagedError{Path: path, What: "the database does not hold together", Err: err})
	}
	return fmt.Errorf("%s: %w", op, err)
}
