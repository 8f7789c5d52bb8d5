package act_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

// made is a rule by which boxes are removed and come back exactly.
func made(*model.Resource) []plan.Step {
	return []plan.Step{{
		Op: "ecs:DeleteCluster", Goal: plan.Gone, Undo: model.UndoExactly, Proof: "it is gone",
		Inverse: []plan.Step{{Op: "ecs:CreateCluster", Goal: plan.Exists, Proof: "it is there"}},
	}}
}

// create does what the two operations of made say.
func (b *toyBox) create(_ context.Context, op, id string) (kind.Answer, error) {
	if op == "ecs:CreateCluster" {
		b.set(id, kind.Present)
	} else {
		b.set(id, kind.Absent)
	}
	return kind.Answer{}, nil
}

// undoOfAll removes every box and plans the undo.
func (b *toyBox) undoOfAll() *plan.Plan {
	b.t.Helper()
	b.rule, b.call = made, b.create
	p := b.plan()
	b.run(p)
	b.seen = b.snapshot()
	undo, err := b.runner().Undo(b.t.Context(), b.seen, p.Digest, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return undo
}

// TestWhatSomebodyElseMadeIsNotOurs: a box that is there before it is made is not counted as made, nor written over.
func TestWhatSomebodyElseMadeIsNotOurs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, presence := range []kind.Presence{kind.Present, kind.Leaving} {
			b := newToyBox(t, "us-east-1/a")
			undo := b.undoOfAll()
			b.set("us-east-1/a", presence)
			summary, _ := b.run(undo)
			if summary.Made != 0 || b.called("ecs:CreateCluster") != 0 || !strings.Contains(summary.Left[boxRef("us-east-1/a")], "it is there already") {
				t.Errorf("%+v after %v", summary, b.calls)
			}
		}
	})
}

// TestALostAnswerIsNoSecondThing: a call that may have got through and is refused the second time, because the thing is there, has succeeded.
func TestALostAnswerIsNoSecondThing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a")
		undo := b.undoOfAll()
		n := 0
		b.call = func(_ context.Context, _, id string) (kind.Answer, error) {
			n++
			b.set(id, kind.Present)
			if n == 1 {
				return kind.Answer{}, context.DeadlineExceeded
			}
			return kind.Answer{}, apiError("BoxExists")
		}
		if summary, _ := b.run(undo); !summary.Complete() || summary.Made != 1 || n != 2 {
			t.Errorf("after %d calls: %+v", n, summary)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a")
		undo := b.undoOfAll()
		b.call = func(context.Context, string, string) (kind.Answer, error) {
			return kind.Answer{}, apiError("BoxExists")
		}
		if summary, _ := b.run(undo); summary.Made != 0 || summary.Complete() {
			t.Errorf("the first refusal counts as success: %+v", summary)
		}
	})
}

// TestNothingIsDoneOnTheWayToWhatIsReached: a step on the way to a removal is not made when the target has gone meanwhile.
func TestNothingIsDoneOnTheWayToWhatIsReached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a")
		b.rule = func(*model.Resource) []plan.Step {
			return []plan.Step{
				{Op: "ecs:CreateCluster", Goal: plan.Changed, Interim: true, Proof: "its lid is off"},
				{Op: "ecs:DeleteCluster", Goal: plan.Gone, Proof: "it is gone"},
			}
		}
		b.call = func(_ context.Context, op, _ string) (kind.Answer, error) {
			if op == "ecs:CreateCluster" {
				return kind.Answer{}, apiError("AccessDeniedException")
			}
			return kind.Answer{}, nil
		}
		p := b.plan()
		b.run(p)
		b.set("us-east-1/a", kind.Absent)
		if summary, _ := b.run(p); !summary.Complete() || b.called("ecs:CreateCluster") != 1 {
			t.Errorf("%+v after %v", summary, b.calls)
		}
	})
}

