package events

import (
	"testing"
	"time"
)

func TestCadence(t *testing.T) {
	start := time.Date(2026, 11, 21, 20, 25, 30, 0, time.UTC) // A Saturday.
	for _, c := range []struct{ expression, next string }{
		{"rate(1 minute)", "2026-11-21T20:26:30Z"},
		{"rate(2 hours)", "2026-11-21T22:25:30Z"},
		{"rate(1 minutes)", ""},
		{"rate(2 minute)", ""},
		{"rate(0 minutes)", ""},
		{"rate(5 weeks)", ""},
		{"cron(0/15 * * * ? *)", "2026-11-21T20:30:00Z"},
		{"cron(0 10 ? * MON-FRI *)", "2026-11-23T10:00:00Z"},
		{"cron(30 2 1 * ? *)", "2026-12-01T02:30:00Z"},
		{"cron(0 0 29 2 ? *)", "2028-02-29T00:00:00Z"},
		{"cron(0 10 * * MON *)", ""},
		{"cron(0 25 * * ? *)", ""},
		{"at(2026-11-22T00:00:00)", "2026-11-22T00:00:00Z"},
		{"0 10 * * *", ""},
	} {
		cad, ok := parseCadence(c.expression, time.UTC)
		if !ok {
			if c.next != "" {
				t.Errorf("%s is refused", c.expression)
			}
			continue
		}
		got, ok := cad.next(start, 1)
		if c.next == "" || !ok || got.Format(time.RFC3339) != c.next {
			t.Errorf("%s: next is %v, want %s", c.expression, got, c.next)
		}
	}
	if c, _ := parseCadence("at(2020-01-01T00:00:00)", time.UTC); c.once.IsZero() {
		t.Error("a past moment is refused")
	} else if _, ok := c.next(start, 1); ok {
		t.Error("a past moment comes again")
	}
}
