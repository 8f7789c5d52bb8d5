package plan_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// undoable makes bells and hands of the fair that come back exactly: a bell is muted and then taken
// down, a hand goes with a stall.
func undoable() map[model.KindID]plan.Rule {
	all := rules()
	all[bell] = plan.Rule{Verbs: plan.ByDeleting(plan.Way{Steps: func(*model.Resource, *model.Graph) []plan.Step {
		return []plan.Step{
			{
				Op: "bell:Mute", Goal: plan.Changed, Interim: true, Undo: model.UndoExactly, Proof: "it is silent",
				Inverse: []plan.Step{{Op: "bell:Unmute", Goal: plan.Changed, Proof: "it rings"}},
			},
			{
				Op: "bell:TakeDown", Goal: plan.Gone, Undo: model.UndoExactly, Proof: "it is gone",
				Inverse: []plan.Step{
					{Op: "bell:Hang", Goal: plan.Exists, Proof: "it hangs"},
					{Op: "bell:Tune", Goal: plan.Changed, Proof: "it is in tune"},
				},
			},
		}
	}})}
	all[hand] = plan.Rule{Verbs: plan.ByDeleting(plan.Way{Steps: func(r *model.Resource, _ *model.Graph) []plan.Step {
		return []plan.Step{{
			Op: "fair:SendHome", Goal: plan.Gone, Undo: model.UndoExactly, Proof: "it is gone",
			Inverse: []plan.Step{{Op: "fair:CallBack", Goal: plan.Exists, Needs: r.Owners, Proof: "it is back"}},
		}}
	}})}
	return all
}

// undoOf is the input of the undo of a plan all of whose steps were done, over what is there now.
func undoOf(t *testing.T, p *plan.Plan, now ...*model.Resource) plan.UndoInput {
	t.Helper()
	in := input(t, snapshot(now...))
	in.Rules = undoable()
	done := map[string]bool{}
	for _, s := range p.Steps {
		done[s.ID] = true
	}
	return plan.UndoInput{Input: in, Of: p, Done: done, Prepare: func(s plan.Step) ([]plan.Step, error) { return []plan.Step{s}, nil }}
}

func bellPlan(t *testing.T) *plan.Plan {
	t.Helper()
	in := input(t, snapshot(thing(ref(bell, "r", "big")), thing(ref(bell, "q", "small"))), ref(bell, "r", "big"), ref(bell, "q", "small"))
	in.Rules = undoable()
	return freeze(t, in)
}

func ops(p *plan.Plan, id string) []string {
	var out []string
	for _, s := range p.Steps {
		if s.Targets[0].ID == id {
			out = append(out, s.Op)
		}
	}
	return out
}

func TestUndoGoesBackwards(t *testing.T) {
	p := bellPlan(t)
	u, err := plan.UndoRun(undoOf(t, p))
	if err != nil {
		t.Fatal(err)
	}
	if got := ops(u, "big"); !slices.Equal(got, []string{"bell:Hang", "bell:Tune", "bell:Unmute"}) {
		t.Errorf("the big bell comes back by %v", got)
	}
	if u.Verb != plan.Undo || u.Undoes != p.Digest || u.N() != 2 || !strings.HasPrefix(u.Phrase(), "undo 2 in "+account) {
		t.Errorf("%s of %s", u.Phrase(), u.Undoes)
	}
	for _, target := range u.Targets {
		if target.Goal != plan.Exists {
			t.Errorf("%s: %v", target.Name, target.Goal)
		}
	}
	hang, tune, unmute := stepFor(t, u, "bell:Hang", "big"), stepFor(t, u, "bell:Tune", "big"), stepFor(t, u, "bell:Unmute", "big")
	if len(hang.After) > 0 || !slices.Equal(tune.After, []plan.Wait{{Step: hang.ID, Until: plan.Proven}}) ||
		!slices.Equal(unmute.After, []plan.Wait{{Step: tune.ID, Until: plan.Proven}}) {
		t.Errorf("waits: %v, %v, %v", hang.After, tune.After, unmute.After)
	}
	if hang.Phase != model.Restore || hang.Place != (model.Place{Account: account, Region: "r"}) || hang.Kind != bell || hang.Interim {
		t.Errorf("%+v", hang)
	}
	text, err := json.Marshal(u)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := plan.Parse(text); err != nil || again.Digest != u.Digest {
		t.Errorf("an undo does not survive its file: %v", err)
	}
	if twice, _ := plan.UndoRun(undoOf(t, p)); twice.Digest != u.Digest {
		t.Error("the same input gives another undo")
	}
}

