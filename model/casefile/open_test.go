package casefile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/plan"
	"github.com/rootout/rootout/model/port"
)

var _ port.Case = (*Case)(nil)

func TestOneFileForItsOwnerOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "rootout", "cases")
	c := must(Create(t.Context(), options(dir)))(t)
	if want := "123456789012-20261121T021930.123Z.case"; filepath.Base(c.Path()) != want {
		t.Errorf("named %s, want %s", filepath.Base(c.Path()), want)
	}
	if err := c.Record(t.Context(), breach(2000)); err != nil {
		t.Fatal(err)
	}
	appendNote(t, c, "null")
	if runtime.GOOS != "windows" {
		if mode := must(os.Stat(dir))(t).Mode().Perm(); mode != 0o700 {
			t.Errorf("the directory has %o", mode)
		}
		for _, name := range filesBeside(t, c.Path()) {
			if mode := must(os.Stat(filepath.Join(dir, name)))(t).Mode().Perm(); mode != 0o600 {
				t.Errorf("%s has %o", name, mode)
			}
		}
	}
	// A reader that is still open must not keep the log from being folded.
	reader := open(t, c.Path(), Reader)
	if _, err := reader.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	shut(t, c)
	if files := filesBeside(t, c.Path()); len(files) != 1 {
		t.Errorf("after Close there is %v", files)
	}
	if b := must(reader.Load(t.Context()))(t); len(b.Found) != 2000 {
		t.Errorf("the reader sees %d resources", len(b.Found))
	}
}

func TestTwoCasesOfOneInstant(t *testing.T) {
	dir := t.TempDir()
	first, second := must(Create(t.Context(), options(dir)))(t), must(Create(t.Context(), options(dir)))(t)
	defer func() { _ = first.Close() }()
	if shut(t, second) == first.Path() {
		t.Error("they share a file")
	}
	o := options("")
	o.Path = first.Path()
	if _, err := Create(t.Context(), o); !errors.Is(err, fs.ErrExist) {
		t.Errorf("an existing case was written over: %v", err)
	}
	o.Path, o.Account = filepath.Join(dir, "x.case"), "../../etc"
	if _, err := Create(t.Context(), o); err == nil {
		t.Error("an account that is none was taken")
	}
}

