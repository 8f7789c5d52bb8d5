package casefile

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/rootout/rootout/model"
)

// childCase, when it is set, makes the test binary a writer of that case: it says "holding", then
// the number of each entry that it was told to be durable, until it is killed.
const childCase = "ROOTOUT_TEST_CHILD_CASE"

func TestMain(m *testing.M) {
	if path := os.Getenv(childCase); path != "" {
		writeUntilKilled(path)
		return
	}
	if path := os.Getenv(childMigrate); path != "" {
		migrateCase(path)
		return
	}
	os.Exit(m.Run())
}

func writeUntilKilled(path string) {
	ctx := context.Background()
	c, err := Open(ctx, path, Writer, Options{Process: "rootout", Catalog: options("").Catalog})
	if err != nil {
		fmt.Fprintln(os.Stdout, err)
		os.Exit(1)
	}
	fmt.Fprintln(os.Stdout, "holding")
	const workers = 16
	var out sync.Mutex
	var group sync.WaitGroup
	for n := range workers {
		group.Go(func() {
			for i := 0; ; i++ {
				id := fmt.Sprintf("%d-%d", n, i)
				_ = c.Record(ctx, &model.Batch{At: start, Found: []model.Found{{Resource: &model.Resource{Ref: ref(id)}, Raw: record(id, 600)}}})
				err := c.PutEvidence(ctx, Evidence{Ref: ref(id), Plan: "feed", What: "record", Data: record(id, 600)})
				seq, failed := c.Append(ctx, Entry{Kind: Intent, Payload: json.RawMessage(`"` + id + `"`)})
				if err != nil || failed != nil {
					fmt.Fprintln(os.Stdout, errors.Join(err, failed))
					os.Exit(1)
				}
				out.Lock()
				fmt.Fprintln(os.Stdout, seq, id)
				out.Unlock()
			}
		})
	}
	group.Wait()
}

// startChild starts a writer in another process and waits until it holds the case.
func startChild(t *testing.T, path string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childCase+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "holding" {
		t.Fatalf("the child says %q", lines.Text())
	}
	return cmd, lines
}

