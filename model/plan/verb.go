package plan

import "slices"

// Verb is what a plan does: the first word of the phrase that confirms it.
type Verb string

// The verbs.
const (
	Delete  Verb = "delete"  // Remove resources and all they own.
	Cut     Verb = "cut"     // Take access away, reversibly.
	Restore Verb = "restore" // Put an honest thing back as it was before a hostile act.
	Undo    Verb = "undo"    // Take back what a run did.
	Enable  Verb = "enable"  // Switch regions on, to see what is in them.
	Close   Verb = "close"   // Shut a door that stands open.
)

// Known says whether it is a verb at all.
func (v Verb) Known() bool {
	return slices.Contains([]Verb{Delete, Cut, Restore, Undo, Enable, Close}, v)
}

// takesOwned says whether the verb takes all that a resource owns along: what lives and dies with
// it.
func (v Verb) takesOwned() bool { return v == Delete }
