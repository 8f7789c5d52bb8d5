// Package screen says what a screen of the console is: how it is drawn and handled, how it declares
// its keys, how screens lie on one another, and by which requests one leads to another.
//
// Every folder below it is one screen, which declares in interfaces of its own what it needs of the
// rest of the console. No screen knows another: package ui joins them.
//
// It must not know AWS's SDK, the disk, nor any screen or kind of resource by name.
package screen

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/kit"
)

// Screen is one place of the console. It is drawn and handled in the update loop; whatever takes
// longer than what is visible it hands to package background.
type Screen interface {
	// Scope names its keys in the catalogue.
	Scope() string
	// Title is its part of the path in the header.
	Title() string
	// Handle does what an intent asks for and says whether it was meant for this screen.
	Handle(in Intent) bool
	// Draw fills a rectangle.
	Draw(size kit.Size) string
}

// Refresher is a screen that follows the inventory. Loud says that the operator waits for it.
type Refresher interface {
	Refresh(loud bool)
}

// Typist is a screen with a text field. While Typing all keys and pasted text go there.
type Typist interface {
	Typing() bool
	Type(msg tea.Msg)
	// Cursor is where the terminal's cursor belongs in the last drawing, nil for nowhere.
	Cursor() *tea.Cursor
}

// TypistWithKeys is a typist whose text field has other keys than most: each with what it does.
type TypistWithKeys interface {
	TypingKeys() [][2]string
}

// TypistWithHelp is a typist that explains the keys of its text field on the help page.
type TypistWithHelp interface {
	Typist
	TypingHelp() [][2]string
}

// Refuser is a screen that can say why an intent of its scope cannot work now; "" where it can.
type Refuser interface {
	Refuse(in Intent) string
}

// Pointed is a screen that takes the mouse.
type Pointed interface {
	// Click does what a click means there, and says whether a second one opens what is there.
	Click(x, y int) (opens bool)
	Wheel(lines int)
}

// Clocked is a screen whose drawing changes with time alone: Every is how often, 0 for never.
type Clocked interface {
	Every() time.Duration
}

// Guided is a screen that can tell a stranger what to do next on it, "" for nothing.
type Guided interface {
	NextStep() string
}

// Filtered is a screen whose filter hides resources: Shows is nil where none is in force.
type Filtered interface {
	Shows() func(*model.Resource) bool
}

// MarkFollower is a screen that is told when marks have changed.
type MarkFollower interface {
	MarksChanged()
}

// Overlay is what lies over the screen and has the keys: the palette, a choice by letter.
type Overlay interface {
	// Key takes a key or pasted text; closed says that it has done its work.
	Key(msg tea.Msg) (closed bool)
	// Lay draws it over the base, and says where the terminal's cursor belongs.
	Lay(base string, size kit.Size) (string, *tea.Cursor)
}
