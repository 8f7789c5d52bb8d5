package aws

import (
	"net/http"
	"strings"
)

// classOfCode is the table of AWS's error codes, from the API references of the services and the
// common errors of each protocol.
func classOfCode(prefix, code string) (Class, bool) {
	if throttleCode(prefix, code) {
		return Throttled, true
	}
	switch code {
	case "AccessDenied", "AccessDeniedException", "AccessDeniedFault", "UnauthorizedOperation", "UnauthorizedException", "AuthorizationError",
		"AuthorizationErrorException", "NotAuthorized", "UnauthorizedAccess", "Forbidden", "ForbiddenException",
		// The account may not use the service at all, by its contract or because AWS has blocked
		// it.
		"OptInRequired", "SubscriptionRequiredException", "BlockedException", "Blocked":
		return Denied, true
	case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired",
		// EC2 says RequestExpired of a session that has run out.
		"RequestExpired", "CredentialsExpired",
		// A clock that is far off ends every call in the same way, until somebody sets it.
		"RequestTimeTooSkewed", "RequestInTheFuture":
		return Expired, true
	case "UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure", "InvalidAccessKeyId", "SignatureDoesNotMatch",
		"InvalidSignatureException", "InvalidToken", "InvalidSecurity", "IncompleteSignature", "IncompleteSignatureException",
		"MissingAuthenticationToken", "MissingAuthenticationTokenException", "RegionDisabledException", "NotSignedUp":
		return InvalidToken, true
	case "UnknownOperationException", "UnknownOperation", "UnsupportedFeatureException", "InvalidAction":
		return Unsupported, true
	case "RequestTimeout", "RequestTimeoutException":
		return Unreachable, true
	case "ConflictException", "Conflict", "ConcurrentModification", "ConcurrentModificationException", "ConcurrentUpdateException",
		"DeleteConflict", "EntityTemporarilyUnmodifiable", "ResourceInUse", "ResourceInUseException", "UpdateInProgressException",
		"ServiceNotActiveException", "DaemonNotActiveException", "DependencyViolation", "IncorrectState", "IncorrectInstanceState",
		"PolicyChangesInProgressException", "ScalingActivityInProgress", "ResourceContention":
		return Conflict, true
	}
	switch {
	case strings.HasPrefix(code, "ClusterContains"):
		return Conflict, true
	case strings.HasSuffix(code, "NotFound"), strings.HasSuffix(code, "NotFoundException"), strings.HasSuffix(code, "NotFoundFault"),
		strings.HasPrefix(code, "NoSuch"):
		return NotFound, true
	}
	return None, false
}

// throttleCode is the SDK's list (aws/retry DefaultThrottleErrorCodes) but for
// LimitExceededException, which ECS, Organizations and others say of a quota of things and only
// Cost Explorer of a rate.
func throttleCode(prefix, code string) bool {
	switch code {
	case "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "RequestThrottled",
		"TooManyRequestsException", "ProvisionedThroughputExceededException", "TransactionInProgressException", "RequestLimitExceeded",
		"BandwidthLimitExceeded", "SlowDown", "PriorRequestNotComplete", "EC2ThrottledException":
		return true
	case "LimitExceededException":
		return prefix == "ce"
	}
	return false
}

// isThrottle says whether AWS threw a call of the service back.
func isThrottle(prefix string, err error) bool {
	if code := errorCode(err); code != "" {
		return throttleCode(prefix, code)
	}
	return statusOf(err) == http.StatusTooManyRequests
}
