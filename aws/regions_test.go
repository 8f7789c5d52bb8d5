package aws_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/google/go-cmp/cmp"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/service"
	"github.com/rootout/rootout/model"
)

const ec2Regions = `<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><regionInfo>` +
	`<item><regionName>us-gov-west-1</regionName><optInStatus>opt-in-not-required</optInStatus></item>` +
	`<item><regionName>us-east-1</regionName><optInStatus>opt-in-not-required</optInStatus></item>` +
	`<item><regionName>me-south-1</regionName><optInStatus>not-opted-in</optInStatus></item>` +
	`<item><regionName>cn-north-1</regionName><optInStatus>opt-in-not-required</optInStatus></item>` +
	`<item><regionName>ap-east-1</regionName><optInStatus>opted-in</optInStatus></item>` +
	`</regionInfo></DescribeRegionsResponse>`

// regionWorld answers the three sources; a nil one is denied.
func regionWorld(account, ec2, sts roundTrip) roundTrip {
	signedIn := false
	return func(r *http.Request) (*http.Response, error) {
		if !signedIn {
			signedIn = true
			return identity(r, callerARN), nil
		}
		_, service := scope(r)
		if reply := map[string]roundTrip{"account": account, "ec2": ec2, "sts": sts}[service]; reply != nil {
			return reply(r)
		}
		return refuse(r, http.StatusForbidden, "AccessDenied", "no"), nil
	}
}

func TestRegionsOfTheAccountInEveryStatusAndPage(t *testing.T) {
	c := connect(t, static(), regionWorld(func(r *http.Request) (*http.Response, error) {
		sent := body(r)
		if strings.Contains(sent, "AccountId") {
			t.Errorf("a management account may not pass its own id: %s", sent)
		}
		if !strings.Contains(sent, `"NextToken":"2"`) {
			return answer(r, http.StatusOK, "application/json", `{"NextToken":"2","Regions":[`+
				`{"RegionName":"us-east-1","RegionOptStatus":"ENABLED_BY_DEFAULT"},{"RegionName":"me-south-1","RegionOptStatus":"DISABLING"},`+
				`{"RegionName":"xx-new-9","RegionOptStatus":"DISABLED"},{"RegionName":"evil.example/","RegionOptStatus":"ENABLED"}]}`), nil
		}
		return answer(r, http.StatusOK, "application/json", `{"Regions":[`+
			`{"RegionName":"ap-northeast-2","RegionOptStatus":"ENABLED_BY_DEFAULT"},{"RegionName":"ap-east-1","RegionOptStatus":"ENABLING"}]}`), nil
	}, nil, nil))
	got, err := c.RegionList(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []model.Region{
		{Name: "ap-east-1", Title: "Hong Kong", Status: model.Enabling},
		{Name: "ap-northeast-2", Title: "Seoul", Status: model.EnabledByDefault},
		{Name: "me-south-1", Title: "Bahrain", Status: model.Disabling},
		{Name: "us-east-1", Title: "N. Virginia", Status: model.EnabledByDefault},
		{Name: "xx-new-9", Status: model.Disabled},
	}
	if diff := cmp.Diff(want, among(got, want)); diff != "" || got.Source != aws.FromAccount || len(got.Regions) != 35 {
		t.Errorf("%d regions from %s (-want +got):\n%s", len(got.Regions), got.Source, diff)
	}
}

// among are the regions of a list that have the names of others.
func among(list aws.RegionList, others []model.Region) []model.Region {
	return slices.DeleteFunc(slices.Clone(list.Regions), func(r model.Region) bool {
		return !slices.ContainsFunc(others, func(o model.Region) bool { return o.Name == r.Name })
	})
}

// listOf is an answer of account:ListRegions.
func listOf(statuses map[string]model.OptStatus) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		var items []string
		for name, status := range statuses {
			items = append(items, `{"RegionName":"`+name+`","RegionOptStatus":"`+string(status)+`"}`)
		}
		return answer(r, http.StatusOK, "application/json", `{"Regions":[`+strings.Join(items, ",")+`]}`), nil
	}
}

// everyRegion is every region of the table in one status, or as AWS has it by default for "".
func everyRegion(status model.OptStatus) map[string]model.OptStatus {
	all := map[string]model.OptStatus{}
	for _, row := range service.PartitionNamed("aws").Regions() {
		switch {
		case status != "":
			all[row.Name] = status
		case row.OptIn:
			all[row.Name] = model.Disabled
		default:
			all[row.Name] = model.EnabledByDefault
		}
	}
	return all
}