// TestCredentialsThatRanOutPause wherever a run meets it: at the evidence, at the gate, at the call.
func TestCredentialsThatRanOutPause(t *testing.T) {
	for _, code := range []string{"ExpiredToken", "UnrecognizedClientException"} {
		for _, where := range []string{"evidence", "gate", "call"} {
			synctest.Test(t, func(t *testing.T) {
				b := newToyBox(t, "us-east-1/a")
				p := b.plan()
				var expired atomic.Bool
				expired.Store(true)
				fail := func() error {
					if expired.Load() {
						return apiError(code)
					}
					return nil
				}
				switch where {
				case "evidence":
					clear(b.store.raw)
					b.list = func(string) error { return fail() }
				case "gate":
					b.ready = func(string) (bool, string, error) { return !expired.Load(), "", fail() }
				case "call":
					b.call = func(_ context.Context, _, id string) (kind.Answer, error) {
						if err := fail(); err != nil {
							return kind.Answer{}, err
						}
						b.set(id, kind.Absent)
						return kind.Answer{}, nil
					}
				}
				run := b.start(b.runner(), p)
				paused := false
				for {
					u, err := run.Next(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					if u.State == port.RunPaused {
						if !paused && (u.Paused == nil || u.Paused.Code != code) {
							t.Errorf("paused by %+v", u.Paused)
						}
						paused = true
						expired.Store(false)
						run.Resume()
					}
					if u.Summary != nil {
						if !paused || !u.Summary.Complete() {
							t.Errorf("%s at the %s: paused %v, %+v", code, where, paused, u.Summary)
						}
						return
					}
				}
			})
		}
	}
}

// TestAShutGateIsNoFailedCall: looks at a gate do not use up the tries of a call without an answer.
func TestAShutGateIsNoFailedCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a")
		looks, calls := 0, 0
		b.ready = func(string) (bool, string, error) { looks++; return looks > 6, "a lid is on it", nil }
		b.call = func(_ context.Context, _, id string) (kind.Answer, error) {
			if calls++; calls < 3 {
				return kind.Answer{}, context.DeadlineExceeded
			}
			b.set(id, kind.Absent)
			return kind.Answer{}, nil
		}
		if summary, _ := b.run(b.plan()); !summary.Complete() || calls != 3 {
			t.Errorf("after %d looks and %d calls: %+v", looks, calls, summary)
		}
	})
}

// TestATargetThatIsNotYetDueIsTriedAgain: AWS may say "not yet" of one target inside a good answer.
func TestATargetThatIsNotYetDueIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a")
		calls := 0
		b.call = func(_ context.Context, _, id string) (kind.Answer, error) {
			if calls++; calls < 3 {
				return kind.Answer{Refused: map[model.Ref]*model.Failure{boxRef(id): {Operation: "ecs:DeleteCluster", Code: "NotYet"}}}, nil
			}
			b.set(id, kind.Absent)
			return kind.Answer{}, nil
		}
		if summary, _ := b.run(b.plan()); !summary.Complete() || calls != 3 {
			t.Errorf("after %d calls: %+v", calls, summary)
		}
	})
}

// TestBadReadsAreBelievedTheThirdTime: denied or unreadable, in a row.
func TestBadReadsAreBelievedTheThirdTime(t *testing.T) {
	denied, no := apiError("AccessDeniedException"), unreadable("{")
	for _, c := range []struct {
		answers []error // What each reading comes to; the last one goes on.
		proven  bool
	}{
		{[]error{denied, denied, nil}, true},
		{[]error{denied, denied, denied}, false},
		{[]error{denied, nil, denied, nil}, true},
		{[]error{no, no, nil}, true},
		{[]error{no, no, no}, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := newToyBox(t, "us-east-1/a")
			n := 0
			b.read = func(id string) (kind.Reading, error) {
				err := c.answers[min(n, len(c.answers)-1)]
				n++
				if err != nil {
					return kind.Reading{}, err
				}
				if n < len(c.answers) {
					return kind.Reading{Presence: kind.Present}, nil
				}
				return kind.Reading{Presence: kind.Absent}, nil
			}
			_, steps := b.run(b.plan())
			if proven := steps["s1"].State == port.StepVerified; proven != c.proven {
				t.Errorf("%v: %s, %s", c.answers, steps["s1"].State, steps["s1"].Why)
			}
		})
	}
}

