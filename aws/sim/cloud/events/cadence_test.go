package events

import (
	"testing"
	"time"
)

// TestCadence: what rules and schedules take, and when it fires. An empty next is a refusal.
func TestCadence(t *testing.T) {
	start := time.Date(2026, 11, 21, 20, 25, 30, 0, time.UTC) // A Saturday.
	for _, c := range []struct{ expression, rule, schedule string }{
		{"rate(1 minute)", "2026-11-21T20:26:30Z", "2026-11-21T20:26:30Z"},
		{"rate(2 hours)", "2026-11-21T22:25:30Z", "2026-11-21T22:25:30Z"},
		{"rate(1 minutes)", "", "2026-11-21T20:26:30Z"},
		{"rate(1 days)", "", "2026-11-22T20:25:30Z"},
		{"rate(2 minute)", "", "2026-11-21T20:27:30Z"},
		{"rate(0 minutes)", "", ""},
		{"rate(1.5 hours)", "", ""},
		{"rate(5 weeks)", "", ""},
		{"rate(5minutes)", "", ""},
		{"cron(0/15 * * * ? *)", "2026-11-21T20:30:00Z", "2026-11-21T20:30:00Z"},
		{"cron(*/20 * * * ? *)", "2026-11-21T20:40:00Z", "2026-11-21T20:40:00Z"},
		{"cron(0 10 ? * MON-FRI *)", "2026-11-23T10:00:00Z", "2026-11-23T10:00:00Z"},
		{"cron(0 10 ? * FRI-MON *)", "2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z"},
		{"cron(30 2 1 * ? *)", "2026-12-01T02:30:00Z", "2026-12-01T02:30:00Z"},
		{"cron(0 0 29 2 ? *)", "2028-02-29T00:00:00Z", "2028-02-29T00:00:00Z"},
		{"cron(0 8 L * ? *)", "2026-11-30T08:00:00Z", "2026-11-30T08:00:00Z"},
		{"cron(0 8 L 2 ? 2028)", "2028-02-29T08:00:00Z", "2028-02-29T08:00:00Z"},
		{"cron(0 8 LW 1 ? *)", "2027-01-29T08:00:00Z", "2027-01-29T08:00:00Z"}, // The 31st is a Sunday.
		{"cron(0 8 28W 11 ? 2026)", "2026-11-27T08:00:00Z", "2026-11-27T08:00:00Z"},
		{"cron(0 8 1W 5 ? 2027)", "2027-05-03T08:00:00Z", "2027-05-03T08:00:00Z"}, // Not back into April.
		{"cron(0 8 1,L * ? *)", "2026-11-30T08:00:00Z", "2026-11-30T08:00:00Z"},
		{"cron(0 8 ? * L *)", "2026-11-28T08:00:00Z", "2026-11-28T08:00:00Z"},
		{"cron(0 8 ? * 6L *)", "2026-11-27T08:00:00Z", "2026-11-27T08:00:00Z"},
		{"cron(0 8 ? * FRIL *)", "2026-11-27T08:00:00Z", "2026-11-27T08:00:00Z"},
		{"cron(0 8 ? * 3#2 *)", "2026-12-08T08:00:00Z", "2026-12-08T08:00:00Z"},
		{"cron(0 8 ? * TUE#2 *)", "2026-12-08T08:00:00Z", "2026-12-08T08:00:00Z"},
		{"cron(0 8 ? * 3#6 *)", "", ""},
		{"cron(0 8 ? * 8L *)", "", ""},
		{"cron(0 8 32W * ? *)", "", ""},
		{"cron(0 L * * ? *)", "", ""},
		{"cron(0 10 * * MON *)", "", ""},
		{"cron(0 10 ? * ? *)", "", ""},
		{"cron(0 10 * * ?)", "", ""},
		{"cron(0 25 * * ? *)", "", ""},
		{"at(2026-11-22T00:00:00)", "", "2026-11-22T00:00:00Z"},
		{"at(2026-11-22)", "", ""},
		{"0 10 * * *", "", ""},
	} {
		for whose, want := range map[dialect]string{ofRules: c.rule, ofSchedules: c.schedule} {
			cad, ok := parseCadence(c.expression, time.UTC, whose)
			if ok != (want != "") {
				t.Errorf("%s of %d: taken %v", c.expression, whose, ok)
			}
			if !ok || want == "" {
				continue
			}
			if got, ok := cad.next(start, 1); !ok || got.Format(time.RFC3339) != want {
				t.Errorf("%s: next is %v, want %s", c.expression, got, want)
			}
		}
	}
	if c, _ := parseCadence("at(2020-01-01T00:00:00)", time.UTC, ofSchedules); c.once.IsZero() {
		t.Error("a past moment is refused")
	} else if _, ok := c.next(start, 1); ok {
		t.Error("a past moment comes again")
	}
}

func TestPatterns(t *testing.T) {
	for pattern, good := range map[string]bool{
		`{"source":["aws.ecs"]}`: true,
		`{"detail":{"eventName":[{"prefix":"Run"}],"n":[1,true,null]}}`:     true,
		`{"$or":[{"source":["a"]},{"detail":{"x":[{"exists":false}]}}]}`:    true,
		`{"detail":{"c":[{"anything-but":["a","b"]},{"numeric":[">",1]}]}}`: true,
		`{}`:                        false,
		`[]`:                        false,
		`"x"`:                       false,
		`{`:                         false,
		`{"source":["a"]} {}`:       false,
		`{"source":"aws.ecs"}`:      false,
		`{"source":[]}`:             false,
		`{"detail":{}}`:             false,
		`{"source":[["a"]]}`:        false,
		`{"source":[{"like":"a"}]}`: false,
		`{"source":[{"exists":1}]}`: false,
		`{"source":[{"prefix":"a","suffix":"b"}]}`: false,
	} {
		if err := checkPattern(pattern); (err == nil) != good {
			t.Errorf("%s: %v", pattern, err)
		}
	}
}
