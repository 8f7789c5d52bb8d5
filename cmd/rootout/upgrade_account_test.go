package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rootout/rootout/aws/service"
	"github.com/rootout/rootout/aws/sim"
	cloud "github.com/rootout/rootout/aws/sim/all"
)

// upgradeSeed and upgradeBase give the account the same names and times whenever it is made: the
// plans under testdata name its resources.
const upgradeSeed = 11

func upgradeBase() time.Time { return time.Date(2026, 11, 21, 2, 19, 30, 0, time.UTC) }

// The regions of the upgrade account: the intruder is in the first two, and honest work is in all
// three.
const (
	upgradeFirst  = "eu-west-1"
	upgradeSecond = "us-east-1"
	upgradeHonest = "ap-northeast-2"
)

// wireCall is a call that changes something, with what is needed to make it again over HTTP.
type wireCall struct {
	Region      string `json:"region"`
	Service     string `json:"service"`
	Method      string `json:"method"`
	Path        string `json:"path"`
	Target      string `json:"target,omitempty"`
	ContentType string `json:"contentType,omitempty"`
	Body        string `json:"body,omitempty"`
}

// upgradeAccount is the account that the cases and plans of an earlier rootout are about.
type upgradeAccount struct {
	cloud *cloud.Cloud
	web   *httptest.Server

	mu sync.Mutex
	// calls are the calls that changed something, in the order in which they were answered.
	calls []wireCall
	// answered is called after each of them with its number from 1, before the caller has the
	// answer; false keeps the answer from him.
	answered func(n int) (through bool)
}

const upgradeKey = "ASIAEXAMPLEUPGRADE00"

func startUpgradeAccount(t *testing.T) *upgradeAccount {
	t.Helper()
	began := time.Now()
	c := cloud.New(cloud.Options{
		Account: "123456789012", Speed: simSpeed, Seed: upgradeSeed,
		Now: func() time.Time { return upgradeBase().Add(time.Since(began)) },
	})
	c.AddCredential(upgradeKey, cloud.Identity{ARN: "arn:aws:sts::123456789012:assumed-role/Responder/jm", UserID: "AROAEXAMPLERESPONDER:jm"})
	c.Locked(func(time.Time) {
		for _, region := range []string{upgradeFirst, upgradeSecond} {
			intrude(c, region)
		}
		for _, region := range []string{upgradeFirst, upgradeHonest} {
			work(c, region)
		}
	})
	a := &upgradeAccount{cloud: c}
	handler := sim.New(c, sim.Options{Latency: time.Millisecond, Seed: 5})
	a.web = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { a.serve(handler, w, r) }))
	t.Cleanup(func() {
		a.web.CloseClientConnections()
		a.web.Close()
	})
	return a
}

// intrude is what the intruder made in a region.
func intrude(c *cloud.Cloud, region string) {
	const thief = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/root"
	past := upgradeBase().Add(-6 * time.Hour)
	c.SeedTaskDefinition(region, cloud.TaskDefinitionSeed{
		Family: "xmr", CPU: 16384, MemoryMiB: 32768, Images: []string{"evil/miner:latest"}, Command: []string{"--donate", "0"},
		Env: map[string]string{"WALLET": "4xMoneroWalletSecret"}, RegisteredBy: thief, RegisteredAt: past,
	})
	for i := range 2 {
		name := fmt.Sprintf("mine-%d", i)
		c.SeedCluster(region, cloud.ClusterSeed{Name: name, CapacityProviders: []string{"FARGATE", "FARGATE_SPOT"}, Tags: map[string]string{"a": "b"}})
		c.SeedService(region, cloud.ServiceSeed{
			Cluster: name, Name: name + "-service", TaskDefinition: "xmr", Desired: 2, Placement: cloud.Placement{PublicIP: true},
			CreatedAt: past, CreatedBy: thief, StartTasksAt: past,
		})
	}
	c.SeedTask(region, cloud.TaskSeed{Cluster: "mine-1", TaskDefinition: "xmr", StartedBy: thief, StartedAt: past})
	c.SeedScalableTarget(region, cloud.ScalableTargetSeed{Cluster: "mine-0", Service: "mine-0-service", Min: 2, Max: 9, CreatedAt: past, Policy: "keep-hot"})
	c.SeedRule(region, cloud.RuleSeed{
		Name: "nightly", Schedule: "rate(7 days)", Cluster: "mine-0", TaskDefinition: "xmr", Role: "arn:aws:iam::123456789012:role/events", Count: 1,
	})
	c.SeedSchedule(region, cloud.ScheduleSeed{
		Name: "hourly", Expression: "rate(7 days)", Cluster: "mine-1", TaskDefinition: "xmr", Role: "arn:aws:iam::123456789012:role/scheduler", CreatedAt: past,
	})
}

