package kind_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/rootout/rootout/aws/kind"
)

// TestAListingIsAskedOnceMoreForAll who wait for it, and what it names no more has gone.
func TestAListingIsAskedOnceMoreForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		listing := kind.Relist(func(context.Context) ([]string, error) {
			asked++
			return []string{"a", "b", "other"}, nil
		})
		all := kind.NewGroup()
		for _, c := range []struct{ ids, still []string }{{[]string{"a", "gone"}, []string{"a"}}, {[]string{"b"}, []string{"b"}}, {[]string{"went"}, nil}} {
			all.Start(t.Context(), func(ctx context.Context) error {
				still, err := listing.Still(ctx, c.ids)
				if !slices.Equal(still, c.still) {
					t.Errorf("of %v still listed are %v", c.ids, still)
				}
				return err
			})
		}
		if err := all.Wait(); err != nil || asked != 1 {
			t.Errorf("asked %d times: %v", asked, err)
		}
	})
}

// TestWithoutAListingAllMayBeThere.
func TestWithoutAListingAllMayBeThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		no := errors.New("no")
		listing := kind.Relist(func(context.Context) ([]string, error) { return nil, no })
		still, err := listing.Still(t.Context(), []string{"a", "b"})
		if len(still) != 2 || !errors.Is(err, no) {
			t.Errorf("still listed are %v: %v", still, err)
		}
	})
}
