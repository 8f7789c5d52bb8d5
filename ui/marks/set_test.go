package marks

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rootout/rootout/model"
)

func testRef(i int) model.Ref {
	return model.Ref{Partition: "aws", Place: model.Place{Account: "123456789012", Region: fmt.Sprintf("r-%d", i%3)}, Kind: "ecs:task", ID: fmt.Sprint(i)}
}

// TestMarksStayTrue drives marks at random beside the plainest model of them, and checks the
// numbers, the undo and what is read beside the loop.
func TestMarksStayTrue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := NewSet()
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
				m.Mark(refs, on)
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
				m.Change(refs, on)
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
