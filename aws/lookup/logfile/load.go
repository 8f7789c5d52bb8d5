package logfile

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/rootout/rootout/model/trail"
)

// Load reads the records of files and folders on all processors and hands them on as events, by the
// hundred and in no order: take is never called twice at once. Records that say of nothing what
// happened are counted and not handed on.
func Load(ctx context.Context, paths []string, o Options, take func([]*trail.Event, Report)) (Report, error) {
	o = o.withDefaults()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	files := make(chan string, 64)
	loads := make(chan loaded, 16)
	var work sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		work.Go(func() { loadFiles(ctx, cancel, o, files, loads) })
	}
	var walked Report
	go func() {
		defer close(loads)
		for _, path := range paths {
			if err := walk(ctx, path, &walked, files); err != nil {
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

// walk names the files below a path, in their order.
func walk(ctx context.Context, path string, report *Report, files chan<- string) error {
	return filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && name == path:
			return err
		case err != nil:
			report.fault(name, 0, err)
			return nil
		case entry.IsDir() || !entry.Type().IsRegular() && name != path:
			return nil
		}
		select {
		case files <- name:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
}

// loadFiles reads files until there are no more.
func loadFiles(ctx context.Context, cancel context.CancelCauseFunc, o Options, files <-chan string, loads chan<- loaded) {
	var u unpacker
	defer u.close()
	for name := range files {
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
		err := now.report.file(ctx, name, o, &u, func(raw []byte, _ string) error {
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
