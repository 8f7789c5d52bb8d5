package review

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/ui/kit"
	"github.com/rootout/rootout/ui/runs"
	"github.com/rootout/rootout/ui/screen"
	"github.com/rootout/rootout/ui/uitest"
)

// crowded is a plan that has something of everything to say: tasks in twelve regions, in four
// phases, ten left out for two reasons, seven that stay behind, four warnings.
func crowded() *plan.Plan {
	p := &plan.Plan{
		Version: 2, Verb: plan.Delete, Account: uitest.AccountID, Partition: "aws", Caller: model.Caller{ARN: "arn:aws:sts::123456789012:assumed-role/Admin/jm"},
		FrozenAt: uitest.Morning(), HiddenByFilter: 2, Digest: "7f3a000000000000",
		ETA:         plan.ETA{BurningStops: 49 * time.Second, AllGone: 179 * time.Second, Regions: map[string]time.Duration{}, Phases: plan.PhaseTimes{}},
		Composition: &plan.Composition{Marked: 57, NotCovered: 1, Window: 72 * time.Hour, New: 30, Older: 14, Undated: 4, Yours: 3, Account: 1643, AtLeast: true},
	}
	for i := range 12 {
		for phase := model.Silence; phase <= model.Tidy; phase++ {
			ref := uitest.Ref(fmt.Sprintf("region-%02d", i), "ecs:task", fmt.Sprintf("t%d-%d", i, phase))
			t := plan.Target{Ref: ref, Name: ref.ID}
			if phase == model.Tidy && i < 2 {
				t.Because = uitest.Ref(ref.Region, "ecs:cluster", "c")
			}
			p.Targets = append(p.Targets, t)
			p.Steps = append(p.Steps, plan.Step{ID: fmt.Sprintf("s%d", len(p.Steps)+1), Phase: phase, Kind: ref.Kind, Op: "ecs:Stop", Place: ref.Place, Targets: []model.Ref{ref}})
		}
	}
	for i := range 10 {
		l := plan.LeftOut{Ref: uitest.Ref("region-00", "ecs:task", fmt.Sprintf("kept%d", i)), Name: fmt.Sprintf("kept%d", i), Reason: "protected: name:prod*", Protected: true}
		if i > 7 {
			l.Reason, l.Protected = "it is not there any more", false
		}
		p.LeftOut = append(p.LeftOut, l)
	}
	for i := range 7 {
		p.Uncovered = append(p.Uncovered, model.Uncovered{Type: "AWS::EC2::Instance", ID: fmt.Sprintf("i-%d", i), Region: "region-00", Console: "https://console"})
	}
	for i := range 4 {
		p.Warnings = append(p.Warnings, fmt.Sprintf("warning %d of the plan", i))
	}
	return p
}

func onPlan(t *testing.T, p *plan.Plan, test func(h *uitest.Host)) {
	t.Helper()
	uitest.WithScreen(t, Keys(), uitest.Breach(), func(h *uitest.Host) screen.Screen {
		return newScreen(Needs{
			Theme: h.Theme, Loop: h.Loop, Clock: h.Clock, Catalog: h.Catalog,
			Account: h.Account, Marks: h.Marks, Plans: h.Plans, Speak: h.Speak, Open: &opened{Opened: &h.Opened},
		}, &runs.Entry{Plan: p}, summarize(p, h.Account.Present(), h.Catalog, nil))
	}, test)
}

// places are where texts stand on the screen, by line; a text that is not there fails the test.
func places(t *testing.T, screen string, texts []string) []int {
	t.Helper()
	lines := strings.Split(screen, "\n")
	at := make([]int, len(texts))
	for i, text := range texts {
		if at[i] = slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, text) }); at[i] < 0 {
			t.Errorf("the screen does not say %q:\n%s", text, screen)
		}
	}
	return at
}

