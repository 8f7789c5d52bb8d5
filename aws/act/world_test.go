package act_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/act"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/all"
	"github.com/rootout/rootout/aws/kind/kindtest"
	"github.com/rootout/rootout/aws/scan"
	"github.com/rootout/rootout/aws/service"
	"github.com/rootout/rootout/aws/sim"
	cloud "github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/casefile"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

const (
	account  = "123456789012"
	key      = "ASIAEXAMPLERESPONDER"
	intruder = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/root"
	me       = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/jm"
)

// memory is a case in memory, for runs in virtual time.
type memory struct {
	mu       sync.Mutex
	entries  []casefile.Entry
	evidence []casefile.Evidence
	raw      map[model.Ref]json.RawMessage
	plans    map[string]*plan.Plan
	// after is called with each entry once it is "on disk", one at a time: tests kill the run
	// there.
	after func(casefile.Entry)
	turn  sync.Mutex
	// refuse and refuseEvidence are why something is not taken, nil where it is.
	refuse         func(casefile.Entry) error
	refuseEvidence func(casefile.Evidence) error
}

func newMemory() *memory {
	return &memory{raw: map[model.Ref]json.RawMessage{}, plans: map[string]*plan.Plan{}}
}

func (m *memory) Append(_ context.Context, e casefile.Entry) (uint64, error) {
	if m.refuse != nil {
		if err := m.refuse(e); err != nil {
			return 0, err
		}
	}
	m.mu.Lock()
	e.Seq = uint64(len(m.entries) + 1)
	m.entries = append(m.entries, e)
	after := m.after
	m.mu.Unlock()
	if after != nil {
		m.turn.Lock()
		defer m.turn.Unlock()
		after(e)
	}
	return e.Seq, nil
}

func (m *memory) PutEvidence(_ context.Context, e casefile.Evidence) error {
	if m.refuseEvidence != nil {
		if err := m.refuseEvidence(e); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.evidence = append(m.evidence, e)
	return nil
}

func (m *memory) Journal(_ context.Context, digest string) ([]casefile.Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []casefile.Entry
	for _, e := range m.entries {
		if e.Plan == digest {
			out = append(out, e)
		}
	}
	return out, nil
}

func (m *memory) Evidence(_ context.Context, ref model.Ref) ([]casefile.Evidence, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []casefile.Evidence
	for _, e := range m.evidence {
		if e.Ref == ref {
			out = append(out, e)
		}
	}
	return out, nil
}

func (m *memory) SavePlan(_ context.Context, p *plan.Plan) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.plans[p.Digest] = p
	return nil
}

func (m *memory) Plan(_ context.Context, digest string) (*plan.Plan, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p := m.plans[digest]; p != nil {
		return p, nil
	}
	return nil, casefile.ErrNoPlan
}

func (m *memory) Plans(context.Context) ([]casefile.PlanInfo, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var plans []casefile.PlanInfo
	for digest, p := range m.plans {
		info := casefile.PlanInfo{Digest: digest, Verb: string(p.Verb), Targets: p.N()}
		for _, e := range m.entries {
			if e.Plan == digest && e.Kind == casefile.Begin {
				info.Begun = e.At
			}
		}
		plans = append(plans, info)
	}
	return plans, nil
}

func (m *memory) Raw(_ context.Context, ref model.Ref) (json.RawMessage, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.raw[ref], nil
}

func (m *memory) Sealer() model.Sealer { return model.NewSealer([]byte("a key for tests, 16+ bytes")) }

