package sim

import (
	"time"

	"github.com/rootout/rootout/aws/sim/cloud"
)

// bucketKey is one bucket of one place.
type bucketKey struct {
	service, name string
	place         cloud.Place
}

// bucket is the state of one: how many tokens there were, and when.
type bucket struct {
	tokens float64
	at     time.Time
}

// take removes a token from an operation's bucket; false means that the call is over the limit.
// Operations without a documented bucket are not limited.
func (s *Server) take(svc *service, p cloud.Place, op string, now time.Time) bool {
	rule, limited := svc.buckets[op]
	if !limited || s.opts.Unthrottled {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := bucketKey{svc.codec.Name, rule.Name, p}
	b := s.buckets[key]
	if b == nil {
		b = &bucket{tokens: rule.Burst, at: now}
		s.buckets[key] = b
	}
	if d := now.Sub(b.at); d > 0 {
		b.tokens = min(rule.Burst, b.tokens+d.Seconds()*rule.Refill*s.opts.Speed)
		b.at = now
	}
	// A hair below one token is one: a client that waits exactly as long as it must would else lose
	// to rounding.
	if b.tokens < 1-1e-6 {
		return false
	}
	b.tokens--
	return true
}
