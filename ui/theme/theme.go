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

import "slices"

// Options says what the terminal is like, and which skin is wanted.
type Options struct {
	// NoColor leaves out every colour and keeps the attributes (bold, faint,
	// underline, reverse), as NO_COLOR asks for. It wins over the skin.
	NoColor bool
	// Dark says that the terminal's background is dark.
	Dark bool
	// Skin is one of [Skins], "" for the first.
	Skin string
}

// Skins are the names of the sets of colours with what each is for, the default first.
func Skins() [][2]string {
	return [][2]string{
		{"terminal", "the terminal's own 16 colours"},
		{"dark", "colours of its own, for a dark background"},
		{"light", "colours of its own, for a light background"},
		{"high-contrast", "nothing faint, strong colours with weight"},
		{"mono", "no colours: weight, underline and reverse only"},
	}
}

// IsSkin says whether there is a skin of that name.
func IsSkin(name string) bool {
	return slices.ContainsFunc(Skins(), func(s [2]string) bool { return s[0] == name })
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

// colours are the parameters of the meanings that have a colour, and of what may be overlooked.
type colours struct {
	hostile, warning, own, ok, muted string
}

// coloursOf are the colours of a skin.
func coloursOf(o Options) colours {
	switch {
	case o.NoColor || o.Skin == "mono":
		return colours{muted: faint}
	case o.Skin == "dark":
		return colours{hostile: "38;5;203", warning: "38;5;221", own: "38;5;80", ok: "38;5;114", muted: "38;5;245"}
	case o.Skin == "light":
		return colours{hostile: "38;5;124", warning: "38;5;130", own: "38;5;25", ok: "38;5;22", muted: "38;5;241"}
	case o.Skin == "high-contrast" && o.Dark:
		return colours{hostile: "1;97;41", warning: "1;93", own: "1;96", ok: "1;92"}
	case o.Skin == "high-contrast":
		return colours{hostile: "1;97;41", warning: "1;35", own: "1;34", ok: "1;32"}
	case o.Dark:
		return colours{hostile: red, warning: yellow, own: cyan, ok: green, muted: faint}
	}
	// Yellow and cyan are hard to read on white, so the light variants move to
	// the neighbours that every palette keeps dark.
	return colours{hostile: red, warning: magenta, own: blue, ok: green, muted: faint}
}

// New builds the theme for a terminal.
func New(o Options) Theme {
	c := coloursOf(o)
	return Theme{
		Text:   Style{},
		Strong: NewStyle(bold),
		Muted:  NewStyle(c.muted),

		Hostile: NewStyle(bold, c.hostile),
		Warning: NewStyle(c.warning),
		Own:     NewStyle(c.own),
		Error:   NewStyle(bold, c.hostile),
		OK:      NewStyle(c.ok),
		New:     NewStyle(bold),
		Large:   NewStyle(bold, c.warning),

		Title:         NewStyle(bold),
		Header:        NewStyle(c.muted),
		HeaderSorted:  NewStyle(bold),
		Cursor:        NewStyle(reverse),
		CursorBlurred: NewStyle(bold, underline),
		Marked:        NewStyle(bold, c.own),
		Range:         NewStyle(underline),

		Key:         NewStyle(bold),
		KeyHint:     NewStyle(c.muted),
		KeyDisabled: NewStyle(c.muted),
		Tab:         NewStyle(c.muted),
		TabSelected: NewStyle(bold, reverse),
		Button:      Style{},
		ButtonFocus: NewStyle(bold, reverse),
		Border:      NewStyle(c.muted),

		Prompt:      NewStyle(bold, c.own),
		Input:       Style{},
		Placeholder: NewStyle(c.muted),
		Match:       NewStyle(bold, underline),

		BarFull:  NewStyle(c.own),
		BarEmpty: NewStyle(c.muted),
		Spark:    NewStyle(c.own),
		Info:     Style{},
		Notice:   NewStyle(c.warning),
		Alarm:    NewStyle(bold, c.hostile),
	}
}
