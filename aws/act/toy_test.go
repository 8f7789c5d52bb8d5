package act_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/sim"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

const boxKind model.KindID = "toy:box"

// apiError is AWS's refusal with a code.
type apiError string

func (e apiError) Error() string                 { return string(e) + ": a test says so" }
func (e apiError) ErrorCode() string             { return string(e) }
func (e apiError) ErrorMessage() string          { return "a test says so" }
func (e apiError) ErrorFault() smithy.ErrorFault { return smithy.FaultServer }

// toyBox is an AWS of boxes, each answer of which a test decides, so that every branch of a run can
// be met. What is called is noted.
type toyBox struct {
	*world
	mu    sync.Mutex
	boxes map[string]kind.Presence
	calls []string
	// call answers an operation on a box; nil does it. read answers a reading, list a listing,
	// extra takes evidence.
	call func(ctx context.Context, op, id string) (kind.Answer, error)
	read func(id string) (kind.Reading, error)
	list func(region string) error
	// undescribed is why a listing names boxes and knows no state of them, nil where it does.
	undescribed error
	extra       func(ctx context.Context, id string) []kind.Evidence
	prove       func(step plan.Step, receipt kind.Receipt) (kind.Proof, error)
	ready       func(id string) (bool, string, error)
	// rule is how boxes are acted on, one step that removes them if nil.
	rule func(*model.Resource) []plan.Step
}

func newToyBox(t *testing.T, ids ...string) *toyBox {
	t.Helper()
	b := &toyBox{world: newWorld(t, sim.Options{}, func(*world) {}), boxes: map[string]kind.Presence{}}
	for _, id := range ids {
		b.boxes[id] = kind.Present
	}
	b.defs = []kind.Def{b.def()}
	catalog, err := model.NewCatalog(b.defs[0].Kind)
	if err != nil {
		t.Fatal(err)
	}
	b.catalog = catalog
	b.seen = b.snapshot()
	return b
}

func boxRef(id string) model.Ref {
	region, _, _ := strings.Cut(id, "/")
	return model.Ref{Partition: "aws", Place: model.Place{Account: account, Region: region}, Kind: boxKind, ID: id}
}

func boxOf(id string) *model.Resource {
	return &model.Resource{Ref: boxRef(id), Name: id, State: "SHUT", Counts: true, Rate: model.Rate{Known: true}}
}

func (b *toyBox) snapshot() *model.Snapshot {
	inv := model.NewInventory()
	batch := &model.Batch{At: time.Now()}
	cells := map[model.CellKey]bool{}
	for id, presence := range b.boxes {
		cells[boxRef(id).Cell()] = true
		if presence != kind.Absent {
			batch.Found = append(batch.Found, model.Found{Resource: boxOf(id), Pass: 1})
			b.store.raw[boxRef(id)] = json.RawMessage(`{"box":"` + id + `"}`)
		}
	}
	for key := range cells {
		batch.Cells = append(batch.Cells, model.Cell{Key: key, State: model.CellCounted, Pass: 1, AsOf: time.Now()})
	}
	inv.Apply(batch)
	return inv.Snapshot()
}

func (b *toyBox) note(what string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls = append(b.calls, what)
}

func (b *toyBox) called(what string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := 0
	for _, c := range b.calls {
		if strings.HasPrefix(c, what) {
			n++
		}
	}
	return n
}

func (b *toyBox) set(id string, p kind.Presence) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.boxes[id] = p
}

