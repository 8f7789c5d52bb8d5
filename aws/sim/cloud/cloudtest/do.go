package cloudtest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/aws/sim/cloud"
)

// AliceARN is who calls in Do.
const AliceARN = "arn:aws:iam::123456789012:user/team/alice"

// Clock is a clock that a test moves.
type Clock struct{ T time.Time }

// Now is the time it shows.
func (c *Clock) Now() time.Time { return c.T }

// AtNoon is an account at noon and its clock.
func AtNoon(speed float64) (*all.Cloud, *Clock) {
	clock := &Clock{time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	return all.New(cloud.Options{Account: "123456789012", Now: clock.Now, Speed: speed, Seed: 1}), clock
}

// Do runs one operation of a service as alice and returns its output, or the code of its error.
func Do[O any](t *testing.T, c *all.Cloud, service, region, name string, in any) (out *O, code string) {
	t.Helper()
	call := cloud.Call{
		Context: context.Background(), Place: c.In(region), Operation: name, Now: c.Now(), SourceIP: "198.51.100.7",
		Identity: cloud.Identity{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", ARN: AliceARN, UserID: "AIDAEXAMPLEID12345678"}, //nolint:gosec // The key is the one of AWS's own examples.
	}
	for _, s := range c.Services() {
		for _, op := range s.Operations {
			if s.Wire.Name != service || op.Name != name {
				continue
			}
			got, err := op.Do(call, in)
			if err != nil {
				var api *cloud.APIError
				if !errors.As(err, &api) {
					t.Fatalf("%s: %v is no answer of AWS", name, err)
				}
				return nil, api.Code
			}
			return got.(*O), ""
		}
	}
	t.Fatalf("no operation %s of %s", name, service)
	return nil, ""
}
