package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rootout/rootout/aws/sim/breach"
)

// simulator is "rootout sim" as a process of its own, on a port that the system chose.
type simulator struct {
	t     *testing.T
	env   []string
	truth string
}

func startSimulator(t *testing.T, args ...string) *simulator {
	t.Helper()
	dir := t.TempDir()
	s := &simulator{t: t, truth: filepath.Join(dir, "truth.json"), env: os.Environ()}
	for key, value := range isolated(dir) {
		s.env = append(s.env, key+"="+value)
	}
	cmd := exec.CommandContext(t.Context(), "rootout", append([]string{"sim", "--listen", "127.0.0.1:0", "--truth", s.truth}, args...)...)
	cmd.Stderr = os.Stderr
	cmd.WaitDelay = time.Second
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		variable, ok := strings.CutPrefix(lines.Text(), "export ")
		if !ok {
			t.Fatalf("sim prints %q", lines.Text())
		}
		s.env = append(s.env, variable)
		if strings.HasPrefix(variable, "AWS_EC2_METADATA_DISABLED=") {
			return s
		}
	}
	t.Fatal("sim ended before it had printed its environment")
	return nil
}

// read is the truth of the moment.
func (s *simulator) read() breach.Truth {
	s.t.Helper()
	data, err := os.ReadFile(s.truth)
	if err != nil {
		s.t.Fatal(err)
	}
	var truth breach.Truth
	if err := json.Unmarshal(data, &truth); err != nil {
		s.t.Fatal(err)
	}
	return truth
}

// settled is the truth once nothing of the intruder's can be seen any more, or what is left after a
// while: the file follows the account.
func (s *simulator) settled() breach.Truth {
	s.t.Helper()
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		if truth := s.read(); len(truth.Attacker) == 0 || time.Now().After(end) {
			return truth
		}
	}
}

// lasting leaves out tasks, which services, rules and schedules start anew all the time.
func lasting(members []breach.Member) []string {
	return slices.DeleteFunc(arns(members), func(arn string) bool { return strings.Contains(arn, ":task/") })
}

// phraseOf is the last line of what plan prints.
func phraseOf(t *testing.T, planned string) string {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(planned), "\n")
	phrase := lines[len(lines)-1]
	if !strings.HasPrefix(phrase, "delete ") {
		t.Fatalf("plan ends with %q", phrase)
	}
	return phrase
}

// TestWholeBreach is the story of the README on the command line: a breached account of 34 regions
// is scanned, all that the truth file calls the intruder's is planned and removed, and what is left
// is the honest work and what lies in disabled regions.
func TestWholeBreach(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: the whole breach is 1,500 resources")
	}
	t.Parallel()
	s := startSimulator(t, testSpeed, "--latency", "3ms")
	dir := t.TempDir()
	before := s.read()
	query := filepath.Join(dir, "hostile.txt")
	if err := os.WriteFile(query, []byte("arn:"+strings.Join(arns(before.Attacker), ",")), 0o600); err != nil {
		t.Fatal(err)
	}
	planned, errs, code := rootout(t, s.env, dir, "plan", testSpeed, "--where", "@"+query, "-o", "plan.json")
	if code != exitDone {
		t.Fatalf("plan: %d\n%s", code, errs)
	}
	ran, errs, code := rootout(t, s.env, dir, "run", testSpeed, "plan.json", "--confirm", phraseOf(t, planned))
	// Machines behind container instances stay: rootout lists no EC2, says so, and must not call
	// that complete.
	onlyMachines := code == exitIncomplete && strings.Contains(ran, "stays, rootout cannot remove it") && strings.Contains(errs, "something stays behind")
	if code != exitDone && !onlyMachines {
		t.Fatalf("run: %d\n%s\n%s", code, ran, errs)
	}
	if strings.Contains(ran, "left: ") || strings.Contains(ran, "not counted: ") {
		t.Errorf("run says\n%s", ran)
	}
	after := s.settled()
	if len(after.Attacker) > 0 {
		t.Errorf("%d of the intruder's things are left, the first is %s", len(after.Attacker), after.Attacker[0].ARN)
	}
	if diff := cmp.Diff(lasting(before.Honest), lasting(after.Honest)); diff != "" {
		t.Errorf("honest work, before and after:\n%s", diff)
	}
	if diff := cmp.Diff(arns(before.Hidden), arns(after.Hidden)); diff != "" || len(before.Hidden) == 0 {
		t.Errorf("what lies in disabled regions, before and after:\n%s", diff)
	}
	checkDisabled(t, s, dir)
	checkCase(t, s.env, dir)
}

// checkDisabled looks whether disabled regions are still said to be disabled.
func checkDisabled(t *testing.T, s *simulator, dir string) {
	t.Helper()
	out, errs, code := rootout(t, s.env, dir, "scan", testSpeed, "--json", "--where", "kind:cluster")
	var got scanned
	if err := json.Unmarshal([]byte(out), &got); err != nil || code != exitDone {
		t.Fatalf("scan: %d, %v\n%s", code, err, errs)
	}
	disabled := map[string]bool{}
	for _, c := range got.Cells {
		if c.State == "disabled" {
			disabled[c.Region] = true
		}
	}
	if len(disabled) != 10 {
		t.Errorf("%d regions are disabled, want 10", len(disabled))
	}
}

// checkCase verifies the only case.
func checkCase(t *testing.T, env []string, dir string) {
	t.Helper()
	out, errs, code := rootout(t, env, dir, "case", "verify", caseOf(t, env))
	if code != exitDone || !strings.Contains(out, "unchanged: every hash is right") {
		t.Errorf("case verify: %d\n%s%s", code, out, errs)
	}
}

// caseOf is the only case of an environment.
func caseOf(t *testing.T, env []string) string {
	t.Helper()
	for _, e := range env {
		if folder, ok := strings.CutPrefix(e, "CASES="); ok {
			found, err := filepath.Glob(filepath.Join(folder, "*.case"))
			if err != nil || len(found) != 1 {
				t.Fatal(fmt.Errorf("cases in %s: %q, %w", folder, found, err))
			}
			return found[0]
		}
	}
	t.Fatal("the environment says not where the cases are")
	return ""
}
