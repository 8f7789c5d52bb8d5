package main

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
)

// TestARunThatIsTakenUpDoesNotReadAgain what the attempt before it has read a moment ago: a host that
// dies every few seconds gets on with the steps.
func TestARunThatIsTakenUpDoesNotReadAgain(t *testing.T) {
	rig := newKillRig(t)
	a, dir := rig.account(t), rig.copyCase(t)
	spared := a.scenario.Truth()
	first := killed(t, a, rig.command(t.Context(), a, dir), 5, "before the answer", rand.New(rand.NewPCG(1, 1)))
	asked := func() []string {
		a.mu.Lock()
		defer a.mu.Unlock()
		return slices.Clone(a.operations)
	}
	before := asked()
	if !slices.Contains(before, "ListEventBuses") {
		t.Fatalf("the first attempt has read nothing: %v", before)
	}
	proven := rig.proven(t, dir)
	began := time.Now()
	var untilFirst time.Duration
	a.set(func() {
		a.before = func(int) bool {
			a.set(func() {
				if untilFirst == 0 {
					untilFirst = time.Since(began)
				}
			})
			return true
		}
	})
	if code, said := rig.run(t, a, dir); code != exitDone {
		t.Fatalf("the second attempt: %d\n%s", code, said)
	}
	t.Logf("its first call that changes something came after %s", untilFirst.Round(time.Millisecond))
	rest := asked()[len(before):]
	changes := a.changes()
	if len(changes) <= first {
		t.Fatal("nothing was left to do")
	}
	if at := slices.Index(rest, changes[first].op); at < 0 || slices.Contains(rest[:at], "ListEventBuses") {
		t.Errorf("before %s (at %d) it has read everything again: %v", changes[first].op, at, rest[:max(at, 0)])
	}
	rig.judge(t, a, arns(spared.Attacker), first, proven)
	checkChain(t, dir)
}

// TestOnlyFreshPlacesStand: every cell of a place has to be counted since.
func TestOnlyFreshPlacesStand(t *testing.T) {
	since := time.Date(2026, 10, 4, 12, 0, 0, 0, time.UTC)
	place := func(region string) model.Place { return model.Place{Account: "123456789012", Region: region} }
	cell := func(region string, id model.KindID, state model.CellState, age time.Duration) model.Cell {
		return model.Cell{Key: place(region).Cell(id), State: state, AsOf: since.Add(-age)}
	}
	kept := &model.Batch{
		Cells: []model.Cell{
			cell("whole", "a", model.CellCounted, 0), cell("whole", "b", model.CellUnsupported, -time.Second),
			cell("old", "a", model.CellCounted, -time.Second), cell("old", "b", model.CellCounted, time.Second),
			cell("denied", "a", model.CellCounted, 0), cell("denied", "b", model.CellDenied, 0),
			cell("half", "a", model.CellCounted, 0),
		},
		Found: []model.Found{
			{Resource: &model.Resource{Ref: model.Ref{Place: place("whole"), Kind: "a", ID: "x"}}},
			{Resource: &model.Resource{Ref: model.Ref{Place: place("old"), Kind: "a", ID: "y"}}},
		},
	}
	places := []model.Place{place("whole"), place("old"), place("denied"), place("half"), place("new")}
	fresh := freshPlaces(kept, func(model.Place) []model.KindID { return []model.KindID{"a", "b"} }, places, since)
	if len(fresh) != 1 || fresh[0].Region != "whole" {
		t.Errorf("fresh are %v", fresh)
	}
	if part := only(kept, fresh); len(part.Found) != 1 || part.Found[0].Resource.Ref.ID != "x" || len(part.Cells) != 2 {
		t.Errorf("they hold %+v", part)
	}
}

// TestWhatIsReadStandsUntilARunHasEnded.
func TestWhatIsReadStandsUntilARunHasEnded(t *testing.T) {
	at := func(minutes int, kind casefile.EntryKind, payload string) casefile.Entry {
		return casefile.Entry{At: time.Date(2026, 10, 4, 12, minutes, 0, 0, time.UTC), Kind: kind, Payload: []byte(payload)}
	}
	started, again := at(1, casefile.Note, `{"reading":true}`), at(5, casefile.Note, `{"reading":true}`)
	other := at(0, casefile.Note, `"another note"`)
	for name, c := range map[string]struct {
		past []casefile.Entry
		want time.Time
	}{
		"nothing":            {nil, time.Time{}},
		"another note":       {[]casefile.Entry{other}, time.Time{}},
		"cut off twice":      {[]casefile.Entry{other, started, at(2, casefile.Begin, "null"), again}, started.At},
		"ended":              {[]casefile.Entry{started, at(2, casefile.Begin, "null"), at(3, casefile.End, "null")}, time.Time{}},
		"cut off once again": {[]casefile.Entry{started, at(3, casefile.End, "null"), again}, again.At},
	} {
		if got := readingBegan(c.past); !got.Equal(c.want) {
			t.Errorf("%s: since %v, want %v", name, got, c.want)
		}
	}
}
