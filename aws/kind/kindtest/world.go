// Package kindtest is a simulated account with a connection to it, for tests of kinds.
//
// It is for tests alone and must not be imported by anything else. It must not know what a single
// kind does: what is true of every kind is asked of the list of all of them.
package kindtest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/aws/kind/all"
	"github.com/rootout/rootout/aws/sim"
	cloud "github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/model"
)

// Where the tests are, and who is there: the caller, and a thief under the same permission set.
const (
	Account = "123456789012"
	Region  = "us-east-1"
	Caller  = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/jm"
	Thief   = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/root"
)

// keyID is the one of AWS's own examples.
const keyID = "AKIAIOSFODNN7EXAMPLE" //nolint:gosec // The example key of the AWS documentation.

// World is a simulated account with a connection to it, and what was found in it so far.
type World struct {
	T      *testing.T
	Cloud  *cloud.Cloud
	Server *sim.Server
	Conn   *aws.Connection
	// Defs are all kinds, and Foreign among them.
	Defs map[model.KindID]kind.Def
	// Refuse answers a request instead of the simulator: AWS's code for an operation, or "". The
	// request is its address and its body.
	Refuse func(operation, request string) string
	// Reply answers an operation instead of the simulator with the body of a success, or "".
	Reply func(operation string) string

	mu    sync.Mutex
	found map[model.Ref]*model.Resource
	raw   map[model.Ref]json.RawMessage
	// reports counts findings, calls the operations asked for.
	reports map[model.Ref]int
	calls   map[string]int
}

// New connects to an account that seed has furnished.
func New(t *testing.T, seed func(c *cloud.Cloud, now time.Time)) *World {
	t.Helper()
	c := cloud.New(cloud.Options{Account: Account})
	c.AddCredential(keyID, cloud.Identity{ARN: Caller, UserID: "AROAEXAMPLEID12345678:jm", SessionCreated: c.Now().Add(-time.Hour)})
	c.Locked(func(now time.Time) { seed(c, now) })
	w := &World{T: t, Cloud: c, Server: sim.New(c, sim.Options{Latency: 40 * time.Millisecond}), Defs: map[model.KindID]kind.Def{}}
	w.Forget()
	conn, err := aws.Connect(t.Context(), aws.Options{
		Region: Region, EndpointURL: "http://sim.invalid", Transport: w,
		Credentials: sdk.CredentialsProviderFunc(func(context.Context) (sdk.Credentials, error) {
			return sdk.Credentials{AccessKeyID: keyID, SecretAccessKey: "example"}, nil
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	w.Conn = conn
	w.Forget() // Connecting made calls too.
	for _, d := range append(all.All(all.Options{}), Foreign()) {
		w.Defs[d.ID] = d
	}
	return w
}

// Forget drops what was found and called.
func (w *World) Forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.found, w.raw = map[model.Ref]*model.Resource{}, map[model.Ref]json.RawMessage{}
	w.reports, w.calls = map[model.Ref]int{}, map[string]int{}
}

// ForgetCalls drops what was called.
func (w *World) ForgetCalls() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = map[string]int{}
}

// RoundTrip implements http.RoundTripper, and notes what is asked for.
func (w *World) RoundTrip(r *http.Request) (*http.Response, error) {
	operation := operationOf(r)
	w.mu.Lock()
	w.calls[operation]++
	w.mu.Unlock()
	if w.Refuse != nil {
		var body []byte
		if r.Body != nil {
			var err error
			if body, err = io.ReadAll(r.Body); err != nil {
				return nil, err
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		if code := w.Refuse(operation, r.URL.RequestURI()+" "+string(body)); code != "" {
			return &http.Response{
				StatusCode: http.StatusBadRequest, Request: r, Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}},
				Body: io.NopCloser(strings.NewReader(`{"__type":"` + code + `","message":"refused by the test"}`)),
			}, nil
		}
	}
	if w.Reply != nil {
		if body := w.Reply(operation); body != "" {
			return &http.Response{
				StatusCode: http.StatusOK, Request: r, Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}},
				Body: io.NopCloser(strings.NewReader(body)),
			}, nil
		}
	}
	return w.Server.Transport().RoundTrip(r)
}

