package aws

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/rootout/rootout/aws/service"
	"github.com/rootout/rootout/model"
)

// Options say how to connect. The zero value is the usual credential chain of the SDK.
type Options struct {
	// Profile is a profile of the shared config files; empty leaves the choice to the chain.
	Profile string
	// Region is asked first; empty leaves it to the chain, and without any us-east-1 is asked.
	Region string
	// EndpointURL sends every call there, as AWS_ENDPOINT_URL does.
	EndpointURL string
	// ReadOnly makes a connection that grants no permit.
	ReadOnly bool
	// Transport replaces the network, for the simulator in-process and for tests.
	Transport http.RoundTripper
	// Credentials replace the chain; no file and no variable of the environment is read then.
	Credentials sdk.CredentialsProvider
	// Role is assumed on top of what the chain finds, if not nil.
	Role *Role
	// DeviceSignIn shows the operator where to sign in with a browser, until the context ends because
	// he has, or he calls it off with an error. Nil fails instead of asking.
	DeviceSignIn func(ctx context.Context, device Device) error
	// MFAToken asks the operator for the code of the MFA device with that serial. Asking happens
	// one at a time and once for all clients. Nil fails instead of asking.
	MFAToken func(ctx context.Context, serial string) (string, error)
	// Now is the clock, time.Now if nil. It must run at the pace of time.AfterFunc.
	Now func() time.Time
	// Budget overrides limits by the name of the bucket (service.Limit.Bucket), for accounts whose
	// limits AWS has changed.
	Budget map[string]service.Limit
	// RateScale multiplies every refill, for a simulator that runs faster than AWS; 0 is 1.
	RateScale float64
	// UserAgent is the application id in the user agent of every call; empty is "rootout".
	UserAgent string
}

// identifyTimeout is how long a region may take to say who we are, and proveTimeout how long the
// credential chain may take; a person may be asked for a code meanwhile, or to sign in with a browser,
// for which IAM Identity Center gives 10 minutes.
const (
	identifyTimeout = 20 * time.Second
	proveTimeout    = 15 * time.Minute
)

// Connection is a signed-in caller in one account: his identity, and clients for every region that
// share one HTTP client, one credential cache, one set of buckets and one guard.
type Connection struct {
	options Options
	config  sdk.Config // Guarded; clients are made from copies of it.
	guard   *guard
	buckets *buckets
	source  *credentialSource
	notes   *notes
	// standing is whether the credentials are still taken.
	standing standing
	life     context.Context //nolint:containedctx // The life of the connection, for what the SDK asks without a context.
	stop     context.CancelFunc

	configured string // The region of the options or the chain, if any.
	bootstrap  string // The region that said who we are.

	mu        sync.Mutex
	caller    model.Caller
	skew      time.Duration // How far AWS's clock is ahead of ours, where that is too far.
	sessional bool          // The credentials have a session token.
	clients   map[string]*Clients
}

// Connect loads the configuration once, gets the credentials and asks AWS who they are. Errors are
// of type *Explained.
func Connect(ctx context.Context, options Options) (*Connection, error) {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.RateScale <= 0 {
		options.RateScale = 1
	}
	if options.UserAgent == "" {
		options.UserAgent = "rootout"
	}
	if err := checkEndpoint(options.EndpointURL); err != nil {
		return nil, err
	}
	said := &notes{}
	// What the chain does later, such as asking for a code when a role's session ends, must outlive
	// the context of this call.
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	base, err := load(life, options, said)
	if err != nil {
		stop()
		return nil, explainConfig(options, err)
	}
	c := &Connection{
		options: options, guard: newGuard(), buckets: newBuckets(options.RateScale, options.Budget, options.Now),
		source: &credentialSource{options: options, base: base}, notes: said, life: life, stop: stop,
		configured: base.config.Region, clients: map[string]*Clients{},
		standing: standing{asking: make(chan struct{}, 1)},
	}
	if c.configured == "aws-global" {
		c.configured = ""
	}
	c.config = c.guarded(base.config)
	if err := c.signIn(ctx, base); err != nil {
		stop()
		return nil, err
	}
	return c, nil
}

// Close ends what the connection may still be asking. Calls under way are not interrupted.
func (c *Connection) Close() { c.stop() }

// Caller is who the connection is.
func (c *Connection) Caller() model.Caller {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.caller
}

