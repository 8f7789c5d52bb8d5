package main

import (
	"flag"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/query"
	"github.com/rootout/rootout/model/trail"
)

var updateReadme = flag.Bool("update", false, "write the generated sections of README.md anew")

const readmePath = "../../README.md"

// readme is the README with the line ends of Unix.
func readme(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(readmePath)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(data), "\r\n", "\n")
}

// TestReadmeSaysWhatTheProgramSays compares the generated sections, each between <!-- generated:
// NAME --> and <!-- end: NAME -->, with what the declarations say now.
func TestReadmeSaysWhatTheProgramSays(t *testing.T) {
	text := readme(t)
	now := text
	for name, want := range generated(t) {
		begin, end := "<!-- generated: "+name+" -->\n", "<!-- end: "+name+" -->"
		before, rest, found := strings.Cut(now, begin)
		_, after, closed := strings.Cut(rest, end)
		if !found || !closed {
			t.Errorf("README.md has no section %q", name)
			continue
		}
		now = before + begin + strings.TrimRight(want, "\n") + "\n" + end + after
	}
	if n := strings.Count(text, "<!-- generated: "); n != len(generated(t)) {
		t.Errorf("README.md has %d generated sections, and %d are generated", n, len(generated(t)))
	}
	if *updateReadme && !t.Failed() {
		if err := os.WriteFile(readmePath, []byte(now), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(strings.Split(text, "\n"), strings.Split(now, "\n")); diff != "" {
		t.Errorf("README.md is not true any more; write it anew with -update (-README +program):\n%s", diff)
	}
}

// fences are the code blocks of a language.
func fences(text, language string) []string {
	var out []string
	for _, m := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	return out
}

// TestReadmeCommandLinesCanBeTyped takes every command line of the README as far as it goes without
// running it: the command is there, its flags and arguments are taken, its query can be parsed.
func TestReadmeCommandLinesCanBeTyped(t *testing.T) {
	catalog, _, err := kinds(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, block := range fences(readme(t), "sh") {
		for line := range strings.Lines(block) {
			line, _, _ = strings.Cut(strings.TrimSpace(line), "  #")
			words := shellWords(t, line)
			switch {
			case len(words) > 0 && words[0] == "rootout":
				words = words[1:]
			case len(words) > 2 && strings.Join(words[:3], " ") == "go run ./cmd/rootout":
				words = words[3:]
			default:
				continue
			}
			n++
			cmd := typed(t, line, words)
			if where := cmd.Flags().Lookup("where"); where != nil && where.Value.String() != "" {
				if cmd.Name() == "timeline" {
					if _, err := trail.ParseFilter(where.Value.String()); err != nil {
						t.Errorf("%s: %v", line, err)
					}
					continue
				}
				if _, err := query.Parse(catalog, where.Value.String(), query.Options{Unambiguous: cmd.Name() == "plan", NoRaw: true}); err != nil {
					t.Errorf("%s: %v", line, err)
				}
			}
		}
	}
	if n < 8 {
		t.Errorf("%d command lines of rootout in the README: the test looks at the wrong blocks", n)
	}
}

// typed finds the command of a command line and gives it its flags and arguments.
func typed(t *testing.T, line string, words []string) *cobra.Command {
	t.Helper()
	root := newRoot(stdio{in: strings.NewReader(""), out: io.Discard, err: io.Discard})
	root.InitDefaultCompletionCmd()
	cmd, rest, err := root.Find(words)
	if err != nil {
		t.Errorf("%s: %v", line, err)
		return root
	}
	if err := cmd.ParseFlags(rest); err != nil {
		t.Errorf("%s: %v", line, err)
		return cmd
	}
	if err := cmd.ValidateArgs(cmd.Flags().Args()); err != nil {
		t.Errorf("%s: %v", line, err)
	}
	return cmd
}

// shellWords splits a line as a shell does that knows quotes and nothing else.
func shellWords(t *testing.T, line string) []string {
	t.Helper()
	var words []string
	word, open, quote := "", false, rune(0)
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, open = r, true
		case quote == 0 && r == ' ':
			if open {
				words = append(words, word)
			}
			word, open = "", false
		default:
			word, open = word+string(r), true
		}
	}
	if quote != 0 {
		t.Fatalf("%s: a quote is left open", line)
	}
	if open {
		words = append(words, word)
	}
	return words
}

// TestReadmeQueriesAreQueries parses the examples of the filter language.
func TestReadmeQueriesAreQueries(t *testing.T) {
	catalog, _, err := kinds(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	blocks := fences(readme(t), "query")
	if len(blocks) == 0 {
		t.Fatal("the README has no example of the filter language")
	}
	for _, block := range blocks {
		for line := range strings.Lines(block) {
			text, _, _ := strings.Cut(strings.TrimRight(line, "\n"), "   ")
			if _, err := query.Parse(catalog, text, query.Options{}); err != nil {
				t.Errorf("%s: %v", text, err)
			}
		}
	}
}

// TestReadmeConfigurationIsTaken reads the examples of the configuration as rootout does.
func TestReadmeConfigurationIsTaken(t *testing.T) {
	catalog, _, err := kinds(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(strings.Join(fences(readme(t), "yaml"), "")), 0o600); err != nil {
		t.Fatal(err)
	}
	protected, err := protectList(path, catalog, time.Now)
	if err != nil || len(protected.list) != 3 || len(protected.warnings) > 0 {
		t.Errorf("%d entries protect, %v, %v", len(protected.list), protected.warnings, err)
	}
	waived, err := waiveList(path, catalog)
	if err != nil || len(waived) != 1 || !waived[0].Covers(model.CellKey{Place: model.Place{Region: "eu-west-3"}, Kind: "ecs:task"}) {
		t.Errorf("waived are %v, %v", waived, err)
	}
	if l := lookOf(path, catalog); l.skin == "" || !l.mouse || len(l.columns) != 2 || len(l.notices) > 0 {
		t.Errorf("it looks like %+v", l)
	}
}

// TestReadmePointsAtThings finds links and pictures that lead nowhere.
func TestReadmePointsAtThings(t *testing.T) {
	text := readme(t)
	headings := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(text, -1) {
		anchor := strings.ToLower(strings.ReplaceAll(m[1], " ", "-"))
		headings["#"+regexp.MustCompile(`[^\p{L}\p{N}-]`).ReplaceAllString(anchor, "")] = true
	}
	links := regexp.MustCompile(`(?:\]\(|src="|srcset=")([^)"]+)`).FindAllStringSubmatch(text, -1)
	if len(links) < 6 {
		t.Errorf("%d links and pictures: the test looks for the wrong thing", len(links))
	}
	for _, m := range links {
		switch to := m[1]; {
		case strings.HasPrefix(to, "#"):
			if !headings[to] {
				t.Errorf("there is no heading %s", to)
			}
		case !strings.Contains(to, "://"):
			if _, err := fs.Stat(os.DirFS("../.."), to); err != nil {
				t.Error(err)
			}
		}
	}
}
