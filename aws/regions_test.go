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
	want := aws.RegionList{Source: aws.FromAccount, Regions: []model.Region{
		{Name: "ap-east-1", Title: "Hong Kong", Status: model.Enabling},
		{Name: "ap-northeast-2", Title: "Seoul", Status: model.EnabledByDefault},
		{Name: "me-south-1", Title: "Bahrain", Status: model.Disabling},
		{Name: "us-east-1", Title: "N. Virginia", Status: model.EnabledByDefault},
		{Name: "xx-new-9", Status: model.Disabled},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
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
	if diff := cmp.Diff(want, got.Regions); diff != "" {
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
