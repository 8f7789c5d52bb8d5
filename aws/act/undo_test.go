package act_test

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	aastypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/rootout/rootout/aws/sim"
	cloud "github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

// starter is the role that rules and schedules start tasks with.
const starter = "arn:aws:iam::123456789012:role/ecsEventsRole"

func pointer[T any](v T) *T { return &v }

// alarmed is an honest account whose rule, schedule and scaling target were removed by mistake.
func alarmed(t *testing.T) (w *world, marked []model.Ref) {
	t.Helper()
	const region = "ap-northeast-2"
	w = newWorld(t, sim.Options{Latency: 40 * time.Millisecond}, func(w *world) {
		w.honest(region)
		w.cloud.SeedScalableTarget(region, cloud.ScalableTargetSeed{Cluster: "prod-api", Service: "당근", Min: 3, Max: 9, Policy: "cpu-60"})
		w.cloud.SeedRule(region, cloud.RuleSeed{
			Name: "nightly", Schedule: "rate(12 hours)", Cluster: "prod-api", TaskDefinition: "api", Role: starter, Count: 2,
			Targets: []ebtypes.Target{{Id: pointer("to-queue"), Arn: pointer("arn:aws:sqs:ap-northeast-2:123456789012:jobs"), Input: pointer(`{"why":"nightly"}`)}},
		})
		w.cloud.SeedRule(region, cloud.RuleSeed{Name: "asleep", Schedule: "rate(1 day)", Disabled: true, Cluster: "prod-api", TaskDefinition: "api", Role: starter, Count: 1})
		w.cloud.SeedSchedule(region, cloud.ScheduleSeed{Name: "hourly", Expression: "rate(1 hour)", Cluster: "prod-api", TaskDefinition: "api", Role: starter, Count: 1})
	})
	client := applicationautoscaling.New(applicationautoscaling.Options{
		Region: region, HTTPClient: doer{w.server.Transport()}, Credentials: credentials.NewStaticCredentialsProvider(key, "secret", ""),
	})
	if _, err := client.PutScheduledAction(t.Context(), &applicationautoscaling.PutScheduledActionInput{
		ServiceNamespace: aastypes.ServiceNamespaceEcs, ResourceId: pointer("service/prod-api/당근"),
		ScalableDimension: aastypes.ScalableDimensionECSServiceDesiredCount, ScheduledActionName: pointer("morning"),
		Schedule: pointer("cron(0 7 * * ? *)"), ScalableTargetAction: &aastypes.ScalableTargetAction{MinCapacity: pointer(int32(5))},
	}); err != nil {
		t.Fatal(err)
	}
	for r := range w.look().All {
		if k := r.Ref.Kind; k == "events:rule" || k == "scheduler:schedule" || k == "application-autoscaling:target" {
			marked = append(marked, r.Ref)
		}
	}
	if len(marked) != 4 {
		t.Fatalf("%d things to mark: %v", len(marked), marked)
	}
	return w, marked
}

// detail is what AWS shows of the account's rules, schedules and scaling targets and all that hangs
// on them, without what a new thing cannot share with an old one: when it was made, and the ids in
// ARNs that AWS makes up.
func (w *world) detail(region string) map[string]string {
	w.t.Helper()
	out := map[string]string{}
	keep := func(name string, value any) {
		text, err := json.Marshal(value)
		if err != nil {
			w.t.Fatal(err)
		}
		var tree map[string]any
		if err := json.Unmarshal(text, &tree); err != nil {
			w.t.Fatal(err)
		}
		for _, changing := range []string{
			"CreationTime", "CreationDate", "LastModificationDate", "PolicyARN", "ScheduledActionARN", "ScalableTargetARN", "ResultMetadata",
		} {
			delete(tree, changing)
		}
		if text, err = json.Marshal(tree); err != nil {
			w.t.Fatal(err)
		}
		out[name] = string(text)
	}
	creds := credentials.NewStaticCredentialsProvider(key, "secret", "")
	events := eventbridge.New(eventbridge.Options{Region: region, HTTPClient: doer{w.server.Transport()}, Credentials: creds})
	scaling := applicationautoscaling.New(applicationautoscaling.Options{Region: region, HTTPClient: doer{w.server.Transport()}, Credentials: creds})
	rules, err := events.ListRules(w.t.Context(), &eventbridge.ListRulesInput{})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, r := range rules.Rules {
		keep("rule "+*r.Name, r)
		targets, err := events.ListTargetsByRule(w.t.Context(), &eventbridge.ListTargetsByRuleInput{Rule: r.Name})
		if err != nil {
			w.t.Fatal(err)
		}
		for _, target := range targets.Targets {
			keep("target "+*target.Id+" of "+*r.Name, target)
		}
	}
	const ecs = aastypes.ServiceNamespaceEcs
	targets, err := scaling.DescribeScalableTargets(w.t.Context(), &applicationautoscaling.DescribeScalableTargetsInput{ServiceNamespace: ecs})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, target := range targets.ScalableTargets {
		keep("scaling "+*target.ResourceId, target)
	}
	policies, err := scaling.DescribeScalingPolicies(w.t.Context(), &applicationautoscaling.DescribeScalingPoliciesInput{ServiceNamespace: ecs})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, p := range policies.ScalingPolicies {
		keep("policy "+*p.PolicyName, p)
	}
	actions, err := scaling.DescribeScheduledActions(w.t.Context(), &applicationautoscaling.DescribeScheduledActionsInput{ServiceNamespace: ecs})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, a := range actions.ScheduledActions {
		keep("action "+*a.ScheduledActionName, a)
	}
	w.store.mu.Lock()
	defer w.store.mu.Unlock()
	for r := range w.seen.All {
		if r.Ref.Kind == "scheduler:schedule" {
			keep("schedule "+r.Name, w.store.raw[r.Ref])
		}
	}
	return out
}

