package aws_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/service"
	"github.com/rootout/rootout/model"
)

// home is an empty home with the given AWS configuration, and an environment that says nothing of
// AWS.
func home(t *testing.T, config string) string {
	t.Helper()
	for _, pair := range os.Environ() {
		if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
		}
	}
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("USERPROFILE", dir)
	path := filepath.Join(dir, "config")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_CONFIG_FILE", path)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(dir, "credentials"))
	return path
}

func explained(t *testing.T, err error) *aws.Explained {
	t.Helper()
	var e *aws.Explained
	if !errors.As(err, &e) {
		t.Fatalf("%v is not explained", err)
	}
	return e
}

func mustSay(t *testing.T, err error, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
}

func TestCallerOfTheEnvironmentsKeys(t *testing.T) {
	home(t, "")
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	var agent string
	c := connect(t, aws.Options{}, func(r *http.Request) (*http.Response, error) {
		agent = r.Header.Get("User-Agent")
		if region, _ := scope(r); region != "us-east-1" {
			t.Errorf("without a region %s is asked", region)
		}
		return identity(r, callerARN), nil
	})
	want := model.Caller{Account: "123456789012", ARN: callerARN, UserID: "AROAEXAMPLE:jm", Partition: "aws"}
	if c.Caller() != want || c.BootstrapRegion() != "us-east-1" || len(c.Warnings()) != 0 {
		t.Errorf("%+v in %s, warnings %v", c.Caller(), c.BootstrapRegion(), c.Warnings())
	}
	if !strings.Contains(agent, "app/rootout") {
		t.Errorf("the user agent is %q", agent)
	}
}

func TestRootCallerIsWarned(t *testing.T) {
	for arn, isRoot := range map[string]bool{
		"arn:aws:iam::123456789012:root":                                                    true,
		"arn:aws-us-gov:iam::123456789012:root":                                             true,
		"arn:aws:iam::123456789012:user/root":                                               false,
		"arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/root": false,
	} {
		c := connect(t, static(), func(r *http.Request) (*http.Response, error) { return identity(r, arn), nil })
		if c.Caller().Root != isRoot || (len(c.Warnings()) == 1) != isRoot {
			t.Errorf("%s: root %v, warnings %v", arn, c.Caller().Root, c.Warnings())
		}
	}
}

func TestWithoutCredentials(t *testing.T) {
	home(t, "")
	synctest.Test(t, func(t *testing.T) {
		_, err := aws.Connect(t.Context(), aws.Options{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			return nil, errors.New("no metadata service on a laptop: " + r.URL.Host)
		})})
		e := explained(t, err)
		if e.Reason != aws.ReasonNoCredentials {
			t.Errorf("reason %v of %v", e.Reason, err)
		}
		mustSay(t, err, "aws login", "--profile", "AWS_ACCESS_KEY_ID", "rootout demo")
	})
}