func (b *toyBox) def() kind.Def {
	d := kind.Def{
		Kind: model.Kind{ID: boxKind, Aliases: []string{"box"}, Title: "BOX", Plural: "boxes", Order: 1, Phase: model.Remove},
		List: func(_ context.Context, v *kind.Visit) error {
			b.note("list " + v.Region)
			if b.list != nil {
				if err := b.list(v.Region); err != nil {
					return err
				}
			}
			b.mu.Lock()
			defer b.mu.Unlock()
			for id, p := range b.boxes {
				if p != kind.Absent && boxRef(id).Region == v.Region {
					box := boxOf(id)
					if b.undescribed != nil {
						box.State = ""
					}
					v.Found(box, json.RawMessage(`{"box":"`+id+`"}`))
				}
			}
			return b.undescribed
		},
		Evidence: func(ctx context.Context, _ *kind.Visit, r *model.Resource) []kind.Evidence {
			if b.extra == nil {
				return nil
			}
			return b.extra(ctx, r.Ref.ID)
		},
		Read: func(_ context.Context, _ *kind.Visit, refs []model.Ref) (map[model.Ref]kind.Reading, error) {
			out := map[model.Ref]kind.Reading{}
			for _, ref := range refs {
				b.note("read " + ref.ID)
				if b.read != nil {
					r, err := b.read(ref.ID)
					if err != nil {
						return nil, err
					}
					out[ref] = r
					continue
				}
				b.mu.Lock()
				out[ref] = kind.Reading{Presence: b.boxes[ref.ID], Why: "SHUT"}
				b.mu.Unlock()
			}
			return out, nil
		},
		ReadBatch: 2,
		Ops:       map[string]kind.Op{},
	}
	d.Rule.Verbs = plan.ByDeleting(plan.Way{Steps: func(r *model.Resource, _ *model.Graph) []plan.Step {
		if b.rule != nil {
			return b.rule(r)
		}
		return []plan.Step{{Op: "ecs:DeleteCluster", Goal: plan.Gone, Proof: "it is gone"}}
	}})
	for _, name := range []string{"ecs:DeleteCluster", "ecs:UpdateCluster", "ecs:CreateCluster", "ecs:DeleteService"} {
		op := kind.Op{
			Gone: []string{"NoSuchBox"}, There: []string{"BoxExists"}, Again: []string{"NotYet"},
			Call: func(ctx context.Context, _ *kind.Visit, s plan.Step) (kind.Answer, error) {
				b.note(s.Op + " " + s.Targets[0].ID)
				if b.call != nil {
					return b.call(ctx, s.Op, s.Targets[0].ID)
				}
				b.set(s.Targets[0].ID, kind.Absent)
				return kind.Answer{}, nil
			},
		}
		if name == "ecs:UpdateCluster" || name == "ecs:DeleteService" {
			op.Prove = func(_ context.Context, _ *kind.Visit, s plan.Step, receipt kind.Receipt) (kind.Proof, error) {
				b.note("prove " + s.Targets[0].ID)
				return b.prove(s, receipt)
			}
		}
		if name == "ecs:DeleteCluster" {
			op.Ready = func(_ context.Context, _ *kind.Visit, s plan.Step) (bool, string, error) {
				if b.ready == nil {
					return true, "", nil
				}
				return b.ready(s.Targets[0].ID)
			}
		}
		d.Ops[name] = op
	}
	return d
}

