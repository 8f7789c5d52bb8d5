package plan_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

const me = "arn:aws:sts::123456789012:assumed-role/Admin/jm"

func aged(r *model.Resource, age time.Duration) *model.Resource {
	r.MadeAt = frozen.Add(-age)
	return r
}

func madeBy(r *model.Resource, arn string) *model.Resource {
	r.Maker = model.Maker{ARN: arn, Source: model.FromRegistered}
	return r
}

// hands are loose hands of region r with the given ages, and one of unknown age.
func hands(ages ...time.Duration) []*model.Resource {
	out := []*model.Resource{thing(ref(hand, "r", "undated"))}
	for i, age := range ages {
		out = append(out, aged(thing(ref(hand, "r", fmt.Sprintf("h%d", i))), age))
	}
	return out
}

// TestAPlanSaysWhatItIsMadeOf: what is new, what is not, whose it is, and how much of the account it
// takes; and what of it is more than what is new has to be typed.
func TestAPlanSaysWhatItIsMadeOf(t *testing.T) {
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		there  []*model.Resource
		marked []string
		want   plan.Composition
		phrase string
	}{
		"what is new and nothing else": {
			there: hands(time.Hour, day, 2*day), marked: []string{"h0", "h1"},
			want: plan.Composition{Marked: 2, New: 2, Account: 4}, phrase: "delete 2 in",
		},
		"what nobody knows the age of is told, and is neither": {
			there: hands(time.Hour, 2*day), marked: []string{"h0", "undated"},
			want: plan.Composition{Marked: 2, New: 1, Undated: 1, Account: 3}, phrase: "delete 2 with 1 of unknown age in",
		},
		"what is older, of unknown age and the caller's own": {
			there:  append(hands(time.Hour, 2*day, 3*day), madeBy(aged(thing(ref(hand, "r", "mine")), time.Hour), me)),
			marked: []string{"h1", "undated", "mine"},
			want:   plan.Composition{Marked: 3, New: 1, Older: 1, Undated: 1, Yours: 1, Account: 5}, phrase: "delete 3 with 1 older, 1 of unknown age and 1 yours in",
		},
		"what is older": {
			there: hands(time.Hour, 2*day, 3*day), marked: []string{"h0", "h1"},
			want: plan.Composition{Marked: 2, New: 1, Older: 1, Account: 4}, phrase: "delete 2 with 1 older in",
		},
		"the caller's own": {
			there: append(hands(2*day), madeBy(aged(thing(ref(hand, "r", "mine")), time.Hour), me)), marked: []string{"mine"},
			want: plan.Composition{Marked: 1, New: 1, Yours: 1, Account: 3}, phrase: "delete 1 with 1 yours in",
		},
		"somebody else of the same role": {
			there: append(hands(2*day), madeBy(aged(thing(ref(hand, "r", "theirs")), time.Hour), strings.TrimSuffix(me, "jm")+"root")), marked: []string{"theirs"},
			want: plan.Composition{Marked: 1, New: 1, Account: 3}, phrase: "delete 1 in",
		},
		"what runs the caller's own sheet, and is old": {
			there: func() []*model.Resource {
				h := aged(thing(ref(hand, "r", "runs")), 2*day)
				h.Uses = []model.Ref{ref(sheet, "r", "sheet")}
				return append(hands(time.Hour), h, madeBy(thing(ref(sheet, "r", "sheet")), me))
			}(),
			marked: []string{"runs", "h0"},
			want:   plan.Composition{Marked: 2, New: 1, Older: 1, Yours: 1, Account: 4}, phrase: "delete 2 with 1 older and 1 yours in",
		},
		"the whole account": {
			there: hands(time.Hour, 2*day), marked: []string{"h0", "h1", "undated"},
			want: plan.Composition{Marked: 3, New: 1, Older: 1, Undated: 1, Account: 3, All: true}, phrase: "delete all 3 in",
		},
		"the whole account, and all of it is new": {
			there: hands(time.Hour)[1:], marked: []string{"h0"},
			want: plan.Composition{Marked: 1, New: 1, Account: 1, All: true}, phrase: "delete all 1 in",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var marked []model.Ref
			for _, id := range c.marked {
				marked = append(marked, ref(hand, "r", id))
			}
			p := freeze(t, input(t, snapshot(c.there...), marked...))
			c.want.Window = day
			if *p.Composition != c.want {
				t.Errorf("made of %+v, want %+v", *p.Composition, c.want)
			}
			if want := c.phrase + " 123456789012 #" + p.Digest[:4]; p.Phrase() != want || p.Confirm(want) != nil {
				t.Errorf("phrase %q, want %q", p.Phrase(), want)
			}
			if short := fmt.Sprintf("delete %d in 123456789012 #%s", p.N(), p.Short()); short != p.Phrase() && p.Confirm(short) == nil {
				t.Errorf("%q confirms it too", short)
			}
			text, err := json.Marshal(p)
			if err != nil {
				t.Fatal(err)
			}
			if again, err := plan.Parse(text); err != nil || again.Phrase() != p.Phrase() {
				t.Errorf("read from its file it is %v", err)
			}
		})
	}
}

