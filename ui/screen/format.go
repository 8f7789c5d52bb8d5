package screen

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/kit"
)

// Signs that stand for knowledge (design 5 and screens.md); all are one cell wide.
const (
	signReading  = "…"
	signUnasked  = "·"
	signStale    = "'"
	signEstimate = "≈"
	signAtLeast  = "≥"
	signUnknown  = "?"
	signNever    = "–"
)

// agoText is a duration as people say it: "<1m", "12m", "3h", "2d", "14mo", "3y"; what lies ahead has a plus.
func agoText(d time.Duration) string {
	sign := ""
	if d < 0 {
		sign, d = "+", -d
	}
	const day = 24 * time.Hour
	switch {
	case d < time.Minute:
		return sign + "<1m"
	case d < 2*time.Hour:
		return sign + strconv.Itoa(int(d.Minutes())) + "m"
	case d < 3*day:
		return sign + strconv.Itoa(int(d.Hours())) + "h"
	case d < 120*day:
		return sign + strconv.Itoa(int(d/day)) + "d"
	case d < 730*day:
		return sign + strconv.Itoa(int(d/(30*day))) + "mo"
	}
	return sign + strconv.Itoa(int(d/(365*day))) + "y"
}

// clockText is minutes and seconds, "1:02", or hours, minutes and seconds, "1:02:03".
func clockText(d time.Duration) string {
	s := int(max(0, d).Seconds())
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// moneyText is dollars with a comma between each three digits and cents.
func moneyText(usd float64) string {
	cents := int64(math.Round(math.Abs(usd) * 100))
	sign := ""
	if usd < 0 && cents > 0 {
		sign = "-"
	}
	return fmt.Sprintf("%s$%s.%02d", sign, kit.Count(int(cents/100)), cents%100)
}

// rateText is dollars an hour for a column: enough digits to tell a small task from nothing.
func rateText(usd float64) string {
	switch {
	case usd == 0:
		return "0"
	case usd < 0.1:
		return strconv.FormatFloat(usd, 'f', 4, 64)
	case usd < 10:
		return strconv.FormatFloat(usd, 'f', 2, 64)
	}
	return strconv.FormatFloat(usd, 'f', 1, 64)
}

// memoryText is memory in the unit that leaves at most four digits.
func memoryText(mib float64) string {
	switch {
	case mib == 0:
		return "0"
	case mib < 1024:
		return trimNumber(mib, 0) + " MiB"
	case mib < 1024*1024:
		return trimNumber(mib/1024, 1) + " GiB"
	}
	return trimNumber(mib/1024/1024, 1) + " TiB"
}

// trimNumber is a number with at most so many decimals and none that say nothing.
func trimNumber(f float64, decimals int) string {
	text := strconv.FormatFloat(f, 'f', decimals, 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// shortName cuts what an ARN says anyway: the resource part stays, with long paths cut in the middle. Other texts stay as they are.
func shortName(text string) string {
	if !strings.HasPrefix(text, "arn:") {
		return text
	}
	parts := strings.SplitN(text, ":", 6)
	if len(parts) < 6 {
		return text
	}
	rest := parts[5]
	if parts[2] == "iam" && rest == "root" {
		return "root user"
	}
	if parts[2] == "sts" {
		rest = strings.TrimPrefix(rest, "assumed-role/")
		if role, session, ok := strings.Cut(rest, "/"); ok {
			return shortRole(role) + "/" + session
		}
	}
	return kit.MiddleCut(rest, 44)
}

// shortWords cuts the ARNs in a sentence.
func shortWords(text string) string {
	words := strings.Split(text, " ")
	for i, word := range words {
		words[i] = shortName(word)
	}
	return strings.Join(words, " ")
}

// shortRole leaves out what every role of a permission set of Identity Center has: AWSReservedSSO_ and the hash at the end.
func shortRole(role string) string {
	if set, ok := strings.CutPrefix(role, "AWSReservedSSO_"); ok {
		if at := strings.LastIndexByte(set, '_'); at > 0 {
			set = set[:at]
		}
		role = "…" + set
	}
	return kit.MiddleCut(role, 22)
}

// count is a number and its noun: "1 cell", "3 cells".
func count(n int, one, many string) string { return kit.Count(n) + " " + noun(n, one, many) }

func noun(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// valueText is a value as a column shows it; the unit stands in the column's head.
func valueText(f model.Field, r *model.Resource, now time.Time) string {
	v := f.Get(r)
	switch {
	case v.IsUnknown():
		return signUnknown
	case v.IsNever():
		return signNever
	}
	if t, ok := v.Time(); ok {
		return agoText(now.Sub(t))
	}
	if n, ok := v.Number(); ok {
		return numberText(f.Unit, n, f.Unit == model.USDPerHour && r.Rate.Estimated)
	}
	if texts := v.Texts(); len(texts) > 0 {
		short := make([]string, len(texts))
		for i, t := range texts {
			short[i] = shortName(t)
		}
		return strings.Join(short, ", ")
	}
	return v.String()
}

func numberText(unit model.Unit, n float64, estimated bool) string {
	switch unit {
	case model.MiB:
		return memoryText(n)
	case model.USD:
		return moneyText(n)
	case model.USDPerHour:
		if estimated {
			return signEstimate + rateText(n)
		}
		return rateText(n)
	case model.NoUnit, model.VCPU, model.CountOfThem:
	}
	return trimNumber(n, 2)
}

// longValue is a value as the detail shows it: whole, with its unit, times with their age.
func (w *World) longValue(f model.Field, r *model.Resource) string {
	v := f.Get(r)
	switch {
	case v.IsUnknown():
		return signUnknown + " (not known)"
	case v.IsNever():
		return signNever
	}
	if t, ok := v.Time(); ok {
		return w.timeText(t) + "  (" + agoText(w.Now().Sub(t)) + " ago)"
	}
	if n, ok := v.Number(); ok {
		text := numberText(f.Unit, n, f.Unit == model.USDPerHour && r.Rate.Estimated)
		if f.Unit == model.VCPU {
			text += " vCPU"
		}
		return text
	}
	return v.String()
}

// timeText is a moment with its date, in the zone that is chosen.
func (w *World) timeText(t time.Time) string {
	return t.In(w.Zone()).Format("2006-01-02 15:04:05 MST")
}

// hourText is a moment of about today without its date.
func (w *World) hourText(t time.Time) string {
	t, now := t.In(w.Zone()), w.Now().In(w.Zone())
	if t.YearDay() != now.YearDay() || t.Year() != now.Year() {
		return t.Format("01-02 15:04")
	}
	return t.Format("15:04")
}
