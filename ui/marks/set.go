// Package marks is what the operator chose for a plan: the set of marked resources, and how it is
// changed without holding up the update loop, taken back, and kept in the case.
//
// It must not know a screen, nor how a case keeps them.
package marks

import (
	"slices"
	"sync"

	"github.com/rootout/rootout/model"
)

// Set is the resources that the operator chose, by Ref, with their numbers by region kept up to
// date: a grid row asks on every frame.
type Set struct {
	refs    map[model.Ref]bool
	regions map[string]int
	// undo are the steps that u takes back, newest last.
	undo []*step
	// epoch changes with every clearing: what was being marked in pieces stops then.
	epoch int
	// log repeats every change for those who read the marks beside the loop.
	log *changeLog
}

type step struct {
	refs []model.Ref
	on   bool
	// all is what a clearing took away; refs is nil then.
	all *contents
}

type contents struct {
	refs    map[model.Ref]bool
	regions map[string]int
}

// undoDepth is how many steps of marking can be undone.
const undoDepth = 100

// NewSet returns no marks.
func NewSet() *Set {
	return &Set{refs: map[model.Ref]bool{}, regions: map[string]int{}, log: &changeLog{refs: map[model.Ref]bool{}}}
}

// Len is how many resources are marked.
func (m *Set) Len() int { return len(m.refs) }

// Has says whether a resource is marked.
func (m *Set) Has(ref model.Ref) bool { return m.refs[ref] }

// InRegion counts the marks in a region.
func (m *Set) InRegion(region string) int { return m.regions[region] }

// begin starts a step that add fills; a step without a change is none.
func (m *Set) begin(on bool) *step {
	m.undo = slices.DeleteFunc(m.undo, func(s *step) bool { return s.empty() })
	if len(m.undo) >= undoDepth {
		m.undo = slices.Delete(m.undo, 0, len(m.undo)-undoDepth+1)
	}
	begun := &step{on: on}
	m.undo = append(m.undo, begun)
	return begun
}

// add marks or unmarks within a step, and returns how many that changed.
func (m *Set) add(step *step, refs []model.Ref) int {
	changed := m.change(refs, step.on)
	step.refs = append(step.refs, changed...)
	return len(changed)
}

func (s *step) empty() bool { return len(s.refs) == 0 && s.all == nil }

// Mark marks or unmarks a few in one step.
func (m *Set) Mark(refs []model.Ref, on bool) int {
	return m.add(m.begin(on), refs)
}

func (m *Set) change(refs []model.Ref, on bool) []model.Ref {
	var changed []model.Ref
	delta := 1
	if !on {
		delta = -1
	}
	for _, ref := range refs {
		if m.refs[ref] == on {
			continue
		}
		if on {
			m.refs[ref] = true
		} else {
			delete(m.refs, ref)
		}
		m.regions[ref.Region] += delta
		changed = append(changed, ref)
	}
	m.log.push(step{refs: changed, on: on})
	return changed
}

// Clear unmarks everything and returns how many there were.
func (m *Set) Clear() int {
	n := len(m.refs)
	if n == 0 {
		return 0
	}
	m.epoch++
	m.begin(false).all = &contents{refs: m.refs, regions: m.regions}
	m.refs, m.regions = map[model.Ref]bool{}, map[string]int{}
	m.log.push(step{all: &contents{}})
	return n
}

// Undo takes the newest step back: what has to be put, and whether on or off. A clearing that
// nothing followed is taken back at once, and restored says how many marks that brought. With
// neither there is nothing to undo.
func (m *Set) Undo() (refs []model.Ref, on bool, restored int) {
	for len(m.undo) > 0 {
		newest := m.undo[len(m.undo)-1]
		m.undo = m.undo[:len(m.undo)-1]
		switch {
		case newest.empty():
			continue
		case newest.all == nil:
			return newest.refs, !newest.on, 0
		case len(m.refs) == 0:
			m.refs, m.regions = newest.all.refs, newest.all.regions
			// The set is the loop's own: those beside it get a list that stays as it is.
			m.log.push(step{refs: keysOf(m.refs), on: true})
			return nil, true, len(m.refs)
		default:
			return keysOf(newest.all.refs), true, 0
		}
	}
	return nil, false, 0
}

// Change changes marks without a step of its own, as taking a step back does.
func (m *Set) Change(refs []model.Ref, on bool) int { return len(m.change(refs, on)) }

func keysOf(refs map[model.Ref]bool) []model.Ref {
	list := make([]model.Ref, 0, len(refs))
	for ref := range refs {
		list = append(list, ref)
	}
	return list
}

// Reader returns a function that lists the marks as they are now or a moment later, in their stable
// order. It is called beside the loop: copying and sorting a hundred thousand would hold up a key.
func (m *Set) Reader() func() []model.Ref { return m.log.sorted }

// changeLog repeats the marks beside the loop. The loop only ever holds the short lock.
type changeLog struct {
	short   sync.Mutex
	pending []step

	long sync.Mutex
	refs map[model.Ref]bool
}

func (l *changeLog) push(step step) {
	if step.empty() {
		return
	}
	l.short.Lock()
	defer l.short.Unlock()
	l.pending = append(l.pending, step)
}

func (l *changeLog) sorted() []model.Ref {
	l.long.Lock()
	l.short.Lock()
	pending := l.pending
	l.pending = nil
	l.short.Unlock()
	for _, step := range pending {
		if step.all != nil {
			clear(l.refs)
		}
		for _, ref := range step.refs {
			if step.on {
				l.refs[ref] = true
			} else {
				delete(l.refs, ref)
			}
		}
	}
	list := keysOf(l.refs)
	l.long.Unlock()
	slices.SortFunc(list, model.Ref.Compare)
	return list
}
