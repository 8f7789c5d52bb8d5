package model

import "strings"

// AnyText says whether one of the texts of a text or list value passes, and whether the value holds
// texts at all. It does what a loop over Texts does without making a slice, since filters call it
// for every row on every key stroke.
func (v Value) AnyText(pass func(string) bool) (passed, isText bool) {
	switch v.state() {
	case stateText:
		return pass(v.text), true
	case stateList:
		rest, more := v.text, true
		for more {
			var item string
			item, rest, more = strings.Cut(rest, "\x00")
			if pass(item) {
				return true, true
			}
		}
		return false, true
	case stateUnknown, stateNever, stateNumber, stateTime, stateBool:
	}
	return false, false
}