func (b *toyBox) plan() *plan.Plan {
	b.t.Helper()
	var marked []model.Ref
	for id, p := range b.boxes {
		if p == kind.Present {
			marked = append(marked, boxRef(id))
		}
	}
	p, err := b.runner().Freeze(b.seen, plan.Wish{Marked: model.MarksOf(marked...)})
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

func (b *toyBox) run(p *plan.Plan) (*port.Summary, map[string]port.StepStatus) {
	b.t.Helper()
	return finish(b.t, b.start(b.runner(), p))
}

// TestReceiptsAreKeptAndAskedFor: work that AWS goes on with is proven by its receipt, also by a
// later run, which does not order it again.
func TestReceiptsAreKeptAndAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a")
		b.rule = func(*model.Resource) []plan.Step {
			return []plan.Step{{Op: "ecs:DeleteService", Goal: plan.Gone, Proof: "the work is done"}}
		}
		b.call = func(context.Context, string, string) (kind.Answer, error) {
			return kind.Answer{Receipt: "task/42"}, nil
		}
		var asked []kind.Receipt
		finished := false
		b.prove = func(_ plan.Step, r kind.Receipt) (kind.Proof, error) {
			asked = append(asked, r)
			if finished {
				b.set("us-east-1/a", kind.Absent)
				return kind.Proof{State: kind.Reached}, nil
			}
			return kind.Proof{Why: "3 of 5 are done"}, nil
		}
		p := b.plan()
		run := b.start(b.runner(), p)
		time.Sleep(20 * time.Second)
		run.Stop()
		if summary, steps := finish(t, run); summary.Gone != 0 || steps["s1"].Why != "3 of 5 are done" {
			t.Errorf("stopped: %+v, %+v", summary, steps["s1"])
		}
		if len(asked) < 3 || slices.ContainsFunc(asked, func(r kind.Receipt) bool { return r != "task/42" }) {
			t.Errorf("asked for %q", asked)
		}
		asked, finished = nil, true
		if summary, _ := b.run(p); !summary.Complete() {
			t.Errorf("%+v", summary)
		}
		if len(asked) == 0 || asked[0] != "task/42" || b.called("ecs:DeleteService") != 1 {
			t.Errorf("the second run asked for %q, and called %d times in all", asked, b.called("ecs:DeleteService"))
		}
	})
}

// TestAStoppedRunSaysWhyEachThingIsLeft: that it was stopped is no reason for what had failed before.
func TestAStoppedRunSaysWhyEachThingIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a", "us-east-1/b")
		b.rule = func(*model.Resource) []plan.Step {
			return []plan.Step{{Op: "ecs:DeleteService", Goal: plan.Gone, Proof: "the work is done"}}
		}
		b.call = func(context.Context, string, string) (kind.Answer, error) { return kind.Answer{}, nil }
		b.prove = func(s plan.Step, _ kind.Receipt) (kind.Proof, error) {
			if s.Targets[0] == boxRef("us-east-1/a") {
				return kind.Proof{State: kind.Lost, Why: "somebody made it again"}, nil
			}
			return kind.Proof{Why: "3 of 5 are done"}, nil
		}
		run := b.start(b.runner(), b.plan())
		time.Sleep(20 * time.Second)
		run.Stop()
		summary, _ := finish(t, run)
		want := map[model.Ref]string{boxRef("us-east-1/a"): "somebody made it again", boxRef("us-east-1/b"): "the run was stopped: 3 of 5 are done"}
		if diff := cmp.Diff(want, summary.Left); diff != "" {
			t.Errorf("why each is left (-want +got):\n%s", diff)
		}
	})
}

func TestLostWorkIsToldAndFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a")
		b.rule = func(*model.Resource) []plan.Step {
			return []plan.Step{{Op: "ecs:DeleteService", Goal: plan.Gone, Proof: "the work is done"}}
		}
		b.prove = func(plan.Step, kind.Receipt) (kind.Proof, error) {
			return kind.Proof{State: kind.Lost, Why: "AWS gave up: a lid is in use"}, nil
		}
		b.call = func(context.Context, string, string) (kind.Answer, error) { return kind.Answer{}, nil }
		summary, steps := b.run(b.plan())
		if steps["s1"].State != port.StepFailed || summary.Left[boxRef("us-east-1/a")] != "AWS gave up: a lid is in use" {
			t.Errorf("%+v, %+v", steps["s1"], summary)
		}
	})
}

func TestAcceptedIsNotProven(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a")
		b.call = func(context.Context, string, string) (kind.Answer, error) {
			time.AfterFunc(time.Minute, func() { b.set("us-east-1/a", kind.Absent) })
			return kind.Answer{}, nil
		}
		began := time.Now()
		summary, _ := b.run(b.plan())
		if took := time.Since(began); !summary.Complete() || took < time.Minute || took > time.Minute+10*time.Second {
			t.Errorf("after %v: %+v", took, summary)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a")
		b.call = func(context.Context, string, string) (kind.Answer, error) { return kind.Answer{}, nil }
		summary, steps := b.run(b.plan())
		if why := summary.Left[boxRef("us-east-1/a")]; summary.Gone != 0 || why != "it is still there after 15m0s" || steps["s1"].State != port.StepFailed {
			t.Errorf("it never goes: %+v, %s", summary, why)
		}
	})
}

