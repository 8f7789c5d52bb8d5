package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
)

// upgradeCases is where the cases of format 1 lie: the package that reads them has its own tests
// over them.
const upgradeCases = "../../model/casefile/testdata/format1"

// TestAPlanOfAnEarlierRootoutRuns takes a case and a plan that were frozen by a rootout of case
// format 1 and never begun.
func TestAPlanOfAnEarlierRootoutRuns(t *testing.T) {
	t.Parallel()
	u := newUpgrade(t, "frozen.case")
	u.finish(t)
}

// TestAHalfRunCaseOfAnEarlierRootoutIsFinished takes the case of a run that was killed half-way by
// a rootout of case format 1, and the account as that run had left it.
func TestAHalfRunCaseOfAnEarlierRootoutIsFinished(t *testing.T) {
	t.Parallel()
	u := newUpgrade(t, "half-run.case", "half-run.case-wal")
	proven := u.proven(t)
	if len(proven) == 0 || len(proven) == len(u.plan.Steps) {
		t.Fatalf("%d of %d steps are proven: this is no half-run case", len(proven), len(u.plan.Steps))
	}
	var calls []wireCall
	if err := json.Unmarshal(fixture(t, "testdata/upgrade/calls.json"), &calls); err != nil {
		t.Fatal(err)
	}
	u.account.replay(t, calls)
	u.finish(t)
	for _, call := range u.account.changes()[len(calls):] {
		_, op, _ := strings.Cut(call.Target, ".")
		for _, s := range proven {
			if _, stepOp, _ := strings.Cut(s.Op, ":"); stepOp == op && s.Region == call.Region && concerns(write{body: call.Body}, s) {
				t.Errorf("step %s was proven before the upgrade and is called again: %+v", s.ID, call)
			}
		}
	}
}

// TestVerifyingAnEarlierCaseChangesNothing runs "case verify" over every case of format 1.
func TestVerifyingAnEarlierCaseChangesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"frozen.case", "half-run.case", "half-run.case-wal", "finished.case"} {
		if err := os.WriteFile(filepath.Join(dir, name), unpacked(t, filepath.Join(upgradeCases, name+".gz")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"frozen.case", "half-run.case", "finished.case"} {
		out, errs, code := rootout(t, os.Environ(), dir, "case", "verify", name)
		if code != exitDone || !strings.Contains(out, "unchanged: every hash is right") {
			t.Errorf("%s: %d\n%s\n%s", name, code, out, errs)
		}
	}
	for _, name := range []string{"frozen.case", "half-run.case", "half-run.case-wal", "finished.case"} {
		if now := fixture(t, filepath.Join(dir, name)); !bytes.Equal(now, unpacked(t, filepath.Join(upgradeCases, name+".gz"))) {
			t.Errorf("%s was changed", name)
		}
	}
}

// upgrade is a case and a plan of an earlier rootout, and the account that they are about.
type upgrade struct {
	dir     string
	account *upgradeAccount
	plan    *plan.Plan
	planned []string
	honest  []string
}

func newUpgrade(t *testing.T, files ...string) *upgrade {
	t.Helper()
	u := &upgrade{dir: t.TempDir(), account: startUpgradeAccount(t)}
	data := fixture(t, "testdata/upgrade/plan.json")
	var err error
	if u.plan, err = plan.Parse(data); err != nil {
		t.Fatal(err)
	}
	cases := filepath.Join(u.dir, "state", "rootout", "cases")
	if err := os.MkdirAll(cases, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if err := os.WriteFile(filepath.Join(cases, name), unpacked(t, filepath.Join(upgradeCases, name+".gz")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(u.dir, "plan.json"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, target := range u.plan.Targets {
		u.planned = append(u.planned, target.ARN)
	}
	for _, arn := range u.account.standing() {
		if !slices.Contains(u.planned, arn) {
			u.honest = append(u.honest, arn)
		}
	}
	if standing := len(u.account.standing()); standing != len(u.honest)+len(u.planned) {
		t.Fatalf("not all %d planned things are in the account: the simulator names things otherwise than when the plan was made", len(u.planned))
	}
	return u
}

// finish runs the plan to its end with this rootout and looks at the account and the case.
func (u *upgrade) finish(t *testing.T) {
	t.Helper()
	out, errs, code := rootout(t, u.account.env(u.dir), u.dir, "run", testSpeed, "plan.json", "--confirm", u.plan.Phrase())
	if code != exitDone {
		t.Fatalf("run: %d\n%s\n%s", code, out, errs)
	}
	if left := u.account.standing(); !slices.Equal(left, u.honest) {
		t.Errorf("after the run there is %q, want %q", left, u.honest)
	}
	for _, call := range u.account.changes() {
		if !slices.Contains(u.plan.Regions(), call.Region) {
			t.Errorf("a call outside the plan: %+v", call)
		}
	}
	checkChain(t, u.dir)
	c := openRead(t, u.dir)
	defer c.Close()
	plans, err := c.Plans(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(plans) != 1 || plans[0].Digest != u.plan.Digest || plans[0].State != casefile.Ended {
		t.Errorf("the case says of its plans %+v", plans)
	}
}

// proven are the steps that the journal calls verified.
func (u *upgrade) proven(t *testing.T) []plan.Step {
	t.Helper()
	return (&killRig{plan: u.plan}).proven(t, u.dir)
}

// fixture is a file under testdata.
func fixture(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("a fixture is missing: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// unpacked is a compressed fixture.
func unpacked(t *testing.T, path string) []byte {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	zip, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
