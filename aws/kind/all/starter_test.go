package all_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/rootout/rootout/aws/kind/kindtest"
	"github.com/rootout/rootout/model"
)

// TestAFamilyMeansTheSameInEveryScan: what names a definition by its family alone shows and links the
// same, whether the definitions were listed before or not.
func TestAFamilyMeansTheSameInEveryScan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, kindtest.Everything)
		for i, order := range [][]model.KindID{
			{"events:rule", "scheduler:schedule"}, {"ecs:task-definition"}, {"events:rule", "scheduler:schedule"},
		} {
			w.Scan(order...)
			if i == 1 {
				continue
			}
			for kind, name := range map[model.KindID]string{"events:rule": "on-call", "scheduler:schedule": "dawn"} {
				r := w.Of(kind)[name]
				if r == nil {
					t.Fatalf("look %d: no %s", i, name)
				}
				if got := w.Field(r, "definition"); got != "xmr" {
					t.Errorf("look %d: %s names %q", i, name, got)
				}
				if !slices.ContainsFunc(r.Uses, func(u model.Ref) bool { return strings.HasSuffix(u.ID, ":task-definition/xmr:1") }) {
					t.Errorf("look %d: %s uses %v", i, name, r.Uses)
				}
			}
		}
	})
}

// TestRulesAndSchedulesOutsideTheDefaults are found where they are, and times come with their zone.
func TestRulesAndSchedulesOutsideTheDefaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, kindtest.Everything)
		w.Scan("events:rule", "scheduler:schedule")
		rule, schedule := w.Of("events:rule")["on-call"], w.Of("scheduler:schedule")["dawn"]
		if rule == nil || schedule == nil {
			t.Fatal("not found")
		}
		if got := w.Field(rule, "bus"); got != "shadow" || !strings.HasSuffix(rule.ARN, ":rule/shadow/on-call") {
			t.Errorf("the rule is on bus %s: %s", got, rule.ARN)
		}
		if got := w.Field(schedule, "group"); got != "night" {
			t.Errorf("the schedule is in group %s", got)
		}
		for name, want := range map[string]string{"dawn": "Asia/Seoul", "hourly": "UTC"} {
			if got := w.Field(w.Of("scheduler:schedule")[name], "timezone"); got != want {
				t.Errorf("%s fires in the time of %s, want %s", name, got, want)
			}
		}
	})
}
