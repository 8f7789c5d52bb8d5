package history

import (
	"encoding/json"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/rootout/rootout/model"
	"github.com/rootout/rootout/model/query"
	"github.com/rootout/rootout/model/trail"
)

// record is one of so many of an account: a hundred sessions, thirty names, one change in ten.
func record(i int) json.RawMessage {
	name, readOnly := fmt.Sprintf("Describe%d", i%27), true
	if i%10 == 0 {
		name, readOnly = []string{"CreateCluster", "RunTask", "CreateService"}[i/10%3], false
	}
	return fmt.Appendf(nil, `{"eventID":"%08x-0000-4000-8000-%012x","eventTime":%q,"eventSource":"ecs.amazonaws.com","eventName":%q,"awsRegion":"eu-west-%d","readOnly":%t,
		"recipientAccountId":"123456789012","sourceIPAddress":"203.0.113.%d","userAgent":"Boto3/1.42 md/Botocore#1.42 ua/2.1 os/linux","userIdentity":{"type":"AssumedRole",
		"arn":"arn:aws:sts::123456789012:assumed-role/build/s%d","accessKeyId":"ASIA%012d","sessionContext":{"attributes":{"creationDate":"2026-07-11T01:00:00Z"}}},
		"requestParameters":{"cluster":"c%d","serviceName":"s%d"}}`,
		i, i, time.Date(2026, 7, 11, 0, 0, i/20, 0, time.UTC).Format(time.RFC3339), name, i%3+1, readOnly, i%200, i%100, i%500, i%1000, i)
}

func bookOf(t testing.TB, events int) *book {
	t.Helper()
	catalog, err := model.NewCatalog(model.Kind{ID: "ecs:cluster", Title: "CLUSTER", Plural: "clusters"})
	if err != nil {
		t.Fatal(err)
	}
	b, err := newBook(catalog, "aws")
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < events; at += 500 {
		var page []json.RawMessage
		for i := at; i < min(at+500, events); i++ {
			page = append(page, record(i))
		}
		if fresh := b.take(page); fresh != len(page) {
			t.Fatalf("%d of %d are new", fresh, len(page))
		}
	}
	return b
}

// TestShown: what is counted is what matches, what is listed what was chosen of it.
func TestShown(t *testing.T) {
	b := bookOf(t, 2000)
	filter, err := trail.ParseFilter("sort:write")
	if err != nil {
		t.Fatal(err)
	}
	w := Wish{Filter: filter, Since: time.Date(2026, 7, 11, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 7, 12, 0, 0, 0, 0, time.UTC), Parts: 24, GroupBy: "name"}
	s := show(w, b, model.NewInventory().Snapshot(), 0)
	if s.Matching != 200 || s.Of != 2000 || len(s.Groups) != 3 || s.Histogram.Writes[0] != 200 {
		t.Errorf("%d of %d, %d groups, %v", s.Matching, s.Of, len(s.Groups), s.Histogram.Writes)
	}
	w.Only = "ecs.amazonaws.com:CreateCluster"
	if s := show(w, b, model.NewInventory().Snapshot(), 0); s.Matching != 67 || len(s.Groups) != 3 {
		t.Errorf("%d of one group, %d groups", s.Matching, len(s.Groups))
	}
	if raw, err := b.record(1234); err != nil || string(raw) != string(record(1234)) {
		t.Errorf("%s, %v", raw, err)
	}
	if n, found := b.index.Find("000004d2-0000-4000-8000-0000000004d2"); !found || n != 1234 {
		t.Errorf("%d, %v", n, found)
	}
	if _, found := b.index.Find("nothing"); found {
		t.Error("an event that there is not is found")
	}
	if b.take([]json.RawMessage{record(7), []byte("{")}) != 0 {
		t.Error("an event counts twice")
	}
}

// BenchmarkMillion is what a screen asks of a million events: a key stroke of the filter, and what they
// take in memory, with their records.
func BenchmarkMillion(b *testing.B) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	book := bookOf(b, 1_000_000)
	runtime.GC()
	runtime.ReadMemStats(&after)
	snap := model.NewInventory().Snapshot()
	b.Run("first screenful", func(b *testing.B) {
		filter, err := trail.ParseFilter("by:*/s7 sort:write,read")
		if err != nil {
			b.Fatal(err)
		}
		w := Wish{Filter: filter, Since: time.Date(2026, 7, 10, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 7, 13, 0, 0, 0, 0, time.UTC), Parts: 240, GroupBy: "session", Reads: true}
		for b.Loop() {
			if s := show(w, book, snap, firstLines); !s.Partial || len(s.Lines) < firstLines {
				b.Fatal(len(s.Lines))
			}
		}
	})
	for _, text := range []string{"", "name:CreateCluster", "s777777", "by:*/s7 sort:write"} {
		filter, err := trail.ParseFilter(text)
		if err != nil {
			b.Fatal(err)
		}
		b.Run("filter "+text, func(b *testing.B) {
			w := Wish{
				Filter: filter, Env: query.Env{Now: time.Now()}, Since: time.Date(2026, 7, 10, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 7, 13, 0, 0, 0, 0, time.UTC),
				Parts: 240, GroupBy: "session", Reads: true,
			}
			matching := 0
			for b.Loop() {
				matching = show(w, book, snap, 0).Matching
			}
			b.ReportMetric(float64(matching), "events")
			b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MiB-held")
		})
	}
}
