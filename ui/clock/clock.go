// Package clock is the time as the screens show it: in the zone of the operator, or in UTC if he
// chose that.
//
// It reads no clock of its own: whoever makes it hands in the one that counts.
package clock

import "time"

// Clock tells the time and words it.
type Clock struct {
	// Now is the clock, Local the zone of the operator.
	Now   func() time.Time
	Local *time.Location
	// UTC says that he chose UTC instead.
	UTC bool
}

// Zone is the zone in which times are shown.
func (c *Clock) Zone() *time.Location {
	if c.UTC || c.Local == nil {
		return time.UTC
	}
	return c.Local
}

// ZoneName is the zone in which times are shown, "KST" for example.
func (c *Clock) ZoneName() string { return c.Now().In(c.Zone()).Format("MST") }

// Full is a moment with its date and its zone.
func (c *Clock) Full(t time.Time) string {
	return t.In(c.Zone()).Format("2006-01-02 15:04:05 MST")
}

// Short is a moment of about today without its date.
func (c *Clock) Short(t time.Time) string {
	t, now := t.In(c.Zone()), c.Now().In(c.Zone())
	if t.YearDay() != now.YearDay() || t.Year() != now.Year() {
		return t.Format("01-02 15:04")
	}
	return t.Format("15:04")
}

// Seconds is a moment of today to the second.
func (c *Clock) Seconds(t time.Time) string { return t.In(c.Zone()).Format("15:04:05") }