// wire records the calls that reach the simulator.
type wire struct {
	next http.RoundTripper
	mu   sync.Mutex
	// writes are the calls that are no reads, by operation and body.
	writes []string
	calls  int
	// before may answer in the simulator's place, or do something first.
	before func(op, body string) error
	// answer is the body of a success that the simulator does not give, or "".
	answer func(region, op, body string) string
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	_, op, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	body := ""
	if r.Body != nil {
		data, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		body = string(data)
		r.Body = io.NopCloser(strings.NewReader(body))
	}
	w.mu.Lock()
	w.calls++
	if op != "" && !service.Of("ecs").IsRead(op) && !service.Of("events").IsRead(op) && !service.Of("application-autoscaling").IsRead(op) {
		w.writes = append(w.writes, op+" "+body)
	}
	before, answer := w.before, w.answer
	w.mu.Unlock()
	if answer != nil {
		region := ""
		if scope := strings.Split(r.Header.Get("Authorization"), "/"); len(scope) > 2 {
			region = scope[2]
		}
		if told := answer(region, op, body); told != "" {
			return &http.Response{
				StatusCode: http.StatusOK, Request: r, Body: io.NopCloser(strings.NewReader(told)), ContentLength: int64(len(told)),
				Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}},
			}, nil
		}
	}
	if before != nil {
		if err := before(op, body); err != nil {
			return nil, err
		}
	}
	return w.next.RoundTrip(r)
}

func (w *wire) count(op string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for _, c := range w.writes {
		if strings.HasPrefix(c, op+" ") {
			n++
		}
	}
	return n
}

// world is a simulated account with a connection to it.
type world struct {
	t       testing.TB
	cloud   *cloud.Cloud
	server  *sim.Server
	wire    *wire
	conn    *aws.Connection
	defs    []kind.Def
	catalog *model.Catalog
	store   *memory
	hostile map[string]bool // ARNs.
	speed   float64
	// seen is what the last look saw.
	seen *model.Snapshot
}

func newWorld(t testing.TB, o sim.Options, fill func(w *world)) *world {
	t.Helper()
	c := cloud.New(cloud.Options{Account: account, Seed: 7, Speed: o.Speed})
	c.AddCredential(key, cloud.Identity{ARN: me, UserID: "AROAEXAMPLE:jm"})
	w := &world{t: t, cloud: c, store: newMemory(), hostile: map[string]bool{}, speed: max(1, o.Speed)}
	c.Locked(func(time.Time) { fill(w) })
	w.server = sim.New(c, o)
	w.wire = &wire{next: w.server.Transport()}
	w.defs = append(all.All(all.Options{Now: time.Now}), kindtest.Foreign())
	catalog, err := kind.Catalog(w.defs)
	if err != nil {
		t.Fatal(err)
	}
	w.catalog = catalog
	w.conn = w.connect()
	return w
}

