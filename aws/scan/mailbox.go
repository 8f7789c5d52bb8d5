package scan

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
)

// beat is the shortest time between two batches: 30 a second is as much as an eye can follow.
const beat = 33 * time.Millisecond

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

// progress counts what has been answered.
type progress struct {
	began     time.Time
	kinds     int
	readable  map[string]bool
	answered  map[model.CellKey]bool
	visits    map[string]visitState
	firstPass bool
	took      time.Duration
	trouble   *model.Failure
}

// visitState is a visit under way, for naming what is slow.
type visitState struct {
	began   time.Time
	waiting map[model.KindID]bool
}

func newMailbox(now func() time.Time) *mailbox {
	return &mailbox{now: now, full: make(chan struct{}, 1), gone: map[model.Ref]time.Time{}, progress: progress{
		began: now(), firstPass: true,
		readable: map[string]bool{}, answered: map[model.CellKey]bool{}, visits: map[string]visitState{},
	}}
}

func (m *mailbox) put(b *model.Batch) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(b.Regions) > 0 {
		m.batch.Regions = b.Regions
	}
	for _, f := range b.Found {
		m.back(f.Resource.Ref)
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

// back takes a resource that is found after it was gone off the list of those that are: within a
// batch what is gone goes last. The lock is held.
func (m *mailbox) back(ref model.Ref) {
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

// expect says how many cells there are to answer.
func (m *mailbox) expect(regions []model.Region, kinds int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.progress.kinds = kinds
	m.progress.readable = map[string]bool{}
	for _, r := range regions {
		if r.Readable() {
			m.progress.readable[r.Name] = true
		}
	}
}

// begin notes a visit and hands on cells that nobody has answered yet as being scanned.
func (m *mailbox) begin(account, region string, defs []kind.Def) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v := visitState{began: m.now(), waiting: map[model.KindID]bool{}}
	for _, d := range defs {
		v.waiting[d.ID] = true
	}
	m.progress.visits[region] = v
	for _, d := range defs {
		key := model.CellKey{Place: model.Place{Account: account, Region: region}, Kind: d.ID}
		if !m.progress.answered[key] {
			m.batch.Cells = append(m.batch.Cells, model.Cell{Key: key, State: model.CellScanning, AsOf: v.began})
			m.signal()
		}
	}
	m.batch.At = v.began
}

// finish hands on what became of a cell. Cells stand behind what was found in them, because put and
// finish of one listing follow each other.
func (m *mailbox) finish(c model.Cell) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.batch.Cells = append(m.batch.Cells, c)
	m.batch.At = c.AsOf
	p := &m.progress
	p.answered[c.Key] = true
	if v, ok := p.visits[c.Key.Region]; ok {
		delete(v.waiting, c.Key.Kind)
		if len(v.waiting) == 0 {
			delete(p.visits, c.Key.Region)
		}
	}
	if p.firstPass && len(p.answered) >= p.kinds*len(p.readable) && p.kinds > 0 {
		p.firstPass, p.took = false, m.now().Sub(p.began)
	}
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

func (m *mailbox) close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	m.signal()
}

// next waits for something to read, and until the beat is over since it last handed something out.
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
			wait = beat - m.now().Sub(m.handedAt)
		}
		m.mu.Unlock()
		if wait > 0 && !sleep(ctx, wait) {
			m.signal()
			return nil, ctx.Err()
		}
		if b, end := m.take(); b != nil || end {
			if b == nil {
				return nil, m.end()
			}
			return b, nil
		}
	}
}

func (m *mailbox) take() (batch *model.Batch, end bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.batch.Empty() && !m.changed {
		if m.closed {
			m.signal()
		}
		return nil, m.closed
	}
	b := m.batch
	b.Progress = m.progress.shown(m.now())
	m.batch, m.changed = model.Batch{}, false
	m.handedAt = m.now()
	if m.closed {
		m.signal()
	}
	return &b, false
}

// end is why there is nothing more to read.
func (m *mailbox) end() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.failure != nil && m.progress.kinds == 0 {
		return m.failure
	}
	return io.EOF
}

// slowAfter is when a visit begins to be named as slow.
const slowAfter = 2 * time.Second

func (p *progress) shown(now time.Time) model.Progress {
	out := model.Progress{Done: len(p.answered), Total: p.kinds * len(p.readable), FirstPass: p.firstPass, Took: p.took, Trouble: p.trouble}
	var slow []string
	for region, v := range p.visits {
		if age := now.Sub(v.began); age >= slowAfter {
			slow = append(slow, fmt.Sprintf("%s %d kinds %s", region, len(v.waiting), age.Round(time.Second)))
		}
	}
	slices.Sort(slow)
	if len(slow) > 0 {
		out.Slow = slow[0]
		if len(slow) > 1 {
			out.Slow += fmt.Sprintf(" and %d more regions", len(slow)-1)
		}
	}
	return out
}
