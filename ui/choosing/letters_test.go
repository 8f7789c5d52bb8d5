package choosing

import (
	"testing"

	"pgregory.net/rapid"
)

func TestEveryLetterOfAChoiceIsItsOwn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		labels := rapid.SliceOfN(rapid.String(), 1, 30).Draw(t, "labels")
		c := newLetters(nil, nil, "sort", labels, nil)
		seen := map[string]bool{}
		for _, l := range c.keys {
			if l == "" || seen[l] {
				t.Fatalf("letters %q for %q", c.keys, labels)
			}
			seen[l] = true
		}
	})
}
