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
	// index is each resource's position among the items of its cell, by its id: a whole reference
	// as key would cost four times as much.
	index map[CellKey]map[string]int32
	// overlay is what is known about resources beside AWS's records; the items are joined with it.
	overlay overlay
	// shared marks cells whose resources a snapshot may be reading: they are copied before they are
	// changed.
	shared map[CellKey]bool
}

// Snapshot is an immutable picture of an inventory. Generation grows with every change,
// OverlayGeneration only when something else is known about resources beside AWS's records.
type Snapshot struct {
	Generation, OverlayGeneration uint64
	Regions                       []Region
	cells                         map[CellKey]*filledCell
	progress                      Progress
	at                            time.Time
}

// filledCell holds the resources of one cell; passes runs beside items.
type filledCell struct {
	cell   Cell
	items  []*Resource
	passes []uint64
}

// NewInventory returns an inventory that knows nothing.
func NewInventory() *Inventory {
	return &Inventory{
		state:  Snapshot{cells: map[CellKey]*filledCell{}},
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
		inv.add(&b.Found[i], b.At)
	}
	inv.remove(b.Gone)
	for _, c := range b.Cells {
		inv.recordCell(c, b.At)
	}
	inv.state.progress = b.Progress
	if b.At.After(inv.state.at) {
		inv.state.at = b.At
	}
	inv.state.Generation++
}

// ApplyOverlay takes in what a source says about resources beside AWS's records. It stays over
// every later listing; what is said about a resource that no listing has met waits until one does.
// It costs the size of the batch (with Replace, of what the source had said too) and of the cells
// in which something changes.
func (inv *Inventory) ApplyOverlay(b *OverlayBatch) {
	if b == nil {
		return
	}
	changed := inv.overlay.apply(b)
	if len(changed) == 0 {
		return
	}
	for key, ids := range changed {
		inv.rejoin(key, ids)
	}
	inv.state.OverlayGeneration++
	inv.state.Generation++
}

// rejoin shows what is known now about those of the given resources that a listing has met.
func (inv *Inventory) rejoin(key CellKey, ids []string) {
	for _, id := range ids {
		at, met := inv.index[key][id]
		if !met {
			continue
		}
		cell := inv.writable(key)
		r := cell.items[at].AsListed()
		r.join(inv.overlay.about(key, id))
		cell.items[at] = &r
	}
}

// About is what is known about a resource beside AWS's record of it, be it that no listing has met
// it.
func (inv *Inventory) About(ref Ref) About {
	if about := inv.overlay.about(ref.Cell(), ref.ID); about != nil {
		return *about
	}
	return About{}
}

// writable returns a cell's content, private to the inventory.
func (inv *Inventory) writable(key CellKey) *filledCell {
	c := inv.state.cells[key]
	switch {
	case c == nil:
		c = &filledCell{cell: Cell{Key: key}}
	case inv.shared[key]:
		c = &filledCell{cell: c.cell, items: slices.Clone(c.items), passes: slices.Clone(c.passes)}
	default:
		return c
	}
	inv.state.cells[key] = c
	delete(inv.shared, key)
	return c
}

func (inv *Inventory) add(f *Found, at time.Time) {
	key := f.Resource.Ref.Cell()
	c := inv.writable(key)
	r := f.Resource.AsListed()
	r.join(inv.overlay.about(key, r.Ref.ID))
	if r.SeenAt.IsZero() {
		r.SeenAt = at
	}
	positions := inv.index[key]
	if positions == nil {
		positions = map[string]int32{}
		inv.index[key] = positions
	}
	if at, known := positions[r.Ref.ID]; known {
		r.FirstSeen = c.items[at].FirstSeen
		c.items[at] = &r
		c.passes[at] = max(f.Pass, c.passes[at])
		return
	}
	if r.FirstSeen.IsZero() {
		r.FirstSeen = at
	}
	positions[r.Ref.ID] = int32(len(c.items))
	c.items = append(c.items, &r)
	c.passes = append(c.passes, f.Pass)
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
		inv.retain(key, func(r *Resource, _ uint64) bool { return !refs[r.Ref] })
	}
}

// recordCell takes in what a listing found out about a cell. A completed pass proves that whatever
// it did not meet is gone.
func (inv *Inventory) recordCell(c Cell, at time.Time) {
	filled := inv.writable(c.Key)
	if c.FirstCounted.IsZero() {
		c.FirstCounted = filled.cell.FirstCounted
	}
	if c.FirstCounted.IsZero() && c.Proves() {
		// What the first listing found is first seen when its batch comes, which may be after the
		// listing ended; none of it is growth.
		c.FirstCounted = c.AsOf
		if at.After(c.AsOf) {
			c.FirstCounted = at
		}
	}
	filled.cell = c
	if c.Proves() && slices.ContainsFunc(filled.passes, func(p uint64) bool { return p < c.Pass }) {
		inv.retain(c.Key, func(_ *Resource, pass uint64) bool { return pass >= c.Pass })
	}
}

// retain takes out of a cell what does not stay.
func (inv *Inventory) retain(key CellKey, stays func(*Resource, uint64) bool) {
	c := inv.writable(key)
	items, passes := c.items[:0:0], c.passes[:0:0]
	for i, r := range c.items {
		if !stays(r, c.passes[i]) {
			delete(inv.index[key], r.Ref.ID)
			continue
		}
		inv.index[key][r.Ref.ID] = int32(len(items))
		items = append(items, r)
		passes = append(passes, c.passes[i])
	}
	c.items, c.passes = items, passes
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

// OverlayGeneration grows when something else is known about resources beside AWS's records.
func (inv *Inventory) OverlayGeneration() uint64 { return inv.state.OverlayGeneration }

// Live is the inventory's present state, for its owner to read between two batches; others need a
// Snapshot.
func (inv *Inventory) Live() *Snapshot { return &inv.state }

// Cell is what is known of a cell; the zero Cell ("unasked") when nobody asked.
func (s *Snapshot) Cell(key CellKey) Cell {
	if c := s.cells[key]; c != nil {
		return c.cell
	}
	return Cell{Key: key}
}

// In are the resources of a cell in the order they were met. The slice is read only.
func (s *Snapshot) In(key CellKey) []*Resource {
	if c := s.cells[key]; c != nil {
		return c.items
	}
	return nil
}

// Cells are the keys of all cells that anything is known of, in no order.
func (s *Snapshot) Cells() []CellKey { return slices.Collect(maps.Keys(s.cells)) }

// Grown says whether a resource appeared after its cell had been counted once.
func (s *Snapshot) Grown(r *Resource) bool {
	c := s.cells[r.Ref.Cell()]
	return c != nil && !c.cell.FirstCounted.IsZero() && r.FirstSeen.After(c.cell.FirstCounted)
}

// All calls yield for every resource until it returns false, cells in no order.
func (s *Snapshot) All(yield func(*Resource) bool) {
	for _, c := range s.cells {
		for _, r := range c.items {
			if !yield(r) {
				return
			}
		}
	}
}

// Len is the number of resources.
func (s *Snapshot) Len() int {
	n := 0
	for _, c := range s.cells {
		n += len(c.items)
	}
	return n
}

// Progress is how far the scan is.
func (s *Snapshot) Progress() Progress { return s.progress }

// At is the time of the newest fact.
func (s *Snapshot) At() time.Time { return s.at }
