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
