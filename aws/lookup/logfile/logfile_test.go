package logfile_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/rootout/rootout/aws/lookup/logfile"
	"github.com/rootout/rootout/model/trail"
)

// corpus is a folder of real records; see the README.
func corpus(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("ROOTOUT_TRAIL_CORPUS")
	if dir == "" {
		t.Skip("ROOTOUT_TRAIL_CORPUS names no folder of real CloudTrail records")
	}
	return dir
}

// TestRealRecords: what was collected in the open, in six forms, is read to the last record, by an
// independent count of eventIDs.
func TestRealRecords(t *testing.T) {
	dir := corpus(t)
	for name, want := range map[string]struct{ files, records, faults int }{
		"stratus": {35, 310, 0}, "traildiscover": {563, 563, 0}, "plaso": {1, 6, 0}, "cloud-custodian": {24, 24, 0},
		"trailscraper": {3, 7, 0}, "cloudgrappler": {3, 2, 1},
	} {
		ids := map[string]bool{}
		report, err := logfile.Read(t.Context(), filepath.Join(dir, name), logfile.Options{}, func(raw []byte, from string) error {
			e, err := trail.Parse(raw)
			if err != nil {
				t.Errorf("%s: %v: %.200s", from, err, raw)
				return nil
			}
			ids[e.ID] = true
			return nil
		})
		if err != nil || report.Files != want.files || report.Records != want.records || len(report.Faults) != want.faults {
			t.Errorf("%s: %+v, %v", name, report, err)
		}
		named := 0
		_ = filepath.WalkDir(filepath.Join(dir, name), func(path string, d os.DirEntry, _ error) error {
			if d.IsDir() {
				return nil
			}
			for id := range eventIDs(t, path) {
				named++
				if !ids[id] && !strings.Contains(path, "bad_") {
					t.Errorf("%s: %s was not read", path, id)
				}
			}
			return nil
		})
		if named == 0 {
			t.Errorf("%s: no eventID was found to compare with", name)
		}
	}
}

// eventIDs finds the ids in a file by their name alone, as text.
func eventIDs(t *testing.T, path string) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(path, ".gz") {
		z, err := gzip.NewReader(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if text, err = io.ReadAll(z); err != nil {
			t.Fatal(err)
		}
	}
	ids := map[string]bool{}
	for _, part := range strings.Split(strings.ReplaceAll(string(text), `\"`, `"`), `"eventID"`)[1:] {
		if fields := strings.SplitN(part, `"`, 3); len(fields) == 3 {
			ids[fields[1]] = true
		}
	}
	return ids
}

const (
	one   = `{"eventID":"e1","eventName":"CreateCluster","eventSource":"ecs.amazonaws.com"}`
	two   = `{"eventID":"e2","eventName":"RunTask","eventSource":"ecs.amazonaws.com","x":"\"}]"}`
	three = `{"eventID":"e3","eventName":"StopTask","eventSource":"ecs.amazonaws.com"}`
)

func quoted(text string) string {
	out, _ := json.Marshal(text)
	return string(out)
}

func gzipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, text)
	_ = z.Close()
	return b.String()
}

func zstandard(t *testing.T, text string) string {
	t.Helper()
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(z.EncodeAll([]byte(text), nil))
}

