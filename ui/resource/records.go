// Package resource is what can be done with one resource on every screen that shows one: its raw
// record, a note on it, its ARN, its page in the AWS console, the same as AWS CLI commands.
//
// It must not know which screen shows the resource, nor how a case keeps what is said of it.
package resource

import (
	"context"
	"encoding/json"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/background"
	"github.com/rootout/rootout/ui/kit"
)

// Store is where raw records lie and notes survive the program.
type Store interface {
	Raw(ctx context.Context, ref model.Ref) (json.RawMessage, error)
	SetNote(ctx context.Context, ref model.Ref, note string) error
}

// Records are what the case holds of resources: AWS's record and the operator's note.
type Records struct {
	loop *background.Loop
	say  func(level kit.Level, text string)
	// store is nil where there is no case.
	store Store
	notes map[model.Ref]string
}

// NewRecords returns records without a store.
func NewRecords(loop *background.Loop, say func(level kit.Level, text string)) *Records {
	return &Records{loop: loop, say: say, notes: map[model.Ref]string{}}
}

// KeepIn takes the store that holds them.
func (s *Records) KeepIn(store Store) { s.store = store }

// Restore takes the notes that the store held.
func (s *Records) Restore(notes map[model.Ref]string) { s.notes = notes }

// Kept says whether there is a case to hold them.
func (s *Records) Kept() bool { return s.store != nil }

// Reader reads raw records beside the loop, nil where there is no case.
func (s *Records) Reader() func(model.Ref) (json.RawMessage, bool) {
	if s.store == nil {
		return nil
	}
	store, ctx := s.store, s.loop.Context()
	return func(ref model.Ref) (json.RawMessage, bool) {
		raw, err := store.Raw(ctx, ref)
		return raw, err == nil && raw != nil
	}
}

// Note is the operator's note on a resource, "" for none.
func (s *Records) Note(ref model.Ref) string { return s.notes[ref] }

// SetNote keeps a note; an empty one is none.
func (s *Records) SetNote(ref model.Ref, note string) {
	if note == "" {
		delete(s.notes, ref)
	} else {
		s.notes[ref] = note
	}
	if s.store == nil {
		s.say(kit.Notice, "there is no case: the note is lost when rootout ends")
		return
	}
	store, ctx := s.store, s.loop.Context()
	background.Do(s.loop, func() error { return store.SetNote(ctx, ref, note) }, func(err error) {
		switch {
		case err != nil:
			s.say(kit.Alarm, "the note could not be kept: "+err.Error())
		case note == "":
			s.say(kit.Info, "the note is taken out of the case")
		default:
			s.say(kit.Info, "the note is saved in the case")
		}
	})
}
