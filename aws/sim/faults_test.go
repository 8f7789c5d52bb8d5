package sim_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

	"github.com/rootout/rootout/aws/sim"
	"github.com/rootout/rootout/aws/sim/cloud"
)

func TestParseFaults(t *testing.T) {
	t.Parallel()
	got, err := sim.ParseFaults("throttle=0.3,5xx=0.1, reset=0.05,blackhole=sa-east-1,deny=eu-west-3:ecs,slow=us-west-1:2s,expire=500," +
		"blackhole=us-west-2,deny=eu-west-1,slow=us-east-2:50ms")
	want := sim.Faults{
		Throttle: 0.3, ServerError: 0.1, Reset: 0.05, Expire: 500,
		Blackhole: []string{"sa-east-1", "us-west-2"},
		Deny:      []sim.Denial{{Region: "eu-west-3", Service: "ecs"}, {Region: "eu-west-1"}},
		Slow:      map[string]time.Duration{"us-west-1": 2 * time.Second, "us-east-2": 50 * time.Millisecond},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("read %v\n%s", err, diff)
	}
	for spec, part := range map[string]string{
		"throttle":          "KEY=VALUE",
		"throttle=":         "KEY=VALUE",
		"throttle=1.5":      "0 to 1",
		"reset=NaN":         "0 to 1",
		"5xx=-0.1":          "0 to 1",
		"slow=us-west-1":    "REGION:DELAY",
		"slow=us-west-1:-1": "REGION:DELAY",
		"expire=0":          "at least 1",
		"blackole=a":        "no such fault",
		"5xx=0.6,reset=0.6": "1.2 together",
	} {
		if _, err := sim.ParseFaults(spec); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%q: %v, want an error with %q", spec, err, part)
		}
	}
}

// outcomes counts what n calls of GetCallerIdentity came to, by error code; broken connections
// count as reset.
func outcomes(t *testing.T, s *sim.Server, n int) map[string]int {
	t.Helper()
	api := sts.NewFromConfig(client(s, "eu-west-1"))
	counts := map[string]int{}
	for range n {
		_, err := api.GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
		if errors.Is(err, syscall.ECONNRESET) {
			counts["reset"]++
			continue
		}
		counts[codeOf(t, err)]++
	}
	return counts
}

// TestShares: faults hit the share of calls that was asked for, the same ones for the same seed.
func TestShares(t *testing.T) {
	t.Parallel()
	faults, err := sim.ParseFaults("throttle=0.3,5xx=0.2,reset=0.1")
	if err != nil {
		t.Fatal(err)
	}
	run := func(seed uint64) map[string]int {
		return outcomes(t, sim.New(newCloud(cloud.Options{}), sim.Options{Faults: faults, Seed: seed, Unthrottled: true}), 1000)
	}
	got := run(7)
	near := func(what string, have, want int) {
		if have < want*7/10 || have > want*13/10 {
			t.Errorf("%s hit %d of 1000 calls, want about %d", what, have, want)
		}
	}
	near("reset", got["reset"], 100)
	near("500", got["InternalFailure"], 100)
	near("503", got["ServiceUnavailable"], 100)
	near("throttle", got["Throttling"], 210)
	if diff := cmp.Diff(got, run(7)); diff != "" {
		t.Errorf("the same seed came out differently:\n%s", diff)
	}
	if cmp.Equal(got, run(8)) {
		t.Error("another seed came out the same")
	}
}

// TestResetAfter: of calls whose connection broke, some have done their work and some have not.
func TestResetAfter(t *testing.T) {
	t.Parallel()
	c := newCloud(cloud.Options{})
	s := sim.New(c, sim.Options{Faults: sim.Faults{Reset: 1}, Unthrottled: true})
	outcomes(t, s, 100)
	if done := len(c.Events("eu-west-1")); done < 20 || done > 80 {
		t.Errorf("%d of 100 broken calls were done", done)
	}
}

// TestResetOverHTTP: on a socket the client sees a reset, not an empty answer.
func TestResetOverHTTP(t *testing.T) {
	t.Parallel()
	s := sim.New(newCloud(cloud.Options{}), sim.Options{Faults: sim.Faults{Reset: 1}})
	web := httptest.NewServer(s)
	defer web.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, web.URL, strings.NewReader("Action=GetCallerIdentity"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := web.Client().Do(r); !errors.Is(err, syscall.ECONNRESET) && (err == nil || !strings.Contains(err.Error(), "forcibly closed")) {
		t.Errorf("the client saw %v", err)
	}
}

// TestRegionFaults: black holes, slow regions and denials hit where they are named and nowhere
// else.
func TestRegionFaults(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sim.New(newCloud(cloud.Options{}), sim.Options{Latency: 40 * time.Millisecond})
		faults, err := sim.ParseFaults("blackhole=sa-east-1,slow=us-west-1:2s,deny=eu-west-3:cloudtrail")
		if err != nil {
			t.Fatal(err)
		}
		s.SetFaults(faults)
		took := func(region string) (time.Duration, error) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			began := time.Now()
			_, err := cloudtrail.NewFromConfig(client(s, region)).LookupEvents(ctx, &cloudtrail.LookupEventsInput{})
			return time.Since(began), err
		}
		if d, err := took("sa-east-1"); d != time.Minute || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the black hole took %s: %v", d, err)
		}
		if d, err := took("us-west-1"); d != 2040*time.Millisecond || err != nil {
			t.Errorf("the slow region took %s: %v", d, err)
		}
		if d, err := took("eu-west-1"); d != 40*time.Millisecond || err != nil {
			t.Errorf("an ordinary region took %s: %v", d, err)
		}
		_, err = took("eu-west-3")
		if got := codeOf(t, err); got != "AccessDeniedException" || !strings.Contains(err.Error(), testARN+" is not authorized to perform: cloudtrail:LookupEvents") {
			t.Errorf("the denied service said %v", err)
		}
		if got := whoami(t, client(s, "eu-west-3")); got != "" {
			t.Errorf("another service of the region said %q", got)
		}
		s.SetFaults(sim.Faults{})
		if _, err := took("sa-east-1"); err != nil {
			t.Errorf("after the faults are gone: %v", err)
		}
	})
}

// TestExpire: the token is used up after the given calls, in every service, until it is renewed; a
// new token has calls of its own.
func TestExpire(t *testing.T) {
	t.Parallel()
	s := sim.New(newCloud(cloud.Options{}), sim.Options{Faults: sim.Faults{Expire: 3}})
	cfg := client(s, "eu-west-1")
	for i := range 3 {
		if got := whoami(t, cfg); got != "" {
			t.Fatalf("call %d said %q", i+1, got)
		}
	}
	if got := whoami(t, cfg); got != "ExpiredToken" {
		t.Errorf("the fourth call said %q", got)
	}
	_, err := account.NewFromConfig(cfg).ListRegions(t.Context(), &account.ListRegionsInput{})
	if got := codeOf(t, err); got != "ExpiredTokenException" {
		t.Errorf("account said %q", got)
	}
	if got := whoami(t, clientAs(s, "eu-west-1", testKey, "fresh")); got != "" {
		t.Errorf("a new token said %q", got)
	}
	s.Renew()
	if got := whoami(t, cfg); got != "" {
		t.Errorf("after renewal: %q", got)
	}
}
