package screen

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/ui/theme"
)

func TestWordsOfNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{agoText(30 * time.Second), "<1m"},
		{agoText(119 * time.Minute), "119m"},
		{agoText(5 * time.Hour), "5h"},
		{agoText(9 * 24 * time.Hour), "9d"},
		{agoText(400 * 24 * time.Hour), "13mo"},
		{agoText(900 * 24 * time.Hour), "2y"},
		{agoText(-time.Hour), "+60m"},
		{clockText(62 * time.Second), "1:02"},
		{clockText(3*time.Hour + 4*time.Second), "3:00:04"},
		{moneyText(1012.345), "$1,012.35"},
		{moneyText(0.999), "$1.00"},
		{moneyText(-2.5), "-$2.50"},
		{rateText(0.0284), "0.0284"},
		{rateText(412.84), "412.8"},
		{memoryText(512), "512 MiB"},
		{memoryText(6.2 * 1024 * 1024), "6.2 TiB"},
		{shortName("arn:aws:iam::123456789012:root"), "root user"},
		{shortName("arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/root"), "…AdministratorAccess/root"},
		{shortName("arn:aws:ecs:us-east-1:123456789012:cluster/x"), "cluster/x"},
		{shortName("plain"), "plain"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func testRef(i int) model.Ref {
	return model.Ref{Partition: "aws", Place: model.Place{Account: "123456789012", Region: fmt.Sprintf("r-%d", i%3)}, Kind: "ecs:task", ID: fmt.Sprint(i)}
}

// TestMarksStayTrue drives marks at random beside the plainest model of them, and checks the numbers, the undo and what is read beside the
// loop.
func TestMarksStayTrue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := NewMarks()
		read := m.Reader()
		var history []map[model.Ref]bool
		want := map[model.Ref]bool{}
		t.Repeat(map[string]func(*rapid.T){
			"set": func(t *rapid.T) {
				on := rapid.Bool().Draw(t, "on")
				var refs []model.Ref
				for _, i := range rapid.SliceOfN(rapid.IntRange(0, 12), 1, 6).Draw(t, "refs") {
					refs = append(refs, testRef(i))
				}
				before := maps.Clone(want)
				for _, r := range refs {
					if on {
						want[r] = true
					} else {
						delete(want, r)
					}
				}
				m.Set(refs, on)
				if !maps.Equal(before, want) {
					history = append(history, before)
				}
			},
			"clear": func(*rapid.T) {
				if len(want) > 0 {
					history = append(history, want)
					want = map[model.Ref]bool{}
				}
				m.Clear()
			},
			"undo": func(*rapid.T) {
				refs, on, _ := m.Undo()
				m.Put(refs, on)
				if n := len(history); n > 0 {
					want, history = history[n-1], history[:n-1]
				}
			},
			"": func(t *rapid.T) {
				if m.Len() != len(want) {
					t.Fatalf("%d marks, want %d", m.Len(), len(want))
				}
				regions := map[string]int{}
				for r := range want {
					regions[r.Region]++
					if !m.Has(r) {
						t.Fatalf("%v is not marked", r)
					}
				}
				for i := range 3 {
					if name := fmt.Sprintf("r-%d", i); m.InRegion(name) != regions[name] {
						t.Fatalf("%d marks in %s, want %d", m.InRegion(name), name, regions[name])
					}
				}
				list := slices.SortedFunc(maps.Keys(want), model.Ref.Compare)
				if diff := cmp.Diff(list, read()); diff != "" && len(list) > 0 {
					t.Fatalf("read beside the loop (-want +got):\n%s", diff)
				}
			},
		})
	})
}

func bareWorld(t *testing.T) *World {
	t.Helper()
	catalog, err := model.NewCatalog(model.Kind{ID: "ecs:task", Title: "TASK", Plural: "tasks", Order: 1})
	if err != nil {
		t.Fatal(err)
	}
	th := theme.New(theme.Options{})
	return NewWorld(t.Context(), catalog, &th, time.Now)
}

