package chain

import (
	"context"
	"errors"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssooidc"
	oidctypes "github.com/aws/aws-sdk-go-v2/service/ssooidc/types"
	"github.com/aws/smithy-go"

	"github.com/rootout/rootout/model"
)

// Device is what a person needs to sign in with a browser on any computer.
type Device struct {
	// StartURL is the portal that is signed in to.
	StartURL string
	// Address is to be opened, and Code to be compared there; Whole is the address with the code in
	// it, if there is one.
	Address, Whole, Code string
	// Until is when the code ends.
	Until time.Time
}

// slowDown is what is added to the pause when the service asks for that (RFC 8628, 3.5), and
// usualPause the pause where it names none.
const (
	slowDown   = 5 * time.Second
	usualPause = 5 * time.Second
)

var (
	errDeclined = errors.New("the sign-in was called off")
	errNobody   = errors.New("nobody signed in while the code was good")
)

// signIn lets a person sign in with a browser and gives the token, or ended where nobody can be
// asked. A refusal stands for a while.
func (p *ssoProvider) signIn(ctx context.Context, ended *EndedError) (string, error) {
	if p.approve == nil {
		return "", ended
	}
	if err := p.declined.standing(p.now()); err != nil {
		return "", err
	}
	token, err := p.byDevice(ctx)
	if err == nil {
		p.declined = refusal{}
		return token, nil
	}
	if isTransient(err) {
		return "", &SessionError{Command: p.command, Err: err}
	}
	return "", p.declined.set(&EndedError{Command: p.command, Err: err}, p.now())
}

// byDevice is the device grant of OAuth 2.0 (RFC 8628) as IAM Identity Center has it.
func (p *ssoProvider) byDevice(ctx context.Context) (string, error) { //nolint:contextcheck // A person outlasts the call that needs him.
	client, err := p.oidc.RegisterClient(ctx, &ssooidc.RegisterClientInput{
		ClientName: sdk.String("rootout"), ClientType: sdk.String("public"), Scopes: p.scopes,
	})
	if err != nil {
		return "", err
	}
	device, err := p.oidc.StartDeviceAuthorization(ctx, &ssooidc.StartDeviceAuthorizationInput{
		ClientId: client.ClientId, ClientSecret: client.ClientSecret, StartUrl: &p.startURL,
	})
	if err != nil {
		return "", err
	}
	until := p.now().Add(time.Duration(device.ExpiresIn) * time.Second)
	// The person may take longer than the call that needed the token.
	asking, stop := context.WithDeadline(p.life, until)
	defer stop()
	answered := make(chan error, 1)
	go func() {
		answered <- p.approve(asking, Device{
			StartURL: model.Clean(p.startURL), Address: model.Clean(sdk.ToString(device.VerificationUri)),
			Whole: model.Clean(sdk.ToString(device.VerificationUriComplete)), Code: model.Clean(sdk.ToString(device.UserCode)), Until: until,
		})
	}()
	kept := keptToken{
		ClientID: sdk.ToString(client.ClientId), ClientSecret: sdk.ToString(client.ClientSecret),
		RegistrationExpiresAt: time.Unix(client.ClientSecretExpiresAt, 0).UTC().Format(time.RFC3339),
	}
	out, err := p.poll(asking, answered, device, &ssooidc.CreateTokenInput{ //nolint:contextcheck // As above.
		GrantType: sdk.String("urn:ietf:params:oauth:grant-type:device_code"), DeviceCode: device.DeviceCode,
		ClientId: client.ClientId, ClientSecret: client.ClientSecret,
	})
	if err != nil {
		return "", err
	}
	return p.keep(kept, out), nil
}

// poll asks for the token until the person has agreed, or does not want to.
func (p *ssoProvider) poll(
	ctx context.Context, answered <-chan error, device *ssooidc.StartDeviceAuthorizationOutput, in *ssooidc.CreateTokenInput,
) (*ssooidc.CreateTokenOutput, error) {
	pause := time.Duration(device.Interval) * time.Second
	if pause <= 0 {
		pause = usualPause
	}
	for {
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case err := <-answered:
			timer.Stop()
			if err != nil {
				return nil, errDeclined
			}
			answered = nil
		case <-ctx.Done():
			timer.Stop()
			return nil, errNobody
		}
		out, err := p.oidc.CreateToken(ctx, in)
		var pending *oidctypes.AuthorizationPendingException
		var slow *oidctypes.SlowDownException
		switch {
		case err == nil:
			return out, nil
		case errors.As(err, &pending):
		case errors.As(err, &slow):
			pause += slowDown
		case isTransient(err): // The network may come back while the person is at it.
		default:
			return nil, err
		}
	}
}

// isTransient says whether an error is none of the service's: then it says nothing of the session.
func isTransient(err error) bool {
	if errors.Is(err, errNotRenewable) || errors.Is(err, errDeclined) || errors.Is(err, errNobody) {
		return false
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorFault() == smithy.FaultServer
	}
	return true
}
