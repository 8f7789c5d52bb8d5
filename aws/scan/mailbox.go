package scan

import (
	"context"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
)

// batchInterval is the shortest time between two batches: 30 a second is as much as an eye can
// follow.
const batchInterval = 33 * time.Millisecond

// mailbox joins what many goroutines find into batches for one reader. Facts are never dropped; of
// progress only the last is kept.
type mailbox struct {
	now  func() time.Time
	full chan struct{} // Holds one token while there is something to be read.

	mu    sync.Mutex
	batch model.Batch
	// gone is when each resource was last proven to be gone: what a listing that began before then
	// says of it is out of date.
	gone     map[model.Ref]time.Time
	closed   bool
	failure  error
	changed  bool // Progress has something to say although no fact came.
	handedAt time.Time
	progress progress
}

func newMailbox(now func() time.Time) *mailbox {
	return &mailbox{now: now, full: make(chan struct{}, 1), gone: map[model.Ref]time.Time{}, progress: newProgress(now())}
}

// add takes in facts.
func (m *mailbox) add(b *model.Batch) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(b.Regions) > 0 {
		m.batch.Regions = b.Regions
	}
	for _, f := range b.Found {
		m.foundAgain(f.Resource.Ref)
	}
	m.batch.Found = append(m.batch.Found, b.Found...)
	for _, ref := range b.Gone {
		m.gone[ref] = b.At
	}
	m.batch.Gone = append(m.batch.Gone, b.Gone...)
	m.batch.Cells = append(m.batch.Cells, b.Cells...)
	m.batch.At = b.At
	m.signal()
}

// foundAgain takes a resource that is found after it was gone off the list of those that are:
// within a batch what is gone goes last. The lock is held.
func (m *mailbox) foundAgain(ref model.Ref) {
	if _, was := m.gone[ref]; was {
		delete(m.gone, ref)
		m.batch.Gone = slices.DeleteFunc(m.batch.Gone, func(r model.Ref) bool { return r == ref })
	}
}

// outdated says whether a listing that began at a moment may still speak of a resource that was
// proven gone later.
func (m *mailbox) outdated(ref model.Ref, began time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	at, was := m.gone[ref]
	return was && !began.After(at)
}

func (m *mailbox) signal() {
	select {
	case m.full <- struct{}{}:
	default:
	}
}

// expect says which cells there are to answer, and whether the regions are known by now.
func (m *mailbox) expect(cells []model.CellKey, listed bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.progress.expect(cells, listed, m.now())
}

// visitBegins notes a visit and hands on cells that nobody has answered yet as being scanned.
func (m *mailbox) visitBegins(place model.Place, defs []kind.Def) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v := visitState{began: m.now(), waiting: map[model.KindID]bool{}}
	m.progress.visits[place] = v
	for _, d := range defs {
		v.waiting[d.ID] = true
		if key := place.Cell(d.ID); !m.progress.answered[key] {
			m.batch.Cells = append(m.batch.Cells, model.Cell{Key: key, State: model.CellScanning, AsOf: v.began})
			m.signal()
		}
	}
	m.batch.At = v.began
}

// cellDone hands on what became of a cell. Cells stand behind what was found in them, because the
// findings of a listing come before its end.
func (m *mailbox) cellDone(c model.Cell) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.batch.Cells = append(m.batch.Cells, c)
	m.batch.At = c.AsOf
	m.progress.answer(c.Key, m.now())
	m.signal()
}

// cellBrokenOff hands on a cell about which AWS would not answer: it is still open.
func (m *mailbox) cellBrokenOff(c model.Cell) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.batch.Cells = append(m.batch.Cells, c)
	m.batch.At = m.now()
	m.progress.forget(c.Key)
	m.signal()
}

// signedOut notes that AWS takes the credentials no longer, or with nil that it does.
func (m *mailbox) signedOut(state *model.SignedOut) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if state != nil && m.progress.signedOut != nil {
		state.Since = m.progress.signedOut.Since
	}
	m.progress.signedOut = state
	m.changed = true
	m.signal()
}

// signedInUntil notes until when the credentials are good; the zero time is no end.
func (m *mailbox) signedInUntil(at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.progress.until, m.changed = at, m.changed || !m.progress.until.Equal(at)
	m.signal()
}

// trouble notes why the regions could not be listed, or that they could.
func (m *mailbox) trouble(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err == nil && m.failure == nil {
		return
	}
	m.failure = err
	m.progress.trouble = nil
	if err != nil {
		m.progress.trouble = aws.Describe(err).Model()
	}
	m.changed = true
	m.signal()
}

// end says that nothing more will come.
func (m *mailbox) end() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	m.signal()
}

// next waits for something to read, and until the interval is over since it last handed something
// out.
func (m *mailbox) next(ctx context.Context) (*model.Batch, error) {
	for {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-m.full:
		}
		m.mu.Lock()
		wait := time.Duration(0)
		if !m.handedAt.IsZero() && !m.closed {
			wait = batchInterval - m.now().Sub(m.handedAt)
		}
		m.mu.Unlock()
		if wait > 0 && !sleep(ctx, wait) {
			m.signal()
			return nil, ctx.Err()
		}
		if b, ended := m.take(); b != nil || ended {
			if b == nil {
				return nil, m.endReason()
			}
			return b, nil
		}
	}
}

func (m *mailbox) take() (batch *model.Batch, ended bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		m.signal()
	}
	if m.batch.Empty() && !m.changed {
		return nil, m.closed
	}
	b := m.batch
	b.Progress = m.progress.shown(m.now())
	m.batch, m.changed = model.Batch{}, false
	m.handedAt = m.now()
	return &b, false
}

// endReason is why there is nothing more to read.
func (m *mailbox) endReason() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.failure != nil && !m.progress.listed {
		return m.failure
	}
	return io.EOF
}
