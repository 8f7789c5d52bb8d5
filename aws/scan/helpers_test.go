package scan_test

import (
	"net/http"
	"strings"
)

// meddler may break a call on its way.
type meddler struct {
	next   http.RoundTripper
	meddle func(op string) error
}

func (m meddler) RoundTrip(r *http.Request) (*http.Response, error) {
	_, op, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if err := m.meddle(op); err != nil {
		return nil, err
	}
	return m.next.RoundTrip(r)
}

type httpClient struct{ transport http.RoundTripper }

func (c httpClient) Do(r *http.Request) (*http.Response, error) { return c.transport.RoundTrip(r) }
