package sim_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/account"
	accounttypes "github.com/aws/aws-sdk-go-v2/service/account/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/costexplorer"
	cetypes "github.com/aws/aws-sdk-go-v2/service/costexplorer/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/rootout/rootout/aws/sim"
	"github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/aws/sim/cloud"
	simsts "github.com/rootout/rootout/aws/sim/cloud/sts"
)

const (
	testAccount = "123456789012"
	testKey     = "AKIAIOSFODNN7EXAMPLE"
	testARN     = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/jm"
)

// newCloud is an account with one caller.
func newCloud(o cloud.Options) *all.Cloud {
	o.Account = testAccount
	c := all.New(o)
	c.AddCredential(testKey, cloud.Identity{ARN: testARN, UserID: "AROAEXAMPLEID12345678:jm", SessionCreated: c.Now().Add(-time.Hour)})
	return c
}

// client is the SDK's configuration for a server in-process, without retries: the tests look at
// single answers.
func client(s *sim.Server, region string) sdk.Config { return clientAs(s, region, testKey, "") }

func clientAs(s *sim.Server, region, key, token string) sdk.Config {
	return sdk.Config{
		Region:       region,
		BaseEndpoint: new("http://sim.invalid"),
		HTTPClient:   &http.Client{Transport: s.Transport()},
		Retryer:      func() sdk.Retryer { return sdk.NopRetryer{} },
		Credentials: sdk.CredentialsProviderFunc(func(context.Context) (sdk.Credentials, error) {
			return sdk.Credentials{AccessKeyID: key, SecretAccessKey: "example", SessionToken: token}, nil
		}),
	}
}

// codeOf is the error code of an answer, empty for success.
func codeOf(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var api smithy.APIError
	if !errors.As(err, &api) {
		t.Fatalf("no answer of AWS: %v", err)
	}
	return api.ErrorCode()
}

func whoami(t *testing.T, cfg sdk.Config) string {
	t.Helper()
	_, err := sts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	return codeOf(t, err)
}

func lookup(t *testing.T, cfg sdk.Config) string {
	t.Helper()
	_, err := cloudtrail.NewFromConfig(cfg).LookupEvents(t.Context(), &cloudtrail.LookupEventsInput{})
	return codeOf(t, err)
}

// TestDisabledRegion: an opt-in region that is not enabled answers each protocol as if the key were
// wrong, and no other way.
func TestDisabledRegion(t *testing.T) {
	t.Parallel()
	s := sim.New(newCloud(cloud.Options{}), sim.Options{})
	cfg := client(s, "ap-east-1")
	if got := whoami(t, cfg); got != "InvalidClientTokenId" {
		t.Errorf("sts said %q", got)
	}
	if got := lookup(t, cfg); got != "UnrecognizedClientException" {
		t.Errorf("cloudtrail said %q", got)
	}
	_, err := ec2.NewFromConfig(cfg).DescribeRegions(t.Context(), &ec2.DescribeRegionsInput{})
	if got := codeOf(t, err); got != "AuthFailure" {
		t.Errorf("ec2 said %q", got)
	}
	_, err = sts.NewFromConfig(cfg).AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: new("arn:aws:iam::123456789012:role/x"), RoleSessionName: new("xx")})
	if got := codeOf(t, err); got != "RegionDisabledException" {
		t.Errorf("sts AssumeRole said %q", got)
	}
	// Account Management is global: it answers though the signature names the disabled region.
	out, err := account.NewFromConfig(cfg).ListRegions(t.Context(), &account.ListRegionsInput{})
	if err != nil || len(out.Regions) != 34 {
		t.Errorf("account answered %v, %v", out, err)
	}
}

