package aws_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/rootout/rootout/aws"
)

// The planted secrets: what AWS's documents use, and random text of the same make.
const (
	plantedKey   = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	plantedToken = "IQoJb3JpZ2luX2VjEJr3Tq9vX0dW8kLmN2pQ7sRt4uVw1yZaBcDeFgHiJkLmNoPq"
)

// script writes an executable and gives its path, in a folder with a blank in its name.
func script(t *testing.T, text string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the helpers are shell scripts")
	}
	dir := filepath.Join(t.TempDir(), "my tools")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "helper")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

const helperJSON = `{"Version":1,"AccessKeyId":"ASIAHELPER","SecretAccessKey":"` + plantedKey + `","SessionToken":"` + plantedToken + `"}`

// TestACredentialProcessSeesNoTerminal: it reads nothing, has no terminal to open, and what it says
// comes back as a note.
func TestACredentialProcessSeesNoTerminal(t *testing.T) {
	path := script(t, `
if read line; then echo "read $line" >&2; else echo "nothing to read" >&2; fi
if (: </dev/tty) 2>/dev/null; then echo "a terminal" >&2; fi
printf '\033[2Jcleared\n' >&2
echo '`+helperJSON+`'`)
	home(t, "[profile helper]\ncredential_process = \""+path+"\" --with 'an argument'\n[profile role]\nrole_arn = arn:aws:iam::123456789012:role/Admin\nsource_profile = helper\n")
	for _, profile := range []string{"helper", "role"} {
		var asked tally
		c := connect(t, aws.Options{Profile: profile}, func(r *http.Request) (*http.Response, error) { return roles(r, &asked) })
		var notes []string
		for _, w := range c.Warnings() {
			if w.Kind == aws.WarnProcess {
				notes = append(notes, w.Text)
			}
		}
		all := strings.Join(notes, "|")
		if len(notes) != 1 || !strings.Contains(all, "profile helper said: nothing to read") || !strings.Contains(all, "cleared") {
			t.Errorf("%s: notes %q", profile, notes)
		}
		if strings.ContainsAny(all, "\x1b\n") || strings.Contains(all, "a terminal") {
			t.Errorf("%s: notes %q", profile, notes)
		}
		if profile == "role" && asked.of("AssumeRole") != 1 {
			t.Errorf("the role was assumed %d times", asked.of("AssumeRole"))
		}
	}
}

// TestWhatACredentialProcessPrintsIsNeverShown: whatever is wrong with it.
func TestWhatACredentialProcessPrintsIsNeverShown(t *testing.T) {
	for name, x := range map[string]struct{ text, says string }{
		"a line before its JSON":     {"echo hello; echo '" + helperJSON + "'", "one JSON object"},
		"another version":            {"echo '" + strings.Replace(helperJSON, "1", "2", 1) + "'", "Version is not 1"},
		"half of it":                 {"echo '{\"Version\":1,\"SecretAccessKey\":\"" + plantedKey + "\"}'", "without AccessKeyId"},
		"a time that is none":        {"echo '" + strings.Replace(helperJSON, "}", `,"Expiration":"`+plantedToken+`"}`, 1) + "'", "Expiration"},
		"it fails and says it all":   {"echo '" + helperJSON + "' | tee /dev/stderr; exit 3", "exit status 3"},
		"it fails with only stderr":  {"echo 'aws_secret_access_key = " + plantedKey + "' >&2; exit 1", "exit status 1; it said: aws_secret_access_key = [hidden]"},
		"a short secret on both":     {"echo not-so-random-secret; echo got not-so-random-secret >&2", "[hidden]"},
		"it is not there":            {"", "cannot be started"},
		"it leaves something behind": {"echo '" + helperJSON + "'; sleep 60 &", "left something running"},
	} {
		t.Run(name, func(t *testing.T) {
			path := script(t, x.text)
			if x.text == "" {
				path += "-no"
			}
			home(t, "[default]\ncredential_process = '"+path+"' "+plantedToken+"\n")
			_, err := aws.Connect(t.Context(), aws.Options{Transport: roundTrip(func(*http.Request) (*http.Response, error) { return nil, os.ErrDeadlineExceeded })})
			mustSay(t, err, x.says, "credential_process of profile default")
			for _, secret := range []string{plantedKey, plantedToken, "not-so-random-secret"} {
				for _, text := range []string{err.Error(), fmt.Sprintf("%+v", explained(t, err).Words), aws.Describe(err).Message} {
					if strings.Contains(text, secret) {
						t.Errorf("%q holds a secret", text)
					}
				}
			}
		})
	}
}

// refusingProxy is a proxy and a server that notes who is asked for and refuses it.
func refusingProxy(t *testing.T) (address string, asked *tally) {
	t.Helper()
	asked = &tally{}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.add(r.Host)
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(proxy.Close)
	return proxy.URL, asked
}

