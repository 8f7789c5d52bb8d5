package main

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/rootout/rootout/aws/scan"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/query"
)

// TestLeavingTheScreenAwaitsTheRun leaves the screen while a call of a run is under way: what the
// call came to is in the case.
func TestLeavingTheScreenAwaitsTheRun(t *testing.T) {
	t.Parallel()
	a := startAccount(t, accountOptions{regions: 1, clusters: 1, tasks: 1, latency: time.Millisecond})
	called := make(chan struct{})
	var once sync.Once
	a.set(func() {
		a.after = func(int) bool {
			once.Do(func() { close(called) })
			time.Sleep(300 * time.Millisecond)
			return true
		}
	})
	catalog, defs, err := kinds(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	conn := a.connect(t)
	// The speed of AWS itself, at which a run that is stopped waits five seconds for its calls.
	g := &globals{cases: t.TempDir(), speed: 1}
	session, end, err := openSession(t.Context(), g, conn, catalog, defs, true)
	if err != nil {
		t.Fatal(err)
	}
	snapshot, err := gather(t.Context(), scan.Start(t.Context(), scan.Options{AWS: conn, Defs: defs, Sealer: freshSealer(), Once: true}), nil)
	if err != nil {
		t.Fatal(err)
	}
	hostile, err := query.Parse(catalog, a.hostile(), query.Options{})
	if err != nil {
		t.Fatal(err)
	}
	marked, _ := matching(snapshot, hostile)
	p, err := session.Runner.Freeze(snapshot, plan.Wish{Marked: model.MarksOf(marked...)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := session.Runner.Start(t.Context(), snapshot, p, p.Phrase()); err != nil {
		t.Fatal(err)
	}
	<-called
	if err := end(); err != nil {
		t.Errorf("the session ends with %v", err)
	}
	if _, err := session.Runner.Start(t.Context(), snapshot, p, p.Phrase()); err == nil {
		t.Error("a run begins after the end")
	}
	judgeAnswers(t, a, g.cases, p.Digest)
}

// judgeAnswers looks that the case has an answer to each call that was made.
func judgeAnswers(t *testing.T, a *testAccount, cases, digest string) {
	t.Helper()
	path, err := casefile.FindByDigest(t.Context(), cases, digest)
	if err != nil {
		t.Fatal(err)
	}
	c, err := casefile.Open(t.Context(), path, casefile.Reader, casefile.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	entries, err := c.Journal(t.Context(), digest)
	if err != nil {
		t.Fatal(err)
	}
	answers := 0
	for _, e := range entries {
		if e.Kind == casefile.Result {
			answers++
		}
	}
	if calls := len(a.changes()); calls == 0 || answers < calls {
		t.Errorf("%d calls were made and the journal has %d answers", calls, answers)
	}
}

// TestEndingsTellWhatFailed looks that the newest is ended first and that no error gets lost, not
// even that of a session which opened after the screen was left.
func TestEndingsTellWhatFailed(t *testing.T) {
	t.Parallel()
	full, late := errors.New("the disk is full"), errors.New("late")
	var order []string
	e := &endings{}
	for _, name := range []string{"older", "newer"} {
		if err := e.add(func() error { order = append(order, name); return full }); err != nil {
			t.Error(err)
		}
	}
	if err := e.Close(); !errors.Is(err, full) || len(order) != 2 || order[0] != "newer" {
		t.Errorf("ended %q with %v", order, err)
	}
	if err := e.add(func() error { return late }); !errors.Is(err, late) {
		t.Errorf("one that came late ends with %v", err)
	}
}