func TestSignInFailuresSayWhatToDo(t *testing.T) {
	const configuration = `
[profile keys]
aws_access_key_id = AKIDEXAMPLE
aws_secret_access_key = secret
[profile mfa]
role_arn = arn:aws:iam::123456789012:role/Admin
mfa_serial = arn:aws:iam::123456789012:mfa/jm
source_profile = keys
[profile sso]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Admin
[sso-session corp]
sso_region = us-east-1
sso_start_url = https://corp.example/start
[profile login]
login_session = arn:aws:iam::123456789012:user/jm
`
	refusing := func(status int, code string) roundTrip {
		return func(r *http.Request) (*http.Response, error) {
			return queryError(r, status, code, "The words of AWS."), nil
		}
	}
	for _, test := range []struct {
		name, profile string
		reply         roundTrip
		reason        aws.Reason
		class         aws.Class
		says          []string
	}{
		{"no such profile", "prod", nil, aws.ReasonProfile, aws.Other, []string{"prod", "no such profile", "list-profiles"}},
		{"nobody to ask for a code", "mfa", nil, aws.ReasonMFA, aws.Other, []string{"with profile mfa", "MFA code", "in a terminal"}},
		{"sso", "sso", nil, aws.ReasonExpired, aws.Expired, []string{"with profile sso", "aws sso login --profile sso"}},
		{"aws login", "login", nil, aws.ReasonExpired, aws.Expired, []string{"aws login --profile login"}},
		{"expired", "keys", refusing(403, "ExpiredToken"), aws.ReasonExpired, aws.Expired, []string{"ExpiredToken", "The words of AWS. Get new"}},
		{"switched off", "keys", refusing(403, "InvalidClientTokenId"), aws.ReasonInvalid, aws.InvalidToken, []string{"us-east-1", "--region"}},
		{
			"no network", "keys", func(*http.Request) (*http.Response, error) { return nil, os.ErrDeadlineExceeded }, aws.ReasonUnreachable, aws.Unreachable,
			[]string{"network", "proxy"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			home(t, configuration)
			synctest.Test(t, func(t *testing.T) {
				reply := test.reply
				if reply == nil {
					reply = func(r *http.Request) (*http.Response, error) {
						t.Errorf("%s was asked", r.URL.Host)
						return nil, context.Canceled
					}
				}
				_, err := aws.Connect(t.Context(), aws.Options{Profile: test.profile, Transport: reply})
				e := explained(t, err)
				if e.Reason != test.reason || aws.Classify(err) != test.class {
					t.Errorf("reason %v, class %v of %v", e.Reason, aws.Classify(err), err)
				}
				mustSay(t, err, test.says...)
			})
		})
	}
}

