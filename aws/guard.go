package aws

import (
	"context"
	"net/http"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"

	"github.com/rootout/rootout/aws/service"
)

// Refusal says why the write guard refused.
type Refusal string

// The refusals.
const (
	RefusedNoPermit     Refusal = "no confirmed step allows it"
	RefusedForged       Refusal = "its permit was not granted by this connection"
	RefusedRevoked      Refusal = "its permit has been revoked"
	RefusedStep         Refusal = "its permit knows no such step"
	RefusedOperation    Refusal = "its step allows another operation"
	RefusedRegion       Refusal = "its step is for another region"
	RefusedUnstamped    Refusal = "it went around the guard"
	RefusedReadOnly     Refusal = "the connection is read-only"
	RefusedOtherAccount Refusal = "the plan is for another account"
	RefusedEmpty        Refusal = "it names no digest, no step or no operation"
)

// GuardError is a call that was refused before anything was sent, or a permit that was not granted.
type GuardError struct {
	// Service is the IAM prefix; Service, Operation and Region are empty where a permit was refused
	// as a whole.
	Service, Operation, Region string
	// Step is the step that the call named, if any.
	Step string
	// Refusal says why.
	Refusal Refusal
}

// Error words it.
func (e *GuardError) Error() string {
	text := "refused by the write guard: "
	if e.Operation != "" {
		text += e.Service + ":" + e.Operation
		if e.Region != "" {
			text += " in " + e.Region
		}
		if e.Step != "" {
			text += " for step " + e.Step
		}
		text += ": "
	}
	return text + string(e.Refusal)
}

// guard refuses every operation that is not on the read list unless the context holds a permit of
// this very guard that matches the call. What it lets pass it stamps, and its gate sends nothing
// unstamped.
type guard struct{ reads map[string]map[string]bool }

func newGuard() *guard {
	g := &guard{reads: map[string]map[string]bool{}}
	for _, s := range service.All() {
		g.reads[s.Prefix] = map[string]bool{}
		for _, operation := range s.Reads {
			g.reads[s.Prefix][operation] = true
		}
	}
	return g
}

// stampKey marks a context that passed the guard that is the value.
type stampKey struct{}

// ID implements middleware.InitializeMiddleware.
func (*guard) ID() string { return "RootoutGuard" }

// HandleInitialize implements middleware.InitializeMiddleware: it is the first step that runs, and
// adds to every error where the call went.
func (g *guard) HandleInitialize(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
	middleware.InitializeOutput, middleware.Metadata, error,
) {
	asked := service.Of(awsmiddleware.GetServiceID(ctx))
	operation, region := awsmiddleware.GetOperationName(ctx), awsmiddleware.GetRegion(ctx)
	if !g.reads[asked.Prefix][operation] {
		if refused := g.check(ctx, asked, operation, region); refused != nil {
			return middleware.InitializeOutput{}, middleware.Metadata{}, refused
		}
	}
	out, metadata, err := next.HandleInitialize(context.WithValue(ctx, stampKey{}, g), in)
	if err != nil {
		err = &CallError{Service: asked.Prefix, Operation: operation, Region: region, Err: late(ctx, err)}
	}
	return out, metadata, err
}

func (g *guard) check(ctx context.Context, asked service.Service, operation, region string) error {
	held, _ := ctx.Value(permitKey{}).(heldPermit)
	refusal := held.permit.allows(g, held.step, asked, operation, region)
	if refusal == "" {
		return nil
	}
	return &GuardError{Service: asked.Prefix, Operation: operation, Region: region, Step: held.step, Refusal: refusal}
}

// add puts the guard in front of a client's stack, right behind the step that says which service
// and region it is where there is one.
func (g *guard) add(stack *middleware.Stack) error {
	const metadata = "RegisterServiceMetadata"
	if _, ok := stack.Initialize.Get(metadata); ok {
		return stack.Initialize.Insert(g, metadata, middleware.After)
	}
	return stack.Initialize.Add(g, middleware.Before)
}

// gate is the second net: the HTTP client of all guarded clients. A call whose options dropped the
// guard's step carries no stamp.
type gate struct {
	guard  *guard
	client sdk.HTTPClient
	names  *nameProof
}

// Do implements sdk.HTTPClient.
func (g *gate) Do(request *http.Request) (*http.Response, error) {
	ctx := request.Context()
	if passed, _ := ctx.Value(stampKey{}).(*guard); passed == nil || passed != g.guard {
		return nil, &GuardError{
			Service:   service.Of(awsmiddleware.GetServiceID(ctx)).Prefix,
			Operation: awsmiddleware.GetOperationName(ctx),
			Region:    awsmiddleware.GetRegion(ctx),
			Refusal:   RefusedUnstamped,
		}
	}
	response, err := g.client.Do(request)
	if err != nil {
		return response, g.names.check(ctx, request.URL.Hostname(), err)
	}
	return response, nil
}
