package query

import (
	"strconv"
	"strings"
	"time"

	"github.com/rootout/rootout/model"
)

// day is what d stands for in a duration; ages are counted in hours, so a day with a change of the
// clock has 24 as well.
const day = 24 * time.Hour

// parseDuration reads "90d", "2w", "1h30m" and the like; ok is false when it is none, or longer
// than 290 years.
func parseDuration(text string) (d time.Duration, ok bool) {
	for text != "" {
		digits := len(text) - len(strings.TrimLeft(text, ".0123456789"))
		if digits == 0 || digits == len(text) {
			return 0, false
		}
		number, err := strconv.ParseFloat(text[:digits], 64)
		if err != nil {
			return 0, false
		}
		var unit time.Duration
		switch foldByte(text[digits]) {
		case 's':
			unit = time.Second
		case 'm':
			unit = time.Minute
		case 'h':
			unit = time.Hour
		case 'd':
			unit = day
		case 'w':
			unit = 7 * day
		default:
			return 0, false
		}
		const longest = 290 * 365 * day
		number *= float64(unit)
		if number > float64(longest)-float64(d) {
			return 0, false
		}
		d += time.Duration(number)
		text = text[digits+1:]
	}
	return d, true
}

// moment is a point in time as it was written: its first instant, and how long it lasts, which is
// the precision it was written with.
type moment struct {
	at time.Time
	// local says that it was written without an offset and means the reader's location.
	local bool
	// days is 1 for a date, which may last 23 to 25 hours; lasts is for everything finer.
	days  int
	lasts time.Duration
}

func parseMoment(text string) (moment, bool) {
	if len(text) > len(time.DateOnly) && text[len(time.DateOnly)] == ' ' {
		text = text[:len(time.DateOnly)] + "T" + text[len(time.DateOnly)+1:]
	}
	for _, layout := range [...]struct {
		text string
		moment
	}{
		{time.DateOnly, moment{local: true, days: 1}},
		{"2006-01-02T15:04", moment{local: true, lasts: time.Minute}},
		{"2006-01-02T15:04:05", moment{local: true, lasts: time.Second}},
		{"2006-01-02T15:04Z07:00", moment{lasts: time.Minute}},
		{time.RFC3339, moment{lasts: time.Second}},
	} {
		at, err := time.Parse(layout.text, strings.ToUpper(text))
		if err != nil {
			continue
		}
		m := layout.moment
		m.at = at
		if at.Nanosecond() != 0 {
			m.lasts = 1
		}
		return m, true
	}
	return moment{}, false
}

// span is the moment in a location: its first instant, and the first one after it.
func (m moment) span(in *time.Location) (from, to time.Time) {
	from = m.at
	if m.local {
		y, mo, d := from.Date()
		h, mi, s := from.Clock()
		from = time.Date(y, mo, d, h, mi, s, from.Nanosecond(), in)
	}
	return from, from.AddDate(0, 0, m.days).Add(m.lasts)
}

// compareTime compiles a comparison of a time field: a duration compares age, a date the instant
// with which it begins. Never is older than any age, and before any date.
func compareTime(op operator, w word, d *declaration) (test, *Error) {
	if age, ok := parseDuration(w.text); ok {
		if op == opMatch || op == opEqual || op == opDiffer {
			return nil, errorAt(w.at, "an age is compared with < or >, not with %s", op).suggest(d.name + "<" + w.text)
		}
		return compareAge(op, age), nil
	}
	m, ok := parseMoment(w.text)
	if !ok {
		return nil, errorAt(w.at, "%s is a time: an age such as 30m, 24h, 90d, 2w or a date such as 2026-09-01 or 2026-09-01T10:00:00Z, and %q is none", d.name, w.text)
	}
	return func(v model.Value, env Env) truth {
		have, ok := v.Time()
		switch {
		case v.IsNever():
			return truthOf(op == opLess || op == opAtMost)
		case !ok:
			return cannotTell
		}
		from, to := m.span(env.location())
		switch op {
		case opMatch, opEqual, opDiffer:
			return truthOf(!have.Before(from) && have.Before(to))
		case opMore:
			return truthOf(have.After(from))
		case opAtLeast:
			return truthOf(!have.Before(from))
		case opLess:
			return truthOf(have.Before(from))
		case opAtMost:
			return truthOf(!have.After(from))
		case opNone, opRegexp:
		}
		return no
	}, nil
}

// compareAge compares how long ago a time was. Without a clock nothing can be told.
func compareAge(op operator, limit time.Duration) test {
	return func(v model.Value, env Env) truth {
		if v.IsNever() {
			return truthOf(op == opMore || op == opAtLeast)
		}
		have, ok := v.Time()
		if !ok || env.Now.IsZero() {
			return cannotTell
		}
		age := env.Now.Sub(have)
		switch op {
		case opMore:
			return truthOf(age > limit)
		case opAtLeast:
			return truthOf(age >= limit)
		case opLess:
			return truthOf(age < limit)
		case opAtMost:
			return truthOf(age <= limit)
		case opNone, opMatch, opEqual, opDiffer, opRegexp:
		}
		return no
	}
}