func TestUndoTakesBackOnlyWhatWasDone(t *testing.T) {
	p := bellPlan(t)
	in := undoOf(t, p, thing(ref(bell, "r", "big")), thing(ref(bell, "q", "small")))
	in.Done = map[string]bool{stepFor(t, p, "bell:Mute", "big").ID: true}
	u, err := plan.UndoRun(in)
	if err != nil || len(u.Steps) != 1 || u.Steps[0].Op != "bell:Unmute" || u.Targets[0].Goal != plan.Changed || len(u.LeftOut) > 0 {
		t.Errorf("%v: %+v, left out %+v", err, u.Steps, u.LeftOut)
	}
}

func TestUndoOfSomeStepsTakesAllOfTheirResources(t *testing.T) {
	p := bellPlan(t)
	in := undoOf(t, p)
	in.Only = []string{stepFor(t, p, "bell:Mute", "small").ID}
	u, err := plan.UndoRun(in)
	if err != nil || !slices.Equal(targets(u), []string{"small"}) || len(ops(u, "small")) != 3 || len(u.LeftOut) > 0 {
		t.Errorf("%v: %v by %v", err, targets(u), ops(u, "small"))
	}
}

// TestUndoSaysWhatComesBackForNothing: what a bell calls into is gone, and is not put back with it.
func TestUndoSaysWhatComesBackForNothing(t *testing.T) {
	p := bellPlan(t)
	for name, c := range map[string]struct {
		now  []*model.Resource
		want []string
	}{
		"it is gone":  {nil, []string{"big comes back, and names fair:yard:r:north, which is not there now"}},
		"it is there": {[]*model.Resource{thing(ref(yard, "r", "north"))}, nil},
	} {
		in := undoOf(t, p, c.now...)
		in.Prepare = func(s plan.Step) ([]plan.Step, error) {
			if s.Op == "bell:Hang" && s.Targets[0].ID == "big" {
				s.Names = []model.Ref{ref(yard, "r", "north")}
			}
			return []plan.Step{s}, nil
		}
		u, err := plan.UndoRun(in)
		if err != nil || !slices.Equal(u.Warnings, c.want) || !slices.Equal(targets(u), []string{"big", "small"}) {
			t.Errorf("%s: %v, %q, %v", name, err, u.Warnings, targets(u))
		}
	}
}

// TestSecretsAreNotPromisedBack: what an undo could otherwise put back is named where it cannot.
func TestSecretsAreNotPromisedBack(t *testing.T) {
	secret := thing(ref(bell, "r", "big"))
	secret.Secrets = 1
	stalls := thing(ref(stall, "r", "s1"))
	stalls.Secrets = 2
	in := input(t, snapshot(secret, thing(ref(bell, "q", "small")), stalls), secret.Ref, ref(bell, "q", "small"), stalls.Ref)
	if p := freeze(t, in); !slices.Equal(p.Warnings, []string{"big holds secret values, which are never kept: u cannot put it back exactly"}) {
		t.Errorf("%q", p.Warnings)
	}
}

