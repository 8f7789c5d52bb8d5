package aws

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/rootout/rootout/aws/chain"
	"github.com/rootout/rootout/aws/service"
	"github.com/rootout/rootout/model"
)

// Class is what kind of failure an error is, told by codes and types, never by its text.
type Class uint8

// The classes.
const (
	// None is no error.
	None Class = iota
	// Denied: AWS refused the caller, by permission, policy, or a block on the account.
	Denied
	// Throttled: AWS said "slow down", or the deadline came while the call waited for its turn.
	Throttled
	// Expired: nothing is signed any more until somebody does something: the session's credentials
	// have run out, or the clock is far off.
	Expired
	// InvalidToken: AWS does not know the credential here. It is wrong, switched off, or the region
	// is disabled.
	InvalidToken
	// V1Token is InvalidToken in an enabled opt-in region for a session that works elsewhere (see
	// ClassifyIn).
	V1Token
	// Unreachable: no answer, or none that AWS gave. Dial, DNS, time-out, reset, 5xx, an error page
	// of a proxy.
	Unreachable
	// Unsupported: AWS said by its code that the region has no such thing, or the service's name
	// does not exist there.
	Unsupported
	// NotFound: the thing asked for is not there.
	NotFound
	// Conflict: the state of the thing, or of what hangs on it, is in the way.
	Conflict
	// Canceled: we stopped asking.
	Canceled
	// Guard: the write guard refused the call before it was sent.
	Guard
	// Unreadable: an answer arrived and cannot be read (see UnreadableError).
	Unreadable
	// Other: AWS answered with another error; its code and words say which.
	Other
)

// String is the class in a word.
func (c Class) String() string {
	return [...]string{
		"none", "denied", "throttled", "expired", "invalid token", "version 1 token", "unreachable", "unsupported", "not found", "conflict",
		"canceled", "refused by the guard", "unreadable", "other",
	}[c]
}

// CellState is what is known of a cell whose listing failed so, and found nothing. Denied is what AWS
// denied the caller, and nothing else: an ended session is none, and neither is an error that says that
// the request was no good, or that rootout itself did not send it.
func (c Class) CellState() model.CellState {
	switch c {
	case None:
		return model.CellCounted
	case Unsupported:
		return model.CellUnsupported
	case Throttled:
		return model.CellThrottled
	case Denied, InvalidToken, V1Token:
		return model.CellDenied
	case Unreachable, Canceled, Expired:
		return model.CellUnreachable
	case Unreadable, NotFound, Conflict, Guard, Other:
	}
	return model.CellUnreadable
}

// Classify tells an error's class. Of joined errors it is the worst.
func Classify(err error) Class {
	if err == nil {
		return None
	}
	prefix := prefixOf(err)
	err = worstPart(err)
	if class, ok := classifyOwn(err); ok {
		return class
	}
	if code := errorCode(err); code != "" {
		if class, ok := classOfCode(prefix, code); ok {
			return class
		}
		if statusOf(err) >= http.StatusInternalServerError {
			return Unreachable
		}
		return Other
	}
	if calledOff(err) {
		return Canceled
	}
	if status := statusOf(err); status != 0 {
		return classOfStatus(status)
	}
	if isNoName(err) {
		return Unsupported
	}
	if isTransport(err) {
		return Unreachable
	}
	return Other
}

// calledOff says whether somebody ended the call, rather than a deadline: an idle timeout does it
// by cancelling.
func calledOff(err error) bool {
	return errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
}

// classifyOwn knows the errors of this package and of the credential chain that carry no code.
func classifyOwn(err error) (Class, bool) {
	var guard *GuardError
	if errors.As(err, &guard) {
		return Guard, true
	}
	var explained *Explained
	if errors.As(err, &explained) && explained.Class != None {
		return explained.Class, true
	}
	var queue *QueueError
	if errors.As(err, &queue) {
		if calledOff(queue.Err) {
			return Canceled, true
		}
		return Throttled, true
	}
	var ended *chain.EndedError
	if errors.As(err, &ended) {
		return Expired, true
	}
	var unreadable *UnreadableError
	if errors.As(err, &unreadable) {
		return Unreadable, true
	}
	var unproven *unprovenNameError
	if errors.As(err, &unproven) {
		return Unreachable, true
	}
	return None, false
}

// classOfStatus is for responses without an AWS code: an AWS service always sends one, so this is a
// proxy, a load balancer or a stand-in for AWS that does not know the operation. Of those only "too
// many requests" is plain.
func classOfStatus(status int) Class {
	if status == http.StatusTooManyRequests {
		return Throttled
	}
	return Unreachable
}

// isNoName says whether a name does not exist (NXDOMAIN): a service that the region does not have.
func isNoName(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound
}

// isTransport says whether the error came from the way to AWS rather than from AWS: dialling, DNS,
// TLS, time-outs, resets, a cut or unreadable answer.
func isTransport(err error) bool {
	var (
		timeout     interface{ Timeout() bool }
		dnsErr      *net.DNSError
		opErr       *net.OpError
		urlErr      *url.Error
		sendErr     *smithyhttp.RequestSendError
		unreadable  *smithy.DeserializationError
		interrupted interface{ ConnectionError() bool }
	)
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return true
	case errors.As(err, &timeout) && timeout.Timeout():
		return true
	case errors.As(err, &dnsErr), errors.As(err, &opErr), errors.As(err, &urlErr), errors.As(err, &sendErr), errors.As(err, &unreadable),
		errors.As(err, &interrupted):
		return true
	}
	return false
}

// errorCode is AWS's code, or "" where the response carried none. The SDK fills the gap with
// "UnknownError", and the JSON protocols take whatever stands in a __type field or header.
func errorCode(err error) string {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return ""
	}
	code := strings.TrimPrefix(api.ErrorCode(), "Client.")
	if code == "UnknownError" {
		return ""
	}
	return code
}

// statusOf is the HTTP status of the answer, or 0 if none came.
func statusOf(err error) int {
	var response interface{ HTTPStatusCode() int }
	if errors.As(err, &response) {
		return response.HTTPStatusCode()
	}
	return 0
}

// prefixOf is the IAM prefix of the service that was asked, or "".
func prefixOf(err error) string {
	var operation *smithy.OperationError
	if errors.As(err, &operation) {
		return service.Of(operation.ServiceID).Prefix
	}
	return ""
}
