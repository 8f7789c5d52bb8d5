package aws

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// answered is an answer of AWS's with a status and, unless it is empty, a code.
func answered(status int, code string) error {
	err := errors.New("no code")
	if code != "" {
		err = &smithy.GenericAPIError{Code: code}
	}
	return &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}}, Err: err,
	}
}

// TestOnlyAnAnswerLetsTheRateRecover: a dead network says nothing of AWS's bucket, and "slow down"
// says the contrary.
func TestOnlyAnAnswerLetsTheRateRecover(t *testing.T) {
	for name, x := range map[string]struct {
		err  error
		want float64
	}{
		"success":                  {nil, 11},
		"a refusal":                {answered(http.StatusBadRequest, "InvalidParameterException"), 11},
		"slow down":                {answered(http.StatusBadRequest, "ThrottlingException"), 10},
		"slow down, with a 503":    {answered(http.StatusServiceUnavailable, "RequestLimitExceeded"), 10},
		"slow down without a code": {answered(http.StatusTooManyRequests, ""), 10},
		"no answer":                {errors.New("connection reset"), 10},
	} {
		b := newBucket(ecsRead(), 1, time.Now)
		b.rate = 10
		c := &call{prefix: "ecs", operation: "ListClusters", region: "eu-west-3", bucket: b, ticket: b.enter(Scan)}
		ctx := middleware.WithStackValue(t.Context(), callKey{}, c)
		_, _, err := (&takeToken{}).HandleFinalize(ctx, middleware.FinalizeInput{}, middleware.FinalizeHandlerFunc(
			func(context.Context, middleware.FinalizeInput) (middleware.FinalizeOutput, middleware.Metadata, error) {
				return middleware.FinalizeOutput{}, middleware.Metadata{}, x.err
			}))
		if !errors.Is(err, x.err) || b.rate != x.want {
			t.Errorf("%s: %v, the rate is %v, want %v", name, err, b.rate, x.want)
		}
	}
}

// TestWhatTheSDKMustNotRetry: throttling is the bucket's, and what was refused or called off stays
// so.
func TestWhatTheSDKMustNotRetry(t *testing.T) {
	retryer := newRetryer()
	for name, x := range map[string]struct {
		err  error
		want bool
	}{
		"throttling":                {answered(http.StatusBadRequest, "ThrottlingException"), false},
		"throttling with a 503":     {answered(http.StatusServiceUnavailable, "RequestLimitExceeded"), false},
		"throttling without a code": {answered(http.StatusTooManyRequests, ""), false},
		"called off":                {errors.Join(answered(http.StatusBadGateway, ""), context.Canceled), false},
		"the guard":                 {errors.Join(answered(http.StatusBadGateway, ""), &GuardError{Refusal: RefusedNoPermit}), false},
		"no turn": {
			errors.Join(answered(http.StatusBadGateway, ""), &QueueError{Err: context.DeadlineExceeded}), false,
		},
		"a refusal":      {answered(http.StatusBadRequest, "InvalidParameterException"), false},
		"a proxy's 502":  {answered(http.StatusBadGateway, ""), true},
		"AWS's own 500":  {answered(http.StatusInternalServerError, "InternalFailure"), true},
		"a reset":        {&smithyhttp.RequestSendError{Err: errors.New("reset")}, true},
		"RequestTimeout": {answered(http.StatusBadRequest, "RequestTimeout"), true},
	} {
		if got := retryer.IsErrorRetryable(x.err); got != x.want {
			t.Errorf("%s: retried %v, want %v", name, got, x.want)
		}
	}
	if got := retryer.MaxAttempts(); got != 3 {
		t.Errorf("%d attempts", got)
	}
	for attempt := range 20 {
		if delay, err := retryer.RetryDelay(attempt, errors.New("reset")); err != nil || delay > time.Second {
			t.Errorf("%v, %v before the next attempt: a region has seconds in all", delay, err)
		}
	}
}
