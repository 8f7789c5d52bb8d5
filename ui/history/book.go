package history

import (
	"encoding/json"
	"sync"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/trail"
)

// book is all events that were read. It may be used by several goroutines.
type book struct {
	mu      sync.Mutex
	index   *trail.Index
	makers  *trail.Makers
	records *trail.Records
	// generation grows with every event, tells with every one that tells of a maker.
	generation, tells uint64
	frozen            *trail.Frozen
	frozenOf          uint64
}

func newBook(catalog *model.Catalog, partition string) (*book, error) {
	records, err := trail.NewRecords()
	if err != nil {
		return nil, err
	}
	return &book{index: trail.NewIndex(), makers: trail.NewMakers(catalog, partition), records: records}, nil
}

// events are the names of all events that tell of makers.
func (b *book) events() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.makers.Events()
}

// take takes records in and says how many of them are new.
func (b *book) take(raw []json.RawMessage) (fresh int) {
	type parsed struct {
		event *trail.Event
		raw   []byte
	}
	all := make([]parsed, 0, len(raw))
	for _, r := range raw {
		if e, err := trail.Parse(r); err == nil {
			all = append(all, parsed{e, r})
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range all {
		n, isNew := b.index.Add(p.event)
		if !isNew {
			continue
		}
		b.records.Add(n, p.raw)
		fresh++
		b.generation++
		if b.makers.Add(p.event) {
			b.tells++
		}
	}
	return fresh
}

// told grows when something more is told of makers.
func (b *book) told() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.tells
}

// makersOf says what is new about the makers of what a snapshot holds.
func (b *book) makersOf(snap *model.Snapshot) *model.OverlayBatch {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.makers.Overlay(snap)
}

// read is all events as they are now.
func (b *book) read() *trail.Frozen {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.frozen == nil || b.frozenOf != b.generation {
		b.frozen, b.frozenOf = b.index.Freeze(), b.generation
	}
	return b.frozen
}

// record is AWS's record of an event, nil where there is none.
func (b *book) record(n int32) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.records.Get(n)
}

// sessions counts what each session is known to have made, by its name.
func (b *book) sessions() map[string]int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.makers.Made()
}
