package sim_test

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/rootout/rootout/aws/sim"
	"github.com/rootout/rootout/aws/sim/cloud"
)

// seen is what a test looks at in a record.
type seen struct {
	EventName, ErrorCode, SourceIPAddress string
	ReadOnly                              bool
	UserIdentity                          struct{ Arn string }
	RequestParameters                     map[string]any
}

func eventsIn(t *testing.T, s *sim.Server, region string) []seen {
	t.Helper()
	out, err := cloudtrail.NewFromConfig(client(s, region)).LookupEvents(t.Context(), &cloudtrail.LookupEventsInput{})
	if err != nil {
		t.Fatal(err)
	}
	var events []seen
	for _, e := range out.Events {
		var one seen
		if err := json.Unmarshal([]byte(*e.CloudTrailEvent), &one); err != nil {
			t.Fatal(err)
		}
		if one.EventName != *e.EventName {
			t.Errorf("event %s holds a record of %s", *e.EventName, one.EventName)
		}
		events = append(events, one)
	}
	return events
}

// TestOwnCallsAreRecorded: what a caller does over the wire is in the history minutes later, in the
// region that answered, refusals too, and what was never believed is not.
func TestOwnCallsAreRecorded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := sim.New(newCloud(cloud.Options{}), sim.Options{Faults: sim.Faults{Deny: []sim.Denial{{Region: "eu-west-1", Service: "ec2"}}}})
		here := client(s, "eu-west-1")
		if _, err := account.NewFromConfig(here).EnableRegion(t.Context(), &account.EnableRegionInput{RegionName: new("af-south-1")}); err != nil {
			t.Fatal(err)
		}
		if _, err := account.NewFromConfig(here).EnableRegion(t.Context(), &account.EnableRegionInput{RegionName: new("ap-east-1")}); codeOf(t, err) != "TooManyRequestsException" {
			t.Fatalf("the second in a second: %v", err)
		}
		if _, err := ec2.NewFromConfig(here).DescribeRegions(t.Context(), &ec2.DescribeRegionsInput{AllRegions: new(true)}); codeOf(t, err) != "UnauthorizedOperation" {
			t.Fatalf("denied: %v", err)
		}
		if got := whoami(t, clientAs(s, "eu-west-1", "AKIAUNKNOWNEXAMPLE00", "")); got == "" {
			t.Fatal("an unknown key was believed")
		}
		if got := eventsIn(t, s, "us-east-1"); len(got) != 0 {
			t.Errorf("at once there are %d events", len(got))
		}
		time.Sleep(4 * time.Minute)
		global := eventsIn(t, s, "us-east-1")
		if len(global) != 3 || global[1].EventName != "EnableRegion" || global[2].EventName != "EnableRegion" || global[0].EventName != "LookupEvents" {
			t.Fatalf("us-east-1 holds %+v", global)
		}
		codes := []string{global[1].ErrorCode, global[2].ErrorCode}
		if codes[0] != "TooManyRequestsException" || codes[1] != "" {
			t.Errorf("error codes, newest first: %q", codes)
		}
		first := global[2]
		if first.UserIdentity.Arn != testARN || first.SourceIPAddress != "198.51.100.24" || first.ReadOnly || first.RequestParameters["regionName"] != "af-south-1" {
			t.Errorf("EnableRegion is recorded as %+v", first)
		}
		regional := eventsIn(t, s, "eu-west-1")
		if len(regional) != 1 || regional[0].ErrorCode != "Client.UnauthorizedOperation" || regional[0].RequestParameters["allRegions"] != true || !regional[0].ReadOnly {
			t.Errorf("eu-west-1 holds %+v", regional)
		}
	})
}

// TestAuthorize: a judge of the account refuses calls in his own words, except for the question who
// one is.
func TestAuthorize(t *testing.T) {
	t.Parallel()
	c := newCloud(cloud.Options{})
	s := sim.New(c, sim.Options{})
	c.OnAuthorize(func(call cloud.Call) *cloud.APIError {
		if call.Identity.ARN == testARN && call.Service == "cloudtrail" {
			return cloud.Errorf("AccessDeniedException", "explicit deny for %s", call.Operation)
		}
		return nil
	})
	cfg := client(s, "eu-west-1")
	if got := lookup(t, cfg); got != "AccessDeniedException" {
		t.Errorf("the refused call said %q", got)
	}
	if _, err := account.NewFromConfig(cfg).ListRegions(t.Context(), &account.ListRegionsInput{}); err != nil {
		t.Errorf("another service: %v", err)
	}
	c.OnAuthorize(func(cloud.Call) *cloud.APIError { return cloud.Errorf("AccessDenied", "all") })
	if got := whoami(t, cfg); got != "" {
		t.Errorf("GetCallerIdentity said %q", got)
	}
}
