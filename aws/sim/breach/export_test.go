package breach_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/rootout/rootout/aws/sim/breach"
	"github.com/rootout/rootout/model/trail"
)

// exported is what lies in a folder of log files.
type exported struct {
	ids      map[string]string
	disorder int
	sum      [32]byte
	read     *trail.Index
}

func readExport(t *testing.T, dir string) exported {
	t.Helper()
	layout := regexp.MustCompile(`^AWSLogs/123456789012/CloudTrail/([a-z0-9-]+)/(\d{4})/(\d\d)/(\d\d)/123456789012_CloudTrail_([a-z0-9-]+)_(\d{4})(\d\d)(\d\d)T\d{4}Z_[A-Za-z0-9]{16}\.json\.gz$`)
	out := exported{ids: map[string]string{}, read: trail.NewIndex()}
	h := sha256.New()
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		m := layout.FindStringSubmatch(path)
		if m == nil || m[1] != m[5] || m[2] != m[6] || m[3] != m[7] || m[4] != m[8] {
			t.Errorf("%s is no log file's name", path)
			return nil
		}
		raw, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			return err
		}
		_, _ = h.Write(append([]byte(path), raw...))
		zip, err := gzip.NewReader(bytes.NewReader(raw))
		if err != nil {
			return err
		}
		var file struct{ Records []json.RawMessage }
		if err := json.NewDecoder(zip).Decode(&file); err != nil {
			return err
		}
		last := int64(0)
		for _, raw := range file.Records {
			e, err := trail.Parse(raw)
			if err != nil || e.Region != m[1] || out.ids[e.ID] != "" {
				t.Errorf("%s holds %s: %v", path, raw, err)
				continue
			}
			out.ids[e.ID] = e.Name
			out.read.Add(e)
			if e.Time.Unix() < last {
				out.disorder++
			}
			last = e.Time.Unix()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	h.Sum(out.sum[:0])
	return out
}

// TestExportTrail: the files lie where AWS puts them and hold each event once, all of the story and
// as many as were asked for, some in disorder; the same scenario gives the same files.
func TestExportTrail(t *testing.T) {
	t.Parallel()
	const events = 3000
	export := func(seed uint64) (exported, *breach.Scenario) {
		s, err := breach.New(breach.Options{Seed: seed, Now: still})
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "new", "folder")
		said, err := s.ExportTrail(t.Context(), dir, events)
		if err != nil {
			t.Fatal(err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
			t.Errorf("the folder holds %v, %v", left, err)
		}
		got := readExport(t, dir)
		if said.Events != events || len(got.ids) != events || said.Regions < 30 || said.Last.After(noon) || got.disorder == 0 {
			t.Errorf("%+v said, %d events and %d in disorder found", said, len(got.ids), got.disorder)
		}
		return got, s
	}
	one, s := export(1)
	for _, region := range s.Cloud.EventRegions() {
		for _, e := range s.Cloud.RecordedEvents(region) {
			if one.ids[e.ID] != e.Name {
				t.Errorf("%s of %s is not in the files", e.Name, region)
			}
		}
	}
	his := 0
	for _, session := range one.read.Sessions() {
		if session.Key.Principal == s.Intruder() && session.Key.Began == s.Since.Unix() {
			his += session.Calls
		}
	}
	if his < 1000 {
		t.Errorf("the hostile session has %d calls in the files", his)
	}
	again, _ := export(1)
	other, _ := export(2)
	if one.sum != again.sum || one.sum == other.sum {
		t.Error("the files do not follow from the seed")
	}
}

// TestExportTrailRefuses: what is not empty is left alone, fewer events than the story has are no
// story, and what is broken off leaves nothing that looks whole.
func TestExportTrailRefuses(t *testing.T) {
	t.Parallel()
	s, err := breach.New(breach.Options{Seed: 1, Now: still})
	if err != nil {
		t.Fatal(err)
	}
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "notes"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var notEmpty *breach.EmptyError
	if _, err := s.ExportTrail(t.Context(), full, 6000); !errors.As(err, &notEmpty) || notEmpty.Holds != "notes" {
		t.Errorf("among other things: %v", err)
	}
	if left, _ := os.ReadDir(full); len(left) != 1 {
		t.Errorf("the folder holds %v", left)
	}
	var few *breach.FewError
	fresh := filepath.Join(t.TempDir(), "fresh")
	if _, err := s.ExportTrail(t.Context(), fresh, 10); !errors.As(err, &few) || few.Story < 2000 {
		t.Errorf("ten events: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.ExportTrail(ctx, fresh, 6000); !errors.Is(err, context.Canceled) {
		t.Errorf("broken off: %v", err)
	}
	if _, err := os.Stat(fresh); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("something is left: %v", err)
	}
}
