package chain

import (
	"net"
	"net/url"
	"os"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/ec2rolecreds"
	"github.com/aws/aws-sdk-go-v2/credentials/endpointcreds"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"

	"github.com/rootout/rootout/aws/profile"
)

// fromProfile is what a profile names, and without one what the computer has.
func (b *builder) fromProfile(name string) (*Chain, error) {
	section := b.Files.Profile(name)
	if section == nil {
		if problem := b.Files.Problem(); problem != nil {
			return nil, problem
		}
		if name != profile.Default || b.Named {
			return nil, &MissingProfileError{Profile: name}
		}
		return b.ofTheComputer()
	}
	c, err := b.ofSection(section, nil)
	if c != nil || err != nil {
		return c, err
	}
	if problem := b.Files.Problem(); problem != nil {
		return nil, problem
	}
	return b.ofTheComputer()
}

// ofSection is what a profile names, or nil. Below are the profiles that stand on it.
func (b *builder) ofSection(s *profile.Section, below []string) (*Chain, error) {
	if err := s.Problem(); err != nil {
		return nil, err
	}
	if s.Get("role_arn") == "" {
		for _, key := range []string{"source_profile", "credential_source", "web_identity_token_file"} {
			if s.Get(key) != "" {
				return nil, &ConfigError{Profile: s.Name, Words: "profile " + s.Name + " has " + key + " and no role_arn", Next: "Add the role's ARN, or take " + key + " away."}
			}
		}
		return b.withoutRole(s)
	}
	if len(below) > 0 && hasKeys(s) {
		return b.keys(s), nil
	}
	return b.withRole(s, append(below, s.Name))
}

// withRole is the role of a profile on top of what the profile says to start from.
func (b *builder) withRole(s *profile.Section, below []string) (*Chain, error) {
	o := roleOptions{
		Role:     Role{ARN: s.Get("role_arn"), MFASerial: s.Get("mfa_serial"), ExternalID: s.Get("external_id"), SessionName: s.Get("role_session_name")},
		duration: durationOf(s),
	}
	source, err := b.sourceOfRole(s, below)
	if err != nil {
		return nil, err
	}
	if source == nil {
		return b.webIdentity(s.Get("web_identity_token_file"), o, s.Name, sdk.CredentialSourceProfileSTSWebIDToken)
	}
	return b.assume(source, o)
}

// sourceOfRole is what a profile's role is assumed with; nil for a web identity.
func (b *builder) sourceOfRole(s *profile.Section, below []string) (*Chain, error) {
	named := 0
	for _, key := range []string{"source_profile", "credential_source", "web_identity_token_file"} {
		if s.Get(key) != "" {
			named++
		}
	}
	switch {
	case named > 1:
		return nil, &ConfigError{
			Profile: s.Name, Words: "profile " + s.Name + " names more than one way to its role",
			Next: "Leave one of source_profile, credential_source and web_identity_token_file.",
		}
	case s.Get("source_profile") != "":
		return b.sourceProfile(s, below)
	case s.Get("credential_source") != "":
		return b.credentialSource(s)
	case s.Get("web_identity_token_file") != "":
		return nil, nil
	}
	c, err := b.withoutRole(s)
	if c == nil && err == nil {
		err = &ConfigError{
			Profile: s.Name, Words: "profile " + s.Name + " has a role_arn and nothing to assume it with",
			Next: "Add source_profile or credential_source to it.",
		}
	}
	return c, err
}

// sourceProfile is the profile that another one's role is assumed with.
func (b *builder) sourceProfile(s *profile.Section, below []string) (*Chain, error) {
	name := s.Get("source_profile")
	source := b.Files.Profile(name)
	switch {
	case source == nil:
		if problem := b.Files.Problem(); problem != nil {
			return nil, problem
		}
		return nil, &ConfigError{
			Profile: s.Name, Words: "profile " + s.Name + " is to start from profile " + name + ", and there is none of that name",
			Next: "Correct its source_profile; `aws configure list-profiles` shows the profiles there are.",
		}
	case name == s.Name:
		// A profile may hold both its role and the keys to assume it with.
		c, err := b.withoutRole(s)
		if c == nil && err == nil {
			err = &ConfigError{Profile: name, Words: "profile " + name + " is its own source_profile and has no credentials of its own", Next: "Name another profile as its source_profile."}
		}
		return c, err
	case slices.Contains(below, name) && !hasKeys(source):
		return nil, &ConfigError{
			Profile: name,
			Words:   "the profiles " + strings.Join(append(below[slices.Index(below, name):len(below):len(below)], name), " → ") + " are each other's source_profile, so that none has credentials",
			Next:    "Let one of them start from keys, a sign-in, or a credential_source.",
		}
	}
	c, err := b.ofSection(source, below)
	if c == nil && err == nil {
		err = &ConfigError{
			Profile: name, Words: "profile " + name + ", from which profile " + s.Name + " starts, has no credentials",
			Next: "Sign in to it, or name another source_profile.",
		}
	}
	return c, err
}