func tableOf(t *testing.T, cells ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.WriteAll([][]string{{"time", "record"}, {"2026", cells[0]}, {"2026", cells[1]}}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// read reads a file of a name and returns the ids of its records and its faults.
func read(t *testing.T, name, text string, o logfile.Options) (ids []string, report logfile.Report) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	report, err := logfile.Read(t.Context(), path, o, func(raw []byte, from string) error {
		e, err := trail.Parse(raw)
		if err != nil || from != path {
			t.Errorf("%s of %s: %v", raw, from, err)
			return nil
		}
		ids = append(ids, e.ID)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if report.Records != len(ids) {
		t.Errorf("%d records, and %d were handed on", report.Records, len(ids))
	}
	return ids, report
}

func TestForms(t *testing.T) {
	trails := `{"Records":[` + one + "," + two + `]}`
	for name, text := range map[string]string{
		"a trail's file.json":     trails,
		"a trail's file.json.gz":  gzipped(trails),
		"by its content alone":    gzipped(trails),
		"two members.gz":          gzipped(`{"Records":[`+one+",") + gzipped(two+`]}`),
		"a trail's file.json.zst": zstandard(t, trails),
		"a list.json":             "[\n" + one + ", " + two + "\n]",
		"lines.jsonl":             one + "\n" + two + "\n",
		"lines of trails.jsonl":   `{"Records":[` + one + `]}` + "\n" + `{"Records":[` + two + `]}`,
		"the CLI.json":            `{"Events":[{"EventId":"e1","CloudTrailEvent":` + quoted(one) + `},{"EventId":"e2","CloudTrailEvent":` + quoted(two) + `}],"NextToken":"n"}`,
		"lookups.jsonl":           `{"EventId":"e1","CloudTrailEvent":` + quoted(one) + "}\n" + `{"CloudTrailEvent":` + quoted(two) + `}`,
		"envelopes.jsonl":         `{"version":"0","detail-type":"AWS API Call via CloudTrail","detail":` + one + "}\n" + `{"detail-type":"x","detail":` + two + `}`,
		"a table.csv":             tableOf(t, one, two),
		"a table.csv.gz":          gzipped(tableOf(t, one, two)),
		"more in it.json":         `{"digest":1,"Records":[7,null,` + one + `,[],` + two + `],"more":{}}`,
	} {
		ids, report := read(t, name, text, logfile.Options{})
		if !slices.Equal(ids, []string{"e1", "e2"}) || len(report.Faults) > 0 || report.Files != 1 {
			t.Errorf("%s: %v, %+v", name, ids, report)
		}
	}
}

// TestWhatIsBrokenIsNamed, with how far it was read, and the rest is read all the same.
func TestWhatIsBrokenIsNamed(t *testing.T) {
	whole := gzipped(`{"Records":[` + one + "," + two + "," + strings.Repeat(" ", 100000) + three + `]}`)
	for name, c := range map[string]struct {
		text, says string
		ids        []string
	}{
		"cut off.json":             {`{"Records":[` + one + "," + two[:30], "it is cut off at byte", []string{"e1"}},
		"cut off.json.gz":          {whole[:len(whole)-20], "it is cut off at byte", []string{"e1", "e2"}},
		"no JSON in it.json":       {`{"Records":[` + one + "," + "<html>" + two, "it is no JSON at byte", []string{"e1"}},
		"a broken line.jsonl":      {one + "\n{\"eventName\":<\n" + two + "\nnonsense\n" + three, "it is no JSON at byte", []string{"e1", "e2", "e3"}},
		"a cut last line.jsonl":    {one + "\n" + two[:20], "it is cut off", []string{"e1"}},
		"empty.json":               {"", "it holds no CloudTrail records", nil},
		"something else.json":      {`{"hello":"world"}`, "it holds no CloudTrail records", nil},
		"a text.md":                {"# Title\n\nwords\n", "it is no JSON", nil},
		"columns.parquet":          {"PAR1\x15\x04", "it is Parquet, which is not supported", nil},
		"no gzip.json.gz":          {"\x1f\x8bnonsense", "gzip", nil},
		"a table of nothing.csv":   {"a,b\n1,2\n", "it holds no CloudTrail records", nil},
		"a record that never ends": {`{"Records":[` + one + `,{"eventName":"` + strings.Repeat("x", 6<<20) + `"}]}`, "longer than any of CloudTrail's", []string{"e1"}},
	} {
		ids, report := read(t, name, c.text, logfile.Options{})
		if !slices.Equal(ids, c.ids) || len(report.Faults) == 0 || !strings.Contains(report.Faults[0].What, c.says) {
			t.Errorf("%s: %v, %+v; want %v and %q", name, ids, report.Faults, c.ids, c.says)
		}
	}
}

// TestAFileWithoutEndEnds: a few kilobytes of gzip unpack to as much as they like.
func TestAFileWithoutEndEnds(t *testing.T) {
	bomb := gzipped(one + "\n" + strings.Repeat(" ", 64<<20))
	if len(bomb) > 1<<20 {
		t.Fatalf("a bomb of %d bytes", len(bomb))
	}
	ids, report := read(t, "bomb.gz", bomb, logfile.Options{FileMost: 1 << 20})
	if !slices.Equal(ids, []string{"e1"}) || len(report.Faults) != 1 || !strings.Contains(report.Faults[0].What, "without end") {
		t.Errorf("%v, %+v", ids, report.Faults)
	}
}

// TestNamesTellWhatNeedNotBeOpened, of files as the trail names them.
func TestNamesTellWhatNeedNotBeOpened(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{
		"AWSLogs/o-1/123456789012/CloudTrail/eu-west-1/2026/07/10/123456789012_CloudTrail_eu-west-1_20260710T2355Z_a.json",
		"AWSLogs/o-1/123456789012/CloudTrail/eu-west-1/2026/07/11/123456789012_CloudTrail_eu-west-1_20260711T0105Z_b.json",
		"AWSLogs/o-1/123456789012/CloudTrail/eu-west-1/2026/07/11/123456789012_CloudTrail_eu-west-1_20260711T0700Z_late.json",
		"AWSLogs/o-1/123456789012/CloudTrail/eu-west-1/2026/07/11/123456789012_CloudTrail_eu-west-1_20260711T2355Z_c.json",
		"AWSLogs/o-1/123456789012/CloudTrail-Digest/eu-west-1/123456789012_CloudTrail-Digest_eu-west-1_trail_us-east-1_20260711T0105Z.json",
		"AWSLogs/o-1/123456789012/CloudTrail-Insight/eu-west-1/123456789012_CloudTrail-Insight_eu-west-1_20260711T0105Z_x.json",
		"renamed/events.json", "renamed/a digest.json", "renamed/an insight.json",
	} {
		text := `{"Records":[{"eventID":"` + name[len(name)-6:] + `","eventName":"x"}]}`
		switch name {
		case "renamed/a digest.json":
			text = `{"digestS3Bucket":"b","logFiles":[]}`
		case "renamed/an insight.json":
			text = `{"Records":[{"eventType":"AwsCloudTrailInsight","eventName":"x"}]}`
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	bounds := logfile.Options{Since: time.Date(2026, 7, 11, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 7, 11, 2, 0, 0, 0, time.UTC)}
	report, err := logfile.Read(t.Context(), dir, bounds, func([]byte, string) error { return nil })
	want := logfile.Report{Files: 5, Records: 3, Outside: 2, Digests: 2, Insights: 2}
	if err != nil || report.Files != want.Files || report.Records != want.Records || report.Outside != want.Outside ||
		report.Digests != want.Digests || report.Insights != want.Insights || len(report.Faults) > 0 {
		t.Errorf("%+v, %v; want %+v", report, err, want)
	}
}

func TestReadingEndsWhenItIsToldTo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.jsonl")
	if err := os.WriteFile(path, []byte(one+"\n"+two+"\n"+three), 0o600); err != nil {
		t.Fatal(err)
	}
	enough := errors.New("enough")
	n := 0
	_, err := logfile.Read(t.Context(), path, logfile.Options{}, func([]byte, string) error {
		if n++; n == 2 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || n != 2 {
		t.Errorf("%v after %d", err, n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err = logfile.Read(ctx, path, logfile.Options{}, func([]byte, string) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := logfile.Read(t.Context(), filepath.Join(t.TempDir(), "nothing"), logfile.Options{}, nil); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"Records":[`+one+`]}`), "a.json")
	f.Add([]byte(one+"\n"+two), "a.jsonl")
	f.Add([]byte(gzipped(one)), "a.gz")
	f.Add([]byte("a,b\n1,\"{\"\"eventName\"\":\"\"x\"\"}\"\n"), "a.csv")
	f.Add([]byte(`{"Events":[{"CloudTrailEvent":"{\"eventName\":\"x\"}"}]}`), "a")
	f.Fuzz(func(t *testing.T, text []byte, name string) {
		path := filepath.Join(t.TempDir(), "file")
		if strings.Contains(name, ".csv") {
			path += ".csv"
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		n := 0
		report, err := logfile.Read(t.Context(), path, logfile.Options{FileMost: 1 << 20, RecordMost: 1 << 16}, func(raw []byte, _ string) error {
			n++
			_, _ = trail.Parse(raw)
			return nil
		})
		if err != nil || report.Records != n || n == 0 && report.Digests+report.Insights == 0 && len(report.Faults) == 0 {
			t.Fatalf("%d records, %+v, %v", n, report, err)
		}
	})
}
