package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestTheConfigSaysHowTheConsoleLooks; what of it there is not is told, and keeps nobody from looking.
func TestTheConfigSaysHowTheConsoleLooks(t *testing.T) {
	catalog, _, err := kinds(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "config.yaml")
	read := func(text string) look {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := protectList(path, catalog, time.Now); err != nil && text[0] != '{' {
			t.Errorf("%s\nstops plans: %v", text, err)
		}
		return lookOf(path, catalog)
	}
	l := read("theme: high-contrast\nmouse: true\ncolumns:\n  grid: [task, $/h, new]\n  task: [cpu, age, by]\n")
	if l.skin != "high-contrast" || !l.mouse || !slices.Equal(l.columns["task"], []string{"cpu", "age", "by"}) || len(l.notices) > 0 {
		t.Errorf("%+v", l)
	}
	l = read("theme: solarized\ncolumns:\n  grid: [task, nosuch]\n  task: [cpx]\n  pod: [name]\n")
	said := strings.Join(l.notices, "\n")
	for _, want := range []string{path + ": there is no theme solarized: terminal, dark, light", "grid has no column nosuch", "task has no column cpx", "no kind pod"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not said:\n%s", want, said)
		}
	}
	if l.skin != "" {
		t.Errorf("the skin is %q", l.skin)
	}
	for _, broken := range []string{"{", "{them: dark}"} {
		if l := read(broken); l.skin != "" || l.mouse || l.columns != nil || l.notices != nil {
			t.Errorf("%q looks like %+v", broken, l)
		}
	}
	if l := lookOf(path+"none", catalog); l.skin != "" || l.notices != nil {
		t.Errorf("without a file: %+v", l)
	}
}