// TestNothingLeavesAnEndpointOverride signs in by every provider, with a token of each kind in its
// place, behind a stand-in for AWS, and sees to it by a proxy that nobody else is asked.
func TestNothingLeavesAnEndpointOverride(t *testing.T) {
	for _, x := range []struct {
		profile string
		refused bool // The provider has its own address, which the override keeps from being asked.
		asks    string
	}{
		{"keys", false, "GetCallerIdentity"},
		{"role", false, "AssumeRole"},
		{"web", false, "AssumeRoleWithWebIdentity"},
		{"sso", false, "/federation/credentials"},
		{"renewed", false, "/token"},
		{"login", false, "/v1/token"},
		{"process", false, "GetCallerIdentity"},
		{"container", true, ""},
		{"instance", true, ""},
	} {
		for _, way := range []string{"flag", "environment", "profile", "flag against all others", "flag where configured ones are ignored"} {
			t.Run(x.profile+" by "+way, func(t *testing.T) {
				nothingLeaves(t, x.profile, way, x.refused, x.asks)
			})
		}
	}
}

func nothingLeaves(t *testing.T, profile, way string, refused bool, asks string) {
	t.Helper()
	proxy, strangers := refusingProxy(t)
	var asked tally
	standIn := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { everyService(w, r, &asked) }))
	t.Cleanup(standIn.Close)
	stranger := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strangers.add("named elsewhere") }))
	t.Cleanup(stranger.Close)
	path := home(t, "")
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"} {
		t.Setenv(name, proxy)
	}
	t.Setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "https://elsewhere.example/creds")
	setting := ""
	options := aws.Options{Profile: profile}
	switch way {
	case "flag":
		options.EndpointURL = standIn.URL
	case "environment":
		t.Setenv("AWS_ENDPOINT_URL", standIn.URL)
	case "profile":
		setting = "endpoint_url = " + standIn.URL
	case "flag where configured ones are ignored":
		options.EndpointURL = standIn.URL
		t.Setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
	default:
		options.EndpointURL, setting = standIn.URL, "endpoint_url = "+stranger.URL
		t.Setenv("AWS_ENDPOINT_URL", stranger.URL)
		t.Setenv("AWS_ENDPOINT_URL_STS", stranger.URL)
		t.Setenv("AWS_ENDPOINT_URL_SSO", stranger.URL)
		t.Setenv("AWS_ENDPOINT_URL_SSO_OIDC", stranger.URL)
		t.Setenv("AWS_ENDPOINT_URL_SIGNIN", stranger.URL)
	}
	everyProvider(t, path, setting)
	c, err := aws.Connect(t.Context(), options)
	switch {
	case refused && err == nil, !refused && err != nil:
		t.Errorf("signing in: %v", err)
	case err == nil:
		t.Cleanup(c.Close)
		if c.Endpoint() != standIn.URL {
			t.Errorf("the endpoint is %q", c.Endpoint())
		}
	case profile == "container":
		mustSay(t, err, "nothing is asked but "+standIn.URL, "elsewhere.example")
	}
	if asks != "" && asked.of(asks) == 0 {
		t.Errorf("the stand-in was asked %v, want %s", asked.counts, asks)
	}
	if len(strangers.counts) != 0 {
		t.Errorf("others were asked: %v", strangers.counts)
	}
}

// everyProvider writes a profile for each provider, and what they keep on the disk.
func everyProvider(t *testing.T, path, setting string) {
	t.Helper()
	dir := filepath.Dir(path)
	soon := time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	write := func(name, text string) {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("token", "a web identity")
	ssoToken := func(expires string) string {
		return `{"accessToken":"` + plantedToken + `","expiresAt":"` + expires + `","refreshToken":"r","clientId":"c","clientSecret":"s","registrationExpiresAt":"` + soon + `"}`
	}
	// sha1 of the names of the sessions, and sha256 of the login session: where the AWS CLI keeps them.
	write(".aws/sso/cache/"+sha1Of("corp")+".json", ssoToken(soon))
	write(".aws/sso/cache/"+sha1Of("old")+".json", ssoToken("2020-01-01T00:00:00Z"))
	write(".aws/login/cache/"+sha256Of("arn:aws:iam::123456789012:user/jm")+".json", loginToken(t))
	sso := "\nsso_account_id = 123456789012\nsso_role_name = Admin\n" + setting + "\n"
	session := "\nsso_region = eu-west-1\nsso_start_url = https://corp.example/start\n"
	write("config", "[profile keys]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = s\n"+setting+
		"\n[profile role]\nrole_arn = arn:aws:iam::123456789012:role/Admin\nsource_profile = keys\n"+setting+
		"\n[profile web]\nrole_arn = arn:aws:iam::123456789012:role/Admin\nweb_identity_token_file = "+filepath.Join(dir, "token")+"\n"+setting+
		"\n[profile sso]\nsso_session = corp"+sso+"[profile renewed]\nsso_session = old"+sso+
		"[sso-session corp]"+session+"[sso-session old]"+session+
		"[profile login]\nlogin_session = arn:aws:iam::123456789012:user/jm\nregion = eu-west-1\n"+setting+
		"\n[profile process]\ncredential_process = '"+script(t, "echo '"+helperJSON+"'")+"'\n"+setting+
		"\n[profile container]\nrole_arn = arn:aws:iam::123456789012:role/Admin\ncredential_source = EcsContainer\n"+setting+
		"\n[profile instance]\nrole_arn = arn:aws:iam::123456789012:role/Admin\ncredential_source = Ec2InstanceMetadata\n"+setting+"\n")
}
