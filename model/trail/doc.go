// Package trail reads CloudTrail: what one record says, which session it belongs to, and an index of
// many of them.
//
// Records come from an account in which somebody hostile writes: every member may be missing, of
// another type than AWS documents, or hold what he chose. Nothing here fails over one of them, and
// nothing of them is drawn without being cleaned. The package does no I/O: files and calls are
// aws/lookup's. It must not know the screen.
package trail
