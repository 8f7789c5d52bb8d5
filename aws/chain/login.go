package chain

import (
	"context"
	"errors"
	"path/filepath"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/logincreds"
	"github.com/aws/aws-sdk-go-v2/service/signin"

	"github.com/rootout/rootout/aws/profile"
)

// login is a session of `aws login`.
func (b *builder) login(s *profile.Section) (*Chain, error) {
	dir := b.Getenv("AWS_LOGIN_CACHE_DIRECTORY")
	if dir == "" {
		dir = filepath.Join(profile.Home(b.Getenv), "login", "cache")
	}
	path, err := logincreds.StandardCachedTokenFilepath(s.Get("login_session"), dir)
	if err != nil {
		return nil, &ConfigError{Profile: s.Name, Words: "the sign-in of profile " + s.Name + " cannot be found", Next: "Set HOME.", Err: err}
	}
	cfg := b.Base.Copy()
	if region := s.Get("region"); region != "" {
		cfg.Region = region
	}
	command := "aws login" + profileFlag(s.Name)
	return &Chain{
		provider: &loginSession{command: command, provider: logincreds.New(signin.NewFromConfig(cfg), path, func(o *logincreds.Options) { o.RestrictPermissions = true })},
		Sources:  []sdk.CredentialSource{sdk.CredentialSourceProfileLogin, sdk.CredentialSourceLogin},
		Command:  command,
	}, nil
}

func profileFlag(name string) string {
	if name == profile.Default {
		return ""
	}
	return " --profile " + name
}

// loginSession is the SDK's provider, which takes its file's word for it that it is whole.
type loginSession struct {
	command  string
	provider *logincreds.Provider
}

var errBrokenSession = errors.New("the file of the session is damaged")

// Retrieve implements sdk.CredentialsProvider.
func (l *loginSession) Retrieve(ctx context.Context) (credentials sdk.Credentials, err error) {
	defer func() {
		// The SDK reads the private key of the file without a look whether there is one.
		if recover() != nil {
			credentials, err = sdk.Credentials{}, &EndedError{Command: l.command, Err: errBrokenSession}
		}
	}()
	credentials, err = l.provider.Retrieve(ctx)
	if err != nil {
		return sdk.Credentials{}, &SessionError{Command: l.command, Err: err}
	}
	return credentials, nil
}
