package plan_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
)

// forged is a plan whose content somebody changed and sealed again.
func forged(t *testing.T, whole *plan.Plan, spoil func(*plan.Plan)) error {
	t.Helper()
	p := *whole
	p.Steps, p.Targets = slices.Clone(whole.Steps), slices.Clone(whole.Targets)
	spoil(&p)
	text, err := json.Marshal(plan.Sealed(&p))
	if err != nil {
		t.Fatal(err)
	}
	_, err = plan.Parse(text)
	return err
}

// TestForgedPlansAreRefused goes through everything that a plan is checked for, each thing by
// itself: a file that fits its digest may still reach beyond what it lists.
func TestForgedPlansAreRefused(t *testing.T) {
	whole := freeze(t, input(t, snapshot(market("r")...), ref(yard, "r", "r-yard")))
	elsewhere := ref(bell, "r", "nobody's")
	for name, c := range map[string]struct {
		spoil func(*plan.Plan)
		want  error
		any   bool // Any error will do.
	}{
		"nothing":                       {func(*plan.Plan) {}, nil, false},
		"a target in another account":   {func(p *plan.Plan) { p.Targets[0].Ref.Account = "111122223333" }, plan.ErrAccount, false},
		"a target in another partition": {func(p *plan.Plan) { p.Targets[0].Ref.Partition = "aws-cn" }, plan.ErrAccount, false},
		"steps under other names":       {func(p *plan.Plan) { p.Steps[0].ID, p.Steps[1].ID = p.Steps[1].ID, p.Steps[0].ID }, plan.ErrChanged, false},
		"a step for what is no target": {func(p *plan.Plan) {
			p.Steps[0].Targets = []model.Ref{elsewhere}
			p.Steps[0].Kind, p.Steps[0].Place = elsewhere.Kind, elsewhere.Place
		}, plan.ErrChanged, false},
		"a step of another kind":     {func(p *plan.Plan) { p.Steps[0].Kind = yard }, plan.ErrChanged, false},
		"a step in another region":   {func(p *plan.Plan) { p.Steps[0].Region = "q" }, plan.ErrChanged, false},
		"a wait for nothing":         {func(p *plan.Plan) { p.Steps[1].After = []plan.Wait{{Step: "s99"}} }, plan.ErrChanged, false},
		"a wait for a later phase":   {func(p *plan.Plan) { p.Steps[0].After = []plan.Wait{{Step: p.Steps[len(p.Steps)-1].ID}} }, plan.ErrChanged, false},
		"a barrier of a later phase": {func(p *plan.Plan) { p.Steps[0].Barriers = []plan.Barrier{{Phase: model.Verify}} }, plan.ErrChanged, false},
		"a name that acts":           {func(p *plan.Plan) { p.Targets[0].Name = "\x1b[2J" }, plan.ErrChanged, false},
		"a reason that acts":         {func(p *plan.Plan) { p.LeftOut = []plan.LeftOut{{Name: "x", Reason: "\x1b[2J"}} }, plan.ErrChanged, false},
		"a name that acts, of what stays": {func(p *plan.Plan) {
			p.LeftOut = []plan.LeftOut{{Name: "\u202e", Reason: "x"}}
		}, plan.ErrChanged, false},
		"an id that acts, of what is not covered": {func(p *plan.Plan) {
			p.Uncovered = []model.Uncovered{{Type: "AWS::EC2::Instance", ID: "\x1b]0;x\a"}}
		}, plan.ErrChanged, false},
		"a link that acts": {func(p *plan.Plan) { p.Uncovered = []model.Uncovered{{Console: "https://x/\x1b"}} }, plan.ErrChanged, false},
		"a region that acts": {func(p *plan.Plan) {
			p.Targets = append(p.Targets, plan.Target{Ref: ref(hand, "\x1b[2J", "x"), Name: "x"})
		}, plan.ErrChanged, false},
		"a kind that acts": {func(p *plan.Plan) {
			p.Targets = append(p.Targets, plan.Target{Ref: ref("fair:\x1b[2J", "r", "x"), Name: "x"})
		}, plan.ErrChanged, false},
		"an owner's region that acts": {func(p *plan.Plan) { p.Targets[0].Because = ref(yard, "\x1b[2J", "x") }, plan.ErrChanged, false},
		"an ARN that acts":            {func(p *plan.Plan) { p.Targets[0].ARN = "arn:\x1b[2J" }, plan.ErrChanged, false},
		"a leftover that acts": {func(p *plan.Plan) {
			p.Targets[0].Leftovers = []model.Uncovered{{Type: "AWS::EC2::Instance", ID: "\x1b[2J"}}
		}, plan.ErrChanged, false},
		"an ARN that acts, of what stays": {func(p *plan.Plan) {
			p.LeftOut = []plan.LeftOut{{ARN: "arn:\x1b[2J", Name: "x", Reason: "x"}}
		}, plan.ErrChanged, false},
		"a kind that acts, of what stays": {func(p *plan.Plan) {
			p.LeftOut = []plan.LeftOut{{Ref: ref("fair:\x1b[2J", "r", "x"), Name: "x", Reason: "x"}}
		}, plan.ErrChanged, false},
		"a proof that acts": {func(p *plan.Plan) {
			p.Steps[0].Proof = "\x1b[2J"
		}, plan.ErrChanged, false},
		"the words of taking back that act": {func(p *plan.Plan) { p.Steps[0].UndoHow = "\x1b[2J" }, plan.ErrChanged, false},
		"a condition that acts":             {func(p *plan.Plan) { p.Steps[0].Before = "\x1b[2J" }, plan.ErrChanged, false},
		"a version that never was":          {func(p *plan.Plan) { p.Version = 0 }, errNoPlan, true},
	} {
		err := forged(t, whole, c.spoil)
		switch {
		case c.want == nil && err != nil, c.want != nil && err == nil, c.want != nil && !c.any && !errors.Is(err, c.want):
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// errNoPlan stands for "this is not a plan of rootout".
var errNoPlan = errors.New("not a plan")

func TestPhraseIsTheWholePhrase(t *testing.T) {
	p := freeze(t, input(t, snapshot(market("r")...), ref(yard, "r", "r-yard")))
	whole := p.Phrase()
	if err := p.Confirm(whole); err != nil {
		t.Errorf("the phrase itself: %v", err)
	}
	for _, wrong := range []string{"", "delete", whole[:len(whole)-1], whole + "0", " " + whole, whole + "\n", whole + "\u00a0", strings.ToUpper(whole), strings.Replace(whole, " ", "  ", 1)} {
		if err := p.Confirm(wrong); !errors.Is(err, plan.ErrPhrase) {
			t.Errorf("%q confirms: %v", wrong, err)
		}
	}
}

// TestEverythingThatIsShownIsUnderTheDigest: what the review tells an operator cannot be changed
// behind his phrase.
func TestEverythingThatIsShownIsUnderTheDigest(t *testing.T) {
	in := input(t, snapshot(append(market("r"), thing(ref(yard, "r", "kept")))...), ref(yard, "r", "r-yard"), ref(yard, "r", "kept"))
	in.Protections = []plan.Protection{protect("kept")}
	in.HiddenByFilter = 2
	in.Marked = append(in.Marked, model.MarkUncovered(account, model.Uncovered{Type: "AWS::EC2::Instance", ID: "i-0", Region: "r"}))
	whole := freeze(t, in)
	text, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	if whole.HiddenByFilter != 2 || len(whole.LeftOut) != 1 || !whole.LeftOut[0].Protected || len(whole.Uncovered) != 1 {
		t.Fatalf("hidden %d, left out %+v, uncovered %+v", whole.HiddenByFilter, whole.LeftOut, whole.Uncovered)
	}
	for _, c := range [][2]string{
		{`"reason":"protected: name:kept"`, `"reason":"protected: name:lost"`},
		{`"protected":true`, `"protected":false`},
		{`"hiddenByFilter":2`, `"hiddenByFilter":1`},
		{`"ID":"i-0"`, `"ID":"i-1"`},
		{`"burningStopsNs":`, `"burningStopsNs":1`},
		{`"proof":"it is gone"`, `"proof":"it is good"`},
		{`"usdPerHour":5`, `"usdPerHour":4`},
		{`"frozenAt":"2026`, `"frozenAt":"2025`},
	} {
		if !strings.Contains(string(text), c[0]) {
			t.Errorf("the plan says nowhere %s", c[0])
			continue
		}
		if _, err := plan.Parse([]byte(strings.Replace(string(text), c[0], c[1], 1))); !errors.Is(err, plan.ErrChanged) {
			t.Errorf("%s: %v", c[1], err)
		}
	}
}

func TestWhatIsOnItsWayOutIsLeftOut(t *testing.T) {
	deleting, stopped := thing(ref(hand, "r", "deleting"), ref(yard, "r", "y")), thing(ref(hand, "r", "stopped"), ref(yard, "r", "y"))
	deleting.Deleting, deleting.State = true, "DELETING"
	stopped.Counts, stopped.State = false, "STOPPED"
	p := freeze(t, input(t, snapshot(thing(ref(yard, "r", "y")), deleting, stopped), deleting.Ref, stopped.Ref, ref(yard, "r", "y")))
	if got := targets(p); !slices.Equal(got, []string{"y"}) {
		t.Errorf("targets %v", got)
	}
	if why := reasonFor(p, "deleting"); why != "nothing to do: AWS says DELETING" {
		t.Errorf("left out because %q", why)
	}
	if why := reasonFor(p, "stopped"); why != "nothing to do: AWS says STOPPED" {
		t.Errorf("left out because %q", why)
	}
}

// TestWhatAllOwnersTakeAlongIsNotLeftOut: a bell of two yards goes with both, whichever is looked
// at first.
func TestWhatAllOwnersTakeAlongIsNotLeftOut(t *testing.T) {
	both := thing(ref(bell, "r", "both"), ref(yard, "r", "a"), ref(yard, "r", "b"))
	p := freeze(t, input(t, snapshot(thing(ref(yard, "r", "a")), thing(ref(yard, "r", "b")), both), ref(yard, "r", "a"), ref(yard, "r", "b")))
	if !slices.Contains(targets(p), "both") || len(p.LeftOut) > 0 {
		t.Errorf("targets %v, left out %+v", targets(p), p.LeftOut)
	}
}

func TestGuardAndProtectListAreToldFromOtherReasons(t *testing.T) {
	in := input(t, snapshot(market("r")...), ref(hand, "r", "r-loose"), ref(sheet, "r", "r-sheet"), ref(hand, "r", "r-hand1"))
	rule := in.Rules[hand]
	rule.Carries = func(steps []plan.Step, _ *model.Graph, _ model.Caller) string {
		if steps[0].Targets[0].ID == "r-loose" && steps[0].Kind == hand && steps[0].Region == "r" {
			return "you are this hand"
		}
		return ""
	}
	in.Rules[hand] = rule
	p := freeze(t, in)
	for _, l := range p.LeftOut {
		if want := l.Ref.ID == "r-loose"; l.Protected != want {
			t.Errorf("%s: protected %v, because %s", l.Name, l.Protected, l.Reason)
		}
	}
	if len(p.LeftOut) != 2 {
		t.Errorf("left out %+v", p.LeftOut)
	}
}

// TestAStepKeepsThePhaseThatItsKindGivesIt, and takes its kind's where it gives none.
func TestAStepKeepsThePhaseThatItsKindGivesIt(t *testing.T) {
	in := input(t, snapshot(thing(ref(hand, "r", "h"))), ref(hand, "r", "h"))
	in.Rules[hand] = plan.Rule{Verbs: plan.ByDeleting(plan.Way{Steps: func(*model.Resource, *model.Graph) []plan.Step {
		return []plan.Step{
			{Op: "fair:Warn", Goal: plan.Changed, Interim: true, Proof: "x"}, {Op: "fair:SendHome", Goal: plan.Gone, Phase: model.Tidy, Proof: "x"},
		}
	}})}
	p := freeze(t, in)
	if stepFor(t, p, "fair:Warn", "h").Phase != model.Drain || stepFor(t, p, "fair:SendHome", "h").Phase != model.Tidy {
		t.Errorf("%+v", p.Steps)
	}
}

// TestTheDearestContainerGoesFirst: what a yard costs is what everything in it costs.
func TestTheDearestContainerGoesFirst(t *testing.T) {
	var all []*model.Resource
	var marked []model.Ref
	for i, usd := range []float64{1, 9, 4} {
		y := ref(yard, "r", fmt.Sprintf("y%d", i))
		s := ref(stall, "r", fmt.Sprintf("s%d", i))
		all = append(all, thing(y), thing(s, y), priced(thing(ref(hand, "r", fmt.Sprintf("h%d", i)), s), usd))
		marked = append(marked, y)
	}
	p := freeze(t, input(t, snapshot(all...), marked...))
	var order []string
	for _, s := range p.Steps {
		if s.Op == "fair:ClearYard" {
			order = append(order, fmt.Sprintf("%s %v", s.Targets[0].ID, s.USDPerHour))
		}
	}
	if want := []string{"y1 9", "y2 4", "y0 1"}; !slices.Equal(order, want) {
		t.Errorf("%v, want %v", order, want)
	}
}

// TestABatchIsOneKindOfCallInOnePlace: sheets of two regions, or with other parameters, are no one
// call.
func TestABatchIsOneKindOfCallInOnePlace(t *testing.T) {
	var all []*model.Resource
	var marked []model.Ref
	for i, id := range []string{"plain-a", "plain-b", "fancy-a", "fancy-b"} {
		for _, region := range []string{"r", "q"} {
			s := priced(thing(ref(sheet, region, region+id)), float64(i+1))
			all, marked = append(all, s), append(marked, s.Ref)
		}
	}
	in := input(t, snapshot(all...), marked...)
	rule := in.Rules[sheet]
	rule.Verbs = plan.ByDeleting(plan.Way{Steps: func(r *model.Resource, _ *model.Graph) []plan.Step {
		s := plan.Step{Op: "fair:BurnSheets", Goal: plan.Gone, Proof: "it is ash"}
		if strings.Contains(r.Name, "fancy") {
			s.Params = map[string]string{"slowly": "yes"}
		}
		return []plan.Step{s}
	}})
	in.Rules[sheet] = rule
	p := freeze(t, in)
	if len(p.Steps) != 4 {
		t.Fatalf("%d calls, want one a region and manner", len(p.Steps))
	}
	for _, s := range p.Steps {
		usd := 1.0 + 2
		if s.Params["slowly"] == "yes" {
			usd = 3 + 4
		}
		if len(s.Targets) != 2 || s.USDPerHour != usd {
			t.Errorf("%s in %s of %d targets, $%v", s.Params, s.Region, len(s.Targets), s.USDPerHour)
		}
		for _, ref := range s.Targets {
			if ref.Region != s.Region || strings.Contains(ref.ID, "fancy") != (s.Params["slowly"] == "yes") {
				t.Errorf("%s is in the call for %s %v", ref.ID, s.Region, s.Params)
			}
		}
	}
}

func TestBarriersOfPhasesAndOfSteps(t *testing.T) {
	in := input(t, snapshot(market("r")...), ref(yard, "r", "r-yard"), ref(sheet, "r", "r-sheet"))
	rule := in.Rules[sheet]
	way := rule.Verbs[plan.Delete]
	steps := way.Steps
	own := plan.Barrier{Phase: model.Drain, Until: plan.Proven, Everywhere: true}
	way.Steps = func(r *model.Resource, g *model.Graph) []plan.Step {
		out := steps(r, g)
		out[len(out)-1].Barriers = []plan.Barrier{own}
		return out
	}
	rule.Verbs = plan.ByDeleting(way)
	in.Rules[sheet] = rule
	p := freeze(t, in)
	tidy := plan.Barrier{Phase: model.Drain, Until: plan.Attempted}
	if got := stepFor(t, p, "fair:FoldSheet", "r-sheet").Barriers; !slices.Equal(got, []plan.Barrier{tidy}) {
		t.Errorf("tidying waits for %v", got)
	}
	if got := stepFor(t, p, "fair:BurnSheets", "r-sheet").Barriers; !slices.Equal(got, []plan.Barrier{tidy, own}) {
		t.Errorf("a step's own barrier: %v", got)
	}
}

// TestWhatLivesBesideIsOnlyAttempted: a stall of the same yard may hold on to a bell that comes
// after stalls; only AWS knows.
func TestWhatLivesBesideIsOnlyAttempted(t *testing.T) {
	c, err := model.NewCatalog(
		model.Kind{ID: stall, Phase: model.Drain, Order: 2},
		model.Kind{ID: bell, Phase: model.Remove, Order: 1, After: []model.KindID{stall}},
		model.Kind{ID: yard, Phase: model.Remove, After: []model.KindID{stall, bell}, Owns: []model.KindID{stall, bell}, Order: 4},
	)
	if err != nil {
		t.Fatal(err)
	}
	y := ref(yard, "r", "y")
	in := input(t, snapshot(thing(y), thing(ref(stall, "r", "s"), y), thing(ref(bell, "r", "b"), y)), y)
	in.Catalog = c
	p := freeze(t, in)
	ring, shut := stepFor(t, p, "bell:Mute", "b"), stepFor(t, p, "fair:CloseStall", "s")
	if until, ok := waitsFor(ring, shut); !ok || until != plan.Attempted {
		t.Errorf("the bell waits for the stall beside it: %v, %v", until, ok)
	}
	// What is not planned is not waited for.
	in = input(t, snapshot(thing(y), thing(ref(stall, "r", "s"), y), thing(ref(bell, "r", "b"), y)), ref(bell, "r", "b"))
	in.Catalog = c
	if got := stepFor(t, freeze(t, in), "bell:Mute", "b").After; len(got) > 0 {
		t.Errorf("alone it waits for %v", got)
	}
}

func TestETACountsWhatItSays(t *testing.T) {
	in := input(t, snapshot(thing(ref(hand, "r", "a")), thing(ref(hand, "r", "b"))), ref(hand, "r", "a"), ref(hand, "r", "b"))
	in.Rates = func(string) (string, int, float64) { return "hands", 2, 1 }
	in.Latency, in.Poll = 100*time.Millisecond, 3*time.Second
	p := freeze(t, in)
	// Both calls are within the burst: one round trip, one look, and the listing at the end.
	if want := 100*time.Millisecond + 3*time.Second + 100*time.Millisecond; p.ETA.AllGone != want || p.ETA.BurningStops != 3100*time.Millisecond {
		t.Errorf("all gone %v, want %v; burning stops %v", p.ETA.AllGone, want, p.ETA.BurningStops)
	}
	if p.ETA.Phases[model.Drain] != 3100*time.Millisecond || len(p.ETA.Phases) != 1 {
		t.Errorf("phases %v", p.ETA.Phases)
	}
	in.Rates = func(string) (string, int, float64) { return "hands", 1, 2 }
	if p = freeze(t, in); p.ETA.BurningStops != 3600*time.Millisecond {
		t.Errorf("one of two waits half a second for its token, and one look follows: %v", p.ETA.BurningStops)
	}
}

// TestBurningStopsWhenTheSlowestHasStopped: it is billed until then, and its own record says how long
// that takes.
func TestBurningStopsWhenTheSlowestHasStopped(t *testing.T) {
	slow := priced(thing(ref(hand, "r", "slow")), 1)
	in := input(t, snapshot(slow, priced(thing(ref(hand, "r", "fast")), 1)), ref(hand, "r", "fast"))
	rule := in.Rules[hand]
	rule.Settle = 30 * time.Second
	rule.SettleOf = func(r *model.Resource, _ *model.Graph) time.Duration {
		return map[string]time.Duration{"slow": 2 * time.Minute}[r.Name]
	}
	in.Rules[hand], in.Latency = rule, 100*time.Millisecond
	in.Rates = func(string) (string, int, float64) { return "hands", 2, 1 }
	if got, want := freeze(t, in).ETA.BurningStops, 30*time.Second+100*time.Millisecond; got != want {
		t.Errorf("without the slow one burning stops after %v, want %v", got, want)
	}
	in.Marked = append(in.Marked, model.MarkOf(slow.Ref))
	p := freeze(t, in)
	if want := 2*time.Minute + 100*time.Millisecond; p.ETA.BurningStops != want || p.ETA.AllGone <= want {
		t.Errorf("burning stops after %v, want %v; all gone after %v", p.ETA.BurningStops, want, p.ETA.AllGone)
	}
}

// TestUncountedCellsOfWhatComesFirstAreWarnedOf: a yard's removal waits for kinds that it does not
// own, too.
func TestUncountedCellsOfWhatComesFirstAreWarnedOf(t *testing.T) {
	inv := model.NewInventory()
	at := model.Place{Account: account, Region: "r"}
	s := ref(sheet, "r", "s")
	inv.Apply(&model.Batch{At: frozen, Found: []model.Found{{Resource: thing(s), Pass: 1}}, Cells: []model.Cell{
		{Key: at.Cell(sheet), State: model.CellCounted, Pass: 1},
		{Key: at.Cell(hand), State: model.CellDenied},
		{Key: at.Cell(stall), State: model.CellCounted, Pass: 1},
	}})
	p := freeze(t, input(t, inv.Snapshot(), s))
	if len(p.Warnings) != 1 || !strings.HasPrefix(p.Warnings[0], "fair:hand in r is denied: what was not seen there is not in the plan") {
		t.Errorf("%v", p.Warnings)
	}
}

func TestRecheckIsOfTheSamePartition(t *testing.T) {
	in := input(t, snapshot(market("r")...), ref(hand, "r", "r-loose"))
	p := freeze(t, in)
	in.Caller.Partition = "aws-cn"
	if err := plan.Recheck(p, in); !errors.Is(err, plan.ErrAccount) {
		t.Errorf("the same digits in China: %v", err)
	}
}

// TestRecheckLooksAtWhatIsThere: what is on its way out needs no protection, and what its owner
// made since is not called by any step.
func TestRecheckLooksAtWhatIsThere(t *testing.T) {
	p := freeze(t, input(t, snapshot(market("r")...), ref(stall, "r", "r-stall")))
	gone := thing(ref(stall, "r", "r-stall"))
	gone.Counts = false
	in := input(t, snapshot(gone))
	in.Protections = []plan.Protection{protect("r-stall")}
	if err := plan.Recheck(p, in); err != nil {
		t.Errorf("what has gone meanwhile: %v", err)
	}
	things := market("r")
	next := thing(ref(hand, "r", "next"), ref(stall, "r", "r-stall"))
	in = input(t, snapshot(append(things, next)...))
	rule := in.Rules[hand]
	rule.Verbs = plan.ByDeleting(plan.Way{Steps: rule.Verbs[plan.Delete].Steps, Refuse: func(r *model.Resource, _ *model.Graph, _ func(model.Ref) bool) string {
		if r.Name == "next" {
			return "it is busy"
		}
		return ""
	}})
	in.Rules[hand] = rule
	if err := plan.Recheck(p, in); err != nil {
		t.Errorf("what the stall hired since: %v", err)
	}
}

// TestRespawned tells what came back from what was there, what is going, and what nobody removed.
func TestRespawned(t *testing.T) {
	things := market("r")
	p := freeze(t, input(t, snapshot(things...), ref(stall, "r", "r-stall"), ref(hand, "r", "r-loose")))
	before := model.NewGraph(snapshot(things...))
	began := frozen.Add(time.Hour)
	at := func(r *model.Resource, made time.Time) *model.Resource { r.MadeAt = made; return r }
	stopped, leaving := thing(ref(hand, "r", "stopped"), ref(stall, "r", "r-stall")), thing(ref(hand, "r", "leaving"), ref(stall, "r", "r-stall"))
	stopped.Counts, leaving.Deleting = false, true
	found := map[model.Ref]*model.Resource{}
	for _, r := range []*model.Resource{
		at(thing(ref(hand, "r", "back"), ref(stall, "r", "r-stall")), began.Add(time.Second)),
		at(thing(ref(hand, "r", "skewed"), ref(stall, "r", "r-stall")), began.Add(-30*time.Second)),
		at(thing(ref(hand, "r", "older"), ref(stall, "r", "r-stall")), began.Add(-2*time.Minute)),
		thing(ref(hand, "r", "in its place"), ref(yard, "r", "r-yard")),
		thing(ref(stall, "r", "another kind"), ref(yard, "r", "other-yard")),
		thing(ref(hand, "r", "elsewhere"), ref(yard, "r", "other-yard")),
		stopped, leaving, things[0], things[2],
	} {
		found[r.Ref] = r
	}
	var back []string
	for _, r := range plan.Respawned(p, began, before, found) {
		back = append(back, r.Ref.ID)
		if r.Ref.ID == "back" && (r.Cause != "fair:stall r-stall keeps it up" || r.By.ID != "r-stall") {
			t.Errorf("%s: %s by %v", r.Ref.ID, r.Cause, r.By)
		}
	}
	if want := []string{"back", "in its place", "skewed"}; !slices.Equal(back, want) {
		t.Errorf("%v came back, want %v", back, want)
	}
}

// TestRespawnNamesWhatStartsIt: what starts a thing from another service goes before the owner that
// keeps it up.
func TestRespawnNamesWhatStartsIt(t *testing.T) {
	things := market("r")
	p := freeze(t, input(t, snapshot(things...), ref(stall, "r", "r-stall")))
	before := model.NewGraph(snapshot(things...))
	came := func(uses ...model.Ref) plan.Respawn {
		r := thing(ref(hand, "r", "back"), ref(stall, "r", "r-stall"))
		r.Uses = uses
		out := plan.Respawned(p, frozen, before, map[model.Ref]*model.Resource{r.Ref: r})
		if len(out) != 1 {
			t.Fatalf("%+v", out)
		}
		return out[0]
	}
	if got := came(ref(bell, "r", "r-bell")); got.Cause != "bell:bell r-bell starts it" || got.By.ID != "r-bell" {
		t.Errorf("%+v", got)
	}
	if got := came(ref(sheet, "r", "r-sheet")); got.Cause != "fair:stall r-stall keeps it up" {
		t.Errorf("%+v", got)
	}
	loose := thing(ref(hand, "r", "loose"))
	loose.Uses = []model.Ref{ref(sheet, "r", "r-sheet")}
	whole := freeze(t, input(t, snapshot(things...), ref(yard, "r", "r-yard"), ref(sheet, "r", "r-sheet")))
	out := plan.Respawned(whole, frozen, before, map[model.Ref]*model.Resource{loose.Ref: loose})
	if len(out) != 1 || out[0].Cause != "somebody runs r-sheet again" {
		t.Errorf("%+v", out)
	}
}

// TestOnlyWhatIsExactIsUndone: a step with an inverse that would put something else back is left
// out.
func TestOnlyWhatIsExactIsUndone(t *testing.T) {
	in := input(t, snapshot(thing(ref(hand, "r", "h"))), ref(hand, "r", "h"))
	rules := undoable()
	rules[hand] = plan.Rule{Verbs: plan.ByDeleting(plan.Way{Steps: func(*model.Resource, *model.Graph) []plan.Step {
		return []plan.Step{{
			Op: "fair:SendHome", Goal: plan.Gone, Undo: model.UndoPartly, UndoHow: "hire another", Proof: "x",
			Inverse: []plan.Step{{Op: "fair:CallBack", Goal: plan.Exists, Proof: "x"}},
		}}
	}})}
	in.Rules = rules
	p := freeze(t, in)
	u, err := plan.UndoRun(undoOf(t, p))
	if !errors.Is(err, plan.ErrNothing) || reasonFor(u, "h") != "fair:SendHome cannot be undone exactly; by hand: hire another" {
		t.Errorf("%v: %+v", err, u.LeftOut)
	}
}
