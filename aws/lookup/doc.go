// Package lookup asks CloudTrail's history of events, LookupEvents, for who did what: all regions at
// once, each at the two calls a second that AWS allows.
//
// It brings records as AWS gives them, with secrets replaced, and says how far back each region has
// been read. It must not know what follows from a record, the screen, or any kind of resource.
package lookup
