package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSimExportsATrail: the command writes log files instead of serving, with the truth if it is
// asked for, and says what is wrong with a folder or a number.
func TestSimExportsATrail(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	to := filepath.Join(dir, "trail")
	try := func(args ...string) (code int, out, errs string) {
		var o, e bytes.Buffer
		code = run(t.Context(), append([]string{"sim"}, args...), stdio{in: strings.NewReader(""), out: &o, err: &e})
		return code, o.String(), e.String()
	}
	code, out, errs := try("--export-trail", to, "--events", "3000", "--truth", filepath.Join(dir, "truth.json"))
	if code != exitDone || !strings.HasPrefix(out, "3000 events of 34 regions in ") {
		t.Fatalf("exit code %d: %s%s", code, out, errs)
	}
	files, err := filepath.Glob(filepath.Join(to, "AWSLogs", "*", "CloudTrail", "us-east-1", "*", "*", "*", "*.json.gz"))
	if err != nil || len(files) == 0 {
		t.Errorf("us-east-1 has %d files, %v", len(files), err)
	}
	if _, err := os.Stat(filepath.Join(dir, "truth.json")); err != nil {
		t.Error(err)
	}
	for _, wrong := range []struct {
		args []string
		says string
	}{
		{[]string{"--export-trail", to, "--events", "3000"}, "is not empty"},
		{[]string{"--export-trail", filepath.Join(dir, "few"), "--events", "10"}, "too few"},
		{[]string{"--export-trail", filepath.Join(dir, "none")}, "needs --events"},
		{[]string{"--events", "10"}, "--export-trail"},
	} {
		if code, _, errs := try(wrong.args...); code != exitUsage || !strings.Contains(errs, wrong.says) {
			t.Errorf("%q: exit code %d: %s", wrong.args, code, errs)
		}
	}
}
