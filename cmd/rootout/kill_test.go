package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
)

// The account that runs are killed in, and the part of it that is planned: what is in the fourth
// region must live.
const (
	killRegions  = 4
	killPlanned  = 3
	killClusters = 3
	killTasks    = 2
)

// killRig is a plan, and the case that it was made in, to be run in many copies of one account.
type killRig struct {
	base   time.Time
	dir    string
	plan   *plan.Plan
	phrase string
	// writes is how many calls that change something a run makes which nobody disturbs.
	writes int
}

// TestKilledRuns kills a run at many moments (before a call reaches AWS, after AWS has done it and
// before the answer is there, and at any moment after that) and starts it again: it finishes,
// nothing that was not planned is touched, and no call is made again that was proven.
func TestKilledRuns(t *testing.T) {
	points := killPoints(t)
	t.Parallel()
	rig := newKillRig(t)
	for i := range points {
		at := 1 + i*rig.writes/points
		how := []string{"before the call", "before the answer", "after the answer"}[i%3]
		t.Run(fmt.Sprintf("%s %d", strings.ReplaceAll(how, " ", "-"), at), func(t *testing.T) {
			t.Parallel()
			rig.killAt(t, at, how, rand.New(rand.NewPCG(uint64(i), 1)))
		})
	}
}

// killPoints is how many moments a sweep of kills has: fifty with ROOTOUT_SWEEP set, fewer for a quick run.
func killPoints(t *testing.T) int {
	t.Helper()
	const sweep, plain, short = 50, 16, 6
	switch {
	case os.Getenv("ROOTOUT_SWEEP") != "":
		return sweep
	case testing.Short():
		t.Logf("-short: %d moments instead of %d", short, sweep)
		return short
	}
	t.Logf("%d moments; ROOTOUT_SWEEP=1 tries %d", plain, sweep)
	return plain
}

// account is one more copy of the account: same seed, same clock at its start, hence the same
// names.
func (r *killRig) account(t *testing.T) *testAccount {
	t.Helper()
	began := time.Now()
	return startAccount(t, accountOptions{
		regions: killRegions, clusters: killClusters, tasks: killTasks, latency: time.Millisecond,
		now: func() time.Time { return r.base.Add(time.Since(began)) },
	})
}

func newKillRig(t *testing.T) *killRig {
	t.Helper()
	r := &killRig{base: time.Now(), dir: t.TempDir()}
	a := r.account(t)
	planned := arns(a.scenario.Truth().Attacker)
	regions := regionsIn(planned)
	planned = slices.DeleteFunc(planned, func(arn string) bool { return !slices.Contains(regions[:killPlanned], regionOf(arn)) })
	out, errs, code := rootout(t, a.env(r.dir), r.dir, "plan", testSpeed, "--where", "arn:"+strings.Join(planned, ","), "-o", "plan.json")
	if code != exitDone {
		t.Fatalf("plan: %d\n%s", code, errs)
	}
	r.phrase = phraseOf(t, out)
	data, err := os.ReadFile(filepath.Join(r.dir, "plan.json"))
	if err != nil {
		t.Fatal(err)
	}
	if r.plan, err = plan.Parse(data); err != nil {
		t.Fatal(err)
	}
	if len(r.plan.Targets) != len(planned) {
		t.Fatalf("%d targets of %d resources", len(r.plan.Targets), len(planned))
	}
	// A run that nobody disturbs says how many moments there are.
	dir := r.copyCase(t)
	if code, errs := r.run(t, a, dir); code != exitDone {
		t.Fatalf("run: %d\n%s", code, errs)
	}
	r.writes = len(a.changes())
	return r
}

// copyCase is a folder with the case as it was when the plan had been made.
func (r *killRig) copyCase(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	from := filepath.Join(r.dir, "state")
	if err := os.CopyFS(filepath.Join(dir, "state"), os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return dir
}

func (r *killRig) command(ctx context.Context, a *testAccount, dir string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "rootout", "run", testSpeed, filepath.Join(r.dir, "plan.json"), "--confirm", r.phrase)
	cmd.Dir, cmd.Env = dir, a.env(dir)
	return cmd
}

func (r *killRig) run(t *testing.T, a *testAccount, dir string) (code int, said string) {
	t.Helper()
	return output(t, r.command(t.Context(), a, dir))
}

