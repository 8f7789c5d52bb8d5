package aws_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/service"
)

const clusters = `{"clusterArns":["arn:aws:ecs:eu-west-3:123456789012:cluster/a"]}`

func ok(r *http.Request) *http.Response {
	return answer(r, http.StatusOK, "application/x-amz-json-1.1", clusters)
}

func TestThrottledCallsGoBackUntilTheyAreServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked tally
		c := connect(t, static(), account(func(r *http.Request) (*http.Response, error) {
			mustBeSigned(t, r)
			if asked.add("ecs") <= 12 {
				return jsonError(r, http.StatusBadRequest, "ThrottlingException", "Rate exceeded"), nil
			}
			return ok(r), nil
		}))
		out, err := aws.Client(c.Clients("eu-west-3"), ecs.NewFromConfig).ListClusters(t.Context(), &ecs.ListClustersInput{MaxResults: sdk.Int32(100)})
		if err != nil || len(out.ClusterArns) != 1 {
			t.Fatalf("%v, %v: a throttled call is no failure", out, err)
		}
		if asked.of("ecs") != 13 {
			t.Errorf("asked %d times, want 13", asked.of("ecs"))
		}
	})
}

// mustBeSigned says that an attempt carries its whole body and a signature over it.
func mustBeSigned(t *testing.T, r *http.Request) {
	t.Helper()
	sent := body(r)
	if !strings.Contains(sent, `"maxResults":100`) {
		t.Errorf("an attempt sent the body %q", sent)
	}
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil {
		t.Error(err)
	}
	again := r.Clone(t.Context())
	again.Header.Del("Authorization")
	again.Header.Del("X-Amz-Security-Token")
	hash := sha256.Sum256([]byte(sent))
	region, service := scope(r)
	err = v4.NewSigner().SignHTTP(t.Context(), sdk.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret", SessionToken: "token"},
		again, hex.EncodeToString(hash[:]), service, region, at)
	if err != nil || again.Header.Get("Authorization") != r.Header.Get("Authorization") {
		t.Errorf("an attempt is signed over something else than it sends: %v", err)
	}
}

func TestEC2ThrottlingIsNotRetriedAsA503(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked tally
		c := connect(t, static(), account(func(r *http.Request) (*http.Response, error) {
			if asked.add("ec2") <= 9 {
				return ec2Error(r, http.StatusServiceUnavailable, "RequestLimitExceeded", "Request limit exceeded."), nil
			}
			return answer(r, http.StatusOK, "text/xml", `<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"/>`), nil
		}))
		if _, err := aws.Client(c.Clients("eu-west-3"), ec2.NewFromConfig).DescribeRegions(t.Context(), &ec2.DescribeRegionsInput{}); err != nil {
			t.Errorf("%v after %d calls", err, asked.of("ec2"))
		}
	})
}

func TestTheDeadlineEndsAThrottledCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := connect(t, static(), account(func(r *http.Request) (*http.Response, error) {
			return jsonError(r, http.StatusBadRequest, "ThrottlingException", "Rate exceeded"), nil
		}))
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		_, err := aws.Client(c.Clients("eu-west-3"), ecs.NewFromConfig).ListClusters(ctx, &ecs.ListClustersInput{})
		if took := time.Since(start); took != 30*time.Second {
			t.Errorf("gave up after %v, want the deadline", took)
		}
		f := aws.Describe(err)
		want := aws.Failure{
			Service: "ecs", Op: "ListClusters", Region: "eu-west-3", Code: "ThrottlingException", Message: "Rate exceeded",
			RequestID: "req-1", Class: aws.Throttled,
		}
		if f != want {
			t.Errorf("%+v, want %+v", f, want)
		}
	})
}

func TestALateRefusalWithoutACodeIsThrottled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := connect(t, static(), account(func(r *http.Request) (*http.Response, error) {
			time.Sleep(2 * time.Second)
			return answer(r, http.StatusTooManyRequests, "text/html", page), nil
		}))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := aws.Client(c.Clients("eu-west-3"), ecs.NewFromConfig).ListClusters(ctx, &ecs.ListClustersInput{}); aws.Classify(err) != aws.Throttled {
			t.Errorf("%v is %v, want throttled", err, aws.Classify(err))
		}
	})
}

