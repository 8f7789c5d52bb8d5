package aws_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	accountapi "github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/model"
)

// reads is one read of each client, so that every protocol and both of the SDK's serialisers are
// met.
func reads(c *aws.Clients) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"ecs": func(ctx context.Context) error {
			_, err := aws.Client(c, ecs.NewFromConfig).ListClusters(ctx, &ecs.ListClustersInput{})
			return err
		},
		"ec2": func(ctx context.Context) error {
			_, err := aws.Client(c, ec2.NewFromConfig).DescribeInstances(ctx, &ec2.DescribeInstancesInput{})
			return err
		},
		"account": func(ctx context.Context) error {
			_, err := aws.Client(c, accountapi.NewFromConfig).ListRegions(ctx, &accountapi.ListRegionsInput{})
			return err
		},
		"sts": func(ctx context.Context) error {
			_, err := aws.Client(c, sts.NewFromConfig).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
			return err
		},
		"application-autoscaling": func(ctx context.Context) error {
			_, err := aws.Client(c, applicationautoscaling.NewFromConfig).DescribeScalableTargets(ctx, &applicationautoscaling.DescribeScalableTargetsInput{
				ServiceNamespace: types.ServiceNamespaceEcs,
			})
			return err
		},
		"events": func(ctx context.Context) error {
			_, err := aws.Client(c, eventbridge.NewFromConfig).ListRules(ctx, &eventbridge.ListRulesInput{})
			return err
		},
		"scheduler": func(ctx context.Context) error {
			_, err := aws.Client(c, scheduler.NewFromConfig).ListSchedules(ctx, &scheduler.ListSchedulesInput{})
			return err
		},
		"cloudtrail": func(ctx context.Context) error {
			_, err := aws.Client(c, cloudtrail.NewFromConfig).LookupEvents(ctx, &cloudtrail.LookupEventsInput{})
			return err
		},
		"logs": func(ctx context.Context) error {
			_, err := aws.Client(c, cloudwatchlogs.NewFromConfig).DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{})
			return err
		},
	}
}

// refuse is an error of AWS in the protocol of the service.
func refuse(r *http.Request, status int, code, message string) *http.Response {
	switch _, service := scope(r); service {
	case "ec2":
		return ec2Error(r, status, code, message)
	case "sts":
		return queryError(r, status, code, message)
	default:
		return jsonError(r, status, code, message)
	}
}

// each calls every client against an answer, after the connection has been made.
func each(t *testing.T, reply roundTrip, check func(t *testing.T, service string, err error)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		signedIn := false
		c := connect(t, static(), func(r *http.Request) (*http.Response, error) {
			if !signedIn {
				signedIn = true
				return identity(r, callerARN), nil
			}
			return reply(r)
		})
		for service, call := range reads(c.Clients("eu-west-3")) {
			check(t, service, call(t.Context()))
		}
	})
}

const page = "<!doctype html>\n<html lang=en><title>404 Not Found</title>\n<h1>Not Found</h1><p>ThrottlingException AccessDenied</p>\n"

