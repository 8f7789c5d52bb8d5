package casefile

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
)

// TestAMigrationThatFailsLeavesTheOlderCase stops one by records that cannot be read and by a table
// that cannot be written.
func TestAMigrationThatFailsLeavesTheOlderCase(t *testing.T) {
	for name, forgery := range map[string]string{
		"the last record is no JSON":  "UPDATE content SET json = '{' WHERE resource = (SELECT max(resource) FROM content)",
		"a source that is none":       "UPDATE content SET json = json_set(json, '$.makerHow', 4) WHERE resource = 40",
		"a source below all":          "UPDATE content SET json = json_set(json, '$.makerHow', -1) WHERE resource = 40",
		"a table refuses the content": "CREATE TRIGGER no BEFORE UPDATE ON content WHEN old.resource = 40 BEGIN SELECT RAISE(ABORT, 'no'); END",
		"a table refuses the print":   "CREATE TRIGGER no BEFORE UPDATE ON resource WHEN old.id = 40 BEGIN SELECT RAISE(ABORT, 'no'); END",
	} {
		t.Run(name, func(t *testing.T) {
			path := unpack1(t, finishedCase1)
			forge(t, path, forgery)
			before := rows(t, path, "SELECT * FROM content")
			if c, err := Open(t.Context(), path, Writer, options1(t)); err == nil {
				_ = c.Close()
				t.Fatal("it was migrated")
			}
			checkOlder(t, path, before)
		})
	}
}

// checkOlder looks whether a case is still the older one, whole and free.
func checkOlder(t *testing.T, path string, before []string) {
	t.Helper()
	if diff := gocmp.Diff(before, rows(t, path, "SELECT * FROM content")); diff != "" || formatOf(t, path) != fmt.Sprintf("%#v", []any{int64(1)}) {
		t.Errorf("format %s\n%s", formatOf(t, path), diff)
	}
	if r := verified(t, path); !r.OK() {
		t.Error(r.Faults)
	}
	if files := filesBeside(t, path); len(files) != 1 {
		t.Errorf("left beside it: %q", files)
	}
}

// TestAMigrationEndsWithItsContext gives one up as soon as nobody waits for it.
func TestAMigrationEndsWithItsContext(t *testing.T) {
	path := unpack1(t, finishedCase1)
	before := rows(t, path, "SELECT * FROM content")
	c := &Case{path: path}
	c.db = must(openPool(path, readWrite, 1, 1))(t)
	w := must(newWriter(t.Context(), c))(t)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.migrate(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	w.release()
	foldLog(t.Context(), c.db)
	_ = c.db.Close()
	checkOlder(t, path, before)
}

// TestADamagedOlderCaseIsNotMigrated: what does not hold is left for a look at it.
func TestADamagedOlderCaseIsNotMigrated(t *testing.T) {
	path := unpack1(t, finishedCase1)
	forge(t, path, "DELETE FROM journal WHERE seq > 100")
	var damaged *DamagedError
	if _, err := Open(t.Context(), path, Writer, options1(t)); !errors.As(err, &damaged) {
		t.Errorf("got %v", err)
	}
	if got := formatOf(t, path); got != fmt.Sprintf("%#v", []any{int64(1)}) {
		t.Errorf("the format is %s", got)
	}
}

// childMigrate, when it is set, makes the test binary open that case for writing: it says "opening"
// before and "migrated" after.
const childMigrate = "ROOTOUT_TEST_CHILD_MIGRATE"

func migrateCase(path string) {
	fmt.Fprintln(os.Stdout, "opening")
	c, err := Open(context.Background(), path, Writer, Options{})
	if err != nil {
		fmt.Fprintln(os.Stdout, err)
		os.Exit(1)
	}
	fmt.Fprintln(os.Stdout, "migrated")
	_ = c.Close()
}

// TestKilledInAMigration kills a writer (SIGKILL) at many moments of a long migration: what is left
// is the older case, whole, until it is the newer one, whole.
func TestKilledInAMigration(t *testing.T) {
	original := unpack1(t, finishedCase1)
	// Each resource many times more, so that it takes a while.
	const copies = 30
	forge(t, original,
		fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) INSERT INTO resource
			SELECT r.id + 1000 * i, CAST(hex(r.key) || i AS BLOB), cell, content_hash, raw_hash, first_seen, seen, gone FROM resource r, n`, copies),
		`INSERT INTO content SELECT r.id, c.json FROM resource r JOIN content c ON c.resource = r.id % 1000 WHERE r.id > 1000`)
	whole := must(os.ReadFile(original))(t)
	took := killMigration(t, original, time.Hour)
	const rounds = 8
	older := 0
	for i := range rounds {
		path := filepath.Join(t.TempDir(), "x.case")
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		after := took * time.Duration(i%4) / 4
		killMigration(t, path, after)
		c := open1(t, path, Reader)
		if formatOf(t, path) == fmt.Sprintf("%#v", []any{int64(1)}) {
			older++
		} else {
			// The machine has become faster than it was for the first one.
			took = after
		}
		if r := must(c.VerifyChain(t.Context()))(t); !r.OK() {
			t.Error(r.Faults)
		}
		shut(t, c)
		c = open1(t, path, Writer)
		checkInventory1(t, c)
		shut(t, c)
		if got := rows(t, path, "SELECT count(*) FROM content WHERE json LIKE '%\"attrs\":{%' OR json NOT LIKE '%attrs%'"); got[0] != fmt.Sprintf("%#v", []any{int64((1 + copies) * resources1)}) {
			t.Errorf("of %d records there are in the new form %s", (1+copies)*resources1, got)
		}
	}
	if older < 2 {
		t.Errorf("only %d of %d were killed before the end", older, rounds)
	}
}

// killMigration lets a child open a case for writing, kills it after a while, and says how long it
// took if it came to its end.
func killMigration(t *testing.T, path string, after time.Duration) (took time.Duration) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childMigrate+"="+path)
	out := must(cmd.StdoutPipe())(t)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "opening" {
		t.Fatalf("the child says %q", lines.Text())
	}
	began := time.Now()
	timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	if lines.Scan() && lines.Text() != "migrated" {
		t.Fatalf("the child says %q", lines.Text())
	}
	took = time.Since(began)
	_, _ = io.Copy(io.Discard, out)
	_ = cmd.Wait()
	return took
}
