package model

import "time"

// CellKey names one cell: one place × one kind.
type CellKey struct {
	Place
	Kind KindID
}

// CellState says how much is known of a cell. The zero value is "unasked": nothing is ever zero by
// default.
type CellState uint8

// The states of a cell. Only CellCounted lets a number stand without a sign that it may
// be more.
const (
	CellUnasked     CellState = iota // Nobody has asked yet.
	CellScanning                     // A listing is under way.
	CellCounted                      // A complete listing came back.
	CellStale                        // It was counted, longer ago than its interval.
	CellPartial                      // Some pages came, then it broke off: the count is a lower bound.
	CellDenied                       // AWS refused the caller.
	CellThrottled                    // AWS kept saying "slow down" until the deadline.
	CellUnreachable                  // No answer, or none that AWS would give.
	CellUnreadable                   // An answer came that cannot be read, or an error that is no denial.
	CellDisabled                     // The region is disabled for the account; what is in it lives on and is billed.
	CellEnabling                     // The region is being enabled.
	CellDisabling                    // The region is being disabled.
	CellLeftOut                      // The operator left the region out of the reading.
	CellUnsupported                  // AWS said, by its own code, that the region has no such thing: complete.
)

// String is the word on the screen and in JSON.
func (s CellState) String() string {
	return [...]string{
		"unasked", "scanning", "counted", "stale", "partial", "denied",
		"throttled", "unreachable", "unreadable", "disabled", "enabling", "disabling", "left out", "unsupported",
	}[s]
}

// ParseCellState is the inverse of CellState.String.
func ParseCellState(word string) (CellState, bool) {
	for s := CellUnasked; s <= CellUnsupported; s++ {
		if s.String() == word {
			return s, true
		}
	}
	return CellUnasked, false
}

// Complete says whether a count in this state is the whole truth at its time.
func (s CellState) Complete() bool {
	return s == CellCounted || s == CellStale || s == CellUnsupported
}

// AtLeast says whether a count in this state is a lower bound worth showing ("12+").
func (s CellState) AtLeast() bool { return s == CellPartial || s == CellScanning }

// Cell is what is known of one region × one kind.
type Cell struct {
	Key   CellKey
	State CellState
	// Pass numbers the listings of this cell; a resource that a completed pass did not meet is
	// gone.
	Pass uint64
	// AsOf is when the state was true: the end of the listing, or of the last page that came.
	AsOf time.Time
	// FirstCounted is when the cell was first counted, as the inventory that keeps it saw it: what
	// appears after it is growth. Whoever scans leaves it zero.
	FirstCounted time.Time
	// FreshFor is how long a count stays fresh; 0 means that nobody looks again on his own.
	FreshFor time.Duration
	// Failure says why, in AWS's words, when the state is a failure.
	Failure *Failure
}

// Proves says whether the listing behind the cell tells that what it did not meet is gone.
func (c Cell) Proves() bool { return c.State == CellCounted || c.State == CellUnsupported }

// StateAt is the state as it has to be shown at a moment: a count ages into CellStale.
func (c Cell) StateAt(now time.Time) CellState {
	if c.State == CellCounted && c.FreshFor > 0 && now.Sub(c.AsOf) > c.FreshFor {
		return CellStale
	}
	return c.State
}

// Failure is an error of AWS, or on the way to it, fit to be shown: what failed, where, and AWS's
// own code and words.
type Failure struct { //nolint:errname // It is what cells and steps show; that it is an error too is by the way.
	// Operation is the API operation, for example "ecs:ListTasks".
	Operation string `json:"operation"`
	// Region is where it was asked.
	Region string `json:"region"`
	// Code and Message are AWS's, cleaned; Code is empty when no AWS answered.
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
	// RequestID is what AWS Support asks for.
	RequestID string `json:"requestId,omitempty"`
	// Waived is the reason for which the operator expects and accepts the failure, in his words. What
	// is behind it stays unknown.
	Waived string `json:"waived,omitempty"`
}

// Error words the failure as people read it.
func (f *Failure) Error() string {
	text := f.Operation
	if f.Region != "" {
		text += " in " + f.Region
	}
	if f.Code != "" {
		text += ": AWS said " + f.Code
	}
	if text == "" {
		text = f.Message
	} else if f.Message != "" {
		text += ": " + f.Message
	}
	if f.RequestID != "" {
		text += " (request " + f.RequestID + ")"
	}
	if f.Waived != "" {
		text += "; waived: " + f.Waived
	}
	return text
}
