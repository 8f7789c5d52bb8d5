package profile_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootout/rootout/aws/profile"
)

// load reads two files with the given texts; "" writes none.
func load(t *testing.T, config, credentials string) (*profile.Files, string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ".aws"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"config": config, "credentials": credentials} {
		if text == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, ".aws", name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return profile.Load(func(name string) string { return map[string]string{"HOME": dir}[name] }), dir
}

func TestProfilesAreWhatTheAWSCLIReads(t *testing.T) {
	f, _ := load(t, `# a comment
[default]
region = eu-west-1 ; a comment
Output=json
[profile "with blank"]
  region = us-east-1
  credential_process = "/opt/a b/get" # not a comment
s3 =
  signature_version = s3v4
[profile long]
credential_process = one
  two
[plugins]
x = 1
[sso-session corp]
sso_region: us-west-2
[services local]
ecs =
  endpoint_url = http://localhost:1
`, `[default]
region = eu-west-2
aws_access_key_id = AKIDEXAMPLE
[bare]
aws_access_key_id = AKIDBARE
[profile ignored]
aws_access_key_id = AKIDIGNORED
`)
	for _, x := range []struct {
		section   *profile.Section
		key, want string
	}{
		{f.Profile("default"), "region", "eu-west-2"},
		{f.Profile("default"), "output", "json"},
		{f.Profile("default"), "aws_access_key_id", "AKIDEXAMPLE"},
		{f.Profile("with blank"), "region", "us-east-1"},
		{f.Profile("with blank"), "credential_process", `"/opt/a b/get" # not a comment`},
		{f.Profile("long"), "credential_process", "one\ntwo"},
		{f.Profile("bare"), "aws_access_key_id", "AKIDBARE"},
		{f.Session("corp"), "sso_region", "us-west-2"},
	} {
		if got := x.section.Get(x.key); got != x.want {
			t.Errorf("%s is %q, want %q", x.key, got, x.want)
		}
	}
	if got := f.Services("local").Nested("ecs", "endpoint_url"); got != "http://localhost:1" {
		t.Errorf("the nested setting is %q", got)
	}
	for _, name := range []string{"ignored", "profile ignored", "plugins"} {
		if f.Profile(name) != nil {
			t.Errorf("%s is a profile", name)
		}
	}
	if len(f.Problems()) != 0 {
		t.Errorf("problems %v", f.Problems())
	}
}

func TestWhatCannotBeReadIsNamedWithItsLineAndNotRepeated(t *testing.T) {
	const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	for name, x := range map[string]struct {
		credentials, words string
		line               int
		section            string
	}{
		"a byte order mark":          {"\xef\xbb\xbf[default]\n", "byte order mark", 1, ""},
		"a file of Notepad's":        {"\xff\xfe[\x00d\x00", "byte order mark", 1, ""},
		"a setting before a heading": {"\n" + secret + " = x\n[default]\n", "before the first", 2, ""},
		"an open heading":            {"[default\naws_secret_access_key = " + secret + "\n", "heading", 1, ""},
		"no setting":                 {"[default]\na = b\n" + strings.ReplaceAll(secret, "=", "") + "\n", "neither", 3, "default"},
		"not UTF-8":                  {"[default]\na = \xe4" + secret + "\n", "UTF-8", 2, "default"},
	} {
		t.Run(name, func(t *testing.T) {
			f, dir := load(t, "", x.credentials)
			problem := f.Problem()
			if x.section != "" {
				problem = f.Profile(x.section).Problem()
			}
			var e *profile.Error
			if !errors.As(problem, &e) || e.Line != x.line || e.Path != filepath.Join(dir, ".aws", "credentials") || !strings.Contains(e.Words, x.words) || e.Next == "" {
				t.Fatalf("%+v", e)
			}
			if strings.Contains(e.Error()+e.Next, secret[:12]) {
				t.Errorf("the line is repeated: %v", e)
			}
			if len(f.Problems()) == 0 {
				t.Error("it is not among all problems")
			}
		})
	}
}

func TestAFileThatIsThereAndCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	f := profile.Load(func(name string) string { // A folder cannot be read as a file, even by root.
		return map[string]string{"HOME": dir, "AWS_SHARED_CREDENTIALS_FILE": dir}[name]
	})
	if p := f.Problem(); p == nil || !strings.Contains(p.Error(), dir+": the file is there and cannot be read") {
		t.Errorf("problem %v", p)
	}
	f = profile.Load(func(name string) string { return map[string]string{"HOME": dir}[name] })
	if f.Problem() != nil {
		t.Errorf("files that are not there: %v", f.Problem())
	}
}