// TestKilledWriter kills a writer with everything in flight: what it was told to be durable is
// there, the chain holds, and the case is free.
func TestKilledWriter(t *testing.T) {
	path := shut(t, create(t))
	acknowledged := map[uint64]string{}
	for round := range 3 {
		cmd, lines := startChild(t, path)
		const enough = 150
		for n := 0; n < enough && lines.Scan(); n++ {
			first, id, _ := strings.Cut(lines.Text(), " ")
			seq, err := strconv.ParseUint(first, 10, 64)
			if err != nil {
				t.Fatalf("the child says %q", lines.Text())
			}
			acknowledged[seq] = id
		}
		if round == 0 {
			lookOn(t, path, cmd.Process.Pid)
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()

		// First as a reader, who must leave everything as the dead writer did.
		before := fingerprints(t, path)
		checkAcknowledged(t, open(t, path, Reader), acknowledged)
		if after := fingerprints(t, path); after != before {
			t.Errorf("a reader changed the case:\n%s\n%s", before, after)
		}
	}
	c := open(t, path, Writer)
	appendNote(t, c, "null")
	checkAcknowledged(t, c, acknowledged)
	shut(t, c)
	if files := filesBeside(t, path); len(files) != 1 {
		t.Errorf("left beside the case: %v", files)
	}
	checkAcknowledged(t, open(t, path, Reader), acknowledged)
}

// lookOn does what others may do while the child writes.
func lookOn(t *testing.T, path string, pid int) {
	t.Helper()
	_, err := Open(t.Context(), path, Writer, options(""))
	var busy *BusyError
	if !errors.As(err, &busy) || busy.Pid != pid || busy.Host == "" || busy.Process != "rootout" {
		t.Errorf("a second writer got %v, want to be told of process %d", err, pid)
	}
	reader := open(t, path, Reader)
	if r := must(reader.VerifyChain(t.Context()))(t); !r.OK() || r.Entries < 100 {
		t.Errorf("a reader beside the writer: %d entries, %v", r.Entries, r.Faults)
	}
	if err := reader.Close(); err != nil {
		t.Error(err)
	}
}

func checkAcknowledged(t *testing.T, c *Case, acknowledged map[uint64]string) {
	t.Helper()
	r := must(c.VerifyChain(t.Context()))(t)
	if !r.OK() {
		t.Fatalf("%v", r.Faults)
	}
	entries := must(c.Journal(t.Context(), ""))(t)
	for seq, id := range acknowledged {
		if seq > uint64(len(entries)) || string(entries[seq-1].Payload) != `"`+id+`"` {
			t.Fatalf("entry %d (%s) was acknowledged and is not there", seq, id)
		}
		if !isKept(t, c, "feed", ref(id), "record") {
			t.Fatalf("evidence of %s was acknowledged and is not there", id)
		}
	}
}

// fingerprints are the hashes of the case and its log. Nobody may have the case open in this
// process.
func fingerprints(t *testing.T, path string) string {
	t.Helper()
	var text string
	for _, part := range []string{"", "-wal"} {
		content, err := os.ReadFile(path + part)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		text += fmt.Sprintf("%s %d bytes %x\n", part, len(content), fingerprint(content))
	}
	return text
}

func TestTwoWritersOfOneProcess(t *testing.T) {
	c := create(t)
	_, err := Open(t.Context(), c.Path(), Writer, options(""))
	var busy *BusyError
	if !errors.As(err, &busy) || busy.Pid != os.Getpid() || !busy.Since.Equal(start) {
		t.Fatalf("got %v", err)
	}
	// The refusal took nothing from the first.
	appendNote(t, c, "null")
	shut(t, c)
	appendNote(t, open(t, c.Path(), Writer), "null")
}

// TestACaseWithTwoNamesIsNotWritten: its lock would be beside one of them, and its log too.
func TestACaseWithTwoNamesIsNotWritten(t *testing.T) {
	c := create(t)
	other := filepath.Join(t.TempDir(), "other.case")
	if err := os.Link(c.Path(), other); err != nil {
		t.Skipf("no hard links here: %v", err)
	}
	var linked *LinkedError
	if _, err := Open(t.Context(), other, Writer, options("")); !errors.As(err, &linked) || linked.Names != 2 {
		t.Errorf("the other name of an open case: %v", err)
	}
	path := shut(t, c)
	if _, err := Open(t.Context(), path, Writer, options("")); !errors.As(err, &linked) || linked.Path != path {
		t.Errorf("its first name: %v", err)
	}
	if left := filesBeside(t, path); len(left) != 1 {
		t.Errorf("left beside the case: %v", left)
	}
	open(t, other, Reader)
	if err := os.Remove(other); err != nil {
		t.Fatal(err)
	}
	open(t, path, Writer)
}

// TestALockFileThatWasLeftBehindSaysWhoHasItNow: a killed writer leaves its file, with more in it
// than the next one has to say.
func TestALockFileThatWasLeftBehindSaysWhoHasItNow(t *testing.T) {
	path := shut(t, create(t))
	if err := os.WriteFile(lockPath(path), []byte(strings.Repeat("{", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	c := open(t, path, Writer)
	var busy *BusyError
	if _, err := Open(t.Context(), path, Writer, options("")); !errors.As(err, &busy) || busy.Pid != os.Getpid() {
		t.Errorf("got %v", err)
	}
	shut(t, c)
}

// TestManyWritersAtOnce lets many want the same case: one has it at a time, and each gets it in the
// end.
func TestManyWritersAtOnce(t *testing.T) {
	path := shut(t, create(t))
	const writers = 8
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for {
				c, err := Open(t.Context(), path, Writer, options(""))
				var busy *BusyError
				if errors.As(err, &busy) {
					continue
				}
				if err != nil {
					t.Error(err)
					return
				}
				_, err = c.Append(t.Context(), Entry{Kind: Note})
				if err := errors.Join(err, c.Close()); err != nil {
					t.Error(err)
				}
				return
			}
		})
	}
	group.Wait()
	c := open(t, path, Reader)
	if r := must(c.VerifyChain(t.Context()))(t); !r.OK() || r.Entries != 1+writers {
		t.Errorf("%+v", r)
	}
}

// TestTheLockHasOneOwner takes and gives back the lock as fast as it goes, since its file
// disappears each time and comes again.
func TestTheLockHasOneOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.case")
	const takers, rounds = 8, 25
	var inside atomic.Int32
	var group sync.WaitGroup
	for range takers {
		group.Go(func() {
			for taken := 0; taken < rounds; {
				lock, err := lockWriter(path, lockOwner{Pid: 1})
				var busy *BusyError
				if errors.As(err, &busy) {
					continue
				}
				if err != nil {
					t.Error(err)
					return
				}
				if inside.Add(1) != 1 {
					t.Error("two hold the lock")
				}
				runtime.Gosched()
				inside.Add(-1)
				lock.release()
				taken++
			}
		})
	}
	group.Wait()
}