func TestUndoLeavesOut(t *testing.T) {
	gone := func(p *plan.Plan) plan.UndoInput { return undoOf(t, p) }
	for name, c := range map[string]struct {
		in        func(p *plan.Plan) plan.UndoInput
		want      string
		protected bool
	}{
		"what is there again": {func(p *plan.Plan) plan.UndoInput {
			return undoOf(t, p, thing(ref(bell, "r", "big")))
		}, "it is there: it was made again since, and stays as it is", false},
		"what an undo has put back": {func(p *plan.Plan) plan.UndoInput {
			in := undoOf(t, p, thing(ref(bell, "r", "big")))
			in.TakenBack = map[model.Ref]string{ref(bell, "r", "big"): "beef42"}
			return in
		}, "already undone by #beef", false},
		"what an undo has changed back": {func(p *plan.Plan) plan.UndoInput {
			in := undoOf(t, p, thing(ref(bell, "r", "big")))
			in.Done = map[string]bool{stepFor(t, p, "bell:Mute", "big").ID: true}
			in.TakenBack = map[model.Ref]string{ref(bell, "r", "big"): "beef42"}
			return in
		}, "already undone by #beef", false},
		"what was only changed and is gone": {func(p *plan.Plan) plan.UndoInput {
			in := gone(p)
			in.Done = map[string]bool{stepFor(t, p, "bell:Mute", "big").ID: true}
			return in
		}, "it is not there any more", false},
		"what cannot be prepared": {func(p *plan.Plan) plan.UndoInput {
			in := gone(p)
			in.Prepare = func(s plan.Step) ([]plan.Step, error) {
				if s.Op == "bell:Tune" && s.Targets[0].ID == "big" {
					return nil, errors.New("nobody wrote the tune down")
				}
				return []plan.Step{s}, nil
			}
			return in
		}, "nobody wrote the tune down", false},
		"what carries the caller": {func(p *plan.Plan) plan.UndoInput {
			in := gone(p)
			rule := in.Rules[bell]
			rule.Carries = func(steps []plan.Step, _ *model.Graph, c model.Caller) string {
				if steps[0].Op == "bell:Hang" && steps[0].Targets[0].ID == "big" && strings.HasSuffix(c.ARN, "/jm") {
					return "it would hang over your head"
				}
				return ""
			}
			in.Rules[bell] = rule
			return in
		}, "it would take your own access away: it would hang over your head", true},
		"what is protected by now": {func(p *plan.Plan) plan.UndoInput {
			in := undoOf(t, p, thing(ref(bell, "r", "big")))
			in.Done = map[string]bool{stepFor(t, p, "bell:Mute", "big").ID: true}
			in.Protections = []plan.Protection{protect("big")}
			return in
		}, "protected: ", true},
	} {
		u, _ := plan.UndoRun(c.in(bellPlan(t)))
		if why := reasonFor(u, "big"); !strings.HasPrefix(why, c.want) || slices.Contains(targets(u), "big") {
			t.Errorf("%s: left out because %q, want %q; targets %v", name, why, c.want, targets(u))
		}
		for _, l := range u.LeftOut {
			if l.Protected != c.protected {
				t.Errorf("%s: protected is %v", name, l.Protected)
			}
		}
	}
}

// TestUndoIsWholeOrNotAtAll: a stall that comes back only by hand leaves its hands without a place.
func TestUndoIsWholeOrNotAtAll(t *testing.T) {
	in := input(t, snapshot(thing(ref(stall, "r", "s")), thing(ref(hand, "r", "h"), ref(stall, "r", "s"))), ref(stall, "r", "s"))
	in.Rules = undoable()
	p := freeze(t, in)
	u, err := plan.UndoRun(undoOf(t, p))
	if !errors.Is(err, plan.ErrNothing) || reasonFor(u, "h") != "it needs fair:stall:r:s, which is not there" ||
		!strings.HasPrefix(reasonFor(u, "s"), "fair:CloseStall cannot be undone exactly") {
		t.Errorf("%v: %+v", err, u.LeftOut)
	}
	u, err = plan.UndoRun(undoOf(t, p, thing(ref(stall, "r", "s"))))
	if err != nil || !slices.Equal(targets(u), []string{"h"}) {
		t.Errorf("with the stall there: %v, %v", err, targets(u))
	}
	deleting := thing(ref(stall, "r", "s"))
	deleting.Deleting = true
	if u, _ = plan.UndoRun(undoOf(t, p, deleting)); len(u.Targets) > 0 {
		t.Errorf("with the stall on its way out: %v", targets(u))
	}
}