// roles is STS with roles that need a code; sessions last an hour.
func roles(r *http.Request, asked *tally) (*http.Response, error) {
	form, err := url.ParseQuery(body(r))
	if err != nil {
		return nil, err
	}
	if form.Get("Action") == "GetCallerIdentity" {
		return identity(r, callerARN), nil
	}
	n := asked.add("AssumeRole")
	asked.add("code " + form.Get("TokenCode") + " of " + form.Get("SerialNumber") + " for " + form.Get("DurationSeconds"))
	return answer(r, http.StatusOK, "text/xml", fmt.Sprintf(`<AssumeRoleResponse><AssumeRoleResult><Credentials>`+
		`<AccessKeyId>ASIAEXAMPLE%d</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>`+
		`<Expiration>%s</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
		n, time.Now().Add(time.Hour).UTC().Format(time.RFC3339))), nil
}

const mfaProfile = `
[default]
role_arn = arn:aws:iam::123456789012:role/Admin
mfa_serial = arn:aws:iam::123456789012:mfa/jm
source_profile = keys
[profile keys]
aws_access_key_id = AKIDEXAMPLE
aws_secret_access_key = secret
`

func TestOneCodeServesAllRegions(t *testing.T) {
	home(t, mfaProfile)
	synctest.Test(t, func(t *testing.T) {
		var asked tally
		var questions, open atomic.Int32
		options := aws.Options{MFAToken: func(_ context.Context, serial string) (string, error) {
			if open.Add(1) > 1 {
				t.Error("two dialogs at once")
			}
			defer open.Add(-1)
			time.Sleep(5 * time.Second) // The operator types.
			return fmt.Sprintf("%06d", questions.Add(1)), nil
		}}
		c := connect(t, options, func(r *http.Request) (*http.Response, error) {
			if _, service := scope(r); service == "sts" {
				return roles(r, &asked)
			}
			return ok(r), nil
		})
		sweep := func() {
			var wait sync.WaitGroup
			for i := range 34 {
				wait.Go(func() {
					_, err := aws.Client(c.Clients(fmt.Sprintf("eu-test-%d", i)), ecs.NewFromConfig).ListClusters(t.Context(), &ecs.ListClustersInput{})
					if err != nil {
						t.Error(err)
					}
				})
			}
			wait.Wait()
		}
		sweep()
		if questions.Load() != 1 || asked.of("code 000001 of arn:aws:iam::123456789012:mfa/jm for 3600") != 1 {
			t.Errorf("%d questions, STS saw %v", questions.Load(), asked.counts)
		}
		if until, ok := c.SignedInUntil(t.Context()); !ok || time.Until(until) < 50*time.Minute {
			t.Errorf("signed in until %v", until)
		}
		time.Sleep(61 * time.Minute)
		sweep()
		if questions.Load() != 2 || asked.of("AssumeRole") != 2 {
			t.Errorf("after the session's end: %d questions, STS saw %v", questions.Load(), asked.counts)
		}
	})
}

func TestADeclinedCodeIsNotAskedForAgainAtOnce(t *testing.T) {
	home(t, mfaProfile)
	synctest.Test(t, func(t *testing.T) {
		var asked tally
		questions := 0
		c := connect(t, aws.Options{MFAToken: func(context.Context, string) (string, error) {
			questions++
			if questions == 2 {
				return "", errors.New("cancelled")
			}
			return "123456", nil
		}}, func(r *http.Request) (*http.Response, error) {
			if _, service := scope(r); service == "sts" {
				return roles(r, &asked)
			}
			return ok(r), nil
		})
		time.Sleep(61 * time.Minute)
		list := func() error {
			_, err := aws.Client(c.Clients("eu-west-3"), ecs.NewFromConfig).ListClusters(t.Context(), &ecs.ListClustersInput{})
			return err
		}
		for range 20 {
			if err := list(); aws.Classify(err) != aws.Expired || explained(t, err).Reason != aws.ReasonMFA {
				t.Errorf("%v is %v, want expired", err, aws.Classify(err))
			}
		}
		if questions != 2 {
			t.Errorf("asked %d times, want once more after the first", questions)
		}
		time.Sleep(time.Minute)
		if err := list(); err != nil || questions != 3 {
			t.Errorf("a minute later: %v after %d questions", err, questions)
		}
	})
}

func TestADisabledRegionOfTheConfigurationIsNotTheEnd(t *testing.T) {
	options := static()
	options.Region = "me-south-1"
	c := connect(t, options, func(r *http.Request) (*http.Response, error) {
		if region, _ := scope(r); region != "us-east-1" {
			return queryError(r, http.StatusForbidden, "InvalidClientTokenId", "The security token included in the request is invalid."), nil
		}
		return identity(r, callerARN), nil
	})
	if c.BootstrapRegion() != "us-east-1" || len(c.Warnings()) != 1 || c.Warnings()[0].Kind != aws.WarnRegion {
		t.Errorf("asked %s, warnings %v", c.BootstrapRegion(), c.Warnings())
	}
}

// TestARefusalIsNotAskedForElsewhere: what a policy denies here it denies there too, and every
// further call is one more trace of a caller who is not to be there.
func TestARefusalIsNotAskedForElsewhere(t *testing.T) {
	options := static()
	options.Region = "me-south-1"
	var asked tally
	options.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		region, _ := scope(r)
		asked.add(region)
		return queryError(r, http.StatusForbidden, "AccessDenied", "no"), nil
	})
	_, err := aws.Connect(t.Context(), options)
	if explained(t, err).Reason != aws.ReasonDenied || asked.of("me-south-1") != 1 || asked.of("us-east-1") != 0 {
		t.Errorf("%v, asked %v", err, asked.counts)
	}
}

func TestPartitionsHaveTheirOwnBootstrapRegion(t *testing.T) {
	for region, want := range map[string]string{"cn-north-1": "cn-northwest-1", "us-gov-east-1": "us-gov-west-1", "eu-west-3": "us-east-1"} {
		options := static()
		options.Region = region
		c := connect(t, options, func(r *http.Request) (*http.Response, error) {
			got, _ := scope(r)
			if got == region {
				return queryError(r, http.StatusForbidden, "InvalidClientTokenId", "no"), nil
			}
			return identity(r, "arn:"+service.PartitionOf(got).ID+":iam::123456789012:user/jm"), nil
		})
		if c.BootstrapRegion() != want || c.GlobalRegion() != want {
			t.Errorf("%s: bootstrap %s, global %s, want %s", region, c.BootstrapRegion(), c.GlobalRegion(), want)
		}
	}
}

func TestSigningInAgainGoesOnWithTheSamePermits(t *testing.T) {
	path := home(t, "[default]\naws_access_key_id = AKIDOLD\naws_secret_access_key = s\naws_session_token = t\n")
	arn := map[string]string{"AKIDOLD": callerARN, "AKIDNEW": callerARN, "AKIDOTHER": "arn:aws:iam::111122223333:user/x"}
	expired := false
	c := connect(t, aws.Options{}, func(r *http.Request) (*http.Response, error) {
		key, _, _ := strings.Cut(strings.Split(r.Header.Get("Authorization"), "Credential=")[1], "/")
		if expired && key == "AKIDOLD" {
			return refuse(r, http.StatusBadRequest, "ExpiredTokenException", "The security token included in the request is expired"), nil
		}
		if _, service := scope(r); service == "sts" {
			response := identity(r, arn[key])
			if key == "AKIDOTHER" {
				response = answer(r, http.StatusOK, "text/xml", `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>`+arn[key]+
					`</Arn><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`)
			}
			return response, nil
		}
		return answer(r, http.StatusOK, "application/x-amz-json-1.1", `{}`), nil
	})
	p := grant(t, c)
	remove := func() error {
		_, err := aws.Client(c.Clients("eu-west-3"), ecs.NewFromConfig).DeleteService(aws.WithPermit(t.Context(), p, "step-1"), &ecs.DeleteServiceInput{Service: sdk.String("x")})
		return err
	}
	expired = true
	if err := remove(); aws.Classify(err) != aws.Expired {
		t.Fatalf("%v is %v", err, aws.Classify(err))
	}
	write := func(key string) {
		if err := os.WriteFile(path, []byte("[default]\naws_access_key_id = "+key+"\naws_secret_access_key = s\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("AKIDOTHER")
	if err := c.SignInAgain(t.Context()); aws.Classify(err) != aws.Guard {
		t.Errorf("another account's keys: %v", err)
	}
	if err := remove(); aws.Classify(err) != aws.Expired {
		t.Errorf("the refused keys are in use: %v", err)
	}
	write("AKIDNEW")
	if err := c.SignInAgain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := remove(); err != nil {
		t.Errorf("after signing in again: %v", err)
	}
}

func TestEndpointOverrideOverARealSocket(t *testing.T) {
	home(t, "[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = s\n")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, service := scope(r); service == "sts" {
			w.Header().Set("Content-Type", "text/xml")
			_, _ = fmt.Fprint(w, `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>`+callerARN+
				`</Arn><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`)
			return
		}
		_, _ = fmt.Fprint(w, clusters)
	}))
	defer server.Close()
	for _, environment := range []bool{false, true} {
		options := aws.Options{EndpointURL: server.URL}
		if environment {
			t.Setenv("AWS_ENDPOINT_URL", server.URL)
			options.EndpointURL = ""
		}
		c, err := aws.Connect(t.Context(), options)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		out, err := aws.Client(c.Clients("sa-east-1"), ecs.NewFromConfig).ListClusters(t.Context(), &ecs.ListClustersInput{})
		if err != nil || len(out.ClusterArns) != 1 || c.Endpoint() != server.URL || len(c.Warnings()) != 1 {
			t.Errorf("%v, %v, endpoint %q, warnings %v", out, err, c.Endpoint(), c.Warnings())
		}
	}
	t.Setenv("AWS_ENDPOINT_URL", "")
	for _, address := range []string{"127.0.0.1:5000", "ftp://x", "http://"} {
		if _, err := aws.Connect(t.Context(), aws.Options{EndpointURL: address}); explained(t, err).Reason != aws.ReasonUsage {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestGivenCredentialsReadNoFiles(t *testing.T) {
	home(t, "this is [no configuration")
	t.Setenv("AWS_PROFILE", "nowhere")
	t.Setenv("AWS_ENDPOINT_URL", "http://192.0.2.1:1")
	c := connect(t, static(), func(r *http.Request) (*http.Response, error) {
		if !strings.HasSuffix(r.URL.Host, ".amazonaws.com") {
			t.Errorf("asked %s", r.URL.Host)
		}
		return identity(r, callerARN), nil
	})
	if c.Endpoint() != "" {
		t.Errorf("endpoint %q", c.Endpoint())
	}
}
