package model

import (
	"slices"
	"testing"
)

func TestAnyTextVisitsWhatTextsReturns(t *testing.T) {
	for _, v := range []Value{Text("a"), List("a"), List("a", "", "b"), List(""), Never(), Unknown(), Number(1), Bool(true)} {
		var seen []string
		_, isText := v.AnyText(func(s string) bool {
			seen = append(seen, s)
			return false
		})
		if want := v.Texts(); !slices.Equal(seen, want) || isText != (want != nil) {
			t.Errorf("%v: visited %q (texts: %v), want %q", v, seen, isText, want)
		}
	}
	if passed, _ := List("a", "b").AnyText(func(s string) bool { return s == "a" }); !passed {
		t.Error("the first text does not count")
	}
}
