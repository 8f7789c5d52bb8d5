package kit

import (
	"math"
	"strings"

	"github.com/rootout/rootout/ui/theme"
)

// Meter draws a progress bar in w cells. It is full only when done has reached
// total, and empty only when nothing is done. With a total of zero or less it is
// not known how much there is, and the bar is dotted.
func Meter(th *theme.Theme, w, done, total int) string {
	if w <= 0 {
		return ""
	}
	if total <= 0 {
		return th.BarEmpty.Paint(strings.Repeat("·", w))
	}
	done = clampInt(done, 0, total)
	full := int(float64(done) / float64(total) * float64(w))
	switch {
	case done == total:
		full = w
	case done > 0:
		full = clampInt(full, min(1, w-1), w-1)
	}
	return th.BarFull.Paint(strings.Repeat("█", full)) + th.BarEmpty.Paint(strings.Repeat("░", w-full))
}

// sparks are the heights of a sparkline, lowest first.
const sparks = "▁▂▃▄▅▆▇█"

// Spark writes values as w columns of a sparkline: the lowest is zero, anything
// above zero is at least one step higher, and what is not a number (or below
// zero) is · since it is not known. More values than columns share one by their
// maximum, so that no burst is lost; fewer are filled up with spaces.
func Spark(values []float64, w int) string {
	if w <= 0 {
		return ""
	}
	cols := squeeze(values, w)
	top := 0.0
	for _, v := range cols {
		if v > top && !math.IsInf(v, 1) {
			top = v
		}
	}
	heights := []rune(sparks)
	var b strings.Builder
	for _, v := range cols {
		switch {
		case math.IsNaN(v) || v < 0:
			b.WriteRune('·')
		case v == 0:
			b.WriteRune(heights[0])
		case top == 0 || v >= top:
			b.WriteRune(heights[len(heights)-1])
		default:
			b.WriteRune(heights[1+int(v/top*float64(len(heights)-2))])
		}
	}
	b.Write(appendSpaces(nil, w-len(cols)))
	return b.String()
}

// squeeze brings values into at most w columns, each the maximum of its share. A
// share is unknown only if all of it is.
func squeeze(values []float64, w int) []float64 {
	if len(values) <= w {
		return values
	}
	cols := make([]float64, w)
	for i := range cols {
		cols[i] = math.NaN()
		for _, v := range values[i*len(values)/w : (i+1)*len(values)/w] {
			if !math.IsNaN(v) && (math.IsNaN(cols[i]) || v > cols[i]) {
				cols[i] = v
			}
		}
	}
	return cols
}
