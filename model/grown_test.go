package model

import (
	"testing"
	"time"
)

func TestOnlyWhatComesAfterTheFirstListingIsGrowth(t *testing.T) {
	ended := time.Date(2026, 10, 4, 9, 0, 0, 0, time.UTC)
	key := CellKey{Place: Place{Account: "123456789012", Region: "us-east-1"}, Kind: "ecs:task"}
	met := func(id string, pass uint64) Found {
		return Found{Pass: pass, Resource: &Resource{Ref: Ref{Partition: "aws", Place: Place{Account: key.Account, Region: key.Region}, Kind: key.Kind, ID: id}}}
	}
	inv := NewInventory()
	// The batch is handed over a moment after the listing has ended.
	inv.Apply(&Batch{At: ended.Add(30 * time.Millisecond), Found: []Found{met("old", 1)}, Cells: []Cell{{Key: key, State: CellCounted, Pass: 1, AsOf: ended}}})
	inv.Apply(&Batch{At: ended.Add(time.Minute), Found: []Found{met("old", 2), met("new", 2)}, Cells: []Cell{{Key: key, State: CellCounted, Pass: 2, AsOf: ended.Add(time.Minute)}}})
	s := inv.Snapshot()
	grown := map[string]bool{}
	for _, r := range s.In(key) {
		grown[r.Ref.ID] = s.Grown(r)
	}
	if grown["old"] || !grown["new"] {
		t.Errorf("grown: %v; want only what the second listing brought", grown)
	}
}