func (w *world) same(before, after map[string]string) {
	w.t.Helper()
	for name := range maps.Keys(before) {
		if before[name] != after[name] {
			w.t.Errorf("%s was\n%s\nand is\n%s", name, before[name], after[name])
		}
	}
	for name := range maps.Keys(after) {
		if before[name] == "" {
			w.t.Errorf("%s is new", name)
		}
	}
}

// removeAll removes what is marked, and returns its plan.
func (w *world) removeAll(marked []model.Ref) *plan.Plan {
	w.t.Helper()
	p, err := w.runner().Freeze(w.seen, plan.Wish{Marked: model.MarksOf(marked...)})
	if err != nil {
		w.t.Fatal(err)
	}
	summary, _ := finish(w.t, w.start(w.runner(), p))
	if !summary.Complete() || summary.Gone != len(marked) {
		w.t.Fatalf("removing: %+v", summary)
	}
	return p
}

func TestUndoPutsBackExactly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, marked := alarmed(t)
		before := w.detail("ap-northeast-2")
		removed := w.removeAll(marked)
		w.look()
		if left := w.detail("ap-northeast-2"); len(left) > 0 {
			t.Fatalf("not removed: %v", slices.Sorted(maps.Keys(left)))
		}
		undo, err := w.runner().Undo(t.Context(), w.seen, removed.Digest, nil)
		if err != nil {
			t.Fatalf("%v; left out %+v", err, undo.LeftOut)
		}
		if undo.Verb != plan.Undo || undo.N() != 4 || undo.Undoes != removed.Digest || !strings.HasPrefix(undo.Phrase(), "undo 4 in 123456789012 #") {
			t.Errorf("the undo: %s of %s, %d targets", undo.Phrase(), undo.Undoes, undo.N())
		}
		writes := len(w.wire.writes)
		if writes == 0 || len(w.store.entries) == 0 {
			t.Fatal("nothing was recorded")
		}
		summary, steps := finish(t, w.start(w.runner(), undo))
		if !summary.Complete() || summary.Made != 4 || summary.Gone != 0 {
			t.Errorf("undone: %+v", summary)
		}
		for id, s := range steps {
			if s.State != port.StepVerified {
				t.Errorf("step %s is %s: %s", id, s.State, s.Why)
			}
		}
		w.look()
		w.same(before, w.detail("ap-northeast-2"))
		checkUndoJournal(t, w, undo)
	})
}

// checkUndoJournal: the evidence of a thing that is made is that it was not there, it is kept
// before the first call, and every step that is no more than accepted is proven.
func checkUndoJournal(t *testing.T, w *world, undo *plan.Plan) {
	t.Helper()
	absent := map[model.Ref]bool{}
	for _, e := range w.store.evidence {
		if e.Plan == undo.Digest && e.What == "absence" && strings.Contains(string(e.Data), `"exists":false`) {
			absent[e.Ref] = true
		}
	}
	verified := map[string]bool{}
	for _, e := range w.store.entries {
		if e.Plan == undo.Digest && e.Kind == casefile.Verified {
			verified[e.Step] = true
		}
	}
	for _, target := range undo.Targets {
		if !absent[target.Ref] {
			t.Errorf("%s was made without the evidence that it was not there", target.Ref)
		}
	}
	for _, s := range undo.Steps {
		if !verified[s.ID] {
			t.Errorf("step %s (%s) was not proven", s.ID, s.Op)
		}
	}
}

