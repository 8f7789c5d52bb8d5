package model

// Verdict is the place of a thing in the hostile set.
type Verdict uint8

// The verdicts, by what they allow: each allows less than the one before it.
const (
	Unjudged      Verdict = iota // Nothing says that it has to do with what is flagged, which is no proof that it has not.
	Planted                      // A hostile act created it: cut, delete.
	Stolen                       // Honest, used by the intruder since a time: cut, rotate, never delete.
	Touched                      // Honest, changed by a hostile act: restore what was there before.
	Exposed                      // Its secret was read, or it was shared outside: rotate, unshare.
	Contested                    // Planted, and used or changed by honest hands since: shown, never marked by itself.
	UnknownOrigin                // No record of its creation within reach: shown, never marked by itself.
)

// String is the word on the screen and in JSON; Unjudged has none.
func (v Verdict) String() string {
	return [...]string{"", "planted", "stolen", "touched", "exposed", "contested", "unknown origin"}[v]
}

// ParseVerdict is the inverse of Verdict.String.
func ParseVerdict(word string) (Verdict, bool) {
	for v := Unjudged; v <= UnknownOrigin; v++ {
		if v.String() == word {
			return v, true
		}
	}
	return Unjudged, false
}
