package plan

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/rootout/rootout/model"
)

// ETA is how long a plan is expected to take, from the token buckets, the round trips and the time
// that AWS takes to stop things.
type ETA struct {
	// BurningStops is until AWS has stopped the last of what is billed, which it is until then, and one
	// look has seen that; AllGone until every goal has been proven.
	BurningStops time.Duration `json:"burningStopsNs"`
	AllGone      time.Duration `json:"allGoneNs"`
	// Regions is AllGone by the title of the place (a region's code).
	Regions map[string]time.Duration `json:"regionsNs,omitempty"`
	// Phases is how long each phase takes in its slowest place.
	Phases PhaseTimes `json:"phasesNs,omitempty"`
}

// PhaseTimes are durations by phase.
type PhaseTimes map[model.Phase]time.Duration

// UnmarshalJSON implements json.Unmarshaler. The first format had a list in the order of its
// phases.
func (t *PhaseTimes) UnmarshalJSON(text []byte) error {
	var list []time.Duration
	if json.Unmarshal(text, &list) != nil {
		var byWord map[model.Phase]time.Duration
		if err := json.Unmarshal(text, &byWord); err != nil {
			return fmt.Errorf("read the times of phases: %w", err)
		}
		*t = byWord
		return nil
	}
	*t = PhaseTimes{}
	for i, d := range list {
		var phase model.Phase
		if err := phase.UnmarshalJSON([]byte(fmt.Sprint(i))); err != nil {
			return err
		}
		if d > 0 {
			(*t)[phase] = d
		}
	}
	return nil
}

// estimate tells how long a plan takes from its calls and the token buckets that they draw on.
// Places run side by side, and so do buckets of one phase; phases of one place run one after
// another, each ending with the time that AWS takes to stop things and one look.
func estimate(p *Plan, in Input, g *model.Graph) ETA {
	type bucketKey struct {
		place  model.Place
		bucket string
		phase  model.Phase
	}
	eta := ETA{Regions: map[string]time.Duration{}, Phases: PhaseTimes{}}
	calls := map[bucketKey]int{}
	places := map[model.Place]*[model.Verify + 1]phaseTime{}
	for _, s := range p.Steps {
		bucket, burst, perSecond := s.Op, 1, 1.0
		if in.Rates != nil {
			bucket, burst, perSecond = in.Rates(s.Op)
		}
		k := bucketKey{place: s.Place, bucket: bucket, phase: s.Phase}
		calls[k]++
		if places[s.Place] == nil {
			places[s.Place] = &[model.Verify + 1]phaseTime{}
		}
		here := &places[s.Place][s.Phase]
		here.used = true
		here.calling = max(here.calling, refill(calls[k], burst, perSecond)+in.Latency)
		here.settling = max(here.settling, settling(s, p.Verb, in, g))
	}
	for place, phases := range places {
		total := time.Duration(0)
		for i, t := range phases {
			if !t.used {
				continue
			}
			phase := model.Phase(i)
			took := t.calling + t.settling + in.Poll
			if phase == model.Drain {
				eta.BurningStops = max(eta.BurningStops, total+took)
			}
			eta.Phases[phase] = max(eta.Phases[phase], took)
			total += took
		}
		total += in.Latency // The fresh listing at the end.
		here := total.Round(time.Millisecond)
		eta.Regions[place.Title()] = max(eta.Regions[place.Title()], here)
		eta.AllGone = max(eta.AllGone, here)
	}
	return eta
}

// settling is how long AWS takes after a step's call: as long as the slowest of what it names.
func settling(s Step, verb Verb, in Input, g *model.Graph) time.Duration {
	rule, longest := in.Rules[s.Kind], time.Duration(0)
	for _, ref := range s.Targets {
		own := time.Duration(0)
		if r := g.Get(ref); r != nil && rule.SettleOf != nil && verb == Delete {
			own = rule.SettleOf(r, g)
		}
		longest = max(longest, cmp.Or(own, rule.Settle))
	}
	return longest
}

// phaseTime is how long one phase takes in one place: the calls, and then AWS.
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