// work is what the people of the account have in a region, of every kind.
func work(c *cloud.Cloud, region string) {
	past := upgradeBase().Add(-200 * time.Hour)
	c.SeedCapacityProvider(region, cloud.CapacityProviderSeed{
		Name: "fleet", AutoScalingGroup: "arn:aws:autoscaling:" + region + ":123456789012:autoScalingGroup:uuid:autoScalingGroupName/fleet-asg",
	})
	c.SeedCluster(region, cloud.ClusterSeed{Name: "prod-api", CapacityProviders: []string{"FARGATE", "fleet"}, Tags: map[string]string{"team": "당근"}})
	c.SeedCapacityProvider(region, cloud.CapacityProviderSeed{Name: "managed", Cluster: "prod-api", InfrastructureRole: "arn:aws:iam::123456789012:role/infra"})
	c.SeedTaskDefinition(region, cloud.TaskDefinitionSeed{Family: "api", CPU: 256, MemoryMiB: 512, Images: []string{honestImage}, RegisteredAt: past})
	c.SeedTaskDefinition(region, cloud.TaskDefinitionSeed{Family: "box", CPU: 256, MemoryMiB: 512, Images: []string{honestImage}, EC2: true, RegisteredAt: past})
	c.SeedContainerInstance(region, cloud.InstanceSeed{Cluster: "prod-api", EC2InstanceID: "i-0123456789abcdef0", Provider: "fleet", RegisteredAt: past})
	c.SeedContainerInstance(region, cloud.InstanceSeed{Cluster: "prod-api", EC2InstanceID: "i-0aaaaaaaaaaaaaaaa", Provider: "managed", RegisteredAt: past})
	c.SeedService(region, cloud.ServiceSeed{
		Cluster: "prod-api", Name: "당근", TaskDefinition: "api", Desired: 2, CreatedAt: past, StartTasksAt: past.Add(time.Hour),
	})
	c.SeedDaemon(region, cloud.DaemonSeed{Cluster: "prod-api", Name: "agent", Providers: []string{"managed"}, Image: honestImage, CreatedAt: past})
	c.SeedScalableTarget(region, cloud.ScalableTargetSeed{Cluster: "prod-api", Service: "당근", Min: 2, Max: 4, CreatedAt: past})
	c.SeedRule(region, cloud.RuleSeed{
		Name: "backup", Schedule: "rate(7 days)", Cluster: "prod-api", TaskDefinition: "api", Role: "arn:aws:iam::123456789012:role/events", Count: 1,
	})
	c.SeedSchedule(region, cloud.ScheduleSeed{
		Name: "report", Expression: "rate(7 days)", Cluster: "prod-api", TaskDefinition: "api", Role: "arn:aws:iam::123456789012:role/scheduler", CreatedAt: past,
	})
}

// serve hands a request to the simulator and notes what changed something.
func (a *upgradeAccount) serve(handler http.Handler, w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	target := r.Header.Get("X-Amz-Target")
	_, op, _ := strings.Cut(target, ".")
	region, signedFor := scopeOfRequest(r)
	changes := op != "" && !service.Of(signedFor).IsRead(op) || op == "" && signedFor == "scheduler" && r.Method != http.MethodGet
	if !changes {
		handler.ServeHTTP(w, r)
		return
	}
	call := wireCall{
		Region: region, Service: signedFor, Method: r.Method, Path: r.URL.RequestURI(), Target: target,
		ContentType: r.Header.Get("Content-Type"), Body: string(body),
	}
	answer := httptest.NewRecorder()
	// What has reached AWS is done even if nobody waits for the answer any more.
	handler.ServeHTTP(answer, r.WithContext(context.WithoutCancel(r.Context())))
	a.mu.Lock()
	n := 0
	if answer.Code < http.StatusMultipleChoices {
		a.calls = append(a.calls, call)
		n = len(a.calls)
	}
	answered := a.answered
	a.mu.Unlock()
	if n > 0 && answered != nil && !answered(n) {
		panic(http.ErrAbortHandler)
	}
	for key, values := range answer.Header() {
		w.Header()[key] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// replay makes the calls again that a run had made before it was killed.
func (a *upgradeAccount) replay(t *testing.T, calls []wireCall) {
	t.Helper()
	for _, c := range calls {
		for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			status, said := a.call(t, c)
			if status < http.StatusMultipleChoices {
				break
			}
			// The bucket may be empty, and what has to stop first takes its time.
			if time.Now().After(deadline) {
				t.Fatalf("%s %s in %s: %d %s", c.Service, c.Target, c.Region, status, said)
			}
		}
	}
}

func (a *upgradeAccount) call(t *testing.T, c wireCall) (status int, said string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), c.Method, a.web.URL+c.Path, strings.NewReader(c.Body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", fmt.Sprintf(
		"AWS4-HMAC-SHA256 Credential=%s/20261121/%s/%s/aws4_request, SignedHeaders=host;x-amz-date, Signature=0", upgradeKey, c.Region, c.Service))
	r.Header.Set("X-Amz-Date", "20261121T021930Z")
	if c.Target != "" {
		r.Header.Set("X-Amz-Target", c.Target)
	}
	if c.ContentType != "" {
		r.Header.Set("Content-Type", c.ContentType)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// env is the environment that makes rootout use the account, with a folder for everything else.
func (a *upgradeAccount) env(dir string) []string {
	env := os.Environ()
	for key, value := range isolated(dir) {
		env = append(env, key+"="+value)
	}
	return append(env, "AWS_ENDPOINT_URL="+a.web.URL, "AWS_ACCESS_KEY_ID="+upgradeKey, "AWS_SECRET_ACCESS_KEY=example", "AWS_SESSION_TOKEN=",
		"AWS_REGION="+upgradeHonest, "AWS_DEFAULT_REGION="+upgradeHonest)
}

// standing are the ARNs of what is there and not gone, sorted.
func (a *upgradeAccount) standing() []string {
	var out []string
	a.cloud.Locked(func(time.Time) {
		for _, r := range a.cloud.Resources() {
			if !r.Gone {
				out = append(out, r.ARN)
			}
		}
	})
	slices.Sort(out)
	return out
}

func (a *upgradeAccount) changes() []wireCall {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.calls)
}
