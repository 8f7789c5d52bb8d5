package aws

import "context"

type listenerKey struct{}

// WithListener lets heard know of every answer of AWS to a call under the context, be it a success or a refusal; one call may have several.
// "Slow down" is no answer, or whoever waits for one would wait for ever, and what a proxy says in AWS's place is not heard. It is called on the call's own goroutine, from several at once, and must not block. A
// listener of an outer context hears as well.
func WithListener(ctx context.Context, heard func()) context.Context {
	if outer, ok := ctx.Value(listenerKey{}).(func()); ok {
		inner := heard
		heard = func() {
			outer()
			inner()
		}
	}
	return context.WithValue(ctx, listenerKey{}, heard)
}

// tellListener tells the context's listener of an attempt that AWS answered.
func tellListener(ctx context.Context, prefix string, err error) {
	answered := err == nil || (errorCode(err) != "" && !isThrottle(prefix, err))
	if heard, ok := ctx.Value(listenerKey{}).(func()); ok && answered {
		heard()
	}
}
