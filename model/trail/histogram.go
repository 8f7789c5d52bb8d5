package trail

import "time"

// Histogram counts the events of an interval in so many even parts, the oldest first.
type Histogram struct {
	Since, Until time.Time
	// Writes are events that changed something and sessions that began, Errors those that were
	// refused, Probes dry runs among them; Reads are all others.
	Writes, Errors, Reads []int
}

// NewHistogram has counted nothing yet.
func NewHistogram(since, until time.Time, parts int) *Histogram {
	parts = max(parts, 1)
	return &Histogram{Since: since, Until: until, Writes: make([]int, parts), Errors: make([]int, parts), Reads: make([]int, parts)}
}

// Add counts an event; one outside of the interval, or without a time, is not counted.
func (h *Histogram) Add(r *Row) {
	part, in := h.Part(r.Time)
	if !in {
		return
	}
	switch {
	case r.Error != "" || r.Class == Probe:
		h.Errors[part]++
	case r.Class == Read:
		h.Reads[part]++
	default:
		h.Writes[part]++
	}
}

// Part is the part that a moment lies in.
func (h *Histogram) Part(at time.Time) (part int, in bool) {
	whole := h.Until.Sub(h.Since)
	if at.IsZero() || at.Before(h.Since) || !at.Before(h.Until) || whole <= 0 {
		return 0, false
	}
	return min(int(int64(len(h.Writes))*int64(at.Sub(h.Since))/int64(whole)), len(h.Writes)-1), true
}

// Begins is when a part begins.
func (h *Histogram) Begins(part int) time.Time {
	return h.Since.Add(time.Duration(int64(h.Until.Sub(h.Since)) / int64(len(h.Writes)) * int64(part)))
}