// TestAllIsAllThatTheFirstLookMet: what is left out by name and what came later do not make a plan
// for everything a plan for less; a thing that stays does.
func TestAllIsAllThatTheFirstLookMet(t *testing.T) {
	inv := model.NewInventory()
	cell := ref(hand, "r", "").Cell()
	look := func(pass uint64, ids ...string) {
		b := &model.Batch{At: frozen.Add(time.Duration(pass) * time.Second), Cells: []model.Cell{{Key: cell, State: model.CellCounted, Pass: pass, AsOf: frozen.Add(time.Duration(pass) * time.Second)}}}
		for _, id := range ids {
			b.Found = append(b.Found, model.Found{Resource: thing(ref(hand, "r", id)), Pass: pass})
		}
		b.Regions = []model.Region{{Name: "r"}}
		inv.Apply(b)
	}
	look(1, "a", "b", "kept")
	look(2, "a", "b", "kept", "late")
	in := input(t, inv.Snapshot(), ref(hand, "r", "a"), ref(hand, "r", "b"), ref(hand, "r", "kept"))
	in.Protections = []plan.Protection{protect("kept")}
	p := freeze(t, in)
	if c := p.Composition; !c.All || c.Marked != 3 || p.OutOfMarked() != 1 || !strings.HasPrefix(p.Phrase(), "delete all 2 in ") {
		t.Errorf("%+v, %s", *c, p.Phrase())
	}
	in.Marked = in.Marked[:1]
	if p := freeze(t, in); p.Composition.All {
		t.Error("b stays, and the plan says that it takes all")
	}
}

// TestTheNumberOfAPlanFollowsFromTheMarks: N is what was marked, less what is left out and what
// rootout does not cover, and what belongs to the rest.
func TestTheNumberOfAPlanFollowsFromTheMarks(t *testing.T) {
	all := append(market("r"), market("s")...)
	rapid.Check(t, func(t *rapid.T) {
		var marked []model.Ref
		for _, r := range all {
			if rapid.Bool().Draw(t, r.Ref.ID) {
				marked = append(marked, r.Ref)
			}
		}
		marked = append(marked, ref(hand, "r", "gone"))
		in := input(&testing.T{}, snapshot(all...), marked...)
		in.Marked = append(in.Marked, model.MarkUncovered(account, model.Uncovered{Type: "AWS::EC2::Instance", ID: "i-1", Region: "r"}), in.Marked[0])
		in.Protections = []plan.Protection{protect("s-hand1")}
		p, err := plan.Freeze(in)
		if err != nil && !errors.Is(err, plan.ErrNothing) {
			t.Fatal(err)
		}
		c := p.Composition
		if got := c.Marked - c.NotCovered - p.OutOfMarked() + p.Owned(); got != p.N() || p.OutOfMarked() < 1 || c.NotCovered != 1 || c.Marked != len(marked)+1 {
			t.Errorf("%d marked, %d not covered, %d left out, %d owned, and the plan has %d", c.Marked, c.NotCovered, p.OutOfMarked(), p.Owned(), p.N())
		}
		if c.New+c.Older+c.Undated != p.N() || c.Account != len(all) {
			t.Errorf("%+v does not add up to %d of %d", c, p.N(), len(all))
		}
	})
}

func TestWhatIsNotReadMakesTheAccountALowerBound(t *testing.T) {
	inv := model.NewInventory()
	h := priced(thing(ref(hand, "r", "h")), 3)
	inv.Apply(&model.Batch{At: frozen, Found: []model.Found{{Resource: h, Pass: 1}}, Cells: []model.Cell{
		{Key: h.Ref.Cell(), State: model.CellCounted, Pass: 1, AsOf: frozen}, {Key: h.Ref.Place.Cell(yard), State: model.CellDenied},
	}, Regions: []model.Region{{Name: "r"}}})
	p := freeze(t, input(t, inv.Snapshot(), h.Ref))
	if c := p.Composition; !c.AtLeast || c.AccountUSDPerHour != 3 {
		t.Errorf("%+v", *c)
	}
}

// TestACompositionThatDoesNotAddUpIsRefused: the phrase follows from it.
func TestACompositionThatDoesNotAddUpIsRefused(t *testing.T) {
	for name, forge := range map[string]func(c *plan.Composition){
		"fewer older":  func(c *plan.Composition) { c.Older-- },
		"less than 0":  func(c *plan.Composition) { c.New, c.Older = c.New+c.Older+1, -1 },
		"more of mine": func(c *plan.Composition) { c.Yours = 99 },
	} {
		p := freeze(t, input(t, snapshot(hands(time.Hour, 48*time.Hour, 72*time.Hour)...), ref(hand, "r", "h0"), ref(hand, "r", "h1")))
		forge(p.Composition)
		text, err := json.Marshal(plan.Sealed(p))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := plan.Parse(text); !errors.Is(err, plan.ErrChanged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestEqualWarningsAreToldTogether: each is told once, and many of one sort in one line that counts
// them.
func TestEqualWarningsAreToldTogether(t *testing.T) {
	rules := rules()
	r := removal("fair:SendHome")
	way := r.Verbs[plan.Delete]
	way.Warn = func(r *model.Resource, _ *model.Graph, _ func(model.Ref) bool) plan.Warning {
		switch r.Name {
		case "undated":
			return plan.Warning{Name: r.Name, One: "undated sleeps", Many: "sleep"}
		case "h0":
			return plan.Warning{}
		}
		return plan.Warning{Name: r.Name, One: r.Name + " sings", Many: "sing"}
	}
	r.Verbs[plan.Delete] = way
	rules[hand] = r
	there := hands(make([]time.Duration, 6)...)
	in := input(t, snapshot(there...))
	in.Rules = rules
	for _, r := range there {
		in.Marked = append(in.Marked, model.MarkOf(r.Ref))
	}
	if got, want := freeze(t, in).Warnings, []string{"5 sing (h1, h2, h3, 2 more)", "undated sleeps"}; !slices.Equal(got, want) {
		t.Errorf("warnings %q, want %q", got, want)
	}
}
