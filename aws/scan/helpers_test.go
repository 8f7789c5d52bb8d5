package scan_test

import (
	"io"
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

// throttler answers every call of one region as AWS does when it is asked too often.
type throttler struct {
	next   http.RoundTripper
	region string
}

func (th throttler) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.Contains(r.Header.Get("Authorization"), "/"+th.region+"/") {
		return th.next.RoundTrip(r)
	}
	body := `{"__type":"ThrottlingException","message":"Rate exceeded"}`
	return &http.Response{
		StatusCode: http.StatusBadRequest, Request: r, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
		Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}, "X-Amzn-Errortype": {"ThrottlingException"}},
	}, nil
}
