package scan

import "time"

// breaker leaves a place alone for longer and longer while it answers nothing, and forgets that
// with the first answer. What somebody asks for is read nevertheless.
type breaker struct {
	// unanswered counts the visits in a row that had no answer.
	unanswered int
}

// maxBackOff bounds the interval to which unanswered visits lead.
const maxBackOff = 5 * time.Minute

// record takes in whether a visit had an answer of any kind.
func (b *breaker) record(answered bool) {
	b.unanswered++
	if answered {
		b.unanswered = 0
	}
}

// interval is how long to wait before the next visit: the usual interval, doubled for every visit
// in a row without an answer.
func (b *breaker) interval(usual time.Duration) time.Duration {
	d, most := usual, max(maxBackOff, usual)
	for i := 0; i < b.unanswered && d < most; i++ {
		d *= 2
	}
	return min(d, most)
}
