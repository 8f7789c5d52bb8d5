package printed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
	"github.com/rootout/rootout/ui/words"
)

const (
	// lineEvery is how long lines of progress are apart at the least.
	lineEvery = time.Second
	// refusedEvery is how long they are apart where nothing has changed but how often a step was
	// refused.
	refusedEvery = 30 * time.Second
)

// Tally counts the steps of a run, and prints a line when what it counts has changed: whoever reads
// a log wants what happened and when, not how long nothing did.
type Tally struct {
	plan   *plan.Plan
	out    io.Writer
	steps  map[string]port.StepStatus
	failed map[string]bool
	// newest is the step that AWS has refused last.
	newest string
	// printed is what the last line was about, counted all of it, and at when it was printed.
	printed, counted string
	at               time.Time
}

// NewTally begins with no step of a plan.
func NewTally(p *plan.Plan, out io.Writer) *Tally {
	return &Tally{plan: p, out: out, steps: map[string]port.StepStatus{}, failed: map[string]bool{}}
}

// Next waits for news of a run, and meanwhile prints what came too soon after the last line.
func (t *Tally) Next(ctx context.Context, going port.Run) (*port.RunUpdate, error) {
	for {
		wait := t.due()
		if wait <= 0 {
			return going.Next(ctx)
		}
		soon, cancel := context.WithTimeout(ctx, wait)
		u, err := going.Next(soon)
		cancel()
		if err == nil || !errors.Is(err, context.DeadlineExceeded) {
			return u, err
		}
		t.Report(false)
	}
}

// Take counts news of a run, and prints what failed.
func (t *Tally) Take(u *port.RunUpdate) {
	for _, s := range u.Steps {
		if s.Refused > t.steps[s.Step].Refused {
			t.newest = s.Step
		}
		t.steps[s.Step] = s
		if (s.State == port.StepFailed || s.State == port.StepBlocked) && !t.failed[s.Step] {
			t.failed[s.Step] = true
			fmt.Fprintf(t.out, "rootout: step %s %s: %s\n", s.Step, s.State, s.Why)
		}
	}
}

// due is how long until a line may be printed for what has changed, 0 where nothing has.
func (t *Tally) due() time.Duration {
	about, counted := t.line()
	switch {
	case about != t.printed:
		return max(time.Until(t.at.Add(lineEvery)), 1)
	case counted != t.counted:
		return max(time.Until(t.at.Add(refusedEvery)), 1)
	}
	return 0
}

// Report prints a line if one is due, the last one at once.
func (t *Tally) Report(last bool) {
	if wait := t.due(); wait == 0 || wait > 1 && !last {
		return
	}
	t.printed, t.counted = t.line()
	t.at = time.Now()
	fmt.Fprintf(t.out, "%s %s\n", t.at.UTC().Format(time.RFC3339), t.counted)
}

// line is how many steps of each phase are proven, how many failed, and what AWS refused last of
// what is being repeated, and how often. What it is about leaves out what changes with each refusal
// of the same sort.
func (t *Tally) line() (about, line string) {
	var parts []string
	for phase := model.Silence; phase <= model.Verify; phase++ {
		done, all := 0, 0
		for i := range t.plan.Steps {
			if s := &t.plan.Steps[i]; s.Phase == phase {
				all++
				if t.steps[s.ID].State == port.StepVerified {
					done++
				}
			}
		}
		if all > 0 {
			parts = append(parts, fmt.Sprintf("%s %d/%d", phase, done, all))
		}
	}
	if n := len(t.failed); n > 0 {
		parts = append(parts, fmt.Sprintf("%d failed or blocked", n))
	}
	line = "steps: " + strings.Join(parts, " · ")
	s, more := t.refused()
	if s == nil {
		return line, line
	}
	refusal := model.Clean(s.Failure.Error())
	if more > 0 {
		refusal += " (and " + words.Count(more, "more step", "more steps") + ")"
	}
	return line + s.Failure.Operation + s.Failure.Code, line + " · trying again, refused " + words.Count(s.Refused, "time", "times") + ": " + refusal
}

// refused is the step that AWS has refused last among those that are being repeated, nil for none,
// and how many more there are.
func (t *Tally) refused() (newest *port.StepStatus, more int) {
	repeated := 0
	for i := range t.plan.Steps {
		s, known := t.steps[t.plan.Steps[i].ID]
		if !known || s.Refused == 0 || s.Failure == nil || s.State != port.StepWaiting && s.State != port.StepCalling {
			continue
		}
		repeated++
		if newest == nil || s.Step == t.newest {
			newest = &s
		}
	}
	return newest, max(0, repeated-1)
}