// TestEnableRegion: enabling takes minutes during which calls go on failing, and the region's
// services come one after the other.
func TestEnableRegion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(cloud.Options{})
		s := sim.New(c, sim.Options{})
		cfg := client(s, "af-south-1")
		api := account.NewFromConfig(cfg)
		if _, err := api.EnableRegion(t.Context(), &account.EnableRegionInput{RegionName: new("af-south-1")}); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		for {
			out, err := api.GetRegionOptStatus(t.Context(), &account.GetRegionOptStatusInput{RegionName: new("af-south-1")})
			if err != nil {
				t.Fatal(err)
			}
			if out.RegionOptStatus == accounttypes.RegionOptStatusEnabled {
				break
			}
			if out.RegionOptStatus != accounttypes.RegionOptStatusEnabling {
				t.Fatalf("status is %s", out.RegionOptStatus)
			}
			if got := lookup(t, cfg); got != "UnrecognizedClientException" {
				t.Fatalf("while enabling, cloudtrail said %q", got)
			}
			time.Sleep(time.Second)
		}
		if took := time.Since(began); took < time.Minute || took > 10*time.Minute {
			t.Errorf("enabling took %s", took)
		}
		refused := lookup(t, cfg) != ""
		time.Sleep(30 * time.Second)
		if got := lookup(t, cfg); got != "" {
			t.Errorf("half a minute after ENABLED cloudtrail said %q", got)
		}
		if !refused {
			t.Error("cloudtrail answered in the very second of ENABLED")
		}
	})
}

// TestCredentials: who is believed, and how the others are refused.
func TestCredentials(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(cloud.Options{})
		c.SetRegion("me-south-1", cloud.RegionEnabled)
		s := sim.New(c, sim.Options{})
		if got := whoami(t, clientAs(s, "eu-west-1", "AKIAUNKNOWNEXAMPLE00", "")); got != "InvalidClientTokenId" {
			t.Errorf("an unknown key: %q", got)
		}
		if got := whoami(t, clientAs(s, "mars-1", testKey, "")); got != "SignatureDoesNotMatch" {
			t.Errorf("a region that does not exist: %q", got)
		}
		v1 := cloud.V1TokenPrefix + "token"
		if got := whoami(t, clientAs(s, "me-south-1", testKey, v1)); got != "InvalidClientTokenId" {
			t.Errorf("a v1 token in an opt-in region: %q", got)
		}
		if got := whoami(t, clientAs(s, "eu-west-1", testKey, v1)); got != "" {
			t.Errorf("a v1 token in a default region: %q", got)
		}
		c.SetCredentialInactive(testKey, true)
		if got := whoami(t, client(s, "eu-west-1")); got != "InvalidClientTokenId" {
			t.Errorf("an inactive key: %q", got)
		}
		c.SetCredentialInactive(testKey, false)

		c.AddRole(simsts.AssumableRole{ARN: "arn:aws:iam::123456789012:role/team/Ops", MFASerial: "arn:aws:iam::123456789012:mfa/jm", MFACode: "123456"})
		assume := sts.AssumeRoleInput{RoleArn: new("arn:aws:iam::123456789012:role/team/Ops"), RoleSessionName: new("jm"), DurationSeconds: new(int32(900))}
		api := sts.NewFromConfig(client(s, "eu-west-1"))
		if _, err := api.AssumeRole(t.Context(), &assume); codeOf(t, err) != "AccessDenied" {
			t.Errorf("a role that wants MFA was given without: %v", err)
		}
		assume.SerialNumber, assume.TokenCode = new("arn:aws:iam::123456789012:mfa/jm"), new("123456")
		out, err := api.AssumeRole(t.Context(), &assume)
		if err != nil {
			t.Fatal(err)
		}
		session := clientAs(s, "eu-west-1", *out.Credentials.AccessKeyId, *out.Credentials.SessionToken)
		me, err := sts.NewFromConfig(session).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
		if err != nil || *me.Arn != "arn:aws:sts::123456789012:assumed-role/Ops/jm" {
			t.Fatalf("the session is %v, %v", me, err)
		}
		if got := whoami(t, clientAs(s, "eu-west-1", *out.Credentials.AccessKeyId, "other")); got != "InvalidClientTokenId" {
			t.Errorf("a key with another's token: %q", got)
		}
		time.Sleep(16 * time.Minute)
		if got := whoami(t, session); got != "ExpiredToken" {
			t.Errorf("after its time the session said %q", got)
		}
		if got := lookup(t, session); got != "ExpiredTokenException" {
			t.Errorf("after its time the session said %q in JSON", got)
		}
	})
}

