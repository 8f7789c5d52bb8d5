package casefile

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"
)

// fill leaves no page for the case that it does not have yet, as on a disk that is full.
func fillUp(t *testing.T, c *Case) {
	t.Helper()
	err := c.do(t.Context(), func(w *writer) error {
		var pages int
		if err := w.conn.QueryRowContext(w.ctx, "PRAGMA page_count").Scan(&pages); err != nil {
			return err
		}
		_, err := w.conn.ExecContext(w.ctx, fmt.Sprintf("PRAGMA max_page_count=%d", pages))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestAFullDiskIsSaidInPlainWords: what could not be kept, where, and what to do; and what is there
// stays whole.
func TestAFullDiskIsSaidInPlainWords(t *testing.T) {
	c := create(t)
	fillUp(t, c)
	big := record("big", 1<<20)
	_, journal := c.Append(t.Context(), Entry{Kind: Note, Payload: big})
	recorded := errors.Join(c.Record(t.Context(), breach(500)), c.Flush(t.Context()))
	for does, err := range map[string]error{
		"keep evidence":         c.PutEvidence(t.Context(), Evidence{Ref: ref("a"), Plan: "feed", What: "record", Data: big}),
		"append to the journal": journal,
		"record what was found": recorded,
	} {
		var full *FullError
		if !errors.As(err, &full) || full.Path != c.Path() {
			t.Fatalf("%s: %v", does, err)
		}
		text := err.Error()
		if !strings.HasPrefix(text, does+": ") || !strings.Contains(text, "no space is left on the disk that holds "+c.Path()+": free some, then try again") {
			t.Errorf("%s: %s", does, text)
		}
	}
	if r := must(c.VerifyChain(t.Context()))(t); !r.OK() {
		t.Errorf("%v", r.Faults)
	}
}

// TestTheSystemsWordForAFullDiskIsKnown, however deep.
func TestTheSystemsWordForAFullDiskIsKnown(t *testing.T) {
	var full *FullError
	err := explain("x.case", "start a case", &fs.PathError{Op: "write", Path: "x.case.new", Err: syscall.ENOSPC})
	if NoSpace(syscall.ENOSPC) && !errors.As(err, &full) {
		t.Errorf("%v", err)
	}
	if again := explain("x.case", "record", err); strings.Count(again.Error(), "no space is left") > 1 {
		t.Errorf("said twice: %v", again)
	}
}
