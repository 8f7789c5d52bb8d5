package trail_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/trail"
)

// TestSecretsAreSealed: values of environments, tokens, passwords and user data, whatever they lie in;
// what merely is called like a secret stays, and so does everything else.
func TestSecretsAreSealed(t *testing.T) {
	sealer := model.NewSealer([]byte("a key for tests, 16+ bytes"))
	const s = "planted-secret"
	for raw, want := range map[string]struct {
		sealed int
		stays  string
	}{
		`{"responseElements":{"credentials":{"accessKeyId":"ASIA1","sessionToken":"` + s + `"}}}`:                                                  {1, "ASIA1"},
		`{"requestParameters":{"containerDefinitions":[{"environment":[{"name":"POOL","value":"` + s + `"},{"name":"N","value":"` + s + `2"}]}]}}`: {2, "POOL"},
		`{"requestParameters":{"environment":{"variables":{"POOL":"` + s + `","N":["` + s + `"]}}}}`:                                               {2, "POOL"},
		`{"requestParameters":{"userData":"` + s + `","newPassword":"` + s + `","secret_string":"` + s + `","master-user-password":"` + s + `"}}`:  {4, "userData"},
		`{"requestParameters":{"nextToken":"page-2","clientToken":"c","secretId":"prod/db","environmentName":"web","passwordResetRequired":true}}`: {0, "page-2"},
		`{"requestParameters":{"password":"HIDDEN_DUE_TO_SECURITY_REASONS","userData":"<sensitiveDataRemoved>","environment":"***","token":""}}`:   {0, "HIDDEN_DUE_TO_SECURITY_REASONS"},
		`{"requestParameters":{"password":["` + s + `",7,null,true,{"deep":{"er":"` + s + `"}}]},"userAgent":"a\u001bb"}`:                          {2, "userAgent"},
		`{"requestParameters":{"family":"web"},"eventName":"RegisterTaskDefinition"}`:                                                              {0, "web"},
		"{\"requestParameters\":{\"environment\":[{\"name\":\"a\xff\",\"value\":\"" + s + "\"}],\"environment\":[{\"value\":\"" + s + "\"}]}}":     {2, "requestParameters"},
	} {
		got := string(trail.Scrub([]byte(raw), sealer))
		if strings.Contains(got, s) || strings.Count(got, "sealed:") != want.sealed || !strings.Contains(got, want.stays) {
			t.Errorf("%s\nbecomes\n%s", raw, got)
		}
		if !json.Valid([]byte(got)) {
			t.Errorf("%s is no JSON any more", got)
		}
		if want.sealed == 0 && got != raw {
			t.Errorf("%s holds no secret, and becomes\n%s", raw, got)
		}
	}
	for _, broken := range []string{`{"password":"x`, `[`, ``, `{"token"}`} {
		if got := trail.Scrub([]byte(broken), sealer); string(got) != broken {
			t.Errorf("%q is no JSON, and becomes %q", broken, got)
		}
	}
}

func FuzzScrub(f *testing.F) {
	f.Add([]byte(`{"environment":[{"name":"a","value":"b"}],"token":{"x":[1,"y"]}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got := trail.Scrub(raw, model.NewSealer([]byte("a key for tests, 16+ bytes")))
		if json.Valid(raw) && !json.Valid(got) {
			t.Fatalf("%q becomes %q", raw, got)
		}
	})
}
