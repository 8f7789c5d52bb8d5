// Package service is what rootout knows of each AWS service before asking it: its names, whether it
// is global, its token buckets, the operations that change nothing, and the partitions and regions
// that it may stand in. One file is one service.
//
// Everything in it is published, or says that it is not, and nothing changes while the program runs.
// The package must not know the SDK, connections, kinds or screens: it makes no call, and whoever
// makes calls asks it.
package service