// TestAnyStepIsVerifiedOnlyByAReading: nothing of the journal calls a step proven that was only
// accepted.
func TestAnyStepIsVerifiedOnlyByAReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a", "us-east-1/b", "us-east-1/c")
		b.run(b.plan())
		for _, e := range b.store.entries {
			if e.Kind == casefile.Verified && b.called("read ") == 0 {
				t.Error("a step was proven before anything was read")
			}
		}
		if b.called("read ") < 3 {
			t.Errorf("%d readings of 3 boxes", b.called("read "))
		}
	})
}

func TestNothingIsCalledWithoutIntentOnDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a")
		b.store.refuse = func(e casefile.Entry) error {
			if e.Kind == casefile.Intent {
				return errors.New("the disk is full")
			}
			return nil
		}
		summary, steps := b.run(b.plan())
		if b.called("ecs:DeleteCluster") != 0 || steps["s1"].State != port.StepFailed || !strings.Contains(steps["s1"].Why, "nothing is called that cannot be written down: journal: the disk is full") {
			t.Errorf("called %d times; %+v; %+v", b.called("ecs:"), steps["s1"], summary)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		// The result cannot be written: the call has been made, and the step does not go on.
		b := newToyBox(t, "us-east-1/a")
		b.store.refuse = func(e casefile.Entry) error {
			if e.Kind == casefile.Result {
				return errors.New("the disk is full")
			}
			return nil
		}
		if _, steps := b.run(b.plan()); steps["s1"].State != port.StepFailed || b.called("ecs:DeleteCluster") != 1 {
			t.Errorf("%+v after %d calls", steps["s1"], b.called("ecs:"))
		}
	})
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a")
		b.store.refuse = func(e casefile.Entry) error {
			if e.Kind == casefile.Verified {
				return errors.New("the disk is full")
			}
			return nil
		}
		if _, steps := b.run(b.plan()); steps["s1"].State != port.StepFailed {
			t.Errorf("a proof that is not on disk counts: %+v", steps["s1"])
		}
	})
}

// TestAnEndThatIsNotOnDiskIsTold, and is no loss of a target.
func TestAnEndThatIsNotOnDiskIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a")
		b.store.refuse = func(e casefile.Entry) error {
			if e.Kind == casefile.End {
				return errors.New("the disk is full")
			}
			return nil
		}
		summary, _ := b.run(b.plan())
		if summary.Gone != 1 || len(summary.Left) != 0 || summary.Complete() || !strings.Contains(summary.Unwritten, "the disk is full") {
			t.Errorf("%+v", summary)
		}
	})
}

func TestNothingIsCalledWithoutEvidenceOnDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, what := range []string{"record", "lid"} {
			b := newToyBox(t, "us-east-1/a", "us-east-1/b")
			b.extra = func(context.Context, string) []kind.Evidence {
				return []kind.Evidence{{What: "lid", Data: json.RawMessage(`1`)}}
			}
			b.store.refuseEvidence = func(e casefile.Evidence) error {
				if e.Ref.ID == "us-east-1/a" && e.What == what {
					return errors.New("the disk is full")
				}
				return nil
			}
			summary, _ := b.run(b.plan())
			if b.called("ecs:DeleteCluster us-east-1/a") != 0 || b.called("ecs:DeleteCluster us-east-1/b") != 1 {
				t.Errorf("without %s: %v", what, b.calls)
			}
			if why := summary.Left[boxRef("us-east-1/a")]; why != "no evidence, so it is not touched: the disk is full" {
				t.Errorf("it is left because %q", why)
			}
		}
	})
	synctest.Test(t, func(t *testing.T) {
		// The case lost the record, and the listing does not bring it.
		b := newToyBox(t, "us-east-1/a")
		p := b.plan()
		clear(b.store.raw)
		b.list = func(string) error { return apiError("AccessDeniedException") }
		if b.run(p); b.called("ecs:DeleteCluster") != 0 {
			t.Error("it was called without a record")
		}
	})
}