func TestWhatIsNoCase(t *testing.T) {
	path, _ := told(t)
	whole := must(os.ReadFile(path))(t)
	dir := t.TempDir()
	put := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	foreign := put("foreign.case", nil)
	forge(t, foreign, "CREATE TABLE meta (name TEXT, value TEXT)")
	newer := put("newer.case", whole)
	forge(t, newer, "PRAGMA user_version = 7")
	unborn := put("unborn.case", whole)
	forge(t, unborn, "PRAGMA user_version = 0")
	holes := slices.Clone(whole)
	for i := 4096; i < len(holes); i++ {
		holes[i] = 0xa5
	}
	var notCase *NotCaseError
	var damaged *DamagedError
	var tooNew *NewerError
	for _, file := range []struct {
		path string
		want any
	}{
		{put("empty.case", nil), &notCase},
		{put("text.case", []byte(strings.Repeat("this is a letter, not a database\n", 200))), &notCase},
		{foreign, &notCase},
		{newer, &tooNew},
		{unborn, &damaged},
		{put("cut.case", whole[:len(whole)/2]), &damaged},
		{put("stub.case", whole[:1000]), &damaged},
		{put("last page.case", whole[:len(whole)-1]), &damaged},
		{put("overwritten.case", holes), &damaged},
	} {
		for _, mode := range []Mode{Reader, Writer} {
			c, err := Open(t.Context(), file.path, mode, options(""))
			if err == nil {
				_ = c.Close()
			}
			if !errors.As(err, file.want) {
				t.Errorf("%s, mode %d: got %v, want a %T", filepath.Base(file.path), mode, err, file.want)
			}
		}
	}
	if tooNew.Version != 7 || tooNew.Known != Format {
		t.Errorf("%+v", tooNew)
	}
	if _, err := Open(t.Context(), filepath.Join(dir, "none.case"), Reader, Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if files := filesBeside(t, newer); len(files) != 9 {
		t.Errorf("trying to open left something behind: %v", files)
	}
}

// TestDamageInside: a page that is not read at opening shows when it is read, and in the
// verification.
func TestDamageInside(t *testing.T) {
	c := create(t)
	if err := c.Record(t.Context(), breach(3000)); err != nil {
		t.Fatal(err)
	}
	path := shut(t, c)
	whole := must(os.ReadFile(path))(t)
	for page := 60; page < 200; page++ {
		copy(whole[page*4096:], strings.Repeat("\xa5", 4096))
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	c = open(t, path, Reader)
	var damaged *DamagedError
	if _, err := c.Load(t.Context()); !errors.As(err, &damaged) {
		t.Errorf("Load: %v", err)
	}
	if r := must(c.VerifyChain(t.Context()))(t); r.OK() {
		t.Error("the verification did not notice")
	}
}

func TestOddPath(t *testing.T) {
	dir := filepath.Join(t.TempDir(), `a b?c=d&mode=memory#e%41 é`)
	if runtime.GOOS == "windows" {
		dir = filepath.Join(t.TempDir(), "a b&mode=memory#e%41 é")
	}
	path := shut(t, must(Create(t.Context(), options(dir)))(t))
	if files := filesBeside(t, path); !slices.Equal(files, []string{filepath.Base(path)}) {
		t.Errorf("%v", files)
	}
	link := filepath.Join(t.TempDir(), "link.case")
	if err := os.Symlink(path, link); err != nil {
		t.Skip("no links here:", err)
	}
	c := open(t, link, Writer)
	var busy *BusyError
	if _, err := Open(t.Context(), path, Writer, options("")); !errors.As(err, &busy) {
		t.Errorf("a link is a way around the lock: %v", err)
	}
	shut(t, c)
}

func TestReadOnlyDirectory(t *testing.T) {
	if os.Geteuid() == 0 || runtime.GOOS == "windows" {
		t.Skip("directories are never read only for this user")
	}
	path, _ := told(t)
	whole := must(os.ReadFile(path))(t)
	crashed := crash(t)
	for _, path := range []string{path, crashed} {
		dir := filepath.Dir(path)
		if err := os.Chmod(dir, 0o500); err != nil {
			t.Fatal(err)
		}
		r := verified(t, path)
		if !r.OK() || r.Entries < 10 {
			t.Errorf("%+v", r)
		}
		if err := os.Chmod(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if string(must(os.ReadFile(path))(t)) != string(whole) {
		t.Error("reading changed the file")
	}
}

// crash copies an open case with its log and without the log's index: what is on a medium after a
// power cut.
func crash(t *testing.T) string {
	t.Helper()
	c := create(t)
	for range 20 {
		appendNote(t, c, "null")
	}
	path := filepath.Join(t.TempDir(), "crashed.case")
	for _, part := range []string{"", "-wal"} {
		if err := os.WriteFile(path+part, must(os.ReadFile(c.Path()+part))(t), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func TestAfterAPowerCut(t *testing.T) {
	path := crash(t)
	if r := verified(t, path); !r.OK() || r.Entries != 21 {
		t.Errorf("%+v", r)
	}
	// What must be written to be read is read from a copy.
	db, cleanup, err := openCopy(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM journal").Scan(&n); err != nil || n != 21 {
		t.Errorf("the copy has %d entries, %v", n, err)
	}
	_ = db.Close()
	cleanup()
	if r := must(open(t, path, Writer).VerifyChain(t.Context()))(t); !r.OK() || r.Entries != 21 {
		t.Errorf("%+v", r)
	}
}

func TestClosedAndReadOnlyCasesRefuse(t *testing.T) {
	c := create(t)
	reader := open(t, c.Path(), Reader)
	shut(t, c)
	shut(t, c)
	for _, try := range []struct {
		c    *Case
		want error
	}{{c, ErrClosed}, {reader, ErrReader}} {
		_, appended := try.c.Append(t.Context(), Entry{Kind: Note})
		for what, err := range map[string]error{
			"append": appended, "record": try.c.Record(t.Context(), breach(1)), "marks": try.c.SetMarks(t.Context(), nil),
			"plan": try.c.SavePlan(t.Context(), sealed(t, "x")), "evidence": try.c.PutEvidence(t.Context(), Evidence{What: "x", Missing: "y"}),
			"end": try.c.End(t.Context()), "note": try.c.SetNote(t.Context(), ref("a"), "x"),
		} {
			if !errors.Is(err, try.want) {
				t.Errorf("%s: got %v, want %v", what, err, try.want)
			}
		}
	}
	if _, err := c.Marks(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestMarksAndNotes(t *testing.T) {
	c := create(t)
	evil := ref("a\nb\x1b[2J\u202e")
	machine := model.MarkUncovered(account, model.Uncovered{Type: "AWS::EC2::Instance", ID: "i-0\x1b[2J", Region: "eu-west-1"})
	a, bad, b := model.MarkOf(ref("a")), model.MarkOf(evil), model.MarkOf(ref("c"))
	steps := [][]model.Mark{{a, bad, a, machine}, {bad, b, machine}, {b}, {}}
	wants := [][]model.Mark{{a, bad, machine}, {bad, b, machine}, {b}, nil}
	for i, marked := range steps {
		if err := c.SetMarks(t.Context(), marked); err != nil {
			t.Fatal(err)
		}
		got := must(c.Marks(t.Context()))(t)
		slices.SortFunc(wants[i], model.Mark.Compare)
		if !slices.Equal(wants[i], got) {
			t.Errorf("marks %v, want %v", got, wants[i])
		}
	}
	for _, n := range []struct {
		ref  model.Ref
		note string
	}{{evil, "old"}, {evil, "whose?\n한국어"}, {ref("b"), "mine"}, {ref("b"), ""}} {
		if err := c.SetNote(t.Context(), n.ref, n.note); err != nil {
			t.Fatal(err)
		}
	}
	c = open(t, shut(t, c), Reader)
	if diff := gocmp.Diff(map[model.Ref]string{evil: "whose?\n한국어"}, must(c.Notes(t.Context()))(t)); diff != "" {
		t.Error(diff)
	}
}

func TestPlansAndInterruptedRuns(t *testing.T) {
	c := create(t)
	one, two, three := sealed(t, "one"), sealed(t, "two"), sealed(t, "three")
	for _, p := range []*plan.Plan{one, two, three, one} {
		if err := c.SavePlan(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	for _, e := range []Entry{
		{Plan: one.Digest, Kind: Begin},
		{Plan: two.Digest, Kind: Begin},
		{Plan: two.Digest, Kind: Intent, Step: "s1"},
		{Plan: two.Digest, Kind: End},
		{Plan: one.Digest, Kind: Intent, Step: "s1"},
		{Plan: two.Digest, Kind: Begin},
	} {
		must(c.Append(t.Context(), e))(t)
	}
	past := must(c.Past(t.Context()))(t)
	if len(past) != 3 || past[0].Interrupted() || !past[1].Interrupted() || !past[2].Interrupted() || past[2].Plan.Digest != one.Digest {
		t.Fatalf("%+v", past)
	}
	if diff := gocmp.Diff(string(must(json.Marshal(one))(t)), string(must(json.Marshal(past[2].Plan))(t))); diff != "" {
		t.Error(diff)
	}
	if again := must(c.Plans(t.Context()))(t)[1]; again.State != Running || !again.Ended.IsZero() || past[1].Outcome != nil {
		t.Errorf("the end of an earlier run is told of one that goes on: %+v", again)
	}
	summary := port.Summary{Planned: 2, Gone: 1, Left: map[model.Ref]string{ref("b"): "AWS says ACTIVE"}, Took: time.Second}
	must(c.Append(t.Context(), Entry{Plan: two.Digest, Kind: End, Payload: must(json.Marshal(summary.Outcome()))(t)}))(t)
	if past = must(c.Past(t.Context()))(t); past[1].Interrupted() || past[1].Ended.IsZero() {
		t.Errorf("%+v", past[1])
	}
	if diff := gocmp.Diff(summary.Outcome(), past[1].Outcome, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	states := map[string]PlanState{}
	listed := must(c.Plans(t.Context()))(t)
	if listed[0].Digest != three.Digest || listed[1].Digest != two.Digest || listed[2].Digest != one.Digest {
		t.Errorf("not the newest first: %+v", listed)
	}
	for _, p := range listed {
		states[p.Digest] = p.State
		if p.Targets != 1 || p.Verb != "delete" || !p.Frozen.Equal(start) || p.Begun.IsZero() != (p.State == Frozen) || p.Ended.IsZero() != (p.State != Ended) {
			t.Errorf("%+v", p)
		}
	}
	if diff := gocmp.Diff(map[string]PlanState{one.Digest: Running, two.Digest: Ended, three.Digest: Frozen}, states); diff != "" {
		t.Error(diff)
	}
	if _, err := c.Plan(t.Context(), "feed"); !errors.Is(err, ErrNoPlan) {
		t.Errorf("got %v", err)
	}
	if err := c.SavePlan(t.Context(), &plan.Plan{Verb: "delete"}); err == nil {
		t.Error("a plan without a digest was kept")
	}
	forged := *one
	forged.Verb = "ignore"
	if err := c.SavePlan(t.Context(), &forged); err == nil {
		t.Error("another plan was kept under the digest of the first")
	}
}

// TestAPlanInOtherBytesIsTheSamePlan keeps a plan again that another rootout has written in its own
// way: the stored bytes stay, and so does the one entry of the journal.
func TestAPlanInOtherBytesIsTheSamePlan(t *testing.T) {
	path, _ := told(t)
	p := sealed(t, "one")
	indented := must(json.MarshalIndent(p, "", " "))(t)
	forge(t, path, "UPDATE plan SET json = '"+string(indented)+"'")
	c := open(t, path, Writer)
	if err := c.SavePlan(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	shut(t, c)
	stored := rows(t, path, "SELECT CAST(json AS TEXT) FROM plan")
	if len(stored) != 1 || stored[0] != fmt.Sprintf("%#v", []any{string(indented)}) {
		t.Errorf("stored is %s", stored)
	}
	if n := len(rows(t, path, "SELECT * FROM journal")); n != 10 {
		t.Errorf("%d entries", n)
	}
	forge(t, path, "UPDATE plan SET json = replace(json, 'the listing', 'nothing')")
	if p, err := open(t, path, Reader).Plan(t.Context(), p.Digest); err == nil {
		t.Errorf("a plan that does not fit its digest was given back: %+v", p)
	}
	forge(t, path, "UPDATE plan SET json = '{'")
	if err := open(t, path, Writer).SavePlan(t.Context(), p); err == nil {
		t.Error("a plan that cannot be read was taken for the same")
	}
}

func TestFindingCases(t *testing.T) {
	dir := t.TempDir()
	make := func(account string, at time.Time) *Case {
		o := options(dir)
		o.Account, o.Now = account, func() time.Time { return at }
		return must(Create(t.Context(), o))(t)
	}
	old, recent, other := make(account, start), make(account, start.Add(time.Hour)), make("111122223333", start.Add(2*time.Hour))
	newest := func(want string, wantOK bool) {
		t.Helper()
		if got, ok, err := Newest(t.Context(), dir, account); got != want || ok != wantOK || err != nil {
			t.Errorf("got %s %v %v, want %s", got, ok, err, want)
		}
	}
	// While they are being written, and after.
	newest(recent.Path(), true)
	p := sealed(t, "one")
	if err := errors.Join(old.SavePlan(t.Context(), p), recent.End(t.Context())); err != nil {
		t.Fatal(err)
	}
	newest(old.Path(), true)
	for _, c := range []*Case{old, recent, other} {
		shut(t, c)
	}
	newest(old.Path(), true)
	if cases := must(List(t.Context(), dir))(t); len(cases) != 3 || cases[0].Path != other.Path() || cases[1].Ended.IsZero() {
		t.Errorf("%+v", cases)
	}
	if got := must(FindByDigest(t.Context(), dir, p.Digest))(t); got != old.Path() {
		t.Errorf("the plan is said to be in %s", got)
	}
	if _, err := FindByDigest(t.Context(), dir, "feed"); !errors.Is(err, ErrNoPlan) {
		t.Errorf("got %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "letter.case"), []byte(strings.Repeat("hello ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	newest(old.Path(), true)
	if cases := must(List(t.Context(), dir))(t); len(cases) != 3 {
		t.Errorf("a letter is listed among the cases: %+v", cases)
	}
	// An unreadable newer case must not be hidden behind an older one.
	if err := os.Truncate(recent.Path(), 8192); err != nil {
		t.Fatal(err)
	}
	var damaged *DamagedError
	if got, ok, err := Newest(t.Context(), dir, account); ok || got != recent.Path() || !errors.As(err, &damaged) {
		t.Errorf("got %s %v %v", got, ok, err)
	}
	if _, ok, err := Newest(t.Context(), filepath.Join(dir, "none"), account); ok || err != nil {
		t.Errorf("got %v %v", ok, err)
	}
}

func TestSealerBelongsToItsCase(t *testing.T) {
	c := create(t)
	mark := c.Sealer().Seal("hunter2")
	path := shut(t, c)
	if again := open(t, path, Reader).Sealer().Seal("hunter2"); again != mark {
		t.Error("the mark changed when the case was opened again")
	}
	o := options(t.TempDir())
	o.Rand = nil
	other := must(Create(t.Context(), o))(t)
	defer func() { _ = other.Close() }()
	if other.Sealer().Seal("hunter2") == mark {
		t.Error("two cases seal alike")
	}
}
