package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

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

// pacedRun says what it was given to say, each after a while.
type pacedRun struct {
	toldRun
	after []time.Duration
}

// Next implements port.Run.
func (r *pacedRun) Next(ctx context.Context) (*port.RunUpdate, error) {
	if len(r.after) > 0 {
		began := time.Now()
		select {
		case <-time.After(r.after[0]):
			r.after = r.after[1:]
		case <-ctx.Done():
			r.after[0] -= time.Since(began)
			return nil, ctx.Err()
		}
	}
	return r.toldRun.Next(ctx)
}

// TestProgressIsALineForEachChange: with its time, no more than one a second, none where nothing has
// changed, and with what AWS refuses of a step that is being repeated, and how often.
func TestProgressIsALineForEachChange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &plan.Plan{Verb: plan.Delete, Steps: []plan.Step{{ID: "s1", Phase: model.Drain}, {ID: "s2", Phase: model.Drain}, {ID: "s3", Phase: model.Remove}}}
		step := func(id string, state port.StepState, refused int) *port.RunUpdate {
			s := port.StepStatus{Step: id, State: state, Refused: refused}
			if refused > 0 && state != port.StepVerified {
				s.Failure = &model.Failure{Operation: "ecs:DeleteCluster", Region: "us-east-1", Code: "ClusterContainsTasksException", RequestID: fmt.Sprint(refused)}
			}
			return &port.RunUpdate{Steps: []port.StepStatus{s}}
		}
		r := &pacedRun{}
		say := func(after time.Duration, u *port.RunUpdate) {
			r.after, r.updates = append(r.after, after), append(r.updates, u)
		}
		say(0, step("s1", port.StepCalling, 0))
		say(200*time.Millisecond, step("s1", port.StepVerified, 0)) // It waits for its second,
		say(300*time.Millisecond, step("s2", port.StepVerified, 0)) // and this one comes with it.
		say(9*time.Second, step("s3", port.StepCalling, 0))         // Nothing is counted differently.
		for n := range 15 {
			say(3*time.Second, step("s3", port.StepWaiting, n+1))
			say(0, step("s3", port.StepCalling, n+1))
		}
		say(time.Second, step("s3", port.StepVerified, 15))
		say(0, &port.RunUpdate{State: port.RunDone, Summary: &port.Summary{Planned: 3, Gone: 3}})
		began, errs := time.Now(), &strings.Builder{}
		if err := follow(t.Context(), r, p, (&globals{}).again("run", "plan.json"), stdio{out: io.Discard, err: errs}); err != nil {
			t.Fatal(err)
		}
		at := func(after time.Duration, line string) string {
			return began.Add(after).UTC().Format(time.RFC3339) + " " + line + "\n"
		}
		refused := func(after time.Duration, times string, id int) string {
			return at(after, fmt.Sprintf("steps: drain 2/2 · remove 0/1 · trying again, refused %s: ecs:DeleteCluster in us-east-1: AWS said ClusterContainsTasksException (request %d)", times, id))
		}
		want := at(0, "steps: drain 0/2 · remove 0/1") + at(time.Second, "steps: drain 2/2 · remove 0/1") +
			refused(12500*time.Millisecond, "1 time", 1) + refused(42500*time.Millisecond, "11 times", 11) +
			at(55500*time.Millisecond, "steps: drain 2/2 · remove 1/1")
		if diff := cmp.Diff(want, errs.String()); diff != "" {
			t.Errorf("the log (-want +got):\n%s", diff)
		}
	})
}

// TestFollowSpeaksOfItsCommand looks that an undo is not called a run.
func TestFollowSpeaksOfItsCommand(t *testing.T) {
	t.Parallel()
	left := map[model.Ref]string{{ID: "x"}: "it is there"}
	for name, updates := range map[string][]*port.RunUpdate{
		"undo: it ended":       nil,
		"undo: stopped: ":      {{State: port.RunPaused, Paused: &model.Failure{Message: "expired"}}},
		"undo: not everything": {{State: port.RunDone, Summary: &port.Summary{Planned: 1, Left: left}}},
		"undo: something sta":  {{State: port.RunDone, Summary: &port.Summary{Planned: 1}}},
	} {
		err := follow(t.Context(), &toldRun{updates: updates}, &plan.Plan{}, (&globals{}).again("undo"), stdio{out: io.Discard, err: io.Discard})
		if err == nil || !strings.HasPrefix(err.Error(), name) {
			t.Errorf("%q does not begin with %q", err, name)
		}
	}
}

// TestPrintedCommandsReachTheSameAccountAndCase looks that what is printed to be given to a shell
// asks the same endpoint with the same credentials and uses the same case.
func TestPrintedCommandsReachTheSameAccountAndCase(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ line, want string }{
		{"undo", "rootout undo --confirm "},
		{"undo --case /tmp/a.case", "rootout undo --case /tmp/a.case --confirm "},
		{"run|plan $1.json|--case|my case's", `rootout run 'plan $1.json' --case 'my case'\''s' --confirm `},
		{
			"plan --where x --endpoint-url http://127.0.0.1:9 --profile breach --role-arn arn:aws:iam::123456789012:role/r --since 5h --skip-regions eu-* --new-case --case b",
			"rootout undo --case b --endpoint-url http://127.0.0.1:9 --profile breach --role-arn arn:aws:iam::123456789012:role/r --confirm ",
		},
		{"scan --region eu-west-1 --speed 3 --config c.yaml", "rootout undo --config c.yaml --region eu-west-1 --speed 3 --confirm "},
	} {
		args := strings.Fields(c.line)
		if strings.Contains(c.line, "|") {
			args = strings.Split(c.line, "|")
		}
		cmd, rest, err := newRoot(stdio{}).Find(args)
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.ParseFlags(rest); err != nil {
			t.Fatalf("%s: %v", c.line, err)
		}
		g := &globals{given: givenTo(cmd)}
		name, of := "undo", cmd.Flags().Args()
		if cmd.Name() == "run" {
			name = "run"
		}
		if got := g.again(name, of...).confirm(&plan.Plan{}); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s, want %s…", got, c.want)
		}
	}
}
