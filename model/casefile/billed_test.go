package casefile

import (
	"testing"
	"time"

	"github.com/rootout/rootout/model"
)

// billing is a task that is billed from a moment.
func billing(id string, since time.Time, counts bool) model.Found {
	return model.Found{Pass: 1, Resource: &model.Resource{
		Ref: ref(id), Name: id, Counts: counts, Rate: model.Rate{PerHour: 1, Known: true, Billed: true, Since: since},
	}}
}

// TestTheFirstBillIsKept though what ran it up has stopped or is gone, and the case was closed since.
func TestTheFirstBillIsKept(t *testing.T) {
	c := create(t)
	since := func() time.Time { return must(c.BilledSince(t.Context()))(t) }
	if !since().IsZero() {
		t.Errorf("nothing is billed since %v", since())
	}
	first := start.Add(-3 * time.Hour)
	take := func(pass uint64, found ...model.Found) {
		t.Helper()
		for i := range found {
			found[i].Pass = pass
		}
		b := &model.Batch{At: start, Found: found, Cells: []model.Cell{{Key: cellKey(), State: model.CellCounted, Pass: pass, AsOf: start}}}
		if err := c.Record(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	take(1, billing("a", first, true), billing("b", first.Add(time.Hour), true), billing("c", first.Add(-time.Hour), false))
	take(2, billing("b", first.Add(time.Hour), true))
	if !since().Equal(first) {
		t.Errorf("after the first has gone it is billed since %v, want %v", since(), first)
	}
	c = open(t, shut(t, c), Writer)
	take(3, billing("b", first.Add(time.Hour), true))
	if !since().Equal(first) {
		t.Errorf("opened again it is billed since %v, want %v", since(), first)
	}
	path := shut(t, c)
	// A case of an earlier rootout has no such value.
	forge(t, path, "DELETE FROM meta WHERE name = 'billed since'")
	c = open(t, path, Reader)
	if !since().Equal(first) {
		t.Errorf("without the value it is billed since %v, want %v", since(), first)
	}
	if r := must(c.VerifyChain(t.Context()))(t); !r.OK() {
		t.Errorf("%v", r.Faults)
	}
}

// TestWhatHasNoBeginningIsBilledFromItsFirstSight.
func TestWhatHasNoBeginningIsBilledFromItsFirstSight(t *testing.T) {
	first := start.Add(time.Minute)
	for name, c := range map[string]struct {
		spoil func(*model.Resource)
		want  time.Time
	}{
		"billed":     {func(*model.Resource) {}, first},
		"free":       {func(r *model.Resource) { r.Rate.Billed = false }, time.Time{}},
		"no price":   {func(r *model.Resource) { r.Rate.Known = false }, time.Time{}},
		"stopped":    {func(r *model.Resource) { r.Counts = false }, time.Time{}},
		"with since": {func(r *model.Resource) { r.Rate.Since = start }, start},
	} {
		f := billing("a", time.Time{}, true)
		c.spoil(f.Resource)
		if got := billedFrom(f.Resource, first); !got.Equal(c.want) {
			t.Errorf("%s: billed from %v, want %v", name, got, c.want)
		}
	}
}
