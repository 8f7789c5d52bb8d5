package act_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model/port"
)

// TestARepeatedStepTellsItsNewestRefusal and how often it came, until AWS has taken the call.
func TestARepeatedStepTellsItsNewestRefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a")
		tries := 0
		b.call = func(_ context.Context, _, id string) (kind.Answer, error) {
			if tries++; tries <= 4 {
				return kind.Answer{}, apiError("NotYet")
			}
			b.set(id, kind.Absent)
			return kind.Answer{}, nil
		}
		run := b.start(b.runner(), b.plan())
		seen := map[port.StepState]int{}
		for {
			u, err := run.Next(t.Context())
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range u.Steps {
				seen[s.State] = s.Refused
				repeated := s.Refused > 0 && (s.State == port.StepWaiting || s.State == port.StepCalling)
				if repeated != (s.Failure != nil) || repeated && s.Failure.Code != "NotYet" {
					t.Errorf("%s, refused %d times: %+v", s.State, s.Refused, s.Failure)
				}
			}
		}
		if seen[port.StepWaiting] != 4 || seen[port.StepVerified] != 4 || tries != 5 {
			t.Errorf("refused %v times in %d tries", seen, tries)
		}
	})
}
