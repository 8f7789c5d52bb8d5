// Package aws is the connection to an AWS account: credentials, the caller's identity, regions and
// their clients, token buckets, classes of errors, and the write guard that lets nothing be changed
// without the permit of a confirmed step.
//
// It hands out the SDK's own concrete clients, so that what the linker does not need is left out,
// and every one of them carries the same middleware: guard first, then the bucket that decides when
// a call may go. It must not know kinds, scans, plans, the case or the screen; the packages below
// it (kind, scan, act, …) say what to ask and what to do with the answer.
package aws