func TestClassesOfAnswersInEveryProtocol(t *testing.T) {
	for _, test := range []struct {
		name  string
		reply roundTrip
		want  aws.Class
	}{
		{"a page with 404", func(r *http.Request) (*http.Response, error) { return answer(r, 404, "text/html", page), nil }, aws.Unreachable},
		{"a page with 500", func(r *http.Request) (*http.Response, error) { return answer(r, 500, "text/html", page), nil }, aws.Unreachable},
		{"a page with 403", func(r *http.Request) (*http.Response, error) { return answer(r, 403, "text/html", page), nil }, aws.Unreachable},
		{"a page with 200", func(r *http.Request) (*http.Response, error) { return answer(r, 200, "text/html", page), nil }, aws.Unreadable},
		{"nothing with 502", func(r *http.Request) (*http.Response, error) { return answer(r, 502, "text/plain", ""), nil }, aws.Unreachable},
		{"nothing with 404", func(r *http.Request) (*http.Response, error) { return answer(r, 404, "text/plain", ""), nil }, aws.Unreachable},
		{"a redirect to a portal", func(r *http.Request) (*http.Response, error) {
			return answer(r, 302, "text/html", page, "Location", "http://portal.example/"), nil
		}, aws.Unreachable},
		{"JSON without a code", func(r *http.Request) (*http.Response, error) {
			return answer(r, 404, "application/json", `{"message":"Not Found"}`), nil
		}, aws.Unreachable},
		{"half an answer", func(r *http.Request) (*http.Response, error) {
			response := answer(r, 200, "application/x-amz-json-1.1", "")
			response.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"a":`), failingReader{syscall.ECONNRESET}))
			return response, nil
		}, aws.Unreachable},
		{"denied", func(r *http.Request) (*http.Response, error) { return refuse(r, 403, "AccessDenied", "no"), nil }, aws.Denied},
		{"denied by ec2's code", func(r *http.Request) (*http.Response, error) {
			return refuse(r, 403, "UnauthorizedOperation", "no"), nil
		}, aws.Denied},
		{"expired", func(r *http.Request) (*http.Response, error) { return refuse(r, 403, "ExpiredToken", "no"), nil }, aws.Expired},
		{"expired in JSON", func(r *http.Request) (*http.Response, error) {
			return refuse(r, 400, "ExpiredTokenException", "no"), nil
		}, aws.Expired},
		{"expired in ec2", func(r *http.Request) (*http.Response, error) { return refuse(r, 400, "RequestExpired", "no"), nil }, aws.Expired},
		{"unknown key", func(r *http.Request) (*http.Response, error) {
			return refuse(r, 403, "InvalidClientTokenId", "no"), nil
		}, aws.InvalidToken},
		{"unknown key in JSON", func(r *http.Request) (*http.Response, error) {
			return refuse(r, 400, "UnrecognizedClientException", "no"), nil
		}, aws.InvalidToken},
		{"unknown key in ec2", func(r *http.Request) (*http.Response, error) { return refuse(r, 401, "AuthFailure", "no"), nil }, aws.InvalidToken},
		{"unsupported", func(r *http.Request) (*http.Response, error) {
			return refuse(r, 400, "UnknownOperationException", "no"), nil
		}, aws.Unsupported},
		{"unsupported with 404", func(r *http.Request) (*http.Response, error) {
			return refuse(r, 404, "UnknownOperationException", "no"), nil
		}, aws.Unsupported},
		{"unsupported in query", func(r *http.Request) (*http.Response, error) { return refuse(r, 400, "InvalidAction", "no"), nil }, aws.Unsupported},
		{"not found", func(r *http.Request) (*http.Response, error) {
			return refuse(r, 400, "ClusterNotFoundException", "no"), nil
		}, aws.NotFound},
		{"not found in ec2", func(r *http.Request) (*http.Response, error) {
			return refuse(r, 400, "InvalidInstanceID.NotFound", "no"), nil
		}, aws.NotFound},
		{"conflict", func(r *http.Request) (*http.Response, error) {
			return refuse(r, 400, "ClusterContainsServicesException", "no"), nil
		}, aws.Conflict},
		{"other", func(r *http.Request) (*http.Response, error) {
			return refuse(r, 400, "InvalidParameterException", "no"), nil
		}, aws.Other},
		{"AWS's own 500", func(r *http.Request) (*http.Response, error) { return refuse(r, 500, "InternalFailure", "no"), nil }, aws.Unreachable},
		{"words that lie", func(r *http.Request) (*http.Response, error) {
			return refuse(r, 400, "InvalidParameterException", "ThrottlingException: AccessDenied: ExpiredToken: no such host"), nil
		}, aws.Other},
	} {
		t.Run(test.name, func(t *testing.T) {
			each(t, test.reply, func(t *testing.T, service string, err error) {
				if got := aws.Classify(err); got != test.want {
					t.Errorf("%s: %v is %v, want %v", service, err, got, test.want)
				}
			})
		})
	}
}

type failingReader struct{ err error }

func (f failingReader) Read([]byte) (int, error) { return 0, f.err }

func TestClassesOfTheWayToAWS(t *testing.T) {
	dial := func(err error) error {
		return &net.OpError{Op: "dial", Net: "tcp", Err: err}
	}
	for _, test := range []struct {
		name string
		err  error
		want aws.Class
	}{
		{"refused", dial(os.NewSyscallError("connect", syscall.ECONNREFUSED)), aws.Unreachable},
		{"reset", &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}, aws.Unreachable},
		{"no such name", dial(&net.DNSError{Err: "no such host", Name: "ecs.eu-west-3.amazonaws.com", IsNotFound: true}), aws.Unsupported},
		{"name server silent", dial(&net.DNSError{Err: "i/o timeout", Name: "ecs.eu-west-3.amazonaws.com", IsTimeout: true}), aws.Unreachable},
		{"name server broken", dial(&net.DNSError{Err: "server misbehaving", Name: "x", IsTemporary: true}), aws.Unreachable},
		{"time-out", os.ErrDeadlineExceeded, aws.Unreachable},
		{"closed", io.EOF, aws.Unreachable},
		{"certificate", x509.UnknownAuthorityError{}, aws.Unreachable},
	} {
		t.Run(test.name, func(t *testing.T) {
			each(t, func(*http.Request) (*http.Response, error) { return nil, test.err }, func(t *testing.T, service string, err error) {
				if got := aws.Classify(err); got != test.want {
					t.Errorf("%s: %v is %v, want %v", service, err, got, test.want)
				}
			})
		})
	}
}

func TestClassesOfContexts(t *testing.T) {
	hang := func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	for _, test := range []struct {
		name string
		end  func(context.Context) (context.Context, context.CancelFunc)
		want aws.Class
	}{
		{"a black hole until the deadline", func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 1e9)
		}, aws.Unreachable},
		{"we stop asking", func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			return ctx, cancel
		}, aws.Canceled},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := connect(t, static(), account(hang))
				ctx, cancel := test.end(t.Context())
				defer cancel()
				_, err := aws.Client(c.Clients("eu-west-3"), ecs.NewFromConfig).ListClusters(ctx, &ecs.ListClustersInput{})
				if got := aws.Classify(err); got != test.want {
					t.Errorf("%v is %v, want %v", err, got, test.want)
				}
			})
		})
	}
	if aws.Classify(nil) != aws.None || aws.Classify(errors.New("x")) != aws.Other {
		t.Error("nil or a plain error is misjudged")
	}
	// A missing file is an error number that calls itself temporary or not, as a reset connection
	// does; it is no network.
	_, err := os.Open("/does/not/exist")
	if aws.Classify(fmt.Errorf("read: %w", err)) != aws.Other {
		t.Errorf("%v is %v", err, aws.Classify(err))
	}
}

func TestDescribeTakesAnErrorApart(t *testing.T) {
	each(t, func(r *http.Request) (*http.Response, error) {
		return refuse(r, http.StatusForbidden, "AccessDenied", "User: root\x1b[2J\u202eis not authorized"), nil
	}, func(t *testing.T, service string, err error) {
		if service == "sts" || service == "ec2" {
			return // XML cannot carry an escape character.
		}
		f := aws.Describe(err)
		region := "eu-west-3"
		if service == "account" {
			region = "us-east-1"
		}
		want := aws.Failure{
			Service: service, Op: f.Op, Region: region, Code: "AccessDenied", Message: `User: root\x1b[2J\u202eis not authorized`,
			RequestID: "req-1", Class: aws.Denied,
		}
		if diff := cmp.Diff(want, f); diff != "" || f.Op == "" {
			t.Errorf("%s (-want +got):\n%s", service, diff)
		}
		if got := f.Model().Operation; got != service+":"+f.Op {
			t.Errorf("the cell would say %q", got)
		}
	})
}

func TestARequestsIDIsKeptInEveryProtocol(t *testing.T) {
	each(t, func(r *http.Request) (*http.Response, error) {
		return refuse(r, http.StatusBadRequest, "InvalidParameterException", "no"), nil
	}, func(t *testing.T, service string, err error) {
		if f := aws.Describe(err); f.RequestID != "req-1" || f.Message != "no" || f.Code != "InvalidParameterException" {
			t.Errorf("%s: %+v", service, f)
		}
	})
}

func TestGlobalServiceIsSignedForItsOwnRegion(t *testing.T) {
	var regions tally
	c := connect(t, static(), account(func(r *http.Request) (*http.Response, error) {
		region, service := scope(r)
		regions.add(service + " " + region + " " + r.URL.Host)
		return answer(r, http.StatusOK, "application/json", `{"Regions":[],"clusterArns":[]}`), nil
	}))
	if _, err := aws.Client(c.Clients("ap-northeast-2"), accountapi.NewFromConfig).ListRegions(t.Context(), &accountapi.ListRegionsInput{}); err != nil {
		t.Fatal(err)
	}
	if _, err := aws.Client(c.Clients("ap-northeast-2"), ecs.NewFromConfig).ListClusters(t.Context(), &ecs.ListClustersInput{MaxResults: sdk.Int32(1)}); err != nil {
		t.Fatal(err)
	}
	want := map[string]int{
		"account us-east-1 account.us-east-1.amazonaws.com": 1, "ecs ap-northeast-2 ecs.ap-northeast-2.amazonaws.com": 1,
	}
	if diff := cmp.Diff(want, regions.counts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	paris, again := c.Clients("eu-west-3"), c.Clients("eu-west-3")
	if aws.Client(paris, accountapi.NewFromConfig) != aws.Client(c.Clients("ap-northeast-2"), accountapi.NewFromConfig) || paris != again || aws.Client(paris, ecs.NewFromConfig) != aws.Client(again, ecs.NewFromConfig) {
		t.Error("clients are made anew")
	}
}

// TestOnlyADenialIsDenied: whoever reads the word asks for a permission.
func TestOnlyADenialIsDenied(t *testing.T) {
	for class := aws.None; class <= aws.Other; class++ {
		denial := class == aws.Denied || class == aws.InvalidToken || class == aws.V1Token
		if got := class.CellState(); (got == model.CellDenied) != denial || got == model.CellUnasked {
			t.Errorf("%s makes a cell %s", class, got)
		}
	}
}
