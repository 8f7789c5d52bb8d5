package aws

import (
	"errors"
	"slices"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"

	"github.com/rootout/rootout/aws/chain"
	"github.com/rootout/rootout/aws/profile"
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
	var already *Explained
	if errors.As(err, &already) {
		return already
	}
	var (
		missing *chain.MissingProfileError
		wrong   *chain.ConfigError
		file    *profile.Error
		code    *chain.MFAError
	)
	e := &Explained{
		Reason: ReasonProfile, Class: Other, What: "reading the AWS configuration", Where: withProfile(options), Words: chain.Scrub(err.Error()),
		Next: "See the files ~/.aws/config and ~/.aws/credentials and the variables that begin with AWS_.", Err: err,
	}
	switch {
	case errors.As(err, &missing):
		e.Where = "with profile " + model.Clean(missing.Profile)
		e.Words = "there is no such profile"
		e.Next = "`aws configure list-profiles` shows those there are; --profile and AWS_PROFILE name one."
	case errors.As(err, &code):
		e.Reason, e.Words = ReasonMFA, chain.ErrNobodyToAsk.Error()
		e.Next = "Run `rootout` in a terminal, or sign in first and export the session's credentials."
	case errors.As(err, &file):
		// A path is ours to show, long and mixed as it may be, and the words repeat nothing.
		e.Words, e.Next = model.Clean(file.Error()), model.Clean(file.Next)
	case errors.As(err, &wrong):
		e.Words, e.Next = model.Clean(wrong.Words), model.Clean(wrong.Next)
	}
	return e
}

// explainCredentials words a failure of the credential chain. Where the chain says nothing by type,
// what it was made of does.
func explainCredentials(options Options, base signedIn, err error) error {
	var already *Explained
	if errors.As(err, &already) {
		return already
	}
	from := base.source()
	if slices.Equal(from.Sources, []sdk.CredentialSource{sdk.CredentialSourceIMDS}) {
		return noCredentials(err)
	}
	e := explain("signing in", withProfile(options), err, ReasonOther, "")
	if skew := clockSkew(err, options.Now()); skew != 0 && ofTheClock(e.Code) {
		return clockIsWrong(e, skew)
	}
	var (
		mfa     *chain.MFAError
		ended   *chain.EndedError
		session *chain.SessionError
		process *chain.ProcessError
		wrong   *chain.ConfigError
		leaving *leavingError
	)
	switch {
	case errors.As(err, &mfa):
		e.Reason, e.Class, e.Words = ReasonMFA, Expired, mfa.Error()
		e.Next = "Try again with the present code of the device."
	case errors.As(err, &process):
		e.Reason, e.Class, e.Words = ReasonProfile, Other, process.Error()
		e.Next = "Run the command in another terminal to see what it wants."
	case errors.As(err, &wrong):
		e.Reason, e.Words, e.Next = ReasonProfile, wrong.Words, wrong.Next
	case errors.As(err, &leaving):
		e.Reason, e.Class, e.Words = ReasonUsage, Other, leaving.Error()
		e.Next = "Use keys of their own for what stands at the endpoint, or take --endpoint-url and AWS_ENDPOINT_URL away."
	case e.Class == Canceled:
	case errors.As(err, &ended):
		e.Reason, e.Class = ReasonExpired, Expired
		if e.Code == "" {
			e.Words = "the session has ended, or there has been none"
		}
		e.Next = runToSignIn(ended.Command)
	case e.Class == Unreachable, e.Class == Unreadable, e.Class == Unsupported:
		e.Reason, e.Next = ReasonUnreachable, "Check the network and the proxy settings, and try again."
	case e.Class == Throttled:
		e.Next = "Try again in a moment."
	case errors.As(err, &session) && (e.Code == "" || sessionEnded(err)):
		e.Reason, e.Class = ReasonExpired, Expired
		if e.Code == "" {
			e.Words = "the session has ended, or there has been none"
		}
		e.Next = runToSignIn(session.Command)
	case e.Class == Expired:
		e.Reason, e.Next = ReasonExpired, signInAgain(from)
	case e.Class == Denied:
		e.Reason = ReasonDenied
		e.Next = "The role's trust policy must name you, and a wrong MFA code is refused in the same way."
	case e.Class == InvalidToken:
		e.Reason, e.Next = ReasonInvalid, "The key that the profile starts from may have been deleted or switched off."
	default:
		e.Reason, e.Next = ReasonProfile, "See the profile in ~/.aws/config."
	}
	e.Words, e.Next = chain.Scrub(e.Words), model.Clean(e.Next)
	return e
}

func runToSignIn(command string) string { return "Run `" + command + "`, then try again." }

// clockIsWrong words a refusal that comes of this computer's clock. Signing in again would not help;
// like a session that has ended, it stops everything until somebody does something.
func clockIsWrong(e *Explained, skew time.Duration) *Explained {
	e.Reason, e.Class = ReasonClock, Expired
	e.Words = clockWords(skew) + ", so that it takes no signature"
	e.Next = "Set the clock right, then try again."
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

// signInAgain says how a new session comes about for what the chain was made of.
func signInAgain(from *chain.Chain) string {
	switch {
	case from.Command != "":
		return runToSignIn(from.Command)
	case from.FromEnvironment:
		return "The variables AWS_ACCESS_KEY_ID and its like hold an old session: start rootout anew with those of a new one."
	}
	return "Get new credentials, and try again."
}

// explainIdentity words a region's refusal to say who we are.
func explainIdentity(options Options, base signedIn, region string, err error) error {
	var already *Explained
	if errors.As(err, &already) {
		return already
	}
	where := strings.TrimSpace(withProfile(options) + " in " + region)
	e := explain("signing in", where, err, ReasonOther, "")
	e.Words = chain.Scrub(e.Words)
	if skew := clockSkew(err, options.Now()); skew != 0 && ofTheClock(e.Code) {
		return clockIsWrong(e, skew)
	}
	switch e.Class {
	case Expired:
		e.Reason, e.Next = ReasonExpired, signInAgain(base.source())
	case InvalidToken:
		e.Reason = ReasonInvalid
		e.Next = "The key may have been deleted or switched off, its secret may be wrong, or it belongs to another partition: " +
			"then name one of its regions with --region, for example cn-north-1 or us-gov-west-1."
	case Unreachable, Unreadable, Unsupported:
		e.Reason, e.Next = ReasonUnreachable, "Check the network, the proxy settings and the name of the region."
		if address := base.endpoints.general; address != "" {
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
