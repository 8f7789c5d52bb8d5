package casefile

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestACaseThatDoesNotSayWhatItIs lacks, or garbles, what belongs to the case as a whole.
func TestACaseThatDoesNotSayWhatItIs(t *testing.T) {
	path, _ := told(t)
	whole := must(os.ReadFile(path))(t)
	forgeries := map[string]string{
		"its start is no time": "UPDATE meta SET value = 'noon' WHERE name = 'started'",
		"its end is no time":   "INSERT INTO meta VALUES ('ended', 'noon')",
	}
	for _, name := range []string{"id", "account", "partition", "started", "seal", "head", "count"} {
		forgeries["it does not say its "+name] = "DELETE FROM meta WHERE name = '" + name + "'"
	}
	for says, forgery := range forgeries {
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		forge(t, path, forgery)
		for _, mode := range []Mode{Reader, Writer} {
			var damaged *DamagedError
			if _, err := Open(t.Context(), path, mode, options("")); !errors.As(err, &damaged) || damaged.What != says {
				t.Errorf("mode %d: got %v, want %q", mode, err, says)
			}
		}
	}
	if files := filesBeside(t, path); len(files) != 1 {
		t.Errorf("left beside it: %q", files)
	}
}

func TestAnEndedCaseSaysSo(t *testing.T) {
	c := create(t)
	if err := c.End(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !c.Identity().Ended.Equal(start) {
		t.Errorf("%+v", c.Identity())
	}
	c = open(t, shut(t, c), Reader)
	want := Identity{ID: c.Identity().ID, Account: account, Partition: "aws", Started: start, Ended: start}
	if c.Identity() != want || len(want.ID) != 32 {
		t.Errorf("%+v", c.Identity())
	}
	entries := must(c.Journal(t.Context(), ""))(t)
	if len(entries) != 2 || entries[1].Kind != CaseEnded || !entries[1].At.Equal(start) {
		t.Errorf("%+v", entries)
	}
}

// TestAStartThatFailsLeavesNothing gives up halfway, and goes over what a killed start has left.
func TestAStartThatFailsLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Create(ended, options(dir)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	o := options(dir)
	o.Rand = strings.NewReader("too few")
	if _, err := Create(t.Context(), o); err == nil {
		t.Error("a case has a key of seven bytes")
	}
	o = options(dir)
	o.Partition = ""
	if _, err := Create(t.Context(), o); err == nil {
		t.Error("a case has no partition")
	}
	o = options(dir)
	o.Account = ""
	if _, err := Create(t.Context(), o); err == nil {
		t.Error("a case has no account")
	}
	if files := must(os.ReadDir(dir))(t); len(files) > 0 {
		t.Errorf("left behind: %v", files)
	}
	o = options(dir)
	o.Path = filepath.Join(dir, "x.case")
	if err := os.WriteFile(o.Path+".new", []byte("half a case"), 0o644); err != nil {
		t.Fatal(err)
	}
	path := shut(t, must(Create(t.Context(), o))(t))
	if files := filesBeside(t, path); !slices.Equal(files, []string{"x.case"}) || must(os.Stat(path))(t).Mode().Perm() != 0o600 {
		t.Errorf("left behind: %q", files)
	}
}

// TestTwoStartsInOneInstant names a second case a moment later while the first is not there yet.
func TestTwoStartsInOneInstant(t *testing.T) {
	dir := t.TempDir()
	taken := must(lockWriter(filepath.Join(must(filepath.EvalSymlinks(dir))(t), fileName(account, start)), lockOwner{Pid: 1}))(t)
	defer taken.release()
	c := must(Create(t.Context(), options(dir)))(t)
	if got, want := filepath.Base(shut(t, c)), fileName(account, start.Add(time.Millisecond)); got != want {
		t.Errorf("it is named %s, want %s", got, want)
	}
}

// TestAStrangersFileRunsNothing: a case may come from anybody, and what is in it must stay data.
func TestAStrangersFileRunsNothing(t *testing.T) {
	path, _ := told(t)
	for _, may := range []access{readOnly, readWrite} {
		db := must(openPool(path, may, 1, 1))(t)
		var trusted, writable, checked int
		_, err := db.ExecContext(t.Context(), "PRAGMA writable_schema=ON")
		err = errors.Join(err, db.QueryRowContext(t.Context(), "PRAGMA trusted_schema").Scan(&trusted),
			db.QueryRowContext(t.Context(), "PRAGMA writable_schema").Scan(&writable), db.QueryRowContext(t.Context(), "PRAGMA cell_size_check").Scan(&checked))
		if err != nil || trusted != 0 || writable != 0 || checked != 1 {
			t.Errorf("%s: trusted schema %d, writable schema %d, size check %d, %v", may, trusted, writable, checked, err)
		}
		_ = db.Close()
	}
}

// TestTheCopyIsRemoved: what was copied to be read holds evidence and must not lie about.
func TestTheCopyIsRemoved(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	t.Setenv("TMP", os.Getenv("TMPDIR"))
	db, cleanup, err := openCopy(t.Context(), crash(t))
	if err != nil {
		t.Fatal(err)
	}
	copies := must(filepath.Glob(filepath.Join(os.TempDir(), "rootout-case-*", "copy.case*")))(t)
	if len(copies) < 2 {
		t.Errorf("there is %q", copies)
	}
	for _, name := range copies {
		if mode := must(os.Stat(name))(t).Mode().Perm(); mode&0o077 != 0 {
			t.Errorf("%s has %o", filepath.Base(name), mode)
		}
	}
	_ = db.Close()
	cleanup()
	if left := must(filepath.Glob(filepath.Join(os.TempDir(), "rootout-case-*")))(t); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
	// Whoever reads a copy through a Case has it removed by closing the case.
	c := create(t)
	removed := 0
	c.cleanup = func() { removed++ }
	shut(t, c)
	shut(t, c)
	if removed != 1 {
		t.Errorf("removed %d times", removed)
	}
	text := filepath.Join(t.TempDir(), "text.case")
	if err := os.WriteFile(text, []byte(strings.Repeat("no case ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	var notCase *NotCaseError
	if _, _, err := openCopy(t.Context(), text); !errors.As(err, &notCase) {
		t.Errorf("got %v", err)
	}
	if left := must(filepath.Glob(filepath.Join(os.TempDir(), "rootout-case-*")))(t); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// TestThePlanIsFoundBehindADamagedCase passes over what cannot be read, and tells of it when the
// plan is nowhere else.
func TestThePlanIsFoundBehindADamagedCase(t *testing.T) {
	dir := t.TempDir()
	at := func(at time.Time) *Case {
		o := options(dir)
		o.Now = func() time.Time { return at }
		return must(Create(t.Context(), o))(t)
	}
	old, recent := at(start), at(start.Add(time.Hour))
	p := sealed(t, "one")
	if err := old.SavePlan(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	shut(t, old)
	if err := os.Truncate(shut(t, recent), 8192); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder.case"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "plan.json"), must(os.ReadFile(old.Path()))(t), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := must(FindByDigest(t.Context(), dir, p.Digest))(t); got != old.Path() {
		t.Errorf("found in %s", got)
	}
	var damaged *DamagedError
	if _, err := FindByDigest(t.Context(), dir, "feed"); !errors.Is(err, ErrNoPlan) || !errors.As(err, &damaged) {
		t.Errorf("got %v", err)
	}
	cases := must(List(t.Context(), dir))(t)
	if len(cases) != 2 || cases[0].Err == nil || cases[0].Account != account || !cases[0].Started.Equal(start.Add(time.Hour).Truncate(time.Millisecond)) {
		t.Errorf("%+v", cases)
	}
	if _, err := FindByDigest(t.Context(), filepath.Join(dir, "none"), p.Digest); !errors.Is(err, ErrNoPlan) {
		t.Errorf("got %v", err)
	}
}
