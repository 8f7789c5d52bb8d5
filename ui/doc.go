// Package ui is the console. It joins the screens, which are the folders below screen and know
// nothing of one another, to what they share, and to the session: who one is, the scan, the runner
// and the case.
//
// It must not know AWS's SDK nor the case file: what it needs of them comes through model/port in a
// [Session].
package ui
