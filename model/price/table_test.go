package price

import (
	"encoding/csv"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestEveryRowOfTheTableIsAPrice: a row with a slip in it would silently become an estimate.
func TestEveryRowOfTheTableIsAPrice(t *testing.T) {
	said := map[string]string{}
	for line := range strings.Lines(fargateTable) {
		if key, value, ok := strings.Cut(strings.TrimPrefix(line, "# "), ": "); ok && line[0] == '#' {
			said[key] = strings.TrimSpace(value)
		}
	}
	if _, err := time.Parse(time.DateOnly, said["date"]); err != nil || said["source"] == "" {
		t.Errorf("the table has source %q and date %q", said["source"], said["date"])
	}
	r := csv.NewReader(strings.NewReader(fargateTable))
	r.Comment, r.FieldsPerRecord = '#', columns
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, fields := range rows[1:] {
		region, architecture := fields[0], fields[1]
		if key := region + " " + architecture; seen[key] {
			t.Errorf("%s stands twice", key)
		} else {
			seen[key] = true
		}
		vcpu, _ := strconv.ParseFloat(fields[2], 64)
		memory, _ := strconv.ParseFloat(fields[3], 64)
		if vcpu < 0.01 || vcpu > 0.2 || memory < 0.001 || memory > 0.02 {
			t.Errorf("%s: %v and %v dollars an hour cannot be", region, vcpu, memory)
		}
		p := fargateOf(region, architecture == arm64)
		if p.estimated || p.vcpu != vcpu || p.memoryGB != memory {
			t.Errorf("%s %s is looked up as %+v, and the table has %v and %v", region, architecture, p, vcpu, memory)
		}
	}
	if len(rows) != 27 {
		t.Errorf("%d rows", len(rows))
	}
}

// TestStandIns: what has no price of its own gets another one's, which is said, never nothing.
func TestStandIns(t *testing.T) {
	for _, region := range []string{"mx-central-1", "", "region", "us-east", "us-east-1,x86", "date"} {
		if p := fargateOf(region, false); !p.estimated || p.vcpu != 0.05056 || p.memoryGB != 0.00553 {
			t.Errorf("%q: %+v, want Tokyo's as an estimate", region, p)
		}
	}
	if usd, published := storageOf("eu-west-1"); published || usd != 0.000111 {
		t.Errorf("storage of eu-west-1: %v, published %v", usd, published)
	}
}

func BenchmarkFargate(b *testing.B) {
	for b.Loop() {
		Fargate(FargateTask{Region: "sa-east-1", VCPU: 4, MemoryMiB: 8192, StorageGiB: 30})
	}
}