// TestThrottling: LookupEvents has two tokens and gets two a second, in each region for itself; the
// speed multiplies the refill.
func TestThrottling(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		speed float64
		wait  time.Duration
	}{{1, 500 * time.Millisecond}, {50, 10 * time.Millisecond}} {
		synctest.Test(t, func(t *testing.T) {
			s := sim.New(newCloud(cloud.Options{Speed: tt.speed}), sim.Options{})
			here, there := client(s, "eu-west-1"), client(s, "eu-west-2")
			for i, want := range []string{"", "", "ThrottlingException"} {
				if got := lookup(t, here); got != want {
					t.Fatalf("call %d said %q, want %q", i+1, got, want)
				}
			}
			if got := lookup(t, there); got != "" {
				t.Errorf("another region said %q", got)
			}
			time.Sleep(tt.wait - time.Millisecond)
			if got := lookup(t, here); got != "ThrottlingException" {
				t.Errorf("just before the token is there: %q", got)
			}
			time.Sleep(time.Millisecond)
			if got := lookup(t, here); got != "" {
				t.Errorf("as the token is there: %q", got)
			}
		})
	}
}

// TestUnknown: what is not simulated says so in words that clients tell from a failure.
func TestUnknown(t *testing.T) {
	t.Parallel()
	s := sim.New(newCloud(cloud.Options{}), sim.Options{})
	cfg := client(s, "us-east-1")
	_, err := costexplorer.NewFromConfig(cfg).GetCostAndUsage(t.Context(), &costexplorer.GetCostAndUsageInput{
		Granularity: cetypes.GranularityDaily, Metrics: []string{"UnblendedCost"},
		TimePeriod: &cetypes.DateInterval{Start: new("2026-11-01"), End: new("2026-11-02")},
	})
	if got := codeOf(t, err); got != "UnknownOperationException" {
		t.Errorf("a service that is not there said %q", got)
	}
	_, err = cloudtrail.NewFromConfig(cfg).ListChannels(t.Context(), &cloudtrail.ListChannelsInput{})
	if got := codeOf(t, err); got != "UnknownOperationException" {
		t.Errorf("a JSON operation that is not there said %q", got)
	}
	_, err = ec2.NewFromConfig(cfg).DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{})
	if got := codeOf(t, err); got != "InvalidAction" {
		t.Errorf("an EC2 operation that is not there said %q", got)
	}
	_, err = s3.NewFromConfig(cfg).ListBuckets(t.Context(), &s3.ListBucketsInput{})
	if got := codeOf(t, err); got != "NotImplemented" {
		t.Errorf("s3 said %q", got)
	}
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://sim.invalid/", nil)
	answer, err := s.Transport().RoundTrip(r)
	if err != nil || answer.StatusCode != http.StatusForbidden {
		t.Errorf("an unsigned request got %v, %v", answer, err)
	}
	_ = answer.Body.Close()
}

// TestConcurrent: many callers at once each get an answer of their own, and each call is in the
// history once.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	c := newCloud(cloud.Options{})
	s := sim.New(c, sim.Options{Unthrottled: true})
	var callers sync.WaitGroup
	for range 8 {
		callers.Go(func() {
			for _, region := range []string{"eu-west-1", "eu-west-2", "us-east-1"} {
				cfg := client(s, region)
				for range 10 {
					if whoami(t, cfg) != "" || lookup(t, cfg) != "" {
						t.Error("a call failed")
					}
				}
			}
		})
	}
	callers.Wait()
	recorded := 0
	ids := map[string]bool{}
	for _, region := range c.EventRegions() {
		for _, e := range c.Events(region) {
			recorded++
			ids[e.RequestID] = true
		}
	}
	if s.Calls() != 480 || recorded != 480 || len(ids) != 480 {
		t.Errorf("%d calls, %d records, %d request ids; want 480 of each", s.Calls(), recorded, len(ids))
	}
}
