package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/rootout/rootout/model/casefile"
)

// TestAFileIsNotPutInThePlaceOfSomethingElse: a device, a pipe, a link and what may not be written stay
// as they are.
func TestAFileIsNotPutInThePlaceOfSomethingElse(t *testing.T) {
	dir := t.TempDir()
	target, link, closed, plain := filepath.Join(dir, "target"), filepath.Join(dir, "link"), filepath.Join(dir, "closed"), filepath.Join(dir, "plain")
	for path, mode := range map[string]os.FileMode{target: 0o600, closed: 0o400, plain: 0o600} {
		if err := os.WriteFile(path, []byte("before"), mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(target, link); err != nil {
		t.Skip("no links here:", err)
	}
	for _, path := range []string{link, closed, dir, os.DevNull} {
		if err := writeNew(path, []byte("after")); err == nil {
			t.Errorf("%s was replaced", path)
		}
	}
	if is, err := os.Lstat(link); err != nil || is.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is %v, %v", is, err)
	}
	if is, err := os.Stat(os.DevNull); err != nil || is.Mode().IsRegular() {
		t.Fatalf("%s is %v, %v", os.DevNull, is, err)
	}
	for _, path := range []string{plain, filepath.Join(dir, "new")} {
		if err := writeNew(path, []byte("after")); err != nil {
			t.Error(err)
		}
		if text, err := os.ReadFile(path); err != nil || string(text) != "after" {
			t.Errorf("%s holds %q, %v", path, text, err)
		}
	}
}

// TestAFullDiskSaysWhatToDo, and which file is not there.
func TestAFullDiskSaysWhatToDo(t *testing.T) {
	if !casefile.NoSpace(syscall.ENOSPC) {
		t.Skip("another word for it here")
	}
	err := notWritten("plan.json", &os.PathError{Op: "write", Path: ".rootout-1", Err: syscall.ENOSPC})
	if !errors.Is(err, syscall.ENOSPC) || !strings.HasPrefix(err.Error(), "write plan.json: no space is left on its disk: free some, then try again") {
		t.Errorf("%v", err)
	}
	if notWritten("plan.json", nil) != nil {
		t.Error("nothing went wrong")
	}
}
