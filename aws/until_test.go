package aws_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"

	"github.com/rootout/rootout/aws"
)

// TestSignedInUntil tells an end only where there is one and it is known.
func TestSignedInUntil(t *testing.T) {
	t.Parallel()
	end := time.Now().Add(time.Hour).UTC()
	for name, x := range map[string]struct {
		then  sdk.Credentials
		err   error
		known bool
	}{
		"a session":          {sdk.Credentials{AccessKeyID: "A", SecretAccessKey: "s", CanExpire: true, Expires: end}, nil, true},
		"a key":              {sdk.Credentials{AccessKeyID: "A", SecretAccessKey: "s", Expires: end}, nil, false},
		"what cannot be had": {sdk.Credentials{CanExpire: true, Expires: end}, errors.New("no"), false},
	} {
		signedIn := false
		options := aws.Options{Region: "us-east-1", Credentials: sdk.CredentialsProviderFunc(func(context.Context) (sdk.Credentials, error) {
			if signedIn {
				return x.then, x.err
			}
			return sdk.Credentials{AccessKeyID: "A", SecretAccessKey: "s", CanExpire: true, Expires: time.Now().Add(-time.Second)}, nil
		})}
		c := connect(t, options, account(func(r *http.Request) (*http.Response, error) { return answer(r, http.StatusOK, awsJSON, "{}"), nil }))
		signedIn = true
		got, known := c.SignedInUntil(t.Context())
		if known != x.known || known && !got.Equal(end) {
			t.Errorf("%s: until %v, known %v", name, got, known)
		}
	}
}
