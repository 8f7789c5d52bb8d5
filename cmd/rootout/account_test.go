package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/service"
	"github.com/rootout/rootout/aws/sim"
	cloud "github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/aws/sim/breach"
)

// simSpeed is how much faster than AWS the accounts of these tests run, and testSpeed what rootout
// is told about it.
const (
	simSpeed  = 50
	testSpeed = "--speed=50"
)

// honestImage is what the people of the account run.
const honestImage = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/api:1"

// write is a call that changes something, and whether AWS took it.
type write struct {
	region, op, body string
	taken            bool
}

// String names the call.
func (w write) String() string { return w.region + " " + w.op + " " + w.body }

// testAccount is a simulated account behind a socket, for rootout as a process of its own.
type testAccount struct {
	scenario *breach.Scenario
	server   *sim.Server
	web      *httptest.Server
	honest   []string

	mu     sync.Mutex
	writes []write
	// operations are the names of all that was asked for over JSON, in order.
	operations []string
	// before and after are called around each write with its number from 1, and may keep it, or the
	// answer to it, from getting through.
	before, after func(n int) (through bool)
	// forbid are operations that are denied, as "REGION OPERATION".
	forbid map[string]bool
	// underWay counts requests that are being served.
	underWay atomic.Int64
}

// quiet waits until nothing that was sent is still being served.
func (a *testAccount) quiet(t *testing.T) {
	t.Helper()
	a.web.CloseClientConnections()
	for still := 0; still < 5; {
		time.Sleep(2 * time.Millisecond)
		if still++; a.underWay.Load() > 0 {
			still = 0
		}
	}
}

// credentials are what rootout signs with.
func (a *testAccount) credentials() sdk.CredentialsProvider {
	env := map[string]string{}
	for _, line := range a.scenario.Env(a.web.URL) {
		key, value, _ := strings.Cut(line, "=")
		env[key] = value
	}
	return credentials.NewStaticCredentialsProvider(env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], env["AWS_SESSION_TOKEN"])
}

