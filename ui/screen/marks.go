package screen

import (
	"slices"
	"sync"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/words"
)

// Marks are the resources that the operator chose, by Ref, with their numbers by region kept up to date: a grid row asks on every frame.
type Marks struct {
	refs    map[model.Ref]bool
	regions map[string]int
	// undo are the steps that u takes back, newest last.
	undo []*markStep
	// epoch changes with every clearing: what was being marked in pieces stops then.
	epoch int
	// log repeats every change for those who read the marks beside the loop.
	log *markLog
}

type markStep struct {
	refs []model.Ref
	on   bool
	// all is what a clearing took away; refs is nil then.
	all *markSet
}

type markSet struct {
	refs    map[model.Ref]bool
	regions map[string]int
}

// undoDepth is how many steps of marking can be taken back.
const undoDepth = 100

// NewMarks returns no marks.
func NewMarks() *Marks {
	return &Marks{refs: map[model.Ref]bool{}, regions: map[string]int{}, log: &markLog{refs: map[model.Ref]bool{}}}
}

// Len is how many resources are marked.
func (m *Marks) Len() int { return len(m.refs) }

// Has says whether a resource is marked.
func (m *Marks) Has(ref model.Ref) bool { return m.refs[ref] }

// InRegion counts the marks in a region.
func (m *Marks) InRegion(region string) int { return m.regions[region] }

// begin starts a step that add fills; a step without a change is none.
func (m *Marks) begin(on bool) *markStep {
	m.undo = slices.DeleteFunc(m.undo, func(s *markStep) bool { return s.empty() })
	if len(m.undo) >= undoDepth {
		m.undo = slices.Delete(m.undo, 0, len(m.undo)-undoDepth+1)
	}
	step := &markStep{on: on}
	m.undo = append(m.undo, step)
	return step
}

// add marks or unmarks within a step, and returns how many that changed.
func (m *Marks) add(step *markStep, refs []model.Ref) int {
	changed := m.put(refs, step.on)
	step.refs = append(step.refs, changed...)
	return len(changed)
}

func (s *markStep) empty() bool { return len(s.refs) == 0 && s.all == nil }

// Set marks or unmarks a few in one step.
func (m *Marks) Set(refs []model.Ref, on bool) int {
	return m.add(m.begin(on), refs)
}

func (m *Marks) put(refs []model.Ref, on bool) []model.Ref {
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
	m.log.push(markStep{refs: changed, on: on})
	return changed
}

// Clear unmarks everything and returns how many there were.
func (m *Marks) Clear() int {
	n := len(m.refs)
	if n == 0 {
		return 0
	}
	m.epoch++
	m.begin(false).all = &markSet{refs: m.refs, regions: m.regions}
	m.refs, m.regions = map[model.Ref]bool{}, map[string]int{}
	m.log.push(markStep{all: &markSet{}})
	return n
}

// Undo takes the newest step back: what has to be put, and whether on or off. A clearing that nothing followed is taken back at once, and
// restored says how many marks that brought. With neither there is nothing to take back.
func (m *Marks) Undo() (refs []model.Ref, on bool, restored int) {
	for len(m.undo) > 0 {
		step := m.undo[len(m.undo)-1]
		m.undo = m.undo[:len(m.undo)-1]
		switch {
		case step.empty():
			continue
		case step.all == nil:
			return step.refs, !step.on, 0
		case len(m.refs) == 0:
			m.refs, m.regions = step.all.refs, step.all.regions
			// The set is the loop's own: those beside it get a list that stays as it is.
			m.log.push(markStep{refs: keysOf(m.refs), on: true})
			return nil, true, len(m.refs)
		default:
			return keysOf(step.all.refs), true, 0
		}
	}
	return nil, false, 0
}

// Put changes marks without a step of its own, as taking a step back does.
func (m *Marks) Put(refs []model.Ref, on bool) int { return len(m.put(refs, on)) }

func keysOf(refs map[model.Ref]bool) []model.Ref {
	list := make([]model.Ref, 0, len(refs))
	for ref := range refs {
		list = append(list, ref)
	}
	return list
}

// Reader returns a function that lists the marks as they are now or a moment later, in their stable order. It is called beside the loop:
// copying and sorting a hundred thousand would hold up a key.
func (m *Marks) Reader() func() []model.Ref { return m.log.sorted }

// markLog repeats the marks beside the loop. The loop only ever holds the short lock.
type markLog struct {
	short   sync.Mutex
	pending []markStep

	long sync.Mutex
	refs map[model.Ref]bool
}

func (l *markLog) push(step markStep) {
	if step.empty() {
		return
	}
	l.short.Lock()
	defer l.short.Unlock()
	l.pending = append(l.pending, step)
}

func (l *markLog) sorted() []model.Ref {
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

// markChunk is how many marks are set in one turn of the loop, about a millisecond's worth.
const markChunk = 4096

// MarkAll marks or unmarks any number without holding up the loop, and then says how many that changed.
func (w *World) MarkAll(refs []model.Ref, on bool, then func(changed int)) {
	step := w.Marks.begin(on)
	w.inChunks(refs, 0, func(part []model.Ref) int { return w.Marks.add(step, part) }, func(changed int) {
		w.KeepMarks()
		then(changed)
	})
}

func (w *World) inChunks(refs []model.Ref, changed int, put func([]model.Ref) int, then func(int)) {
	epoch := w.Marks.epoch
	n := min(markChunk, len(refs))
	changed += put(refs[:n])
	if n == len(refs) {
		then(changed)
		return
	}
	background.Do(w.Loop, func() []model.Ref { return refs[n:] }, func(rest []model.Ref) {
		if w.Marks.epoch == epoch {
			w.inChunks(rest, changed, put, then)
		}
	})
}

// UnmarkAll takes all marks away.
func (w *World) UnmarkAll() {
	n := w.Marks.Clear()
	if n == 0 {
		w.Refuse("nothing is marked: space marks what is under the cursor, * everything that is shown")
		return
	}
	w.KeepMarks()
	w.sayMarks("unmarked "+words.Count(n, "resource", "resources"), true)
}

// UndoMark takes the newest marking back.
func (w *World) UndoMark() {
	refs, on, restored := w.Marks.Undo()
	switch {
	case restored > 0:
		w.KeepMarks()
		w.sayMarks("marked again: "+words.Count(restored, "resource", "resources"), false)
	case len(refs) == 0:
		w.Refuse("no marking to take back; a step that has run cannot be taken back here")
	default:
		w.inChunks(refs, 0, func(part []model.Ref) int { return w.Marks.Put(part, on) }, func(n int) {
			w.KeepMarks()
			word := "took back the marks of "
			if on {
				word = "marked again: "
			}
			w.sayMarks(word+words.Count(n, "resource", "resources"), false)
		})
	}
}

func (w *World) sayMarks(text string, undo bool) {
	if undo {
		text += " (u takes it back)"
	}
	w.Say(0, text)
}
