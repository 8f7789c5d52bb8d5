package model

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

type valueState uint8

const (
	stateUnknown valueState = iota
	stateNever
	stateText
	stateList
	stateNumber
	stateTime
	stateBool
)

// Value is the value of one field of one resource. The zero Value is *unknown*, which is not the
// same as *never* (it is known that there is none) and never the same as zero.
type Value struct {
	// text is the text, the texts with NUL between them, or a tag; cleaned text never begins like a
	// tag.
	text string
	// bits are the number, time or truth value of a tagged value, else the state. So a value takes
	// 24 bytes.
	bits uint64
}

// The tags of values that are no text.
const (
	tagNumber = "\x01n"
	tagTime   = "\x01t"
	tagBool   = "\x01b"
)

func (v Value) state() valueState {
	switch v.text {
	case tagNumber:
		return stateNumber
	case tagTime:
		return stateTime
	case tagBool:
		return stateBool
	}
	return valueState(v.bits)
}

// Unknown is a value that is not known.
func Unknown() Value { return Value{} }

// Never is the known absence of a value: a key that was never used, a service without a load
// balancer.
func Never() Value { return Value{bits: uint64(stateNever)} }

// Text is a cleaned text; an empty text is Never.
func Text(s string) Value {
	if s == "" {
		return Never()
	}
	return Value{bits: uint64(stateText), text: Clean(s)}
}

// Cleaned is Text of what Clean has passed already: a filter over a million events has no time to do it
// again.
func Cleaned(s string) Value {
	if s == "" {
		return Never()
	}
	return Value{bits: uint64(stateText), text: s}
}

// TextPtr is Text of what AWS may have left out; nil is Never.
func TextPtr(s *string) Value {
	if s == nil {
		return Never()
	}
	return Text(*s)
}

// List is several cleaned texts, any of which a filter may match; no texts are Never.
func List(items ...string) Value {
	if len(items) == 0 {
		return Never()
	}
	clean := make([]string, len(items))
	for i, s := range items {
		clean[i] = Clean(s)
	}
	return Value{bits: uint64(stateList), text: strings.Join(clean, "\x00")}
}

// Number is a number in the unit of its field.
func Number(f float64) Value {
	if math.IsNaN(f) {
		return Unknown()
	}
	return Value{text: tagNumber, bits: math.Float64bits(f)}
}

// Time is an instant; the zero time is unknown.
func Time(t time.Time) Value {
	if t.IsZero() {
		return Unknown()
	}
	return Value{text: tagTime, bits: uint64(t.UnixNano())}
}

// TimePtr is Time of what AWS may have left out.
func TimePtr(t *time.Time) Value {
	if t == nil {
		return Unknown()
	}
	return Time(*t)
}

// Bool is yes or no.
func Bool(b bool) Value {
	v := Value{text: tagBool}
	if b {
		v.bits = 1
	}
	return v
}

// IsUnknown says that the value is not known. Of IsUnknown, IsNever and IsKnown exactly one is
// true.
func (v Value) IsUnknown() bool { return v.state() == stateUnknown }

// IsNever says that it is known that there is no value.
func (v Value) IsNever() bool { return v.state() == stateNever }

// IsKnown says that there is a value.
func (v Value) IsKnown() bool { return v.state() > stateNever }

// Number is the number, and whether the value is one.
func (v Value) Number() (float64, bool) {
	return math.Float64frombits(v.bits), v.state() == stateNumber
}

// Time is the instant in UTC, and whether the value is one.
func (v Value) Time() (time.Time, bool) {
	if v.state() != stateTime {
		return time.Time{}, false
	}
	return time.Unix(0, int64(v.bits)).UTC(), true
}

// Bool is the truth value, and whether the value is one.
func (v Value) Bool() (value, ok bool) { return v.bits == 1, v.state() == stateBool }

// Texts are the texts of a text or list value.
func (v Value) Texts() []string {
	switch v.state() {
	case stateText:
		return []string{v.text}
	case stateList:
		return strings.Split(v.text, "\x00")
	case stateUnknown, stateNever, stateNumber, stateTime, stateBool:
	}
	return nil
}

// String is a plain rendering: "?" for unknown, "-" for never, lists joined by ", ", times as RFC
// 3339 in UTC.
func (v Value) String() string {
	switch v.state() {
	case stateUnknown:
		return "?"
	case stateNever:
		return "-"
	case stateText:
		return v.text
	case stateList:
		return strings.ReplaceAll(v.text, "\x00", ", ")
	case stateNumber:
		f, _ := v.Number()
		return strconv.FormatFloat(f, 'f', -1, 64)
	case stateTime:
		t, _ := v.Time()
		return t.Format(time.RFC3339)
	case stateBool:
		if v.bits == 1 {
			return "yes"
		}
		return "no"
	}
	return "?"
}

// JSON is the value as encoding/json likes it: null for unknown and never, else string, []string,
// float64, RFC 3339 time or bool.
func (v Value) JSON() any {
	switch v.state() {
	case stateText:
		return v.text
	case stateList:
		return v.Texts()
	case stateNumber:
		f, _ := v.Number()
		return f
	case stateTime, stateUnknown, stateNever:
		if v.state() == stateTime {
			return v.String()
		}
		return nil
	case stateBool:
		return v.bits == 1
	}
	return nil
}

// Compare orders values for sorting: unknown first, then never, then by value; values of different
// types order by type.
func (v Value) Compare(other Value) int {
	if v.state() != other.state() {
		return cmp.Compare(v.state(), other.state())
	}
	switch v.state() {
	case stateText, stateList:
		return strings.Compare(v.text, other.text)
	case stateNumber:
		a, _ := v.Number()
		b, _ := other.Number()
		return cmp.Compare(a, b)
	case stateTime:
		return cmp.Compare(int64(v.bits), int64(other.bits))
	case stateBool:
		return cmp.Compare(v.bits, other.bits)
	case stateUnknown, stateNever:
	}
	return 0
}

// Contains says whether one of the texts is exactly s.
func (v Value) Contains(s string) bool { return slices.Contains(v.Texts(), s) }
