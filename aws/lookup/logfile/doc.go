// Package logfile reads CloudTrail from disk: files and folders as the trail writes them into its
// bucket, and what people export and keep of them.
//
// It finds the records in whatever they are wrapped in and hands them on as they are; what one says is
// model/trail's. Files come from anybody: what is broken, cut off or endless is named and the rest
// read. It must not know AWS's SDK, the screen, or what an event means.
package logfile