// TestUndoTakesBackWhatWasDone stops a run between disabling a rule and removing its targets: only
// that is taken back.
func TestUndoTakesBackWhatWasDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, marked := alarmed(t)
		before := w.detail("ap-northeast-2")
		marked = slices.DeleteFunc(marked, func(r model.Ref) bool { return !strings.HasSuffix(r.ID, "/nightly") })
		p, err := w.runner().Freeze(w.seen, plan.Wish{Marked: model.MarksOf(marked...)})
		if err != nil {
			t.Fatal(err)
		}
		w.server.SetFaults(sim.Faults{})
		w.wire.before = func(op, _ string) error {
			if op == "RemoveTargets" {
				return errors.New("no way")
			}
			return nil
		}
		summary, _ := finish(t, w.start(w.runner(), p))
		w.wire.before = nil
		if summary.Complete() {
			t.Fatal("nothing was in the way")
		}
		w.look()
		undo, err := w.runner().Undo(t.Context(), w.seen, p.Digest, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(undo.Steps) != 1 || undo.Steps[0].Op != "events:EnableRule" || undo.Targets[0].Goal != plan.Changed {
			t.Errorf("the undo: %+v", undo.Steps)
		}
		if summary, _ := finish(t, w.start(w.runner(), undo)); !summary.Complete() || summary.Changed != 1 {
			t.Errorf("undone: %+v", summary)
		}
		w.look()
		w.same(before, w.detail("ap-northeast-2"))
	})
}

func TestUndoLeavesOutWhatCannotComeBackExactly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, p, _ := planted(t, sim.Options{})
		finish(t, w.again(p))
		w.look()
		undo, err := w.runner().Undo(t.Context(), w.seen, p.Digest, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, target := range undo.Targets {
			if target.Ref.Kind != "events:rule" {
				t.Errorf("%s is to come back", target.Ref)
			}
		}
		reasons := map[string]string{}
		for _, l := range undo.LeftOut {
			reasons[string(l.Ref.Kind)] = l.Reason
		}
		for kind, want := range map[string]string{
			"ecs:cluster": "ecs:DeleteCluster cannot be undone exactly; by hand: CreateCluster",
			"ecs:task":    "ecs:StopTask cannot be undone exactly",
			// Its service is gone, and a service does not come back exactly.
			"application-autoscaling:target": "it needs arn:aws:ecs:",
		} {
			if !strings.Contains(reasons[kind], want) {
				t.Errorf("%s is left out because %q, want %q", kind, reasons[kind], want)
			}
		}
	})
}

// TestUndoTwice: what an undo has put back is told from what others made, and the plan that removed it
// is not run again.
func TestUndoTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, marked := alarmed(t)
		marked = slices.DeleteFunc(marked, func(r model.Ref) bool { return !strings.HasSuffix(r.ID, "/nightly") })
		removed := w.removeAll(marked)
		undo, err := w.runner().Undo(t.Context(), w.look(), removed.Digest, nil)
		if err != nil {
			t.Fatal(err)
		}
		if summary, _ := finish(t, w.start(w.runner(), undo)); !summary.Complete() {
			t.Fatalf("%+v", summary)
		}
		again, err := w.runner().Undo(t.Context(), w.look(), removed.Digest, nil)
		if !errors.Is(err, plan.ErrNothing) || again.LeftOut[0].Reason != "already undone by #"+undo.Short() {
			t.Errorf("%v; left out %+v", err, again.LeftOut)
		}
		if _, err := w.runner().Start(t.Context(), w.look(), removed, removed.Phrase()); !errors.Is(err, plan.ErrTakenBack) || !strings.Contains(err.Error(), "#"+undo.Short()) {
			t.Errorf("what was put back may be removed by the old plan: %v", err)
		}
	})
}

