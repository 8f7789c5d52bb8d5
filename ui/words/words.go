// Package words puts numbers, names and values into the words and signs that the screens share.
//
// It must not know a screen, nor what time it is: whoever asks says so.
package words

import (
	"cmp"
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/kit"
)

// Signs that stand for knowledge; all are one cell wide.
const (
	Reading  = "…"
	Unasked  = "·"
	Stale    = "'"
	Estimate = "≈"
	AtLeast  = "≥"
	Unknown  = "?"
	Never    = "–"
)

// Signs are all that stand for knowledge, with what they mean.
func Signs() [][2]string {
	return [][2]string{
		{"·  …  …12+", "not known yet; being read; being read, at least 12"},
		{"12  12'  12+", "a complete listing; one that has grown old; at least 12, the listing broke off"},
		{"denied throttle", "AWS denied the call; throttled it until the deadline: the count is unknown, not 0"},
		{"unreach unread", "no answer came; none that can be read, or an error: the count is unknown, not 0"},
		{"n/a", "AWS says that the region has no such thing"},
		{"≥  +  ≈", "may be more, something was not counted; may be more; an estimated price"},
		{"?  –", "not known; known to be none"},
		{"*  +", "marked; appeared after the first look"},
	}
}

// Ago is a duration as people say it: "<1m", "12m", "3h", "2d", "14mo", "3y"; what lies ahead has a
// plus.
func Ago(d time.Duration) string {
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

// Age is a duration as [ParseAge] reads it, to the minute: "3d", "100h", "90m".
func Age(d time.Duration) string {
	if text := Ago(d); strings.HasPrefix(text, "<") {
		return "1m"
	} else if read, err := ParseAge(text); err == nil && read == d {
		return text
	}
	if d%time.Hour == 0 {
		return strconv.Itoa(int(d/time.Hour)) + "h"
	}
	return strconv.Itoa(int((d+time.Minute-1)/time.Minute)) + "m"
}

// ParseAge reads an age as people write it: a number and m, h, d or w.
func ParseAge(text string) (time.Duration, error) {
	units := map[string]time.Duration{"m": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour}
	if n := len(text); n > 1 {
		count, err := strconv.Atoi(text[:n-1])
		unit := units[text[n-1:]]
		// Further back than that the clock does not reach.
		if err == nil && unit > 0 && count > 0 && count <= int(math.MaxInt64/int64(unit)) {
			return time.Duration(count) * unit, nil
		}
	}
	return 0, fmt.Errorf("%q is no age: write 36h, 3d or 2w", model.Clean(text))
}

// CheckAge says why a text is no age, "" where it is one.
func CheckAge(text string) string {
	if _, err := ParseAge(text); err != nil {
		return err.Error()
	}
	return ""
}

// Clock is minutes and seconds, "1:02", or hours, minutes and seconds, "1:02:03".
func Clock(d time.Duration) string {
	s := int(max(0, d).Seconds())
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// Money is dollars with a comma between each three digits and cents.
func Money(usd float64) string {
	cents := int64(math.Round(math.Abs(usd) * 100))
	sign := ""
	if usd < 0 && cents > 0 {
		sign = "-"
	}
	return fmt.Sprintf("%s$%s.%02d", sign, kit.Count(int(cents/100)), cents%100)
}

// Rate is dollars an hour for a column: enough digits to tell a small task from nothing.
func Rate(usd float64) string {
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

// Memory is memory in the unit that leaves at most four digits.
func Memory(mib float64) string {
	switch {
	case mib == 0:
		return "0"
	case mib < 1024:
		return Number(mib, 0) + " MiB"
	case mib < 1024*1024:
		return Number(mib/1024, 1) + " GiB"
	}
	return Number(mib/1024/1024, 1) + " TiB"
}

// Number is a number with at most so many decimals and none that say nothing.
func Number(f float64, decimals int) string {
	text := strconv.FormatFloat(f, 'f', decimals, 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// ShortName cuts what an ARN says anyway: the resource part stays, with long paths cut in the
// middle. Other texts stay as they are.
func ShortName(text string) string {
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

// ShortWordsIn cuts the ARNs in a sentence so that it takes at most so many cells, as far as that
// goes: what stands behind the last slash of each stays, since it tells sessions apart.
func ShortWordsIn(text string, room int) string {
	words := strings.Split(text, " ")
	var cut []int
	for i, word := range words {
		if words[i] = ShortName(word); words[i] != word {
			cut = append(cut, i)
		}
	}
	over := kit.Width(strings.Join(words, " ")) - room
	for _, i := range cut {
		if over <= 0 {
			break
		}
		width := kit.Width(words[i])
		least := 1 + kit.Width(words[i][max(0, strings.LastIndexByte(words[i], '/')):])
		words[i] = kit.EndCut(words[i], max(least, width-over))
		over -= width - kit.Width(words[i])
	}
	return strings.Join(words, " ")
}

// IsARN says whether a value of a field is an ARN, whose end tells it apart.
func IsARN(v model.Value) bool {
	texts := v.Texts()
	return len(texts) == 1 && strings.HasPrefix(texts[0], "arn:")
}

// shortRole leaves out what every role of a permission set of Identity Center has: AWSReservedSSO_
// and the hash at the end.
func shortRole(role string) string {
	if set, ok := strings.CutPrefix(role, "AWSReservedSSO_"); ok {
		if at := strings.LastIndexByte(set, '_'); at > 0 {
			set = set[:at]
		}
		role = "…" + set
	}
	return kit.MiddleCut(role, 22)
}

// Count is a number and its noun: "1 cell", "3 cells".
func Count(n int, one, many string) string { return kit.Count(n) + " " + Noun(n, one, many) }

// Noun is the noun for so many.
func Noun(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// Value is a value as a column shows it; the unit stands in the column's head.
func Value(f model.Field, r *model.Resource, now time.Time) string {
	v := f.Get(r)
	switch {
	case f.ID == "region":
		return r.Ref.Title()
	case v.IsUnknown():
		return Unknown
	case v.IsNever():
		return Never
	}
	if t, ok := v.Time(); ok {
		return Ago(now.Sub(t))
	}
	if n, ok := v.Number(); ok {
		return Quantity(f.Unit, n, f.Unit == model.USDPerHour && r.Rate.Estimated)
	}
	if texts := v.Texts(); len(texts) > 0 {
		short := make([]string, len(texts))
		for i, t := range texts {
			short[i] = ShortName(t)
		}
		return strings.Join(short, ", ")
	}
	return v.String()
}

// Quantity is a number in its unit, as far as the unit does not stand in the column's head.
func Quantity(unit model.Unit, n float64, estimated bool) string {
	switch unit {
	case model.MiB:
		return Memory(n)
	case model.USD:
		return Money(n)
	case model.USDPerHour:
		if estimated {
			return Estimate + Rate(n)
		}
		return Rate(n)
	case model.NoUnit, model.VCPU, model.CountOfThem:
	}
	return Number(n, 2)
}

// KindCount is a number of resources of a kind in words.
func KindCount(catalog *model.Catalog, kind model.KindID, n int) string {
	k, ok := catalog.Kind(kind)
	switch {
	case !ok:
		return kit.Count(n) + " " + string(kind)
	case n == 1:
		return "1 " + k.Singular()
	}
	return kit.Count(n) + " " + k.Plural
}

// RegionTitle is what a region is called, "" where that is not known.
func RegionTitle(snap *model.Snapshot, name string) string {
	for i := range snap.Regions {
		if r := &snap.Regions[i]; r.Name == name {
			return r.Title
		}
	}
	return ""
}

// In says in which region something is; the account as a whole is none.
func In(region string) string { return " in " + model.Place{Region: region}.Title() }

// KindsInOrder puts kinds into the catalog's order; what it does not know stands last.
func KindsInOrder(catalog *model.Catalog, kinds iter.Seq[model.KindID]) []model.KindID {
	place := map[model.KindID]int{}
	for i, k := range catalog.Kinds() {
		place[k.ID] = i - len(catalog.Kinds())
	}
	return slices.SortedFunc(kinds, func(a, b model.KindID) int {
		return cmp.Or(cmp.Compare(place[a], place[b]), strings.Compare(string(a), string(b)))
	})
}

// About is a sum of dollars, with ≈ where it is an estimate.
func About(usd float64, estimated bool) string { return If(estimated, Estimate) + Money(usd) }

// If is a sign where it holds.
func If(holds bool, sign string) string {
	if holds {
		return sign
	}
	return ""
}

// UnreadRegion says why a region cannot be read and what that means for what is in it.
func UnreadRegion(row *model.GridRow) string {
	known := ""
	if row.Total.Count > 0 {
		known = "; " + kit.Count(row.Total.Count) + " seen before"
	}
	switch row.Region.CellState() {
	case model.CellEnabling:
		return "enabling: AWS takes minutes, then it is read" + known
	case model.CellDisabling:
		return "disabling: what is in it keeps running and is billed" + known
	case model.CellLeftOut:
		return "left out: not read, so not counted" + known
	case model.CellDisabled, model.CellUnasked, model.CellScanning, model.CellCounted, model.CellStale, model.CellPartial,
		model.CellDenied, model.CellThrottled, model.CellUnreachable, model.CellUnreadable, model.CellUnsupported:
	}
	return "disabled: what is in it keeps running and is billed, unseen" + known
}

// ETA is a duration that is expected, or an en dash where none is known.
func ETA(d time.Duration) string {
	if d <= 0 {
		return "–"
	}
	return "~" + Clock(d)
}

// ShellQuote makes a word safe for a POSIX shell, whoever chose it.
func ShellQuote(word string) string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,@%+"
	if word != "" && strings.Trim(word, letters) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// RegionsRead says how many regions were read, and of the others why not: "22 of 34 regions read, 10
// disabled, 1 denied, 1 unreachable". Short says only what failed. Whole says that nothing that was
// asked did.
func RegionsRead(g *model.Coverage, short bool) (text string, whole bool) {
	text, whole = kit.Count(g.Read)+" of "+Count(g.Regions, "region", "regions")+" read", true
	add := func(n int, what string) { text += If(n > 0, ", "+kit.Count(n)+" "+what) }
	if short {
		text = kit.Count(g.Read) + "/" + kit.Count(g.Regions) + " read"
	} else {
		add(g.Disabled, "disabled")
	}
	add(g.LeftOut, "left out")
	for _, state := range slices.Backward(model.TroubledStates()) {
		add(g.Unread[state], state.String())
		whole = whole && g.Unread[state] == 0
	}
	if g.GlobalWorst != model.CellUnasked {
		text, whole = text+", "+model.GlobalTitle+" "+g.GlobalWorst.String(), false
	}
	return text, whole
}

// CountOf is a count that may be a lower bound: "192+".
func CountOf(n int, atLeast bool) string { return kit.Count(n) + If(atLeast, "+") }
