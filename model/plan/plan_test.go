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

// The estate of these tests has the shape of ECS without its names: a yard holds stalls and hands,
// a stall holds hands, a bell brings hands back into yards, and a sheet is what stalls and hands
// use.
const (
	yard  model.KindID = "fair:yard"
	stall model.KindID = "fair:stall"
	hand  model.KindID = "fair:hand"
	bell  model.KindID = "bell:bell"
	sheet model.KindID = "fair:sheet"
)

const account = "123456789012"

var frozen = time.Date(2026, 10, 4, 9, 12, 31, 0, time.UTC)

func catalog(t testing.TB) *model.Catalog {
	t.Helper()
	c, err := model.NewCatalog(
		model.Kind{ID: bell, Phase: model.Silence, Order: 1, Undo: model.UndoExactly},
		model.Kind{ID: stall, Phase: model.Drain, Order: 2, Owns: []model.KindID{hand}},
		model.Kind{ID: hand, Plural: "hands", Phase: model.Drain, Order: 3},
		model.Kind{ID: yard, Phase: model.Remove, After: []model.KindID{stall, hand}, Owns: []model.KindID{stall, hand, bell}, Order: 4},
		model.Kind{ID: sheet, Plural: "sheets", Phase: model.Tidy, After: []model.KindID{stall, hand}, Order: 5},
	)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func removal(op string) plan.Rule {
	return plan.Rule{Verbs: plan.ByDeleting(plan.Way{Steps: func(*model.Resource, *model.Graph) []plan.Step {
		return []plan.Step{{Op: op, Goal: plan.Gone, Proof: "it is gone"}}
	}})}
}

func rules() map[model.KindID]plan.Rule {
	sheets := plan.Rule{
		Batch: map[string]int{"fair:BurnSheets": 10},
	}
	sheets.Verbs = plan.ByDeleting(plan.Way{
		Steps: func(*model.Resource, *model.Graph) []plan.Step {
			return []plan.Step{
				{Op: "fair:FoldSheet", Goal: plan.Changed, Interim: true, Proof: "it is folded"},
				{Op: "fair:BurnSheets", Goal: plan.Gone, Proof: "it is ash"},
			}
		},
		Refuse: func(r *model.Resource, g *model.Graph, planned func(model.Ref) bool) string {
			for _, user := range g.Users(r.Ref) {
				if !planned(user.Ref) {
					return user.Name + " still uses it"
				}
			}
			return ""
		},
	})
	return map[model.KindID]plan.Rule{
		bell: removal("bell:Mute"), stall: removal("fair:CloseStall"), hand: removal("fair:SendHome"),
		yard: removal("fair:ClearYard"), sheet: sheets,
	}
}

func ref(k model.KindID, region, id string) model.Ref {
	return model.Ref{Partition: "aws", Place: model.Place{Account: account, Region: region}, Kind: k, ID: id}
}

func thing(r model.Ref, owners ...model.Ref) *model.Resource {
	return &model.Resource{Ref: r, Name: r.ID, State: "ACTIVE", Counts: true, Owners: owners}
}

func priced(r *model.Resource, usd float64) *model.Resource {
	r.Rate = model.Rate{PerHour: usd, Known: true, Billed: true}
	return r
}

func snapshot(resources ...*model.Resource) *model.Snapshot {
	inv := model.NewInventory()
	b := &model.Batch{At: frozen}
	cells := map[model.CellKey]bool{}
	for _, r := range resources {
		b.Found = append(b.Found, model.Found{Resource: r, Pass: 1})
		for _, k := range []model.KindID{yard, stall, hand, bell, sheet} {
			cells[model.CellKey{Place: model.Place{Account: account, Region: r.Ref.Region}, Kind: k}] = true
		}
	}
	for key := range cells {
		if !slices.ContainsFunc(b.Regions, func(r model.Region) bool { return r.Name == key.Region }) {
			b.Regions = append(b.Regions, model.Region{Name: key.Region})
		}
		b.Cells = append(b.Cells, model.Cell{Key: key, State: model.CellCounted, Pass: 1, AsOf: frozen})
	}
	inv.Apply(b)
	return inv.Snapshot()
}

func input(t testing.TB, snap *model.Snapshot, marked ...model.Ref) plan.Input {
	t.Helper()
	return plan.Input{
		Snapshot: snap, Catalog: catalog(t), Rules: rules(), Wish: plan.Wish{Marked: model.MarksOf(marked...), Window: 24 * time.Hour},
		Caller: model.Caller{Account: account, Partition: "aws", ARN: "arn:aws:sts::123456789012:assumed-role/Admin/jm", UserID: "AROAEXAMPLE:jm"}, Now: frozen,
	}
}

func freeze(t testing.TB, in plan.Input) *plan.Plan {
	t.Helper()
	p, err := plan.Freeze(in)
	if err != nil {
		t.Fatalf("Freeze: %v; left out: %+v", err, p.LeftOut)
	}
	return p
}

func targets(p *plan.Plan) []string {
	out := make([]string, 0, len(p.Targets))
	for _, t := range p.Targets {
		out = append(out, t.Ref.ID)
	}
	slices.Sort(out)
	return out
}

func reasonFor(p *plan.Plan, id string) string {
	for _, l := range p.LeftOut {
		if l.Ref.ID == id {
			return l.Reason
		}
	}
	return ""
}

func stepFor(t testing.TB, p *plan.Plan, op, id string) plan.Step {
	t.Helper()
	for _, s := range p.Steps {
		if s.Op == op && slices.ContainsFunc(s.Targets, func(r model.Ref) bool { return r.ID == id }) {
			return s
		}
	}
	t.Fatalf("no step %s on %s", op, id)
	return plan.Step{}
}

func waitsFor(s plan.Step, on plan.Step) (plan.Until, bool) {
	for _, w := range s.After {
		if w.Step == on.ID {
			return w.Until, true
		}
	}
	return 0, false
}

// market is a yard with a stall of two hands, a loose hand, and a bell.
func market(region string) []*model.Resource {
	y, s := ref(yard, region, region+"-yard"), ref(stall, region, region+"-stall")
	sh := ref(sheet, region, region+"-sheet")
	st := thing(s, y)
	st.Uses = []model.Ref{sh}
	return []*model.Resource{
		thing(y), st,
		priced(thing(ref(hand, region, region+"-hand1"), s), 1), priced(thing(ref(hand, region, region+"-hand2"), s), 1),
		priced(thing(ref(hand, region, region+"-loose"), y), 5), thing(ref(bell, region, region+"-bell"), y), thing(sh),
	}
}

func TestContainerBringsWhatItHolds(t *testing.T) {
	p := freeze(t, input(t, snapshot(market("r")...), ref(yard, "r", "r-yard")))
	want := []string{"r-bell", "r-hand1", "r-hand2", "r-loose", "r-stall", "r-yard"}
	if got := targets(p); !slices.Equal(got, want) {
		t.Fatalf("targets %v, want %v", got, want)
	}
	for _, target := range p.Targets {
		if target.Ref.ID == "r-hand1" && target.Because.ID != "r-stall" {
			t.Errorf("hand1 is in because of %q, want r-stall", target.Because.ID)
		}
	}
	if got, want := p.Phrase(), "delete 6 with 6 of unknown age in 123456789012 #"+p.Digest[:4]; got != want {
		t.Errorf("phrase %q, want %q", got, want)
	}
}

func TestSharedChildStays(t *testing.T) {
	all := append(market("r"), thing(ref(yard, "r", "other")))
	shared := thing(ref(bell, "r", "both"), ref(yard, "r", "r-yard"), ref(yard, "r", "other"))
	p := freeze(t, input(t, snapshot(append(all, shared)...), ref(yard, "r", "r-yard")))
	if slices.Contains(targets(p), "both") {
		t.Error("a bell that also rings in an unplanned yard is in the plan")
	}
	if why := reasonFor(p, "both"); !strings.Contains(why, "other") {
		t.Errorf("left out because %q, want the other yard named", why)
	}
}

type protect string

func (p protect) Protects(r *model.Resource) (bool, string) {
	return r.Name == string(p), "name:" + string(p)
}

func TestProtectedChildBlocksItsOwnersAndFreesItsSiblings(t *testing.T) {
	in := input(t, snapshot(market("r")...), ref(yard, "r", "r-yard"))
	in.Protections = []plan.Protection{protect("r-hand1")}
	p, err := plan.Freeze(in)
	if !errors.Is(err, plan.ErrNothing) || len(p.Targets) != 0 {
		t.Fatalf("planned %v (err %v), want nothing: the yard holds a protected hand", targets(p), err)
	}
	for _, id := range []string{"r-hand1", "r-stall", "r-yard"} {
		if why := reasonFor(p, id); !strings.Contains(why, "protected: name:r-hand1") {
			t.Errorf("%s is left out because %q, want the protection named", id, why)
		}
	}
	in.Marked = append(in.Marked, model.MarkOf(ref(hand, "r", "r-loose")))
	if got := targets(freeze(t, in)); !slices.Equal(got, []string{"r-loose"}) {
		t.Errorf("with the loose hand marked itself: %v, want just that", got)
	}
}

func TestGuardRefusesWhatCarriesTheCaller(t *testing.T) {
	in := input(t, snapshot(market("r")...), ref(stall, "r", "r-stall"))
	rule := in.Rules[hand]
	rule.Carries = func(steps []plan.Step, g *model.Graph, c model.Caller) string {
		for _, s := range steps {
			if s.Op == "fair:SendHome" && g.Get(s.Targets[0]).Name == "r-hand2" && strings.HasSuffix(c.ARN, "/jm") {
				return "you are this hand"
			}
		}
		return ""
	}
	in.Rules[hand] = rule
	p, err := plan.Freeze(in)
	if !errors.Is(err, plan.ErrNothing) || !strings.Contains(reasonFor(p, "r-stall"), "you are this hand") {
		t.Fatalf("err %v, left out %+v", err, p.LeftOut)
	}
}

// TestWhatIsMarkedAndNotCoveredStaysAndIsSaid: a machine behind the fair cannot be removed by us.
func TestWhatIsMarkedAndNotCoveredStaysAndIsSaid(t *testing.T) {
	in := input(t, snapshot(market("r")...), ref(hand, "r", "r-loose"))
	machine := model.Uncovered{Type: "AWS::EC2::Instance", ID: "i-0\x1b[2J", Region: "r"}
	in.Marked = append(in.Marked, model.MarkUncovered(account, machine))
	p := freeze(t, in)
	if !slices.Equal(targets(p), []string{"r-loose"}) || len(p.Uncovered) != 1 || p.Uncovered[0].ID != `i-0\x1b[2J` || p.Uncovered[0].Type != machine.Type {
		t.Errorf("targets %v, uncovered %+v", targets(p), p.Uncovered)
	}
	if p.Check() != nil {
		t.Error("its words would act on a terminal")
	}
	in.Marked = in.Marked[1:]
	if p, err := plan.Freeze(in); !errors.Is(err, plan.ErrNothing) || len(p.Uncovered) != 1 {
		t.Errorf("alone: %v, %+v", err, p.Uncovered)
	}
}

func TestOrder(t *testing.T) {
	marked := []model.Ref{ref(yard, "r", "r-yard"), ref(sheet, "r", "r-sheet")}
	p := freeze(t, input(t, snapshot(market("r")...), marked...))
	closing, home := stepFor(t, p, "fair:CloseStall", "r-stall"), stepFor(t, p, "fair:SendHome", "r-hand1")
	clearing := stepFor(t, p, "fair:ClearYard", "r-yard")
	fold, burn := stepFor(t, p, "fair:FoldSheet", "r-sheet"), stepFor(t, p, "fair:BurnSheets", "r-sheet")
	for _, c := range []struct {
		name     string
		step, on plan.Step
		until    plan.Until
	}{
		{"a hand goes after its stall was told to close, or another comes", home, closing, plan.Called},
		{"a yard is cleared after its stall is gone", clearing, closing, plan.Proven},
		{"a yard is cleared after the hands of its stall are gone", clearing, home, plan.Proven},
		{"a yard is cleared after its loose hand is gone", clearing, stepFor(t, p, "fair:SendHome", "r-loose"), plan.Proven},
		{"a sheet is folded when its users have been told", fold, closing, plan.Attempted},
		{"a sheet is burnt when its users are gone", burn, closing, plan.Proven},
		{"a sheet is burnt after it is folded", burn, fold, plan.Called},
	} {
		if until, ok := waitsFor(c.step, c.on); !ok || until != c.until {
			t.Errorf("%s: %v waits %+v", c.name, c.step.ID, c.step.After)
		}
	}
	if !slices.Contains(closing.Barriers, plan.Barrier{Phase: model.Silence, Until: plan.Attempted}) {
		t.Error("a stall closes before the bell is muted")
	}
	if first := p.Steps[1]; first.Targets[0].ID != "r-loose" {
		t.Errorf("after the bell comes %s, want the dearest: r-loose at $5/h", first.Targets[0].ID)
	}
}

func TestSheetInHonestUseIsLeftOut(t *testing.T) {
	honest := thing(ref(stall, "r", "honest"))
	honest.Uses = []model.Ref{ref(sheet, "r", "r-sheet")}
	all := append(market("r"), honest)
	p := freeze(t, input(t, snapshot(all...), ref(yard, "r", "r-yard"), ref(sheet, "r", "r-sheet")))
	if why := reasonFor(p, "r-sheet"); why != "honest still uses it" {
		t.Errorf("the sheet is left out because %q", why)
	}
}

func TestBatchesAndLeftovers(t *testing.T) {
	var all []*model.Resource
	var marked []model.Ref
	for i := range 23 {
		r := thing(ref(sheet, "r", fmt.Sprintf("sheet%02d", i)))
		all, marked = append(all, r), append(marked, r.Ref)
	}
	stopped := thing(ref(hand, "r", "stopped"))
	stopped.Counts, stopped.State = false, "STOPPED"
	p := freeze(t, input(t, snapshot(append(all, stopped)...), append(marked, stopped.Ref, ref(hand, "r", "vanished"))...))
	sizes := map[string][]int{}
	for _, s := range p.Steps {
		sizes[s.Op] = append(sizes[s.Op], len(s.Targets))
	}
	slices.Sort(sizes["fair:BurnSheets"])
	if got := sizes["fair:BurnSheets"]; !slices.Equal(got, []int{3, 10, 10}) {
		t.Errorf("batches of %v, want 3, 10 and 10", got)
	}
	if len(sizes["fair:FoldSheet"]) != 23 {
		t.Errorf("%d folds, want one a sheet", len(sizes["fair:FoldSheet"]))
	}
	for _, r := range marked {
		fold, burn := stepFor(t, p, "fair:FoldSheet", r.ID), stepFor(t, p, "fair:BurnSheets", r.ID)
		if len(fold.After) != 0 || !slices.Contains(burn.After, plan.Wait{Step: fold.ID, Until: plan.Called}) {
			t.Fatalf("%s: folding waits for %v, burning for %v, want burning %s after folding %s", r.ID, fold.After, burn.After, burn.ID, fold.ID)
		}
	}
	if reasonFor(p, "stopped") != "nothing to do: AWS says STOPPED" || reasonFor(p, "vanished") != "it is not there any more" {
		t.Errorf("left out: %+v", p.LeftOut)
	}
}

func TestUncountedChildrenAreWarnedOf(t *testing.T) {
	inv := model.NewInventory()
	inv.Apply(&model.Batch{At: frozen, Found: []model.Found{{Resource: thing(ref(yard, "r", "y")), Pass: 1}}, Cells: []model.Cell{
		{Key: model.CellKey{Place: model.Place{Account: account, Region: "r"}, Kind: hand}, State: model.CellDenied},
		{Key: model.CellKey{Place: model.Place{Account: account, Region: "r"}, Kind: stall}, State: model.CellCounted, Pass: 1},
		{Key: model.CellKey{Place: model.Place{Account: account, Region: "r"}, Kind: bell}, State: model.CellCounted, Pass: 1},
	}})
	p := freeze(t, input(t, inv.Snapshot(), ref(yard, "r", "y")))
	if len(p.Warnings) != 1 || !strings.Contains(p.Warnings[0], "fair:hand in r is denied") {
		t.Errorf("warnings %q, want one about the hands that were not counted", p.Warnings)
	}
}

// TestRegionsThatWereNotReadAreNamedFirst: what is in them is in no plan, whatever was marked.
func TestRegionsThatWereNotReadAreNamedFirst(t *testing.T) {
	regions := []model.Region{{Name: "r", Status: model.Enabled}, {Name: "s", Status: model.Enabled}, {Name: "u", Status: model.Enabled}, {Name: "z", Status: model.Disabled}}
	b := &model.Batch{At: frozen, Regions: regions, Found: []model.Found{{Resource: thing(ref(sheet, "r", "x")), Pass: 1}}}
	for _, region := range []string{"r", "s", "u"} {
		for _, k := range []model.KindID{yard, stall, hand, bell, sheet} {
			state := map[string]model.CellState{"r": model.CellCounted, "s": model.CellUnreachable, "u": model.CellDenied}[region]
			b.Cells = append(b.Cells, model.Cell{Key: model.CellKey{Place: model.Place{Account: account, Region: region}, Kind: k}, State: state, Pass: 1, AsOf: frozen})
		}
	}
	inv := model.NewInventory()
	inv.Apply(b)
	p := freeze(t, input(t, inv.Snapshot(), ref(sheet, "r", "x")))
	const want = "s (unreachable) and u (denied) were not read whole and 1 disabled region was not read: nothing of what is there unseen is in this plan"
	if len(p.Warnings) != 1 || p.Warnings[0] != want {
		t.Errorf("warnings %q, want %q", p.Warnings, want)
	}
}

// TestWhatMayHaveBeenMeantIsToldByKind, once what is in the plan anyway, and what is left out by name,
// is taken off.
func TestWhatMayHaveBeenMeantIsToldByKind(t *testing.T) {
	y, s := thing(ref(yard, "r", "y")), thing(ref(stall, "r", "s"), ref(yard, "r", "y"))
	in := input(t, snapshot(y, s, thing(ref(hand, "r", "a")), thing(ref(hand, "r", "b")), thing(ref(sheet, "r", "c"))), y.Ref)
	in.Unsure = []model.Ref{s.Ref, ref(hand, "r", "a"), ref(hand, "r", "b"), ref(sheet, "r", "c"), ref(sheet, "r", "vanished")}
	p := freeze(t, in)
	if len(p.Warnings) != 1 || !strings.HasPrefix(p.Warnings[0], "3 more may match (2 hands, 1 sheet): ") {
		t.Errorf("warnings %q", p.Warnings)
	}
}

// TestUnseenChildrenMayBeProtected denies the hands of a region: with a protect list, what may hold
// one of them is left alone.
func TestUnseenChildrenMayBeProtected(t *testing.T) {
	inv := model.NewInventory()
	cells := []model.Cell{{Key: model.CellKey{Place: model.Place{Account: account, Region: "r"}, Kind: hand}, State: model.CellDenied}}
	for _, k := range []model.KindID{yard, stall, bell} {
		cells = append(cells, model.Cell{Key: model.CellKey{Place: model.Place{Account: account, Region: "r"}, Kind: k}, State: model.CellCounted, Pass: 1})
	}
	inv.Apply(&model.Batch{At: frozen, Found: []model.Found{{Resource: thing(ref(stall, "r", "s")), Pass: 1}}, Cells: cells})
	in := input(t, inv.Snapshot(), ref(stall, "r", "s"))
	if p := freeze(t, in); len(p.Warnings) != 1 || !strings.Contains(p.Warnings[0], "fair:hand in r is denied") {
		t.Errorf("without a protect list: warnings %q", p.Warnings)
	}
	in.Protections = []plan.Protection{protect("nobody here")}
	p, err := plan.Freeze(in)
	if !errors.Is(err, plan.ErrNothing) || !strings.Contains(reasonFor(p, "s"), "cannot tell") {
		t.Errorf("with one: %v, %q", err, reasonFor(p, "s"))
	}
}

// TestHiddenOwnerIsReplacedByItsHolder marks a yard whose stall nobody sees: the stall's hand goes
// along.
func TestHiddenOwnerIsReplacedByItsHolder(t *testing.T) {
	orphan := thing(ref(hand, "r", "orphan"), ref(stall, "r", "hidden"))
	orphan.Container = ref(yard, "r", "y")
	p := freeze(t, input(t, snapshot(thing(ref(yard, "r", "y")), orphan), ref(yard, "r", "y")))
	if got := targets(p); !slices.Equal(got, []string{"orphan", "y"}) {
		t.Errorf("targets %v, want the orphan too", got)
	}
}

func TestPlansThatNobodyFrozeAreRefused(t *testing.T) {
	whole := freeze(t, input(t, snapshot(market("r")...), ref(yard, "r", "r-yard")))
	for name, spoil := range map[string]func(*plan.Plan){
		"a step that waits for itself": func(p *plan.Plan) { p.Steps[0].After = []plan.Wait{{Step: p.Steps[0].ID}} },
		"steps in a circle": func(p *plan.Plan) {
			p.Steps[1].After, p.Steps[2].After = []plan.Wait{{Step: p.Steps[2].ID}}, []plan.Wait{{Step: p.Steps[1].ID}}
		},
		"a barrier of its own phase": func(p *plan.Plan) { p.Steps[1].Barriers = []plan.Barrier{{Phase: p.Steps[1].Phase}} },
		"a step without targets":     func(p *plan.Plan) { p.Steps[0].Targets = nil },
		"two steps of one name":      func(p *plan.Plan) { p.Steps[1].ID = p.Steps[0].ID },
		"another verb":               func(p *plan.Plan) { p.Verb = "bless" },
		"words that act":             func(p *plan.Plan) { p.Warnings = []string{"\x1b]0;title\a"} },
		"a target elsewhere":         func(p *plan.Plan) { p.Steps[0].Targets = []model.Ref{ref(bell, "elsewhere", "r-bell")} },
	} {
		p := *whole
		p.Steps = slices.Clone(whole.Steps)
		spoil(&p)
		data, err := json.Marshal(plan.Sealed(&p))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := plan.Parse(data); !errors.Is(err, plan.ErrChanged) {
			t.Errorf("%s, under a digest that fits: %v, want it refused", name, err)
		}
	}
}

// TestWordsThatAreNoneAreRefused: files hold words in the place of enums, and a word that this
// rootout does not know stands for a step that it would misread.
func TestWordsThatAreNoneAreRefused(t *testing.T) {
	whole := freeze(t, input(t, snapshot(market("r")...), ref(yard, "r", "r-yard")))
	text, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range [][2]string{
		{`"phase":"silence"`, `"phase":"later"`},
		{`"phase":"drain"`, `"phase":99`},
		{`"goal":"gone"`, `"goal":"perhaps"`},
		{`"until":"called"`, `"until":"someday"`},
		{`"undo":"not"`, `"undo":"surely"`},
		{`"verb":"delete"`, `"verb":"bless"`},
	} {
		if !strings.Contains(string(text), c[0]) {
			t.Fatalf("the plan holds no %s", c[0])
		}
		forged := plan.SealedText([]byte(strings.Replace(string(text), c[0], c[1], 1)))
		if _, err := plan.Parse(forged); !errors.Is(err, plan.ErrChanged) {
			t.Errorf("%s: %v, want it refused", c[1], err)
		}
	}
}

func TestETAFollowsTheSlowestRegionsTokens(t *testing.T) {
	var all []*model.Resource
	var marked []model.Ref
	for region, n := range map[string]int{"busy": 140, "calm": 3} {
		for i := range n {
			r := priced(thing(ref(hand, region, fmt.Sprintf("%s%d", region, i))), 1)
			all, marked = append(all, r), append(marked, r.Ref)
		}
	}
	in := input(t, snapshot(all...), marked...)
	in.Rates = func(string) (string, int, float64) { return "hands", 100, 40 }
	rule := in.Rules[hand]
	rule.Settle = 30 * time.Second
	in.Rules[hand] = rule
	p := freeze(t, in)
	if p.ETA.BurningStops != 31*time.Second {
		t.Errorf("burning stops after %v, want 31s: 40 of 140 calls wait for 40 tokens a second, and the last hand takes 30 s", p.ETA.BurningStops)
	}
	if p.ETA.AllGone != 31*time.Second || p.ETA.Regions["calm"] != 30*time.Second {
		t.Errorf("all gone after %v (calm %v), want 31s and 30s", p.ETA.AllGone, p.ETA.Regions["calm"])
	}
}

func TestFileIsNotTrusted(t *testing.T) {
	p := freeze(t, input(t, snapshot(market("r")...), ref(yard, "r", "r-yard")))
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := plan.Parse(data); err != nil || again.Phrase() != p.Phrase() {
		t.Fatalf("a plan does not survive its file: %v", err)
	}
	for name, c := range map[string]struct {
		from, to string
		want     error
	}{
		"another target":  {`"id":"r-loose"`, `"id":"r-other"`, plan.ErrChanged},
		"another account": {account, "111122223333", plan.ErrChanged},
		"a newer version": {`"version":2`, `"version":9`, plan.ErrNewer},
	} {
		if _, err := plan.Parse([]byte(strings.ReplaceAll(string(data), c.from, c.to))); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if _, err := plan.Parse([]byte(`{"hello":1}`)); err == nil {
		t.Error("something else passes for a plan")
	}
	if err := p.Confirm(strings.ToUpper(p.Phrase())); !errors.Is(err, plan.ErrPhrase) {
		t.Errorf("a wrong phrase: %v", err)
	}
	in := input(t, snapshot(market("r")...))
	in.Protections = []plan.Protection{protect("r-loose")}
	if err := plan.Recheck(p, in); !errors.Is(err, plan.ErrProtected) || !strings.Contains(err.Error(), "r-loose") {
		t.Errorf("a target that is protected by now: %v", err)
	}
	in.Caller.Account = "111122223333"
	if err := plan.Recheck(p, in); !errors.Is(err, plan.ErrAccount) {
		t.Errorf("a plan for another account: %v", err)
	}
}

// TestRecheckKnowsItsOwn: what the plan's own things have made since is no stranger, what somebody
// else has made is one, and a new child that is protected stops the plan like an old one.
func TestRecheckKnowsItsOwn(t *testing.T) {
	things := market("r")
	p := freeze(t, input(t, snapshot(things...), ref(yard, "r", "r-yard"), ref(sheet, "r", "r-sheet")))
	if !slices.Contains(targets(p), "r-sheet") {
		t.Fatalf("the sheet is not planned: %v", targets(p))
	}
	using := func(id string, owners ...model.Ref) *model.Resource {
		h := thing(ref(hand, "r", id), owners...)
		h.Uses = []model.Ref{ref(sheet, "r", "r-sheet")}
		return h
	}
	next := using("r-next", ref(stall, "r", "r-stall"))
	in := input(t, snapshot(append(slices.Clone(things), next)...))
	if err := plan.Recheck(p, in); err != nil {
		t.Errorf("a hand that a planned stall has hired since: %v", err)
	}
	in = input(t, snapshot(next, thing(ref(sheet, "r", "r-sheet"))))
	if err := plan.Recheck(p, in); err != nil {
		t.Errorf("the stall is closed by now and its last hand still there: %v", err)
	}
	in.Protections = []plan.Protection{protect("r-next")}
	if err := plan.Recheck(p, in); !errors.Is(err, plan.ErrProtected) || !strings.Contains(err.Error(), "r-next") {
		t.Errorf("the new hand is protected: %v", err)
	}
	stranger := using("r-stranger", ref(yard, "r", "somebody-else's"))
	if err := plan.Recheck(p, input(t, snapshot(append(slices.Clone(things), stranger)...))); !errors.Is(err, plan.ErrProtected) || !strings.Contains(err.Error(), "r-sheet") {
		t.Errorf("a stranger uses the sheet by now: %v", err)
	}
}

// estate draws a random estate of up to three yards with stalls, hands and bells, with random marks
// and protections.
func estate(t *rapid.T) ([]*model.Resource, []model.Ref, []plan.Protection) {
	var all []*model.Resource
	pick := func(n int, label string) int { return rapid.IntRange(0, n).Draw(t, label) }
	for y := range 1 + pick(2, "yards") {
		yr := ref(yard, "r", fmt.Sprintf("y%d", y))
		all = append(all, thing(yr))
		for s := range pick(2, "stalls") {
			sr := ref(stall, "r", fmt.Sprintf("y%ds%d", y, s))
			all = append(all, thing(sr, yr))
			for h := range pick(3, "hands") {
				all = append(all, priced(thing(ref(hand, "r", fmt.Sprintf("y%ds%dh%d", y, s, h)), sr), float64(pick(9, "usd"))))
			}
		}
		for b := range pick(2, "bells") {
			owners := []model.Ref{yr}
			if y > 0 && pick(1, "shared") == 1 {
				owners = append(owners, ref(yard, "r", "y0"))
			}
			all = append(all, thing(ref(bell, "r", fmt.Sprintf("y%db%d", y, b)), owners...))
		}
	}
	var marked []model.Ref
	var protections []plan.Protection
	for _, r := range all {
		switch pick(5, "fate") {
		case 0, 1:
			marked = append(marked, r.Ref)
		case 2:
			protections = append(protections, protect(r.Name))
		}
	}
	return all, marked, protections
}

func TestClosureProperties(t *testing.T) {
	c := catalog(t)
	rapid.Check(t, func(t *rapid.T) {
		all, marked, protections := estate(t)
		in := plan.Input{
			Snapshot: snapshot(all...), Catalog: c, Rules: rules(), Wish: plan.Wish{Marked: model.MarksOf(marked...), Window: 24 * time.Hour},
			Caller: model.Caller{Account: account, Partition: "aws"}, Now: frozen, Protections: protections,
		}
		p, err := plan.Freeze(in)
		if err != nil && !errors.Is(err, plan.ErrNothing) {
			t.Fatal(err)
		}
		planned := map[model.Ref]bool{}
		for _, target := range p.Targets {
			planned[target.Ref] = true
		}
		for _, r := range all {
			held := len(r.Owners) > 0
			for _, o := range r.Owners {
				held = held && planned[o]
			}
			if held && !planned[r.Ref] {
				t.Fatalf("%s is left in something that goes", r.Name)
			}
			if planned[r.Ref] && !held && !slices.Contains(marked, r.Ref) {
				t.Fatalf("%s goes although nobody marked it or all that holds it", r.Name)
			}
			for _, pr := range protections {
				if no, _ := pr.Protects(r); no && planned[r.Ref] {
					t.Fatalf("%s is protected and planned", r.Name)
				}
			}
		}
		for _, ref := range marked {
			if !planned[ref] && reasonFor(p, ref.ID) == "" {
				t.Fatalf("%s was marked and vanished without a reason", ref.ID)
			}
		}
		runnable(t, p)
		slices.Reverse(in.Marked)
		if again, _ := plan.Freeze(in); again.Digest != p.Digest {
			t.Fatal("the order of marks changes the digest")
		}
	})
}

// runnable runs the plan in the mind: every step must become free.
func runnable(t *rapid.T, p *plan.Plan) {
	done := map[string]bool{}
	for progress := true; progress; {
		progress = false
		for _, s := range p.Steps {
			free := !done[s.ID]
			for _, w := range s.After {
				free = free && done[w.Step]
			}
			for _, b := range s.Barriers {
				for _, o := range p.Steps {
					free = free && (o.Region != s.Region || o.Phase != b.Phase || done[o.ID])
				}
			}
			if free {
				done[s.ID], progress = true, true
			}
		}
	}
	if len(done) != len(p.Steps) {
		t.Fatalf("%d of %d steps never become free", len(p.Steps)-len(done), len(p.Steps))
	}
}
