package aws

import (
	"context"
	"errors"
)

// Ended says why a context ended, in words that Classify understands, and nil while it lives. A
// context that was cancelled because an idle timeout ran out (context.WithCancelCause with
// context.DeadlineExceeded) has met a deadline, though its own Err says that somebody called it
// off.
func Ended(ctx context.Context) error {
	if cause := context.Cause(ctx); errors.Is(cause, context.DeadlineExceeded) {
		return cause
	}
	return ctx.Err()
}

// lateError is a call that got no answer before an idle timeout ran out. The SDK's own error, which
// says "canceled", is not kept.
type lateError struct{ cause error }

func (e *lateError) Error() string { return "no answer in time: " + e.cause.Error() }

func (e *lateError) Unwrap() error { return e.cause }

// late puts the deadline in the place of the SDK's "canceled" where it was a deadline that ended
// the call.
func late(ctx context.Context, err error) error {
	if ctx.Err() == nil || Classify(err) != Canceled {
		return err
	}
	if cause := Ended(ctx); errors.Is(cause, context.DeadlineExceeded) {
		return &lateError{cause: cause}
	}
	return err
}
