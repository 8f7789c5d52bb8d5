package plan

import (
	"math"
	"time"

	"github.com/rootout/rootout/model"
)

// estimate tells how long a plan takes from its calls and the token buckets that they draw on. Regions run side by side, and so do buckets of
// one phase; phases of one region run one after another, each ending with the time that AWS takes to stop things and one look.
func estimate(steps []Step, in Input) ETA {
	type bucketKey struct {
		region, bucket string
		phase          model.Phase
	}
	eta := ETA{Regions: map[string]time.Duration{}}
	calls, tokens := map[bucketKey]int{}, map[bucketKey]time.Duration{}
	regions := map[string]*[model.Verify + 1]phaseTime{}
	for _, s := range steps {
		bucket, burst, perSecond := s.Op, 1, 1.0
		if in.Rates != nil {
			bucket, burst, perSecond = in.Rates(s.Op)
		}
		k := bucketKey{region: s.Region, bucket: bucket, phase: s.Phase}
		calls[k]++
		tokens[k] = refill(calls[k], burst, perSecond)
		if regions[s.Region] == nil {
			regions[s.Region] = &[model.Verify + 1]phaseTime{}
		}
		here := &regions[s.Region][s.Phase]
		here.used = true
		here.calling = max(here.calling, tokens[k]+in.Latency)
		here.settling = max(here.settling, in.Rules[s.Kind].Settle)
	}
	for region, phases := range regions {
		total := time.Duration(0)
		for phase, t := range phases {
			if !t.used {
				continue
			}
			if model.Phase(phase) == model.Drain {
				eta.BurningStops = max(eta.BurningStops, total+t.calling)
			}
			took := t.calling + t.settling + in.Poll
			eta.Phases[phase] = max(eta.Phases[phase], took)
			total += took
		}
		total += in.Latency // The fresh listing at the end.
		eta.Regions[region] = total.Round(time.Millisecond)
		eta.AllGone = max(eta.AllGone, eta.Regions[region])
	}
	return eta
}

// phaseTime is how long one phase takes in one region: the calls, and then AWS.
type phaseTime struct {
	used              bool
	calling, settling time.Duration
}

// refill is how long n calls wait for tokens of a bucket that is full at the start.
func refill(n, burst int, perSecond float64) time.Duration {
	if n <= burst || perSecond <= 0 {
		return 0
	}
	return time.Duration(math.Ceil(float64(n-burst) / perSecond * float64(time.Second)))
}
