package breach

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/rootout/rootout/aws/sim/breach/noise"
	"github.com/rootout/rootout/aws/sim/cloud"
)

// unitWriter writes units; it is for one goroutine.
type unitWriter struct {
	s    *Scenario
	root string
	w    *noise.Writer
	zip  *gzip.Writer
	raw  []byte
	file bytes.Buffer
	// dir is the folder that was made last.
	dir string
}

func (s *Scenario) newUnitWriter(root string) *unitWriter {
	zip, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // There is such a level.
	return &unitWriter{s: s, root: root, w: s.noise.NewWriter(), zip: zip}
}

// line is one event of a unit: of the story or of the noise.
type line struct {
	at    time.Time
	story *cloud.TrailEvent
	noise *noise.Event
}

func (w *unitWriter) write(ctx context.Context, u unit) (Exported, error) {
	events := w.s.noise.Between(u.region, u.from, u.until, u.noise)
	lines := make([]line, 0, len(events)+len(u.story))
	for _, e := range u.story {
		lines = append(lines, line{at: e.Time, story: e})
	}
	for i := range events {
		lines = append(lines, line{at: events[i].At, noise: &events[i]})
	}
	slices.SortStableFunc(lines, func(a, b line) int { return a.at.Compare(b.at) })
	out := Exported{Events: len(lines)}
	if len(lines) > 0 {
		out.First, out.Last = lines[0].at, lines[len(lines)-1].at
	}
	rng := rand.New(rand.NewPCG(w.s.Cloud.Seed(), uint64(u.from.Unix())^sum(u.region)))
	for len(lines) > 0 {
		if err := context.Cause(ctx); err != nil {
			return out, err
		}
		end := lines[0].at.Truncate(fileEvery).Add(fileEvery)
		n := 1
		for n < len(lines) && n < fileMost && lines[n].at.Before(end) {
			n++
		}
		if err := w.flush(u.region, end, lines[:n], rng); err != nil {
			return out, err
		}
		out.Files++
		lines = lines[n:]
	}
	return out, nil
}

// flush writes one file. Events of more than every second file stand in no order, as in real ones
// (facts, finding 8).
func (w *unitWriter) flush(region string, end time.Time, lines []line, rng *rand.Rand) error {
	if rng.IntN(100) < 55 {
		rng.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	}
	w.raw = append(w.raw[:0], `{"Records":[`...)
	for i, l := range lines {
		if i > 0 {
			w.raw = append(w.raw, ',')
		}
		if l.story != nil {
			w.raw = append(w.raw, w.s.Cloud.Record(l.story)...)
		} else {
			w.raw = w.w.Append(w.raw, l.noise)
		}
	}
	w.raw = append(w.raw, "]}"...)
	w.file.Reset()
	w.zip.Reset(&w.file)
	if _, err := w.zip.Write(w.raw); err != nil {
		return err
	}
	if err := w.zip.Close(); err != nil {
		return err
	}
	at := end.UTC()
	dir := filepath.Join(w.root, account, "CloudTrail", region, at.Format("2006"), at.Format("01"), at.Format("02"))
	if dir != w.dir {
		if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // There is nothing secret in it.
			return err
		}
		w.dir = dir
	}
	name := fmt.Sprintf("%s_CloudTrail_%s_%s_%s.json.gz", account, region, at.Format("20060102T1504Z"), suffix(rng))
	return os.WriteFile(filepath.Join(dir, name), w.file.Bytes(), 0o644) //nolint:gosec // There is nothing secret in it.
}

// suffix is what makes the name of a file unique.
func suffix(rng *rand.Rand) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	var b [16]byte
	for i := range b {
		b[i] = alphabet[rng.IntN(len(alphabet))]
	}
	return string(b[:])
}

func sum(text string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text))
	return h.Sum64()
}
