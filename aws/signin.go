package aws

import (
	"context"
	"crypto/x509"
	"os"
	"sync"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go/logging"

	"github.com/rootout/rootout/aws/chain"
	"github.com/rootout/rootout/aws/profile"
	"github.com/rootout/rootout/aws/service"
)

// Role is a role to be assumed on top of whatever the credential chain finds.
type Role = chain.Role

// Device is what a person needs to sign in with a browser.
type Device = chain.Device

// signedIn is a configuration that clients are made from, and what its credentials come from; chain
// is nil where they were given.
type signedIn struct {
	config    sdk.Config
	chain     *chain.Chain
	endpoints endpoints
	problems  []*profile.Error
}

// source is the chain, or an empty one.
func (s signedIn) source() *chain.Chain {
	if s.chain == nil {
		return &chain.Chain{}
	}
	return s.chain
}

// credentialSource is what all clients sign with: the chain's one cache, replaceable when the
// operator signs in again, with errors that a person can act on.
type credentialSource struct {
	options Options

	mu   sync.RWMutex
	base signedIn
}

func (s *credentialSource) current() signedIn {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.base
}

func (s *credentialSource) replace(base signedIn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.base = base
}

// Retrieve implements sdk.CredentialsProvider.
func (s *credentialSource) Retrieve(ctx context.Context) (sdk.Credentials, error) {
	base := s.current()
	credentials, err := base.config.Credentials.Retrieve(ctx)
	if err != nil {
		return sdk.Credentials{}, explainCredentials(s.options, base, err)
	}
	return credentials, nil
}

// ProviderSources implements sdk.CredentialProviderSource, from which the SDK builds its user
// agent.
func (s *credentialSource) ProviderSources() []sdk.CredentialSource {
	return s.current().source().Sources
}

// load finds the credential chain, or with given credentials nothing but them.
func load(life context.Context, options Options, notes *notes) (signedIn, error) {
	if options.Credentials != nil {
		e := endpoints{general: options.EndpointURL, commanded: true}
		base := baseConfig(options, e, nil)
		base.Credentials = sdk.NewCredentialsCache(options.Credentials)
		return signedIn{config: base, endpoints: e}, nil
	}
	env, err := config.NewEnvConfig()
	if err != nil {
		return signedIn{}, err
	}
	files := profile.Load(os.Getenv)
	name := firstOf(options.Profile, env.SharedConfigProfile, profile.Default)
	section := files.Profile(name)
	e := endpointsOf(options.EndpointURL, os.Environ(), section, files)
	if err := e.check(); err != nil {
		return signedIn{}, err
	}
	roots, err := trusted(firstOf(env.CustomCABundle, section.Get("ca_bundle")))
	if err != nil {
		return signedIn{}, err
	}
	base := baseConfig(options, e, roots)
	base.Region = firstOf(options.Region, env.Region, section.Get("region"), service.PartitionOf("").GlobalRegion)
	if !e.commanded {
		base.ConfigSources = []any{env, sharedConfig(section, e)}
	}
	found, err := chain.New(chain.Options{
		Profile: name, Named: options.Profile != "", Files: files, Env: env, Getenv: os.Getenv, Base: base, Role: options.Role,
		Code: options.MFAToken, Approve: options.DeviceSignIn, Life: life, Now: options.Now, Note: notes.add,
	})
	if err != nil {
		return signedIn{}, err
	}
	base.Credentials = found
	return signedIn{config: base, chain: found, endpoints: e, problems: files.Problems()}, nil
}

// baseConfig is a configuration without credentials.
func baseConfig(options Options, e endpoints, roots *x509.CertPool) sdk.Config {
	base := sdk.Config{
		Region: options.Region, HTTPClient: newHTTPClient(options.Transport, e, roots),
		// The SDK's logger writes to the terminal that the console draws on.
		Logger:                     logging.Nop{},
		RequestChecksumCalculation: sdk.RequestChecksumCalculationWhenSupported,
		ResponseChecksumValidation: sdk.ResponseChecksumValidationWhenSupported,
	}
	if e.general != "" {
		base.BaseEndpoint = &e.general
	}
	return base
}

// sharedConfig is what the SDK's clients ask a profile for themselves.
func sharedConfig(section *profile.Section, e endpoints) config.SharedConfig {
	shared := config.SharedConfig{EC2IMDSEndpoint: section.Get("ec2_metadata_service_endpoint")}
	_ = shared.EC2IMDSEndpointMode.SetFromString(section.Get("ec2_metadata_service_endpoint_mode"))
	switch section.Get("use_fips_endpoint") {
	case "true":
		shared.UseFIPSEndpoint = sdk.FIPSEndpointStateEnabled
	case "false":
		shared.UseFIPSEndpoint = sdk.FIPSEndpointStateDisabled
	}
	switch section.Get("use_dualstack_endpoint") {
	case "true":
		shared.UseDualStackEndpoint = sdk.DualStackEndpointStateEnabled
	case "false":
		shared.UseDualStackEndpoint = sdk.DualStackEndpointStateDisabled
	}
	shared.Services.ServiceValues = map[string]map[string]string{}
	for name, address := range e.byService {
		shared.Services.ServiceValues[name] = map[string]string{"endpoint_url": address}
	}
	return shared
}

// trusted reads the certificates of a file; nil without one.
func trusted(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	pool := x509.NewCertPool()
	if err != nil || !pool.AppendCertsFromPEM(text) {
		return nil, &chain.ConfigError{
			Words: "the certificates of " + path + ", which AWS_CA_BUNDLE or ca_bundle names, cannot be read", Next: "Correct the path, or the file.", Err: err,
		}
	}
	return pool, nil
}

func firstOf(choices ...string) string {
	for _, c := range choices {
		if c != "" {
			return c
		}
	}
	return ""
}

// SignInAgain loads the credential chain anew, after `aws login` or new keys in a file, and goes on
// with it if it leads to the same account. Clients, buckets and permits stay as they are, so that a
// paused run can continue. Errors are of type *Explained or *GuardError.
func (c *Connection) SignInAgain(ctx context.Context) error {
	base, err := load(c.life, c.options, c.notes) //nolint:contextcheck // What the chain asks later outlives this call.
	if err != nil {
		return explainConfig(c.options, err)
	}
	credentials, err := prove(ctx, c.options, base)
	if err != nil {
		return err
	}
	caller, err := c.identify(ctx, c.bootstrap, base.config.Credentials)
	if err != nil {
		return explainIdentity(c.options, base, c.bootstrap, err)
	}
	if caller.Account != c.Caller().Account {
		return &GuardError{Refusal: RefusedOtherAccount}
	}
	c.source.replace(base)
	c.setCaller(caller, credentials)
	c.standing.renewed()
	return nil
}

// prove gets credentials from the chain for the first time, which may ask a person.
func prove(ctx context.Context, options Options, base signedIn) (sdk.Credentials, error) {
	ctx, cancel := context.WithTimeout(ctx, proveTimeout)
	defer cancel()
	credentials, err := base.config.Credentials.Retrieve(ctx)
	if err != nil {
		return sdk.Credentials{}, explainCredentials(options, base, err)
	}
	return credentials, nil
}

// notes are what processes of the chain said on the way, the newest few, each once.
type notes struct {
	mu   sync.Mutex
	said []string
}

const notesKept = 3

func (n *notes) add(text string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, said := range n.said {
		if said == text {
			return
		}
	}
	n.said = append(n.said, text)
	if over := len(n.said) - notesKept; over > 0 {
		n.said = n.said[over:]
	}
}

func (n *notes) all() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]string(nil), n.said...)
}
