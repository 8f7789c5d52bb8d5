package model

import "math"

// Maker is who made a resource.
type Maker struct {
	// ARN is the full session ARN, or ":root"; empty when unknown. A guess names only a role.
	ARN    string
	Source MakerSource
}

// MakerSource says how a maker is known, best first.
type MakerSource uint8

// The sources of a maker.
const (
	MakerUnknown MakerSource = iota
	// FromEvent is the create event.
	FromEvent
	// FromRegistered is a task definition's registeredBy: the full session ARN, without any 90-day
	// limit.
	FromRegistered
	// FromOwner is the maker of its owner.
	FromOwner
	// Guessed is a hint such as ECS's createdBy, which names a role that every honest admin shares:
	// it is shown as a guess, and nothing is selected or marked by it.
	Guessed
)

// String is the word in files and reports.
func (s MakerSource) String() string {
	return [...]string{"unknown", "event", "registered", "owner", "guess"}[s]
}

// ParseMakerSource is the inverse of MakerSource.String.
func ParseMakerSource(word string) (MakerSource, bool) {
	for s := MakerUnknown; s <= Guessed; s++ {
		if s.String() == word {
			return s, true
		}
	}
	return MakerUnknown, false
}

// Known says whether the maker is known, which a guess is not.
func (m Maker) Known() bool { return m.ARN != "" && m.Source != Guessed }

// betterThan says whether the maker is known from a better source than the other one. One of no
// stated source stands behind all others.
func (m Maker) betterThan(other Maker) bool { return m.rank() < other.rank() }

// registered says that he made the thing himself, rather than what owns it.
func (m Maker) registered() bool { return m.Source == FromEvent || m.Source == FromRegistered }

func (m Maker) rank() int {
	switch {
	case m.ARN == "":
		return math.MaxInt
	case m.Source == MakerUnknown:
		return int(Guessed) + 1
	}
	return int(m.Source)
}
