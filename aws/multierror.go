package aws

import (
	"errors"
	"slices"
	"strconv"
)

// MultiError is what many failed calls come to: one that stands for all, and how many more there
// were.
type MultiError struct {
	// Worst is one of the errors of the worst class.
	Worst error
	// More is how many other calls failed.
	More int
}

// Error words it.
func (e *MultiError) Error() string { return e.Worst.Error() + "; " + e.more() }

// Unwrap gives the worst.
func (e *MultiError) Unwrap() error { return e.Worst }

func (e *MultiError) more() string {
	if e.More == 1 {
		return "and 1 more call failed"
	}
	return "and " + strconv.Itoa(e.More) + " more calls failed"
}

// AppendError adds the failure of one more call to what was collected so far; either may be nil.
// The result is of the worse class of both, and the first error of that class stands for all.
func AppendError(collected, failed error) error {
	switch {
	case failed == nil:
		return collected
	case collected == nil:
		return failed
	}
	more, worst := split(collected)
	others, other := split(failed)
	if severity(Classify(other)) > severity(Classify(worst)) {
		worst = other
	}
	return &MultiError{Worst: worst, More: more + others + 1}
}

// split takes a collection apart.
func split(err error) (more int, worst error) {
	if multi, ok := err.(*MultiError); ok { //nolint:errorlint // What wraps a collection says more than it.
		return multi.More, multi.Worst
	}
	return 0, err
}

// severity orders the classes by what they keep from being known, the worst highest. What ends
// everything comes first: a call that should never have been made, and credentials that are no
// good. Then refusals, then what waiting may cure. Unsupported comes last of all, since alone it
// means that nothing is missing.
func severity(c Class) int {
	return slices.Index([]Class{
		None, Unsupported, Canceled, NotFound, Conflict, Other, Unreadable, Unreachable, Throttled, Denied, V1Token, InvalidToken, Expired, Guard,
	}, c)
}

// worstPart is the part of the worst class where errors were joined or collected, and err itself
// where none were.
func worstPart(err error) error {
	for e := err; e != nil; {
		switch x := e.(type) { //nolint:errorlint // It walks down the chain itself.
		case *GuardError, *QueueError:
			return err
		case *Explained:
			if x.Class != None {
				return err
			}
			e = x.Unwrap()
		case *MultiError:
			return worstPart(x.Worst)
		case interface{ Unwrap() []error }:
			var worst error
			for _, part := range x.Unwrap() {
				if part = worstPart(part); worst == nil || severity(Classify(part)) > severity(Classify(worst)) {
					worst = part
				}
			}
			if worst == nil {
				return err
			}
			return worst
		default:
			e = errors.Unwrap(e)
		}
	}
	return err
}
