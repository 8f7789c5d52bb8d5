package model

import (
	"strconv"
	"strings"
)

// FieldType is the type of a field's values; it decides how a filter compares them and how a column
// is drawn.
type FieldType uint8

// The types of fields.
const (
	TextField   FieldType = iota // Text or List.
	NumberField                  // Number in the field's unit.
	TimeField                    // Time; a filter's duration compares its age.
	BoolField                    // Bool, drawn yes and no.
)

// Unit is the unit of a number field as filters take it and headings name it.
type Unit string

// The units in use.
const (
	NoUnit      Unit = ""
	VCPU        Unit = "vCPU"
	MiB         Unit = "MiB"
	USD         Unit = "$"
	USDPerHour  Unit = "$/h"
	CountOfThem Unit = "n"
)

// Field is one thing that can be said of a resource: a column, a filter, a line of the detail, a
// key in JSON, all from this declaration.
type Field struct {
	// ID is the field's name in filters, lower case, for example "cpu"; Aliases are other names a
	// filter accepts.
	ID      string
	Aliases []string
	// Key is the JSON key, camelCase with the unit in it, for example "memoryMiB".
	Key string
	// Title heads the column.
	Title string
	Type  FieldType
	Unit  Unit
	// Order places the column, lowest first, and says what goes first when the screen is narrow:
	// the highest. Every field has one above 0; a field above 100 is drawn in the detail only.
	Order int
	// Help says in a few words what the value is and where it comes from.
	Help string
	// Get reads the value from a resource of the kind.
	Get func(*Resource) Value
}

// Scope says whether a kind is listed once an account or in every region.
type Scope uint8

// The scopes.
const (
	Regional Scope = iota
	Global
)

// Phase is when in a plan a kind's turn comes.
type Phase uint8

// The phases in their order.
const (
	Silence Phase = iota // What would bring it back.
	Drain                // What runs and costs, the dearest first.
	Remove               // The containers of what was drained.
	Tidy                 // Free of charge, slow, last.
	Erase                // Identities.
	Restore              // What is put back as it was.
	Verify               // A fresh listing.
)

// phaseWords are the phases' words in their order.
func phaseWords() []string {
	return []string{"silence", "drain", "remove", "tidy", "erase", "restore", "verify"}
}

// String is the phase's word on the screen and in JSON.
func (p Phase) String() string { return phaseWords()[p] }

// MarshalText implements encoding.TextMarshaler.
func (p Phase) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler, for keys of JSON objects.
func (p *Phase) UnmarshalText(word []byte) error {
	return p.UnmarshalJSON(strconv.AppendQuote(nil, string(word)))
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *Phase) UnmarshalJSON(text []byte) error {
	at, err := ReadWord(text, "phase", phaseWords(), []string{"silence", "drain", "remove", "tidy", "erase", "verify"})
	*p = Phase(at)
	return err
}

// Undo says how far a step can be taken back.
type Undo uint8

// The undo classes.
const (
	UndoNot     Undo = iota // It cannot be taken back; the evidence says what it was.
	UndoPartly              // It can be made again from the evidence, under another id or without its history.
	UndoExactly             // It can be put back as it was.
)

func undoWords() []string { return []string{"not", "partly", "exactly"} }

// String is the word on the screen and in JSON.
func (u Undo) String() string { return undoWords()[u] }

// MarshalText implements encoding.TextMarshaler.
func (u Undo) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// UnmarshalJSON implements json.Unmarshaler.
func (u *Undo) UnmarshalJSON(text []byte) error {
	at, err := ReadWord(text, "undo class", undoWords(), undoWords())
	*u = Undo(at)
	return err
}

// Kind is the pure-data half of a kind: what screens, filters, plans and reports know of it. The
// other half, which calls AWS, is a Def of package aws/kind around it.
type Kind struct {
	ID KindID
	// Aliases are short names for filters, singular first, for example "cluster". Title heads the
	// grid's column, Plural counts them.
	Aliases       []string
	Title, Plural string
	// Scope says whether it is listed in every region, or once in the account as a whole.
	Scope Scope
	// Order places the kind's column in the grid, lowest first.
	Order int
	// Fields are the kind's own; the common ones of CommonFields come before them.
	Fields []Field
	Phase  Phase
	// After names the kinds that have to be gone before this one's turn comes in the same region.
	After []KindID
	// Owns names the kinds that its resources own.
	Owns []KindID
	Undo Undo
	// States are AWS's words for its states, none where it has none; ARNType is what the last part of
	// its ARNs begins with, where that is not what its id ends with. A query that asks for others can
	// select nothing.
	States  []string
	ARNType string
	// MadeBy are the CloudTrail events that make one, EndedBy those after which there is none of that
	// name: what bears it later is another.
	MadeBy, EndedBy []EventOf
	// MadeFor names the kinds among its owners, and among what it uses, that have AWS make one for
	// them: the maker of such a thing made this too.
	MadeFor []KindID
	// Console is the console's page of one resource, empty when there is none; CLI are the AWS CLI
	// commands that show it and remove it, a slice of words each, not yet quoted for a shell.
	Console func(*Resource) string
	CLI     func(*Resource) [][]string
	// Bills says that a resource of this kind costs money: where its rate is unknown, so is the
	// sum.
	Bills bool
	// IsContainer marks a kind whose resources own others (a cluster): in a grid row they are drawn
	// first.
	IsContainer bool
}

// EventOf is an event of CloudTrail that tells of resources of a kind.
type EventOf struct {
	// Event is the event's source and name, "ecs.amazonaws.com:CreateCluster", without the version that
	// some names end with.
	Event string
	// IDs say where a record names the resources, by their ids: the first that can be filled counts.
	// Members of the record stand in braces by their dotted path, as in
	// "{responseElements.cluster.clusterArn}"; "[]" behind one means each of its list; "|tail" behind
	// the path leaves what stands behind the last slash, "|or:WORD" is what a member that is not there
	// means, and one that is WORD with "|not:WORD" counts as not there. {partition}, {region} and
	// {account} are where it happened.
	IDs []string
}

// ARNWord is what the last part of its ARNs begins with, up to the first slash.
func (k *Kind) ARNWord() string {
	if k.ARNType != "" {
		return k.ARNType
	}
	_, word, _ := strings.Cut(string(k.ID), ":")
	return word
}

// Singular is what one of the kind is called, by its plural.
func (k *Kind) Singular() string {
	if stem, ok := strings.CutSuffix(k.Plural, "ies"); ok {
		return stem + "y"
	}
	return strings.TrimSuffix(k.Plural, "s")
}
