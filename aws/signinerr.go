package aws

import (
	"errors"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"

	"github.com/rootout/rootout/model"
)

// noCredentials is what somebody reads who has just installed rootout.
func noCredentials(err error) *Explained {
	return &Explained{
		Reason: ReasonNoCredentials, Class: Expired, What: "signing in", Words: "no AWS credentials were found", Err: err,
		Next: "Sign in with `aws login`, name a profile with --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. " +
			"To look around without an account, run `rootout demo`.",
	}
}

// explainConfig words what went wrong before any credential was asked for.
func explainConfig(options Options, err error) *Explained {
	var (
		missing config.SharedConfigProfileNotExistError
		broken  config.SharedConfigLoadError
		code    config.AssumeRoleTokenProviderNotSetError
	)
	e := &Explained{Reason: ReasonProfile, Class: Other, What: "reading the AWS configuration", Where: withProfile(options), Err: err}
	switch {
	case errors.As(err, &missing):
		e.Where = "with profile " + model.Clean(missing.Profile)
		e.Words = "there is no such profile"
		e.Next = "`aws configure list-profiles` shows those there are; AWS_PROFILE names one too."
	case errors.As(err, &code):
		e.Reason, e.Words = ReasonMFA, "the profile's role wants an MFA code, and nobody can be asked here"
		e.Next = "Run `rootout` in a terminal, or sign in first and export the session's credentials."
	case errors.As(err, &broken):
		e.Words = model.Clean(broken.Error())
		e.Next = "Correct the file."
	default:
		e.Words = model.Clean(err.Error())
		e.Next = "See the files ~/.aws/config and ~/.aws/credentials and the variables that begin with AWS_."
	}
	return e
}

// explainCredentials words a failure of the credential chain. Where the chain says nothing by type,
// what it was made of does.
func explainCredentials(options Options, base sdk.Config, err error) error {
	var already *Explained
	if errors.As(err, &already) {
		return already
	}
	sources := sourcesOf(base)
	if slices.Equal(sources, []sdk.CredentialSource{sdk.CredentialSourceIMDS}) {
		return noCredentials(err)
	}
	e := explain("signing in", withProfile(options), err, ReasonOther, "")
	var mfa *mfaError
	var sso *ssocreds.InvalidTokenError
	again := signInAgain(options, sources)
	switch {
	case errors.As(err, &mfa):
		e.Reason, e.Class, e.Words = ReasonMFA, Expired, model.Clean(mfa.Error())
		e.Next = "Try again with the present code of the device."
	case e.Class == Canceled:
	case e.Class == Unreachable, e.Class == Unreadable, e.Class == Unsupported:
		e.Reason, e.Next = ReasonUnreachable, "Check the network and the proxy settings, and try again."
	case e.Class == Throttled:
		e.Next = "Try again in a moment."
	case errors.As(err, &sso), e.Class == Expired, e.Code == "" && again != "", sessionEnded(err):
		e.Reason, e.Class = ReasonExpired, Expired
		if e.Code == "" {
			e.Words = "the session has ended, or there has been none"
		}
		e.Next = again
	case e.Class == Denied:
		e.Reason = ReasonDenied
		e.Next = "The role's trust policy must name you, and a wrong MFA code is refused in the same way."
	case e.Class == InvalidToken:
		e.Reason, e.Next = ReasonInvalid, "The key that the profile starts from may have been deleted or switched off."
	default:
		e.Reason, e.Next = ReasonProfile, "See the profile in ~/.aws/config."
	}
	if e.Reason == ReasonExpired && e.Next == "" {
		e.Next = "Get new credentials, and try again."
	}
	return e
}

// sessionEnded knows the services that renew a session for us: what they refuse, the session can no
// longer do. IAM Identity Center says UnauthorizedException of a session that has ended, and
// ForbiddenException of a role that is not assigned.
func sessionEnded(err error) bool {
	f := Describe(err)
	switch f.Service {
	case "sso oidc", "signin":
		return f.Code != ""
	case "sso":
		return f.Code == "UnauthorizedException"
	}
	return false
}

// signInAgain is the command that brings a new session for the source that the chain was made of,
// or "".
func signInAgain(options Options, sources []sdk.CredentialSource) string {
	profile := ""
	if options.Profile != "" {
		profile = " --profile " + model.Clean(options.Profile)
	}
	for _, source := range sources {
		switch source {
		case sdk.CredentialSourceSSO, sdk.CredentialSourceSSOLegacy, sdk.CredentialSourceProfileSSO, sdk.CredentialSourceProfileSSOLegacy:
			return "Run `aws sso login" + profile + "`, then try again."
		case sdk.CredentialSourceLogin, sdk.CredentialSourceProfileLogin:
			return "Run `aws login" + profile + "`, then try again."
		case sdk.CredentialSourceEnvVars:
			return "The variables AWS_ACCESS_KEY_ID and its like hold an old session: export a new one."
		default: // Nothing to run for it; a later source may have something.
		}
	}
	return ""
}

// explainIdentity words a region's refusal to say who we are.
func explainIdentity(options Options, base sdk.Config, region string, err error) error {
	var already *Explained
	if errors.As(err, &already) {
		return already
	}
	where := strings.TrimSpace(withProfile(options) + " in " + region)
	e := explain("signing in", where, err, ReasonOther, "")
	switch e.Class {
	case Expired:
		e.Reason = ReasonExpired
		if e.Next = signInAgain(options, sourcesOf(base)); e.Next == "" {
			e.Next = "Get new credentials, and try again."
		}
	case InvalidToken:
		e.Reason = ReasonInvalid
		e.Next = "The key may have been deleted or switched off, its secret may be wrong, or it belongs to another partition: " +
			"then name one of its regions with --region, for example cn-north-1 or us-gov-west-1."
	case Unreachable, Unreadable, Unsupported:
		e.Reason, e.Next = ReasonUnreachable, "Check the network, the proxy settings and the name of the region."
		if address := sdk.ToString(base.BaseEndpoint); address != "" {
			e.Next = "Is anything listening at " + model.Clean(address) + "? It was named by --endpoint-url or AWS_ENDPOINT_URL."
		}
	case Denied:
		e.Reason, e.Next = ReasonDenied, "A policy of the organisation may forbid the region: name another with --region."
	case Throttled:
		e.Next = "Try again in a moment."
	default:
		e.Next = "The code and words are AWS's."
	}
	return e
}

func withProfile(options Options) string {
	if options.Profile == "" {
		return ""
	}
	return "with profile " + model.Clean(options.Profile)
}
