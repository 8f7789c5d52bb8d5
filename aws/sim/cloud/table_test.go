package cloud

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// However things come and go between two pages, a walk shows all that stayed, each once and in
// order.
func TestTableWalkIsComplete(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s Table[int]
		n := rapid.IntRange(0, 200).Draw(t, "n")
		stays := map[int]bool{}
		for i := range n {
			s.Set(strconv.Itoa(i), i)
			stays[i] = true
		}
		limit, odd := rapid.IntRange(1, 40).Draw(t, "limit"), rapid.Bool().Draw(t, "odd")
		keep := func(v int) bool { return !odd || v%2 == 1 }
		var seen []int
		token, next := "", n
		for {
			items, more, ok := s.Page(keep, limit, token)
			if !ok || len(items) > limit {
				t.Fatalf("page %q: ok %v, %d items", token, ok, len(items))
			}
			seen = append(seen, items...)
			if more == "" {
				break
			}
			token = more
			for range rapid.IntRange(0, 30).Draw(t, "drops") {
				v := rapid.IntRange(0, max(0, n-1)).Draw(t, "drop")
				s.Delete(strconv.Itoa(v))
				delete(stays, v)
			}
			if rapid.Bool().Draw(t, "add") {
				s.Set(strconv.Itoa(next), next)
				next++
			}
		}
		if !slices.IsSorted(seen) || len(slices.Compact(slices.Clone(seen))) != len(seen) {
			t.Fatalf("out of order or twice: %v", seen)
		}
		for v := range stays {
			if keep(v) && !slices.Contains(seen, v) {
				t.Fatalf("%d stayed and was not shown: %v", v, seen)
			}
		}
	})
}

func TestAgendaRunsInOrderOfTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var a agenda
		start := time.Unix(0, 0)
		var ran []time.Duration
		for _, d := range rapid.SliceOf(rapid.IntRange(0, 100)).Draw(t, "due") {
			at := start.Add(time.Duration(d) * time.Second)
			a.add(at, func(got time.Time) {
				if !got.Equal(at) {
					t.Fatalf("due at %v, done at %v", at, got)
				}
				ran = append(ran, got.Sub(start))
				// What follows is due later, and still before what was planned for after it.
				a.add(at.Add(time.Second), func(got time.Time) { ran = append(ran, got.Sub(start)) })
			})
		}
		half := start.Add(50 * time.Second)
		a.run(half)
		if slices.ContainsFunc(ran, func(d time.Duration) bool { return d > 50*time.Second }) {
			t.Fatalf("ran ahead: %v", ran)
		}
		a.run(start.Add(time.Hour))
		if !slices.IsSorted(ran) || len(a.items) != 0 {
			t.Fatalf("%d left, order %v", len(a.items), ran)
		}
	})
}
