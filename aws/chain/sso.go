package chain

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sso"
	ssotypes "github.com/aws/aws-sdk-go-v2/service/sso/types"
	"github.com/aws/aws-sdk-go-v2/service/ssooidc"

	"github.com/rootout/rootout/aws/profile"
)

// refreshEarly is how long before its end a token is renewed: as early as botocore does
// (tokens.py, _REFRESH_WINDOW).
const refreshEarly = 15 * time.Minute

// defaultScope lets a registered client ask for credentials and renew its token; it is what the AWS
// CLI registers with where the sso-session does not say.
const defaultScope = "sso:account:access"

// identityCenter are the credentials that IAM Identity Center gives for an account and a role.
func (b *builder) identityCenter(s *profile.Section) (*Chain, error) {
	p := &ssoProvider{
		account: s.Get("sso_account_id"), role: s.Get("sso_role_name"), startURL: s.Get("sso_start_url"), region: s.Get("sso_region"),
		life: b.Life, approve: b.Approve, now: b.Now, command: "aws sso login" + profileFlag(s.Name),
	}
	key := p.startURL
	if name := s.Get("sso_session"); name != "" {
		session := b.Files.Session(name)
		if session == nil {
			return nil, &ConfigError{
				Profile: s.Name, Words: "profile " + s.Name + " signs in by sso-session " + name + ", and there is no section of that name",
				Next: "Add [sso-session " + name + "] to ~/.aws/config, for example with `aws configure sso-session`.",
			}
		}
		if err := session.Problem(); err != nil {
			return nil, err
		}
		key, p.startURL, p.region = name, session.Get("sso_start_url"), session.Get("sso_region")
		p.scopes = strings.FieldsFunc(session.Get("sso_registration_scopes"), func(c rune) bool { return c == ',' || c == ' ' })
		if len(p.scopes) == 0 {
			p.scopes = []string{defaultScope}
		}
	}
	for _, x := range []struct{ key, value string }{
		{"sso_start_url", p.startURL}, {"sso_region", p.region}, {"sso_account_id", p.account}, {"sso_role_name", p.role},
	} {
		if x.value == "" {
			return nil, &ConfigError{
				Profile: s.Name, Words: "profile " + s.Name + " signs in by IAM Identity Center and has no " + x.key,
				Next: "Complete it, for example with `aws configure sso" + profileFlag(s.Name) + "`.",
			}
		}
	}
	p.path = filepath.Join(profile.Home(b.Getenv), "sso", "cache", tokenFile(key))
	cfg := b.Base.Copy()
	cfg.Region, cfg.Credentials = p.region, sdk.AnonymousCredentials{}
	p.portal, p.oidc = sso.NewFromConfig(cfg), ssooidc.NewFromConfig(cfg)
	return &Chain{
		provider: p, Command: p.command,
		Sources: []sdk.CredentialSource{sdk.CredentialSourceSSO, sdk.CredentialSourceProfileSSO},
	}, nil
}

// ssoProvider is IAM Identity Center for one account and role, with the token that the AWS CLI keeps
// too.
type ssoProvider struct {
	account, role, startURL, region string
	scopes                          []string
	path, command                   string
	portal                          *sso.Client
	oidc                            *ssooidc.Client
	life                            context.Context //nolint:containedctx // A person is asked beyond the call that needed it.
	approve                         func(ctx context.Context, device Device) error
	now                             func() time.Time

	mu       sync.Mutex
	declined refusal
}

// Retrieve implements sdk.CredentialsProvider.
func (p *ssoProvider) Retrieve(ctx context.Context) (sdk.Credentials, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	token, fresh, err := p.token(ctx)
	if err != nil {
		return sdk.Credentials{}, err
	}
	credentials, err := p.ask(ctx, token)
	// A session may be ended at the portal before its time. Who has just signed in is not asked again.
	var ended *ssotypes.UnauthorizedException
	if errors.As(err, &ended) && !fresh {
		if token, err = p.signIn(ctx, &EndedError{Command: p.command, Err: err}); err == nil {
			credentials, err = p.ask(ctx, token)
		}
	}
	if err != nil {
		return sdk.Credentials{}, err
	}
	return credentials, nil
}

