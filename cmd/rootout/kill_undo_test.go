package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	aastypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"

	cloud "github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/model/plan"
)

// The honest work that a run of this test has silenced.
const (
	killUndoRules     = 4
	killUndoSchedules = 4
	seoul             = "ap-northeast-2"
)

// TestKilledUndos kills an undo at many moments, as TestKilledRuns kills a removal, and starts it
// again: everything comes back exactly once, and nothing else is touched.
func TestKilledUndos(t *testing.T) {
	points := killPoints(t)
	t.Parallel()
	rig := newUndoRig(t)
	for i := range points {
		at := 1 + i*rig.writes/points
		how := []string{"before the call", "before the answer", "after the answer"}[i%3]
		t.Run(fmt.Sprintf("%s %d", strings.ReplaceAll(how, " ", "-"), at), func(t *testing.T) {
			t.Parallel()
			rig.killUndoAt(t, at, how, rand.New(rand.NewPCG(uint64(i), 2)))
		})
	}
}

// undoRig is an undo plan in the case that it was made in, for many copies of one account in which
// it can be run.
type undoRig struct {
	killRig
	restored []string
}

func (r *undoRig) account(t *testing.T) *testAccount {
	t.Helper()
	began := time.Now()
	return startAccount(t, accountOptions{
		regions: 1, clusters: 1, tasks: 1, latency: time.Millisecond, seed: manyAlarms,
		now: func() time.Time { return r.base.Add(time.Since(began)) },
	})
}

func manyAlarms(c *cloud.Cloud) {
	const role = "arn:aws:iam::123456789012:role/ecsEventsRole"
	for i := range killUndoRules {
		c.SeedRule(seoul, cloud.RuleSeed{
			Name: fmt.Sprintf("nightly-%d", i), Schedule: "rate(12 hours)", Cluster: "prod-api", TaskDefinition: "api", Role: role, Count: 1,
		})
	}
	for i := range killUndoSchedules {
		c.SeedSchedule(seoul, cloud.ScheduleSeed{
			Name: fmt.Sprintf("daily-%d", i), Expression: "rate(1 day)", Cluster: "prod-api", TaskDefinition: "api", Role: role, Count: 1,
		})
	}
	c.SeedScalableTarget(seoul, cloud.ScalableTargetSeed{Cluster: "prod-api", Service: "당근", Min: 3, Max: 9, Policy: "cpu-60"})
}

// removeAlarms does to an account what the run that is taken back has done.
func removeAlarms(t *testing.T, a *testAccount) {
	t.Helper()
	creds := a.credentials()
	client := &http.Client{Transport: a.server.Transport()}
	events := eventbridge.New(eventbridge.Options{Region: seoul, Credentials: creds, HTTPClient: client})
	schedules := scheduler.New(scheduler.Options{Region: seoul, Credentials: creds, HTTPClient: client})
	scaling := applicationautoscaling.New(applicationautoscaling.Options{Region: seoul, Credentials: creds, HTTPClient: client})
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range killUndoRules {
		name := fmt.Sprintf("nightly-%d", i)
		_, err := events.RemoveTargets(t.Context(), &eventbridge.RemoveTargetsInput{Rule: &name, Ids: []string{"ecs"}})
		check(err)
		_, err = events.DeleteRule(t.Context(), &eventbridge.DeleteRuleInput{Name: &name})
		check(err)
	}
	for i := range killUndoSchedules {
		name := fmt.Sprintf("daily-%d", i)
		_, err := schedules.DeleteSchedule(t.Context(), &scheduler.DeleteScheduleInput{Name: &name})
		check(err)
	}
	resource := "service/prod-api/당근"
	_, err := scaling.DeregisterScalableTarget(t.Context(), &applicationautoscaling.DeregisterScalableTargetInput{
		ServiceNamespace: aastypes.ServiceNamespaceEcs, ResourceId: &resource, ScalableDimension: aastypes.ScalableDimensionECSServiceDesiredCount,
	})
	check(err)
}

func newUndoRig(t *testing.T) *undoRig {
	t.Helper()
	r := &undoRig{killRig: killRig{base: time.Now(), dir: t.TempDir()}}
	a := r.account(t)
	r.restored = a.honest
	command := func(args ...string) string {
		t.Helper()
		out, errs, code := rootout(t, a.env(r.dir), r.dir, args...)
		if code != exitDone {
			t.Fatalf("%s: %d\n%s", args[0], code, errs)
		}
		return out
	}
	removal := phraseOf(t, command("plan", testSpeed, "--where", "kind:rule,schedule,scaling region:"+seoul, "-o", "plan.json"))
	command("run", testSpeed, "plan.json", "--confirm", removal)
	lines := strings.Split(strings.TrimSpace(command("undo", testSpeed)), "\n")
	r.phrase = lines[len(lines)-1]
	c := openRead(t, r.dir)
	infos, err := c.Plans(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, info := range infos {
		if plan.Verb(info.Verb) == plan.Undo {
			if r.plan, err = c.Plan(t.Context(), info.Digest); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := c.Close(); err != nil || r.plan == nil {
		t.Fatalf("no undo in the case: %v", err)
	}
	dir := r.copyCase(t)
	before := len(a.changes())
	if code, said := r.run(t, a, dir); code != exitDone {
		t.Fatalf("undo: %d\n%s", code, said)
	}
	r.writes = len(a.changes()) - before
	if want := 3*killUndoRules + killUndoSchedules + 2; r.writes != want {
		t.Fatalf("an undo makes %d calls, want %d", r.writes, want)
	}
	return r
}

func (r *undoRig) command(ctx context.Context, a *testAccount, dir string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "rootout", "undo", testSpeed, "--confirm", r.phrase)
	cmd.Dir, cmd.Env = dir, a.env(dir)
	return cmd
}

func (r *undoRig) run(t *testing.T, a *testAccount, dir string) (code int, said string) {
	t.Helper()
	return output(t, r.command(t.Context(), a, dir))
}

func (r *undoRig) killUndoAt(t *testing.T, n int, how string, rng *rand.Rand) {
	a, dir := r.account(t), r.copyCase(t)
	removeAlarms(t, a)
	first := killed(t, a, r.command(t.Context(), a, dir), n, how, rng)
	proven := r.proven(t, dir)
	code, said := r.run(t, a, dir)
	if code != exitDone {
		t.Fatalf("the second undo: %d\n%s", code, said)
	}
	if got := arns(a.scenario.Truth().Honest); !slices.Equal(withoutIDs(got), withoutIDs(r.restored)) {
		t.Errorf("honest things were %q and are %q", r.restored, got)
	}
	r.judgeCalls(t, a, first, proven, []string{seoul})
	checkChain(t, dir)
}

// withoutIDs leaves out the ids that AWS makes up for a scaling target that is registered again.
func withoutIDs(list []string) []string {
	out := make([]string, len(list))
	for i, arn := range list {
		out[i] = arn
		if strings.Contains(arn, ":scalable-target/") {
			out[i] = arn[:strings.LastIndexByte(arn, '/')]
		}
	}
	slices.Sort(out)
	return out
}
