package background

import (
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"
)

// TestWorkIsNeverMoreThanOnePieceBehind asks for much while one piece of work is under way: only
// the last of it is done, and an operator's question cuts short the rest that a quiet one takes.
func TestWorkIsNeverMoreThanOnePieceBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLoop(t.Context())
		var kind Latest
		msgs := make(chan tea.Msg, 100)
		pump := func() {
			for _, cmd := range l.cmds {
				go func() { msgs <- cmd() }()
			}
			l.cmds = nil
		}
		var done []int
		ask := func(n int, quiet bool) {
			DoLatest(l, &kind, quiet, func() int { time.Sleep(100 * time.Millisecond); return n }, func(n int) { done = append(done, n) })
			pump()
		}
		next := func() { l.Finish((<-msgs).(Done)); pump() }
		for n := range 50 {
			ask(n, true)
		}
		next()
		if diff := cmp.Diff([]int{0}, done); diff != "" {
			t.Fatal(diff)
		}
		if l.Busy() {
			t.Fatal("work that nobody waits for makes the console busy")
		}
		began := time.Now()
		ask(99, false) // replaces 49, which rests
		if !l.Busy() {
			t.Fatal("the operator waits, and the console says that it is idle")
		}
		next()
		next()
		if diff := cmp.Diff([]int{0, 49, 99}, done); diff != "" {
			t.Fatal(diff)
		}
		if took := time.Since(began); took > 250*time.Millisecond {
			t.Fatalf("the operator waited %v for a rest", took)
		}
		if l.Busy() {
			t.Fatal("idle, and the console says that it is busy")
		}
	})
}