// TestUndoWaitsForWhatItNeeds brings a bell back that needs another one.
func TestUndoWaitsForWhatItNeeds(t *testing.T) {
	p := bellPlan(t)
	in := undoOf(t, p)
	in.Prepare = func(s plan.Step) ([]plan.Step, error) {
		if s.Targets[0].ID == "big" && s.Op == "bell:Hang" {
			s.Needs = []model.Ref{ref(bell, "q", "small")}
		}
		return []plan.Step{s}, nil
	}
	u, err := plan.UndoRun(in)
	if err != nil {
		t.Fatal(err)
	}
	last := stepFor(t, u, "bell:Unmute", "small")
	if got := stepFor(t, u, "bell:Hang", "big").After; !slices.Equal(got, []plan.Wait{{Step: last.ID, Until: plan.Proven}}) {
		t.Errorf("the big bell waits for %v, want %s", got, last.ID)
	}
	// Where the one that it needs cannot come back, neither does it.
	in.Prepare = func(s plan.Step) ([]plan.Step, error) {
		if s.Targets[0].ID == "small" {
			return nil, errors.New("it cracked")
		}
		s.Needs = []model.Ref{ref(bell, "q", "small")}
		return []plan.Step{s}, nil
	}
	if u, err = plan.UndoRun(in); !errors.Is(err, plan.ErrNothing) || !strings.HasPrefix(reasonFor(u, "big"), "it needs bell:bell:q:small") {
		t.Errorf("%v: %+v", err, u.LeftOut)
	}
}

func TestUndosThatNobodyMadeAreRefused(t *testing.T) {
	u, err := plan.UndoRun(undoOf(t, bellPlan(t)))
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*plan.Plan){
		"an undo of nothing":            func(p *plan.Plan) { p.Undoes = "" },
		"a removal that undoes":         func(p *plan.Plan) { p.Verb = plan.Delete },
		"a digest that is none":         func(p *plan.Plan) { p.Undoes = "../../case" },
		"a step in another account":     func(p *plan.Plan) { p.Steps[0].Account = "111122223333" },
		"words that act, in an inverse": func(p *plan.Plan) { p.Steps[0].Inverse = []plan.Step{{Op: "\x1b[2J"}} },
	} {
		p := *u
		p.Steps = slices.Clone(u.Steps)
		spoil(&p)
		text, err := json.Marshal(plan.Sealed(&p))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := plan.Parse(text); !errors.Is(err, plan.ErrChanged) {
			t.Errorf("%s: %v, want it refused", name, err)
		}
	}
}

// TestRecheckOfAnUndo: protections and the guard are asked again about what is there and what the
// steps do.
func TestRecheckOfAnUndo(t *testing.T) {
	p := bellPlan(t)
	in := undoOf(t, p, thing(ref(bell, "r", "big")))
	in.Done = map[string]bool{stepFor(t, p, "bell:Mute", "big").ID: true}
	u, err := plan.UndoRun(in)
	if err != nil {
		t.Fatal(err)
	}
	now := in.Input
	if err := plan.Recheck(u, now); err != nil {
		t.Errorf("nothing has changed: %v", err)
	}
	now.Protections = []plan.Protection{protect("big")}
	if err := plan.Recheck(u, now); !errors.Is(err, plan.ErrProtected) {
		t.Errorf("it is protected by now: %v", err)
	}
	now.Snapshot = model.NewInventory().Snapshot()
	if err := plan.Recheck(u, now); !errors.Is(err, plan.ErrProtected) || !strings.Contains(err.Error(), "cannot tell") {
		t.Errorf("nobody has looked: %v", err)
	}
	now = in.Input
	rule := now.Rules[bell]
	rule.Carries = func([]plan.Step, *model.Graph, model.Caller) string { return "you are the bell" }
	now.Rules[bell] = rule
	if err := plan.Recheck(u, now); !errors.Is(err, plan.ErrProtected) || !strings.Contains(err.Error(), "you are the bell") {
		t.Errorf("it carries the caller: %v", err)
	}
	now = in.Input
	now.Caller.Account = "111122223333"
	if err := plan.Recheck(u, now); !errors.Is(err, plan.ErrAccount) {
		t.Errorf("another account: %v", err)
	}
	// What an undo makes need not be there, and cannot be protected.
	made, err := plan.UndoRun(undoOf(t, p))
	if err != nil {
		t.Fatal(err)
	}
	now = undoOf(t, p).Input
	now.Protections = []plan.Protection{protect("big")}
	if err := plan.Recheck(made, now); err != nil {
		t.Errorf("what is to be made is not there: %v", err)
	}
}

