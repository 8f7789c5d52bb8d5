// Package kit is what the screens are drawn with: a virtual table, text fields,
// dialogs, bars and lists, and the mechanics of keys.
//
// Components are plain structs with imperative methods. Each draws itself into
// exactly the cells it is given (a [Size]); the parent puts the pieces together
// with [Stack], [Beside] and [Overlay]. Sizes may be anything, zero included.
//
// It must not know what is shown: no word of the domain stands here. It does no
// I/O, starts no goroutine, reads no clock (those who need the time are told
// it) and returns no commands; a caller acts on what a method returns.
package kit
