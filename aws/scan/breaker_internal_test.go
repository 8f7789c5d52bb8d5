package scan

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/rootout/rootout/model"
)

// TestTheBreakerBacksOff holds the intervals of a place that answers nothing, and that one answer
// ends them.
func TestTheBreakerBacksOff(t *testing.T) {
	for _, x := range []struct {
		usual time.Duration
		want  []time.Duration
	}{
		{time.Minute, []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute, 5 * time.Minute, 5 * time.Minute}},
		{4 * time.Second, []time.Duration{4 * time.Second, 8 * time.Second, 16 * time.Second, 32 * time.Second, 64 * time.Second, 128 * time.Second, 256 * time.Second, 5 * time.Minute}},
		{10 * time.Minute, []time.Duration{10 * time.Minute, 10 * time.Minute}},
	} {
		var b breaker
		for i, want := range x.want {
			if got := b.interval(x.usual); got != want {
				t.Errorf("after %d unanswered visits every %v: %v, want %v", i, x.usual, got, want)
			}
			b.record(false)
		}
		b.record(true)
		if got := b.interval(x.usual); got != x.usual {
			t.Errorf("after an answer: %v, want %v", got, x.usual)
		}
		b.record(false)
		if got := b.interval(x.usual); x.usual < maxBackOff && got != 2*x.usual {
			t.Errorf("after an answer and a visit without: %v, want %v", got, 2*x.usual)
		}
	}
}

// TestIdleTimeoutMovesWithEveryAnswer, and ends as a deadline that ran out.
func TestIdleTimeoutMovesWithEveryAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		idle := newIdleTimeout(t.Context(), 20*time.Second)
		defer idle.stop()
		for range 3 {
			time.Sleep(15 * time.Second)
			idle.extend()
		}
		<-idle.ctx.Done()
		if took := time.Since(began); took != 65*time.Second {
			t.Errorf("it ended after %v, want 20 s behind the last answer", took)
		}
		idle.extend()
		if idle.ctx.Err() == nil {
			t.Error("an answer that comes too late revives it")
		}
	})
}

// TestTheFirstPassEndsOnce: when the regions are known and every expected cell had an answer, also
// if that is so because a region has been disabled meanwhile.
func TestTheFirstPassEndsOnce(t *testing.T) {
	began := time.Unix(1000, 0)
	cell := func(region string) model.CellKey { return model.Place{Account: "1", Region: region}.Cell("k") }
	at := func(s int) time.Time { return began.Add(time.Duration(s) * time.Second) }
	p := newProgress(began)
	p.expect([]model.CellKey{cell("")}, false, at(0))
	p.answer(cell(""), at(1))
	if got := p.shown(at(1)); !got.FirstPass || got.Done != 1 || got.Total != 1 {
		t.Errorf("before the regions are known: %+v", got)
	}
	p.expect([]model.CellKey{cell(""), cell("a"), cell("b")}, true, at(2))
	p.answer(cell("a"), at(3))
	p.answer(cell("a"), at(3))
	if got := p.shown(at(3)); !got.FirstPass || got.Done != 2 || got.Total != 3 || got.Took != 0 {
		t.Errorf("with one cell open: %+v", got)
	}
	p.expect([]model.CellKey{cell(""), cell("a")}, true, at(4))
	if got := p.shown(at(4)); got.FirstPass || got.Done != 2 || got.Total != 2 || got.Took != 4*time.Second {
		t.Errorf("when the open region is disabled: %+v", got)
	}
	p.expect([]model.CellKey{cell(""), cell("a"), cell("b")}, true, at(5))
	p.answer(cell("b"), at(9))
	if got := p.shown(at(9)); got.FirstPass || got.Done != 3 || got.Took != 4*time.Second {
		t.Errorf("a region that comes later makes no first pass: %+v", got)
	}
	empty := newProgress(began)
	empty.expect(nil, true, at(1))
	if !empty.shown(at(1)).FirstPass {
		t.Error("a scan of nothing is over before it began")
	}
}

// TestSlowPlacesAreNamed by how long they take, and no others.
func TestSlowPlacesAreNamed(t *testing.T) {
	now := time.Unix(1000, 0)
	p := newProgress(now)
	visit := func(region string, since time.Duration) {
		p.visits[model.Place{Account: "1", Region: region}] = visitState{began: now.Add(-since), waiting: map[model.KindID]bool{"k": true, "l": true}}
	}
	visit("us-east-1", time.Second)
	if got := p.shown(now).Slow; got != "" {
		t.Errorf("slow after a second: %q", got)
	}
	visit("sa-east-1", 3*time.Second)
	visit("eu-west-1", 2*time.Second)
	if got := p.shown(now).Slow; got != "eu-west-1 2 kinds 2s and 1 more regions" {
		t.Errorf("slow: %q", got)
	}
	p.answer(model.Place{Account: "1", Region: "eu-west-1"}.Cell("k"), now)
	if got := p.shown(now).Slow; got != "eu-west-1 1 kinds 2s and 1 more regions" {
		t.Errorf("after one of its kinds: %q", got)
	}
	p.answer(model.Place{Account: "1", Region: "eu-west-1"}.Cell("l"), now)
	if got := p.shown(now).Slow; got != "sa-east-1 2 kinds 3s" {
		t.Errorf("after all of its kinds: %q", got)
	}
}
