package export

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSheetsAreReadBackAsTheyWere(t *testing.T) {
	s := &Sheet{Keys: []string{"name", "vcpu", "owners", "none"}}
	rows := [][]any{{"=cmd()", 0.25, []string{"a", "b"}, nil}, {"당근, \"x\"\n", 16.0, []string(nil), nil}}
	data, err := s.csv(rows)
	if err != nil {
		t.Fatal(err)
	}
	got, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"name", "vcpu", "owners", "none"}, {"'=cmd()", "0.25", "a b", ""}, {"당근, \"x\"\n", "16", "", ""}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	data, err = s.json(rows)
	if err != nil {
		t.Fatal(err)
	}
	var back []map[string]any
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	if back[0]["name"] != "=cmd()" || back[0]["none"] != nil || back[1]["vcpu"] != 16.0 {
		t.Errorf("%v", back)
	}
}
