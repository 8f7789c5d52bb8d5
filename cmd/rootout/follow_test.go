package main

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

// toldRun is a run that says what it was given to say, and how it was handled.
type toldRun struct {
	updates []*port.RunUpdate
	stopped int
}

// Next implements port.Run.
func (r *toldRun) Next(context.Context) (*port.RunUpdate, error) {
	if len(r.updates) == 0 {
		return nil, io.EOF
	}
	next := r.updates[0]
	r.updates = r.updates[1:]
	return next, nil
}

// Retry implements port.Run.
func (*toldRun) Retry(...string) {}

// Resume implements port.Run.
func (*toldRun) Resume() {}

// Stop implements port.Run.
func (r *toldRun) Stop() { r.stopped++ }

// TestFollowAwaitsTheCallsOfAPausedRun looks that a pause ends the run only once it has been summed
// up: the case is closed next, and what the calls under way come to belongs into it.
func TestFollowAwaitsTheCallsOfAPausedRun(t *testing.T) {
	expired := &model.Failure{Operation: "StopTask", Message: "the token has expired"}
	steps := []port.StepStatus{{Step: "1", State: port.StepFailed, Why: "answered late"}}
	pausedStill := &port.RunUpdate{State: port.RunPaused, Paused: expired, Steps: steps}
	for name, last := range map[string][]*port.RunUpdate{
		"to the summary":    {{State: port.RunDone, Summary: &port.Summary{Planned: 1}}},
		"without a summary": nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &toldRun{updates: append([]*port.RunUpdate{{State: port.RunPaused, Paused: expired}, pausedStill}, last...)}
			var out, errs strings.Builder
			err := follow(t.Context(), r, &plan.Plan{}, (&globals{}).again("run", "plan.json"), stdio{out: &out, err: &errs})
			if codeOf(err) != exitIncomplete || !errors.Is(err, expired) || !strings.Contains(err.Error(), "rootout run plan.json --confirm") {
				t.Errorf("it ends with %v", err)
			}
			if len(r.updates) > 0 || r.stopped != 1 {
				t.Errorf("%d updates were not waited for, stopped %d times", len(r.updates), r.stopped)
			}
			if !strings.Contains(errs.String(), "answered late") {
				t.Errorf("what a call came to is not said: %q", errs.String())
			}
		})
	}
}

// TestFollowSpeaksOfItsCommand looks that an undo is not called a run.
func TestFollowSpeaksOfItsCommand(t *testing.T) {
	t.Parallel()
	left := map[model.Ref]string{{ID: "x"}: "it is there"}
	for name, updates := range map[string][]*port.RunUpdate{
		"undo: it ended":      nil,
		"undo: stopped: ":     {{State: port.RunPaused, Paused: &model.Failure{Message: "expired"}}},
		"undo: not all is":    {{State: port.RunDone, Summary: &port.Summary{Planned: 1, Left: left}}},
		"undo: something sta": {{State: port.RunDone, Summary: &port.Summary{Planned: 1}}},
	} {
		err := follow(t.Context(), &toldRun{updates: updates}, &plan.Plan{}, (&globals{}).again("undo"), stdio{out: io.Discard, err: io.Discard})
		if err == nil || !strings.HasPrefix(err.Error(), name) {
			t.Errorf("%q does not begin with %q", err, name)
		}
	}
}

// TestPrintedCommandsNameTheCase looks that what is printed to be given to a shell reaches the same
// case.
func TestPrintedCommandsNameTheCase(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		g    globals
		args []string
		want string
	}{
		{globals{}, []string{"undo"}, "rootout undo --confirm "},
		{globals{casePath: "/tmp/a.case"}, []string{"undo"}, "rootout undo --case /tmp/a.case --confirm "},
		{globals{casePath: "my case's"}, []string{"run", "plan $1.json"}, `rootout run 'plan $1.json' --case 'my case'\''s' --confirm `},
	} {
		if got := c.g.again(c.args[0], c.args[1:]...).confirm(&plan.Plan{}); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s, want %s…", got, c.want)
		}
	}
}
