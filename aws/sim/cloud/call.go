package cloud

import (
	"context"
	"fmt"
	"time"
)

// Identity is who signed a call.
type Identity struct {
	// AccessKeyID is the key of the SigV4 credential scope.
	AccessKeyID string
	// ARN is the caller as GetCallerIdentity reports it, for example
	// arn:aws:sts::123456789012:assumed-role/ROLE/SESSION.
	ARN string
	// UserID is the unique id as GetCallerIdentity reports it, for example AROAEXAMPLE:SESSION.
	UserID string
	// SessionCreated is when the session was authenticated; zero for long-lived keys.
	SessionCreated time.Time
}

// Call is the circumstances of one API call, as the service sees them.
type Call struct {
	context.Context //nolint:containedctx // A call is a request: it lives exactly as long as its context.
	// Place is the account and the region that answers; for global services it is their home
	// region, whatever the signature says.
	Place
	// Service is the signing name ("ecs", "application-autoscaling", "events"), Operation the API
	// operation ("ListClusters").
	Service, Operation string
	// Identity signed the call; SourceIP and UserAgent are what CloudTrail will show.
	Identity            Identity
	SourceIP, UserAgent string
	// RequestID is what the answer carries.
	RequestID string
	// Now is the time of the call.
	Now time.Time
}

// APIError is an error as AWS answers it.
type APIError struct {
	// Code is the error code on the wire, Message the words, Status the HTTP status (0 means 400).
	Code, Message string
	Status        int
}

// Error implements error.
func (e *APIError) Error() string { return e.Code + ": " + e.Message }

// Errorf makes an APIError with status 400.
func Errorf(code, format string, args ...any) *APIError {
	return &APIError{Code: code, Message: fmt.Sprintf(format, args...), Status: 400}
}

// Validation makes a ValidationException, which many services answer to input that they refuse.
func Validation(format string, args ...any) *APIError {
	return Errorf("ValidationException", format, args...)
}

// Constraint is a ValidationException in the words that API models give: a value that does not fit its
// member.
func Constraint(value, member, must string) *APIError {
	return Validation("1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must %s", value, member, must)
}

// Operation is one API operation: how to make its empty input, and what it does.
type Operation struct {
	// Name is the API operation, for example "ListClusters".
	Name string
	// NewInput returns a pointer to a fresh SDK input struct.
	NewInput func() any
	// NewOutput returns a pointer to a fresh SDK output struct; codecs and their tests need its
	// type.
	NewOutput func() any
	// Do runs the operation on an input from NewInput and returns a pointer to the SDK output
	// struct, or an error that is an *APIError where AWS would answer one.
	Do func(call Call, input any) (any, error)
	// ReadOnly is what CloudTrail says of the operation.
	ReadOnly bool
}

// Op makes an operation of a handler over the SDK's own types. The cloud's lock is held, and what
// was due has happened, while the handler runs.
func Op[I, O any](c *Cloud, name string, readOnly bool, handle func(Call, *I) (*O, error)) Operation {
	return Operation{
		Name:      name,
		ReadOnly:  readOnly,
		NewInput:  func() any { return new(I) },
		NewOutput: func() any { return new(O) },
		Do: func(call Call, input any) (any, error) {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.catchUp(call.Now)
			out, err := handle(call, input.(*I))
			if err != nil {
				return nil, err
			}
			if !readOnly {
				c.Changed()
			}
			return out, nil
		},
	}
}
