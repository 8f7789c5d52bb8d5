package aws

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/processcreds"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	signintypes "github.com/aws/aws-sdk-go-v2/service/signin/types"
	ssotypes "github.com/aws/aws-sdk-go-v2/service/sso/types"
	oidctypes "github.com/aws/aws-sdk-go-v2/service/ssooidc/types"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/rootout/rootout/aws/chain"
	"github.com/rootout/rootout/aws/profile"
)

const (
	plantedSecret  = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	plantedSession = "IQoJb3JpZ2luX2VjEJr3Tq9vX0dW8kLmN2pQ7sRt4uVw1yZaBcDeFgHiJkLmNoPq"
)

// plantings are the ways in which services and helpers repeat what they were given.
func plantings() []string {
	return []string{
		`parse failed of process output: {"SecretAccessKey":"` + plantedSecret + `","SessionToken": "` + plantedSession + `"}`,
		`{\"accessToken\":\"` + plantedSession + `\"}`,
		"aws_secret_access_key = " + plantedSecret + "\naws_session_token=" + plantedSession,
		"The Canonical String should have been\n'POST\n/\n\nhost:sts.amazonaws.com\nx-amz-security-token:" + plantedSession + "\n\nhost'",
		"GET https://example.com/x?X-Amz-Security-Token=" + url.QueryEscape(plantedSession) + "&X-Amz-Signature=" + plantedSecret,
		"Authorization: Bearer " + plantedSession,
		"I was given " + plantedSecret + " and " + plantedSession + ".",
		`password "hunter2hunter2"`,
		`clientSecret:` + plantedSession + ",refresh_token=" + plantedSession,
	}
}

// planted are all error types of the SDK that signing in may meet, with a text where each has room
// for one.
func planted(text string) []error {
	cause := errors.New(text)
	response := &smithyhttp.Response{Response: &http.Response{StatusCode: http.StatusForbidden, Header: http.Header{}}}
	all := []error{
		cause,
		&processcreds.ProviderError{Err: cause},
		&ssocreds.InvalidTokenError{Err: cause},
		config.SharedConfigLoadError{Filename: "f", Err: cause},
		config.SharedConfigProfileNotExistError{Profile: "p", Err: cause},
		config.SharedConfigAssumeRoleError{Profile: "p", RoleARN: text, Err: cause},
		config.CredentialRequiresARNError{Type: text, Profile: "p"},
		config.AssumeRoleTokenProviderNotSetError{},
		&retry.MaxAttemptsError{Attempt: 3, Err: cause},
		&v4.SigningError{Err: cause},
		&url.Error{Op: "Post", URL: "https://example.com/?" + text, Err: cause},
		&smithy.GenericAPIError{Code: "AccessDenied", Message: text},
		&smithy.OperationError{ServiceID: "STS", OperationName: "AssumeRole", Err: cause},
		&smithy.DeserializationError{Err: cause, Snapshot: []byte(text)},
		&smithy.SerializationError{Err: cause},
		&smithy.InvalidParamsError{},
		&smithyhttp.RequestSendError{Err: cause},
		&smithyhttp.ResponseError{Response: response, Err: cause},
		&awshttp.ResponseError{RequestID: "1", ResponseError: &smithyhttp.ResponseError{Response: response, Err: &smithy.GenericAPIError{Code: "SignatureDoesNotMatch", Message: text}}},
		&sdk.RequestCanceledError{Err: cause},
		&json.UnmarshalTypeError{Value: text, Type: reflect.TypeFor[int](), Field: text},
		&chain.ProcessError{Profile: "p", Words: "failed", Said: chain.Scrub(text), Err: cause},
		&chain.EndedError{Command: "aws sso login", Err: cause},
		&chain.SessionError{Command: "aws sso login", Err: cause},
		&chain.MFAError{Err: cause},
		&chain.ConfigError{Words: "the words are ours", Err: cause},
		&profile.Error{Path: "/home/jm/.aws/credentials", Line: 3, Words: "bad"},
	}
	// What the services of signing in declare has its text in a member named Message.
	for _, declared := range []error{
		&ssotypes.UnauthorizedException{}, &ssotypes.InvalidRequestException{}, &ssotypes.ResourceNotFoundException{}, &ssotypes.TooManyRequestsException{},
		&oidctypes.AccessDeniedException{}, &oidctypes.AuthorizationPendingException{}, &oidctypes.ExpiredTokenException{}, &oidctypes.InternalServerException{},
		&oidctypes.InvalidClientException{}, &oidctypes.InvalidGrantException{}, &oidctypes.InvalidRequestException{}, &oidctypes.InvalidScopeException{},
		&oidctypes.SlowDownException{}, &oidctypes.UnauthorizedClientException{}, &oidctypes.UnsupportedGrantTypeException{},
		&signintypes.AccessDeniedException{}, &signintypes.InternalServerException{}, &signintypes.TooManyRequestsError{}, &signintypes.ValidationException{},
		&ststypes.ExpiredTokenException{}, &ststypes.IDPCommunicationErrorException{}, &ststypes.IDPRejectedClaimException{},
		&ststypes.InvalidIdentityTokenException{}, &ststypes.MalformedPolicyDocumentException{}, &ststypes.PackedPolicyTooLargeException{},
		&ststypes.RegionDisabledException{},
	} {
		member := reflect.ValueOf(declared).Elem().FieldByName("Message")
		member.Set(reflect.ValueOf(&text))
		if described := reflect.ValueOf(declared).Elem().FieldByName("Error_description"); described.IsValid() {
			described.Set(reflect.ValueOf(&text))
		}
		all = append(all, declared)
	}
	for _, e := range all[:len(all):len(all)] {
		all = append(all, &smithy.OperationError{ServiceID: "SSO OIDC", OperationName: "CreateToken", Err: fmt.Errorf("wrapped, %w", e)})
	}
	return all
}