// TestEvidenceComesBeforeTheIntent looks at what is on disk when the call comes.
func TestEvidenceComesBeforeTheIntent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a")
		b.extra = func(context.Context, string) []kind.Evidence {
			return []kind.Evidence{{What: "lid", Data: json.RawMessage(`1`)}, {What: "hinge", Missing: "it has none"}}
		}
		b.call = func(_ context.Context, _, id string) (kind.Answer, error) {
			b.store.mu.Lock()
			defer b.store.mu.Unlock()
			var kept []string
			for _, e := range b.store.evidence {
				kept = append(kept, e.What+":"+e.Missing)
			}
			intended := slices.ContainsFunc(b.store.entries, func(e casefile.Entry) bool { return e.Kind == casefile.Intent && e.Step == "s1" })
			if !slices.Equal(kept, []string{"record:", "lid:", "hinge:it has none"}) || !intended {
				t.Errorf("at the call there is %v, intended %v", kept, intended)
			}
			b.set(id, kind.Absent)
			return kind.Answer{}, nil
		}
		if summary, _ := b.run(b.plan()); !summary.Complete() {
			t.Errorf("%+v", summary)
		}
	})
}

// TestSlowExtraEvidenceHoldsUpForAWhileOnly: what is taken beside the record may hold a step up for
// two seconds, and longer where an undo stands on it.
func TestSlowExtraEvidenceHoldsUpForAWhileOnly(t *testing.T) {
	for name, x := range map[string]struct {
		rule func(*model.Resource) []plan.Step
		want time.Duration
	}{"for good": {nil, 2 * time.Second}, "to be taken back": {made, time.Minute}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newToyBox(t, "us-east-1/a")
				b.rule = x.rule
				b.extra = func(ctx context.Context, _ string) []kind.Evidence {
					<-ctx.Done()
					return []kind.Evidence{{What: "lid", Missing: "it took too long"}}
				}
				began := time.Now()
				var waited time.Duration
				b.call = func(_ context.Context, _, id string) (kind.Answer, error) {
					waited = time.Since(began)
					b.set(id, kind.Absent)
					return kind.Answer{}, nil
				}
				if b.run(b.plan()); waited < x.want-100*time.Millisecond || waited > x.want+500*time.Millisecond {
					t.Errorf("the call came after %v", waited)
				}
				if !slices.ContainsFunc(b.store.evidence, func(e casefile.Evidence) bool { return e.Missing == "it took too long" }) {
					t.Error("nothing says that it is missing")
				}
			})
		})
	}
}

func TestPermitIsGoodForItsStepAndItsRunOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a")
		var during, elsewhere error
		var held context.Context
		clients := b.conn.Clients("us-east-1")
		name := "nobody"
		try := func(ctx context.Context, c *aws.Clients) error {
			_, err := aws.Client(c, ecs.NewFromConfig).DeleteCluster(context.WithoutCancel(ctx), &ecs.DeleteClusterInput{Cluster: &name})
			return err
		}
		b.call = func(ctx context.Context, _, id string) (kind.Answer, error) {
			held = ctx //nolint:fatcontext // It is used when the run is over, to see that it is good for nothing then.
			during, elsewhere = try(ctx, clients), try(ctx, b.conn.Clients("eu-west-1"))
			b.set(id, kind.Absent)
			return kind.Answer{}, nil
		}
		b.run(b.plan())
		var guard *aws.GuardError
		if errors.As(during, &guard) {
			t.Errorf("the step's own call was refused: %v", during)
		}
		if !errors.As(elsewhere, &guard) || guard.Refusal != aws.RefusedRegion {
			t.Errorf("in another region: %v", elsewhere)
		}
		if err := try(held, clients); !errors.As(err, &guard) || guard.Refusal != aws.RefusedRevoked {
			t.Errorf("after the run: %v", err)
		}
	})
}