// ask gets the role's credentials for a token.
func (p *ssoProvider) ask(ctx context.Context, token string) (sdk.Credentials, error) {
	out, err := p.portal.GetRoleCredentials(ctx, &sso.GetRoleCredentialsInput{AccessToken: &token, AccountId: &p.account, RoleName: &p.role})
	if err != nil {
		return sdk.Credentials{}, &SessionError{Command: p.command, Err: err}
	}
	if out.RoleCredentials == nil {
		return sdk.Credentials{}, &ConfigError{Words: "IAM Identity Center answered without credentials", Next: "Try again."}
	}
	return sdk.Credentials{
		AccessKeyID: sdk.ToString(out.RoleCredentials.AccessKeyId), SecretAccessKey: sdk.ToString(out.RoleCredentials.SecretAccessKey),
		SessionToken: sdk.ToString(out.RoleCredentials.SessionToken), AccountID: p.account, Source: "IAM Identity Center",
		CanExpire: true, Expires: time.UnixMilli(out.RoleCredentials.Expiration),
	}, nil
}

// token is a token that is good for a while: the one that is kept, a renewed one, or that of a new
// sign-in, which is fresh.
func (p *ssoProvider) token(ctx context.Context) (token string, fresh bool, err error) {
	kept, err := readToken(p.path)
	if err == nil && kept.expires().Sub(p.now()) > refreshEarly {
		return kept.AccessToken, false, nil
	}
	if err == nil {
		renewed, renewErr := p.renew(ctx, kept)
		if renewErr == nil {
			return renewed, false, nil
		}
		// It may have been renewed by somebody else meanwhile, who made the refresh token useless.
		if again, readErr := readToken(p.path); readErr == nil {
			kept = again
		}
		if kept.expires().After(p.now()) {
			return kept.AccessToken, false, nil
		}
		if isTransient(renewErr) {
			return "", false, &SessionError{Command: p.command, Err: renewErr}
		}
		err = renewErr
	}
	token, err = p.signIn(ctx, &EndedError{Command: p.command, Err: err})
	return token, true, err
}

var errNotRenewable = errors.New("the session has ended")

// renew gets a new token for the refresh token of an old one, and keeps it where the AWS CLI does.
func (p *ssoProvider) renew(ctx context.Context, old *keptToken) (string, error) {
	if old.RefreshToken == "" || old.ClientID == "" || old.ClientSecret == "" {
		return "", errNotRenewable
	}
	if until, err := time.Parse(time.RFC3339, old.RegistrationExpiresAt); err == nil && !until.After(p.now()) {
		return "", errNotRenewable
	}
	out, err := p.oidc.CreateToken(ctx, &ssooidc.CreateTokenInput{
		GrantType: sdk.String("refresh_token"), ClientId: &old.ClientID, ClientSecret: &old.ClientSecret, RefreshToken: &old.RefreshToken,
	})
	if err != nil {
		return "", err
	}
	return p.keep(*old, out), nil
}

// keep writes a token where the AWS CLI keeps it, so that both are signed in. One that cannot be
// written is good all the same.
func (p *ssoProvider) keep(t keptToken, out *ssooidc.CreateTokenOutput) string {
	t.StartURL, t.Region = p.startURL, p.region
	t.AccessToken = sdk.ToString(out.AccessToken)
	t.ExpiresAt = p.now().Add(time.Duration(out.ExpiresIn) * time.Second).UTC().Format(time.RFC3339)
	if out.RefreshToken != nil {
		t.RefreshToken = *out.RefreshToken
	}
	_ = writeToken(p.path, &t)
	return t.AccessToken
}