// TestWhatMayBeDoneOrNotIsSaid: nothing is taken back of what was killed half-way, and a call
// without an answer is warned of.
func TestWhatMayBeDoneOrNotIsSaid(t *testing.T) {
	p := bellPlan(t)
	in := undoOf(t, p)
	in.Open, in.Lost = map[string]bool{}, map[string]bool{}
	for _, s := range p.Steps {
		if s.Op != "bell:TakeDown" {
			continue
		}
		delete(in.Done, s.ID)
		if s.Targets[0].ID == "big" {
			in.Open[s.ID] = true
		} else {
			in.Lost[s.ID] = true
		}
	}
	in.Snapshot = snapshot(thing(ref(bell, "r", "big")), thing(ref(bell, "q", "small")))
	u, err := plan.UndoRun(in)
	if err != nil {
		t.Fatal(err)
	}
	if got := ops(u, "small"); !slices.Equal(got, []string{"bell:Unmute"}) || len(ops(u, "big")) > 0 {
		t.Errorf("the small bell comes back by %v, the big one by %v", got, ops(u, "big"))
	}
	if len(u.LeftOut) != 1 || !strings.Contains(u.LeftOut[0].Reason, "killed while bell:TakeDown was under way") {
		t.Errorf("left out: %+v", u.LeftOut)
	}
	if len(u.Warnings) != 1 || !strings.Contains(u.Warnings[0], "bell:TakeDown of small got no answer") {
		t.Errorf("warnings: %v", u.Warnings)
	}
}

// TestRecheckRefusesARemovalUnderAnotherVerb: what a removal's target holds is looked at, and a
// removal that is called something else must not go around that.
func TestRecheckRefusesARemovalUnderAnotherVerb(t *testing.T) {
	whole := freeze(t, input(t, snapshot(market("r")...), ref(yard, "r", "r-yard")))
	clearing := stepFor(t, whole, "fair:ClearYard", "r-yard")
	clearing.ID, clearing.After, clearing.Barriers = "s1", nil, nil
	for _, there := range [][]*model.Resource{market("r"), nil} {
		in := input(t, snapshot(there...))
		in.Protections = []plan.Protection{protect("r-hand1")}
		for verb, want := range map[plan.Verb]string{
			plan.Undo: "fair:ClearYard removes it, and the plan is to undo",
			plan.Cut:  "rootout cannot cut this kind",
		} {
			p := *whole
			p.Verb, p.Steps, p.Composition = verb, []plan.Step{clearing}, nil
			p.Targets = []plan.Target{{Ref: clearing.Targets[0], Name: "r-yard", Goal: plan.Exists}}
			if verb == plan.Undo {
				p.Undoes = whole.Digest
			}
			if err := plan.Sealed(&p).Check(); err != nil {
				t.Fatal(err)
			}
			if err := plan.Recheck(&p, in); !errors.Is(err, plan.ErrProtected) || !strings.Contains(err.Error(), want) {
				t.Errorf("%s of a yard with a protected hand: %v", verb, err)
			}
		}
	}
}