// TestBrokenCellsAreReadAgainAtTheEnd: a final listing that broke off is read twice more before it
// is called uncounted.
func TestBrokenCellsAreReadAgainAtTheEnd(t *testing.T) {
	for broken, complete := range map[int]bool{1: true, 2: true, 3: false} {
		synctest.Test(t, func(t *testing.T) {
			b := newToyBox(t, "us-east-1/a", "eu-west-1/b")
			left := broken
			b.list = func(region string) error {
				if region == "us-east-1" && left > 0 {
					left--
					return errors.Join(apiError("InternalError"), context.DeadlineExceeded)
				}
				return nil
			}
			summary, _ := b.run(b.plan())
			if summary.Complete() != complete || len(summary.Uncounted) > 0 == complete || b.called("list eu-west-1") != 1 {
				t.Errorf("broken %d times: %+v; listings %v", broken, summary, b.calls)
			}
		})
	}
}

func TestUncountedCellsSayWhyAndTaintTheSummary(t *testing.T) {
	for code, want := range map[string]model.CellState{
		"AccessDeniedException": model.CellDenied, "ThrottlingException": model.CellThrottled, "InternalError": model.CellUnreachable,
	} {
		synctest.Test(t, func(t *testing.T) {
			b := newToyBox(t, "us-east-1/a")
			b.list = func(string) error {
				if want == model.CellUnreachable {
					return context.DeadlineExceeded
				}
				return apiError(code)
			}
			summary, _ := b.run(b.plan())
			if summary.Complete() || len(summary.Uncounted) != 1 || summary.Uncounted[0].State != want || summary.Uncounted[0].Failure == nil {
				t.Errorf("%s: %+v", code, summary.Uncounted)
			}
			if summary.Gone != 0 && want != model.CellUnreachable && summary.Left[boxRef("us-east-1/a")] == "" {
				t.Errorf("%s: it counts as gone although no listing says so", code)
			}
		})
	}
}

// TestPausesAreNotCountedIntoWaits: ten minutes of a shut gate and a quarter of an hour for a proof
// do not run while nobody is signed in.
func TestPausesAreNotCountedIntoWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a", "us-east-1/b")
		var expired atomic.Bool
		b.ready = func(id string) (bool, string, error) {
			if id == "us-east-1/a" {
				return expired.Load(), "a lid is on it", nil
			}
			return true, "", nil
		}
		b.read = func(id string) (kind.Reading, error) {
			if id == "us-east-1/b" && !expired.Swap(true) {
				return kind.Reading{}, apiError("ExpiredToken")
			}
			b.mu.Lock()
			defer b.mu.Unlock()
			return kind.Reading{Presence: b.boxes[id]}, nil
		}
		run := b.start(b.runner(), b.plan())
		paused := 0
		for {
			u, err := run.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if u.State == port.RunPaused {
				paused++
				time.Sleep(time.Hour)
				run.Resume()
			}
			if u.Summary != nil {
				if !u.Summary.Complete() || paused != 1 {
					t.Errorf("paused %d times: %+v", paused, u.Summary)
				}
				break
			}
		}
		kinds := map[casefile.EntryKind]int{}
		for _, e := range b.store.entries {
			kinds[e.Kind]++
		}
		if kinds[casefile.Pause] != 1 || kinds[casefile.Resume] != 1 {
			t.Errorf("the journal: %v", kinds)
		}
	})
}

func TestAShutGateIsGivenUpAfterTenMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a")
		b.ready = func(string) (bool, string, error) { return false, "a lid is on it", nil }
		began := time.Now()
		_, steps := b.run(b.plan())
		if took := time.Since(began); steps["s1"].Why != "given up after 10m0s: a lid is on it" || took < 10*time.Minute || took > 11*time.Minute || b.called("ecs:") > 0 {
			t.Errorf("after %v: %+v", took, steps["s1"])
		}
	})
}

