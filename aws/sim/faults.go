package sim

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Faults are what goes wrong on purpose.
type Faults struct {
	// Throttle, ServerError and Reset are shares of calls, 0 to 1: answered with throttling, with
	// 500 and 503 in turn, and with a connection that breaks. Half of the broken connections break
	// after the call has done its work, so that a caller cannot know.
	Throttle, ServerError, Reset float64
	// Blackhole are regions that never answer.
	Blackhole []string
	// Deny are the services that access is denied to.
	Deny []Denial
	// Slow are regions that take longer, by how much.
	Slow map[string]time.Duration
	// Expire is after how many calls an access key with its session token expires; 0 means never.
	Expire int
}

// Denial is a service in a region; an empty service means all of them.
type Denial struct{ Region, Service string }

// FaultsHelp says how a fault is written.
const FaultsHelp = "throttle=SHARE, 5xx=SHARE, reset=SHARE, blackhole=REGION, deny=REGION[:SERVICE], slow=REGION:DELAY, expire=CALLS"

// ParseFaults reads faults as the command line gives them, separated by commas:
// throttle=0.3,5xx=0.1,reset=0.05,blackhole=sa-east-1,
// deny=eu-west-3:ecs,slow=us-west-1:2s,expire=500. What names a region may be repeated.
func ParseFaults(spec string) (Faults, error) {
	var f Faults
	if strings.TrimSpace(spec) == "" {
		return f, nil
	}
	for part := range strings.SplitSeq(spec, ",") {
		key, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if !ok || value == "" {
			return Faults{}, fmt.Errorf("fault %q: want KEY=VALUE, one of %s", part, FaultsHelp)
		}
		if err := f.set(key, value); err != nil {
			return Faults{}, fmt.Errorf("fault %q: %w", part, err)
		}
	}
	if sum := f.ServerError + f.Reset; sum > 1 {
		return Faults{}, fmt.Errorf("faults 5xx and reset are shares of the same calls and make %g together", sum)
	}
	return f, nil
}

func (f *Faults) set(key, value string) error {
	var err error
	switch key {
	case "throttle":
		f.Throttle, err = share(value)
	case "5xx":
		f.ServerError, err = share(value)
	case "reset":
		f.Reset, err = share(value)
	case "blackhole":
		f.Blackhole = append(f.Blackhole, value)
	case "deny":
		region, service, _ := strings.Cut(value, ":")
		f.Deny = append(f.Deny, Denial{Region: region, Service: service})
	case "slow":
		region, text, ok := strings.Cut(value, ":")
		delay, bad := time.ParseDuration(text)
		if !ok || bad != nil || delay < 0 {
			return fmt.Errorf("want REGION:DELAY, for example us-west-1:2s")
		}
		if f.Slow == nil {
			f.Slow = map[string]time.Duration{}
		}
		f.Slow[region] = delay
	case "expire":
		f.Expire, err = strconv.Atoi(value)
		if err != nil || f.Expire < 1 {
			return fmt.Errorf("want a number of calls, at least 1")
		}
	default:
		return fmt.Errorf("no such fault, want one of %s", FaultsHelp)
	}
	return err
}

func share(text string) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= 0 && v <= 1) {
		return 0, fmt.Errorf("want a share of calls from 0 to 1")
	}
	return v, nil
}

func (f *Faults) denies(region, service string) bool {
	for _, d := range f.Deny {
		if d.Region == region && (d.Service == "" || d.Service == service) {
			return true
		}
	}
	return false
}
