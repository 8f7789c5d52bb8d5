package casefile

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestFoldersOfProcessesThatAreGoneAreSwept, and no others: not one that is held, not what is no
// folder, not another's prefix, not one that was made a moment ago and is not locked yet.
func TestFoldersOfProcessesThatAreGoneAreSwept(t *testing.T) {
	if holding := os.Getenv("ROOTOUT_TEST_HOLD"); holding != "" {
		path, _, err := TempFolder("rootout-test-")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(path, "evidence"), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(holding, []byte(path), 0o600); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		return
	}
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Setenv("TMP", dir)
	held, remove, err := TempFolder("rootout-test-")
	if err != nil {
		t.Fatal(err)
	}
	dead := foldersOfTheDead(t)
	old, young, other := filepath.Join(dir, "rootout-test-old"), filepath.Join(dir, "rootout-test-young"), filepath.Join(dir, "rootout-other-1")
	elsewhere := t.TempDir()
	must(0, os.MkdirAll(filepath.Join(old, "deep"), 0o700))(t)
	must(0, os.Mkdir(young, 0o700))(t)
	must(0, os.Mkdir(other, 0o700))(t)
	must(0, os.WriteFile(filepath.Join(other, ownerFile), nil, 0o600))(t)
	must(0, os.WriteFile(filepath.Join(dir, "rootout-test-file"), nil, 0o600))(t)
	link := os.Symlink(elsewhere, filepath.Join(dir, "rootout-test-link"))
	past := time.Now().Add(-2 * orphanAge)
	must(0, os.Chtimes(old, past, past))(t)
	must(0, os.Chtimes(elsewhere, past, past))(t)

	another, removeAnother, err := TempFolder("rootout-test-")
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{
		held: true, another: true, dead: false, old: false, young: true, other: true, elsewhere: true, filepath.Join(dir, "rootout-test-file"): true,
	} {
		if _, err := os.Stat(path); (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", path, err == nil, want)
		}
	}
	if link == nil {
		if _, err := os.Lstat(filepath.Join(dir, "rootout-test-link")); err != nil {
			t.Error("a link was taken for a folder")
		}
	}
	for _, end := range []func() error{remove, removeAnother} {
		if err := end(); err != nil {
			t.Error(err)
		}
	}
	for _, path := range []string{held, another} {
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s is still there", path)
		}
	}
}

// foldersOfTheDead is the folder of a process that was killed while it held it.
func foldersOfTheDead(t *testing.T) string {
	t.Helper()
	told := filepath.Join(t.TempDir(), "told")
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFoldersOfProcessesThatAreGoneAreSwept$")
	cmd.Env = append(os.Environ(), "ROOTOUT_TEST_HOLD="+told)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Wait() }()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if path, err := os.ReadFile(told); err == nil && len(path) > 0 {
			sweepFolders(os.TempDir(), "rootout-test-", time.Now())
			if _, err := os.Stat(string(path)); err != nil {
				t.Error("the folder of a living process was swept")
			}
			must(0, cmd.Process.Kill())(t)
			return string(path)
		}
		if time.Now().After(deadline) {
			_ = cmd.Process.Kill()
			t.Fatal("the process never told its folder")
		}
	}
}