// credentialSource is what a profile's role is assumed with where the profile names a place.
func (b *builder) credentialSource(s *profile.Section) (*Chain, error) {
	switch from := s.Get("credential_source"); from {
	case "Environment":
		if !b.Env.Credentials.HasKeys() {
			return nil, &ConfigError{
				Profile: s.Name, Words: "profile " + s.Name + " starts from the environment, and there are no keys in it",
				Next: "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
			}
		}
		return b.environment(), nil
	case "Ec2InstanceMetadata":
		return b.instance(), nil
	case "EcsContainer":
		c, err := b.container()
		if c == nil && err == nil {
			err = &ConfigError{
				Profile: s.Name, Words: "profile " + s.Name + " starts from a container's credentials, and this is no container that has some",
				Next: "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or AWS_CONTAINER_CREDENTIALS_FULL_URI would name them.",
			}
		}
		return c, err
	default:
		return nil, &ConfigError{
			Profile: s.Name, Words: "profile " + s.Name + " has credential_source " + from + ", which AWS does not know",
			Next: "It can be Environment, Ec2InstanceMetadata or EcsContainer.",
		}
	}
}

// withoutRole is what a profile itself holds, or nil.
func (b *builder) withoutRole(s *profile.Section) (*Chain, error) {
	half := (s.Get("aws_access_key_id") == "") != (s.Get("aws_secret_access_key") == "")
	switch {
	case half:
		return nil, &ConfigError{
			Profile: s.Name, Words: "profile " + s.Name + " has one half of a key",
			Next: "It needs both aws_access_key_id and aws_secret_access_key, in the same file.",
		}
	case hasKeys(s):
		return b.keys(s), nil
	case s.Get("sso_session") != "", s.Get("sso_start_url") != "":
		return b.identityCenter(s)
	case s.Get("login_session") != "":
		return b.login(s)
	case s.Get("credential_process") != "":
		return &Chain{
			provider: &process{profile: s.Name, command: s.Get("credential_process"), note: b.Note},
			Sources:  []sdk.CredentialSource{sdk.CredentialSourceProfileProcess, sdk.CredentialSourceProcess},
		}, nil
	}
	return nil, nil
}

func hasKeys(s *profile.Section) bool {
	return s.Get("aws_access_key_id") != "" && s.Get("aws_secret_access_key") != ""
}

func (b *builder) keys(s *profile.Section) *Chain {
	return &Chain{
		provider: credentials.StaticCredentialsProvider{Value: sdk.Credentials{
			AccessKeyID: s.Get("aws_access_key_id"), SecretAccessKey: s.Get("aws_secret_access_key"), SessionToken: s.Get("aws_session_token"),
			Source: "profile " + s.Name,
		}},
		Sources: []sdk.CredentialSource{sdk.CredentialSourceProfile},
	}
}

// ofTheComputer is what a container or an instance gives to those who run on it.
func (b *builder) ofTheComputer() (*Chain, error) {
	c, err := b.container()
	if c != nil || err != nil {
		return c, err
	}
	return b.instance(), nil
}

// instance are the credentials of an EC2 instance.
func (b *builder) instance() *Chain {
	provider := ec2rolecreds.New(func(o *ec2rolecreds.Options) { o.Client = imds.NewFromConfig(b.Base) })
	return &Chain{provider: provider, Sources: []sdk.CredentialSource{sdk.CredentialSourceIMDS}}
}

// containerHost is where ECS gives a task its credentials, by AWS's page "Container credential
// provider".
const containerHost = "http://169.254.170.2"

// container are the credentials of a container on ECS or EKS; nil if it is none.
func (b *builder) container() (*Chain, error) {
	address := b.Env.ContainerCredentialsEndpoint
	switch relative := b.Env.ContainerCredentialsRelativePath; {
	case relative != "":
		address = containerHost + relative
	case address == "":
		return nil, nil
	case !trustedAddress(address):
		return nil, &ConfigError{
			Words: "AWS_CONTAINER_CREDENTIALS_FULL_URI names an address that credentials must not be asked of without encryption",
			Next:  "It can be an https address, or one of this computer, of ECS or of EKS.",
		}
	}
	provider := endpointcreds.New(address, func(o *endpointcreds.Options) {
		o.HTTPClient = b.Base.HTTPClient
		o.AuthorizationToken = b.Env.ContainerAuthorizationToken
		if path := b.Getenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"); path != "" {
			o.AuthorizationTokenProvider = endpointcreds.TokenProviderFunc(func() (string, error) {
				token, err := os.ReadFile(path)
				return strings.TrimSpace(string(token)), err
			})
		}
	})
	return &Chain{provider: provider, Sources: []sdk.CredentialSource{sdk.CredentialSourceHTTP}}, nil
}

// trustedAddress says whether the AWS CLI would ask an address for credentials: https, this
// computer, or the addresses of ECS and EKS, by AWS's page "Container credential provider".
func trustedAddress(address string) bool {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Hostname() == "" {
		return false
	}
	if parsed.Scheme == "https" {
		return true
	}
	host := parsed.Hostname()
	if host == "localhost" || slices.Contains([]string{"169.254.170.2", "169.254.170.23", "fd00:ec2::23"}, host) {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
