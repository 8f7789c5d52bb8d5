package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// packageLimit is how many lines a package may have without its tests: above it, it holds two
// things.
const packageLimit = 4200

// importsOf are the packages of this module that each package imports itself, and where it lies.
func importsOf(t *testing.T) (imports map[string][]string, dirs map[string]string) {
	t.Helper()
	const module = "github.com/rootout/rootout/"
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{.Dir}} {{join .Imports \" \"}}", "../../...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	imports, dirs = map[string][]string{}, map[string]string{}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		from := strings.TrimPrefix(words[0], module)
		dirs[from] = words[1]
		for _, to := range words[2:] {
			if ours, ok := strings.CutPrefix(to, module); ok {
				imports[from] = append(imports[from], ours)
			}
		}
	}
	return imports, dirs
}

// TestRoomsOfARun holds the inside of a run apart: which of its rooms may know which others.
func TestRoomsOfARun(t *testing.T) {
	allowed := map[string][]string{
		"aws/act/schedule": {},
		"aws/act/job":      {},
		"aws/act/evidence": {"aws/act/job"},
		"aws/act/prove":    {"aws/act/job"},
		"aws/act/execute":  {"aws/act/evidence", "aws/act/job", "aws/act/prove"},
		"aws/act/verify":   {"aws/act/job"},
		"aws/act": {
			"aws/act/evidence", "aws/act/execute", "aws/act/job", "aws/act/prove", "aws/act/schedule", "aws/act/verify",
		},
	}
	imports, _ := importsOf(t)
	met := 0
	for from, list := range imports {
		if !strings.HasPrefix(from, "aws/act") {
			continue
		}
		may, known := allowed[from]
		if !known {
			t.Errorf("%s is a room that this test does not know", from)
		}
		met++
		for _, to := range list {
			if strings.HasPrefix(to, "aws/act") && !slices.Contains(may, to) {
				t.Errorf("%s knows %s", from, to)
			}
			if from == "aws/act/schedule" && strings.HasPrefix(to, "aws") {
				t.Errorf("the schedule knows %s, and is pure", to)
			}
		}
	}
	if met != len(allowed) {
		t.Errorf("%d rooms of a run, want %d", met, len(allowed))
	}
}

// TestNoPackageIsTooLarge counts the lines of every package without its tests.
func TestNoPackageIsTooLarge(t *testing.T) {
	_, dirs := importsOf(t)
	for name, dir := range dirs {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		lines := 0
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			lines += bytes.Count(text, []byte("\n"))
		}
		if lines > packageLimit {
			t.Errorf("%s has %d lines: at most %d are one thing", name, lines, packageLimit)
		}
	}
}