func TestWaitingForATurnIsThrottledAndCancellingIsNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options := static()
		options.Budget = map[string]service.Limit{"ecs:cluster-read": {Burst: 1, PerSecond: 0.01}}
		c := connect(t, options, account(func(r *http.Request) (*http.Response, error) { return ok(r), nil }))
		client := aws.Client(c.Clients("eu-west-3"), ecs.NewFromConfig)
		if _, err := client.ListClusters(t.Context(), &ecs.ListClustersInput{}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := client.ListClusters(ctx, &ecs.ListClustersInput{})
		var queue *aws.QueueError
		if !errors.As(err, &queue) || queue.Waited != time.Second || aws.Classify(err) != aws.Throttled {
			t.Errorf("%v is %v, want throttled after 1 s", err, aws.Classify(err))
		}
		ctx, cancel = context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if _, err := client.ListClusters(ctx, &ecs.ListClustersInput{}); aws.Classify(err) != aws.Canceled {
			t.Errorf("%v is %v, want canceled", err, aws.Classify(err))
		}
	})
}

func TestServerErrorsAreTriedThreeTimesAndNeverRunOutOfQuota(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked tally
		c := connect(t, static(), account(func(r *http.Request) (*http.Response, error) {
			asked.add("ecs")
			return jsonError(r, http.StatusInternalServerError, "ServerException", "Service Unavailable. Please try again later."), nil
		}))
		client := aws.Client(c.Clients("eu-west-3"), ecs.NewFromConfig)
		const calls = 400
		var wait sync.WaitGroup
		for range calls {
			wait.Go(func() {
				if _, err := client.ListClusters(t.Context(), &ecs.ListClustersInput{}); aws.Classify(err) != aws.Unreachable {
					t.Errorf("%v is %v", err, aws.Classify(err))
				}
			})
		}
		wait.Wait()
		// The SDK's quota of 500 would stop after 100 retries.
		if asked.of("ecs") != 3*calls {
			t.Errorf("%d attempts for %d calls, want 3 each", asked.of("ecs"), calls)
		}
	})
}

func TestAQuotaOfThingsIsNoThrottling(t *testing.T) {
	var asked tally
	c := connect(t, static(), account(func(r *http.Request) (*http.Response, error) {
		asked.add("ecs")
		return jsonError(r, http.StatusBadRequest, "LimitExceededException", "The limit for the resource was exceeded."), nil
	}))
	_, err := aws.Client(c.Clients("eu-west-3"), ecs.NewFromConfig).ListClusters(t.Context(), &ecs.ListClustersInput{})
	if aws.Classify(err) != aws.Other || asked.of("ecs") != 1 {
		t.Errorf("%v is %v after %d calls, want other after one", err, aws.Classify(err), asked.of("ecs"))
	}
}

// TestARegionsSweepTakesTheBound is the budget of the scan seen from here: calls through the real
// client against documented buckets, with a server that keeps buckets of its own and refuses what
// comes too early.
func TestARegionsSweepTakesTheBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const latency, calls = 40 * time.Millisecond, 300
		limit := service.Of("ecs").Limit("ListTasks")
		burst, rate := limit.Burst, limit.PerSecond
		var mu sync.Mutex
		tokens, asOf, refused := float64(burst), time.Now(), 0
		c := connect(t, static(), account(func(r *http.Request) (*http.Response, error) {
			time.Sleep(latency / 2)
			mu.Lock()
			now := time.Now()
			tokens = min(float64(burst), tokens+now.Sub(asOf).Seconds()*rate)
			asOf = now
			allowed := tokens >= 1
			if allowed {
				tokens--
			} else {
				refused++
			}
			mu.Unlock()
			time.Sleep(latency / 2)
			if !allowed {
				return jsonError(r, http.StatusBadRequest, "ThrottlingException", "Rate exceeded"), nil
			}
			return answer(r, http.StatusOK, "application/x-amz-json-1.1", `{"taskArns":[]}`), nil
		}))
		client := aws.Client(c.Clients("eu-west-3"), ecs.NewFromConfig)
		start := time.Now()
		var wait sync.WaitGroup
		for range calls {
			wait.Go(func() {
				if _, err := client.ListTasks(t.Context(), &ecs.ListTasksInput{Cluster: sdk.String("a")}); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		bound := latency + time.Duration(float64(calls-burst)/rate*float64(time.Second))
		if took := time.Since(start); took > bound+10*time.Millisecond || refused > 0 {
			t.Errorf("took %v of a bound of %v, and %d calls were refused", took, bound, refused)
		}
	})
}