func TestNoSignInErrorHoldsASecret(t *testing.T) {
	options := Options{Profile: "p", Now: time.Now}
	base := signedIn{chain: &chain.Chain{Command: "aws sso login"}}
	for _, text := range plantings() {
		for _, err := range planted(text) {
			for how, said := range map[string]error{
				"config": explainConfig(options, err), "credentials": explainCredentials(options, base, err), "identity": explainIdentity(options, base, "us-east-1", err),
			} {
				wrapped := &CallError{Service: "ecs", Operation: "ListClusters", Region: "eu-west-1", Err: said}
				for _, shown := range []string{said.Error(), Describe(said).Message, Describe(wrapped).Model().Error(), wrapped.Error(), fmt.Sprintf("%v", wrapped)} {
					for _, secret := range []string{plantedSecret, plantedSession, plantedSession[:20], plantedSecret[:12], "hunter2", url.QueryEscape(plantedSession)} {
						if strings.Contains(shown, secret) {
							t.Errorf("%s of %T: %q holds %q", how, err, shown, secret)
						}
					}
					if strings.ContainsAny(shown, "\n\x1b") {
						t.Errorf("%s of %T: %q is no single clean line", how, err, shown)
					}
				}
			}
		}
	}
}

// TestTheScrubberLeavesWhatPeopleNeed: names, ARNs, addresses and ids are no secrets, however long.
func TestTheScrubberLeavesWhatPeopleNeed(t *testing.T) {
	for _, text := range []string{
		"User: arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/jm is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/OrganizationAccountAccessRole2",
		"The security token included in the request is expired",
		"The security token included in the request is invalid.",
		"request 1b2c3d4e-5f60-7182-93a4-b5c6d7e8f901 of AKIAIOSFODNN7EXAMPLE",
		"dial tcp: lookup oidc.eu-central-1.amazonaws.com on 127.0.0.53:53: no such host",
		"https://d-1234567890.awsapps.com/start/#/device?user_code=ABCD-EFGH",
		"/home/jm/.aws/sso/cache/0123456789abcdef0123456789abcdef01234567.json",
		"the password is asked for in another terminal",
		"MultiFactorAuthentication failed with invalid MFA one time pass code.",
	} {
		if got := chain.Scrub(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}