// TestAnswersAreTakenForWhatTheySay is the table of what follows from AWS's answer.
func TestAnswersAreTakenForWhatTheySay(t *testing.T) {
	for name, c := range map[string]struct {
		answers  []error
		state    port.StepState
		calls    int
		complete bool
	}{
		"gone already":                {[]error{apiError("NoSuchBox")}, port.StepVerified, 1, true},
		"not yet, then well":          {[]error{apiError("NotYet"), apiError("NotYet"), nil}, port.StepVerified, 3, true},
		"a refusal is not repeated":   {[]error{apiError("AccessDeniedException"), nil}, port.StepFailed, 1, false},
		"no answer is asked again":    {[]error{context.DeadlineExceeded, context.DeadlineExceeded, nil}, port.StepVerified, 3, true},
		"no answer, four times":       {[]error{context.DeadlineExceeded, context.DeadlineExceeded, context.DeadlineExceeded, context.DeadlineExceeded, nil}, port.StepFailed, 4, false},
		"throttled is asked again":    {[]error{apiError("ThrottlingException"), nil}, port.StepVerified, 2, true},
		"existing is no success here": {[]error{apiError("BoxExists"), nil}, port.StepFailed, 1, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := newToyBox(t, "us-east-1/a")
			n := 0
			b.call = func(_ context.Context, _, id string) (kind.Answer, error) {
				err := c.answers[min(n, len(c.answers)-1)]
				n++
				if err == nil || errors.Is(err, apiError("NoSuchBox")) {
					b.set(id, kind.Absent)
				}
				return kind.Answer{}, err
			}
			summary, steps := b.run(b.plan())
			if steps["s1"].State != c.state || n != c.calls || summary.Complete() != c.complete {
				t.Errorf("%s: %s after %d calls, complete %v: %s", name, steps["s1"].State, n, summary.Complete(), steps["s1"].Why)
			}
		})
	}
}

func TestRefusedTargetsFailTheirStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a")
		b.call = func(_ context.Context, _, id string) (kind.Answer, error) {
			return kind.Answer{Refused: map[model.Ref]*model.Failure{boxRef(id): {Operation: "ecs:DeleteCluster", Code: "Stuck", Message: "it does not open"}}}, nil
		}
		summary, steps := b.run(b.plan())
		if steps["s1"].State != port.StepFailed || steps["s1"].Failure == nil || steps["s1"].Failure.Code != "Stuck" || b.called("ecs:") != 1 {
			t.Errorf("%+v", steps["s1"])
		}
		if !strings.Contains(summary.Left[boxRef("us-east-1/a")], "it does not open") {
			t.Errorf("%+v", summary)
		}
		for _, e := range b.store.entries {
			if e.Kind == casefile.Result && strings.Contains(string(e.Payload), `"ok":true`) {
				t.Errorf("the journal says %s", e.Payload)
			}
		}
	})
}

// TestADeadPlaceIsLeftAlone: after four calls without an answer nothing more is asked of a region,
// whatever else is planned there.
func TestADeadPlaceIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ids := []string{"eu-west-1/alive"}
		for i := range 9 {
			ids = append(ids, fmt.Sprintf("us-east-1/%d", i))
		}
		b := newToyBox(t, ids...)
		b.call = func(_ context.Context, _, id string) (kind.Answer, error) {
			if strings.HasPrefix(id, "us-east-1/") {
				time.Sleep(10 * time.Second)
				return kind.Answer{}, context.DeadlineExceeded
			}
			b.set(id, kind.Absent)
			return kind.Answer{}, nil
		}
		summary, steps := b.run(b.plan())
		if summary.Gone != 1 || summary.Took > 2*time.Minute {
			t.Errorf("after %v: %+v", summary.Took, summary)
		}
		silent := 0
		for _, s := range steps {
			if s.Why == "the region does not answer: nothing more is asked of it in this run" {
				silent++
			}
		}
		if silent == 0 {
			t.Error("nothing says that the region is dead")
		}
	})
}