// TestACutListOfRegionsIsNotBelieved: what the table has and the answer lacks is asked, and said.
func TestACutListOfRegionsIsNotBelieved(t *testing.T) {
	cut := everyRegion("")
	for _, gone := range []string{"eu-west-3", "ap-east-1", "me-south-1"} {
		delete(cut, gone)
	}
	cut["xx-new-9"] = model.Enabled
	c := connect(t, static(), regionWorld(listOf(cut), nil, func(r *http.Request) (*http.Response, error) {
		if region, _ := scope(r); region == "ap-east-1" {
			return identity(r, callerARN), nil
		}
		return queryError(r, http.StatusForbidden, "InvalidClientTokenId", "The security token included in the request is invalid."), nil
	}))
	got, err := c.RegionList(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []model.Region{
		{Name: "ap-east-1", Title: "Hong Kong", Status: model.Enabled},
		{Name: "eu-west-3", Title: "Paris", Status: model.EnabledByDefault},
		{Name: "me-south-1", Title: "Bahrain", Status: model.Disabled},
		{Name: "xx-new-9", Status: model.Enabled},
	}
	if diff := cmp.Diff(want, among(got, want)); diff != "" || len(got.Regions) != 35 {
		t.Errorf("%d regions (-want +got):\n%s", len(got.Regions), diff)
	}
	if got.Doubt == nil || !strings.Contains(got.Doubt.Error(), "lacks 3 of the 34 regions that rootout knows (ap-east-1, eu-west-3, me-south-1)") {
		t.Errorf("said is %v", got.Doubt)
	}
}

// TestNoRegionThatAnswersIsDisabled, and none that no account can disable.
func TestNoRegionThatAnswersIsDisabled(t *testing.T) {
	signedIn := func(r *http.Request) (*http.Response, error) { return identity(r, callerARN), nil }
	for name, test := range map[string]struct {
		region   string
		statuses map[string]model.OptStatus
		read     int
		says     string
	}{
		"all that AWS has":    {"us-east-1", everyRegion(""), 17, ""},
		"all are disabled":    {"us-east-1", everyRegion(model.Disabled), 17, "it calls ap-northeast-1, ap-northeast-2, ap-northeast-3, … disabled"},
		"where we signed in":  {"ap-east-1", everyRegion(""), 18, "it calls ap-east-1 disabled"},
		"all are on the way":  {"us-east-1", everyRegion(model.Disabling), 17, "disabled: a region that answers, or that no account can disable"},
		"a partition's newer": {"us-east-1", map[string]model.OptStatus{"xx-new-9": model.Disabled}, 34, "it lacks 34 of the 34 regions"},
	} {
		t.Run(name, func(t *testing.T) {
			o := static()
			o.Region = test.region
			c := connect(t, o, regionWorld(listOf(test.statuses), nil, signedIn))
			got, err := c.RegionList(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			read := 0
			for _, r := range got.Regions {
				if r.Readable() {
					read++
				}
			}
			if read != test.read || (got.Doubt == nil) != (test.says == "") || got.Doubt != nil && !strings.Contains(got.Doubt.Error(), test.says) {
				t.Errorf("%d regions are read, want %d; said is %v", read, test.read, got.Doubt)
			}
		})
	}
}

func TestRegionsFallBackToEC2(t *testing.T) {
	notThere := func(r *http.Request) (*http.Response, error) {
		return answer(r, http.StatusNotFound, "text/html", page), nil
	}
	c := connect(t, static(), regionWorld(notThere, func(r *http.Request) (*http.Response, error) {
		if sent := body(r); !strings.Contains(sent, "AllRegions=true") {
			t.Errorf("disabled regions are not asked for: %s", sent)
		}
		return answer(r, http.StatusOK, "text/xml", ec2Regions), nil
	}, nil))
	got, err := c.RegionList(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []model.Region{
		{Name: "ap-east-1", Title: "Hong Kong", Status: model.Enabled},
		{Name: "me-south-1", Title: "Bahrain", Status: model.Disabled},
		{Name: "us-east-1", Title: "N. Virginia", Status: model.EnabledByDefault},
	}
	if diff := cmp.Diff(want, among(got, want)); diff != "" {
		t.Errorf("regions of other partitions or wrong statuses (-want +got):\n%s", diff)
	}
	if got.Source != aws.FromEC2 || len(got.Failures) != 1 || got.Failures[0].Class != aws.Unreachable || got.Failures[0].Service != "account" {
		t.Errorf("%s, %+v", got.Source, got.Failures)
	}
}

func TestRegionsWithoutAnyListing(t *testing.T) {
	enabledOnly := func(enabled ...string) roundTrip {
		return func(r *http.Request) (*http.Response, error) {
			if region, _ := scope(r); slices.Contains(enabled, region) {
				return identity(r, callerARN), nil
			}
			return queryError(r, http.StatusForbidden, "InvalidClientTokenId", "The security token included in the request is invalid."), nil
		}
	}
	keys, session := static(), static()
	keys.Credentials = credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", "")
	for _, test := range []struct {
		name    string
		options aws.Options
		sts     roundTrip
		want    model.OptStatus // Of Hong Kong; Bahrain is off.
		bahrain model.OptStatus
	}{
		{"keys", keys, enabledOnly("ap-east-1"), model.Enabled, model.Disabled},
		{"keys, all off", keys, enabledOnly(), model.Disabled, model.Disabled},
		{"a session that one region accepts", session, enabledOnly("ap-east-1"), model.Enabled, model.Disabled},
		{"a session that none accepts may be of version 1", session, enabledOnly(), "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := connect(t, test.options, regionWorld(nil, nil, test.sts))
			got, err := c.RegionList(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			status := map[string]model.OptStatus{}
			for _, region := range got.Regions {
				status[region.Name] = region.Status
			}
			if got.Source != aws.FromEmbedded || len(got.Regions) != 34 || len(got.Failures) != 2 {
				t.Errorf("%d regions from %s, %+v", len(got.Regions), got.Source, got.Failures)
			}
			if status["ap-east-1"] != test.want || status["me-south-1"] != test.bahrain || status["eu-west-3"] != model.EnabledByDefault {
				t.Errorf("Hong Kong %q, Bahrain %q, Paris %q", status["ap-east-1"], status["me-south-1"], status["eu-west-3"])
			}
		})
	}
}

func TestRegionsFailWhenTheSessionHasEnded(t *testing.T) {
	ended := func(r *http.Request) (*http.Response, error) {
		return refuse(r, http.StatusBadRequest, "ExpiredTokenException", "no"), nil
	}
	c := connect(t, static(), regionWorld(ended, ended, ended))
	if regions, err := c.Regions(t.Context()); aws.Classify(err) != aws.Expired || regions != nil {
		t.Errorf("%d regions, %v: an expired session would show every opt-in region as it may not be", len(regions), err)
	}
	c = connect(t, static(), regionWorld(nil, nil, nil))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Regions(ctx); aws.Classify(err) != aws.Canceled {
		t.Errorf("%v", err)
	}
}

func TestVersion1TokenIsToldByBehaviour(t *testing.T) {
	refusal := func(c *aws.Connection) error {
		return reads(c.Clients("ap-east-1"))["ecs"](t.Context())
	}
	world := account(func(r *http.Request) (*http.Response, error) {
		return refuse(r, http.StatusBadRequest, "UnrecognizedClientException", "The security token included in the request is invalid."), nil
	})
	keys := static()
	keys.Credentials = credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", "")
	for _, test := range []struct {
		name    string
		options aws.Options
		status  model.OptStatus
		want    aws.Class
		says    string
	}{
		{"a session in an enabled opt-in region", static(), model.Enabled, aws.V1Token, "version 1"},
		{"keys in an enabled opt-in region", keys, model.Enabled, aws.InvalidToken, "enabled minutes ago"},
		{"a disabled region", static(), model.Disabled, aws.InvalidToken, "is billed"},
		{"a region on its way", static(), model.Enabling, aws.InvalidToken, "in transition"},
		{"a region that cannot be disabled", static(), model.EnabledByDefault, aws.InvalidToken, "switched off since"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := connect(t, test.options, world)
			err := refusal(c)
			region := model.Region{Name: "ap-east-1", Status: test.status}
			if got := c.ClassifyIn(region, err); got != test.want {
				t.Errorf("%v is %v, want %v", err, got, test.want)
			}
			e := c.ExplainOptIn(region, err)
			if e == nil || aws.Classify(e) != test.want || e.Code != "UnrecognizedClientException" {
				t.Fatalf("explained as %+v", e)
			}
			mustSay(t, e, test.says, "ap-east-1")
		})
	}
	if e := connect(t, static(), world).ExplainOptIn(model.Region{Status: model.Enabled}, context.Canceled); e != nil {
		t.Errorf("another error is explained as %v", e)
	}
}
