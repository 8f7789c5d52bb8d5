package cloud

import (
	"iter"
	"slices"
	"strconv"
)

// Table holds things by id and in the order of their making, so that a page is cut out by binary
// search and a listing never sorts. The zero value is empty.
type Table[T any] struct {
	byID  map[string]*row[T]
	order []*row[T]
	seq   uint64
	gaps  int
}

type row[T any] struct {
	seq  uint64
	v    T
	gone bool
}

// Set adds v under id; what stood there before is dropped and loses its place.
func (s *Table[T]) Set(id string, v T) {
	if s.byID == nil {
		s.byID = map[string]*row[T]{}
	}
	s.Delete(id)
	s.seq++
	e := &row[T]{seq: s.seq, v: v}
	s.byID[id] = e
	s.order = append(s.order, e)
}

// Get returns what stands under id.
func (s *Table[T]) Get(id string) (v T, ok bool) {
	e, ok := s.byID[id]
	if !ok {
		return v, false
	}
	return e.v, true
}

// Delete removes id, if it is there. Gaps are closed when they outnumber what is left.
func (s *Table[T]) Delete(id string) {
	e, ok := s.byID[id]
	if !ok {
		return
	}
	e.gone = true
	var zero T
	e.v = zero
	delete(s.byID, id)
	s.gaps++
	if s.gaps > 32 && s.gaps > len(s.byID) {
		// A fresh slice: somebody may be walking over the old one.
		kept := make([]*row[T], 0, len(s.byID))
		for _, e := range s.order {
			if !e.gone {
				kept = append(kept, e)
			}
		}
		s.order = kept
		s.gaps = 0
	}
}

// Len is the number of rows.
func (s *Table[T]) Len() int { return len(s.byID) }

// All visits everything in order; what is set or deleted meanwhile may be seen or not.
func (s *Table[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, e := range s.order {
			if !e.gone && !yield(e.v) {
				return
			}
		}
	}
}

// Select returns everything that keep accepts, in order; nil accepts all.
func (s *Table[T]) Select(keep func(T) bool) []T {
	var out []T
	for v := range s.All() {
		if keep == nil || keep(v) {
			out = append(out, v)
		}
	}
	return out
}

// Page returns up to limit things that keep accepts and that come after token, and the token of the
// next page if there is one. The token is opaque to callers; ok is false for one that no page ever
// handed out.
func (s *Table[T]) Page(keep func(T) bool, limit int, token string) (items []T, next string, ok bool) {
	start := 0
	if token != "" {
		end, good := OpenToken(token)
		after, err := strconv.ParseUint(end, 36, 64)
		if !good || err != nil || after == 0 || after > s.seq {
			return nil, "", false
		}
		start, _ = slices.BinarySearchFunc(s.order, after+1, func(e *row[T], seq uint64) int {
			switch {
			case e.seq < seq:
				return -1
			case e.seq > seq:
				return 1
			}
			return 0
		})
	}
	var last uint64
	for _, e := range s.order[start:] {
		if e.gone || keep != nil && !keep(e.v) {
			continue
		}
		if len(items) == limit {
			return items, SealToken(strconv.FormatUint(last, 36)), true
		}
		items = append(items, e.v)
		last = e.seq
	}
	return items, "", true
}
