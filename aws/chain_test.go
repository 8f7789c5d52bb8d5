package aws_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rootout/rootout/aws"
)

// TestProfilesThatMakeNoSenseGetASentence, in which nothing is <nil>.
func TestProfilesThatMakeNoSenseGetASentence(t *testing.T) {
	const role = "role_arn = arn:aws:iam::123456789012:role/Admin\n"
	for name, x := range map[string]struct{ config, says string }{
		"two that are each other's source": {"[default]\n" + role + "source_profile = b\n[profile b]\n" + role + "source_profile = default\n", "default → b → default are each other's source_profile"},
		"three in a ring":                  {"[default]\n" + role + "source_profile = b\n[profile b]\n" + role + "source_profile = c\n[profile c]\n" + role + "source_profile = b\n", "b → c → b"},
		"its own source without keys":      {"[default]\n" + role + "source_profile = default\n", "its own source_profile"},
		"a source that is not there":       {"[default]\n" + role + "source_profile = nobody\n", "profile nobody, and there is none"},
		"a source with nothing in it":      {"[default]\n" + role + "source_profile = b\n[profile b]\nregion = eu-west-1\n", "profile b, from which profile default starts, has no credentials"},
		"a role and no source":             {"[default]\n" + role, "nothing to assume it with"},
		"a source and no role":             {"[default]\nsource_profile = b\n", "source_profile and no role_arn"},
		"two ways":                         {"[default]\n" + role + "source_profile = b\ncredential_source = Environment\n", "more than one way"},
		"an unknown credential source":     {"[default]\n" + role + "credential_source = Moon\n", "credential_source Moon"},
		"an empty environment":             {"[default]\n" + role + "credential_source = Environment\n", "starts from the environment, and there are no keys"},
		"no container":                     {"[default]\n" + role + "credential_source = EcsContainer\n", "no container that has some"},
		"half a key":                       {"[default]\naws_access_key_id = AKIDEXAMPLE\n", "one half of a key"},
		"no such session":                  {"[default]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = x\n", "no section of that name"},
		"an incomplete session":            {"[default]\nsso_start_url = https://corp.example\nsso_region = us-east-1\nsso_account_id = 1\n", "has no sso_role_name"},
	} {
		t.Run(name, func(t *testing.T) {
			home(t, x.config)
			_, err := aws.Connect(t.Context(), aws.Options{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				t.Errorf("%s was asked", r.URL.Host)
				return nil, os.ErrDeadlineExceeded
			})})
			if explained(t, err).Reason != aws.ReasonProfile {
				t.Errorf("reason %v", explained(t, err).Reason)
			}
			mustSay(t, err, x.says)
			if strings.Contains(err.Error(), "nil") {
				t.Errorf("%q", err)
			}
		})
	}
}

// TestAFileThatCannotBeReadIsNotAnAbsentOne.
func TestAFileThatCannotBeReadIsNotAnAbsentOne(t *testing.T) {
	for name, x := range map[string]struct{ credentials, says string }{
		"a byte order mark": {"\xef\xbb\xbf[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = s\n", "credentials, line 1: the file begins with a byte order mark"},
		"an open heading":   {"[default\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = s\n", "credentials, line 1: the heading"},
		"a line of its own": {"[default]\naws_access_key_id = AKIDEXAMPLE\n" + plantedKey + "\n", "credentials, line 3: the line is neither"},
	} {
		t.Run(name, func(t *testing.T) {
			path := home(t, "")
			if err := os.WriteFile(filepath.Join(filepath.Dir(path), "credentials"), []byte(x.credentials), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := aws.Connect(t.Context(), aws.Options{})
			mustSay(t, err, x.says)
			if explained(t, err).Reason != aws.ReasonProfile || strings.Contains(err.Error(), plantedKey) {
				t.Errorf("%v", err)
			}
		})
	}
	// What is wrong elsewhere in the file does not keep anybody from signing in.
	path := home(t, "[profile good]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = s\n[profile bad]\nnonsense\n")
	c := connect(t, aws.Options{Profile: "good"}, account(nil))
	if w := c.Warnings(); len(w) != 1 || w[0].Kind != aws.WarnFile || !strings.Contains(w[0].Text, path+", line 5") {
		t.Errorf("warnings %+v", w)
	}
}

// TestARoleOnASignIn: a role whose source is a session of `aws login` or of IAM Identity Center.
func TestARoleOnASignIn(t *testing.T) {
	const standIn = "https://stand-in.example"
	path := home(t, "")
	everyProvider(t, path, "")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range []string{"login", "sso", "process"} {
		role := "\n[profile on]\nrole_arn = arn:aws:iam::123456789012:role/Admin\nsource_profile = " + source + "\n"
		if err := os.WriteFile(path, append(text[:len(text):len(text)], role...), 0o600); err != nil {
			t.Fatal(err)
		}
		var asked tally
		c := connect(t, aws.Options{Profile: "on", EndpointURL: standIn}, recorded(&asked))
		if asked.of("AssumeRole") != 1 || c.Caller().ARN != callerARN {
			t.Errorf("%s: asked %v, is %s", source, asked.counts, c.Caller().ARN)
		}
	}
}

// recorded is everyService as a transport.
func recorded(asked *tally) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		w := &kept{header: http.Header{}}
		everyService(w, r, asked)
		return answer(r, http.StatusOK, w.header.Get("Content-Type"), w.body.String()), nil
	}
}

