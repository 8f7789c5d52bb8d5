package aws_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"github.com/rootout/rootout/aws"
)

// TestAnIdleTimeoutIsADeadline: nobody called anything off, so the cell must not say so.
func TestAnIdleTimeoutIsADeadline(t *testing.T) {
	silent := func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	slow := func(r *http.Request) (*http.Response, error) {
		return jsonError(r, http.StatusBadRequest, "ThrottlingException", "Rate exceeded"), nil
	}
	broken := func(r *http.Request) (*http.Response, error) {
		return answer(r, http.StatusBadGateway, "text/html", "<h1>no</h1>"), nil
	}
	quit := errors.New("the operator left")
	for _, x := range []struct {
		name  string
		aws   roundTrip
		cause error
		want  aws.Class
	}{
		{"no answer, idle for too long", silent, context.DeadlineExceeded, aws.Unreachable},
		{"no answer, called off", silent, context.Canceled, aws.Canceled},
		{"no answer, called off for a reason", silent, quit, aws.Canceled},
		{"in the queue, idle for too long", slow, context.DeadlineExceeded, aws.Throttled},
		{"in the queue, called off", slow, quit, aws.Canceled},
		{"between two attempts, idle for too long", broken, context.DeadlineExceeded, aws.Unreachable},
	} {
		t.Run(x.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := connect(t, static(), account(x.aws))
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(100*time.Millisecond, func() { cancel(x.cause) })
				_, err := aws.Client(c.Clients("eu-west-3"), ecs.NewFromConfig).ListClusters(ctx, &ecs.ListClustersInput{})
				f := aws.Describe(err)
				if f.Class != x.want || f.Op != "ListClusters" || f.Region != "eu-west-3" {
					t.Errorf("%v: %+v, want %v", err, f, x.want)
				}
				if x.want != aws.Canceled && errors.Is(err, context.Canceled) {
					t.Errorf("it still says that it was called off: %v", err)
				}
			})
		})
	}
}

func TestEnded(t *testing.T) {
	live, cancel := context.WithCancelCause(t.Context())
	if aws.Ended(live) != nil {
		t.Error("a living context has ended")
	}
	cancel(errors.New("the operator left"))
	if got := aws.Classify(aws.Ended(live)); got != aws.Canceled {
		t.Errorf("called off: %v", got)
	}
}

func TestTheListenerHearsAnswersAndNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked tally
		c := connect(t, static(), account(func(r *http.Request) (*http.Response, error) {
			switch asked.add("ecs") {
			case 1:
				return nil, errors.New("connection refused")
			case 2:
				return answer(r, http.StatusBadGateway, "text/html", "<h1>a proxy</h1>"), nil
			case 3:
				return jsonError(r, http.StatusBadRequest, "ThrottlingException", "Rate exceeded"), nil
			case 4:
				return jsonError(r, http.StatusInternalServerError, "ServerException", "oh"), nil
			case 5:
				return ok(r), nil
			}
			return jsonError(r, http.StatusBadRequest, "AccessDeniedException", "no"), nil
		}))
		var inner, outer []int
		ctx := aws.WithListener(t.Context(), func() { outer = append(outer, asked.of("ecs")) })
		ctx = aws.WithListener(ctx, func() { inner = append(inner, asked.of("ecs")) })
		for range 3 {
			_, _ = aws.Client(c.Clients("eu-west-3"), ecs.NewFromConfig).ListClusters(ctx, &ecs.ListClustersInput{})
		}
		_, _ = aws.Client(c.Clients("eu-west-3"), ecs.NewFromConfig).ListClusters(t.Context(), &ecs.ListClustersInput{})
		want := []int{4, 5, 6, 7} // "Slow down" is no answer.
		if !slices.Equal(inner, want) || !slices.Equal(outer, want) {
			t.Errorf("of %d attempts it heard %v, the outer one %v", asked.of("ecs"), inner, outer)
		}
	})
}