// TestAWSsOwnFailedEndsTheWait the second time it is read: the first may tell of an attempt before
// the run's own.
func TestAWSsOwnFailedEndsTheWait(t *testing.T) {
	given := kind.Reading{Failed: "DELETE_FAILED, the lid is stuck"}
	for name, c := range map[string]struct {
		readings []kind.Reading // The last one goes on.
		proven   bool
	}{
		"told again and again": {[]kind.Reading{{}, given, given}, false},
		"told of an old try":   {[]kind.Reading{given, {}, given, {}, {Presence: kind.Absent}}, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := newToyBox(t, "us-east-1/a")
			n := 0
			b.read = func(string) (kind.Reading, error) {
				r := c.readings[min(n, len(c.readings)-1)]
				n++
				return r, nil
			}
			b.call = func(context.Context, string, string) (kind.Answer, error) { return kind.Answer{}, nil }
			began := time.Now()
			_, steps := b.run(b.plan())
			if proven := steps["s1"].State == port.StepVerified; proven != c.proven || time.Since(began) > 2*time.Minute {
				t.Errorf("%s: %s after %v, %s", name, steps["s1"].State, time.Since(began), steps["s1"].Why)
			}
			if !c.proven && !strings.Contains(steps["s1"].Why, "DELETE_FAILED, the lid is stuck") {
				t.Errorf("%s: AWS's reason is not told: %s", name, steps["s1"].Why)
			}
		})
	}
}

// TestABatchIsProvenWhenAllOfItIs: of a call for two boxes one may go sooner than the other.
func TestABatchIsProvenWhenAllOfItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a", "us-east-1/b")
		rule := b.defs[0].Rule
		rule.Batch = map[string]int{"ecs:DeleteCluster": 2}
		b.defs[0].Rule = rule
		b.call = func(context.Context, string, string) (kind.Answer, error) {
			time.AfterFunc(10*time.Second, func() { b.set("us-east-1/a", kind.Absent) })
			time.AfterFunc(time.Minute, func() { b.set("us-east-1/b", kind.Absent) })
			return kind.Answer{}, nil
		}
		p := b.plan()
		if len(p.Steps) != 1 {
			t.Fatalf("%d steps", len(p.Steps))
		}
		began := time.Now()
		if summary, _ := b.run(p); !summary.Complete() || time.Since(began) < time.Minute {
			t.Errorf("after %v: %+v", time.Since(began), summary)
		}
	})
}

// TestAProtectListThatCannotBeReadStopsEverything: planning, taking back and running.
func TestAProtectListThatCannotBeReadStopsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a")
		p := b.plan()
		broken := b.options()
		broken.ProtectErr = errors.New("line 3: what?")
		r := newRunner(broken)
		if _, err := r.Freeze(b.seen, plan.Wish{Marked: model.MarksOf(boxRef("us-east-1/a"))}); err == nil || !strings.Contains(err.Error(), "line 3") {
			t.Errorf("planning: %v", err)
		}
		if _, err := r.Undo(t.Context(), b.seen, p.Digest, nil); err == nil || !strings.Contains(err.Error(), "line 3") {
			t.Errorf("taking back: %v", err)
		}
		if _, err := r.Start(t.Context(), b.seen, p, p.Phrase()); err == nil || !strings.Contains(err.Error(), "line 3") {
			t.Errorf("running: %v", err)
		}
		if len(b.store.entries) > 0 || len(b.calls) > 0 {
			t.Errorf("%v, %v", b.store.entries, b.calls)
		}
	})
}

