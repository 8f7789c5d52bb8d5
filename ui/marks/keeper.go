package marks

import (
	"context"
	"fmt"
	"slices"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/words"
)

// Store is where marks survive the program.
type Store interface {
	SetMarks(ctx context.Context, marked []model.Mark) error
}

// Keeper changes the marks at the operator's word, tells him what it did, and writes every change
// to the case.
type Keeper struct {
	*Set
	// Changed is called when the marks have changed; it may be nil.
	Changed func()

	loop *background.Loop
	say  func(level kit.Level, text string)
	// store is nil where there is no case.
	store   Store
	writing background.Latest
	// unwritten numbers the newest change that the store does not have yet, 0 for none.
	unwritten int
	// uncovered are marks of things that are no resources of ours: the store brought them, and
	// keeps them.
	uncovered []model.Mark
	// failed says that the operator has been told that the store does not take marks.
	failed bool
}

// NewKeeper returns a keeper of no marks, which has no store yet.
func NewKeeper(loop *background.Loop, say func(level kit.Level, text string)) *Keeper {
	return &Keeper{Set: NewSet(), loop: loop, say: say, writing: background.Latest{Restless: true}}
}

// KeepIn writes every change from now on to a store.
func (k *Keeper) KeepIn(store Store) { k.store = store }

// Toggle marks or unmarks a few at once.
func (k *Keeper) Toggle(refs []model.Ref, on bool) {
	k.Mark(refs, on)
	k.write()
}

// Drop takes marks away that have no meaning any more; taking back does not bring them again.
func (k *Keeper) Drop(refs []model.Ref) {
	k.Change(refs, false)
	k.write()
}

// Restore marks what the store held, and then says how many resources there were.
func (k *Keeper) Restore(marked []model.Mark, then func(n int)) {
	for _, m := range marked {
		if _, ok := m.Uncovered(); ok {
			k.uncovered = append(k.uncovered, m)
		}
	}
	k.inChunks(model.RefsOf(marked), 0, func(part []model.Ref) int { return k.Change(part, true) }, func(n int) {
		k.changed()
		then(n)
	})
}

// MarkAll marks or unmarks any number without holding up the loop, and then says how many that
// changed.
func (k *Keeper) MarkAll(refs []model.Ref, on bool, then func(changed int)) {
	step := k.begin(on)
	k.inChunks(refs, 0, func(part []model.Ref) int { return k.add(step, part) }, func(changed int) {
		k.write()
		then(changed)
	})
}

// chunk is how many marks are set in one turn of the loop, about a millisecond's worth.
const chunk = 4096

func (k *Keeper) inChunks(refs []model.Ref, changed int, change func([]model.Ref) int, then func(int)) {
	epoch := k.epoch
	n := min(chunk, len(refs))
	changed += change(refs[:n])
	if n == len(refs) {
		then(changed)
		return
	}
	background.Do(k.loop, func() []model.Ref { return refs[n:] }, func(rest []model.Ref) {
		if k.epoch == epoch {
			k.inChunks(rest, changed, change, then)
		}
	})
}

// UnmarkAll takes all marks away.
func (k *Keeper) UnmarkAll() {
	n := k.Clear()
	if n == 0 {
		k.say(kit.Notice, "nothing is marked: space marks what is under the cursor, * everything that is shown")
		return
	}
	k.write()
	k.Tell("unmarked " + words.Count(n, "resource", "resources"))
}

// TakeBack takes the newest marking back.
func (k *Keeper) TakeBack() {
	refs, on, restored := k.Undo()
	switch {
	case restored > 0:
		k.write()
		k.say(kit.Info, "marked again: "+words.Count(restored, "resource", "resources"))
	case len(refs) == 0:
		k.say(kit.Notice, "no marking to undo; what a run did is undone where it is shown (5 lists them)")
	default:
		k.inChunks(refs, 0, func(part []model.Ref) int { return k.Change(part, on) }, func(n int) {
			k.write()
			word := "took back the marks of "
			if on {
				word = "marked again: "
			}
			k.say(kit.Info, word+words.Count(n, "resource", "resources"))
		})
	}
}

// Tell says what was marked, and that it can be undone.
func (k *Keeper) Tell(text string) { k.say(kit.Info, text+" (u takes it back)") }

func (k *Keeper) changed() {
	if k.Changed != nil {
		k.Changed()
	}
}

// write tells of the change and writes the marks to the store, the last state winning.
func (k *Keeper) write() {
	k.changed()
	if k.store == nil {
		return
	}
	k.unwritten++
	store, all, ctx, this := k.store, k.All(), k.loop.Context(), k.unwritten
	background.DoLatest(k.loop, &k.writing, true, func() error { return store.SetMarks(ctx, all()) }, func(err error) {
		if k.unwritten == this {
			k.unwritten = 0
		}
		// Said once: whoever marks on knows it.
		if err != nil && !k.failed {
			k.say(kit.Alarm, "the marks could not be kept in the case: "+err.Error())
		}
		k.failed = err != nil
	})
}

// All reads everything that is marked now, resources and what is uncovered, beside the loop.
func (k *Keeper) All() func() []model.Mark {
	refs, uncovered := k.Reader(), slices.Clone(k.uncovered)
	return func() []model.Mark { return append(model.MarksOf(refs()...), uncovered...) }
}

// Flush writes marks that the store does not have yet, when the loop has ended: the last key may
// have been a mark.
func (k *Keeper) Flush(ctx context.Context) error {
	if k.unwritten == 0 || k.store == nil {
		return nil
	}
	if err := k.store.SetMarks(ctx, k.All()()); err != nil {
		return fmt.Errorf("keep marks: %w", err)
	}
	return nil
}
