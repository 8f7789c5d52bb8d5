package query

import (
	"math"
	"strconv"
	"strings"

	"github.com/rootout/rootout/model"
)

// unitScale is what one of a unit, as it may be written behind a number, is in the field's own
// unit.
type unitScale struct {
	name  string
	scale float64
}

// unitsOf are the units that a number field takes besides none, its own first. Memory is counted in
// powers of 1024, as AWS counts it.
func unitsOf(unit model.Unit) []unitScale {
	switch unit {
	case model.VCPU:
		return []unitScale{{"vCPU", 1}, {"vCPUs", 1}}
	case model.MiB:
		return []unitScale{{"MiB", 1}, {"GiB", 1 << 10}, {"TiB", 1 << 20}, {"KiB", 1.0 / (1 << 10)}}
	case model.USD:
		return []unitScale{{"$", 1}, {"USD", 1}}
	case model.USDPerHour:
		return []unitScale{{"$/h", 1}, {"$", 1}, {"/h", 1}, {"USD/h", 1}, {"USD", 1}}
	case model.NoUnit, model.CountOfThem:
	}
	return nil
}

// parseNumber reads a number in any unit that the field takes and returns it in the field's own.
func parseNumber(w word, d *declaration) (float64, *Error) {
	text := w.text
	dollar := strings.HasPrefix(text, "$")
	if dollar {
		text = text[1:]
	}
	digits := len(text) - len(strings.TrimLeft(text, "+-.0123456789"))
	number, err := strconv.ParseFloat(text[:digits], 64)
	if err != nil || math.IsInf(number, 0) {
		return 0, errorAt(w.at, "%s is a number%s, and %q is none", d.name, exampleOf(d.unit), w.text)
	}
	unit := strings.TrimSpace(text[digits:])
	if dollar {
		unit = "$" + unit
	}
	if unit == "" {
		return number, nil
	}
	for _, u := range unitsOf(d.unit) {
		if strings.EqualFold(u.name, unit) {
			return number * u.scale, nil
		}
	}
	if d.unit == model.NoUnit || d.unit == model.CountOfThem {
		return 0, errorAt(w.at, "%s has no unit, and %q has one", d.name, w.text).suggest(text[:digits])
	}
	return 0, errorAt(w.at, "%s is counted in %s, not in %s", d.name, d.unit, unit).suggest(nearestUnit(unit, text[:digits], d.unit))
}

// nearestUnit turns the units that people write for AWS's into those that are meant: AWS itself
// writes GB for GiB.
func nearestUnit(unit, digits string, want model.Unit) string {
	if want == model.MiB {
		for _, u := range unitsOf(want) {
			if strings.EqualFold(unit, u.name[:1]) || strings.EqualFold(unit, u.name[:1]+"B") {
				return digits + u.name
			}
		}
		return digits + string(want)
	}
	if want == model.USDPerHour || want == model.USD {
		return "$" + digits
	}
	return digits + string(want)
}

func exampleOf(unit model.Unit) string {
	switch unit {
	case model.MiB:
		return " such as 2GiB or 2048"
	case model.USD, model.USDPerHour:
		return " such as $3 or 0.5"
	case model.VCPU:
		return " such as 4 or 0.25vCPU"
	case model.NoUnit, model.CountOfThem:
	}
	return ""
}

// compareNumber compiles a comparison with a number.
func compareNumber(op operator, w word, d *declaration) (test, *Error) {
	want, err := parseNumber(w, d)
	if err != nil {
		return nil, err
	}
	return func(v model.Value, _ Env) truth {
		have, ok := v.Number()
		switch {
		case v.IsNever():
			return no
		case !ok:
			return cannotTell
		case nearlyEqual(have, want):
			return truthOf(op == opMatch || op == opEqual || op == opDiffer || op == opAtLeast || op == opAtMost)
		case have < want:
			return truthOf(op == opLess || op == opAtMost)
		}
		return truthOf(op == opMore || op == opAtLeast)
	}, nil
}

// nearlyEqual takes prices that were multiplied for what they are: equal when they differ by less
// than a billionth.
func nearlyEqual(a, b float64) bool {
	const part = 1e-9
	return a == b || math.Abs(a-b) <= part*math.Max(math.Abs(a), math.Abs(b))
}

// numberContains says whether the plain rendering of a number holds a text. It does not allocate.
func numberContains(f float64, n *needle) bool {
	var buf [32]byte
	return n.in(string(strconv.AppendFloat(buf[:0], f, 'f', -1, 64)))
}
