package events

import (
	"strconv"
	"strings"
	"time"
)

// cadence is a schedule expression: rate(…) and cron(…) of EventBridge and Scheduler, at(…) of
// Scheduler (EventBridge Scheduler User Guide, "Schedule types").
type cadence struct {
	every time.Duration
	once  time.Time
	cron  *cron
}

// parseCadence reads an expression; ok is false for one that AWS refuses as not valid, and for cron
// days with L, W or #, which are not modelled.
func parseCadence(s string, loc *time.Location) (c cadence, ok bool) {
	kind, rest, found := strings.Cut(strings.TrimSpace(s), "(")
	body, closed := strings.CutSuffix(rest, ")")
	if !found || !closed {
		return c, false
	}
	switch kind {
	case "rate":
		c.every, ok = parseRate(body)
	case "cron":
		c.cron, ok = parseCron(body, loc)
	case "at":
		t, err := time.ParseInLocation("2006-01-02T15:04:05", body, loc)
		c.once, ok = t, err == nil
	}
	return c, ok
}

// parseRate: "rate(value unit)", where a value of 1 goes with the singular and any other with the
// plural.
func parseRate(s string) (time.Duration, bool) {
	number, unit, _ := strings.Cut(s, " ")
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || (n == 1) == strings.HasSuffix(unit, "s") {
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

// cron is the six fields of AWS: minutes, hours, days of the month, months, days of the week (1 is
// Sunday), years.
type cron struct {
	minute, hour, dom, month, dow, year map[int]bool
	loc                                 *time.Location
}

func parseCron(s string, loc *time.Location) (*cron, bool) {
	f := strings.Fields(s)
	if len(f) != 6 || (f[2] == "?") == (f[4] == "?") {
		return nil, false
	}
	c := &cron{loc: loc}
	days := map[string]int{"SUN": 1, "MON": 2, "TUE": 3, "WED": 4, "THU": 5, "FRI": 6, "SAT": 7}
	months := map[string]int{"JAN": 1, "FEB": 2, "MAR": 3, "APR": 4, "MAY": 5, "JUN": 6, "JUL": 7, "AUG": 8, "SEP": 9, "OCT": 10, "NOV": 11, "DEC": 12}
	ok := true
	field := func(text string, from, to int, names map[string]int) map[int]bool {
		set, good := cronField(text, from, to, names)
		ok = ok && good
		return set
	}
	c.minute, c.hour = field(f[0], 0, 59, nil), field(f[1], 0, 23, nil)
	c.dom, c.month = field(f[2], 1, 31, nil), field(f[3], 1, 12, months)
	c.dow, c.year = field(f[4], 1, 7, days), field(f[5], 1970, 2199, nil)
	return c, ok
}

// cronField reads one field; nil stands for every value.
func cronField(text string, from, to int, names map[string]int) (map[int]bool, bool) {
	if text == "*" || text == "?" {
		return nil, true
	}
	number := func(s string) (int, bool) {
		if n, ok := names[strings.ToUpper(s)]; ok {
			return n, true
		}
		n, err := strconv.Atoi(s)
		return n, err == nil && n >= from && n <= to
	}
	set := map[int]bool{}
	for part := range strings.SplitSeq(text, ",") {
		span, stepText, stepped := strings.Cut(part, "/")
		step := 1
		if stepped {
			n, err := strconv.Atoi(stepText)
			if err != nil || n < 1 {
				return nil, false
			}
			step = n
		}
		low, high := from, to
		if span != "*" {
			a, b, ranged := strings.Cut(span, "-")
			var okA, okB bool
			if low, okA = number(a); !okA {
				return nil, false
			}
			if ranged {
				if high, okB = number(b); !okB {
					return nil, false
				}
			} else if !stepped {
				high = low
			}
		}
		for n := low; n <= high; n += step {
			set[n] = true
		}
	}
	return set, true
}

func (c *cron) next(t time.Time) (time.Time, bool) {
	has := func(set map[int]bool, n int) bool { return set == nil || set[n] }
	t = t.In(c.loc).Truncate(time.Minute).Add(time.Minute)
	for end := t.AddDate(5, 0, 0); t.Before(end); {
		switch {
		case !has(c.year, t.Year()) || !has(c.month, int(t.Month())) || !has(c.dom, t.Day()) || !has(c.dow, int(t.Weekday())+1):
			t = time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, c.loc)
		case !has(c.hour, t.Hour()):
			t = t.Truncate(time.Minute).Add(time.Duration(60-t.Minute()) * time.Minute)
		case !has(c.minute, t.Minute()):
			t = t.Add(time.Minute)
		default:
			return t, true
		}
	}
	return time.Time{}, false
}
