package kind_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/sim"
	cloud "github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/model"
)

const (
	account = "123456789012"
	region  = "us-east-1"
	caller  = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/jm"
	thief   = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/root"
)

// world is a simulated account with a connection to it, and what was found in it so far.
type world struct {
	t      *testing.T
	cloud  *cloud.Cloud
	server *sim.Server
	conn   *aws.Connection
	defs   map[model.KindID]kind.Def

	mu    sync.Mutex
	found map[model.Ref]*model.Resource
	raw   map[model.Ref]json.RawMessage
	// reports counts findings, calls the operations asked for.
	reports map[model.Ref]int
	calls   map[string]int
	// refuse answers a request instead of the simulator: AWS's code for an operation with that body, or "".
	refuse func(operation, body string) string
}

// newWorld connects to an account that seed has furnished.
func newWorld(t *testing.T, seed func(c *cloud.Cloud, now time.Time)) *world {
	t.Helper()
	c := cloud.New(cloud.Options{Account: account})
	c.AddCredential("AKIAIOSFODNN7EXAMPLE", cloud.Identity{ARN: caller, UserID: "AROAEXAMPLEID12345678:jm", SessionCreated: c.Now().Add(-time.Hour)})
	c.Locked(func(now time.Time) { seed(c, now) })
	w := &world{t: t, cloud: c, server: sim.New(c, sim.Options{Latency: 40 * time.Millisecond}), defs: map[model.KindID]kind.Def{}}
	w.forget()
	conn, err := aws.Connect(t.Context(), aws.Options{
		Region: region, EndpointURL: "http://sim.invalid", Transport: w,
		Credentials: sdk.CredentialsProviderFunc(func(context.Context) (sdk.Credentials, error) {
			return sdk.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "example"}, nil
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	w.conn = conn
	for _, d := range kind.All(kind.Options{}) {
		w.defs[d.ID] = d
	}
	return w
}

// forget drops what was found and called.
func (w *world) forget() {
	w.found, w.raw = map[model.Ref]*model.Resource{}, map[model.Ref]json.RawMessage{}
	w.reports, w.calls = map[model.Ref]int{}, map[string]int{}
}

// RoundTrip implements http.RoundTripper, and notes what is asked for.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	operation := operationOf(r)
	w.mu.Lock()
	w.calls[operation]++
	w.mu.Unlock()
	if w.refuse != nil && r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if code := w.refuse(operation, string(body)); code != "" {
			return &http.Response{
				StatusCode: http.StatusBadRequest, Request: r, Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}},
				Body: io.NopCloser(strings.NewReader(`{"__type":"` + code + `","message":"refused by the test"}`)),
			}, nil
		}
	}
	return w.server.Transport().RoundTrip(r)
}

// operationOf tells an operation by the request: the target header of the JSON protocols, the path of Scheduler's, the Action of query.
func operationOf(r *http.Request) string {
	service := "?"
	if _, scope, ok := strings.Cut(r.Header.Get("Authorization"), "Credential="); ok {
		if parts := strings.Split(scope, "/"); len(parts) > 3 {
			service = parts[3]
		}
	}
	if _, op, ok := strings.Cut(r.Header.Get("X-Amz-Target"), "."); ok {
		return service + ":" + op[strings.LastIndexByte(op, '.')+1:]
	}
	if service == "scheduler" {
		switch {
		case r.Method == http.MethodDelete:
			return "scheduler:DeleteSchedule"
		case strings.TrimSuffix(r.URL.Path, "/") == "/schedules":
			return "scheduler:ListSchedules"
		}
		return "scheduler:GetSchedule"
	}
	if r.Body == nil {
		return service + ":?"
	}
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	form, _ := url.ParseQuery(string(body))
	return service + ":" + form.Get("Action")
}

// visit is a look at the region that remembers what it finds.
func (w *world) visit() *kind.Visit {
	known := map[model.KindID][]*model.Resource{}
	for _, r := range w.found {
		known[r.Ref.Kind] = append(known[r.Ref.Kind], r)
	}
	return &kind.Visit{
		Account: account, Partition: "aws", Region: region, Clients: w.conn.Clients(region), Now: time.Now,
		Sealer: model.NewSealer([]byte("0123456789abcdef")),
		Report: func(r *model.Resource, raw json.RawMessage) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.found[r.Ref] = r
			w.reports[r.Ref]++
			if raw != nil {
				w.raw[r.Ref] = raw
			}
		},
		Known: func(k model.KindID) []*model.Resource { return known[k] },
	}
}

// scan lists every kind in one visit, as the scan does, and fails the test for an error.
func (w *world) scan(kinds ...model.KindID) {
	w.t.Helper()
	if errs := w.tryScan(kinds...); len(errs) > 0 {
		w.t.Fatalf("listing failed: %v", errs)
	}
}

func (w *world) tryScan(kinds ...model.KindID) map[model.KindID]error {
	v := w.visit()
	if len(kinds) == 0 {
		for id := range w.defs {
			kinds = append(kinds, id)
		}
	}
	errs := map[model.KindID]error{}
	var mu sync.Mutex
	var wait sync.WaitGroup
	for _, id := range kinds {
		wait.Go(func() {
			if err := w.defs[id].List(w.t.Context(), v); err != nil {
				mu.Lock()
				errs[id] = err
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	return errs
}

// of are the found resources of a kind that count, by name.
func (w *world) of(id model.KindID) map[string]*model.Resource {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := map[string]*model.Resource{}
	for ref, r := range w.found {
		if ref.Kind == id && r.Counts {
			out[r.Name] = r
		}
	}
	return out
}

// field is a resource's own field as text.
func (w *world) field(r *model.Resource, id string) string {
	w.t.Helper()
	for _, f := range w.defs[r.Ref.Kind].Fields {
		if f.ID == id {
			return f.Get(r).String()
		}
	}
	w.t.Fatalf("kind %s has no field %s", r.Ref.Kind, id)
	return ""
}

// graph is a graph over what was found.
func (w *world) graph() *model.Graph {
	inv := model.NewInventory()
	batch := &model.Batch{At: time.Now()}
	for _, r := range w.found {
		batch.Found = append(batch.Found, model.Found{Resource: r})
	}
	inv.Apply(batch)
	return model.NewGraph(inv.Snapshot())
}

// ctxT is short for what every call takes.
type ctxT = context.Context

// mutate makes one call that changes something, under a permit of its own.
func (w *world) mutate(operation string, call func(ctx ctxT) error) {
	w.t.Helper()
	if err := w.permitted([]string{operation}, call); err != nil {
		w.t.Fatalf("%s: %v", operation, err)
	}
}

func (w *world) permitted(operations []string, call func(ctx ctxT) error) error {
	w.t.Helper()
	service, _, _ := strings.Cut(operations[0], ":")
	names := make([]string, len(operations))
	for i, op := range operations {
		_, names[i], _ = strings.Cut(op, ":")
	}
	permit, err := w.conn.Grant("digest", account, map[string]aws.Allowed{"s1": {Service: service, Operations: names, Place: model.Place{Account: account, Region: region}}})
	if err != nil {
		w.t.Fatal(err)
	}
	return call(aws.WithPermit(w.t.Context(), permit, "s1"))
}
