package aws

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"

	"github.com/rootout/rootout/aws/service"
)

// asks is a call of an operation that comes to the guard.
func asks(t *testing.T, g *guard, serviceID, operation string) error {
	t.Helper()
	metadata := &awsmiddleware.RegisterServiceMetadata{ServiceID: serviceID, OperationName: operation, Region: "eu-west-3"}
	_, _, err := metadata.HandleInitialize(t.Context(), middleware.InitializeInput{}, middleware.InitializeHandlerFunc(
		func(ctx context.Context, in middleware.InitializeInput) (middleware.InitializeOutput, middleware.Metadata, error) {
			return g.HandleInitialize(ctx, in, middleware.InitializeHandlerFunc(
				func(context.Context, middleware.InitializeInput) (out middleware.InitializeOutput, _ middleware.Metadata, _ error) {
					return out, middleware.Metadata{}, nil
				}))
		}))
	return err
}

func TestAReadOfOneServiceIsNoReadOfAnother(t *testing.T) {
	g := newGuard()
	for _, s := range service.All() {
		for _, operation := range s.Reads {
			if err := asks(t, g, s.Prefix, operation); err != nil {
				t.Errorf("%s:%s: %v", s.Prefix, operation, err)
			}
			for _, other := range service.All() {
				if !other.IsRead(operation) && Classify(asks(t, g, other.Prefix, operation)) != Guard {
					t.Errorf("%s:%s passes because it is a read of %s", other.Prefix, operation, s.Prefix)
				}
			}
		}
	}
	if err := asks(t, g, "AppRunner", "ListServices"); Classify(err) != Guard {
		t.Errorf("an unknown service: %v", err)
	}
}

// offline is a wire without a network: no name exists.
type offline struct{}

func (offline) Do(r *http.Request) (*http.Response, error) {
	return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Name: r.URL.Hostname(), IsNotFound: true}}
}

// TestTheGateBelievesNoMissingNameOffline: else every cell of a laptop without a network would be a
// complete nothing.
func TestTheGateBelievesNoMissingNameOffline(t *testing.T) {
	g := newGuard()
	gate := &gate{guard: g, client: offline{}, names: &nameProof{
		now: time.Now, lookup: func(context.Context, string) ([]string, error) { return nil, errors.New("no network") },
	}}
	request, err := http.NewRequestWithContext(context.WithValue(t.Context(), stampKey{}, g), http.MethodPost,
		"https://ecs.eu-west-3.amazonaws.com/", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := gate.Do(request)
	if response != nil || Classify(err) != Unreachable {
		t.Errorf("%v is %v", err, Classify(err))
	}
}
