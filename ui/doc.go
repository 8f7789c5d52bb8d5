// Package ui is the console: a Bubble Tea program around the screens of package screen. It owns the loop: it resolves keys, gives messages to
// whoever has the focus, puts the frame together and asks for the clock while something on the screen depends on it.
//
// It must not know AWS's SDK nor the case file: what it needs of them comes through model/port in a Session.
package ui
