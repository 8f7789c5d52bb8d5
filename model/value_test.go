package model_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rootout/rootout/model"
)

// TestValuesKeepWhatTheyAre puts every type of value in and reads it out; an attacker's text must
// not pass for another type.
func TestValuesKeepWhatTheyAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"\x01n", "\x01t", "\x01b", "", "\x00"})).Draw(t, "text")
		if v := model.Text(text); text == "" != v.IsNever() || text != "" && (v.String() != model.Clean(text) || len(v.Texts()) != 1) {
			t.Fatalf("Text(%q) is %v", text, v)
		}
		items := rapid.SliceOfN(rapid.SampledFrom([]string{"", "a", "\x01n", "한"}), 1, 3).Draw(t, "items")
		if v := model.List(items...); len(v.Texts()) != len(items) || !v.IsKnown() {
			t.Fatalf("List(%q) holds %q", items, v.Texts())
		}
		f := rapid.Float64().Draw(t, "number")
		if got, ok := model.Number(f).Number(); !ok || got != f {
			t.Fatalf("Number(%v) is %v", f, got)
		}
		at := time.Unix(0, rapid.Int64().Draw(t, "time")).UTC()
		if got, ok := model.Time(at).Time(); !at.IsZero() && (!ok || !got.Equal(at)) {
			t.Fatalf("Time(%v) is %v", at, got)
		}
	})
	for name, c := range map[string]struct {
		v                     model.Value
		unknown, never, known bool
	}{
		"zero value": {model.Value{}, true, false, false}, "not a number": {model.Number(math.NaN()), true, false, false},
		"never": {model.Never(), false, true, false}, "no": {model.Bool(false), false, false, true}, "zero": {model.Number(0), false, false, true},
	} {
		if c.v.IsUnknown() != c.unknown || c.v.IsNever() != c.never || c.v.IsKnown() != c.known {
			t.Errorf("%s: unknown %v, never %v, known %v", name, c.v.IsUnknown(), c.v.IsNever(), c.v.IsKnown())
		}
	}
}