type kept struct {
	header http.Header
	body   strings.Builder
}

func (k *kept) Header() http.Header         { return k.header }
func (k *kept) Write(b []byte) (int, error) { return k.body.Write(b) }
func (*kept) WriteHeader(int)               {}

// TestTheRoleOfTheCommandLineIsRenewed.
func TestTheRoleOfTheCommandLineIsRenewed(t *testing.T) {
	home(t, "[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = s\n")
	synctest.Test(t, func(t *testing.T) {
		var forms []url.Values
		var asked tally
		questions := 0
		c := connect(t, aws.Options{
			Role:     &aws.Role{ARN: "arn:aws:iam::111122223333:role/Responder", MFASerial: "arn:aws:iam::123456789012:mfa/jm", ExternalID: "e-1", SessionName: "case-7"},
			MFAToken: func(context.Context, string) (string, error) { questions++; return "123456", nil },
		}, func(r *http.Request) (*http.Response, error) {
			text := body(r)
			r.Body = http.NoBody
			form, _ := url.ParseQuery(text)
			forms = append(forms, form)
			if form.Get("Action") == "GetCallerIdentity" {
				return identity(r, callerARN), nil
			}
			asked.add("AssumeRole")
			return answer(r, http.StatusOK, "text/xml", fmt.Sprintf(`<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId>`+
				`<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>%s</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
				time.Now().Add(time.Hour).UTC().Format(time.RFC3339))), nil
		})
		for key, want := range map[string]string{
			"RoleArn": "arn:aws:iam::111122223333:role/Responder", "SerialNumber": "arn:aws:iam::123456789012:mfa/jm", "ExternalId": "e-1",
			"RoleSessionName": "case-7", "TokenCode": "123456", "DurationSeconds": "3600",
		} {
			if got := forms[0].Get(key); got != want {
				t.Errorf("%s is %q, want %q", key, got, want)
			}
		}
		time.Sleep(2 * time.Hour)
		if _, ok := c.SignedInUntil(t.Context()); !ok || asked.of("AssumeRole") != 2 || questions != 2 {
			t.Errorf("renewed %d times after %d questions", asked.of("AssumeRole"), questions)
		}
	})
}

// portal is IAM Identity Center with a device sign-in that is agreed to after some polls.
type portal struct {
	t       *testing.T
	polls   int
	refuses string // The code that a renewal is refused with, "" to renew.
	ended   bool   // The portal does not take the token that is kept.
	tokens  []map[string]any
}

func (p *portal) RoundTrip(r *http.Request) (*http.Response, error) {
	text := body(r)
	reply := func(v string) (*http.Response, error) { return answer(r, http.StatusOK, "application/json", v), nil }
	fail := func(code string) (*http.Response, error) {
		return answer(r, http.StatusBadRequest, "application/json", `{"error":"x","error_description":"`+plantedToken+`"}`, "x-amzn-ErrorType", code), nil
	}
	switch r.URL.Path {
	case "/client/register":
		return reply(fmt.Sprintf(`{"clientId":"c2","clientSecret":"s2","clientSecretExpiresAt":%d}`, time.Now().Add(90*24*time.Hour).Unix()))
	case "/device_authorization":
		return reply(`{"deviceCode":"d","userCode":"ABCD-EFGH","verificationUri":"https://device.example/","verificationUriComplete":"https://device.example/?user_code=ABCD-EFGH","expiresIn":600,"interval":1}`)
	case "/token":
		form := map[string]any{}
		if err := json.Unmarshal([]byte(text), &form); err != nil {
			p.t.Error(err)
		}
		p.tokens = append(p.tokens, form)
		if form["grantType"] == "refresh_token" {
			if p.refuses != "" {
				return fail(p.refuses)
			}
			return reply(`{"accessToken":"renewed","expiresIn":28800,"refreshToken":"r2"}`)
		}
		if p.polls--; p.polls == 2 {
			return fail("SlowDownException")
		}
		if p.polls > 0 {
			return fail("AuthorizationPendingException")
		}
		return reply(`{"accessToken":"by-device","expiresIn":28800,"refreshToken":"r3"}`)
	case "/federation/credentials":
		if token := r.Header.Get("x-amz-sso_bearer_token"); p.ended && token == plantedToken {
			return fail("UnauthorizedException")
		}
		return reply(fmt.Sprintf(`{"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"s","sessionToken":"t","expiration":%d}}`, time.Now().Add(time.Hour).UnixMilli()))
	}
	return identity(r, callerARN), nil
}

// TestASessionOfIdentityCenterIsRenewedOrBegunAnew without the AWS CLI, whose file it keeps up.
func TestASessionOfIdentityCenterIsRenewedOrBegunAnew(t *testing.T) {
	for _, x := range []struct {
		name, ends, refuses string
		ended, declines     bool
		shows               int
		want, says          string
	}{
		{"good", "8h", "", false, false, 0, plantedToken, ""},
		{"near its end", "10m", "", false, false, 0, "renewed", ""},
		{"near its end and not renewable", "10m", "InvalidGrantException", false, false, 0, plantedToken, ""},
		{"ended and renewable", "-1h", "", false, false, 0, "renewed", ""},
		{"ended and not renewable", "-1h", "InvalidGrantException", false, false, 1, "by-device", ""},
		{"ended by the portal", "8h", "", true, false, 1, "by-device", ""},
		{"nobody has signed in", "", "", false, false, 1, "by-device", ""},
		{"called off", "", "", false, true, 1, "", "Run `aws sso login --profile corp`"},
	} {
		t.Run(x.name, func(t *testing.T) {
			path := home(t, "[profile corp]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Admin\n"+
				"[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.example/start\n")
			synctest.Test(t, func(t *testing.T) {
				file := filepath.Join(filepath.Dir(path), ".aws", "sso", "cache", sha1Of("corp")+".json")
				writeToken(t, file, x.ends)
				p := &portal{t: t, polls: 4, refuses: x.refuses, ended: x.ended}
				shown := 0
				c, err := aws.Connect(t.Context(), aws.Options{Profile: "corp", Transport: p, DeviceSignIn: func(ctx context.Context, d aws.Device) error {
					shown++
					if d.Code != "ABCD-EFGH" || d.Whole == "" || d.StartURL != "https://corp.example/start" {
						t.Errorf("shown %+v", d)
					}
					if x.declines {
						return errors.New("no")
					}
					<-ctx.Done() // Until he has signed in.
					return nil
				}})
				synctest.Wait()
				if shown != x.shows {
					t.Errorf("shown %d times, want %d", shown, x.shows)
				}
				if x.says != "" {
					mustSay(t, err, x.says)
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close()
				mustKeep(t, file, x.want)
			})
		})
	}
}

func writeToken(t *testing.T, file, ends string) {
	t.Helper()
	if ends == "" {
		return
	}
	in, err := time.ParseDuration(ends)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf(`{"startUrl":"https://corp.example/start","region":"eu-west-1","accessToken":%q,"expiresAt":%q,"refreshToken":"r","clientId":"c","clientSecret":"s","registrationExpiresAt":%q}`,
		plantedToken, time.Now().Add(in).UTC().Format(time.RFC3339), time.Now().Add(24*time.Hour).UTC().Format(time.RFC3339))
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// mustKeep looks at what is kept for the AWS CLI.
func mustKeep(t *testing.T, file, token string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var kept map[string]string
	if err := json.Unmarshal(text, &kept); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v, %v", info.Mode(), err)
	}
	if kept["accessToken"] != token || kept["startUrl"] == "" || kept["clientSecret"] == "" || kept["registrationExpiresAt"] == "" || kept["refreshToken"] == "" {
		t.Errorf("kept is %v", kept)
	}
	if at, err := time.Parse(time.RFC3339, kept["expiresAt"]); err != nil || !at.After(time.Now()) {
		t.Errorf("it ends %q", kept["expiresAt"])
	}
}

// TestAWrongClockIsToldAsAWrongClock, with the difference, however AWS calls it.
func TestAWrongClockIsToldAsAWrongClock(t *testing.T) {
	for _, x := range []struct {
		code   string
		ahead  time.Duration
		reason aws.Reason
		says   string
	}{
		{"RequestTimeTooSkewed", 2 * time.Hour, aws.ReasonClock, "clock is 2h0m0s behind AWS's"},
		{"SignatureDoesNotMatch", -20 * time.Minute, aws.ReasonClock, "clock is 20m0s ahead of AWS's"},
		{"InvalidSignatureException", 7 * time.Hour, aws.ReasonClock, "7h0m0s behind"},
		{"SignatureDoesNotMatch", 0, aws.ReasonInvalid, "secret may be wrong"},
		{"InvalidClientTokenId", 2 * time.Hour, aws.ReasonInvalid, "switched off"},
	} {
		synctest.Test(t, func(t *testing.T) {
			options := static()
			options.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
				response := queryError(r, http.StatusForbidden, x.code, "Signature expired.")
				response.Header.Set("Date", time.Now().Add(x.ahead).UTC().Format(http.TimeFormat))
				return response, nil
			})
			_, err := aws.Connect(t.Context(), options)
			mustSay(t, err, x.says)
			if explained(t, err).Reason != x.reason {
				t.Errorf("%s: reason %v", x.code, explained(t, err).Reason)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		c := connect(t, static(), func(r *http.Request) (*http.Response, error) {
			response := identity(r, callerARN)
			response.Header.Set("Date", time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat))
			return response, nil
		})
		if w := c.Warnings(); len(w) != 1 || w[0].Kind != aws.WarnClock || !strings.Contains(w[0].Text, "1h0m0s ahead") {
			t.Errorf("warnings %+v", w)
		}
	})
}
