package service

import "strings"

// Limit is one of AWS's token buckets: what it holds when full and how fast it fills.
type Limit struct {
	// Bucket names it; operations with the same name share its tokens within an account and region.
	Bucket string
	// Burst is how many calls a full bucket lets through at once.
	Burst int
	// PerSecond is the refill in calls a second.
	PerSecond float64
	// Global is true where one bucket serves all regions.
	Global bool
}

// Limit is the bucket that an operation takes its tokens from. Operations with an unpublished limit
// have a bucket of their service's with moderate figures: the connection slows down by itself where
// AWS turns out to be stricter.
func (s Service) Limit(operation string) Limit {
	limit := s.limit
	if limit == nil {
		limit = moderate
	}
	l := limit(operation)
	l.Bucket = s.Prefix + ":" + l.Bucket
	l.Global = s.Global
	return l
}

// moderate is for services whose limits are not known: no figure of AWS's, but below every one of
// them that is published for a service as a whole.
func moderate(string) Limit { return Limit{Bucket: "other", Burst: 20, PerSecond: 10} }

// shared is one bucket for all operations of a service.
func shared(burst int, perSecond float64) func(string) Limit {
	return func(string) Limit { return Limit{Bucket: "all", Burst: burst, PerSecond: perSecond} }
}

// readsApart is moderate with reads and changes in buckets of their own.
func readsApart(operation string) Limit {
	if soundsLikeRead(operation) {
		return Limit{Bucket: "read", Burst: 20, PerSecond: 10}
	}
	return Limit{Bucket: "modify", Burst: 20, PerSecond: 10}
}

// soundsLikeRead tells an operation's bucket by AWS's naming; the write guard never judges by it.
func soundsLikeRead(operation string) bool {
	for _, prefix := range [...]string{"Get", "List", "Describe", "Lookup"} {
		if strings.HasPrefix(operation, prefix) {
			return true
		}
	}
	return false
}
