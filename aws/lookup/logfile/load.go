package logfile

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/rootout/rootout/model/trail"
)

// Source is where log files lie: a folder, a bucket. It is used by several goroutines at once.
type Source interface {
	// Each names the files one after the other; it ends with the error of name. What cannot be listed
	// goes to fault, and the rest is named.
	Each(ctx context.Context, name func(string) error, fault func(name string, err error)) error
	// Open opens one of them.
	Open(ctx context.Context, name string) (io.ReadCloser, error)
}

// Folder is a file, or all files below a folder whose paths in it begin with a prefix.
type Folder struct{ Path, Prefix string }

// Each implements Source.
func (f Folder) Each(ctx context.Context, name func(string) error, fault func(string, error)) error {
	return filepath.WalkDir(f.Path, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && path == f.Path:
			return err
		case err != nil:
			fault(path, err)
			return nil
		case entry.IsDir() || !entry.Type().IsRegular() && path != f.Path:
			return nil
		}
		if inside, err := filepath.Rel(f.Path, path); err != nil || !strings.HasPrefix(filepath.ToSlash(inside), f.Prefix) {
			return nil //nolint:nilerr // What is not below the folder was not asked for.
		}
		return name(path)
	})
}

// Open implements Source.
func (Folder) Open(_ context.Context, name string) (io.ReadCloser, error) { return os.Open(name) }

// Load reads the records of files on all processors and hands them on as events, by the hundred and in
// no order: take is never called twice at once. Records that say of nothing what happened are counted
// and not handed on.
func Load(ctx context.Context, sources []Source, o Options, take func([]*trail.Event, Report)) (Report, error) {
	o = o.withDefaults()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	files := make(chan file, 64)
	loads := make(chan loaded, 16)
	var work sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		work.Go(func() { loadFiles(ctx, cancel, o, files, loads) })
	}
	var walked Report
	go func() {
		defer close(loads)
		for _, source := range sources {
			err := source.Each(ctx, func(name string) error {
				select {
				case files <- file{source, name}:
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			}, func(name string, err error) { walked.fault(name, 0, err) })
			if err != nil {
				cancel(err)
				break
			}
		}
		close(files)
		work.Wait()
	}()
	var report Report
	for l := range loads {
		report.add(l.report)
		take(l.events, report)
	}
	report.add(walked)
	slices.SortFunc(report.Faults, func(a, b Fault) int { return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.What, b.What)) })
	if err := context.Cause(ctx); err != nil {
		return report, fmt.Errorf("read CloudTrail files: %w", err)
	}
	return report, nil
}

// loaded is a batch of events, and what was read for them.
type loaded struct {
	events []*trail.Event
	report Report
}

// batch is how many events are handed on at once.
const batch = 512

// file is a file of a source.
type file struct {
	of   Source
	name string
}

// loadFiles reads files until there are no more.
func loadFiles(ctx context.Context, cancel context.CancelCauseFunc, o Options, files <-chan file, loads chan<- loaded) {
	var u unpacker
	defer u.close()
	for f := range files {
		var now loaded
		send := func() error {
			select {
			case loads <- now:
				now = loaded{}
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		err := now.report.file(ctx, f, o, &u, func(raw []byte, _ string) error {
			e, err := trail.Parse(raw)
			if err != nil {
				now.report.Strange++
				return nil //nolint:nilerr // It is counted; others go on.
			}
			if now.events = append(now.events, e); len(now.events) >= batch {
				// Only the events go ahead: the report is of the whole file.
				whole := now.report
				now.report = Report{}
				if err := send(); err != nil {
					return err
				}
				now.report = whole
			}
			return nil
		})
		if err == nil {
			err = send()
		}
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				cancel(err)
			}
			return
		}
	}
}

// add joins what was read elsewhere.
func (r *Report) add(other Report) {
	r.Files += other.Files
	r.Records += other.Records
	r.Outside += other.Outside
	r.Digests += other.Digests
	r.Insights += other.Insights
	r.Strange += other.Strange
	r.Faults = append(r.Faults, other.Faults...)
}
