package model

import (
	"maps"
	"slices"
	"time"
)

// Inventory is everything that is known of the account at one moment: regions, cells, resources. It
// has one owner, who applies batches to it; others get a Snapshot, which never changes.
type Inventory struct {
	state Snapshot
	// index is each resource's place on the shelf of its cell, by its id: a whole reference as key
	// would cost four times as much.
	index map[CellKey]map[string]int32
	// shared marks cells whose resources a snapshot may be reading: they are copied before they are
	// changed.
	shared map[CellKey]bool
}

// Snapshot is an immutable picture of an inventory; Generation grows with every change.
type Snapshot struct {
	Generation uint64
	Regions    []Region
	cells      map[CellKey]*shelf
	progress   Progress
	at         time.Time
}

// shelf holds the resources of one cell; passes runs beside items.
type shelf struct {
	cell   Cell
	items  []*Resource
	passes []uint64
}

// NewInventory returns an inventory that knows nothing.
func NewInventory() *Inventory {
	return &Inventory{
		state:  Snapshot{cells: map[CellKey]*shelf{}},
		index:  map[CellKey]map[string]int32{},
		shared: map[CellKey]bool{},
	}
}

// Apply takes in a batch. Its cost grows with the batch and the cells it touches, never with the
// inventory, except that taking resources out costs the size of their cell.
func (inv *Inventory) Apply(b *Batch) {
	if b == nil {
		return
	}
	if len(b.Regions) > 0 {
		inv.state.Regions = slices.Clone(b.Regions)
	}
	for i := range b.Found {
		inv.put(&b.Found[i], b.At)
	}
	inv.remove(b.Gone)
	for _, c := range b.Cells {
		inv.close(c, b.At)
	}
	inv.state.progress = b.Progress
	if b.At.After(inv.state.at) {
		inv.state.at = b.At
	}
	inv.state.Generation++
}

// own returns the shelf of a cell, private to the inventory.
func (inv *Inventory) own(key CellKey) *shelf {
	s := inv.state.cells[key]
	switch {
	case s == nil:
		s = &shelf{cell: Cell{Key: key}}
	case inv.shared[key]:
		s = &shelf{cell: s.cell, items: slices.Clone(s.items), passes: slices.Clone(s.passes)}
	default:
		return s
	}
	inv.state.cells[key] = s
	delete(inv.shared, key)
	return s
}

func (inv *Inventory) put(f *Found, at time.Time) {
	key := f.Resource.Ref.Cell()
	s := inv.own(key)
	r := *f.Resource
	if r.SeenAt.IsZero() {
		r.SeenAt = at
	}
	places := inv.index[key]
	if places == nil {
		places = map[string]int32{}
		inv.index[key] = places
	}
	if at, known := places[r.Ref.ID]; known {
		r.FirstSeen = s.items[at].FirstSeen
		s.items[at] = &r
		s.passes[at] = max(f.Pass, s.passes[at])
		return
	}
	if r.FirstSeen.IsZero() {
		r.FirstSeen = at
	}
	places[r.Ref.ID] = int32(len(s.items))
	s.items = append(s.items, &r)
	s.passes = append(s.passes, f.Pass)
}

func (inv *Inventory) remove(gone []Ref) {
	byCell := map[CellKey]map[Ref]bool{}
	for _, ref := range gone {
		key := ref.Cell()
		if _, known := inv.index[key][ref.ID]; !known {
			continue
		}
		if byCell[key] == nil {
			byCell[key] = map[Ref]bool{}
		}
		byCell[key][ref] = true
	}
	for key, refs := range byCell {
		inv.keep(key, func(r *Resource, _ uint64) bool { return !refs[r.Ref] })
	}
}

// close records what a listing found out about a cell. A completed pass proves that whatever it did
// not meet is gone.
func (inv *Inventory) close(c Cell, at time.Time) {
	s := inv.own(c.Key)
	if c.FirstCounted.IsZero() {
		c.FirstCounted = s.cell.FirstCounted
	}
	if c.FirstCounted.IsZero() && c.Proves() {
		// What the first listing found is first seen when its batch comes, which may be after the
		// listing ended; none of it is growth.
		c.FirstCounted = c.AsOf
		if at.After(c.AsOf) {
			c.FirstCounted = at
		}
	}
	s.cell = c
	if c.Proves() && slices.ContainsFunc(s.passes, func(p uint64) bool { return p < c.Pass }) {
		inv.keep(c.Key, func(_ *Resource, pass uint64) bool { return pass >= c.Pass })
	}
}

func (inv *Inventory) keep(key CellKey, stays func(*Resource, uint64) bool) {
	s := inv.own(key)
	items, passes := s.items[:0:0], s.passes[:0:0]
	for i, r := range s.items {
		if !stays(r, s.passes[i]) {
			delete(inv.index[key], r.Ref.ID)
			continue
		}
		inv.index[key][r.Ref.ID] = int32(len(items))
		items = append(items, r)
		passes = append(passes, s.passes[i])
	}
	s.items, s.passes = items, passes
}

// Snapshot returns a picture that stays as it is. It costs the number of cells; resources are
// shared until they change.
func (inv *Inventory) Snapshot() *Snapshot {
	snap := inv.state
	snap.cells = maps.Clone(inv.state.cells)
	for key := range snap.cells {
		inv.shared[key] = true
	}
	return &snap
}

// Get finds a resource; nil when it is not there.
func (inv *Inventory) Get(ref Ref) *Resource {
	at, known := inv.index[ref.Cell()][ref.ID]
	if !known {
		return nil
	}
	return inv.state.cells[ref.Cell()].items[at]
}

// Generation grows with every batch.
func (inv *Inventory) Generation() uint64 { return inv.state.Generation }

// Live is the inventory's present state, for its owner to read between two batches; others need a
// Snapshot.
func (inv *Inventory) Live() *Snapshot { return &inv.state }

// Cell is what is known of a cell; the zero Cell ("unasked") when nobody asked.
func (s *Snapshot) Cell(key CellKey) Cell {
	if shelf := s.cells[key]; shelf != nil {
		return shelf.cell
	}
	return Cell{Key: key}
}

// In are the resources of a cell in the order they were met. The slice is read only.
func (s *Snapshot) In(key CellKey) []*Resource {
	if shelf := s.cells[key]; shelf != nil {
		return shelf.items
	}
	return nil
}

// Cells are the keys of all cells that anything is known of, in no order.
func (s *Snapshot) Cells() []CellKey { return slices.Collect(maps.Keys(s.cells)) }

// Grown says whether a resource appeared after its cell had been counted once.
func (s *Snapshot) Grown(r *Resource) bool {
	shelf := s.cells[r.Ref.Cell()]
	return shelf != nil && !shelf.cell.FirstCounted.IsZero() && r.FirstSeen.After(shelf.cell.FirstCounted)
}

// All calls yield for every resource until it returns false, cells in no order.
func (s *Snapshot) All(yield func(*Resource) bool) {
	for _, shelf := range s.cells {
		for _, r := range shelf.items {
			if !yield(r) {
				return
			}
		}
	}
}

// Len is the number of resources.
func (s *Snapshot) Len() int {
	n := 0
	for _, shelf := range s.cells {
		n += len(shelf.items)
	}
	return n
}

// Progress is how far the scan is.
func (s *Snapshot) Progress() Progress { return s.progress }

// At is the time of the newest fact.
func (s *Snapshot) At() time.Time { return s.at }
