package casefile

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/rootout/rootout/model"
)

// told is a closed case with a journal of ten entries: 1 the start, 2 the plan, 3 and 4 evidence, 5
// to 10 notes.
func told(t *testing.T) (path, digest string) {
	t.Helper()
	c := create(t)
	p := sealed(t, "one")
	if err := c.SavePlan(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	for _, e := range []Evidence{
		{Ref: ref("a"), Plan: p.Digest, What: "record", Data: record("a", 1500)},
		{Ref: ref("b"), Plan: p.Digest, What: "log tail", Missing: "the task has no log driver"},
	} {
		if err := c.PutEvidence(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 6 {
		appendNote(t, c, fmt.Sprintf(`{"i":%d}`, i))
	}
	return shut(t, c), p.Digest
}

func verified(t *testing.T, path string) Report {
	t.Helper()
	return must(open(t, path, Reader).VerifyChain(t.Context()))(t)
}

func TestAnUntouchedCaseHolds(t *testing.T) {
	path, _ := told(t)
	r := verified(t, path)
	if !r.OK() || r.Entries != 10 || r.Evidence != 2 || r.Plans != 1 {
		t.Fatalf("%+v", r)
	}
	entries := must(open(t, path, Reader).Journal(t.Context(), ""))(t)
	if r.Head != entries[9].Hash() || entries[9].Prev() != entries[8].Hash() {
		t.Errorf("the head %s is not the hash of the last entry %s", r.Head, entries[9].Hash())
	}
}

func TestTamperingShows(t *testing.T) {
	for _, forgery := range []struct {
		name string
		do   []string
		// seq is the first bad entry; says is in its text.
		seq  uint64
		says string
	}{
		{"payload changed", []string{`UPDATE journal SET payload = '{"i":9}' WHERE seq = 6`}, 6, "changed"},
		{"time changed", []string{"UPDATE journal SET at = at + 1 WHERE seq = 6"}, 6, "changed"},
		{"kind changed", []string{"UPDATE journal SET kind = 'end' WHERE seq = 6"}, 6, "changed"},
		{"step and plan run together", []string{"UPDATE journal SET plan = '', step = plan WHERE seq = 2"}, 2, "changed"},
		{"hash changed", []string{"UPDATE journal SET hash = zeroblob(32) WHERE seq = 6"}, 6, "changed"},
		{"entry removed", []string{"DELETE FROM journal WHERE seq = 6"}, 6, "missing"},
		{"entry removed and the rest renumbered", []string{
			"DELETE FROM journal WHERE seq = 6", "UPDATE journal SET seq = seq - 1 WHERE seq > 6", "UPDATE meta SET value = '9' WHERE name = 'count'",
		}, 6, "does not follow"},
		{"two entries swapped", []string{
			"UPDATE journal SET seq = 100 WHERE seq = 6", "UPDATE journal SET seq = 6 WHERE seq = 7", "UPDATE journal SET seq = 7 WHERE seq = 100",
		}, 6, "does not follow"},
		{"entry put in", []string{
			"UPDATE journal SET seq = -seq - 1 WHERE seq >= 6", "UPDATE journal SET seq = -seq WHERE seq < 0",
			"INSERT INTO journal SELECT 6, at, plan, step, kind, payload, prev, hash FROM journal WHERE seq = 5",
			"UPDATE meta SET value = '11' WHERE name = 'count'",
		}, 6, "does not follow"},
		{"tail cut", []string{"DELETE FROM journal WHERE seq > 8"}, 9, "missing"},
		{"tail cut and counted again", []string{
			"DELETE FROM journal WHERE seq > 8", "UPDATE meta SET value = '8' WHERE name = 'count'",
		}, 8, "written last"},
		{"start cut", []string{"DELETE FROM journal WHERE seq = 1"}, 1, "missing"},
		{"all cut", []string{"DELETE FROM journal"}, 1, "missing"},
		{"account changed", []string{"UPDATE meta SET value = '111122223333' WHERE name = 'account'"}, 1, "does not belong"},
		{"key changed", []string{"UPDATE meta SET value = zeroblob(32) WHERE name = 'seal'"}, 1, "does not belong"},
		{"evidence changed", []string{`UPDATE evidence SET data = '{"harmless":true}' WHERE id = 1`}, 3, "changed"},
		{"evidence cut short", []string{"UPDATE evidence SET data = substr(data, 1, 40) WHERE id = 1"}, 3, "cannot be read"},
		{"reason changed", []string{"UPDATE evidence SET missing = 'nothing to see' WHERE id = 2"}, 4, "changed"},
		{"evidence of another", []string{"UPDATE evidence SET ref = (SELECT ref FROM evidence WHERE id = 1) WHERE id = 2"}, 4, "changed"},
		{"evidence under the key of another", []string{"UPDATE evidence SET key = (SELECT key FROM evidence WHERE id = 1) WHERE id = 2"}, 4, "moved to another"},
		{"evidence under no key", []string{"UPDATE evidence SET key = x'00' WHERE id = 1"}, 3, "moved to another"},
		{"plan listed as an undo", []string{"UPDATE plan SET verb = 'undo'"}, 0, "listed otherwise"},
		{"plan listed smaller", []string{"UPDATE plan SET targets = targets - 1"}, 0, "listed otherwise"},
		{"plan listed as older", []string{"UPDATE plan SET frozen = frozen - 1"}, 0, "listed otherwise"},
		{"plan listed as of no time", []string{"UPDATE plan SET frozen = NULL"}, 0, "listed otherwise"},
		{"plan listed as saved earlier", []string{"UPDATE plan SET saved = saved - 1"}, 0, "listed otherwise"},
		{"evidence removed", []string{"DELETE FROM evidence WHERE id = 1"}, 3, "missing"},
		{"evidence put in", []string{
			"INSERT INTO evidence SELECT 7, key, ref, plan, at, what, data, missing FROM evidence WHERE id = 1",
		}, 0, "not in the journal"},
		{"plan changed", []string{`UPDATE plan SET json = '{"verb":"ignore"}'`}, 0, "changed after it was frozen"},
		{"plan removed", []string{"DELETE FROM plan"}, 0, "missing in the case"},
		{"plan put in", []string{"INSERT INTO plan SELECT 'feed', verb, targets, frozen, saved, json FROM plan"}, 0, "not in the journal"},
	} {
		t.Run(forgery.name, func(t *testing.T) {
			path, _ := told(t)
			forge(t, path, forgery.do...)
			r := verified(t, path)
			if r.OK() {
				t.Fatal("it was not noticed")
			}
			if first := r.Faults[0]; first.Seq != forgery.seq || !strings.Contains(first.What, forgery.says) {
				t.Errorf("the first fault is %q, want one at %d that says %q", first, forgery.seq, forgery.says)
			}
		})
	}
}

// TestAJournalIsNotMovedToAnotherCase puts a whole chain, which holds in itself, under another
// case.
func TestAJournalIsNotMovedToAnotherCase(t *testing.T) {
	from, _ := told(t)
	o := options(t.TempDir())
	o.Account = "111122223333"
	c := must(Create(t.Context(), o))(t)
	to := shut(t, c)
	forge(t, to, "ATTACH '"+from+"' AS other", "DELETE FROM journal", "INSERT INTO journal SELECT * FROM other.journal",
		"INSERT INTO evidence SELECT * FROM other.evidence", "INSERT INTO plan SELECT * FROM other.plan",
		"UPDATE meta SET value = (SELECT value FROM other.meta o WHERE o.name = meta.name) WHERE name IN ('head', 'count')")
	r := verified(t, to)
	if r.OK() || r.Faults[0].Seq != 1 || !strings.Contains(r.Faults[0].What, "does not belong") {
		t.Errorf("%v", r.Faults)
	}
}

func TestAWriterRefusesAJournalWithoutItsEnd(t *testing.T) {
	path, _ := told(t)
	forge(t, path, "DELETE FROM journal WHERE seq > 8")
	_, err := Open(t.Context(), path, Writer, options(""))
	var damaged *DamagedError
	if !errors.As(err, &damaged) {
		t.Fatalf("got %v", err)
	}
	// The lock is free again, and one can still look at it.
	if files := filesBeside(t, path); len(files) != 1 {
		t.Errorf("left beside it: %v", files)
	}
	if n := len(must(open(t, path, Reader).Journal(t.Context(), ""))(t)); n != 8 {
		t.Errorf("%d entries", n)
	}
}

func TestAWriterRefusesALastEntryThatWasChanged(t *testing.T) {
	path, _ := told(t)
	forge(t, path, `UPDATE journal SET payload = '{"i":9}' WHERE seq = 10`)
	for _, says := range []string{"the end of the journal does not hold", "the journal is empty"} {
		var damaged *DamagedError
		if _, err := Open(t.Context(), path, Writer, options("")); !errors.As(err, &damaged) || !strings.HasPrefix(damaged.What, says) {
			t.Errorf("got %v, want %q", err, says)
		}
		forge(t, path, "DELETE FROM journal")
	}
}

// TestAPlanThatIsNotItsDigestShows keeps plans whose entries in the journal fit, under a digest
// that is not their own, and with content that does not fit the digest.
func TestAPlanThatIsNotItsDigestShows(t *testing.T) {
	whole := string(must(json.Marshal(sealed(t, "one")))(t))
	for says, text := range map[string]string{
		"another digest than its own": whole,
		"plan feed: ":                 strings.Replace(whole, "the listing", "nothing", 1),
	} {
		c := create(t)
		sum := planSum([]byte(text))
		payload := must(json.Marshal(planRecord{SHA256: hex.EncodeToString(sum[:])}))(t)
		err := c.do(t.Context(), func(w *writer) error {
			_, err := w.exec("INSERT INTO plan (digest, verb, targets, saved, json) VALUES ('feed', 'delete', 1, 1, ?)", []byte(text))
			_, failed := w.append(Entry{At: start, Plan: "feed", Kind: PlanSaved, Payload: payload})
			return errors.Join(err, failed)
		})
		if err != nil {
			t.Fatal(err)
		}
		r := must(c.VerifyChain(t.Context()))(t)
		if len(r.Faults) != 1 || !strings.Contains(r.Faults[0].What, says) {
			t.Errorf("%v, want one that says %q", r.Faults, says)
		}
	}
}

// TestOneFaultIsToldOnce: what was changed in one place is not told for every entry behind it.
func TestOneFaultIsToldOnce(t *testing.T) {
	for _, column := range []string{"payload = '0'", "at = 1", "plan = 'feed'"} {
		path, _ := told(t)
		forge(t, path, "UPDATE journal SET "+column+" WHERE seq = 6")
		if r := verified(t, path); len(r.Faults) != 1 || r.Faults[0].Seq != 6 || r.Entries != 10 {
			t.Errorf("%s: %v", column, r.Faults)
		}
	}
}

// TestTheVerificationLooksAtWhatIsNotInTheJournal lets the table of the cells, which no hash
// covers, contradict its own declaration.
func TestTheVerificationLooksAtWhatIsNotInTheJournal(t *testing.T) {
	c := create(t)
	if err := c.Record(t.Context(), &model.Batch{At: start, Cells: []model.Cell{{Key: cellKey(), State: model.CellCounted}}}); err != nil {
		t.Fatal(err)
	}
	path := shut(t, c)
	forge(t, path, "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = replace(sql, 'failure TEXT', 'failure TEXT NOT NULL') WHERE name = 'cell'")
	r := verified(t, path)
	if r.OK() || !strings.HasPrefix(r.Faults[0].What, "SQLite: ") {
		t.Errorf("%+v", r)
	}
}

// TestAReportNamesSoManyFaultsOnly: what is wrong with a whole journal is said in the first lines.
func TestAReportNamesSoManyFaultsOnly(t *testing.T) {
	c := create(t)
	for range faultsMost + 50 {
		appendNote(t, c, "null")
	}
	path := shut(t, c)
	forge(t, path, "UPDATE journal SET payload = '0' WHERE seq > 1")
	if r := verified(t, path); len(r.Faults) != faultsMost || r.Faults[0].Seq != 2 {
		t.Errorf("%d faults, the first is %v", len(r.Faults), r.Faults[0])
	}
}

func TestJournalGivesBackWhatWasAppended(t *testing.T) {
	c := create(t)
	want := Entry{Plan: "feed", Step: "s1", Kind: Intent, Payload: json.RawMessage("{\"name\": \"a\\nb \u202e\", \"n\":1e3 }"), At: start.Add(1)}
	if seq := must(c.Append(t.Context(), want))(t); seq != 2 {
		t.Errorf("seq %d", seq)
	}
	appendNote(t, c, "null")
	if last := must(c.Journal(t.Context(), ""))(t)[2]; !last.At.Equal(start) {
		t.Errorf("an entry without a time is from %s", last.At)
	}
	got := must(c.Journal(t.Context(), "feed"))(t)
	if len(got) != 1 || got[0].Seq != 2 || got[0].Step != "s1" || got[0].Kind != Intent || !got[0].At.Equal(want.At) ||
		string(got[0].Payload) != string(want.Payload) {
		t.Errorf("%+v", got)
	}
	if all := must(c.Journal(t.Context(), ""))(t); len(all) != 3 || all[0].Kind != CaseStarted {
		t.Errorf("%+v", all)
	}
	if raw, err := hex.DecodeString(got[0].Hash()); err != nil || len(raw) != 32 {
		t.Errorf("hash %q", got[0].Hash())
	}
	for _, bad := range []Entry{{Kind: Note, Payload: json.RawMessage("{")}, {}} {
		if _, err := c.Append(t.Context(), bad); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
}

func TestEvidenceIsKept(t *testing.T) {
	path, digest := told(t)
	c := open(t, path, Reader)
	got := must(c.Evidence(t.Context(), ref("a")))(t)
	if len(got) != 1 || string(got[0].Data) != string(record("a", 1500)) || got[0].What != "record" || got[0].Ref != ref("a") || !got[0].At.Equal(start) {
		t.Errorf("%+v", got)
	}
	for _, q := range []struct {
		digest, id, what string
		want             bool
	}{
		{digest, "a", "record", true},
		{digest, "b", "log tail", true}, // A reason is an answer too.
		{digest, "b", "record", false},
		{"feed", "a", "record", false},
		{digest, "c", "record", false},
	} {
		if has := isKept(t, c, q.digest, ref(q.id), q.what); has != q.want {
			t.Errorf("%+v: %v", q, has)
		}
	}
	writer := create(t)
	for _, bad := range []Evidence{{What: "record"}, {Missing: "x"}, {What: "record", Data: json.RawMessage("{")}} {
		if err := writer.PutEvidence(t.Context(), bad); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
}
