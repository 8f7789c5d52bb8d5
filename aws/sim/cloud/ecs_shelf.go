package cloud

import (
	"slices"
	"strconv"
)

// shelf holds things by id and in the order of their making, so that a page is cut out by binary search and a listing never sorts.
type shelf[T any] struct {
	byID  map[string]*shelved[T]
	order []*shelved[T]
	seq   uint64
	gaps  int
}

type shelved[T any] struct {
	seq  uint64
	v    T
	gone bool
}

// put adds v under id; what stood there before is dropped and loses its place.
func (s *shelf[T]) put(id string, v T) {
	if s.byID == nil {
		s.byID = map[string]*shelved[T]{}
	}
	s.drop(id)
	s.seq++
	e := &shelved[T]{seq: s.seq, v: v}
	s.byID[id] = e
	s.order = append(s.order, e)
}

// get returns what stands under id.
func (s *shelf[T]) get(id string) (v T, ok bool) {
	e, ok := s.byID[id]
	if !ok {
		return v, false
	}
	return e.v, true
}

// drop removes id, if it is there. Gaps are closed when they outnumber what is left.
func (s *shelf[T]) drop(id string) {
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
		kept := make([]*shelved[T], 0, len(s.byID))
		for _, e := range s.order {
			if !e.gone {
				kept = append(kept, e)
			}
		}
		s.order = kept
		s.gaps = 0
	}
}

// len is the number of things on the shelf.
func (s *shelf[T]) len() int { return len(s.byID) }

// each visits everything in order until f says stop.
func (s *shelf[T]) each(f func(T) bool) {
	for _, e := range s.order {
		if !e.gone && !f(e.v) {
			return
		}
	}
}

// all returns everything that keep accepts, in order; nil accepts all.
func (s *shelf[T]) all(keep func(T) bool) []T {
	var out []T
	s.each(func(v T) bool {
		if keep == nil || keep(v) {
			out = append(out, v)
		}
		return true
	})
	return out
}

// page returns up to limit things that keep accepts and that come after token, and the token of the next page if there is one. The token is
// opaque to callers; ok is false for one that no page ever handed out.
func (s *shelf[T]) page(keep func(T) bool, limit int, token string) (items []T, next string, ok bool) {
	start := 0
	if token != "" {
		after, err := strconv.ParseUint(token, 36, 64)
		if err != nil || after == 0 || after > s.seq {
			return nil, "", false
		}
		start, _ = slices.BinarySearchFunc(s.order, after+1, func(e *shelved[T], seq uint64) int {
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
			return items, strconv.FormatUint(last, 36), true
		}
		items = append(items, e.v)
		last = e.seq
	}
	return items, "", true
}
