package chain

import (
	"crypto/sha1" //nolint:gosec // The AWS CLI names its files so.
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// keptToken is a token as the AWS CLI keeps it in ~/.aws/sso/cache (botocore, tokens.py).
type keptToken struct {
	StartURL              string `json:"startUrl,omitempty"`
	Region                string `json:"region,omitempty"`
	AccessToken           string `json:"accessToken"`
	ExpiresAt             string `json:"expiresAt"`
	ClientID              string `json:"clientId,omitempty"`
	ClientSecret          string `json:"clientSecret,omitempty"`
	RegistrationExpiresAt string `json:"registrationExpiresAt,omitempty"`
	RefreshToken          string `json:"refreshToken,omitempty"`
}

// expires is when the token ends; the beginning of time if it does not say so in words we know.
func (t *keptToken) expires() time.Time {
	text := t.ExpiresAt
	if until, ok := strings.CutSuffix(text, "UTC"); ok { // So wrote the first AWS CLI with IAM Identity Center.
		text = until + "Z"
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return at
}

// tokenFile is the name of the file of a session, or of a start address where there is no session.
func tokenFile(key string) string {
	sum := sha1.Sum([]byte(key)) //nolint:gosec // The AWS CLI names its files so.
	return hex.EncodeToString(sum[:]) + ".json"
}

var (
	errNoToken     = errors.New("nobody has signed in yet on this computer")
	errBrokenToken = errors.New("the file of the session is damaged")
)

func readToken(path string) (*keptToken, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, errNoToken
	}
	t := &keptToken{}
	// The decoder's words would repeat what stands in the file.
	if json.Unmarshal(text, t) != nil || t.AccessToken == "" {
		return nil, errBrokenToken
	}
	return t, nil
}

// writeToken replaces the file as a whole, so that nobody reads half of it; only its owner may.
func writeToken(path string, t *keptToken) error {
	text, err := json.Marshal(t) //nolint:gosec // Keeping the token is what it is for.
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".rootout-*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