func (w *world) connect() *aws.Connection {
	w.t.Helper()
	conn, err := aws.Connect(w.t.Context(), aws.Options{
		Transport: w.wire, Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider(key, "secret", ""),
		RateScale: w.speed,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(conn.Close)
	return conn
}

// plant puts the intruder's things into a region: clusters with a service of some tasks each, a
// definition, a rule and a scaling target.
func (w *world) plant(region string, clusters, tasks int) {
	td := w.cloud.SeedTaskDefinition(region, cloud.TaskDefinitionSeed{
		Family: "kasi", CPU: 16384, MemoryMiB: 32768, Images: []string{"yzsqbe/ka:si"}, RegisteredBy: intruder,
		Env: map[string]string{"WALLET": "not-for-the-case"},
	})
	old := w.cloud.SeedTaskDefinition(region, cloud.TaskDefinitionSeed{
		Family: "kasi-old", CPU: 16384, MemoryMiB: 32768, Images: []string{"yzsqbe/ka:si"}, RegisteredBy: intruder, Status: "INACTIVE",
	})
	w.mark(td, old)
	for i := range clusters {
		name := fmt.Sprintf("qx%02d", i)
		w.mark(w.cloud.SeedCluster(region, cloud.ClusterSeed{Name: name}))
		s := w.cloud.SeedService(region, cloud.ServiceSeed{
			Cluster: name, Name: name + "-service", TaskDefinition: "kasi", Desired: tasks,
			CreatedBy: intruder, StartTasksAt: time.Now().Add(-time.Hour),
		})
		w.mark(s.ARN)
		w.mark(s.Tasks...)
	}
	if clusters > 0 {
		w.mark(w.cloud.SeedScalableTarget(region, cloud.ScalableTargetSeed{Cluster: "qx00", Service: "qx00-service", Min: tasks, Max: tasks + 5}))
		w.mark(w.cloud.SeedRule(region, cloud.RuleSeed{Name: "keepalive", Schedule: "rate(5 minutes)", Cluster: "qx00", TaskDefinition: "kasi", Count: 1}))
	}
}

// honest puts work into a region that must survive.
func (w *world) honest(region string) {
	w.cloud.SeedTaskDefinition(region, cloud.TaskDefinitionSeed{
		Family: "api", CPU: 256, MemoryMiB: 512, Images: []string{"123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/api:1"}, RegisteredBy: me,
	})
	w.cloud.SeedCluster(region, cloud.ClusterSeed{Name: "prod-api"})
	w.cloud.SeedService(region, cloud.ServiceSeed{
		Cluster: "prod-api", Name: "당근", TaskDefinition: "api", Desired: 3, CreatedBy: me, StartTasksAt: time.Now().Add(-100 * time.Hour),
	})
}

func (w *world) mark(arns ...string) {
	for _, a := range arns {
		w.hostile[a] = true
	}
}

// look scans everything once, keeps the records, and returns the picture.
func (w *world) look() *model.Snapshot {
	w.t.Helper()
	s := scan.Start(w.t.Context(), scan.Options{AWS: w.conn, Defs: w.defs, Sealer: w.store.Sealer(), Once: true})
	defer s.Close()
	inv := model.NewInventory()
	for {
		b, err := s.Next(w.t.Context())
		if errors.Is(err, io.EOF) {
			w.seen = inv.Snapshot()
			return w.seen
		}
		if err != nil {
			w.t.Fatal(err)
		}
		w.store.mu.Lock()
		for _, f := range b.Found {
			if len(f.Raw) > 0 {
				w.store.raw[f.Resource.Ref] = f.Raw
			}
		}
		w.store.mu.Unlock()
		inv.Apply(b)
	}
}

// hostileIn are the intruder's things of a picture.
func (w *world) hostileIn(s *model.Snapshot) []model.Ref {
	var refs []model.Ref
	for r := range s.All {
		if w.hostile[r.ARN] && r.Counts {
			refs = append(refs, r.Ref)
		}
	}
	slices.SortFunc(refs, model.Ref.Compare)
	return refs
}

func (w *world) runner() *act.Runner { return newRunner(w.options()) }

func newRunner(o act.Options) *act.Runner { return act.New(o) }

func (w *world) options() act.Options {
	return act.Options{AWS: w.conn, Defs: w.defs, Catalog: w.catalog, Store: w.store, Latency: 40 * time.Millisecond, Speed: w.speed}
}

// finish reads a run to its end.
func finish(t testing.TB, run port.Run) (*port.Summary, map[string]port.StepStatus) {
	t.Helper()
	steps := map[string]port.StepStatus{}
	var summary *port.Summary
	for {
		u, err := run.Next(t.Context())
		if errors.Is(err, io.EOF) {
			if summary == nil {
				t.Fatal("the run ended without a summary")
			}
			return summary, steps
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range u.Steps {
			steps[s.Step] = s
		}
		if u.State == port.RunPaused {
			t.Fatalf("paused: %v", u.Paused)
		}
		if u.Summary != nil {
			summary = u.Summary
		}
	}
}

// survivors are the visible things that are not the intruder's, and what is left of his.
func (w *world) survivors() (honest, hostile []string) {
	w.cloud.Locked(func(time.Time) {
		for _, r := range w.cloud.Resources() {
			switch {
			case r.Gone:
			case w.hostile[r.ARN]:
				hostile = append(hostile, r.ARN)
			default:
				honest = append(honest, r.ARN)
			}
		}
	})
	slices.Sort(honest)
	slices.Sort(hostile)
	return honest, hostile
}

// stop stops a task behind rootout's back, with a client of its own.
func (w *world) stop(region, clusterName, task string) {
	w.t.Helper()
	client := ecs.New(ecs.Options{
		Region: region, HTTPClient: doer{w.server.Transport()}, Credentials: credentials.NewStaticCredentialsProvider(key, "secret", ""),
	})
	if _, err := client.StopTask(w.t.Context(), &ecs.StopTaskInput{Cluster: &clusterName, Task: &task}); err != nil {
		w.t.Fatal(err)
	}
}

type doer struct{ transport http.RoundTripper }

func (d doer) Do(r *http.Request) (*http.Response, error) { return d.transport.RoundTrip(r) }
