package casefile

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/adrg/xdg"

	"github.com/rootout/rootout/model"
)

// Mode says what a case is opened for.
type Mode uint8

// The modes.
const (
	Reader Mode = iota // Looks on, takes no lock, never changes the file.
	Writer             // Writes; there is one at a time.
)

// Options are what a case needs from outside.
type Options struct {
	// Dir is where Create makes the file, named by account and start; DefaultDir when it is empty.
	// Path, when set, names the file itself.
	Dir, Path string
	// Account and Partition are the account that the case is about; only Create reads them.
	Account, Partition string
	// Catalog tells which fields a kind has, by whose ids the values of resources are stored. Only
	// Record, Load and Vanished need it, and fail without one.
	Catalog *model.Catalog
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Rand is where keys come from; nil means crypto/rand.
	Rand io.Reader
	// Pid, Host and Process are what a second writer is told about this one; zero values are filled
	// in from the running process.
	Pid           int
	Host, Process string
}

func (o Options) filled() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Pid == 0 {
		o.Pid = os.Getpid()
	}
	if o.Host == "" {
		o.Host, _ = os.Hostname()
	}
	if o.Process == "" {
		o.Process = filepath.Base(os.Args[0])
	}
	return o
}

func (o Options) lockOwner() lockOwner {
	return lockOwner{Pid: o.Pid, Host: o.Host, Process: o.Process, Since: o.Now().UTC()}
}

// DefaultDir is where cases lie: rootout/cases under the state directory of the XDG Base Directory
// Specification.
func DefaultDir() string { return filepath.Join(xdg.StateHome, "rootout", "cases") }

// Identity says which case it is.
type Identity struct {
	// ID is 16 random bytes in hexadecimal.
	ID                 string
	Account, Partition string
	Started            time.Time
	// Ended is when the operator ended the case; zero while it is open.
	Ended time.Time
}

// Case is one open case. Its methods may be called by many goroutines at once.
type Case struct {
	path string
	mode Mode
	now  func() time.Time

	read    *sql.DB
	cleanup func()
	sealKey []byte
	genesis hash
	fields  fieldIDs

	// gate is held for reading while something is handed to the writer, and for writing by Close.
	gate    sync.RWMutex
	closed  bool
	urgent  chan *job
	facts   chan *intake
	pending atomic.Int64
	faults  factFault
	commits atomic.Int64
	entries atomic.Int64
	done    chan struct{}
	lock    *writerLock
	db      *sql.DB
	fold    func()

	identityMu sync.Mutex
	identity   Identity
}

// Path is where the case lies.
func (c *Case) Path() string { return c.path }

// Sealer replaces secrets under the key of this case.
func (c *Case) Sealer() model.Sealer { return model.NewSealer(c.sealKey) }

// Identity says which case it is.
func (c *Case) Identity() Identity {
	c.identityMu.Lock()
	defer c.identityMu.Unlock()
	return c.identity
}

// Stats says how well commits were shared: Appends entries were made durable by Commits commits
// since the case was opened.
func (c *Case) Stats() (commits, appends int64) { return c.commits.Load(), c.entries.Load() }

// Open opens a case. A Writer takes the writer's lock and fails with a BusyError when another
// process has it; it also refuses a journal whose last entry does not hold, since what it would
// append could not be trusted either, and it brings a case of an earlier format to this one. A
// Reader takes no lock and changes nothing. Errors: NotCaseError, NewerError, DamagedError,
// BusyError, LinkedError, fs.ErrNotExist.
func Open(ctx context.Context, path string, mode Mode, o Options) (*Case, error) {
	o = o.filled()
	// SQLite puts its log beside the file that a link leads to, and so must the lock be.
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, fmt.Errorf("open the case: %w", err)
	}
	if target, err = filepath.Abs(target); err != nil {
		return nil, fmt.Errorf("open the case: %w", err)
	}
	c := &Case{path: target, mode: mode, now: o.Now, fields: fieldsOf(o.Catalog), cleanup: func() {}}
	if mode == Writer {
		if err := c.openWriter(ctx, o); err != nil {
			return nil, err
		}
		return c, nil
	}
	c.read, c.cleanup, err = openForReading(ctx, target)
	if err != nil {
		return nil, err
	}
	if err := c.loadMeta(ctx); err != nil {
		c.release()
		return nil, err
	}
	return c, nil
}