// connect signs in from this process.
func (a *testAccount) connect(t *testing.T) *aws.Connection {
	t.Helper()
	conn, err := aws.Connect(t.Context(), aws.Options{
		EndpointURL: a.web.URL, Credentials: a.credentials(), Region: "us-east-1", RateScale: simSpeed,
	})
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// accountOptions are the sizes of a testAccount.
type accountOptions struct {
	regions, clusters, tasks int
	// speed is simSpeed if 0.
	speed   float64
	latency time.Duration
	faults  sim.Faults
	now     func() time.Time
	// seed puts more into the account, with its lock held.
	seed func(c *cloud.Cloud)
}

// newAccount makes an account in which everything is the intruder's but one honest cluster in
// Seoul, of the same family name.
func newAccount(o accountOptions) (*testAccount, error) {
	scenario, err := breach.Uniform(breach.UniformOptions{
		Seed: 3, Speed: cmp.Or(o.speed, simSpeed), Regions: o.regions, Clusters: o.clusters, Tasks: o.tasks, Now: o.now,
	})
	if err != nil {
		return nil, err
	}
	scenario.Cloud.Locked(func(now time.Time) {
		honest(scenario.Cloud, now)
		if o.seed != nil {
			o.seed(scenario.Cloud)
		}
	})
	a := &testAccount{scenario: scenario, forbid: map[string]bool{}}
	a.server = sim.New(scenario.Cloud, sim.Options{Latency: o.latency, Faults: o.faults, Seed: 5})
	a.web = httptest.NewServer(http.HandlerFunc(a.serve))
	a.honest = arns(scenario.Truth().Honest)
	return a, nil
}

func honest(c *cloud.Cloud, now time.Time) {
	const seoul = "ap-northeast-2"
	c.SeedTaskDefinition(seoul, cloud.TaskDefinitionSeed{Family: "api", CPU: 256, MemoryMiB: 512, Images: []string{honestImage}})
	c.SeedCluster(seoul, cloud.ClusterSeed{Name: "prod-api"})
	c.SeedService(seoul, cloud.ServiceSeed{
		Cluster: "prod-api", Name: "당근", TaskDefinition: "api", Desired: 3, CreatedAt: now.Add(-200 * time.Hour), StartTasksAt: now.Add(-100 * time.Hour),
	})
}

func startAccount(t *testing.T, o accountOptions) *testAccount {
	t.Helper()
	a, err := newAccount(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.close)
	return a
}

func (a *testAccount) close() {
	a.server.SetFaults(sim.Faults{})
	a.web.CloseClientConnections()
	a.web.Close()
	_ = a.scenario.Close()
}

// set changes what serve looks at.
func (a *testAccount) set(change func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	change()
}

// serve hands a request to the simulator, and notes what changes something.
func (a *testAccount) serve(w http.ResponseWriter, r *http.Request) {
	a.underWay.Add(1)
	defer a.underWay.Add(-1)
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	_, op, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	region, signedFor := scopeOfRequest(r)
	a.mu.Lock()
	a.operations = append(a.operations, op)
	forbidden := a.forbid[region+" "+op]
	changes := op != "" && !service.Of(signedFor).IsRead(op) || op == "" && signedFor == "scheduler" && r.Method != http.MethodGet
	n := 0
	if changes {
		a.writes = append(a.writes, write{region: region, op: op, body: string(body)})
		n = len(a.writes)
	}
	before, after := a.before, a.after
	a.mu.Unlock()
	if forbidden {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"__type":"AccessDeniedException","message":"User is not authorized to perform: %s:%s"}`, signedFor, op)
		return
	}
	if !changes {
		a.server.ServeHTTP(w, r)
		return
	}
	if before != nil && !before(n) {
		panic(http.ErrAbortHandler)
	}
	answer := httptest.NewRecorder()
	// What has reached AWS is done even if nobody waits for the answer any more.
	a.server.ServeHTTP(answer, r.WithContext(context.WithoutCancel(r.Context())))
	a.mu.Lock()
	a.writes[n-1].taken = answer.Code < http.StatusMultipleChoices
	a.mu.Unlock()
	if after != nil && !after(n) {
		panic(http.ErrAbortHandler)
	}
	for key, values := range answer.Header() {
		w.Header()[key] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// scopeOfRequest reads region and service out of the signature:
// Credential=KEY/DATE/REGION/SERVICE/aws4_request.
func scopeOfRequest(r *http.Request) (region, service string) {
	_, credential, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	if parts := strings.Split(credential, "/"); len(parts) > 4 {
		return parts[2], parts[3]
	}
	return "", ""
}

func (a *testAccount) changes() []write {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.writes)
}

// env is the environment that makes rootout use the account, with a folder for everything else.
func (a *testAccount) env(dir string) []string {
	env := os.Environ()
	for key, value := range isolated(dir) {
		env = append(env, key+"="+value)
	}
	return append(env, a.scenario.Env(a.web.URL)...)
}

// hostile is the query that selects what is the intruder's and can be seen.
func (a *testAccount) hostile() string {
	return "arn:" + strings.Join(arns(a.scenario.Truth().Attacker), ",")
}

// purged says what is wrong with an account from which the intruder's things, and nothing else,
// should have gone.
func (a *testAccount) purged() error {
	truth := a.scenario.Truth()
	if len(truth.Attacker) > 0 {
		return fmt.Errorf("%d of the intruder's things are left, the first is %s", len(truth.Attacker), truth.Attacker[0].ARN)
	}
	if now := arns(truth.Honest); !slices.Equal(now, a.honest) {
		return fmt.Errorf("honest things were %q and are %q", a.honest, now)
	}
	return nil
}

func arns(members []breach.Member) []string {
	out := make([]string, 0, len(members))
	for _, m := range members {
		out = append(out, m.ARN)
	}
	slices.Sort(out)
	return out
}

// inScript is the account of a script.
func inScript(ts *testscript.TestScript) *testAccount {
	a, ok := ts.Value(accountKey{}).(**testAccount)
	if !ok || *a == nil {
		ts.Fatalf("there is no account yet")
	}
	return *a
}

type accountKey struct{}

// cmdAccount is "account [regions=N] [clusters=N] [tasks=N] [fault=SPEC]": the script's AWS from
// here on.
func cmdAccount(ts *testscript.TestScript, _ bool, args []string) {
	o := accountOptions{regions: 2, clusters: 2, tasks: 1}
	for _, arg := range args {
		key, value, _ := strings.Cut(arg, "=")
		if seed := map[string]func(*cloud.Cloud){"hostile-names": hostileNames, "honest-alarms": honestAlarms, "events": someEvents}[key]; seed != nil {
			o.seed = seed
			continue
		}
		n, err := strconv.Atoi(value)
		ts.Check(err)
		switch key {
		case "regions":
			o.regions = n
		case "clusters":
			o.clusters = n
		case "tasks":
			o.tasks = n
		default:
			ts.Fatalf("account has no %s", key)
		}
	}
	a, err := newAccount(o)
	ts.Check(err)
	ts.Defer(a.close)
	slot, ok := ts.Value(accountKey{}).(**testAccount)
	if !ok {
		ts.Fatalf("no room for an account")
	}
	*slot = a
	for _, line := range a.scenario.Env(a.web.URL) {
		key, value, _ := strings.Cut(line, "=")
		ts.Setenv(key, value)
	}
}

// cmdElsewhere signs in to another account, which is empty.
func cmdElsewhere(ts *testscript.TestScript, _ bool, _ []string) {
	const key = "ASIAEXAMPLEELSEWHERE"
	c := cloud.New(cloud.Options{Account: "111122223333", Speed: simSpeed})
	c.AddCredential(key, cloud.Identity{ARN: "arn:aws:sts::111122223333:assumed-role/Admin/jm", UserID: "AROAEXAMPLE:jm"})
	web := httptest.NewServer(sim.New(c, sim.Options{}))
	ts.Defer(web.Close)
	ts.Setenv("AWS_ENDPOINT_URL", web.URL)
	ts.Setenv("AWS_ACCESS_KEY_ID", key)
	ts.Setenv("AWS_SESSION_TOKEN", "")
}

// hostileNames are what an intruder could write if AWS let him, and a bit of what it does let him.
func hostileNames(c *cloud.Cloud) {
	const region = "eu-west-1"
	for i, name := range []string{
		"\x1b]0;owned\a\x1b[2J\x1b[31mprod", "abc\u202egnp.exe\u2066", strings.Repeat("한", 255), "two\nlines\r\tand \u2028more", "plain",
	} {
		family := fmt.Sprintf("family%d", i)
		c.SeedTaskDefinition(region, cloud.TaskDefinitionSeed{
			Family: family, CPU: 256, MemoryMiB: 512, Images: []string{"evil/" + name + ":latest"}, Command: []string{name}, Tags: map[string]string{"note": name},
		})
		c.SeedCluster(region, cloud.ClusterSeed{Name: "hx" + name, Tags: map[string]string{name: name}})
		c.SeedService(region, cloud.ServiceSeed{Cluster: "hx" + name, Name: "s" + name, TaskDefinition: family, Desired: 1})
	}
}

// honestAlarms are a rule, a schedule and a scaling target that somebody may silence by mistake.
func honestAlarms(c *cloud.Cloud) {
	const seoul, role = "ap-northeast-2", "arn:aws:iam::123456789012:role/ecsEventsRole"
	c.SeedRule(seoul, cloud.RuleSeed{Name: "nightly", Schedule: "rate(12 hours)", Cluster: "prod-api", TaskDefinition: "api", Role: role, Count: 1})
	c.SeedSchedule(seoul, cloud.ScheduleSeed{Name: "daily", Expression: "rate(1 day)", Cluster: "prod-api", TaskDefinition: "api", Role: role, Count: 1})
	c.SeedScalableTarget(seoul, cloud.ScalableTargetSeed{Cluster: "prod-api", Service: "당근", Min: 3, Max: 9, Policy: "cpu-60"})
}

// cmdRestored is "restored FILE": the last output, of scan --json, holds the same resources as the
// file, but for what a thing that was made again cannot share with the old one.
func cmdRestored(ts *testscript.TestScript, neg bool, args []string) {
	resources := func(text string) string {
		var scan struct{ Resources []map[string]any }
		ts.Check(json.Unmarshal([]byte(text), &scan))
		for _, r := range scan.Resources {
			for _, key := range []string{"madeAt", "changedAt", "firstSeen"} {
				delete(r, key)
			}
			if r["kind"] == "application-autoscaling:target" {
				delete(r, "arn")
			}
		}
		out, err := json.MarshalIndent(scan.Resources, "", " ")
		ts.Check(err)
		return string(out)
	}
	was, is := resources(ts.ReadFile(args[0])), resources(ts.ReadFile("stdout"))
	if len(was) < 10 || (was != is) != neg {
		ts.Fatalf("was\n%s\nand is\n%s", was, is)
	}
}

// cmdFault is "fault [SPEC]": what goes wrong from here on.
func cmdFault(ts *testscript.TestScript, _ bool, args []string) {
	f, err := sim.ParseFaults(strings.Join(args, ","))
	ts.Check(err)
	inScript(ts).server.SetFaults(f)
}

// cmdRenew is what signing in again does to a token that has expired.
func cmdRenew(ts *testscript.TestScript, _ bool, _ []string) { inScript(ts).server.Renew() }

// cmdQuery is "query FILE": the query for all that is the intruder's.
func cmdQuery(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(inScript(ts).hostile()+"\n"), 0o600))
}

// cmdUntouched fails when anything was asked to change.
func cmdUntouched(ts *testscript.TestScript, neg bool, _ []string) {
	if writes := inScript(ts).changes(); (len(writes) > 0) != neg {
		ts.Fatalf("%d calls that change something: %v", len(writes), writes)
	}
}

// cmdPurged fails unless the intruder's things are gone and all others are there.
func cmdPurged(ts *testscript.TestScript, neg bool, _ []string) {
	if err := inScript(ts).purged(); (err != nil) != neg {
		ts.Fatalf("purged: %v", err)
	}
}
