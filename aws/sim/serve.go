package sim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/wire"
)

// errReset says that the connection breaks instead of an answer.
var errReset = errors.New("connection reset")

// maxBody bounds a request's body; the largest that AWS's JSON services take is far smaller.
const maxBody = 8 << 20

// luck is what chance has decided for one call.
type luck struct {
	throttle, serverError, resetBefore, resetAfter bool
	evenError                                      bool
	hole                                           bool
	delay                                          time.Duration
	requestID                                      string
}

// respond answers one request, as far as an answer comes: errReset and the context's error say that
// none does.
func (s *Server) respond(r *http.Request, remote string) (wire.Response, error) {
	body, err := readBody(r)
	if err != nil {
		return wire.Response{}, err
	}
	request := wire.Request{Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.Query(), Header: r.Header, Body: body}
	sc, signed := readScope(r)
	codec, svc := s.speaker(sc.service, request)
	region := sc.region
	if codec.Global {
		region = s.cloud.HomeRegion()
	}
	chance := s.draw(region)
	if chance.hole {
		<-r.Context().Done()
		return wire.Response{}, context.Cause(r.Context())
	}
	if err := sleep(r.Context(), chance.delay); err != nil {
		return wire.Response{}, err
	}
	if chance.resetBefore {
		return wire.Response{}, errReset
	}
	call := cloud.Call{
		Context: r.Context(), Place: s.cloud.In(region), Service: codec.Name, SourceIP: s.clientIP(remote), UserAgent: r.UserAgent(),
		RequestID: chance.requestID, Now: s.opts.Now(),
	}
	answer := s.answer(call, svc, codec, request, sc, signed, chance)
	answer.Header.Set("Date", call.Now.UTC().Format(http.TimeFormat))
	if chance.resetAfter {
		return wire.Response{}, errReset
	}
	return answer, nil
}

// answer decides what a request gets: a refusal, or what its operation says.
func (s *Server) answer(
	call cloud.Call, svc *service, codec *wire.Codec, request wire.Request, sc scope, signed bool, chance luck,
) wire.Response {
	fail := func(err *cloud.APIError) wire.Response {
		return codec.Fail(wire.Failure{Code: err.Code, Message: err.Message, Status: err.Status}, call.RequestID)
	}
	switch {
	case chance.serverError && chance.evenError:
		return fail(refuse(codec.Protocol, unavailable, ""))
	case chance.serverError:
		return fail(refuse(codec.Protocol, internalFailure, ""))
	case !signed:
		return fail(refuse(codec.Protocol, unsigned, ""))
	}
	if _, exists := s.cloud.RegionOptIn(call.Region); !exists {
		return fail(refuse(codec.Protocol, badScope, call.Region))
	}
	name, _ := codec.Operation(request)
	call.Operation = name
	if err := s.authenticate(&call, codec, sc); err != nil {
		return fail(err)
	}
	op, known := cloud.Operation{}, false
	if svc != nil {
		op, known = svc.ops[name]
	}
	if !known {
		return fail(refuse(codec.Protocol, unknownOperation, name))
	}
	input := op.NewInput()
	if err := codec.Decode(request, input); err != nil {
		return fail(refuse(codec.Protocol, unreadable, err.Error()))
	}
	out, err := s.perform(call, svc, op, input, chance)
	s.cloud.RecordCall(call, op.ReadOnly, input, out, err)
	if err != nil {
		return fail(err)
	}
	return codec.Encode(name, out, call.RequestID)
}

// perform runs an operation, unless it is throttled or denied.
func (s *Server) perform(call cloud.Call, svc *service, op cloud.Operation, input any, chance luck) (any, *cloud.APIError) {
	if chance.throttle || !s.take(svc, call.Place, op.Name, call.Now) {
		return nil, overLimit(svc)
	}
	// Nobody can be forbidden to ask who he is (API reference of GetCallerIdentity).
	if call.Service != "sts" || call.Operation != "GetCallerIdentity" {
		s.mu.Lock()
		deny := s.faults.denies(call.Region, call.Service)
		s.mu.Unlock()
		if deny {
			return nil, denied(svc, call, input)
		}
		if err := s.cloud.Authorize(call); err != nil {
			return nil, err
		}
	}
	out, err := op.Do(call, input)
	if err == nil {
		return out, nil
	}
	var failure *cloud.APIError
	if errors.As(err, &failure) {
		return nil, failure
	}
	return nil, &cloud.APIError{Code: "InternalFailure", Message: err.Error(), Status: http.StatusInternalServerError}
}

