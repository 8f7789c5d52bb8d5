package aws_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	accountapi "github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/service"
	"github.com/rootout/rootout/model"
)

// TestAPermitIsForOneServiceAndItsRegion: two services may have an operation of the same name, a
// step without a region is for global services only, and a step with one is for it even there.
func TestAPermitIsForOneServiceAndItsRegion(t *testing.T) {
	c := guarded(t, static())
	p, err := c.Grant("7f3a", "123456789012", map[string]aws.Allowed{
		"tag":    {Service: "ECS", Operations: []string{"TagResource"}, Place: model.Place{Account: "123456789012", Region: "eu-west-3"}},
		"scale":  {Service: "Application Auto Scaling", Operations: []string{"DeregisterScalableTarget"}, Place: model.Place{Account: "123456789012", Region: "eu-west-3"}},
		"astray": {Service: "ecs", Operations: []string{"TagResource"}, Place: model.Place{Account: "123456789012"}},
		"enable": {Service: "account", Operations: []string{"EnableRegion"}, Place: model.Place{Account: "123456789012", Region: "us-east-1"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	paris := c.Clients("eu-west-3")
	tag := func(ctx context.Context) error {
		_, err := aws.Client(paris, ecs.NewFromConfig).TagResource(ctx, &ecs.TagResourceInput{ResourceArn: new("x"), Tags: []ecstypes.Tag{}})
		return err
	}
	tagSchedule := func(ctx context.Context) error {
		_, err := aws.Client(paris, scheduler.NewFromConfig).TagResource(ctx, &scheduler.TagResourceInput{ResourceArn: new("x")})
		return err
	}
	enable := func(options ...func(*accountapi.Options)) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := aws.Client(paris, accountapi.NewFromConfig).EnableRegion(ctx,
				&accountapi.EnableRegionInput{RegionName: new("me-south-1")}, options...)
			return err
		}
	}
	for _, x := range []struct {
		name, step string
		call       func(context.Context) error
		refusal    aws.Refusal
	}{
		{"by an alias", "tag", tag, ""},
		{"by the SDK's service id", "scale", func(ctx context.Context) error {
			_, err := aws.Client(paris, applicationautoscaling.NewFromConfig).DeregisterScalableTarget(ctx,
				&applicationautoscaling.DeregisterScalableTargetInput{
					ServiceNamespace: types.ServiceNamespaceEcs, ResourceId: new("service/a/b"),
					ScalableDimension: types.ScalableDimensionECSServiceDesiredCount,
				})
			return err
		}, ""},
		{"another service's operation of the same name", "tag", tagSchedule, aws.RefusedOperation},
		{"a regional service without a region", "astray", tag, aws.RefusedRegion},
		{"a global service in its region", "enable", enable(), ""},
		{"a global service elsewhere", "enable", enable(func(o *accountapi.Options) { o.Region = "eu-west-1" }), aws.RefusedRegion},
	} {
		err := x.call(aws.WithPermit(t.Context(), p, x.step))
		var guard *aws.GuardError
		switch {
		case x.refusal == "" && !errors.Is(err, context.Canceled):
			t.Errorf("%s: %v, want the wire", x.name, err)
		case x.refusal != "" && (!errors.As(err, &guard) || guard.Refusal != x.refusal || guard.Step != x.step):
			t.Errorf("%s: %v, want %q of step %s", x.name, err, x.refusal, x.step)
		}
	}
}

func TestAStepSaysWhoItIsAndWhatItCalls(t *testing.T) {
	c := guarded(t, static())
	for name, steps := range map[string]map[string]aws.Allowed{
		"no id":      {"": {Service: "ecs", Operations: []string{"StopTask"}, Place: model.Place{Account: "123456789012", Region: "eu-west-3"}}},
		"no service": {"s": {Operations: []string{"StopTask"}, Place: model.Place{Account: "123456789012", Region: "eu-west-3"}}},
	} {
		p, err := c.Grant("7f3a", "123456789012", steps)
		var guard *aws.GuardError
		if p != nil || !errors.As(err, &guard) || guard.Refusal != aws.RefusedEmpty {
			t.Errorf("%s: %v, %v", name, p, err)
		}
	}
}

// TestARunGoesBeforeTheScan sees from outside that a call's priority comes with its context.
func TestARunGoesBeforeTheScan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var order []string
		options := static()
		options.Budget = map[string]service.Limit{"ecs:cluster-read": {Burst: 1, PerSecond: 1}}
		c := connect(t, options, account(func(r *http.Request) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			order = append(order, r.Header.Get("X-Who"))
			return ok(r), nil
		}))
		client := aws.Client(c.Clients("eu-west-3"), ecs.NewFromConfig)
		var wait sync.WaitGroup
		list := func(ctx context.Context, who string) {
			wait.Go(func() {
				_, err := client.ListClusters(ctx, &ecs.ListClustersInput{}, func(o *ecs.Options) {
					o.HTTPClient = named{o.HTTPClient, who}
				})
				if err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		for range 3 {
			list(t.Context(), "scan")
		}
		list(aws.WithClass(t.Context(), aws.Run), "run")
		list(aws.WithClass(t.Context(), aws.Scan), "scan")
		wait.Wait()
		if want := []string{"scan", "run", "scan", "scan", "scan"}; !slices.Equal(order, want) {
			t.Errorf("served %v, want %v", order, want)
		}
	})
}

// named writes on each request whose it is.
type named struct {
	sdk.HTTPClient
	who string
}

func (n named) Do(r *http.Request) (*http.Response, error) {
	r.Header.Set("X-Who", n.who)
	return n.HTTPClient.Do(r)
}

// TestAThrottledCallSlowsTheNextOnesDown: the bucket hears of it, and the error counts it.
func TestAThrottledCallSlowsTheNextOnesDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var times []time.Duration
		start := time.Now()
		c := connect(t, static(), account(func(r *http.Request) (*http.Response, error) {
			times = append(times, time.Since(start))
			return jsonError(r, http.StatusBadRequest, "ThrottlingException", "Rate exceeded"), nil
		}))
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		_, err := aws.Client(c.Clients("eu-west-3"), ecs.NewFromConfig).ListClusters(ctx, &ecs.ListClustersInput{})
		var queue *aws.QueueError
		if !errors.As(err, &queue) || queue.Thrown != len(times) || queue.Waited != 10*time.Second {
			t.Errorf("%v of %d attempts: %+v", err, len(times), queue)
		}
		// Half a second, one, two and four; the next pause would end after the deadline.
		if len(times) != 5 {
			t.Errorf("asked at %v", times)
		}
	})
}