// output runs a command to its end.
func output(t *testing.T, cmd *exec.Cmd) (code int, said string) {
	t.Helper()
	out, err := cmd.CombinedOutput()
	if failed := (*exec.ExitError)(nil); err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

// killAt kills one run at its n-th write and runs it again.
func (r *killRig) killAt(t *testing.T, n int, how string, rng *rand.Rand) {
	a, dir := r.account(t), r.copyCase(t)
	spared := a.scenario.Truth()
	first := killed(t, a, r.command(t.Context(), a, dir), n, how, rng)
	proven := r.proven(t, dir)
	code, said := r.run(t, a, dir)
	if code != exitDone {
		t.Fatalf("the second run: %d\n%s", code, said)
	}
	r.judge(t, a, arns(spared.Attacker), first, proven)
	checkChain(t, dir)
}

// killed starts a command, kills it at its n-th write, and returns how many writes had reached AWS
// when it was dead.
func killed(t *testing.T, a *testAccount, cmd *exec.Cmd, n int, how string, rng *rand.Rand) (writes int) {
	t.Helper()
	// Reading that the process is there and starting it must not run side by side.
	var started sync.Mutex
	dead := make(chan struct{})
	kill := func() {
		started.Lock()
		defer started.Unlock()
		_ = cmd.Process.Kill()
	}
	pause := time.Duration(rng.IntN(60)) * time.Millisecond
	stop := func(k int) bool {
		if k < n {
			return true
		}
		kill()
		<-dead
		return false
	}
	a.mu.Lock()
	switch how {
	case "before the call":
		a.before = stop
	case "before the answer":
		a.after = stop
	default:
		a.after = func(k int) bool {
			if k == n {
				time.AfterFunc(pause, kill)
			}
			return true
		}
	}
	a.mu.Unlock()
	started.Lock()
	err := cmd.Start()
	started.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	close(dead)
	// What the dead process had sent is still on its way.
	a.quiet(t)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.before, a.after = nil, nil
	return len(a.writes)
}

// proven are the steps that the journal calls verified when the run was killed.
func (r *killRig) proven(t *testing.T, dir string) []plan.Step {
	t.Helper()
	c := openRead(t, dir)
	defer c.Close()
	entries, err := c.Journal(t.Context(), r.plan.Digest)
	if err != nil {
		t.Fatal(err)
	}
	done := map[string]bool{}
	for _, e := range entries {
		if e.Kind == casefile.Verified {
			done[e.Step] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(r.plan.Steps), func(s plan.Step) bool { return !done[s.ID] })
}

// judge looks at what both runs together have done to the account.
func (r *killRig) judge(t *testing.T, a *testAccount, before []string, first int, proven []plan.Step) {
	t.Helper()
	regions := regionsIn(before)
	want := slices.DeleteFunc(slices.Clone(before), func(arn string) bool { return regionOf(arn) != regions[killPlanned] })
	truth := a.scenario.Truth()
	if got := arns(truth.Attacker); !slices.Equal(got, want) {
		t.Errorf("left are %q, want %q", got, want)
	}
	if got := arns(truth.Honest); !slices.Equal(got, a.honest) {
		t.Errorf("honest things were %q and are %q", a.honest, got)
	}
	r.judgeCalls(t, a, first, proven, regions[:killPlanned])
}

// judgeCalls looks at the calls of both runs: they stay within the plan's regions, and from the
// first write of the second run on nothing is done twice and nothing that was proven is done again.
func (r *killRig) judgeCalls(t *testing.T, a *testAccount, first int, proven []plan.Step, regions []string) {
	t.Helper()
	taken := map[string]int{}
	for i, w := range a.changes() {
		if !slices.Contains(regions, w.region) {
			t.Errorf("a call outside the plan: %v", w)
		}
		if i < first {
			continue
		}
		if w.taken {
			taken[w.String()]++
		}
		for _, s := range proven {
			if _, op, _ := strings.Cut(s.Op, ":"); op == w.op && s.Region == w.region && concerns(w, s) {
				t.Errorf("step %s was proven and is called again: %v", s.ID, w)
			}
		}
	}
	for call, times := range taken {
		if times > 1 {
			t.Errorf("%d times in one run: %s", times, call)
		}
	}
}

// concerns says whether a call is about a target of a step.
func concerns(w write, s plan.Step) bool {
	var said map[string]any
	if json.Unmarshal([]byte(w.body), &said) != nil {
		return false
	}
	return slices.ContainsFunc(s.Targets, func(ref model.Ref) bool {
		tail := ref.ID[strings.LastIndexByte(ref.ID, '/')+1:]
		for _, value := range said {
			if text, ok := value.(string); ok && (text == ref.ID || text == tail) && concernsCluster(said, ref.ID) {
				return true
			}
			if list, ok := value.([]any); ok && slices.Contains(list, any(ref.ID)) {
				return true
			}
		}
		return false
	})
}

// concernsCluster says whether the cluster of a call is the one in the ARN of a service or task,
// whose own names repeat.
func concernsCluster(said map[string]any, arn string) bool {
	cluster, ok := said["cluster"].(string)
	parts := strings.Split(arn, "/")
	return !ok || len(parts) < 3 || strings.HasSuffix(cluster, "/"+parts[1]) || cluster == parts[1]
}

func openRead(t *testing.T, dir string) *casefile.Case {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "state", "rootout", "cases", "*.case"))
	if err != nil || len(found) != 1 {
		t.Fatalf("cases: %q, %v", found, err)
	}
	c, err := casefile.Open(t.Context(), found[0], casefile.Reader, casefile.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func checkChain(t *testing.T, dir string) {
	t.Helper()
	c := openRead(t, dir)
	defer c.Close()
	if report, err := c.VerifyChain(t.Context()); err != nil || !report.OK() {
		t.Errorf("the journal does not hold: %v, %v", report.Faults, err)
	}
}

func regionOf(arn string) string { return strings.Split(arn, ":")[3] }

// regionsIn are the regions of ARNs, sorted.
func regionsIn(list []string) []string {
	var out []string
	for _, arn := range list {
		out = append(out, regionOf(arn))
	}
	slices.Sort(out)
	return slices.Compact(out)
}
