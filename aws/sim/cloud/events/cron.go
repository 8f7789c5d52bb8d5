package events

import (
	"strconv"
	"strings"
	"time"
)

// cron is the six fields of AWS: minutes, hours, days of the month, months, days of the week (1 is
// Sunday), years. A nil set stands for every value.
type cron struct {
	minute, hour, dom, month, dow, year map[int]bool
	// days are what days with L, W and # say of a date, one of which has to be true of it.
	days []func(time.Time) bool
	loc  *time.Location
}

func weekdays() map[string]int {
	return map[string]int{"SUN": 1, "MON": 2, "TUE": 3, "WED": 4, "THU": 5, "FRI": 6, "SAT": 7}
}

// parseCron reads the fields. "You can't use * in both the Day-of-month and Day-of-week fields. If you
// use it in one, you must use ? in the other" (EventBridge User Guide, "Cron expressions"; the same
// page of Scheduler).
func parseCron(s string, loc *time.Location) (*cron, bool) {
	f := strings.Fields(s)
	if len(f) != 6 || (f[2] == "?") == (f[4] == "?") {
		return nil, false
	}
	c := &cron{loc: loc}
	months := map[string]int{"JAN": 1, "FEB": 2, "MAR": 3, "APR": 4, "MAY": 5, "JUN": 6, "JUL": 7, "AUG": 8, "SEP": 9, "OCT": 10, "NOV": 11, "DEC": 12}
	ok := true
	field := func(text string, from, to int, names map[string]int) map[int]bool {
		set, good := cronField(text, from, to, names)
		ok = ok && good
		return set
	}
	c.minute, c.hour = field(f[0], 0, 59, nil), field(f[1], 0, 23, nil)
	c.dom = field(c.special(f[2], dayOfMonth), 1, 31, nil)
	c.month = field(f[3], 1, 12, months)
	c.dow = field(c.special(f[4], dayOfWeek), 1, 7, weekdays())
	c.year = field(f[5], 1970, 2199, nil)
	return c, ok
}

// special takes the days with L, W and # out of a field and returns what is left of it; where nothing
// else is named no plain day is left to match.
func (c *cron) special(text string, read func(string) (func(time.Time) bool, bool)) string {
	var rest []string
	for part := range strings.SplitSeq(text, ",") {
		if day, ok := read(strings.ToUpper(part)); ok {
			c.days = append(c.days, day)
		} else {
			rest = append(rest, part)
		}
	}
	if len(rest) == 0 {
		return none
	}
	return strings.Join(rest, ",")
}

// none is the field of which only special days match.
const none = ""

// lastDay is the number of a month's last day.
func lastDay(t time.Time) int { return time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day() }

// dayOfMonth reads L (the last day of the month), LW (its last weekday) and 3W (the weekday that is
// nearest to the third, in the same month).
func dayOfMonth(part string) (func(time.Time) bool, bool) {
	if part == "L" {
		return func(t time.Time) bool { return t.Day() == lastDay(t) }, true
	}
	number, isWeekday := strings.CutSuffix(part, "W")
	n, err := strconv.Atoi(number)
	switch {
	case !isWeekday:
		return nil, false
	case number == "L":
		return func(t time.Time) bool { return t.Day() == nearestWeekday(t, lastDay(t)) }, true
	case err != nil || n < 1 || n > 31:
		return nil, false
	}
	return func(t time.Time) bool { return n <= lastDay(t) && t.Day() == nearestWeekday(t, n) }, true
}

func nearestWeekday(t time.Time, day int) int {
	at := time.Date(t.Year(), t.Month(), day, 0, 0, 0, 0, time.UTC)
	switch {
	case at.Weekday() == time.Saturday && day == 1:
		return 3
	case at.Weekday() == time.Saturday:
		return day - 1
	case at.Weekday() == time.Sunday && day == lastDay(t):
		return day - 2
	case at.Weekday() == time.Sunday:
		return day + 1
	}
	return day
}

// dayOfWeek reads L (Saturday), 6L or FRIL (the last Friday of the month) and 3#2 or TUE#2 (its second
// Tuesday).
func dayOfWeek(part string) (func(time.Time) bool, bool) {
	weekday := func(text string) (time.Weekday, bool) {
		n, named := weekdays()[text]
		if !named {
			var err error
			if n, err = strconv.Atoi(text); err != nil {
				return 0, false
			}
		}
		return time.Weekday(n - 1), n >= 1 && n <= 7
	}
	if part == "L" {
		return func(t time.Time) bool { return t.Weekday() == time.Saturday }, true
	}
	if name, last := strings.CutSuffix(part, "L"); last {
		day, ok := weekday(name)
		return func(t time.Time) bool { return t.Weekday() == day && t.Day()+7 > lastDay(t) }, ok
	}
	name, nth, numbered := strings.Cut(part, "#")
	day, ok := weekday(name)
	n, err := strconv.Atoi(nth)
	if !numbered || !ok || err != nil || n < 1 || n > 5 {
		return nil, false
	}
	return func(t time.Time) bool { return t.Weekday() == day && (t.Day()-1)/7+1 == n }, true
}

// cronField reads one field of plain values; nil stands for every value.
func cronField(text string, from, to int, names map[string]int) (map[int]bool, bool) {
	switch text {
	case "*", "?":
		return nil, true
	case none:
		return map[int]bool{}, true
	}
	set := map[int]bool{}
	for part := range strings.SplitSeq(text, ",") {
		low, high, step, ok := cronSpan(part, from, to, names)
		if !ok {
			return nil, false
		}
		if high < low { // FRI-MON goes over the end of the week.
			high += to - from + 1
		}
		for n := low; n <= high; n += step {
			set[from+(n-from)%(to-from+1)] = true
		}
	}
	return set, true
}

// cronSpan reads a value, a range or a step: 5, 1-5, */2, 3/2.
func cronSpan(part string, from, to int, names map[string]int) (low, high, step int, ok bool) {
	number := func(s string) (int, bool) {
		if n, named := names[strings.ToUpper(s)]; named {
			return n, true
		}
		n, err := strconv.Atoi(s)
		return n, err == nil && n >= from && n <= to
	}
	span, stepText, stepped := strings.Cut(part, "/")
	step = 1
	if stepped {
		n, err := strconv.Atoi(stepText)
		if err != nil || n < 1 {
			return 0, 0, 0, false
		}
		step = n
	}
	if span == "*" {
		return from, to, step, stepped
	}
	a, b, ranged := strings.Cut(span, "-")
	if low, ok = number(a); !ok {
		return 0, 0, 0, false
	}
	switch {
	case ranged:
		high, ok = number(b)
	case stepped:
		high = to
	default:
		high = low
	}
	return low, high, step, ok
}

// on says whether the days of the two fields hold on a date.
func (c *cron) on(t time.Time) bool {
	for _, day := range c.days {
		if day(t) {
			return true
		}
	}
	return has(c.dom, t.Day()) && has(c.dow, int(t.Weekday())+1)
}

func has(set map[int]bool, n int) bool { return set == nil || set[n] }

// next is the first moment after t, looked for within five years.
func (c *cron) next(t time.Time) (time.Time, bool) {
	t = t.In(c.loc).Truncate(time.Minute).Add(time.Minute)
	for end := t.AddDate(5, 0, 0); t.Before(end); {
		switch {
		case !has(c.year, t.Year()) || !has(c.month, int(t.Month())) || !c.on(t):
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
