package noise_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/aws/sim/breach/noise"
	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/model/trail"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func some(seed uint64) (*all.Cloud, *noise.Noise) {
	c := all.New(cloud.Options{Account: "123456789012", Now: func() time.Time { return noon }})
	return c, noise.New(noise.Options{
		Cloud: c.Cloud, Regions: []string{"eu-west-1", "ap-northeast-2", "ap-northeast-1", "us-east-1"}, Home: [2]string{"ap-northeast-2", "ap-northeast-1"},
		Now: noon, Meanwhile: noon.Add(-7 * time.Hour), Seed: seed,
		Cast: noise.Cast{
			Crew: "AWSReservedSSO_Dev_0", CrewID: "AROACREW", Deploy: "deploy", DeployID: "AROADEPLOY", Office: "198.51.100.24", Runner: "192.0.2.44", DeployAgent: "aws-sdk-js/3",
		},
	})
}

// TestWriterWritesRecords: what is put together of pieces is what the account writes, and the
// parser of rootout reads it.
func TestWriterWritesRecords(t *testing.T) {
	t.Parallel()
	c, n := some(1)
	w := n.NewWriter()
	seen := map[string]bool{}
	for _, region := range n.Regions() {
		events := n.Between(region, noon.Add(-20*24*time.Hour), noon, 4000)
		for i := range events {
			e := events[i].Trail()
			fast, slow := w.Append(nil, &events[i]), c.Record(&e)
			if !bytes.Equal(fast, slow) {
				t.Fatalf("%s is written\n%s\nand\n%s", e.Name, fast, slow)
			}
			if bytes.Contains(slow, []byte("SimulationError")) {
				t.Fatalf("%s: %s", e.Name, slow)
			}
			if seen[e.Name] {
				continue
			}
			seen[e.Name] = true
			read, err := trail.Parse(slow)
			if err != nil || read.ID != e.ID || !read.Time.Equal(e.Time.Truncate(time.Second)) || read.Region != region || read.Account != "123456789012" {
				t.Errorf("%s is read as %+v, %v", slow, read, err)
			}
			whole := e.Whole()
			if whole.UserName() != e.UserName() || whole.AccessKey() != e.AccessKey() || whole.ReadOnly != e.ReadOnly || whole.ErrorCode != e.ErrorCode {
				t.Errorf("%s is searched by other words than it holds", e.Name)
			}
		}
	}
	for _, name := range n.Steps() {
		if _, short, _ := bytes.Cut([]byte(name), []byte(":")); !seen[string(short)] {
			t.Errorf("%s did not occur", name)
		}
	}
}

// TestBetween: as many events as are asked for, in order and in time, the same for the same seed,
// and no preview that is left standing.
func TestBetween(t *testing.T) {
	t.Parallel()
	write := func(seed uint64) []byte {
		_, n := some(seed)
		w := n.NewWriter()
		var out []byte
		open := map[string]int{}
		for _, region := range n.Regions() {
			from := noon.Add(-30 * time.Hour)
			events := n.Between(region, from, noon, 3001)
			if len(events) != 3001 || !slices.IsSortedFunc(events, func(a, b noise.Event) int { return a.At.Compare(b.At) }) {
				t.Errorf("%d events in %s, or in disorder", len(events), region)
			}
			for i := range events {
				if events[i].At.Before(from) || !events[i].At.Before(noon) {
					t.Errorf("an event at %s", events[i].At)
				}
				raw := w.Append(nil, &events[i])
				var r struct {
					EventName         string
					RequestParameters struct{ ClusterName, Cluster string }
				}
				if err := json.Unmarshal(raw, &r); err != nil {
					t.Fatal(err)
				}
				switch r.EventName {
				case "CreateCluster":
					open[region+r.RequestParameters.ClusterName]++
				case "DeleteCluster":
					open[region+r.RequestParameters.Cluster]--
				}
				out = append(out, raw...)
			}
		}
		for name, left := range open {
			if left != 0 {
				t.Errorf("%s is left %d times", name, left)
			}
		}
		return out
	}
	if one := write(1); !bytes.Equal(one, write(1)) || bytes.Equal(one, write(2)) {
		t.Error("the noise does not follow from the seed")
	}
}