// TestAJobIsNeverMoreThanOneBehind asks for much while one piece of work is under way: only the last of it is done, and an operator's question
// cuts short the rest that a quiet one takes.
func TestAJobIsNeverMoreThanOneBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := bareWorld(t)
		var j Job
		msgs := make(chan tea.Msg, 100)
		pump := func() {
			for _, cmd := range w.cmds {
				go func() { msgs <- cmd() }()
			}
			w.cmds = nil
		}
		var done []int
		ask := func(n int, quiet bool) {
			Ask(w, &j, quiet, func() int { time.Sleep(100 * time.Millisecond); return n }, func(n int) { done = append(done, n) })
			pump()
		}
		next := func() { w.Finish((<-msgs).(Done)); pump() }
		for n := range 50 {
			ask(n, true)
		}
		next()
		if diff := cmp.Diff([]int{0}, done); diff != "" {
			t.Fatal(diff)
		}
		if w.Busy() {
			t.Fatal("work that nobody waits for makes the console busy")
		}
		began := time.Now()
		ask(99, false) // replaces 49, which rests
		if !w.Busy() {
			t.Fatal("the operator waits, and the console says that it is idle")
		}
		next()
		next()
		if diff := cmp.Diff([]int{0, 49, 99}, done); diff != "" {
			t.Fatal(diff)
		}
		if took := time.Since(began); took > 250*time.Millisecond {
			t.Fatalf("the operator waited %v for a rest", took)
		}
		if w.Busy() {
			t.Fatal("idle, and the console says that it is busy")
		}
	})
}

func TestShellQuoting(t *testing.T) {
	evil := []string{"plain", "", "it's", "$(reboot)", "a b", "`id`", "x;y", "한국", "\n"}
	line := "printf '%s\\n' " + cliText([][]string{evil})
	out, err := exec.CommandContext(t.Context(), "sh", "-c", line).Output()
	if err != nil {
		t.Skip("no POSIX shell here:", err)
	}
	if diff := cmp.Diff(strings.Join(evil, "\n")+"\n", string(out)); diff != "" {
		t.Errorf("a shell reads it otherwise (-want +got):\n%s", diff)
	}
}

func TestSheetsAreReadBackAsTheyWere(t *testing.T) {
	s := &sheet{keys: []string{"name", "vcpu", "owners", "none"}}
	rows := [][]any{{"=cmd()", 0.25, []string{"a", "b"}, nil}, {"당근, \"x\"\n", 16.0, []string(nil), nil}}
	data, err := s.csv(rows)
	if err != nil {
		t.Fatal(err)
	}
	got, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"name", "vcpu", "owners", "none"}, {"'=cmd()", "0.25", "a b", ""}, {"당근, \"x\"\n", "16", "", ""}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	data, err = s.json(rows)
	if err != nil {
		t.Fatal(err)
	}
	var back []map[string]any
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	if back[0]["name"] != "=cmd()" || back[0]["none"] != nil || back[1]["vcpu"] != 16.0 {
		t.Errorf("%v", back)
	}
}

func TestEveryLetterOfAChoiceIsItsOwn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		labels := rapid.SliceOfN(rapid.String(), 1, 30).Draw(t, "labels")
		c := newWhich("sort", labels, nil)
		seen := map[string]bool{}
		for _, l := range c.letters {
			if l == "" || seen[l] {
				t.Fatalf("letters %q for %q", c.letters, labels)
			}
			seen[l] = true
		}
	})
}

func TestRowIDsNameOneResource(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.StringMatching(`[a-z0-9:/._ -]*`)
		r := model.Ref{
			Partition: part.Draw(t, "p"), Place: model.Place{Account: part.Draw(t, "a"), Region: part.Draw(t, "r")},
			Kind: model.KindID(part.Draw(t, "k")), ID: rapid.String().Draw(t, "id"),
		}
		if got := refOf(rowID(r)); got != r {
			t.Fatalf("%v came back as %v", r, got)
		}
	})
}
