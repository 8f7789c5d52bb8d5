package cloud_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/rootout/rootout/aws/sim/cloud"
)

const groundARN = "arn:aws:iam::123456789012:user/team/alice"

// groundClock is a clock that a test moves.
type groundClock struct{ now time.Time }

// Now is the time it shows.
func (c *groundClock) Now() time.Time { return c.now }

// groundCloud is an account at noon.
func groundCloud(speed float64) (*cloud.Cloud, *groundClock) {
	clock := &groundClock{time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	return cloud.New(cloud.Options{Account: "123456789012", Now: clock.Now, Speed: speed, Seed: 1}), clock
}

// groundAsk runs one operation as alice and returns its output, or the code of its error.
func groundAsk[O any](t *testing.T, c *cloud.Cloud, ops []cloud.Operation, region, name string, in any) (out *O, code string) {
	t.Helper()
	call := cloud.Call{
		Context: context.Background(), Region: region, Operation: name, Now: c.Now(), SourceIP: "198.51.100.7",
		Identity: cloud.Identity{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", ARN: groundARN, UserID: "AIDAEXAMPLEID12345678"},
	}
	for _, op := range ops {
		if op.Name != name {
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
	t.Fatalf("no operation %s", name)
	return nil, ""
}
