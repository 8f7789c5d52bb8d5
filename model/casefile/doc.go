// Package casefile keeps one incident on one account in one SQLite file: inventory, raw records,
// marks, notes, plans, evidence, and the journal of everything that was intended and done.
//
// It is the one package under model that touches the disk. It must not know AWS, the screen, or
// what a step means: entries and evidence are handed to it as data, and it promises only that what
// it has acknowledged is on the disk, in order, and that a later change to it shows.
//
// One process writes a case at a time and holds a lock that dies with it; any number of readers
// look on without a lock. While a case is written it has a write-ahead log beside it; after a clean
// Close it is one file again.
//
// A case of an earlier format is read as it is, and not a byte of it changes. Whoever opens one for
// writing brings it to the format of now first.
//
// The journal is a chain: every entry carries the hash of the one before, evidence and plans are
// hashed into it, and its length and last hash are kept apart from it. That shows damage, slips and
// clumsy forgery. Whoever rewrites the whole chain can make it fit again: only a head hash that was
// noted elsewhere (Report.Head) betrays him.
package casefile
