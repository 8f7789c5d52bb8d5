package aws_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func sha1Of(text string) string {
	sum := sha1.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

func sha256Of(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// loginToken is what `aws login` keeps, of a session whose credentials have just run out.
func loginToken(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	block := strings.ReplaceAll(string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})), "\n", `\n`)
	return `{"accessToken":{"accessKeyId":"ASIALOGIN","secretAccessKey":"` + plantedKey + `","sessionToken":"` + plantedToken +
		`","accountId":"123456789012","expiresAt":"2020-01-01T00:00:00Z"},"tokenType":"aws_sigv4","refreshToken":"r","clientId":"c","dpopKey":"` + block + `"}`
}

// everyService stands for all services that give credentials, and counts what is asked.
func everyService(w http.ResponseWriter, r *http.Request, asked *tally) {
	in := time.Now().Add(time.Hour).UTC()
	asked.add(r.URL.Path)
	switch r.URL.Path {
	case "/federation/credentials":
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"s","sessionToken":"t","expiration":%d}}`, in.UnixMilli())
		return
	case "/token":
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprint(w, `{"accessToken":"new","expiresIn":3600,"refreshToken":"r2","tokenType":"Bearer"}`)
		return
	case "/v1/token":
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprint(w, `{"accessToken":{"accessKeyId":"ASIALOGIN2","secretAccessKey":"s","sessionToken":"t"},"tokenType":"aws_sigv4","expiresIn":900,"refreshToken":"r2"}`)
		return
	}
	form, _ := url.ParseQuery(body(r))
	action := form.Get("Action")
	asked.add(action)
	w.Header().Set("Content-Type", "text/xml")
	switch action {
	case "AssumeRole", "AssumeRoleWithWebIdentity":
		_, _ = fmt.Fprintf(w, `<%[1]sResponse><%[1]sResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>`+
			`<SessionToken>t</SessionToken><Expiration>%[2]s</Expiration></Credentials></%[1]sResult></%[1]sResponse>`, action, in.Format(time.RFC3339))
	default:
		_, _ = fmt.Fprint(w, `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>`+callerARN+
			`</Arn><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`)
	}
}
