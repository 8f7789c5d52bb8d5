package uitest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

// Scanner hands over what a test puts into it.
type Scanner struct {
	Batches chan *model.Batch
	// Rescans are the cells that were asked for again, Watched the regions that are watched.
	Rescans [][]model.CellKey
	Watched []string

	mu      sync.Mutex
	leftOut func(region string) bool
}

// Next hands over the next batch.
func (f *Scanner) Next(ctx context.Context) (*model.Batch, error) {
	select {
	case b, ok := <-f.Batches:
		if !ok {
			return nil, io.EOF
		}
		return b, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Rescan notes what was asked for.
func (f *Scanner) Rescan(keys ...model.CellKey) {
	time.Sleep(Wait)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.Rescans = append(f.Rescans, keys)
}

// LeaveOut notes what is left out.
func (f *Scanner) LeaveOut(leftOut func(region string) bool) {
	time.Sleep(Wait)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.leftOut = leftOut
}

// Left is what was left out last.
func (f *Scanner) Left() func(region string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.leftOut
}

// Watch notes the regions.
func (f *Scanner) Watch(places ...model.Place) {
	time.Sleep(Wait)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.Watched = nil
	for _, p := range places {
		f.Watched = append(f.Watched, p.Region)
	}
}

// Case keeps everything in memory.
type Case struct {
	Kept      []model.Ref
	NotesKept map[model.Ref]string
	Plans     []port.Past
	// Saved are the plans that were reviewed, Full why it takes none, nil where it does.
	Saved []*plan.Plan
	Full  error
	// Since is since when the account is billed.
	Since time.Time
	// SpentBefore is what was spent by what is gone.
	SpentBefore map[model.Ref]model.Spent
	// Locked is why it takes no marks, nil where it does.
	Locked error

	mu sync.Mutex
}

// Raw is a record with a sealed value.
func (f *Case) Raw(_ context.Context, ref model.Ref) (json.RawMessage, error) {
	time.Sleep(Wait)
	return json.RawMessage(`{"arn":"` + ref.ID + `","environment":[{"name":"KEY","value":"sealed:23:9f86d081884c7d65"}]}`), nil
}

// Marks are those that it holds.
func (f *Case) Marks(context.Context) ([]model.Mark, error) {
	time.Sleep(Wait)
	return model.MarksOf(f.Kept...), nil
}

// SetMarks takes marks, unless it is locked.
func (f *Case) SetMarks(_ context.Context, marked []model.Mark) error {
	time.Sleep(Wait)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.Locked != nil {
		return f.Locked
	}
	f.Kept = model.RefsOf(marked)
	return nil
}

// Notes are those that it holds.
func (f *Case) Notes(context.Context) (map[model.Ref]string, error) { return f.NotesKept, nil }

// SavePlan keeps a plan, unless it is full.
func (f *Case) SavePlan(_ context.Context, p *plan.Plan) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.Full == nil {
		f.Saved = append(f.Saved, p)
	}
	return f.Full
}

// BilledSince is since when the account is billed.
func (f *Case) BilledSince(context.Context) (time.Time, error) { return f.Since, nil }

// SetNote takes a note.
func (f *Case) SetNote(_ context.Context, ref model.Ref, note string) error {
	time.Sleep(Wait)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.NotesKept == nil {
		f.NotesKept = map[model.Ref]string{}
	}
	f.NotesKept[ref] = note
	return nil
}

// Spent is what was spent by what is gone.
func (f *Case) Spent(context.Context) (map[model.Ref]model.Spent, error) { return f.SpentBefore, nil }

// Past are the plans that it holds.
func (f *Case) Past(context.Context) ([]port.Past, error) { return f.Plans, nil }

// Path is where it would lie.
func (f *Case) Path() string { return "/tmp/case.rootout" }

// Runner plans what is marked, without its children, and runs as a test tells it to.
type Runner struct {
	// Frozen is what was last planned, and how much of it a filter hid; Started are the phrases.
	Frozen  []model.Ref
	Hidden  int
	Started []string
	// Refuse is why it starts nothing, nil where it does; Run is what it starts.
	Refuse error
	Run    *Run
	// Nothing leaves out whatever is marked.
	Nothing bool
	// Rechecked counts how often protections were computed again; Protected is the answer.
	Rechecked int
	Protected error
	// Undone are the digests whose undo was asked for, UndoneSteps of which of their steps;
	// UndoPlan is the answer, one without targets as a refusal.
	Undone      []string
	UndoneSteps [][]string
	UndoPlan    *plan.Plan
}

// Freeze plans what is marked.
func (f *Runner) Freeze(s *model.Snapshot, wish plan.Wish) (*plan.Plan, error) {
	time.Sleep(Wait)
	marked := model.RefsOf(wish.Marked)
	f.Frozen, f.Hidden = marked, wish.HiddenByFilter
	p := PlanOf(s, marked, wish.HiddenByFilter)
	p.Composition = compositionOf(s, p, wish)
	if f.Nothing {
		return nothingOf(p), fmt.Errorf("plan: %w", plan.ErrNothing)
	}
	return p, nil
}

// Rest takes a second for each thing that is left.
func (f *Runner) Rest(_ *model.Snapshot, _ *plan.Plan, left map[model.Ref]bool) plan.ETA {
	n := time.Duration(len(left)) * time.Second
	return plan.ETA{BurningStops: n, AllGone: n, Regions: map[string]time.Duration{}, Phases: plan.PhaseTimes{}}
}

// compositionOf tells new from old by the day; everything is dated here, and nobody's own.
func compositionOf(s *model.Snapshot, p *plan.Plan, wish plan.Wish) *plan.Composition {
	o := model.GridOptions{Now: Morning(), Window: wish.Window}
	planned := map[model.Ref]bool{}
	for i := range p.Targets {
		planned[p.Targets[i].Ref] = true
	}
	c := &plan.Composition{Marked: len(wish.Marked), Window: wish.Window, AtLeast: true}
	for r := range s.All {
		if !r.Counts {
			continue
		}
		c.Account++
		c.AccountUSDPerHour += r.Rate.PerHour
		switch {
		case !planned[r.Ref]:
		case o.New(s, r):
			c.New++
		default:
			c.Older++
		}
	}
	c.All = p.N() == c.Account
	return c
}

// Undo answers as the test says.
func (f *Runner) Undo(_ context.Context, _ *model.Snapshot, digest string, only []string) (*plan.Plan, error) {
	time.Sleep(Wait)
	f.Undone, f.UndoneSteps = append(f.Undone, digest), append(f.UndoneSteps, only)
	switch {
	case f.UndoPlan == nil:
		return nil, errors.New("undo: there is nothing to undo in this test")
	case f.UndoPlan.N() == 0:
		return f.UndoPlan, fmt.Errorf("undo: %w", plan.ErrNothing)
	}
	return f.UndoPlan, nil
}

// UndoOf takes a plan back: its first n targets are made again, what comes behind them is left out.
func UndoOf(p *plan.Plan, n int) *plan.Plan {
	u := &plan.Plan{
		Version: 2, Verb: plan.Undo, Account: p.Account, Partition: p.Partition, Caller: p.Caller, FrozenAt: Morning().Add(5 * time.Minute),
		Undoes: p.Digest, Digest: "abcd000000000000",
		ETA: plan.ETA{AllGone: 4 * time.Second, Regions: map[string]time.Duration{}, Phases: plan.PhaseTimes{}},
	}
	for i, t := range p.Targets {
		if i >= n {
			u.LeftOut = append(u.LeftOut, plan.LeftOut{Ref: t.Ref, ARN: t.ARN, Name: t.Name, Reason: "ecs:Stop cannot be undone exactly; by hand: RunTask from the evidence"})
			continue
		}
		goal := plan.Exists
		if i == 1 {
			goal = plan.Changed
		}
		u.Targets = append(u.Targets, plan.Target{Ref: t.Ref, ARN: t.ARN, Name: t.Name, Goal: goal})
		u.Steps = append(u.Steps, plan.Step{
			ID: fmt.Sprintf("s%d", i+1), Phase: model.Restore, Kind: t.Ref.Kind, Op: "ecs:Create", Place: t.Ref.Place,
			Targets: []model.Ref{t.Ref}, Goal: goal, Proof: "a listing shows it",
		})
		u.ETA.Regions[t.Ref.Title()], u.ETA.Phases[model.Restore] = 4*time.Second, 3*time.Second
	}
	return u
}

// PlanOf plans what is marked, without its children.
func PlanOf(s *model.Snapshot, marked []model.Ref, hidden int) *plan.Plan {
	p := &plan.Plan{
		Version: 1, Verb: "delete", Account: AccountID, Partition: "aws", Caller: model.Caller{ARN: "arn:aws:sts::123456789012:assumed-role/Admin/jm"},
		FrozenAt: Morning(), HiddenByFilter: hidden, Digest: "7f3a000000000000", Warnings: []string{"cl-00 also runs 1 task that was not marked"},
		ETA: plan.ETA{BurningStops: 49 * time.Second, AllGone: 179 * time.Second, Regions: map[string]time.Duration{}, Phases: plan.PhaseTimes{}},
	}
	byRef := map[model.Ref]*model.Resource{}
	for r := range s.All {
		byRef[r.Ref] = r
	}
	for _, ref := range marked {
		r := byRef[ref]
		if r == nil {
			continue
		}
		if strings.Contains(r.Name, "prod") {
			p.LeftOut = append(p.LeftOut, plan.LeftOut{Ref: ref, ARN: r.ARN, Name: r.Name, Reason: "protected by name:*prod*", Protected: true})
			continue
		}
		p.Targets = append(p.Targets, plan.Target{Ref: ref, ARN: r.ARN, Name: r.Name, USDPerHour: r.Rate.PerHour})
		phase := map[model.KindID]model.Phase{"ecs:cluster": model.Remove, "ecs:taskdef": model.Tidy}[ref.Kind]
		if phase == model.Silence {
			phase = model.Drain
		}
		p.Steps = append(p.Steps, plan.Step{
			ID: fmt.Sprintf("s%d", len(p.Steps)+1), Phase: phase, Kind: ref.Kind, Op: "ecs:Stop", Place: ref.Place, Targets: []model.Ref{ref}, Goal: plan.Gone,
		})
		p.ETA.Regions[ref.Region] += 9 * time.Second
		p.ETA.Phases[phase] = 40 * time.Second
	}
	return p
}

// Start starts the run of the test, if the phrase is right.
func (f *Runner) Start(_ context.Context, s *model.Snapshot, p *plan.Plan, phrase string) (port.Run, error) {
	time.Sleep(Wait)
	if s != nil {
		f.Rechecked++
	}
	if f.Protected != nil {
		return nil, f.Protected
	}
	f.Started = append(f.Started, phrase)
	if f.Refuse != nil {
		return nil, f.Refuse
	}
	if err := p.Confirm(phrase); err != nil {
		return nil, err
	}
	return f.Run, nil
}

// Run tells what a test puts into it.
type Run struct {
	News                     chan *port.RunUpdate
	Retried, Resumed, Halted int

	mu sync.Mutex
}

// Next hands over the next news.
func (f *Run) Next(ctx context.Context) (*port.RunUpdate, error) {
	select {
	case u, ok := <-f.News:
		if !ok {
			return nil, io.EOF
		}
		return u, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Retry counts.
func (f *Run) Retry(...string) { f.count(&f.Retried) }

// Resume counts.
func (f *Run) Resume() { f.count(&f.Resumed) }

// Stop counts.
func (f *Run) Stop() { f.count(&f.Halted) }

func (f *Run) count(n *int) {
	time.Sleep(Wait)
	f.mu.Lock()
	defer f.mu.Unlock()
	*n++
}

func nothingOf(p *plan.Plan) *plan.Plan {
	for _, t := range p.Targets {
		p.LeftOut = append(p.LeftOut, plan.LeftOut{Ref: t.Ref, ARN: t.ARN, Name: t.Name, Reason: "it is in use"})
	}
	p.Targets, p.Steps, p.ETA = nil, nil, plan.ETA{}
	return p
}
