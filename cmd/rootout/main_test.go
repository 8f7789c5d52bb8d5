package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rootout/rootout/model/casefile"
)

// TestMain makes the test binary rootout itself when it is called so: scripts and tests run it as a
// process of its own, with signals, exit codes and files as a user has them.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"rootout": main})
}

// TestScripts are the command line as a user types it.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", Setup: setup, RequireUniqueNames: true,
		Condition: func(name string) (bool, error) {
			if name == "long" {
				return !testing.Short(), nil
			}
			return false, errors.New("no such condition")
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"account": cmdAccount, "elsewhere": cmdElsewhere, "fault": cmdFault, "renew": cmdRenew, "query": cmdQuery, "code": cmdCode, "phrase": cmdPhrase,
			"untouched": cmdUntouched, "purged": cmdPurged, "hold": cmdHold, "cut": cmdCut, "poke": cmdPoke, "alter": cmdAlter, "harmless": cmdHarmless, "restored": cmdRestored,
		},
	})
}

// setup keeps a script away from whatever AWS configuration the machine has, and gives it a place
// for cases and configuration.
func setup(env *testscript.Env) error {
	for key, value := range isolated(env.WorkDir) {
		env.Setenv(key, value)
	}
	env.Values[accountKey{}] = new(*testAccount)
	return nil
}

func isolated(dir string) map[string]string {
	return map[string]string{
		"XDG_STATE_HOME": filepath.Join(dir, "state"), "XDG_CONFIG_HOME": filepath.Join(dir, "config"),
		"SPEED": testSpeed, "CASES": filepath.Join(dir, "state", "rootout", "cases"),
		"AWS_CONFIG_FILE": filepath.Join(dir, "aws-config"), "AWS_SHARED_CREDENTIALS_FILE": filepath.Join(dir, "aws-credentials"),
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_PAGER": "", "NO_COLOR": "1",
	}
}

// cmdCode is "code N[,M] ARGS…": rootout ends with exactly that exit code, or one of them.
func cmdCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: code N ARGS…")
	}
	err := ts.Exec("rootout", args[1:]...)
	got := 0
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
		got = failed.ExitCode()
	} else {
		ts.Check(err)
	}
	if !slices.Contains(strings.Split(args[0], ","), strconv.Itoa(got)) {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

// cmdPhrase is "phrase NAME": the last line of the last output, where plan prints what confirms it,
// goes into the environment.
func cmdPhrase(ts *testscript.TestScript, _ bool, args []string) {
	lines := strings.Split(strings.TrimSpace(ts.ReadFile("stdout")), "\n")
	ts.Setenv(args[0], lines[len(lines)-1])
}

// cmdHold is "hold CASE": somebody else writes the case until the script ends; HOLDER is his
// process.
func cmdHold(ts *testscript.TestScript, _ bool, args []string) {
	c, err := casefile.Open(context.Background(), onlyCase(ts, args[0]), casefile.Writer, casefile.Options{Process: "rootout"})
	ts.Check(err)
	ts.Setenv("HOLDER", strconv.Itoa(os.Getpid()))
	ts.Defer(func() { _ = c.Close() })
}

// onlyCase is the one case of a directory.
func onlyCase(ts *testscript.TestScript, dir string) string {
	found, err := filepath.Glob(filepath.Join(ts.MkAbs(dir), "*.case"))
	ts.Check(err)
	if len(found) != 1 {
		ts.Fatalf("there are %d cases in %s", len(found), dir)
	}
	return found[0]
}

// cmdCut is "cut DIR FILE": the first half of the only case in DIR, as a disk that was full leaves
// it.
func cmdCut(ts *testscript.TestScript, _ bool, args []string) {
	data, err := os.ReadFile(onlyCase(ts, args[0]))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), data[:len(data)/2], 0o600))
}

// cmdPoke is "poke DIR FILE OFFSET VALUE": the only case in DIR with one byte changed.
func cmdPoke(ts *testscript.TestScript, _ bool, args []string) {
	data, err := os.ReadFile(onlyCase(ts, args[0]))
	ts.Check(err)
	at, err := strconv.Atoi(args[2])
	ts.Check(err)
	value, err := strconv.Atoi(args[3])
	ts.Check(err)
	data[at] = byte(value)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), data, 0o600))
}

// cmdAlter is "alter FILE COPY OLD NEW": a copy in which one text stands for another.
func cmdAlter(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[2]) {
		ts.Fatalf("%s holds no %s", args[0], args[2])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(strings.ReplaceAll(text, args[2], args[3])), 0o600))
}

// cmdHarmless is "harmless FILE…": nothing in them can do more to a terminal than end a line.
func cmdHarmless(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		text := ts.ReadFile(name)
		if text == "" {
			ts.Fatalf("%s is empty", name)
		}
		for i, r := range text {
			if r != '\n' && dangerous(r) {
				ts.Fatalf("%s: %q near %q", name, r, text[max(0, i-30):i])
			}
		}
	}
}

// dangerous are control characters and the ones that turn text around (Unicode, UAX #9).
func dangerous(r rune) bool {
	return r < 0x20 || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x200e || r == 0x200f || r == 0x061c ||
		r == 0x2028 || r == 0x2029
}
