package sim

import (
	"net/http"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/wire"
)

// invalidToken is what AWS says to a key that it does not know and, in the same words, to any key
// in a region that is disabled.
const invalidToken = "The security token included in the request is invalid."

// refusal is why a request gets no answer of its operation.
type refusal int

const (
	unsigned refusal = iota
	unknownKey
	expiredToken
	badScope
	unknownOperation
	unreadable
	internalFailure
	unavailable
)

// refuse puts a refusal into the words of a protocol: each has codes and statuses of its own for
// the same thing (IAM user guide and each API reference, "Common errors"; EC2 API reference,
// "Client error codes").
func refuse(p wire.Protocol, why refusal, detail string) *cloud.APIError {
	rest := p == wire.RESTJSON
	switch why {
	case unsigned:
		return pick(p, "MissingAuthenticationTokenException", "MissingAuthenticationToken", "MissingAuthenticationToken",
			"Request is missing Authentication Token", status(rest || p == wire.Query, 403, 400))
	case unknownKey:
		if p == wire.EC2 {
			return &cloud.APIError{
				Code: "AuthFailure", Status: http.StatusUnauthorized,
				Message: "AWS was not able to validate the provided access credentials",
			}
		}
		return pick(p, "UnrecognizedClientException", "InvalidClientTokenId", "", invalidToken, status(rest || p == wire.Query, 403, 400))
	case expiredToken:
		return pick(p, "ExpiredTokenException", "ExpiredToken", "RequestExpired",
			"The security token included in the request is expired", status(rest || p == wire.Query, 403, 400))
	case badScope:
		return pick(p, "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure",
			"Credential should be scoped to a valid region, not '"+detail+"'. ", status(p == wire.JSON, 400, 403))
	case unknownOperation:
		if p == wire.Query || p == wire.EC2 {
			return &cloud.APIError{Code: "InvalidAction", Message: "Could not find operation " + detail, Status: http.StatusBadRequest}
		}
		if p == wire.RESTXML {
			return &cloud.APIError{Code: "NotImplemented", Message: "This operation is not simulated.", Status: http.StatusNotImplemented}
		}
		return &cloud.APIError{Code: "UnknownOperationException", Status: status(rest, 404, 400)}
	case unreadable:
		return pick(p, "SerializationException", "MalformedInput", "InvalidParameterValue", detail, 400)
	case unavailable:
		return pick(p, "ServiceUnavailableException", "ServiceUnavailable", "Unavailable",
			"The request has failed due to a temporary failure of the server.", http.StatusServiceUnavailable)
	default:
		return pick(p, "InternalFailure", "InternalFailure", "InternalError",
			"The request processing has failed because of an unknown error, exception or failure.", http.StatusInternalServerError)
	}
}

// pick takes the code of a protocol.
func pick(p wire.Protocol, json, query, ec2, message string, status int) *cloud.APIError {
	code := json
	switch p {
	case wire.Query:
		code = query
	case wire.EC2:
		code = ec2
	default:
	}
	return &cloud.APIError{Code: code, Message: message, Status: status}
}

// overLimit is how a service throttles, unless it has words of its own.
func overLimit(svc *service) *cloud.APIError {
	if svc.overLimit != nil {
		return svc.overLimit
	}
	code := http.StatusBadRequest
	switch svc.codec.Protocol {
	case wire.EC2:
		code = http.StatusServiceUnavailable
	case wire.RESTJSON:
		code = http.StatusTooManyRequests
	default:
	}
	return pick(svc.codec.Protocol, "ThrottlingException", "Throttling", "RequestLimitExceeded", "Rate exceeded", code)
}

func status(first bool, yes, no int) int {
	if first {
		return yes
	}
	return no
}

// denied is an access denied in AWS's words, with the resource that the call is authorized for and the
// policy type that it gives as the reason (IAM user guide, "Troubleshoot access denied error
// messages").
func denied(svc *service, call cloud.Call, input any) *cloud.APIError {
	p, resource := svc.codec.Protocol, ""
	if svc.resource != nil {
		resource = svc.resource(call, input)
	}
	if resource == "" {
		resource = "*"
	}
	message := "User: " + call.Identity.ARN + " is not authorized to perform: " + call.Service + ":" + call.Operation +
		" on resource: " + resource + " with an explicit deny in a service control policy"
	return pick(p, "AccessDeniedException", "AccessDenied", "UnauthorizedOperation", message, status(p == wire.JSON, 400, 403))
}

// regionDisabled is how STS's own answer to AssumeRole in a region that the account does not have
// differs from everybody else's (API reference of AssumeRole, RegionDisabledException).
func regionDisabled(account string) *cloud.APIError {
	return &cloud.APIError{
		Code: "RegionDisabledException", Status: http.StatusForbidden,
		Message: "STS is not activated in this region for account:" + account + ". Your account administrator can activate STS in this region using the IAM Console.",
	}
}
