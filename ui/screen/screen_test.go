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

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rootout/rootout/model"
)

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
