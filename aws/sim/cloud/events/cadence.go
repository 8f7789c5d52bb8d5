package events

import (
	"strconv"
	"strings"
	"time"
)

// dialect is whose expression it is: rules and schedules differ in small things.
type dialect int

const (
	ofRules dialect = iota
	ofSchedules
)

// cadence is a schedule expression: rate(…) and cron(…) of EventBridge and Scheduler, at(…) of
// Scheduler (EventBridge Scheduler User Guide, "Schedule types").
type cadence struct {
	every time.Duration
	once  time.Time
	cron  *cron
}

// parseCadence reads an expression; ok is false for one that AWS refuses as not valid.
func parseCadence(s string, loc *time.Location, whose dialect) (c cadence, ok bool) {
	kind, rest, found := strings.Cut(strings.TrimSpace(s), "(")
	body, closed := strings.CutSuffix(rest, ")")
	if !found || !closed {
		return c, false
	}
	switch {
	case kind == "rate":
		c.every, ok = parseRate(body, whose)
	case kind == "cron":
		c.cron, ok = parseCron(body, loc)
	case kind == "at" && whose == ofSchedules:
		t, err := time.ParseInLocation("2006-01-02T15:04:05", body, loc)
		c.once, ok = t, err == nil
	}
	return c, ok
}

// parseRate: "rate(value unit)". To rules a value of 1 goes with the singular and any other with the
// plural (EventBridge User Guide, "Rate expressions"); Scheduler takes either word ("minute | minutes |
// hour | hours | day | days", its API Reference, CreateSchedule, ScheduleExpression).
func parseRate(s string, whose dialect) (time.Duration, bool) {
	number, unit, _ := strings.Cut(s, " ")
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || whose == ofRules && (n == 1) == strings.HasSuffix(unit, "s") {
		return 0, false
	}
	switch strings.TrimSuffix(unit, "s") {
	case "minute":
		return time.Duration(n) * time.Minute, true
	case "hour":
		return time.Duration(n) * time.Hour, true
	case "day":
		return time.Duration(n) * 24 * time.Hour, true
	}
	return 0, false
}

// next is the first moment after t; only rates are durations, which the account's speed divides.
func (c cadence) next(t time.Time, speed float64) (time.Time, bool) {
	switch {
	case c.every > 0:
		return t.Add(time.Duration(float64(c.every) / speed)), true
	case c.cron != nil:
		return c.cron.next(t)
	}
	return c.once, c.once.After(t)
}
