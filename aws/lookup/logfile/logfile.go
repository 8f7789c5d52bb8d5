package logfile

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"time"
)

// Options say what is read.
type Options struct {
	// Since and Until bound what is wanted; zero is no bound. Files whose names lie outside are not
	// opened; records are handed on as they come.
	Since, Until time.Time
	// FileMost is how many bytes of one file are read, unpacked; 1 GiB if 0. A trail's own files hold
	// some megabytes.
	FileMost int64
	// RecordMost is how many bytes one record may have; 4 MiB if 0. CloudTrail's own hold 256 KB at
	// most (CloudTrail User Guide, quotas).
	RecordMost int64
}

func (o Options) withDefaults() Options {
	if o.FileMost <= 0 {
		o.FileMost = 1 << 30
	}
	if o.RecordMost <= 0 {
		o.RecordMost = 4 << 20
	}
	return o
}

// Report is what was read.
type Report struct {
	// Files were opened, Records handed on. Outside were not opened, since their names say that they
	// lie outside of what is wanted; Digests and Insights hold no events of the account's.
	Files, Records, Outside, Digests, Insights int
	// Strange are records that say of nothing what happened.
	Strange int
	// Faults are files of which something could not be read, in their order; what they hold besides
	// was handed on.
	Faults []Fault
}

// Fault is why something of a file could not be read.
type Fault struct {
	Path string
	// What is a sentence; Records how many were read before.
	What    string
	Records int
}

// Sort is what a file is by its name.
type sort uint8

const (
	events sort = iota
	outside
	digest
	insight
)

// file reads one file; only an error of each, or of the context, ends the reading.
func (r *Report) file(ctx context.Context, f file, o Options, u *unpacker, each func([]byte, string) error) error {
	name := f.name
	switch sortOf(name, o) {
	case outside:
		r.Outside++
		return nil
	case digest:
		r.Digests++
		return nil
	case insight:
		r.Insights++
		return nil
	case events:
	}
	content, err := f.of.Open(ctx, name)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		r.fault(name, 0, err)
		return nil
	}
	defer func() { _ = content.Close() }()
	r.Files++
	s := &splitter{options: o, unpacker: u, ctx: ctx, emit: func(record []byte) error { return each(record, name) }}
	err = s.read(content, name)
	r.Records += s.records
	r.Digests += s.digests
	r.Insights += s.insights
	var stop *stopError
	switch {
	case errors.As(err, &stop):
		return stop.err
	case err != nil:
		r.fault(name, s.records, err)
	}
	if s.records == 0 && len(s.faults) > 1 {
		s.faults = s.faults[:1] // It is no file of records at all: its lines need not be named one by one.
	}
	for _, fault := range s.faults {
		r.fault(name, s.records, fault)
	}
	return nil
}

func (r *Report) fault(name string, records int, err error) {
	var broken *fs.PathError
	if errors.As(err, &broken) {
		err = broken.Err
	}
	r.Faults = append(r.Faults, Fault{Path: name, What: err.Error(), Records: records})
}

// delivery is how much later than its events a file may be named. CloudTrail delivers within about five
// minutes, and promises nothing (facts of C4).
const delivery = 6 * time.Hour

// sortOf tells a file by the name that CloudTrail gives it: ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHmmZ_…
// (CloudTrail User Guide, log file name format). Any other name tells nothing.
func sortOf(path string, o Options) sort {
	name := filepath.Base(path)
	switch {
	case strings.Contains(name, "_CloudTrail-Digest_"):
		return digest
	case strings.Contains(name, "_CloudTrail-Insight_"):
		return insight
	}
	_, after, found := strings.Cut(name, "_CloudTrail_")
	_, after, named := strings.Cut(after, "_") // The region.
	if !found || !named || len(after) < len("20060102T1504Z_") {
		return events
	}
	at, err := time.Parse("20060102T1504Z_", after[:len("20060102T1504Z_")])
	if err == nil && (!o.Since.IsZero() && at.Before(o.Since) || !o.Until.IsZero() && at.After(o.Until.Add(delivery))) {
		return outside
	}
	return events
}