// authenticate finds out who calls, and whether the account has the region: a key that nobody knows
// and a region that is not there look alike.
func (s *Server) authenticate(call *cloud.Call, codec *wire.Codec, sc scope) *cloud.APIError {
	unknown := refuse(codec.Protocol, unknownKey, "")
	cred, ok := s.cloud.LookupCredential(sc.key)
	if !ok || cred.Inactive || (cred.SessionToken != "" && cred.SessionToken != sc.token) {
		return unknown
	}
	call.Identity = cred.Identity
	if !cred.Expires.IsZero() && !call.Now.Before(cred.Expires) || s.spent(sc) {
		return refuse(codec.Protocol, expiredToken, "")
	}
	if codec.Global {
		return nil
	}
	if !s.cloud.RegionOpen(codec.Name, call.Place, call.Now) {
		if codec.Name == "sts" && strings.HasPrefix(call.Operation, "AssumeRole") {
			return regionDisabled(call.Account)
		}
		return unknown
	}
	if optIn, _ := s.cloud.RegionOptIn(call.Region); optIn && strings.HasPrefix(sc.token, cloud.V1TokenPrefix) {
		return unknown
	}
	return nil
}

// spent counts a call of a key with its token against the expire fault.
func (s *Server) spent(sc scope) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults.Expire == 0 {
		return false
	}
	who := sc.key + "/" + sc.token
	s.used[who]++
	return s.used[who] > s.faults.Expire
}

// draw lets chance decide on a call, and counts it.
func (s *Server) draw(region string) luck {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	f := &s.faults
	l := luck{
		hole:      slices.Contains(f.Blackhole, region),
		delay:     s.opts.Latency + f.Slow[region],
		requestID: requestID(s.rng.Uint64(), s.rng.Uint64()),
		throttle:  s.rng.Float64() < f.Throttle,
	}
	switch x := s.rng.Float64(); {
	case x < f.ServerError:
		l.serverError = true
		s.errors5++
		l.evenError = s.errors5%2 == 0
	case x < f.ServerError+f.Reset:
		l.resetAfter = s.rng.Uint64()%2 == 0
		l.resetBefore = !l.resetAfter
	}
	return l
}

func requestID(hi, lo uint64) string {
	return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", hi>>32, hi>>16&0xffff, hi&0xfff, lo>>48&0x3fff|0x8000, lo&0xffffffffffff)
}

// speaker is the codec for a service and, if it is simulated, the service.
func (s *Server) speaker(name string, request wire.Request) (*wire.Codec, *service) {
	if svc := s.services[name]; svc != nil {
		return svc.codec, svc
	}
	if known, ok := wire.Unsimulated(name); ok {
		return wire.New(known), nil
	}
	return wire.Guess(name, request), nil
}

// clientIP is the caller's address as CloudTrail would show it, which is never one of this machine.
func (s *Server) clientIP(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return s.opts.ClientIP
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsLoopback() {
		return s.opts.ClientIP
	}
	return host
}

func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	defer func() { _ = r.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return nil, fmt.Errorf("read request: %w", err)
	}
	return body, nil
}

// sleep waits, or returns why the caller does not wait any longer.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer, err := s.respond(r, r.RemoteAddr)
	if err != nil {
		s.hangUp(w)
		return
	}
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Status)
	_, _ = w.Write(answer.Body)
}

// hangUp breaks the connection with a reset, as far as the server below lets it.
func (s *Server) hangUp(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// Transport answers in-process, without sockets; it is how a client calls inside a testing/synctest
// bubble. Latency and black holes take the time of the bubble and end with the request's context.
func (s *Server) Transport() http.RoundTripper { return transport{s} }

type transport struct{ server *Server }

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := t.server.respond(r, "")
	switch {
	case errors.Is(err, errReset):
		return nil, &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	case err != nil:
		return nil, err
	}
	return &http.Response{
		Status: fmt.Sprintf("%d %s", answer.Status, http.StatusText(answer.Status)), StatusCode: answer.Status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: answer.Header, Request: r,
		ContentLength: int64(len(answer.Body)), Body: io.NopCloser(strings.NewReader(string(answer.Body))),
	}, nil
}