// TestThePlanStandsInTheOrderInWhichItIsJudged: what it is, what it is made of, what it leaves, its
// phases, its regions, at every size; and on the smallest five regions are in sight.
func TestThePlanStandsInTheOrderInWhichItIsJudged(t *testing.T) {
	onPlan(t, crowded(), func(h *uitest.Host) {
		for size, order := range map[kit.Size][]string{
			{W: 80, H: 24}: {
				"DELETE 48 resources  = 57 marked − 1 that stays − 10 left out + 2 that they own", "account 123456789012", "burning stops ≈",
				"30 new in 3d · ! 14 older · ! 3 made by you · ! 4 of unknown age", "48 of at least 1,643 resources",
				"! 2 are hidden by the filter", "! 10 left out, for 2 reasons that stand below", "! 7 stay behind, rootout cannot remove them: 7 AWS::EC2::Instance",
				"! warning 0 of the plan (3 more warnings below)", "1 silence 12 ≈", "REGION", "region-00", "region-04", "delete 48 with 14 older, 4 of unknown age and 3 yours in",
			},
			{W: 140, H: 40}: {
				"DELETE 48 resources", "nothing has run", "burning stops ≈", "14 older", "48 of at least 1,643", "hidden by the filter",
				"! 8 left out: kept0, kept1, kept2, 5 more: protected: name:prod*", "! 2 left out: kept8, kept9: it is not there any more", "! 7 stay behind",
				"! warning 0", "! 1 more warning below", "1 silence  12 tasks", "4 tidy", "REGION", "region-00", "region-11",
			},
		} {
			h.Resize(size.W, size.H)
			if at := places(t, h.Screen(), order); !slices.IsSorted(at) {
				t.Errorf("at %v they stand at %v:\n%s", size, at, h.Screen())
			}
		}
		h.Resize(80, 24)
		h.Press("pgdown")
		h.Wants("1 silence  12 tasks")
		for range 6 {
			h.Press("pgdown")
		}
		h.Wants("AWS::EC2::Instance  i-6")
	})
}

// TestAPlanOfAnOlderRootoutSaysNothingOfItsMakeUp, and what belongs to others all the same.
func TestAPlanOfAnOlderRootoutSaysNothingOfItsMakeUp(t *testing.T) {
	p := crowded()
	p.Composition = nil
	onPlan(t, p, func(h *uitest.Host) {
		h.Wants("DELETE 48 resources  2 of them belong to others of them", "type  delete 48 in 123456789012 #7f3a  to run")
		h.WantsNot("made by you", "of at least")
	})
}

// TestReasonsThatDifferInAnARNAreOne: forty rules that are not put back for want of their services are
// one reason, and one of them is told whole.
func TestReasonsThatDifferInAnARNAreOne(t *testing.T) {
	p := &plan.Plan{}
	for i := range 4 {
		p.LeftOut = append(p.LeftOut, plan.LeftOut{
			Name: fmt.Sprintf("s%d", i), Reason: fmt.Sprintf("it needs ecs:service:eu-west-1:arn:aws:ecs:eu-west-1:123456789012:service/c/s%d, which is not there", i),
		})
	}
	only := "it needs ecs:service:eu-west-1:arn:aws:ecs:eu-west-1:123456789012:service/c/s9, which is not there, nor its cluster"
	p.LeftOut = append(p.LeftOut, plan.LeftOut{Name: "s9", Reason: only})
	got := leftOutSorts(p)
	if len(got) != 2 || got[0] != (sort{word: "s0, s1, s2, 1 more: it needs something, which is not there", n: 4}) || got[1].word != "s9: "+only {
		t.Errorf("%+v", got)
	}
}

// TestStepsAreToldFromWhatTheyTouch, since the run counts them.
func TestStepsAreToldFromWhatTheyTouch(t *testing.T) {
	p := crowded()
	again := p.Steps[0]
	again.ID = "s999"
	p.Steps = append(p.Steps, again)
	onPlan(t, p, func(h *uitest.Host) {
		h.Resize(140, 40)
		h.Wants("1 silence  12 tasks (13 steps)", "2 drain    12 tasks ")
	})
}

// TestWhatIsLeftOutStandsByItsReason: a reason is told once, with all that it is about below it.
func TestWhatIsLeftOutStandsByItsReason(t *testing.T) {
	p := crowded()
	onPlan(t, p, func(h *uitest.Host) {
		h.Resize(140, 90)
		h.Wants("8 protected, and so left out: protected: name:prod*", "2 left out: it is not there any more", "   kept9")
		if n := strings.Count(h.Screen(), "it is not there any more"); n > 2 { // Once above the plan, once below it.
			t.Errorf("a reason is told %d times:\n%s", n, h.Screen())
		}
		h.WantsNot("not in ")
	})
}
