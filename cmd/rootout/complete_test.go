package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// completed is what a shell is offered for the last word of a command line.
func completed(t *testing.T, words ...string) []string {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), append([]string{cobra.ShellCompNoDescRequestCmd}, words...), stdio{in: strings.NewReader(""), out: &out, err: &errs})
	if code != exitDone {
		t.Fatalf("%q: exit code %d: %s", words, code, errs.String())
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	return lines[:len(lines)-1] // The last one tells the shell what else to do.
}

func TestValuesAreCompleted(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"config": "[default]\nregion = eu-west-1\n[profile responder]\n[sso-session corp]\n", "credentials": "[keys]\naws_access_key_id = A\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(dir, "config"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(dir, "credentials"))
	for _, c := range []struct {
		line string
		want []string
	}{
		{"scan --profile ,", []string{"default", "keys", "responder"}},
		{"--profile r,", []string{"responder"}},
		{"demo --attacker ,", []string{"dormant", "live"}},
		{"sim --scenario ,", []string{"breach"}},
		{"scan --region eu-west-,", []string{"eu-west-1", "eu-west-2", "eu-west-3"}},
		{"completion ,", shells()},
		{"help case ,", []string{"list", "verify"}},
		{"demo --fault th,", []string{"throttle="}},
		{"plan --where kind:task clust,", []string{"kind:task cluster:", "kind:task clusters:"}},
		{"scan --where region:eu-west-1,", []string{"region:eu-west-1"}},
		{"scan --where @fi,", nil},
		{"timeline --where sor", []string{"sort:"}},
	} {
		line, _ := strings.CutSuffix(c.line, ",")
		words := strings.Split(line, " ")
		if where := slices.Index(words, "--where"); where >= 0 {
			words = append(words[:where+1], strings.Join(words[where+1:], " "))
		}
		if got := completed(t, words...); !slices.Equal(got, c.want) {
			t.Errorf("%q is completed to %q, want %q", line, got, c.want)
		}
	}
	// Of several values the last one is completed, and none is offered twice.
	if got := completed(t, "scan", "--skip-regions", "eu-west-1,eu-west-"); !slices.Equal(got, []string{"eu-west-1,eu-west-2", "eu-west-1,eu-west-3"}) {
		t.Errorf("regions are completed to %q", got)
	}
}

// TestOnlyFlagsThatDoSomethingAreShown: in every command a shared flag is either taken, shown in its
// help and completed, or refused and in neither.
func TestOnlyFlagsThatDoSomethingAreShown(t *testing.T) {
	root := newRoot(stdio{})
	taken, refused := 0, 0
	each(root, func(c *cobra.Command) {
		if c.HasSubCommands() {
			return
		}
		path := strings.Fields(c.CommandPath())[1:]
		offered := completed(t, append(slices.Clone(path), "--")...)
		help := c.UsageString()
		root.PersistentFlags().VisitAll(func(f *pflag.Flag) {
			flag := "--" + f.Name
			own := c.LocalFlags().Lookup(f.Name)
			switch {
			case f.Hidden || own != nil && !own.Hidden:
			case c.InheritedFlags().Lookup(f.Name) != nil:
				taken++
				if !strings.Contains(help, flag) || !slices.Contains(offered, flag) {
					t.Errorf("%s does not show %s", c.CommandPath(), flag)
				}
			default:
				refused++
				var errs bytes.Buffer
				args := append(slices.Clone(path), flag+"=1")
				code := run(t.Context(), args, stdio{in: strings.NewReader(""), out: &errs, err: &errs})
				if want := strings.Join(path, " ") + " takes no " + flag; code != exitUsage || !strings.Contains(errs.String(), want) {
					t.Errorf("%q ends with %d: %s", args, code, errs.String())
				}
				if strings.Contains(help, flag) || slices.Contains(offered, flag) {
					t.Errorf("%s shows %s", c.CommandPath(), flag)
				}
			}
		})
	})
	if taken < 20 || refused < 20 {
		t.Errorf("%d taken and %d refused: the test looks at nothing", taken, refused)
	}
}
