package trail_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/rootout/rootout/model/trail"
)

func TestRecordsComeBackAsTheyWere(t *testing.T) {
	r, err := trail.NewRecords()
	if err != nil {
		t.Fatal(err)
	}
	record := func(n int) []byte {
		return []byte(fmt.Sprintf(`{"eventID":"%d","eventName":"RunTask","padding":%q}`, n, strings.Repeat("x", n*n%5000)))
	}
	const records = 1000
	size := 0
	for n := range records {
		raw := record(n)
		size += len(raw)
		r.Add(int32(n*3), raw)
		raw[0] = '!' // It keeps a copy.
	}
	for n := range records {
		got, err := r.Get(int32(n * 3))
		if err != nil || !bytes.Equal(got, record(n)) {
			t.Fatalf("record %d is %.60s, %v", n, got, err)
		}
	}
	if got, err := r.Get(1); got != nil || err != nil {
		t.Errorf("a record that was never there: %s, %v", got, err)
	}
	if r.Bytes() > size/4 {
		t.Errorf("%d bytes take %d", size, r.Bytes())
	}
}