// operationOf tells an operation by the request: the target header of the JSON protocols, the path
// of Scheduler's, the Action of query.
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
		case r.Method == http.MethodPost:
			return "scheduler:CreateSchedule"
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

// Calls are how often each operation was asked for since the last Forget.
func (w *World) Calls() map[string]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.calls)
}

// Visit is a look at the region that remembers what it finds.
func (w *World) Visit() *kind.Visit {
	known := map[model.KindID][]*model.Resource{}
	for _, r := range w.Found() {
		known[r.Ref.Kind] = append(known[r.Ref.Kind], r)
	}
	return &kind.Visit{
		Account: Account, Partition: "aws", Region: Region, Clients: w.Conn.Clients(Region), Now: time.Now,
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

// Scan lists kinds in one visit, as the scan does, and fails the test for an error. None means all
// that the simulator has a service for.
func (w *World) Scan(kinds ...model.KindID) {
	w.T.Helper()
	if errs := w.TryScan(kinds...); len(errs) > 0 {
		w.T.Fatalf("listing failed: %v", errs)
	}
}

// TryScan is Scan that hands the errors on.
func (w *World) TryScan(kinds ...model.KindID) map[model.KindID]error {
	w.T.Helper()
	v := w.Visit()
	if len(kinds) == 0 {
		for id := range w.Simulated() {
			kinds = append(kinds, id)
		}
	}
	errs := map[model.KindID]error{}
	var mu sync.Mutex
	var wait sync.WaitGroup
	for _, id := range kinds {
		wait.Go(func() {
			if err := w.Defs[id].ListIn(w.T.Context(), v); err != nil {
				mu.Lock()
				errs[id] = err
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	return errs
}

// Found are all findings, by their references.
func (w *World) Found() map[model.Ref]*model.Resource {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.found)
}

// Raw are the records that came with the findings.
func (w *World) Raw() map[model.Ref]json.RawMessage {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.raw)
}

// Reports is how often something was reported.
func (w *World) Reports(ref model.Ref) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.reports[ref]
}

// Of are the found resources of a kind that count, by name.
func (w *World) Of(id model.KindID) map[string]*model.Resource {
	out := map[string]*model.Resource{}
	for ref, r := range w.Found() {
		if ref.Kind == id && r.Counts {
			out[r.Name] = r
		}
	}
	return out
}

// Count is how many found resources of a kind count.
func (w *World) Count(id model.KindID) int {
	n := 0
	for ref, r := range w.Found() {
		if ref.Kind == id && r.Counts {
			n++
		}
	}
	return n
}

// Field is a resource's own field as text.
func (w *World) Field(r *model.Resource, id string) string {
	w.T.Helper()
	for _, f := range w.Defs[r.Ref.Kind].Fields {
		if f.ID == id {
			return f.Get(r).String()
		}
	}
	w.T.Fatalf("kind %s has no field %s", r.Ref.Kind, id)
	return ""
}

// Graph is a graph over what was found.
func (w *World) Graph() *model.Graph {
	inv := model.NewInventory()
	batch := &model.Batch{At: time.Now()}
	for _, r := range w.Found() {
		batch.Found = append(batch.Found, model.Found{Resource: r})
	}
	inv.Apply(batch)
	return model.NewGraph(inv.Snapshot())
}

// Mutate makes one call that changes something, under a permit of its own.
func (w *World) Mutate(operation string, call func(ctx context.Context) error) {
	w.T.Helper()
	if err := w.Permitted([]string{operation}, call); err != nil {
		w.T.Fatalf("%s: %v", operation, err)
	}
}

// Permitted makes calls under a permit for operations of one service.
func (w *World) Permitted(operations []string, call func(ctx context.Context) error) error {
	w.T.Helper()
	service, _, _ := strings.Cut(operations[0], ":")
	names := make([]string, len(operations))
	for i, op := range operations {
		_, names[i], _ = strings.Cut(op, ":")
	}
	permit, err := w.Conn.Grant("digest", Account, map[string]aws.Allowed{"s1": {Service: service, Operations: names, Place: model.Place{Account: Account, Region: Region}}})
	if err != nil {
		w.T.Fatal(err)
	}
	return call(aws.WithPermit(w.T.Context(), permit, "s1"))
}
