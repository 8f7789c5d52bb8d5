// Package query is the filter language: one parser for every screen, for --where and for the
// protect list.
//
// A query is terms, all of which have to hold: a comparison of a field (kind:task cpu>=4 age<24h
// by:…/root region:us-*,eu-* !name:prod*), or a word or "quoted text" that is looked for in the
// columns. What a field is called and how it compares follows from the catalog's declarations; this
// package names no kind.
//
// Knowledge has three values: yes, no and cannot-tell. A filter selects what is yes, so a
// comparison with an unknown value selects nothing, also when it is negated. The protect list reads
// the same query the other way round: whatever is not a clear no is protected.
//
// The package must not know the clock, the disk, the network or the screen: what a query needs of
// them comes in an Env.
package query