// ReadOnly says whether the connection can hold no permit.
func (c *Connection) ReadOnly() bool { return c.options.ReadOnly }

// BootstrapRegion is the region that said who the caller is: it accepts the credentials.
func (c *Connection) BootstrapRegion() string { return c.bootstrap }

// GlobalRegion is where the partition's global services and their events live.
func (c *Connection) GlobalRegion() string {
	return service.PartitionNamed(c.Caller().Partition).GlobalRegion
}

// Warnings is what the operator should know of the connection before trusting it.
func (c *Connection) Warnings() []Warning { return c.warnings() }

// Endpoint is the address that all calls go to instead of AWS's own, or "".
func (c *Connection) Endpoint() string { return sdk.ToString(c.config.BaseEndpoint) }

// SignedInUntil is when the present credentials run out; false if they do not, or cannot be had.
func (c *Connection) SignedInUntil(ctx context.Context) (time.Time, bool) {
	credentials, err := c.config.Credentials.Retrieve(ctx)
	if err != nil || !credentials.CanExpire {
		return time.Time{}, false
	}
	return credentials.Expires, true
}

// guarded is the configuration that clients are made from: a copy, so that the credential chain's
// own AssumeRole is not refused.
func (c *Connection) guarded(base sdk.Config) sdk.Config {
	cfg := base.Copy()
	cfg.Credentials = c.source
	cfg.AppID = c.options.UserAgent
	cfg.Retryer = newRetryer
	// Either would wrap the retryer in the SDK's own idea of attempts.
	cfg.RetryMaxAttempts, cfg.RetryMode = 0, ""
	cfg.APIOptions = append(slices.Clone(base.APIOptions), c.guard.add, addThrottle(c.buckets), addReadAnswer)
	proof := &nameProof{now: c.options.Now, witness: service.PartitionOf(c.configured).STSHost()}
	if c.options.Transport == nil && cfg.BaseEndpoint == nil {
		proof.lookup = net.DefaultResolver.LookupHost
	}
	cfg.HTTPClient = &gate{guard: c.guard, client: base.HTTPClient, names: proof}
	return cfg
}

// signIn gets the credentials and asks who they are: the configured region first, and where that
// does not know them the region that no account can disable.
func (c *Connection) signIn(ctx context.Context, base signedIn) error {
	credentials, err := prove(ctx, c.options, base)
	if err != nil {
		return err
	}
	regions := []string{c.configured, service.PartitionOf(c.configured).GlobalRegion}
	if c.configured == "" || c.configured == regions[1] {
		regions = regions[1:]
	}
	var failed error
	for _, region := range regions {
		caller, err := c.identify(ctx, region, c.source)
		if err == nil {
			c.bootstrap = region
			c.setCaller(caller, credentials)
			return nil
		}
		if failed == nil {
			failed = explainIdentity(c.options, base, region, err)
		}
		if class := Classify(err); class != InvalidToken && class != Unreachable && class != Unreadable && class != Unsupported {
			break
		}
	}
	return failed
}

// setCaller takes over who the caller is.
func (c *Connection) setCaller(caller model.Caller, credentials sdk.Credentials) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.caller, c.sessional = caller, credentials.SessionToken != ""
}

// hasSession says whether the credentials are a session's rather than long-term keys.
func (c *Connection) hasSession() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sessional
}

// identify asks a region who the credentials are.
func (c *Connection) identify(ctx context.Context, region string, credentials sdk.CredentialsProvider) (model.Caller, error) {
	ctx, cancel := context.WithTimeout(ctx, identifyTimeout)
	defer cancel()
	cfg := c.config.Copy()
	cfg.Region, cfg.Credentials = region, credentials
	out, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return model.Caller{}, err
	}
	c.mu.Lock()
	c.skew = skewOf(out.ResultMetadata)
	c.mu.Unlock()
	return newCaller(sdk.ToString(out.Account), sdk.ToString(out.Arn), sdk.ToString(out.UserId)), nil
}

func checkEndpoint(address string) error {
	if address == "" {
		return nil
	}
	parsed, err := url.Parse(address)
	if err == nil && parsed.Host != "" && (parsed.Scheme == "http" || parsed.Scheme == "https") {
		return nil
	}
	return &Explained{
		Reason: ReasonUsage, What: "reading the endpoint", Where: address, Words: "it is not an address",
		Next: "Give it as http://HOST:PORT or https://HOST.", Err: err,
	}
}
