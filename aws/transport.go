package aws

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// The limits of one HTTP exchange. AWS answers control-plane calls within a few seconds; what takes
// longer than these is a dead region or a dead network, and the caller's deadline is usually
// shorter still.
const (
	dialTimeout    = 10 * time.Second
	tlsTimeout     = 10 * time.Second
	answerTimeout  = 30 * time.Second
	keepAlive      = 30 * time.Second
	idleTimeout    = 90 * time.Second
	idleConnsTotal = 4096
	// The SDK keeps 10 and then opens a connection a call where all regions share one host, as a
	// simulator does.
	idleConnsHost = 512
)

// newHTTPClient is the one client that all regions and the credential chain share. It is the SDK's
// own kind, unless the transport is given, and leaves no endpoint that was named in AWS's place.
// Trusted are the certificates that connections are checked against, nil for the computer's own.
func newHTTPClient(transport http.RoundTripper, e endpoints, trusted *x509.CertPool) sdk.HTTPClient {
	if transport != nil {
		return e.fence(&http.Client{
			Transport:     transport,
			Timeout:       answerTimeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		})
	}
	return e.fence(awshttp.NewBuildableClient().
		WithDialerOptions(func(d *net.Dialer) {
			d.Timeout, d.KeepAlive = dialTimeout, keepAlive
		}).
		WithTransportOptions(func(t *http.Transport) {
			t.TLSHandshakeTimeout = tlsTimeout
			t.ResponseHeaderTimeout = answerTimeout
			t.IdleConnTimeout = idleTimeout
			t.MaxIdleConns, t.MaxIdleConnsPerHost = idleConnsTotal, idleConnsHost
			t.Proxy = e.proxy
			if trusted != nil {
				t.TLSClientConfig.RootCAs = trusted
			}
		}))
}

// nameProof tells a service that a region does not have from a computer without a network: both say
// that the name does not exist, and the first would count as a complete answer.
type nameProof struct {
	// lookup resolves a host; nil trusts what the transport says, as with a transport that is
	// given.
	lookup func(ctx context.Context, host string) ([]string, error)
	// witness is a host that exists as long as there is a network.
	witness string
	now     func() time.Time

	mu       sync.Mutex
	provenAt time.Time
}

// proofKeeps is how long one look-up of the witness stands: short enough that a network lost a
// moment ago is noticed, long enough that a look at all regions asks once.
const (
	proofKeeps   = 2 * time.Second
	proofTimeout = 5 * time.Second
)

// unprovenNameError is a name that does not exist, said while nothing else resolves either, or of
// another host such as a proxy.
type unprovenNameError struct{ err error }

func (e *unprovenNameError) Error() string { return e.err.Error() }

func (e *unprovenNameError) Unwrap() error { return e.err }

// check passes errors on; that a name does not exist is believed only of the host that was asked,
// and while the witness resolves.
func (p *nameProof) check(ctx context.Context, host string, err error) error {
	var dns *net.DNSError
	if p == nil || p.lookup == nil || !errors.As(err, &dns) || !dns.IsNotFound {
		return err
	}
	if dns.Name != host && dns.Name != host+"." {
		return &unprovenNameError{err: err}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if age := p.now().Sub(p.provenAt); !p.provenAt.IsZero() && age >= 0 && age < proofKeeps {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, proofTimeout)
	defer cancel()
	if _, lookupErr := p.lookup(ctx, p.witness); lookupErr != nil {
		return &unprovenNameError{err: err}
	}
	p.provenAt = p.now()
	return err
}