func (c *Case) openWriter(ctx context.Context, o Options) error {
	// What is no case must not get a lock file beside it.
	look, cleanup, err := openForReading(ctx, c.path)
	if err != nil {
		return err
	}
	_ = look.Close()
	cleanup()
	names, err := namesOf(c.path)
	if err != nil {
		return fmt.Errorf("open the case: %w", err)
	}
	if names > 1 {
		return &LinkedError{Path: c.path, Names: names}
	}
	if c.lock, err = lockWriter(c.path, o.lockOwner()); err != nil {
		return err
	}
	if err := c.startWriter(ctx); err != nil {
		c.release()
		return err
	}
	return nil
}

// loadMeta reads what belongs to the case as a whole.
func (c *Case) loadMeta(ctx context.Context) error {
	values := map[string][]byte{}
	rows, err := c.read.QueryContext(ctx, "SELECT name, value FROM meta")
	if err != nil {
		return c.explain("read the case", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var name string
		var value []byte
		if err := rows.Scan(&name, &value); err != nil {
			return c.explain("read the case", err)
		}
		values[name] = value
	}
	if err := rows.Err(); err != nil {
		return c.explain("read the case", err)
	}
	for _, name := range []string{"id", "account", "partition", "started", "seal", "head", "count"} {
		if len(values[name]) == 0 {
			return &DamagedError{Path: c.path, What: "it does not say its " + name}
		}
	}
	started, err := time.Parse(time.RFC3339Nano, string(values["started"]))
	if err != nil {
		return &DamagedError{Path: c.path, What: "its start is no time", Err: err}
	}
	c.sealKey = values["seal"]
	c.identity = Identity{
		ID: string(values["id"]), Account: string(values["account"]), Partition: string(values["partition"]), Started: started,
	}
	c.genesis = genesis(c.identity, c.sealKey)
	if ended := values["ended"]; len(ended) > 0 {
		if c.identity.Ended, err = time.Parse(time.RFC3339Nano, string(ended)); err != nil {
			return &DamagedError{Path: c.path, What: "its end is no time", Err: err}
		}
	}
	return nil
}

// genesis is the hash before the first entry. It binds the journal to its case, so that neither can
// be put into another.
func genesis(id Identity, sealKey []byte) hash {
	h := newHasher("rootout case 1")
	for _, part := range []string{id.ID, id.Account, id.Partition, id.Started.Format(time.RFC3339Nano)} {
		h.text(part)
	}
	sum := sha256.Sum256(sealKey)
	h.text(hex.EncodeToString(sum[:]))
	return h.sum()
}

// End closes the incident: the case is not offered again as the account's open one. It can still be
// read, and written by name.
func (c *Case) End(ctx context.Context) error {
	at := c.now().UTC()
	err := c.do(ctx, func(w *writer) error {
		if err := w.setMeta("ended", []byte(at.Format(time.RFC3339Nano))); err != nil {
			return err
		}
		_, err := w.append(Entry{At: at, Kind: CaseEnded})
		return err
	})
	if err != nil {
		return c.explain("end the case", err)
	}
	c.identityMu.Lock()
	defer c.identityMu.Unlock()
	c.identity.Ended = at
	return nil
}

// Close writes what is still on its way, folds the log back so that the case is one file again, and
// gives the lock back. If another process is reading at that moment the (empty) log stays beside
// the file until the next writer closes. Close may be called twice.
func (c *Case) Close() error {
	c.gate.Lock()
	if c.closed {
		c.gate.Unlock()
		return nil
	}
	c.closed = true
	if c.mode == Writer {
		close(c.urgent)
		close(c.facts)
	}
	c.gate.Unlock()
	if c.mode == Writer {
		<-c.done
	}
	err := c.faults.take()
	c.release()
	if err != nil {
		return c.explain("close the case", err)
	}
	return nil
}

// release lets go of everything that is open, in the order that leaves one file.
func (c *Case) release() {
	if c.read != nil {
		_ = c.read.Close()
	}
	if c.db != nil {
		c.fold()
		_ = c.db.Close()
	}
	c.cleanup()
	if c.lock != nil {
		c.lock.release()
	}
}

// foldLog brings the write-ahead log into the file and leaves the mode. Failure means that a reader
// is connected or the disk is full, and nothing is lost by it: the log is part of the case until
// somebody folds it.
func foldLog(ctx context.Context, db *sql.DB) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	_, _ = conn.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	_, _ = setJournalMode(ctx, conn, "DELETE")
}
