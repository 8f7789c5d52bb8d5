package main

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rootout/rootout/aws/sim"
)

// rootout runs one command line as a process of its own.
func rootout(t *testing.T, env []string, dir string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "rootout", args...)
	cmd.Dir, cmd.Env = dir, env
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// scanned is what scan --json promises; pointers are what may be null.
type scanned struct {
	Account string
	Caller  struct{ ARN, UserID string }
	Cells   []struct {
		Account, Region, Kind, State string
		Count, AtLeast               *int
		AsOf                         *string
	}
	Resources []map[string]any
}

// TestScanContract reads scan --json as a script would: every region × every kind, a count only
// where there was a complete listing, and times that need no time zone.
func TestScanContract(t *testing.T) {
	t.Parallel()
	a := startAccount(t, accountOptions{regions: 3, clusters: 2, tasks: 2, faults: sim.Faults{Deny: []sim.Denial{{Region: "eu-west-3", Service: "ecs"}}}})
	a.set(func() { a.forbid["ap-northeast-2 DescribeTaskDefinition"] = true })
	dir := t.TempDir()
	out, errs, code := rootout(t, a.env(dir), dir, "scan", "--json", testSpeed)
	if code != exitIncomplete {
		t.Fatalf("exit code %d\n%s", code, errs)
	}
	var got scanned
	decoder := json.NewDecoder(strings.NewReader(out))
	if err := decoder.Decode(&got); err != nil || decoder.More() {
		t.Fatalf("not one JSON object: %v", err)
	}
	if got.Account != "123456789012" || !strings.HasSuffix(got.Caller.ARN, "/jm") || !strings.HasSuffix(got.Caller.UserID, ":jm") {
		t.Errorf("account %s, caller %+v", got.Account, got.Caller)
	}
	checkCells(t, got)
	checkResources(t, a, got)
	if !strings.Contains(errs, "ecs:task-definition in ap-northeast-2 is partial") {
		t.Errorf("the partial cell is not named:\n%s", errs)
	}
}

func checkCells(t *testing.T, got scanned) {
	t.Helper()
	regions, kinds, states := map[string]bool{}, map[string]bool{}, map[string]int{}
	found := map[string]int{}
	for _, r := range got.Resources {
		if r["counted"] == true {
			found[r["region"].(string)+" "+r["kind"].(string)]++
		}
	}
	for _, c := range got.Cells {
		regions[c.Region], kinds[c.Kind] = true, true
		states[c.State]++
		where := c.Region + " " + c.Kind + " " + c.State
		switch c.State {
		case "counted":
			if c.Count == nil || *c.Count != found[c.Region+" "+c.Kind] || c.AtLeast != nil {
				t.Errorf("%s: count %v beside %d resources", where, c.Count, found[c.Region+" "+c.Kind])
			}
		case "partial":
			if c.Count != nil || c.AtLeast == nil || *c.AtLeast != found[c.Region+" "+c.Kind] || *c.AtLeast == 0 {
				t.Errorf("%s: count %v, and %v beside %d resources", where, c.Count, c.AtLeast, found[c.Region+" "+c.Kind])
			}
		default:
			if c.Count != nil {
				t.Errorf("%s has the count %d", where, *c.Count)
			}
		}
		if c.AsOf == nil {
			t.Errorf("%s: no time", where)
			continue
		}
		if at, err := time.Parse(time.RFC3339, *c.AsOf); err != nil || !strings.HasSuffix(*c.AsOf, "Z") || time.Since(at) > time.Hour {
			t.Errorf("%s: as of %s", where, *c.AsOf)
		}
	}
	if len(regions) != 34 || len(got.Cells) != len(regions)*len(kinds) {
		t.Errorf("%d regions × %d kinds make %d cells", len(regions), len(kinds), len(got.Cells))
	}
	if states["disabled"] != 10*len(kinds) || states["denied"] < 6 || states["partial"] != 1 || states["counted"] < 15*len(kinds) {
		t.Errorf("states %v", states)
	}
}

func checkResources(t *testing.T, a *testAccount, got scanned) {
	t.Helper()
	want := arns(a.scenario.Truth().Attacker)
	have := []string{}
	for _, r := range got.Resources {
		for _, key := range []string{"account", "arn", "kind", "region", "name", "madeBy", "madeAt"} {
			if _, there := r[key]; !there {
				t.Errorf("%v has no %s", r["arn"], key)
			}
		}
		if r["kind"] == "ecs:task" && r["region"] != "ap-northeast-2" && (r["memoryMiB"] != float64(32768) || r["vcpu"] != float64(16)) {
			t.Errorf("%v is of %v vCPU and %v MiB", r["arn"], r["vcpu"], r["memoryMiB"])
		}
		for key, value := range r {
			if text, ok := value.(string); ok && strings.HasSuffix(key, "At") {
				if _, err := time.Parse(time.RFC3339, text); err != nil || !strings.HasSuffix(text, "Z") {
					t.Errorf("%v: %s is %q", r["arn"], key, text)
				}
			}
		}
		if arn := r["arn"].(string); slices.Contains(want, arn) {
			have = append(have, arn)
		}
	}
	slices.Sort(have)
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("the intruder's things, want and got:\n%s", diff)
	}
}
