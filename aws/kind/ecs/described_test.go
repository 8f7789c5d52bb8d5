package ecs

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/rootout/rootout/aws/kind"
)

// TestWhatStaysOpen: of what was asked for, everything that AWS says nothing good of is open, and so
// is what nobody asked about since a call failed. One bad answer hides no other.
func TestWhatStaysOpen(t *testing.T) {
	const prefix, home = "arn:aws:ecs:eu-west-1:123456789012:task/c/", "arn:aws:ecs:eu-west-1:123456789012:cluster/c"
	failure := func(id, reason string) types.Failure { return types.Failure{Arn: new(prefix + id), Reason: &reason} }
	for name, c := range map[string]struct {
		records  []string
		failures []types.Failure
		err      error
		found    string
		open     string
		says     string
	}{
		"all of it":                      {records: []string{"a", "b"}, found: "a b c"},
		"one has gone":                   {records: []string{"a"}, failures: []types.Failure{failure("b", "MISSING")}, found: "a c"},
		"one is refused":                 {records: []string{"a"}, failures: []types.Failure{failure("b", "ACCESS_DENIED")}, found: "a c", open: "b", says: "ACCESS_DENIED"},
		"one is left out":                {records: []string{"b"}, found: "b c", open: "a", says: "it tells of 1 of the 2"},
		"one twice and one left out":     {records: []string{"b", "b"}, found: "b c", open: "a", says: "it tells of 1 of the 2"},
		"one of them and one of another": {records: []string{"b", "z"}, found: "b c", open: "a", says: "it tells of 1 of the 2"},
		"one of another account":         {records: []string{"b", "arn:aws:ecs:eu-west-1:999999999999:task/c/a"}, found: "b c", open: "a", says: "it tells of 1 of the 2"},
		"one of another cluster":         {records: []string{"b", "arn:aws:ecs:eu-west-1:123456789012:task/d/a"}, found: "b c", open: "a", says: "it tells of 1 of the 2"},
		"one that says it is elsewhere":  {records: []string{"b", prefix + "a in another"}, found: "b c", open: "a", says: "it tells of 1 of the 2"},
		"one in the old format":          {records: []string{"b", "arn:aws:ecs:eu-west-1:123456789012:task/a"}, found: "b arn:aws:ecs:eu-west-1:123456789012:task/a c"},
		"one of another type":            {records: []string{"b", "arn:aws:ecs:eu-west-1:123456789012:service/a"}, found: "b c", open: "a", says: "it tells of 1 of the 2"},
		"no answer":                      {err: errors.New("no route"), open: "a b c", says: "no route"},
	} {
		d := describing[string]{operation: "DescribeTasks", most: 2, home: home}
		d.arn = func(s string) (*string, *string) {
			s, elsewhere := strings.CutSuffix(s, " in another")
			if !strings.HasPrefix(s, "arn:") {
				s = prefix + s
			}
			if elsewhere {
				return &s, new("arn:aws:ecs:eu-west-1:123456789012:cluster/d")
			}
			return &s, new(home)
		}
		d.call = func(batch []string) ([]string, []types.Failure, error) {
			if len(batch) == 1 {
				return []string{"c"}, nil, nil
			}
			return c.records, c.failures, c.err
		}
		v := &kind.Visit{Account: "123456789012", Partition: "aws", Region: "eu-west-1"}
		found, err := d.of(v, []string{prefix + "a", prefix + "b", prefix + "c"})
		open := undescribed(err)
		for i := range open {
			open[i] = kind.Tail(open[i])
		}
		if got := strings.Join(found, " "); got != c.found {
			t.Errorf("%s: found %s, want %s", name, got, c.found)
		}
		if got := strings.Join(slices.Sorted(slices.Values(open)), " "); got != c.open {
			t.Errorf("%s: open are %s, want %s", name, got, c.open)
		}
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
}