// TestAnUndoTakesItsOwnEvidence: what another plan kept of the same thing, and what was kept later, is not what it was before this run.
func TestAnUndoTakesItsOwnEvidence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a")
		op := b.defs[0].Ops["ecs:CreateCluster"]
		var kept []string
		op.Prepare = func(s plan.Step, k kind.Kept) ([]plan.Step, error) {
			kept = append(kept, string(k("record")))
			return []plan.Step{s}, nil
		}
		b.defs[0].Ops["ecs:CreateCluster"] = op
		b.rule, b.call = made, b.create
		first := b.plan()
		b.run(first)
		time.Sleep(time.Hour)
		b.set("us-east-1/a", kind.Present)
		b.seen = b.snapshot()
		b.store.raw[boxRef("us-east-1/a")] = []byte(`{"box":"another"}`)
		second := b.plan()
		b.run(second)
		b.store.evidence = append(b.store.evidence, slices.Clone(b.store.evidence[len(b.store.evidence)-1:])...)
		b.store.evidence[len(b.store.evidence)-1].Data = []byte(`{"box":"later"}`)
		b.seen = b.snapshot()
		for _, p := range []*plan.Plan{first, second} {
			if _, err := b.runner().Undo(t.Context(), b.seen, p.Digest, nil); err != nil {
				t.Fatal(err)
			}
		}
		if want := []string{`{"box":"us-east-1/a"}`, `{"box":"another"}`}; !slices.Equal(kept, want) {
			t.Errorf("the undo puts back %v, want %v", kept, want)
		}
	})
}

// TestDeniedReadsAreCountedByStep: that one box can be read says nothing of the other.
func TestDeniedReadsAreCountedByStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a", "us-east-1/b")
		b.defs[0].ReadBatch = 1
		b.call = func(context.Context, string, string) (kind.Answer, error) { return kind.Answer{}, nil }
		time.AfterFunc(time.Minute, func() { b.set("us-east-1/b", kind.Absent) })
		denied := 0
		b.read = func(id string) (kind.Reading, error) {
			if id == "us-east-1/a" {
				denied++
				return kind.Reading{}, apiError("AccessDeniedException")
			}
			b.mu.Lock()
			defer b.mu.Unlock()
			return kind.Reading{Presence: b.boxes[id], Why: "SHUT"}, nil
		}
		began := time.Now()
		_, steps := b.run(b.plan())
		if steps["s1"].State != port.StepFailed || steps["s2"].State != port.StepVerified || time.Since(began) > 5*time.Minute {
			t.Errorf("after %v and %d refusals: %+v, %+v", time.Since(began), denied, steps["s1"], steps["s2"])
		}
	})
}

// TestWhatAnUndoMadeAndIsGoneIsMadeAnew when the undo is run again.
func TestWhatAnUndoMadeAndIsGoneIsMadeAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a")
		undo := b.undoOfAll()
		if summary, _ := b.run(undo); !summary.Complete() {
			t.Fatalf("%+v", summary)
		}
		b.set("us-east-1/a", kind.Absent)
		b.seen = b.snapshot()
		if summary, _ := b.run(undo); !summary.Complete() || b.called("ecs:CreateCluster") != 2 {
			t.Errorf("%+v after %v", summary, b.calls)
		}
	})
}

// TestClosingWaitsForWhatIsUnderWay: the answer to a call is on disk before the case is closed.
func TestClosingWaitsForWhatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a")
		under := make(chan struct{})
		b.call = func(context.Context, string, string) (kind.Answer, error) {
			close(under)
			time.Sleep(2 * time.Second)
			return kind.Answer{}, nil
		}
		runner, p := b.runner(), b.plan()
		run, err := runner.Start(t.Context(), b.seen, p, p.Phrase())
		if err != nil {
			t.Fatal(err)
		}
		<-under
		runner.Close()
		entries, err := b.store.Journal(t.Context(), p.Digest)
		if err != nil {
			t.Fatal(err)
		}
		if last := entries[len(entries)-1]; last.Kind != casefile.Result {
			t.Errorf("the last entry is %s", last.Kind)
		}
		finish(t, run)
		runner.Close()
	})
}
