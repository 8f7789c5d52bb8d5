package aws

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

func TestAMissingNameCountsOnlyWhileTheNetworkIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		online, lookups := true, 0
		proof := &nameProof{now: time.Now, witness: "sts.us-east-1.amazonaws.com", lookup: func(_ context.Context, host string) ([]string, error) {
			lookups++
			if host != "sts.us-east-1.amazonaws.com" {
				t.Errorf("looked up %s", host)
			}
			if online {
				return []string{"192.0.2.1"}, nil
			}
			return nil, &net.DNSError{Name: host, IsNotFound: true}
		}}
		const host = "ecs.xx-new-9.amazonaws.com"
		missing := func(name string) error {
			return &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}}
		}
		for range 30 {
			if got := Classify(proof.check(t.Context(), host, missing(host))); got != Unsupported {
				t.Errorf("online it is %v", got)
			}
		}
		if got := Classify(proof.check(t.Context(), host, missing(host+"."))); got != Unsupported {
			t.Errorf("the name with its last dot is %v", got)
		}
		if lookups != 1 {
			t.Errorf("a sweep made %d look-ups, want one", lookups)
		}
		if got := Classify(proof.check(t.Context(), host, missing("proxy.corp.example"))); got != Unreachable {
			t.Errorf("a proxy that does not exist makes the region %v", got)
		}
		online = false
		time.Sleep(proofKeeps)
		silent := &net.DNSError{Name: host, IsTimeout: true}
		if err := proof.check(t.Context(), host, silent); err != silent || lookups != 1 { //nolint:errorlint // The very same error.
			t.Errorf("a silent name server proves nothing either way: %v after %d look-ups", err, lookups)
		}
		if got := Classify(proof.check(t.Context(), host, missing(host))); got != Unreachable {
			t.Errorf("offline it is %v: every cell would be a complete nothing", got)
		}
		if err := errors.New("x"); proof.check(t.Context(), host, err) != err { //nolint:errorlint // The very same error.
			t.Error("another error is changed")
		}
	})
}

type noWire struct{ t *testing.T }

func (n noWire) Do(*http.Request) (*http.Response, error) {
	n.t.Error("the wire was touched")
	return nil, context.Canceled
}

func TestTheGateKnowsItsOwnGuardsStampOnly(t *testing.T) {
	gate := &gate{guard: newGuard(), client: noWire{t}}
	for name, stamp := range map[string]*guard{"another guard's": newGuard(), "a nil": nil} {
		ctx := context.WithValue(t.Context(), stampKey{}, stamp)
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://ecs.eu-west-3.amazonaws.com/", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		response, err := gate.Do(request)
		if response != nil || Classify(err) != Guard {
			t.Errorf("%s stamp: %v", name, err)
		}
	}
}

func TestAllRegionsOfASimulatorKeepTheirConnections(t *testing.T) {
	client, ok := newHTTPClient(nil, endpoints{}, nil).(*awshttp.BuildableClient)
	if !ok {
		t.Fatalf("%T is not the SDK's own, which AWS_CA_BUNDLE needs", newHTTPClient(nil, endpoints{}, nil))
	}
	transport := client.GetTransport()
	if transport.MaxIdleConnsPerHost < 512 || transport.MaxIdleConns < transport.MaxIdleConnsPerHost {
		t.Errorf("keeps %d idle connections a host, %d in all", transport.MaxIdleConnsPerHost, transport.MaxIdleConns)
	}
	if client.GetDialer().Timeout == 0 || transport.TLSHandshakeTimeout == 0 || transport.ResponseHeaderTimeout == 0 || transport.Proxy == nil {
		t.Error("a dead region would hold a call for ever, or the proxy is left out")
	}
}
