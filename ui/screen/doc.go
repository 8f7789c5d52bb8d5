// Package screen holds the screens of the console: the grid with its strip, lists, the detail of one resource, plans, the review and the run.
//
// A screen is a struct that handles intents and draws itself into a rectangle. What screens share (inventory, marks, notes, plans, the stack
// itself) is the World, which has one owner, the update loop: everything that costs more than what is visible is handed to a Job, which
// works on an immutable snapshot beside the loop and brings back a message.
//
// It must not know AWS's SDK, the disk, nor any kind of resource by name: columns, counts and filters follow from the catalog.
package screen
