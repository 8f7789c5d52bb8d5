package choosing

import (
	"testing"

	"pgregory.net/rapid"
)

func TestEveryLetterOfAChoiceIsItsOwn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		labels := rapid.SliceOfN(rapid.String(), 1, 30).Draw(t, "labels")
		keys := (&Letters{}).Of(labels)
		seen := map[string]bool{}
		for _, l := range keys {
			if l == "" || seen[l] {
				t.Fatalf("letters %q for %q", keys, labels)
			}
			seen[l] = true
		}
	})
}

// TestALabelHasOneLetterEverywhere, and two that are shown together have two.
func TestALabelHasOneLetterEverywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		label := rapid.SampledFrom([]string{"NAME", "AGE", "BY", "BILLED", "TASK", "TASKS", "TASKDEF", "STATE", "SO FAR", "$/h", "vCPU", "MEM", "CLUSTER", "CAPACITY"})
		sets := rapid.SliceOfN(rapid.SliceOfNDistinct(label, 1, 10, rapid.ID), 1, 6).Draw(t, "sets")
		var letters Letters
		for _, set := range sets {
			letters.Together(set...)
		}
		of := map[string]string{}
		for _, set := range sets {
			seen := map[string]bool{}
			for i, key := range letters.Of(set) {
				if before, known := of[set[i]]; known && before != key {
					t.Fatalf("%s is %s here and %s there", set[i], key, before)
				}
				if key == "" || seen[key] {
					t.Fatalf("two of %v are chosen by %q", set, key)
				}
				of[set[i]], seen[key] = key, true
			}
		}
	})
}
