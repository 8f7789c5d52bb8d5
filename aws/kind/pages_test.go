package kind_test

import (
	"context"
	"errors"
	"testing"

	"github.com/rootout/rootout/aws/kind"
)

// TestAPageWithAnErrorStands: AWS may answer with things and say of one that it failed.
func TestAPageWithAnErrorStands(t *testing.T) {
	t.Parallel()
	broken := errors.New("one failed")
	asked := 0
	got, err := kind.All(t.Context(), func(context.Context, *string) ([]int, *string, error) {
		asked++
		if asked == 2 {
			return []int{3, 4}, new("more"), broken
		}
		return []int{1, 2}, new("next"), nil
	})
	if !errors.Is(err, broken) || len(got) != 4 || asked != 2 {
		t.Errorf("%v, %v after %d calls", got, err, asked)
	}
}
