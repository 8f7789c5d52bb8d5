package kind_test

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"testing"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
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

// TestAStrangerOnAPageEndsNoListing: what comes after it is listed too, and the listing is not whole.
func TestAStrangerOnAPageEndsNoListing(t *testing.T) {
	t.Parallel()
	v := &kind.Visit{Account: "123456789012", Partition: "aws", Region: "eu-west-1"}
	pages := map[string][]string{"": {"a", "stranger"}, "2": {"b"}}
	got, err := kind.All(t.Context(), func(_ context.Context, token *string) ([]string, *string, error) {
		at, next := "", new("2")
		if token != nil {
			at, next = *token, nil
		}
		page, err := kind.Sieve(v, "ecs:ListTasks", pages[at], func(s string) string { return s }, func(s string) bool { return s != "stranger" })
		return page, next, err
	})
	failure := aws.Describe(err)
	if len(got) != 2 || failure.Class != aws.Unreadable || failure.Model().Operation != "ecs:ListTasks" {
		t.Errorf("%v, %+v", got, failure)
	}
}

// TestAListingThatGoesRoundEnds: with the same token, with two in turn, and with a new one for ever and
// nothing on the page. What it has brought by then is kept.
func TestAListingThatGoesRoundEnds(t *testing.T) {
	for name, c := range map[string]struct {
		next  func(n int) string
		items func(n int) []string
		most  int
	}{
		"the same token": {func(int) string { return "a" }, func(int) []string { return []string{"x"} }, 2},
		"two in turn":    {func(n int) string { return []string{"a", "b"}[n%2] }, func(int) []string { return []string{"x"} }, 3},
		"empty pages":    {strconv.Itoa, func(n int) []string { return []string{"x"}[min(n, 1):] }, 102},
	} {
		n := 0
		got, err := kind.All(t.Context(), func(context.Context, *string) ([]string, *string, error) {
			next, items := c.next(n), c.items(n)
			if n++; n > 200 {
				t.Fatalf("%s: it does not end", name)
			}
			return items, &next, nil
		})
		if aws.Classify(err) != aws.Unreadable || n != c.most || len(got) == 0 {
			t.Errorf("%s: %d pages, %d things, %v", name, n, len(got), err)
		}
	}
	n := 0
	if _, err := kind.All(t.Context(), func(context.Context, *string) ([]string, *string, error) {
		n++
		if n == 150 {
			return nil, nil, nil
		}
		return []string{"x"}[n%2:], new(strconv.Itoa(n)), nil
	}); err != nil {
		t.Errorf("a long listing with empty pages in it: %v", err)
	}
}

// TestTheLastLookAtWhatAListingFound: a kind that does not sieve its pages is not believed either.
func TestTheLastLookAtWhatAListingFound(t *testing.T) {
	t.Parallel()
	for arn, here := range map[string]bool{
		"arn:aws:ecs:eu-west-1:123456789012:cluster/c": true,
		"arn:aws:ec2:eu-west-1:123456789012:cluster/c": false,
		"arn:aws:ecs:eu-west-2:123456789012:cluster/c": false,
		"": false,
	} {
		reported := 0
		v := &kind.Visit{
			Account: "123456789012", Partition: "aws", Region: "eu-west-1",
			Report: func(*model.Resource, json.RawMessage) { reported++ },
		}
		def := kind.Def{Kind: model.Kind{ID: "ecs:cluster"}, List: func(_ context.Context, v *kind.Visit) error {
			v.Found(&model.Resource{Ref: v.Ref("ecs:cluster", arn), ARN: arn}, nil)
			return nil
		}}
		err := def.ListIn(t.Context(), v)
		if (err == nil) != here || (reported == 1) != here || !here && aws.Classify(err) != aws.Unreadable {
			t.Errorf("%q is reported %d times: %v", arn, reported, err)
		}
	}
}
