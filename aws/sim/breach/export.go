package breach

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/rootout/rootout/aws/sim/cloud"
)

// How an export lies in time. An account of a small company records some hundred thousand events a
// day, and a trail writes a file of a region about every five minutes (CloudTrail user guide, "How
// CloudTrail works"), or sooner where there is much.
const (
	exportPerDay    = 100_000
	exportDaysLeast = 7
	exportDaysMost  = 89
	fileEvery       = 5 * time.Minute
	fileMost        = 5000
)

// Exported says what an export has written.
type Exported struct {
	// Events and Files are how many, Regions in how many regions.
	Events, Files, Regions int
	// First and Last are the times of the oldest and the newest event.
	First, Last time.Time
}

// EmptyError is that an export would write among other things.
type EmptyError struct{ Dir, Holds string }

// Error implements error.
func (e *EmptyError) Error() string {
	return fmt.Sprintf("%s is not empty, it holds %s: an export takes a new or an empty folder", e.Dir, e.Holds)
}

// FewError is that the story alone has more events than were asked for.
type FewError struct{ Asked, Story int }

// Error implements error.
func (e *FewError) Error() string {
	return fmt.Sprintf("%d events are too few: the story alone has %d", e.Asked, e.Story)
}

// ExportTrail writes the story's events, and noise around them until there are as many as asked
// for, as the log files of a trail over all regions:
// DIR/AWSLogs/ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/*.json.gz. The same scenario gives the same
// files. The folder must be new or empty; AWSLogs is there when all of it is, and after a failure
// there is none. It needs memory for a region's day, whatever there is in all.
func (s *Scenario) ExportTrail(ctx context.Context, dir string, events int) (Exported, error) {
	if s.noise == nil {
		return Exported{}, errors.New("breach: an even account has no history to export")
	}
	units, err := s.exportUnits(events)
	if err != nil {
		return Exported{}, err
	}
	made, err := emptyDir(dir)
	if err != nil {
		return Exported{}, err
	}
	// A name that no reader of log files takes for theirs, in the folder itself so that the last
	// step is a rename within one file system.
	part := filepath.Join(dir, ".AWSLogs.part")
	out, err := s.exportAll(ctx, part, units)
	if err == nil && out.Events != events {
		err = fmt.Errorf("breach: %d events were written, not %d", out.Events, events)
	}
	if err == nil {
		err = os.Rename(part, filepath.Join(dir, "AWSLogs"))
	}
	if err != nil {
		err = errors.Join(fmt.Errorf("export the trail: %w", err), os.RemoveAll(part))
		if made {
			err = errors.Join(err, os.Remove(dir))
		}
		return Exported{}, err
	}
	return out, nil
}

// emptyDir makes a folder, or finds it empty.
func emptyDir(dir string) (made bool, err error) {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return true, os.MkdirAll(dir, 0o755) //nolint:gosec // There is nothing secret in it.
	case err != nil:
		return false, err
	case len(entries) > 0:
		return false, &EmptyError{Dir: dir, Holds: entries[0].Name()}
	}
	return false, nil
}

// unit is what is written at one go: a region's day.
type unit struct {
	region      string
	from, until time.Time
	// story are the events that were recorded, noise how many others there are.
	story []*cloud.TrailEvent
	noise int
}

// exportUnits shares the events out over regions and days.
func (s *Scenario) exportUnits(events int) ([]unit, error) {
	by := map[string]*unit{}
	of := func(region string, day time.Time) *unit {
		key := region + day.Format(time.DateOnly)
		if by[key] == nil {
			by[key] = &unit{region: region, from: day, until: day.Add(24 * time.Hour)}
		}
		return by[key]
	}
	story := 0
	for _, region := range s.Cloud.EventRegions() {
		for _, e := range s.Cloud.RecordedEvents(region) {
			u := of(region, e.Time.UTC().Truncate(day))
			u.story = append(u.story, e)
			story++
		}
	}
	if events < story {
		return nil, &FewError{Asked: events, Story: story}
	}
	s.shareNoise(events-story, of)
	units := make([]unit, 0, len(by))
	for _, u := range by {
		units = append(units, *u)
	}
	slices.SortFunc(units, func(a, b unit) int { return cmp.Or(a.from.Compare(b.from), cmp.Compare(a.region, b.region)) })
	return units, nil
}

// shareNoise shares noise out by the regions' shares and the days' lengths and weights, to the last
// event.
func (s *Scenario) shareNoise(noise int, of func(region string, day time.Time) *unit) {
	if noise == 0 {
		return
	}
	now := s.made
	days := min(max(noise/exportPerDay, exportDaysLeast), exportDaysMost)
	type part struct {
		u      *unit
		weight float64
	}
	var all []part
	total := 0.0
	for d := now.Add(-time.Duration(days) * day).UTC().Truncate(day); d.Before(now); d = d.Add(day) {
		length := 1.0
		until := d.Add(day)
		if until.After(now) {
			until, length = now, float64(now.Sub(d))/float64(day)
		}
		if wd := d.Weekday(); wd == time.Saturday || wd == time.Sunday {
			length *= 0.7
		}
		for _, region := range s.noise.Regions() {
			u := of(region, d)
			u.until = until
			all = append(all, part{u, length * s.noise.Share(region)})
			total += all[len(all)-1].weight
		}
	}
	sum, given := 0.0, 0
	for _, p := range all {
		sum += p.weight
		upTo := min(int(float64(noise)*sum/total+0.5), noise)
		p.u.noise = upTo - given
		given = upTo
	}
	all[len(all)-1].u.noise += noise - given
}

// exportAll writes the units on all processors, and ends with the first failure.
func (s *Scenario) exportAll(ctx context.Context, root string, units []unit) (Exported, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan unit)
	var workers sync.WaitGroup
	var mu sync.Mutex
	var out Exported
	regions := map[string]bool{}
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			w := s.newUnitWriter(root)
			for u := range next {
				done, err := w.write(ctx, u)
				if err != nil {
					cancel(err)
					return
				}
				mu.Lock()
				out.add(done)
				regions[u.region] = true
				mu.Unlock()
			}
		})
	}
	for _, u := range units {
		select {
		case next <- u:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(next)
	workers.Wait()
	out.Regions = len(regions)
	return out, context.Cause(ctx)
}

func (x *Exported) add(o Exported) {
	x.Events += o.Events
	x.Files += o.Files
	if !o.First.IsZero() && (x.First.IsZero() || o.First.Before(x.First)) {
		x.First = o.First
	}
	if o.Last.After(x.Last) {
		x.Last = o.Last
	}
}
