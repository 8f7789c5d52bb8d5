package aws

import (
	"context"
	"errors"
	"sync"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
)

// roleSession is how long an assumed role's session is asked for where the profile does not say:
// one hour, which every role allows, and not the SDK's quarter of an hour, after which it would ask
// for another MFA code in the middle of a run. earlyRenewal is how long before their end
// credentials count as spent, so that nothing is signed with ones that AWS refuses on arrival.
const (
	roleSession  = time.Hour
	earlyRenewal = 30 * time.Second
	// declinedFor is how long a refusal to give a code stands: hundreds of calls may be waiting for
	// the same credentials.
	declinedFor = 30 * time.Second
)

// mfaPrompter asks for MFA codes, one question at a time.
type mfaPrompter struct {
	life context.Context //nolint:containedctx // The SDK's token provider takes no context.
	ask  func(ctx context.Context, serial string) (string, error)
	now  func() time.Time

	mu         sync.Mutex
	declined   error
	declinedAt time.Time
}

// mfaError is a code that was needed and not given.
type mfaError struct{ err error }

func (e *mfaError) Error() string { return "the MFA code was not given: " + e.err.Error() }

func (e *mfaError) Unwrap() error { return e.err }

func newMFAPrompter(life context.Context, options Options) *mfaPrompter {
	return &mfaPrompter{life: life, ask: options.MFAToken, now: options.Now}
}

// configure is called by the SDK for each role that a profile assumes.
func (p *mfaPrompter) configure(o *stscreds.AssumeRoleOptions) {
	if o.Duration == 0 {
		o.Duration = roleSession
	}
	if p.ask == nil {
		return
	}
	serial := sdk.ToString(o.SerialNumber)
	o.TokenProvider = func() (string, error) { return p.token(serial) }
}

func (p *mfaPrompter) token(serial string) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.declined != nil && p.now().Sub(p.declinedAt) < declinedFor {
		return "", p.declined
	}
	code, err := p.ask(p.life, serial)
	if err != nil {
		p.declined, p.declinedAt = &mfaError{err: err}, p.now()
		return "", p.declined
	}
	p.declined = nil
	return code, nil
}

// credentialSource is what all clients sign with: the chain's one cache, replaceable when the
// operator signs in again, with errors that a person can act on.
type credentialSource struct {
	options Options

	mu   sync.RWMutex
	base sdk.Config
}

func (s *credentialSource) current() sdk.Config {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.base
}

func (s *credentialSource) replace(base sdk.Config) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.base = base
}

// Retrieve implements sdk.CredentialsProvider.
func (s *credentialSource) Retrieve(ctx context.Context) (sdk.Credentials, error) {
	base := s.current()
	credentials, err := base.Credentials.Retrieve(ctx)
	if err != nil {
		return sdk.Credentials{}, explainCredentials(s.options, base, err)
	}
	return credentials, nil
}

// ProviderSources implements sdk.CredentialProviderSource, from which the SDK builds its user
// agent.
func (s *credentialSource) ProviderSources() []sdk.CredentialSource { return sourcesOf(s.current()) }

func sourcesOf(base sdk.Config) []sdk.CredentialSource {
	if known, ok := base.Credentials.(sdk.CredentialProviderSource); ok {
		return known.ProviderSources()
	}
	return nil
}

// SignInAgain loads the credential chain anew, after `aws login` or new keys in a file, and goes on
// with it if it leads to the same account. Clients, buckets and permits stay as they are, so that a
// paused run can continue. Errors are of type *Explained or *GuardError.
func (c *Connection) SignInAgain(ctx context.Context) error {
	base, err := load(ctx, c.life, c.options)
	if err != nil {
		return explainConfig(c.options, err)
	}
	credentials, err := prove(ctx, c.options, base)
	if err != nil {
		return err
	}
	caller, err := c.identify(ctx, c.bootstrap, base.Credentials)
	if err != nil {
		return explainIdentity(c.options, base, c.bootstrap, err)
	}
	if caller.Account != c.Caller().Account {
		return &GuardError{Refusal: RefusedOtherAccount}
	}
	c.source.replace(base)
	c.setCaller(caller, credentials)
	return nil
}

// prove gets credentials from the chain for the first time, which may ask a person.
func prove(ctx context.Context, options Options, base sdk.Config) (sdk.Credentials, error) {
	ctx, cancel := context.WithTimeout(ctx, proveTimeout)
	defer cancel()
	if base.Credentials == nil {
		return sdk.Credentials{}, noCredentials(errors.New("no credentials configured"))
	}
	credentials, err := base.Credentials.Retrieve(ctx)
	if err != nil {
		return sdk.Credentials{}, explainCredentials(options, base, err)
	}
	return credentials, nil
}
