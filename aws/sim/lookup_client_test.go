package sim_test

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/aws/sim"
	"github.com/rootout/rootout/aws/sim/breach"
)

// breachedServer is a breached account on loopback, and the environment of a client that nobody
// here wrote.
func breachedServer(t *testing.T, o sim.Options) (*breach.Scenario, []string) {
	t.Helper()
	scenario, err := breach.New(breach.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(sim.New(scenario.Cloud, o))
	t.Cleanup(web.Close)
	home := t.TempDir()
	config := filepath.Join(home, "config")
	// Version 1 of the CLI writes times as numbers unless told otherwise.
	if err := os.WriteFile(config, []byte("[default]\ncli_timestamp_format = iso8601\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return scenario, append(scenario.Env(web.URL), "PATH="+os.Getenv("PATH"), "HOME="+home, "AWS_CONFIG_FILE="+config,
		"AWS_SHARED_CREDENTIALS_FILE="+filepath.Join(home, "credentials"))
}

func output(t *testing.T, env []string, name string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Env, cmd.Dir = env, t.TempDir()
	raw, err := cmd.CombinedOutput()
	return string(raw), err
}

// TestLookupEventsWithTheCLI: the AWS CLI pages, is throttled and goes on, searches by one
// attribute of two, and meets records that it takes for CloudTrail's.
func TestLookupEventsWithTheCLI(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: the AWS CLI takes most of a second a call")
	}
	if _, err := exec.LookPath("aws"); err != nil || runtime.GOOS == "windows" {
		t.Skip("the AWS CLI is not installed")
	}
	t.Parallel()
	scenario, env := breachedServer(t, sim.Options{})
	lookup := func(args ...string) (events []struct {
		EventID, EventName, Username, CloudTrailEvent, ReadOnly string
		EventTime                                               time.Time
	},
	) {
		t.Helper()
		out, err := output(t, env, "aws",
			append([]string{"cloudtrail", "lookup-events", "--output", "json", "--region"}, args...)...)
		var answer struct{ Events *json.RawMessage }
		if err == nil {
			err = json.Unmarshal([]byte(out), &answer)
		}
		if err == nil {
			err = json.Unmarshal(*answer.Events, &events)
		}
		if err != nil {
			t.Fatalf("%v: %.400s", err, out)
		}
		return events
	}
	// 130 events are three pages of 50, of which two come at once.
	all := lookup("us-east-1", "--max-items", "130")
	ids := map[string]bool{}
	for i, e := range all {
		var record struct{ EventID, EventName, EventTime, AwsRegion string }
		if err := json.Unmarshal([]byte(e.CloudTrailEvent), &record); err != nil {
			t.Fatal(err)
		}
		if record.EventID != e.EventID || record.EventName != e.EventName || record.AwsRegion != "us-east-1" || record.EventTime != e.EventTime.UTC().Format(time.RFC3339) {
			t.Errorf("%s of %s holds %+v", e.EventName, e.EventTime, record)
		}
		if ids[e.EventID] = true; i > 0 && e.EventTime.After(all[i-1].EventTime) {
			t.Errorf("%s came after %s", e.EventTime, all[i-1].EventTime)
		}
	}
	if len(ids) != 130 {
		t.Errorf("%d events, want 130", len(ids))
	}
	since := scenario.Since.UTC().Format(time.RFC3339)
	by := lookup("sa-east-1", "--start-time", since, "--max-items", "40", "--lookup-attributes", "AttributeKey=Username,AttributeValue=root", "AttributeKey=EventName,AttributeValue=Nothing")
	if len(by) != 40 {
		t.Errorf("%d events of root by the first of two attributes, want 40", len(by))
	}
	for _, e := range by {
		if e.Username != "root" || !strings.Contains(e.CloudTrailEvent, scenario.Intruder()) {
			t.Errorf("%s of %s was found for root", e.EventName, e.Username)
		}
	}
	if got := lookup("us-east-1", "--lookup-attributes", "AttributeKey=EventId,AttributeValue="+all[0].EventID); len(got) != 1 || got[0].EventID != all[0].EventID {
		t.Errorf("by id there are %+v", got)
	}
	if out, err := output(t, env, "aws", "cloudtrail", "lookup-events", "--region", "eu-west-2", "--lookup-attributes", "AttributeKey=username,AttributeValue=root"); err == nil || !strings.Contains(out, "Invalid") {
		t.Errorf("a key in small letters: %v %s", err, out)
	}
}

// lookupScript looks at single answers with boto3: it prints one line for each.
const lookupScript = `
import datetime, boto3
from botocore.config import Config
from botocore.exceptions import ClientError
def client(region):
    return boto3.client("cloudtrail", region_name=region, config=Config(retries={"total_max_attempts": 1, "mode": "standard"}))
def tell(what, call):
    try:
        print(what, call())
    except ClientError as e:
        print(what, e.response["Error"]["Code"], e.response["ResponseMetadata"]["HTTPStatusCode"])
# Two calls a second: each region has a bucket of its own.
virginia, seoul, tokyo, frankfurt, oregon = (client(r) for r in ("us-east-1", "ap-northeast-2", "ap-northeast-1", "eu-central-1", "us-west-2"))
tell("page", lambda: len(virginia.lookup_events()["Events"]))
tell("51", lambda: len(virginia.lookup_events(MaxResults=51)["Events"]))
tell("7", lambda: len(seoul.lookup_events(MaxResults=7)["Events"]))
first = tokyo.lookup_events(MaxResults=5)
tell("next", lambda: len(set(e["EventId"] for e in first["Events"] + tokyo.lookup_events(MaxResults=5, NextToken=first["NextToken"])["Events"])))
tell("other", lambda: seoul.lookup_events(NextToken=first["NextToken"], LookupAttributes=[{"AttributeKey": "ReadOnly", "AttributeValue": "true"}]))
tell("token", lambda: frankfurt.lookup_events(NextToken="nonsense"))
now = datetime.datetime.now(datetime.timezone.utc)
tell("time", lambda: frankfurt.lookup_events(StartTime=now, EndTime=now - datetime.timedelta(hours=1)))
tell("old", lambda: len(oregon.lookup_events(StartTime=now - datetime.timedelta(days=400), EndTime=now - datetime.timedelta(days=91))["Events"]))
tell("closed", lambda: client("me-south-1").lookup_events())
tell("long", lambda: oregon.lookup_events(LookupAttributes=[{"AttributeKey": "Username", "AttributeValue": "x" * 2001}]))
hasty = client("eu-west-1")
codes = []
for _ in range(4):
    try:
        hasty.lookup_events()
        codes.append("ok")
    except ClientError as e:
        codes.append(e.response["Error"]["Code"])
print("hasty", codes.count("ok"), codes[-1])
tell("elsewhere", lambda: type(client("eu-west-2").lookup_events()["Events"][0]["CloudTrailEvent"]).__name__)
tell("denied", lambda: client("eu-west-3").lookup_events())
`

// TestLookupEventsWithBoto: limits, tokens, buckets and refusals as boto3 meets them.
func TestLookupEventsWithBoto(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: boto3 takes seconds to start")
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed")
	}
	if out, err := exec.CommandContext(t.Context(), python, "-c", "import boto3").CombinedOutput(); err != nil {
		t.Skipf("boto3 is not installed beside python3: %s", out)
	}
	t.Parallel()
	// Two calls of the hasty client at most are let through within a second.
	_, env := breachedServer(t, sim.Options{Faults: sim.Faults{Deny: []sim.Denial{{Region: "eu-west-3", Service: "cloudtrail"}}}})
	out, err := output(t, env, python, "-c", lookupScript)
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	want := `page 50
51 InvalidMaxResultsException 400
7 7
next 10
other InvalidNextTokenException 400
token InvalidNextTokenException 400
time InvalidTimeRangeException 400
old 0
closed UnrecognizedClientException 400
long InvalidLookupAttributesException 400
hasty 2 ThrottlingException
elsewhere str
denied AccessDeniedException 400
`
	if strings.ReplaceAll(out, "\r", "") != want {
		t.Errorf("boto3 met\n%swant\n%s", out, want)
	}
}