// TestUndoneStepsAreCountedByTheirGoal runs a plan of all three goals by hand-made rules.
func TestUndoneStepsAreCountedByTheirGoal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/gone", "us-east-1/changed")
		b.rule = func(r *model.Resource) []plan.Step {
			if r.Name == "us-east-1/changed" {
				return []plan.Step{{Op: "ecs:UpdateCluster", Goal: plan.Gone, Undo: model.UndoExactly, Proof: "it is painted", Inverse: []plan.Step{
					{Op: "ecs:UpdateCluster", Goal: plan.Changed, Proof: "it is as it was"},
				}}}
			}
			return []plan.Step{{Op: "ecs:DeleteCluster", Goal: plan.Gone, Undo: model.UndoExactly, Proof: "it is gone", Inverse: []plan.Step{
				{Op: "ecs:CreateCluster", Goal: plan.Exists, Proof: "it is there"},
			}}}
		}
		b.prove = func(s plan.Step, _ kind.Receipt) (kind.Proof, error) { return kind.Proof{State: kind.Reached}, nil }
		b.call = func(_ context.Context, op, id string) (kind.Answer, error) {
			switch op {
			case "ecs:DeleteCluster":
				b.set(id, kind.Absent)
			case "ecs:CreateCluster":
				b.set(id, kind.Present)
			}
			return kind.Answer{}, nil
		}
		p := b.plan()
		b.run(p)
		b.seen = b.snapshot()
		undo, err := b.runner().Undo(t.Context(), b.seen, p.Digest, nil)
		if err != nil {
			t.Fatal(err)
		}
		summary, _ := b.run(undo)
		if !summary.Complete() || summary.Gone != 0 || summary.Made != 1 || summary.Changed != 1 || summary.Reached() != 2 {
			t.Errorf("%+v", summary)
		}
		// What was made and is not there at the end is left, whatever its step says.
		b.set("us-east-1/gone", kind.Absent)
		b.seen = b.snapshot()
		if undo, err = b.runner().Undo(t.Context(), b.seen, p.Digest, nil); err != nil {
			t.Fatal(err)
		}
		b.read = func(id string) (kind.Reading, error) {
			b.mu.Lock()
			defer b.mu.Unlock()
			if b.boxes[id] == kind.Present && id == "us-east-1/gone" {
				b.boxes[id] = kind.Absent // Somebody takes it away as soon as it has been seen.
				return kind.Reading{Presence: kind.Present}, nil
			}
			return kind.Reading{Presence: b.boxes[id]}, nil
		}
		if summary, _ = b.run(undo); summary.Complete() || summary.Made != 0 || summary.Left[boxRef("us-east-1/gone")] != "a fresh listing does not show it" {
			t.Errorf("%+v", summary)
		}
	})
}

// TestARetryTakesTheEvidenceAgain: a step that failed for want of evidence is whole when that can
// be had.
func TestARetryTakesTheEvidenceAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newToyBox(t, "us-east-1/a", "us-east-1/b")
		var full atomic.Bool
		full.Store(true)
		b.store.refuseEvidence = func(e casefile.Evidence) error {
			if full.Load() && e.Ref.ID == "us-east-1/a" {
				return errors.New("the disk is full")
			}
			return nil
		}
		b.call = func(_ context.Context, _, id string) (kind.Answer, error) {
			if id == "us-east-1/b" {
				time.Sleep(time.Minute)
			}
			b.set(id, kind.Absent)
			return kind.Answer{}, nil
		}
		run := b.start(b.runner(), b.plan())
		time.Sleep(10 * time.Second)
		full.Store(false)
		run.Retry()
		if summary, _ := finish(t, run); !summary.Complete() {
			t.Errorf("%+v", summary)
		}
		run.Retry() // After the end it does nothing.
	})
}
