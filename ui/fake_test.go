package ui

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

const (
	account  = "123456789012"
	intruder = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/root"
	honest   = "arn:aws:sts::123456789012:assumed-role/ci-deploy/build"
)

// morning is when these tests begin.
var morning = time.Date(2026, 10, 4, 0, 12, 31, 0, time.UTC)

func seoul() *time.Location { return time.FixedZone("KST", 9*3600) }

// shop is a catalog of four kinds, shaped like clusters, services, tasks and definitions.
func shop(t testing.TB) *model.Catalog {
	t.Helper()
	attr := func(i int) func(*model.Resource) model.Value {
		return func(r *model.Resource) model.Value { return r.Attr(i) }
	}
	console := func(r *model.Resource) string {
		return model.ConsoleURL("aws", r.Ref.Region, "/ecs/v2/clusters/"+r.Name)
	}
	cli := func(r *model.Resource) [][]string {
		return [][]string{{"aws", "ecs", "describe-things", "--region", r.Ref.Region, "--name", r.Name}}
	}
	c, err := model.NewCatalog(
		model.Kind{
			ID: "ecs:cluster", Aliases: []string{"cluster"}, Title: "CLUSTER", Plural: "clusters", Order: 1, Phase: model.Remove, Holder: true, Console: console, CLI: cli,
			Fields: []model.Field{{ID: "inside", Key: "inside", Title: "INSIDE", Type: model.NumberField, Unit: model.CountOfThem, Order: 105, Help: "how many it holds, as AWS counts", Get: attr(0)}},
		},
		model.Kind{
			ID: "ecs:service", Aliases: []string{"service"}, Title: "SERVICE", Plural: "services", Order: 2, Phase: model.Drain,
			Fields: []model.Field{{ID: "desired", Key: "desiredCount", Title: "DESIRED", Type: model.NumberField, Unit: model.CountOfThem, Order: 20, Help: "how many tasks it wants", Get: attr(0)}},
		},
		model.Kind{
			ID: "ecs:task", Aliases: []string{"task"}, Title: "TASK", Plural: "tasks", Order: 3, Phase: model.Drain, Console: console, CLI: cli,
			Fields: []model.Field{
				{ID: "cpu", Key: "vcpu", Title: "vCPU", Type: model.NumberField, Unit: model.VCPU, Order: 10, Help: "computing power", Get: func(r *model.Resource) model.Value { return model.Number(r.Size.VCPU) }},
				{ID: "memory", Key: "memoryMiB", Title: "MEM", Type: model.NumberField, Unit: model.MiB, Order: 11, Help: "memory", Get: func(r *model.Resource) model.Value { return model.Number(r.Size.MemoryMiB) }},
				{ID: "launch", Key: "launchType", Title: "LAUNCH", Order: 40, Help: "where it runs", Get: attr(0)},
				model.SoFarField(func() time.Time { return morning }),
			},
		},
		model.Kind{
			ID: "ecs:taskdef", Aliases: []string{"taskdef"}, Title: "TASKDEF", Plural: "task definitions", Order: 4, Phase: model.Tidy,
		},
	)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func ref(region, kind, id string) model.Ref {
	return model.Ref{Partition: "aws", Place: model.Place{Account: account, Region: region}, Kind: model.KindID(kind), ID: fmt.Sprintf("arn:aws:ecs:%s:%s:%s/%s", region, account, strings.TrimPrefix(kind, "ecs:"), id)}
}

func thing(region, kind, id, state string, age time.Duration, owners ...model.Ref) *model.Resource {
	r := ref(region, kind, id)
	return &model.Resource{Ref: r, ARN: r.ID, Name: id, State: state, Counts: true, MadeAt: morning.Add(-age), Owners: owners}
}

func task(region, id string, vcpu float64, age time.Duration, owners ...model.Ref) *model.Resource {
	r := thing(region, "ecs:task", id, "RUNNING", age, owners...)
	r.Size = model.Size{VCPU: vcpu, MemoryMiB: vcpu * 2048, Known: true}
	r.Rate = model.RateOf(model.FargateTask{Region: region, VCPU: vcpu, MemoryMiB: vcpu * 2048, StorageGiB: 20})
	r.Rate.Since = r.MadeAt
	r.Attrs = []model.Value{model.Text("FARGATE")}
	return r
}

func regions() []model.Region {
	return []model.Region{
		{Name: "us-east-1", Title: "N. Virginia", Status: model.EnabledByDefault},
		{Name: "ap-northeast-2", Title: "Seoul", Status: model.EnabledByDefault},
		{Name: "eu-west-3", Title: "Paris", Status: model.EnabledByDefault},
		{Name: "sa-east-1", Title: "São Paulo", Status: model.EnabledByDefault},
		{Name: "me-south-1", Title: "Bahrain", Status: model.Disabled},
	}
}

func kinds() []model.KindID {
	return []model.KindID{"ecs:cluster", "ecs:service", "ecs:task", "ecs:taskdef"}
}

func cell(region string, kind model.KindID, state model.CellState, failure *model.Failure) model.Cell {
	return model.Cell{
		Key: model.CellKey{Place: model.Place{Account: account, Region: region}, Kind: kind}, State: state, Pass: 1, AsOf: morning.Add(-time.Second), FreshFor: time.Hour, Failure: failure,
	}
}

// breach is an account in the morning after: honest work in Seoul, an intruder's in Virginia, a
// refusal in Paris, silence in São Paulo.
func breach() *model.Batch {
	b := &model.Batch{Regions: regions(), At: morning.Add(-time.Second), Progress: model.Progress{Done: 16, Total: 16, Took: 1900 * time.Millisecond}}
	add := func(rs ...*model.Resource) {
		for _, r := range rs {
			b.Found = append(b.Found, model.Found{Resource: r, Pass: 1, Raw: json.RawMessage(`{"name":"x"}`)})
		}
	}
	for i := range 3 {
		c := thing("us-east-1", "ecs:cluster", fmt.Sprintf("cl-%02d", i), "ACTIVE", 5*time.Hour)
		s := thing("us-east-1", "ecs:service", fmt.Sprintf("sv-%02d", i), "ACTIVE", 5*time.Hour, c.Ref)
		d := thing("us-east-1", "ecs:taskdef", fmt.Sprintf("miner:%d", i+1), "ACTIVE", 5*time.Hour)
		d.Maker = model.Maker{ARN: intruder, Source: model.FromRegistered}
		s.Uses = []model.Ref{d.Ref}
		add(c, s, d)
		for j := range 10 {
			tk := task("us-east-1", fmt.Sprintf("task%02d%02d", i, j), 16, 4*time.Hour, s.Ref)
			tk.Maker = model.Maker{ARN: intruder, Source: model.FromEvent}
			add(tk)
		}
	}
	stopped := task("us-east-1", "task9999", 16, 6*time.Hour)
	stopped.State, stopped.Counts = "STOPPED", false
	add(stopped)
	shopCluster := thing("ap-northeast-2", "ecs:cluster", "당근-prod", "ACTIVE", 900*24*time.Hour)
	shopCluster.Maker = model.Maker{ARN: honest, Source: model.FromEvent}
	web := thing("ap-northeast-2", "ecs:service", "웹-서비스", "ACTIVE", 900*24*time.Hour, shopCluster.Ref)
	web.Maker = shopCluster.Maker
	add(shopCluster, web, task("ap-northeast-2", "정산-배치", 0.5, 48*time.Hour, web.Ref), thing("ap-northeast-2", "ecs:taskdef", "web:12", "ACTIVE", 90*24*time.Hour))
	add(task("eu-west-3", "paris1", 16, time.Hour), task("eu-west-3", "paris2", 16, time.Hour))
	denied := func(op string) *model.Failure {
		return &model.Failure{Operation: op, Region: "eu-west-3", Code: "AccessDeniedException", Message: "User: x is not authorized to perform: " + op, RequestID: "4f2c-1"}
	}
	for _, region := range regions()[:4] {
		for _, kind := range kinds() {
			c := cell(region.Name, kind, model.CellCounted, nil)
			switch {
			case region.Name == "eu-west-3" && (kind == "ecs:cluster" || kind == "ecs:service"):
				c = cell(region.Name, kind, model.CellDenied, denied("ecs:List"+strings.ToUpper(string(kind[4:5]))+string(kind[5:])+"s"))
			case region.Name == "eu-west-3" && kind == "ecs:task":
				c = cell(region.Name, kind, model.CellPartial, denied("ecs:ListTasks"))
			case region.Name == "sa-east-1" && kind == "ecs:task":
				c = cell(region.Name, kind, model.CellUnreachable, &model.Failure{Operation: "ecs:ListTasks", Region: "sa-east-1", Message: "no answer within 10 s"})
			}
			b.Cells = append(b.Cells, c)
		}
	}
	return b
}

// news is a batch that comes in after the first look.
func news(after time.Duration, found ...*model.Resource) *model.Batch {
	b := &model.Batch{At: morning.Add(after), Progress: model.Progress{Done: 16, Total: 16, Took: 1900 * time.Millisecond}}
	for _, r := range found {
		b.Found = append(b.Found, model.Found{Resource: r, Pass: 2})
	}
	return b
}

// fakeScanner hands over what a test puts into it.
type fakeScanner struct {
	batches chan *model.Batch
	mu      sync.Mutex
	rescans [][]model.CellKey
	watched []string
}

func (f *fakeScanner) Next(ctx context.Context) (*model.Batch, error) {
	select {
	case b, ok := <-f.batches:
		if !ok {
			return nil, io.EOF
		}
		return b, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (f *fakeScanner) Rescan(keys ...model.CellKey) {
	time.Sleep(wait)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rescans = append(f.rescans, keys)
}

func (f *fakeScanner) Watch(regions ...string) {
	time.Sleep(wait)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.watched = regions
}

// fakeCase keeps everything in memory.
type fakeCase struct {
	mu          sync.Mutex
	marks       []model.Ref
	notes       map[model.Ref]string
	interrupted []*plan.Plan
	// locked is why it takes no marks, nil where it does.
	locked error
}

func (f *fakeCase) Raw(_ context.Context, ref model.Ref) (json.RawMessage, error) {
	time.Sleep(wait)
	return json.RawMessage(`{"arn":"` + ref.ID + `","environment":[{"name":"KEY","value":"sealed:23:9f86d081884c7d65"}]}`), nil
}

func (f *fakeCase) Marks(context.Context) ([]model.Ref, error) {
	time.Sleep(wait)
	return f.marks, nil
}

func (f *fakeCase) SetMarks(_ context.Context, refs []model.Ref) error {
	time.Sleep(wait)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.locked != nil {
		return f.locked
	}
	f.marks = refs
	return nil
}

func (f *fakeCase) Notes(context.Context) (map[model.Ref]string, error) { return f.notes, nil }

func (f *fakeCase) SetNote(_ context.Context, ref model.Ref, note string) error {
	time.Sleep(wait)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.notes == nil {
		f.notes = map[model.Ref]string{}
	}
	f.notes[ref] = note
	return nil
}

func (f *fakeCase) Interrupted(context.Context) ([]*plan.Plan, error) { return f.interrupted, nil }
func (f *fakeCase) Path() string                                      { return "/tmp/case.rootout" }

// fakeRunner plans what is marked, without its children, and runs as a test tells it to.
type fakeRunner struct {
	frozen  []model.Ref
	hidden  int
	started []string
	refuse  error
	run     *fakeRun
	// nothing leaves out whatever is marked.
	nothing bool
	// rechecked counts how often protections were computed again; protected is the answer.
	rechecked int
	protected error
}

func (f *fakeRunner) Freeze(s *model.Snapshot, marked []model.Ref, hidden int) (*plan.Plan, error) {
	time.Sleep(wait)
	f.frozen, f.hidden = marked, hidden
	if p := planOf(s, marked, hidden); f.nothing {
		return nothingOf(p), fmt.Errorf("plan: %w", plan.ErrNothing)
	}
	return planOf(s, marked, hidden), nil
}

func (f *fakeRunner) Recheck(*model.Snapshot, *plan.Plan) error {
	time.Sleep(wait)
	f.rechecked++
	return f.protected
}

func planOf(s *model.Snapshot, marked []model.Ref, hidden int) *plan.Plan {
	p := &plan.Plan{
		Version: 1, Verb: "delete", Account: account, Partition: "aws", Caller: plan.Caller{ARN: "arn:aws:sts::123456789012:assumed-role/Admin/jm"},
		FrozenAt: morning, HiddenByFilter: hidden, Digest: "7f3a000000000000", Warnings: []string{"cl-00 also runs 1 task that was not marked"},
		ETA: plan.ETA{BurningStops: 49 * time.Second, AllGone: 179 * time.Second, Regions: map[string]time.Duration{}},
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
			ID: fmt.Sprintf("s%d", len(p.Steps)+1), Phase: phase, Kind: ref.Kind, Op: "ecs:Stop", Region: ref.Region, Targets: []model.Ref{ref}, Removes: true,
		})
		p.ETA.Regions[ref.Region] += 9 * time.Second
		p.ETA.Phases[phase] = 40 * time.Second
	}
	return p
}

func (f *fakeRunner) Start(_ context.Context, p *plan.Plan, phrase string) (port.Run, error) {
	time.Sleep(wait)
	f.started = append(f.started, phrase)
	if f.refuse != nil {
		return nil, f.refuse
	}
	if err := p.Confirm(phrase); err != nil {
		return nil, err
	}
	return f.run, nil
}

// fakeRun tells what a test puts into it.
type fakeRun struct {
	news                     chan *port.RunUpdate
	mu                       sync.Mutex
	retried, resumed, halted int
}

func (f *fakeRun) Next(ctx context.Context) (*port.RunUpdate, error) {
	select {
	case u, ok := <-f.news:
		if !ok {
			return nil, io.EOF
		}
		return u, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (f *fakeRun) Retry(...string) { f.count(&f.retried) }
func (f *fakeRun) Resume()         { f.count(&f.resumed) }
func (f *fakeRun) Stop()           { f.count(&f.halted) }

func (f *fakeRun) count(n *int) {
	time.Sleep(wait)
	f.mu.Lock()
	defer f.mu.Unlock()
	*n++
}
