package aws

import (
	"context"
	"errors"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/rootout/rootout/aws/service"
)

// maxAttempts and maxBackoff are for transport errors and 5xx only: three attempts as the SDK has
// it, but waiting at most 1 s between them, since each region has a deadline of seconds.
const (
	maxAttempts = 3
	maxBackoff  = time.Second
)

// QueueError says that a call's deadline came while it waited for a token: nothing was answered, or
// nothing but "slow down".
type QueueError struct {
	// Service (IAM prefix), Operation and Region say what was asked where.
	Service, Operation, Region string
	// Waited is how long it waited in all, and Thrown how often AWS threw it back.
	Waited time.Duration
	Thrown int
	// Last is AWS's last throttling error, if it got as far; Err is why the context ended.
	Last, Err error
}

// Error words it.
func (e *QueueError) Error() string {
	text := e.Service + ":" + e.Operation + " in " + e.Region + ": no turn within " + e.Waited.Round(time.Millisecond).String()
	if e.Last != nil {
		return text + ": " + e.Last.Error()
	}
	return text
}

// Unwrap gives why the context ended and AWS's last.
func (e *QueueError) Unwrap() []error {
	if e.Last == nil {
		return []error{e.Err}
	}
	return []error{e.Err, e.Last}
}

// newRetryer is the SDK's standard retryer for transport errors and 5xx. Throttling is left to the
// buckets, and there is no retry quota: a dead region's calls would use it up for all.
func newRetryer() sdk.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = maxAttempts
		o.MaxBackoff = maxBackoff
		o.RateLimiter = ratelimit.None
		o.Retryables = []retry.IsErrorRetryable{
			retry.IsErrorRetryableFunc(neverRetried),
			retry.NoRetryCanceledError{},
			retry.RetryableError{},
			retry.RetryableConnectionError{},
			retry.RetryableHTTPStatusCode{Codes: retry.DefaultRetryableHTTPStatusCodes},
			retry.RetryableErrorCode{Codes: retry.DefaultRetryableErrorCodes},
		}
	})
}

// neverRetried keeps from the SDK what the bucket retries, and what would be refused again.
func neverRetried(err error) sdk.Ternary {
	var queue *QueueError
	var guard *GuardError
	if errors.As(err, &queue) || errors.As(err, &guard) || errors.Is(err, context.Canceled) || isThrottle("", err) {
		return sdk.FalseTernary
	}
	return sdk.UnknownTernary
}

// call is what both steps of the throttle know of one call.
type call struct {
	prefix, operation, region string
	bucket                    *bucket
	ticket                    *ticket
	started                   time.Time
	thrown                    int
	last                      error
}

type callKey struct{}

// throwBack is the outer step, around the SDK's retries: what AWS throttles goes back to its bucket
// until the context ends.
type throwBack struct{ buckets *buckets }

// ID implements middleware.FinalizeMiddleware.
func (*throwBack) ID() string { return "RootoutThrowBack" }

// HandleFinalize implements middleware.FinalizeMiddleware.
func (m *throwBack) HandleFinalize(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	out middleware.FinalizeOutput, metadata middleware.Metadata, err error,
) {
	asked := service.Of(awsmiddleware.GetServiceID(ctx))
	c := &call{
		prefix:    asked.Prefix,
		operation: awsmiddleware.GetOperationName(ctx),
		region:    awsmiddleware.GetRegion(ctx),
		started:   m.buckets.now(),
	}
	c.bucket = m.buckets.of(asked, c.operation, c.region)
	c.ticket = c.bucket.enter(priorityOf(ctx))
	ctx = middleware.WithStackValue(ctx, callKey{}, c)
	for {
		out, metadata, err = next.HandleFinalize(ctx, in)
		if err == nil || !isThrottle(c.prefix, err) || ctx.Err() != nil {
			return out, metadata, err
		}
		c.thrown++
		c.last = err
		c.bucket.throttled(c.ticket)
		// The SDK rewinds the body between its own attempts only.
		if request, ok := in.Request.(*smithyhttp.Request); ok {
			if rewindErr := request.RewindStream(); rewindErr != nil {
				return out, metadata, errors.Join(err, rewindErr)
			}
		}
	}
}

// takeToken is the inner step, once for each attempt, before the request is signed: AWS counts
// attempts, and a signature does not keep.
type takeToken struct{}

// ID implements middleware.FinalizeMiddleware.
func (*takeToken) ID() string { return "RootoutTakeToken" }

// HandleFinalize implements middleware.FinalizeMiddleware.
func (*takeToken) HandleFinalize(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
	middleware.FinalizeOutput, middleware.Metadata, error,
) {
	c, ok := middleware.GetStackValue(ctx, callKey{}).(*call)
	if !ok {
		return next.HandleFinalize(ctx, in)
	}
	if err := c.bucket.wait(ctx, c.ticket); err != nil {
		return middleware.FinalizeOutput{}, middleware.Metadata{}, &QueueError{
			Service: c.prefix, Operation: c.operation, Region: c.region,
			Waited: c.bucket.now().Sub(c.started), Thrown: c.thrown, Last: c.last, Err: err,
		}
	}
	out, metadata, err := next.HandleFinalize(ctx, in)
	notifyListener(ctx, c.prefix, err)
	notifyLoss(ctx, err)
	if err == nil || (statusOf(err) != 0 && !isThrottle(c.prefix, err)) {
		c.bucket.succeeded()
	}
	return out, metadata, err
}

// addThrottle puts both steps around the SDK's retries.
func addThrottle(bs *buckets) func(*middleware.Stack) error {
	return func(stack *middleware.Stack) error {
		if err := stack.Finalize.Add(&throwBack{buckets: bs}, middleware.Before); err != nil {
			return err
		}
		return stack.Finalize.Insert(&takeToken{}, "Retry", middleware.After)
	}
}
