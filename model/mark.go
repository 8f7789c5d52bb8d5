package model

import (
	"cmp"
	"strings"
)

// Mark is the operator's choice of one thing: a resource by its reference, or a thing that rootout
// sees and does not cover. It is comparable, and two marks of one thing are equal.
type Mark struct {
	// ref names a resource, or an uncovered thing with CloudFormation's word as its kind.
	ref       Ref
	uncovered bool
}

// MarkOf marks a resource.
func MarkOf(ref Ref) Mark { return Mark{ref: ref} }

// MarksOf marks resources.
func MarksOf(refs ...Ref) []Mark {
	marks := make([]Mark, len(refs))
	for i, ref := range refs {
		marks[i] = MarkOf(ref)
	}
	return marks
}

// RefsOf are the marked resources, without what is uncovered.
func RefsOf(marks []Mark) []Ref {
	refs := make([]Ref, 0, len(marks))
	for _, m := range marks {
		if ref, ok := m.Ref(); ok {
			refs = append(refs, ref)
		}
	}
	return refs
}

// MarkUncovered marks a thing of an account that is no resource of ours. Its console page does not
// belong to its name.
func MarkUncovered(account string, u Uncovered) Mark {
	place := Place{Account: account, Region: u.Region}
	return Mark{ref: Ref{Place: place, Kind: KindID(u.Type), ID: u.ID}, uncovered: true}
}

// IsZero says that nothing is marked.
func (m Mark) IsZero() bool { return m == Mark{} }

// Place is where the marked thing is.
func (m Mark) Place() Place { return m.ref.Place }

// Ref is the marked resource, and whether it is one.
func (m Mark) Ref() (ref Ref, ok bool) {
	if m.uncovered || m.IsZero() {
		return Ref{}, false
	}
	return m.ref, true
}

// Uncovered is the marked thing that is no resource of ours, and whether it is one.
func (m Mark) Uncovered() (u Uncovered, ok bool) {
	if !m.uncovered {
		return Uncovered{}, false
	}
	return Uncovered{Type: string(m.ref.Kind), ID: m.ref.ID, Region: m.ref.Region}, true
}

// String is the thing's ARN where its id is one, else KIND:REGION:ID with CloudFormation's word as
// the kind of what is uncovered, cleaned for the terminal.
func (m Mark) String() string {
	if m.uncovered && !strings.HasPrefix(m.ref.ID, "arn:") {
		return Clean(string(m.ref.Kind)) + ":" + Clean(m.ref.Region) + ":" + Clean(m.ref.ID)
	}
	return m.ref.String()
}

// Compare orders marks: resources by their references, then what is uncovered by account, region,
// type and id.
func (m Mark) Compare(other Mark) int {
	if m.uncovered != other.uncovered {
		return cmp.Compare(boolRank(m.uncovered), boolRank(other.uncovered))
	}
	return m.ref.Compare(other.ref)
}

func boolRank(b bool) int {
	if b {
		return 1
	}
	return 0
}
