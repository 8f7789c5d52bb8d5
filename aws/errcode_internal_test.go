package aws

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/aws/smithy-go"

	"github.com/rootout/rootout/aws/chain"
)

// TestClassesOfCodes: the codes are those of the API references, each asked of a service that says
// it.
func TestClassesOfCodes(t *testing.T) {
	for class, codes := range map[Class][]string{
		Denied: {
			"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized", "ForbiddenException", "OptInRequired",
			"SubscriptionRequiredException", "BlockedException", "Blocked", "Client.UnauthorizedOperation",
		},
		Throttled: {
			"Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "TooManyRequestsException",
			"RequestLimitExceeded", "SlowDown", "EC2ThrottledException", "Client.RequestLimitExceeded",
		},
		Expired: {"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired", "CredentialsExpired", "RequestTimeTooSkewed", "RequestInTheFuture"},
		InvalidToken: {
			"UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure", "SignatureDoesNotMatch", "RegionDisabledException",
			"NotSignedUp", "MissingAuthenticationToken",
		},
		Unsupported: {"UnknownOperationException", "UnsupportedFeatureException", "InvalidAction"},
		Unreachable: {"RequestTimeout", "RequestTimeoutException"},
		Conflict: {
			"ConflictException", "DeleteConflict", "ResourceInUseException", "UpdateInProgressException", "DependencyViolation",
			"ClusterContainsTasksException", "ClusterContainsContainerInstancesException", "ConcurrentUpdateException",
		},
		NotFound: {
			"ClusterNotFoundException", "InvalidGroup.NotFound", "NoSuchEntity", "ResourceNotFoundFault", "ObjectNotFoundException",
		},
		// A parameter that is wrong says nothing of whether the thing is there.
		Other: {"InvalidParameterException", "ValidationException", "ClientException", "LimitExceededException", "NotFoundish"},
	} {
		for _, code := range codes {
			if got := Classify(answered(http.StatusBadRequest, code)); got != class {
				t.Errorf("%s is %v, want %v", code, got, class)
			}
		}
	}
	ofService := func(id, code string) error {
		return &smithy.OperationError{ServiceID: id, OperationName: "x", Err: answered(http.StatusBadRequest, code)}
	}
	if Classify(ofService("Cost Explorer", "LimitExceededException")) != Throttled || Classify(ofService("ECS", "LimitExceededException")) != Other {
		t.Error("LimitExceededException is a rate in Cost Explorer and a quota of things elsewhere")
	}
}

// TestWhatIsNoAnswer: errors that carry no code of AWS's.
func TestWhatIsNoAnswer(t *testing.T) {
	missing := &net.DNSError{Name: "ecs.xx-new-9.amazonaws.com", IsNotFound: true}
	for name, x := range map[string]struct {
		err  error
		want Class
	}{
		"429":                        {answered(http.StatusTooManyRequests, ""), Throttled},
		"404":                        {answered(http.StatusNotFound, ""), Unreachable},
		"the SDK's own UnknownError": {answered(http.StatusNotFound, "UnknownError"), Unreachable},
		"a code with a 500":          {answered(http.StatusInternalServerError, "InternalFailure"), Unreachable},
		"an ended SSO session":       {&chain.EndedError{}, Expired},
		"an unproven name":           {&unprovenNameError{err: missing}, Unreachable},
		"a proven name":              {missing, Unsupported},
		"another name failure":       {&net.DNSError{IsTimeout: true}, Unreachable},
		"an unreadable answer":       {&smithy.DeserializationError{Err: errors.New("x")}, Unreachable},
		"a time-out":                 {timeout{}, Unreachable},
		"EOF":                        {fmt.Errorf("read: %w", io.EOF), Unreachable},
		"half an answer":             {io.ErrUnexpectedEOF, Unreachable},
		"called off":                 {context.Canceled, Canceled},
		"a deadline":                 {context.DeadlineExceeded, Unreachable},
		"a deadline that called off": {errors.Join(context.Canceled, context.DeadlineExceeded), Unreachable},
		"no turn":                    {&QueueError{Err: context.DeadlineExceeded}, Throttled},
		"no turn, called off":        {&QueueError{Err: context.Canceled}, Canceled},
	} {
		if got := Classify(x.err); got != x.want {
			t.Errorf("%s is %v, want %v", name, got, x.want)
		}
	}
}

// timeout is an error that says of itself that it is a time-out and is nothing else.
type timeout struct{}

func (timeout) Error() string { return "late" }

func (timeout) Timeout() bool { return true }

// TestSeverityOrdersAllClasses: of two failures the one that keeps more from being known stands for
// both, whichever comes first.
func TestSeverityOrdersAllClasses(t *testing.T) {
	order := []error{
		answered(http.StatusBadRequest, "UnsupportedFeatureException"),
		context.Canceled,
		answered(http.StatusBadRequest, "ClusterNotFoundException"),
		answered(http.StatusBadRequest, "ConflictException"),
		answered(http.StatusBadRequest, "ClientException"),
		&UnreadableError{},
		answered(http.StatusBadGateway, ""),
		answered(http.StatusBadRequest, "ThrottlingException"),
		answered(http.StatusBadRequest, "AccessDeniedException"),
		&Explained{Class: V1Token},
		answered(http.StatusBadRequest, "UnrecognizedClientException"),
		answered(http.StatusBadRequest, "ExpiredTokenException"),
		&GuardError{Refusal: RefusedNoPermit},
	}
	for i, milder := range order {
		for _, worse := range order[i+1:] {
			for _, err := range []error{
				AppendError(milder, worse), AppendError(worse, milder), errors.Join(milder, worse), errors.Join(worse, milder),
			} {
				if got := Classify(err); got != Classify(worse) {
					t.Errorf("%v and %v together are %v", Classify(milder), Classify(worse), got)
				}
			}
		}
	}
	if len(order) != int(Other) {
		t.Errorf("%d classes are compared, want all %d but none", len(order), int(Other))
	}
}
