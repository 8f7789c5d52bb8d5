package casefile

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/rootout/rootout/model"
)

// The cases of format 1 under testdata, and what is in them.
const (
	frozenCase1   = "frozen.case"
	halfRunCase1  = "half-run.case"
	finishedCase1 = "finished.case"
	resources1    = 56
)

// unpack1 puts a case of format 1 into a folder of its own, with its log where it has one.
func unpack1(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	for _, part := range []string{"", "-wal"} {
		file, err := os.Open(filepath.Join("testdata", "format1", name+part+".gz"))
		if os.IsNotExist(err) && part != "" {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		unzipped := must(gzip.NewReader(file))(t)
		content := must(io.ReadAll(unzipped))(t)
		_ = file.Close()
		if err := os.WriteFile(path+part, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// options1 are options with the kinds of the cases of format 1, each of whose fields stand in
// another order than then, with a new one before them.
func options1(t testing.TB) Options {
	t.Helper()
	var order fieldIDs
	if err := json.Unmarshal(format1Order, &order); err != nil {
		t.Fatal(err)
	}
	for kind, ids := range order {
		ids = append(slices.Clone(ids), "newcomer")
		slices.Reverse(ids)
		order[kind] = ids
	}
	o := options("")
	o.Catalog = catalogOf(order)
	return o
}

func open1(t testing.TB, path string, mode Mode) *Case {
	t.Helper()
	c := must(Open(t.Context(), path, mode, options1(t)))(t)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// told1 is a resource as the rootout of format 1 read it.
type told1 struct {
	Ref              model.Ref
	Gone             bool
	Name, State      string
	Maker, MakerFrom string
	Owners           int
	Attrs            map[string]struct {
		Type  string
		Value any
	}
}

func (r told1) attr(t testing.TB, id string) model.Value {
	t.Helper()
	a := r.Attrs[id]
	switch a.Type {
	case "unknown":
		return model.Unknown()
	case "never":
		return model.Never()
	case "text":
		return model.Text(a.Value.(string))
	case "number":
		return model.Number(a.Value.(float64))
	case "bool":
		return model.Bool(a.Value.(bool))
	case "time":
		return model.Time(time.Unix(0, must(strconv.ParseInt(a.Value.(string), 10, 64))(t)))
	case "list":
		var items []string
		for _, item := range a.Value.([]any) {
			items = append(items, item.(string))
		}
		return model.List(items...)
	}
	t.Fatalf("%s of %s is a %q", id, r.Ref, a.Type)
	return model.Value{}
}

// checkInventory1 compares the inventory of the finished case with what the rootout of format 1
// read.
func checkInventory1(t testing.TB, c *Case) {
	t.Helper()
	got := map[model.Ref]*model.Resource{}
	for _, f := range must(c.Load(t.Context()))(t).Found {
		got[f.Resource.Ref] = f.Resource
	}
	present := len(got)
	for _, v := range must(c.Vanished(t.Context()))(t) {
		got[v.Resource.Ref] = v.Resource
	}
	file := must(os.Open("testdata/format1/finished.inventory.jsonl"))(t)
	defer func() { _ = file.Close() }()
	lines, told, values := bufio.NewScanner(file), 0, 0
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var want told1
		if err := json.Unmarshal(lines.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		told++
		if !want.Gone {
			present--
		}
		r := got[want.Ref]
		if r == nil {
			t.Errorf("%s is missing", want.Ref)
			continue
		}
		source := slices.Index([]string{"", "event", "registered", "owner"}, want.MakerFrom)
		if r.Name != want.Name || r.State != want.State || len(r.Owners) != want.Owners || r.Maker != (model.Maker{ARN: want.Maker, Source: model.MakerSource(source)}) {
			t.Errorf("%s is %+v, want %+v", want.Ref, r, want)
		}
		for i, id := range c.fields[want.Ref.Kind] {
			expected := model.Unknown()
			if id != "newcomer" {
				values++
				expected = want.attr(t, id)
			}
			if r.Attr(i) != expected {
				t.Errorf("%s of %s is %s, want %s", id, want.Ref, r.Attr(i), expected)
			}
		}
	}
	if told != resources1 || len(got) != resources1 || values < 700 || present != 0 {
		t.Errorf("%d resources with %d values were told and %d are there, %d too many of them not gone", told, values, len(got), present)
	}
}

// rows are all rows of a query, a line each.
func rows(t testing.TB, path, query string) []string {
	t.Helper()
	db, cleanup, err := openForReading(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer cleanup()
	defer func() { _ = db.Close() }()
	found, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = found.Close() }()
	var lines []string
	for found.Next() {
		columns := must(found.Columns())(t)
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := found.Scan(into...); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf("%#v", row))
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

func formatOf(t testing.TB, path string) string {
	t.Helper()
	return rows(t, path, "PRAGMA user_version")[0]
}

// TestAReaderChangesNoByteOfAnOlderCase reads everything out of cases of format 1.
func TestAReaderChangesNoByteOfAnOlderCase(t *testing.T) {
	for name, want := range map[string]Report{
		frozenCase1: {Entries: 2, Plans: 1}, halfRunCase1: {Entries: 110, Evidence: 62, Plans: 1}, finishedCase1: {Entries: 158, Evidence: 62, Plans: 1},
	} {
		t.Run(name, func(t *testing.T) {
			path := unpack1(t, name)
			before := fingerprints(t, path)
			c := open1(t, path, Reader)
			r := must(c.VerifyChain(t.Context()))(t)
			if !r.OK() || r.Entries != want.Entries || r.Evidence != want.Evidence || r.Plans != want.Plans {
				t.Errorf("%d entries, %d pieces of evidence, %d plans, %v", r.Entries, r.Evidence, r.Plans, r.Faults)
			}
			plans := must(c.Plans(t.Context()))(t)
			if p := must(c.Plan(t.Context(), plans[0].Digest))(t); len(p.Targets) != 26 {
				t.Errorf("%d targets", len(p.Targets))
			}
			if b := must(c.Load(t.Context()))(t); len(b.Found)+len(must(c.Vanished(t.Context()))(t)) != resources1 || len(b.Cells) == 0 || len(b.Regions) == 0 {
				t.Errorf("%d resources, %d cells, %d regions", len(b.Found), len(b.Cells), len(b.Regions))
			}
			if name == finishedCase1 {
				checkInventory1(t, c)
			}
			shut(t, c)
			if after := fingerprints(t, path); after != before {
				t.Errorf("before and after:\n%s%s", before, after)
			}
		})
	}
}

func TestAWriterBringsAnOlderCaseToThisFormat(t *testing.T) {
	for _, name := range []string{frozenCase1, halfRunCase1, finishedCase1} {
		t.Run(name, func(t *testing.T) {
			path := unpack1(t, name)
			untouched := []string{
				"SELECT * FROM journal", "SELECT * FROM evidence", "SELECT * FROM plan", "SELECT * FROM meta", "SELECT * FROM mark", "SELECT * FROM note",
				"SELECT * FROM region", "SELECT * FROM cell", "SELECT * FROM raw", "SELECT id, key, cell, raw_hash, first_seen, seen, gone FROM resource",
			}
			before := map[string][]string{}
			for _, query := range untouched {
				before[query] = rows(t, path, query)
			}
			head := must(open1(t, path, Reader).VerifyChain(t.Context()))(t).Head
			c := open1(t, path, Writer)
			r := must(c.VerifyChain(t.Context()))(t)
			if !r.OK() || r.Head != head {
				t.Errorf("the chain ended with %s and ends with %s, %v", head, r.Head, r.Faults)
			}
			shut(t, c)
			if got, want := formatOf(t, path), fmt.Sprintf("%#v", []any{int64(Format)}); got != want {
				t.Errorf("the format is %s, want %s", got, want)
			}
			for _, query := range untouched {
				if diff := gocmp.Diff(before[query], rows(t, path, query)); diff != "" {
					t.Errorf("%s:\n%s", query, diff)
				}
			}
			if name == finishedCase1 {
				checkInventory1(t, open1(t, path, Reader))
			}
			// It is an ordinary case from now on.
			c = open1(t, path, Writer)
			appendNote(t, c, "null")
			if r := must(c.VerifyChain(t.Context()))(t); !r.OK() {
				t.Error(r.Faults)
			}
		})
	}
}

// TestWhatIsMigratedIsAsIfWrittenAnew compares the records of a migrated case with those that this
// rootout writes of the same resources, and so with their fingerprints: nothing is written twice.
func TestWhatIsMigratedIsAsIfWrittenAnew(t *testing.T) {
	path := unpack1(t, finishedCase1)
	c := open1(t, path, Writer)
	b := must(c.Load(t.Context()))(t)
	for _, v := range must(c.Vanished(t.Context()))(t) {
		b.Found = append(b.Found, model.Found{Resource: v.Resource})
	}
	want := map[string]int{}
	for _, f := range b.Found {
		record := must(c.fields.encode(f.Resource))(t)
		text := must(json.Marshal(record))(t)
		want[fmt.Sprintf("%#v", []any{string(text), fingerprint(text)})]++
	}
	shut(t, c)
	got := map[string]int{}
	for _, row := range rows(t, path, "SELECT c.json, r.content_hash FROM content c JOIN resource r ON r.id = c.resource") {
		got[row]++
	}
	if diff := gocmp.Diff(want, got); diff != "" || len(want) < 40 {
		t.Error(diff)
	}
}

// TestAReaderGoesOnWhileTheCaseIsMigrated opens a case before another process brings it to this
// format, and reads after.
func TestAReaderGoesOnWhileTheCaseIsMigrated(t *testing.T) {
	path := unpack1(t, finishedCase1)
	reader := open1(t, path, Reader)
	checkInventory1(t, reader)
	c := open1(t, path, Writer)
	checkInventory1(t, reader)
	shut(t, c)
	checkInventory1(t, reader)
	forge(t, path, fmt.Sprintf("PRAGMA user_version = %d", Format+1))
	var newer *NewerError
	if _, err := reader.Load(t.Context()); !errors.As(err, &newer) || newer.Version != Format+1 {
		t.Errorf("a case that became newer than the reader: %v", err)
	}
	if _, err := reader.Vanished(t.Context()); !errors.As(err, &newer) {
		t.Errorf("a case that became newer than the reader: %v", err)
	}
}

// TestTheOrderOfFormat1NeverChanges: two fields that always have the same value under testdata may
// not have it on somebody's disk.
func TestTheOrderOfFormat1NeverChanges(t *testing.T) {
	const want = "ea1ed268407aaaa6efdbd747525f69a4f82fb2442286b12bee5f8e20b53064ab"
	if got := fmt.Sprintf("%x", sha256.Sum256(format1Order)); got != want {
		t.Errorf("it was changed: %s", got)
	}
}

func TestEveryOlderFormatHasAWayToThisOne(t *testing.T) {
	for format := 1; format <= Format; format++ {
		upgrades, err := upgradesFrom(format)
		if err != nil || len(upgrades) != Format-format {
			t.Errorf("from %d: %d steps, %v", format, len(upgrades), err)
		}
	}
	if _, err := upgradesFrom(0); err == nil {
		t.Error("a way leads from a format that never was")
	}
}

// TestWhatARecordOfFormat1Holds is the step of one record, with what the cases under testdata lack.
func TestWhatARecordOfFormat1Holds(t *testing.T) {
	upgrade := must(fromFormat1())(t)
	const old = `{"ref":["aws","123456789012","eu-west-1","ecs:daemon","d"],"arn":"arn","name":"n","state":"ACTIVE","counts":true,"deleting":true,
		"owners":[["aws","1","r","ecs:cluster","o"]],"uses":[["aws","1","r","ecs:cluster","u"]],"holder":["aws","1","r","ecs:cluster","h"],
		"maker":"thief","makerHow":3,"madeAt":"1.5","size":{"VCPU":1,"MemoryMiB":2,"Known":true},
		"rate":{"perHour":3,"since":"2","estimated":true,"known":true,"billed":true},
		"behind":[{"Type":"AWS::EC2::Instance","ID":"i-0","Region":"r","Console":"c"}],"secrets":4,
		"attrs":["smine","n1","?",["a"],"t5","sbeyond","?"]}`
	const want = `{"ref":["aws","123456789012","eu-west-1","ecs:daemon","d"],"arn":"arn","name":"n","state":"ACTIVE","counts":true,"deleting":true,` +
		`"owners":[["aws","1","r","ecs:cluster","o"]],"uses":[["aws","1","r","ecs:cluster","u"]],"container":["aws","1","r","ecs:cluster","h"],` +
		`"maker":"thief","makerFrom":"owner","madeAt":"1.5","size":{"vcpu":1,"memoryMiB":2,"known":true},` +
		`"rate":{"perHour":3,"since":"2","estimated":true,"known":true,"billed":true},` +
		`"leftovers":[{"type":"AWS::EC2::Instance","id":"i-0","region":"r","console":"c"}],"secrets":4,` +
		`"attrs":{"cluster":"smine","format 1, 5":"sbeyond","revisions":"t5","running":"n1","updated":["a"]}}`
	if got := string(must(upgrade([]byte(old)))(t)); got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
	got := string(must(upgrade([]byte(`{"ref":["aws","1","r","no:kind","x"],"attrs":["sa"]}`)))(t))
	if got != `{"ref":["aws","1","r","no:kind","x"],"attrs":{"format 1, 0":"sa"}}` {
		t.Errorf("got %s", got)
	}
}

// TestPlansAndMarksOfAnOlderCase: what the operator did then is there.
func TestPlansAndMarksOfAnOlderCase(t *testing.T) {
	for _, mode := range []Mode{Reader, Writer} {
		c := open1(t, unpack1(t, finishedCase1), mode)
		marks, notes := must(c.Marks(t.Context()))(t), must(c.Notes(t.Context()))(t)
		texts := slices.Sorted(maps.Values(notes))
		if len(marks) != 3 || !slices.Equal(texts, []string{"seen in the bill", "whose is this?\n누구 것?"}) || c.Identity().Ended.IsZero() {
			t.Errorf("%v %q %+v", marks, texts, c.Identity())
		}
		if p := must(c.Plans(t.Context()))(t); len(p) != 1 || p[0].State != Ended || p[0].Targets != 26 {
			t.Errorf("%+v", p)
		}
		half := open1(t, unpack1(t, halfRunCase1), mode)
		if p := must(half.Past(t.Context()))(t); len(p) != 1 || !p[0].Interrupted() || len(p[0].Plan.Targets) != 26 {
			t.Errorf("%+v", p)
		}
		entries := must(half.Journal(t.Context(), must(half.Plans(t.Context()))(t)[0].Digest))(t)
		kinds := map[EntryKind]int{}
		for _, e := range entries {
			kinds[e.Kind]++
		}
		if kinds[Verified] != 6 || kinds[Intent] != 24 || kinds[Result] != 14 || kinds[End] != 0 {
			t.Errorf("%v", kinds)
		}
		for _, e := range must(half.Evidence(t.Context(), model.Ref{}))(t) {
			if len(e.Data) == 0 && e.Missing == "" || !bytes.HasPrefix(append(e.Data, '{'), []byte{'{'}) && !json.Valid(e.Data) {
				t.Errorf("%+v", e)
			}
		}
		if _, err := hex.DecodeString(entries[0].Hash()); err != nil {
			t.Error(err)
		}
	}
}
