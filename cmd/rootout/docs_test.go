package main

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
)

// docsIn writes man pages and completions on a machine with a home of its own, and reads them back.
func docsIn(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	code := run(t.Context(), []string{"docs", "--date", "2026-10-04T00:12:31Z", dir}, stdio{in: strings.NewReader(""), out: io.Discard, err: os.Stderr})
	if code != exitDone {
		t.Fatalf("exit code %d", code)
	}
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestDocsOfEveryCommandAndShell(t *testing.T) {
	files := docsIn(t)
	want := []string{"man/rootout.1"}
	root := newRoot(stdio{})
	root.InitDefaultCompletionCmd()
	each(root, func(c *cobra.Command) { want = append(want, "man/"+strings.ReplaceAll(c.CommandPath(), " ", "-")+".1") })
	for _, shell := range []string{"bash", "zsh", "fish", "ps1"} {
		want = append(want, "completions/rootout."+shell)
	}
	for _, name := range want {
		if !strings.Contains(files[name], "rootout") {
			t.Errorf("%s is missing or empty", name)
		}
	}
	if len(files) != len(want) {
		t.Errorf("%d files, want %d", len(files), len(want))
	}
	if page := files["man/rootout-scan.1"]; !strings.Contains(page, "--where") || !strings.Contains(page, "Oct 2026") {
		t.Errorf("the page of scan lacks its flag or its date:\n%s", page)
	}
}

// TestDocsAreTheSameOnEveryMachine finds the builder's home or clock in what a package brings.
func TestDocsAreTheSameOnEveryMachine(t *testing.T) {
	files := docsIn(t)
	if diff := cmp.Diff(files, docsIn(t)); diff != "" {
		t.Errorf("two runs differ:\n%s", diff)
	}
	home, err := os.UserHomeDir()
	if err != nil || len(home) < 4 {
		t.Skip("there is no home to look for")
	}
	for name, text := range files {
		if strings.Contains(text, home+string(filepath.Separator)) {
			t.Errorf("%s names the home %s of the machine that built it", name, home)
		}
	}
}

func TestDocsIsNotOffered(t *testing.T) {
	i := slices.IndexFunc(newRoot(stdio{}).Commands(), func(c *cobra.Command) bool { return c.Name() == "docs" })
	if i < 0 || !newRoot(stdio{}).Commands()[i].Hidden {
		t.Error("docs is gone, or shown to everybody")
	}
}

func TestVersionIsWhatTheGoCommandStamped(t *testing.T) {
	for stamped, want := range map[string]string{
		"v1.2.3": "v1.2.3", "v1.2.3+dirty": "v1.2.3+dirty", "v0.0.0-20261004001231-0123456789ab": "v0.0.0-20261004001231-0123456789ab",
		"(devel)": "devel", "": "devel",
	} {
		if got := versionOf(&debug.BuildInfo{Main: debug.Module{Version: stamped}}); got != want {
			t.Errorf("%q is shown as %q", stamped, got)
		}
	}
}
