package aws

import "context"

type listenerKey struct{}

// WithListener calls answered at every answer of AWS to a call under the context, be it a success
// or a refusal; one call may have several. "Slow down" is no answer, or whoever waits for one would
// wait for ever, and neither is what a proxy says in AWS's place. It is called on the call's own
// goroutine, from several at once, and must not block. A listener of an outer context is called
// too.
func WithListener(ctx context.Context, answered func()) context.Context {
	if outer, ok := ctx.Value(listenerKey{}).(func()); ok {
		inner := answered
		answered = func() {
			outer()
			inner()
		}
	}
	return context.WithValue(ctx, listenerKey{}, answered)
}

// notifyListener tells the context's listener of an attempt that AWS answered.
func notifyListener(ctx context.Context, prefix string, err error) {
	if err != nil && (errorCode(err) == "" || isThrottle(prefix, err)) {
		return
	}
	if answered, ok := ctx.Value(listenerKey{}).(func()); ok {
		answered()
	}
}

type lossKey struct{}

// WithLossListener calls lost at every attempt of a call under the context that may have got
// through without an answer that says so: the SDK makes another one then, and only the last
// attempt's answer is seen. It is called on the call's own goroutine and must not block.
func WithLossListener(ctx context.Context, lost func()) context.Context {
	return context.WithValue(ctx, lossKey{}, lost)
}

// notifyLoss tells the context's listener of an attempt that got no answer of AWS's.
func notifyLoss(ctx context.Context, err error) {
	if class := Classify(err); class != Unreachable && class != Unreadable {
		return
	}
	if lost, ok := ctx.Value(lossKey{}).(func()); ok {
		lost()
	}
}
