package ui

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// importsOf is what each package of the console imports itself, from package ui on.
func importsOf(t *testing.T) map[string][]string {
	t.Helper()
	const house = "github.com/rootout/rootout/"
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	imports := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		all := strings.Fields(line)
		own := slices.DeleteFunc(all[1:], func(p string) bool { return !strings.HasPrefix(p, house) })
		for i := range own {
			own[i] = strings.TrimPrefix(own[i], house)
		}
		imports[strings.TrimPrefix(all[0], house)] = own
	}
	return imports
}

// TestNoScreenKnowsAnother holds the rooms: only package ui knows the screens, which know nothing
// of one another; the kit and the theme know nothing of what is drawn.
func TestNoScreenKnowsAnother(t *testing.T) {
	const below = "ui/screen/"
	screens := 0
	for from, imports := range importsOf(t) {
		if strings.HasPrefix(from, below) {
			screens++
		}
		for _, to := range imports {
			switch {
			case strings.HasPrefix(to, below) && from != "ui":
				t.Errorf("%s imports %s: only package ui joins screens", from, to)
			case from == "ui/screen" && strings.HasPrefix(to, "ui/") && to != "ui/kit":
				t.Errorf("ui/screen imports %s: what a screen is knows none of what screens share", to)
			case from == "ui/kit" && to != "ui/theme":
				t.Errorf("ui/kit imports %s: it draws whatever it is given", to)
			case from == "ui/theme":
				t.Errorf("ui/theme imports %s: it does not know what is drawn", to)
			case to == "ui/uitest":
				t.Errorf("%s imports %s outside its tests", from, to)
			}
		}
	}
	if screens < 5 {
		t.Fatalf("go list named %d screens: the test looks at nothing", screens)
	}
}

// TestEveryScreenHasARoom finds folders below screen that were forgotten where screens are joined.
func TestEveryScreenHasARoom(t *testing.T) {
	imports := importsOf(t)
	for pkg := range imports {
		if strings.HasPrefix(pkg, "ui/screen/") && !slices.Contains(imports["ui"], pkg) {
			t.Errorf("%s is joined to nothing", pkg)
		}
	}
	seen := map[string]bool{}
	for _, r := range rooms() {
		if seen[r.keys.Scope.ID] || r.keys.Scope.Title == "" || len(r.keys.Bindings) == 0 {
			t.Errorf("scope %q has no title, no keys, or stands twice", r.keys.Scope.ID)
		}
		seen[r.keys.Scope.ID] = true
		if (r.open == nil) != (len(r.keys.FromEverywhere) == 0) {
			t.Errorf("scope %q has a key from everywhere and nothing that it opens, or the other way round", r.keys.Scope.ID)
		}
		for _, b := range r.keys.FromEverywhere {
			if b.ID != string(r.opens) {
				t.Errorf("scope %q opens for %q and its key asks for %q", r.keys.Scope.ID, r.opens, b.ID)
			}
		}
	}
}

// TestTheKitHasNoWordsOfTheDomain reads its code and comments.
func TestTheKitHasNoWordsOfTheDomain(t *testing.T) {
	domain := regexp.MustCompile(`(?i)\b(AWS|IAM|ECS|ARNs?|regions?|accounts?|services?|tasks?|resources?|` +
		`inventory|snapshots?|incidents?|breach|intruders?|principals?|CloudTrail|journal|runner|scanner)\b`)
	files, err := filepath.Glob("kit/*.go")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files of the kit (%v)", len(files), err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			if word := domain.FindString(line); word != "" {
				t.Errorf("%s:%d says %q: %s", path, i+1, word, strings.TrimSpace(line))
			}
		}
	}
}
