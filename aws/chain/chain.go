// Package chain finds the credentials that the AWS CLI would find: in the environment, in a profile
// with all that profiles can name (roles that stand on each other, IAM Identity Center, `aws login`, a
// credential_process, a web identity), in a container, on an instance.
//
// It takes the SDK's own providers where they do what the AWS CLI does. It differs from the SDK's own
// chain in what the operator sees: nothing that it starts touches the terminal, no error repeats a
// secret, every request goes by the one HTTP client that it is given, and what a person has to do is
// said by type. It must not know what the credentials are for.
package chain

import (
	"context"
	"strconv"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/rootout/rootout/aws/profile"
)

// roleSession is how long an assumed role's session is asked for where the profile does not say:
// one hour, which every role allows, and not the SDK's quarter of an hour, after which it would ask
// for another MFA code in the middle of a run. earlyRenewal is how long before their end
// credentials count as spent, so that nothing is signed with ones that AWS refuses on arrival.
const (
	roleSession  = time.Hour
	earlyRenewal = 30 * time.Second
)

// Role is a role to be assumed on top of what is found.
type Role struct{ ARN, MFASerial, ExternalID, SessionName string }

// Options say where to look.
type Options struct {
	// Profile is the profile to use; Named says that the operator named it on the command line, which
	// goes before keys in the environment.
	Profile string
	Named   bool
	Files   *profile.Files
	// Env is the environment, and Getenv reads what of it the SDK does not.
	Env    config.EnvConfig
	Getenv func(string) string
	// Base is what the clients of the chain are made from: region, HTTP client, endpoint.
	Base sdk.Config
	// Role is assumed on top of everything else, if not nil.
	Role *Role
	// Code asks for the code of an MFA device, Approve shows the code of a device sign-in; nil where
	// nobody can be asked.
	Code    func(ctx context.Context, serial string) (string, error)
	Approve func(ctx context.Context, device Device) error
	// Life is how long the chain may ask people.
	Life context.Context //nolint:containedctx // The SDK's token provider takes no context.
	Now  func() time.Time
	// Note takes what a process said, scrubbed.
	Note func(text string)
}

// Chain is the credentials that were found, kept until they run out.
type Chain struct {
	provider sdk.CredentialsProvider
	// Sources are what the chain is made of, for the user agent.
	Sources []sdk.CredentialSource
	// Command begins a new session, for example "aws sso login --profile x"; "" if there is none.
	Command string
	// FromEnvironment says that the keys are variables of the environment.
	FromEnvironment bool
}

// Retrieve implements sdk.CredentialsProvider.
func (c *Chain) Retrieve(ctx context.Context) (sdk.Credentials, error) {
	return c.provider.Retrieve(ctx)
}

// ProviderSources implements sdk.CredentialProviderSource.
func (c *Chain) ProviderSources() []sdk.CredentialSource { return c.Sources }

// builder makes a chain.
type builder struct {
	Options
	codes *codes
}

// New finds the chain. It asks nobody yet. Errors are of the types of this package or of package
// profile.
func New(o Options) (*Chain, error) {
	b := &builder{Options: o, codes: &codes{life: o.Life, ask: o.Code, now: o.Now}}
	c, err := b.first()
	if err != nil {
		return nil, err
	}
	if o.Role != nil {
		c, err = b.assume(c, roleOptions{Role: *o.Role})
		if err != nil {
			return nil, err
		}
	}
	return b.cached(c), nil
}

// first is the chain without the role of the options.
func (b *builder) first() (*Chain, error) {
	if !b.Named {
		switch {
		case b.Env.Credentials.HasKeys():
			return b.environment(), nil
		case b.Env.WebIdentityTokenFilePath != "":
			return b.webIdentity(b.Env.WebIdentityTokenFilePath, roleOptions{Role: Role{ARN: b.Env.RoleARN, SessionName: b.Env.RoleSessionName}},
				"", sdk.CredentialSourceEnvVarsSTSWebIDToken)
		}
	}
	return b.fromProfile(b.Profile)
}

func (b *builder) environment() *Chain {
	return &Chain{
		provider:        credentials.StaticCredentialsProvider{Value: b.Env.Credentials},
		Sources:         []sdk.CredentialSource{sdk.CredentialSourceEnvVars},
		FromEnvironment: true,
	}
}

// cached keeps credentials until shortly before they run out, and asks for new ones once for all who
// wait.
func (b *builder) cached(c *Chain) *Chain {
	kept := *c
	kept.provider = sdk.NewCredentialsCache(c.provider, func(o *sdk.CredentialsCacheOptions) { o.ExpiryWindow = earlyRenewal })
	return &kept
}

// roleOptions are what a role is assumed with.
type roleOptions struct {
	Role
	duration time.Duration
}

// assume is a role on top of a chain.
func (b *builder) assume(source *Chain, o roleOptions) (*Chain, error) {
	if o.MFASerial != "" && b.Code == nil {
		return nil, &MFAError{Err: ErrNobodyToAsk}
	}
	cfg := b.Base.Copy()
	cfg.Credentials = b.cached(source).provider
	provider := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(cfg), o.ARN, func(a *stscreds.AssumeRoleOptions) {
		a.RoleSessionName, a.Duration = b.sessionName(o.SessionName), roleSession
		if o.duration > 0 {
			a.Duration = o.duration
		}
		if o.ExternalID != "" {
			a.ExternalID = &o.ExternalID
		}
		if o.MFASerial != "" {
			a.SerialNumber = &o.MFASerial
			a.TokenProvider = func() (string, error) { return b.codes.token(o.MFASerial) }
		}
	})
	above := *source
	above.provider = provider
	above.Sources = append(above.Sources[:len(above.Sources):len(above.Sources)], sdk.CredentialSourceSTSAssumeRole)
	return &above, nil
}

// webIdentity is a role that is assumed by a token of somebody else, such as EKS or a CI system.
func (b *builder) webIdentity(path string, o roleOptions, blame string, source sdk.CredentialSource) (*Chain, error) {
	if o.ARN == "" {
		return nil, &ConfigError{Profile: blame, Words: "there is a web identity token file and no role to assume with it", Next: "Name the role: AWS_ROLE_ARN, or role_arn in the profile."}
	}
	cfg := b.Base.Copy()
	cfg.Credentials = sdk.AnonymousCredentials{}
	provider := stscreds.NewWebIdentityRoleProvider(sts.NewFromConfig(cfg), o.ARN, stscreds.IdentityTokenFile(path), func(w *stscreds.WebIdentityRoleOptions) {
		w.RoleSessionName, w.Duration = b.sessionName(o.SessionName), o.duration
	})
	return &Chain{provider: provider, Sources: []sdk.CredentialSource{source}}, nil
}

// sessionName is a name that tells in CloudTrail what the session was for.
func (b *builder) sessionName(wanted string) string {
	if wanted != "" {
		return wanted
	}
	return "rootout-" + strconv.FormatInt(b.Now().Unix(), 10)
}

// durationOf reads duration_seconds; one that is no number is left to AWS to judge.
func durationOf(section *profile.Section) time.Duration {
	seconds, err := strconv.Atoi(strings.TrimSpace(section.Get("duration_seconds")))
	if err != nil || seconds <= 0 {
		return 0
	}
	return time.Duration(seconds) * time.Second
}
