// Package theme holds every visual choice of the console in one struct: which
// of the terminal's own 16 colours and which attributes a role is drawn with.
//
// It must not know what is drawn: no widths, no layout, no domain types. It
// never looks at the environment; whoever starts the program tells it whether
// colours are wanted and whether the background is dark.
//
// No role differs from another by colour alone: the signs and words that carry
// a meaning are the business of those who draw, and with [Options.NoColor] all
// roles still differ from plain text where a difference is needed (reverse,
// bold, underline).
package theme

// Options says what the terminal is like.
type Options struct {
	// NoColor leaves out every colour and keeps the attributes (bold, faint,
	// underline, reverse), as NO_COLOR asks for.
	NoColor bool
	// Dark says that the terminal's background is dark.
	Dark bool
}

// Theme is every style of the console by role. The zero Theme draws plain text.
type Theme struct {
	// Text is ordinary text, Strong the same with weight, Muted what may be
	// overlooked.
	Text, Strong, Muted Style

	// Hostile, Warning and Own are the three meanings that have a colour of
	// their own: the intruder's, what needs a look, and the operator's own.
	Hostile, Warning, Own Style
	// Error is a failure, OK a proven success.
	Error, OK Style
	// New is what came or grew since the operator last looked, Large a number far above the others
	// of its column.
	New, Large Style

	// Title is the name of a screen or a box, Header a row of column heads,
	// HeaderSorted the head of the column that orders the rows.
	Title, Header, HeaderSorted Style
	// Cursor is the row under the cursor in the part that has the focus,
	// CursorBlurred the same in a part without it.
	Cursor, CursorBlurred Style
	// Marked is a row chosen for something, Range one inside a range that is
	// being chosen.
	Marked, Range Style

	// Key is the name of a key in a hint, KeyHint the words beside it and
	// KeyDisabled a hint that cannot work here.
	Key, KeyHint, KeyDisabled Style
	// Tab and TabSelected are the names in the line of tabs.
	Tab, TabSelected Style
	// Button and ButtonFocus are the buttons of a dialog, Border its frame.
	Button, ButtonFocus, Border Style

	// Prompt stands before a text field, Input is what was typed, Placeholder
	// what stands there before. Match is a character that a search found.
	Prompt, Input, Placeholder, Match Style

	// BarFull and BarEmpty are the two halves of a progress bar, Spark the
	// columns of a sparkline.
	BarFull, BarEmpty, Spark Style
	// Info, Notice and Alarm are the levels of a message line.
	Info, Notice, Alarm Style
}

// The SGR parameters in use: ECMA-48 attributes and the 16 colours of aixterm.
// Faint is preferred over "bright black" for what is muted, because some
// palettes (Solarized among them) give bright black the colour of the
// background, where text in it cannot be read.
const (
	bold      = "1"
	faint     = "2"
	underline = "4"
	reverse   = "7"
	red       = "31"
	green     = "32"
	yellow    = "33"
	blue      = "34"
	magenta   = "35"
	cyan      = "36"
)

// New builds the theme for a terminal.
func New(o Options) Theme {
	colour := func(dark, light string) string {
		switch {
		case o.NoColor:
			return ""
		case o.Dark:
			return dark
		default:
			return light
		}
	}
	// Yellow and cyan are hard to read on white, so the light variants move to
	// the neighbours that every palette keeps dark.
	hostile := colour(red, red)
	warning := colour(yellow, magenta)
	own := colour(cyan, blue)
	ok := colour(green, green)

	return Theme{
		Text:   Style{},
		Strong: NewStyle(bold),
		Muted:  NewStyle(faint),

		Hostile: NewStyle(bold, hostile),
		Warning: NewStyle(warning),
		Own:     NewStyle(own),
		Error:   NewStyle(bold, hostile),
		OK:      NewStyle(ok),
		New:     NewStyle(bold),
		Large:   NewStyle(bold, warning),

		Title:         NewStyle(bold),
		Header:        NewStyle(faint),
		HeaderSorted:  NewStyle(bold),
		Cursor:        NewStyle(reverse),
		CursorBlurred: NewStyle(bold, underline),
		Marked:        NewStyle(bold, own),
		Range:         NewStyle(underline),

		Key:         NewStyle(bold),
		KeyHint:     NewStyle(faint),
		KeyDisabled: NewStyle(faint),
		Tab:         NewStyle(faint),
		TabSelected: NewStyle(bold, reverse),
		Button:      Style{},
		ButtonFocus: NewStyle(bold, reverse),
		Border:      NewStyle(faint),

		Prompt:      NewStyle(bold, own),
		Input:       Style{},
		Placeholder: NewStyle(faint),
		Match:       NewStyle(bold, underline),

		BarFull:  NewStyle(own),
		BarEmpty: NewStyle(faint),
		Spark:    NewStyle(own),
		Info:     Style{},
		Notice:   NewStyle(warning),
		Alarm:    NewStyle(bold, hostile),
	}
}
