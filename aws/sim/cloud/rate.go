package cloud

import "time"

// Rate is a token bucket: Burst at once, and Refill back in a second. It is full when it is first
// asked.
type Rate struct {
	Burst, Refill float64
	tokens        float64
	at            time.Time
}

// Take returns how many of want there are now, and takes them; speed multiplies the refill.
func (r *Rate) Take(now time.Time, want int, speed float64) int {
	if r.at.IsZero() {
		r.tokens = r.Burst
	} else if now.After(r.at) {
		r.tokens = min(r.Burst, r.tokens+now.Sub(r.at).Seconds()*r.Refill*speed)
	}
	r.at = now
	got := min(want, int(r.tokens))
	r.tokens -= float64(got)
	return got
}