// TestUndoDoesNotWriteOverWhatOthersMade makes the rule again behind rootout's back, before the
// undo is planned and after.
func TestUndoDoesNotWriteOverWhatOthersMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, marked := alarmed(t)
		marked = slices.DeleteFunc(marked, func(r model.Ref) bool { return !strings.HasSuffix(r.ID, "/nightly") })
		removed := w.removeAll(marked)
		w.look()
		undo, err := w.runner().Undo(t.Context(), w.seen, removed.Digest, nil)
		if err != nil {
			t.Fatal(err)
		}
		w.cloud.Locked(func(time.Time) {
			w.cloud.SeedRule("ap-northeast-2", cloud.RuleSeed{Name: "nightly", Schedule: "rate(2 minutes)", Cluster: "prod-api", TaskDefinition: "api", Role: starter, Count: 9})
		})
		there := w.detail("ap-northeast-2")
		summary, _ := finish(t, w.start(w.runner(), undo))
		if summary.Complete() || !strings.Contains(summary.Left[marked[0]], "it is there already") {
			t.Errorf("%+v", summary)
		}
		w.same(there, w.detail("ap-northeast-2"))
		w.look()
		again, err := w.runner().Undo(t.Context(), w.seen, removed.Digest, nil)
		if !errors.Is(err, plan.ErrNothing) || !strings.Contains(again.LeftOut[0].Reason, "it is there") {
			t.Errorf("%v; left out %+v", err, again.LeftOut)
		}
	})
}

// TestUndoGoesOnWhereItStopped kills an undo after each entry of its journal and goes on with it.
func TestUndoGoesOnWhereItStopped(t *testing.T) {
	for n := 1; ; n++ {
		over := false
		synctest.Test(t, func(t *testing.T) {
			w, marked := alarmed(t)
			before := w.detail("ap-northeast-2")
			removed := w.removeAll(marked)
			w.look()
			undo, err := w.runner().Undo(t.Context(), w.seen, removed.Digest, nil)
			if err != nil {
				t.Fatal(err)
			}
			entries := 0
			run := w.start(w.runner(), undo)
			w.store.mu.Lock()
			w.store.after = func(casefile.Entry) {
				if entries++; entries == n {
					run.Stop()
				}
			}
			w.store.mu.Unlock()
			finish(t, run)
			over = entries < n
			w.store.mu.Lock()
			w.store.after = nil
			w.store.mu.Unlock()
			w.look()
			if !over {
				if summary, _ := finish(t, w.start(w.runner(), undo)); !summary.Complete() {
					t.Errorf("stopped after %d entries: %+v", n, summary)
				}
			}
			w.look()
			w.same(before, w.detail("ap-northeast-2"))
		})
		if over || t.Failed() {
			return
		}
	}
}

// forgetful makes each changing call and then loses the first answer to it. A schedule that is made
// the second time is refused, as where its token has been forgotten too.
type forgetful struct {
	next http.RoundTripper

	mu   sync.Mutex
	lost map[string]int
}

func (f *forgetful) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := f.next.RoundTrip(r)
	what := r.Method + r.URL.Path + r.Header.Get("X-Amz-Target")
	if err != nil || !slices.ContainsFunc([]string{"POST/schedules/", "PutRule", "PutTargets", "RegisterScalableTarget", "PutScalingPolicy", "PutScheduledAction"},
		func(op string) bool { return strings.Contains(what, op) }) {
		return answer, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lost[what]++
	if f.lost[what] > 1 && !strings.Contains(what, "/schedules/") {
		return answer, nil
	}
	_ = answer.Body.Close()
	if f.lost[what] > 1 {
		return &http.Response{
			StatusCode: http.StatusConflict, Request: r, Body: io.NopCloser(strings.NewReader(`{"Message":"Schedule already exists."}`)),
			Header: http.Header{"Content-Type": {"application/json"}, "X-Amzn-Errortype": {"ConflictException"}},
		}, nil
	}
	return nil, io.ErrUnexpectedEOF
}

// TestUndoKnowsItsOwnWhereAnswersWereLost: the SDK calls again when no answer came, and is told that
// the thing is there: by the run's own hand.
func TestUndoKnowsItsOwnWhereAnswersWereLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, marked := alarmed(t)
		before := w.detail("ap-northeast-2")
		p := w.removeAll(marked)
		loser := &forgetful{next: w.wire.next, lost: map[string]int{}}
		w.wire.next = loser
		undo, err := w.runner().Undo(t.Context(), w.look(), p.Digest, nil)
		if err != nil {
			t.Fatal(err)
		}
		if undo.N() != 4 {
			t.Errorf("left out: %+v", undo.LeftOut)
		}
		summary, _ := finish(t, w.start(w.runner(), undo))
		if !summary.Complete() || len(loser.lost) < 4 {
			t.Errorf("%d kinds of answers were lost: %+v", len(loser.lost), summary)
		}
		w.look()
		w.same(before, w.detail("ap-northeast-2"))
	})
}
