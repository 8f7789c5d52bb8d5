// Package ptr turns values into the pointers of the SDK's structs and back, as AWS leaves out what
// is not there.
//
// It must not know any service.
package ptr

import "time"

// Val is what p points to, or the zero value.
func Val[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// Opt is the pointer to s, nil for the empty string.
func Opt(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Time is the pointer to t, nil for the zero time.
func Time(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
