package query

import (
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestComplete(t *testing.T) {
	values := func(field string) []string {
		return map[string][]string{
			"region": {"us-east-1", "eu-west-3"},
			"name":   {"prod api", "작업", "never", `say "hi"`},
			"by":     {ciARN},
		}[field]
	}
	for _, c := range []struct {
		text string
		// first are the first completions; all that there are when only is set.
		first []string
		only  bool
	}{
		{"", []string{"name:", "kind:", "region:", "state:", "by:", "age<"}, false},
		{"nam", []string{"name:"}, false},
		{"mfa", []string{"mfa:"}, true},
		{"creat", []string{"created<"}, true},
		{"x !memo", []string{"memory>="}, true},
		{"kind:", []string{"cluster", "task", "user", "ecs:*", "iam:*"}, true},
		{"kind:tk", []string{"task"}, true},
		{"cpu>=4 kind:task,cl", []string{"cluster"}, true},
		{"region:", []string{"us-east-1", "eu-west-3", "never", "unknown"}, true},
		{"region:us-east-1,eu", []string{"eu-west-3"}, true},
		{"mfa:", []string{"yes", "no", "never", "unknown"}, true},
		{"last<", []string{"1h", "24h", "7d", "90d"}, true},
		{"last:", []string{"never", "unknown"}, true},
		{"by:", []string{"root-user", ciARN, "never", "unknown"}, true},
		{"madeby:ci", []string{ciARN}, true},
		{"name:", []string{`"prod api"`, "작업", `"never"`, `"say \"hi\""`, "never", "unknown"}, true},
		{`name:"prod a`, []string{`"prod api"`}, true},
		{"작업 name:작", []string{"작업"}, true},
		{`"free te`, nil, true},
		{"name~x", nil, true},
		{"nofield:x", nil, true},
		{"raw", []string{"raw~"}, true},
	} {
		got := Complete(testCatalog(t), c.text, utf8.RuneCountInString(c.text), values)
		if !c.only && len(got) > len(c.first) {
			got = got[:len(c.first)]
		}
		if diff := cmp.Diff(c.first, got); diff != "" && (len(c.first) > 0 || len(got) > 0) {
			t.Errorf("%q (-want +got):\n%s", c.text, diff)
		}
	}
}

func TestAccept(t *testing.T) {
	for _, c := range []struct {
		text       string
		cursor     int
		completion string
		want       string
		at         int
	}{
		{"na", 2, "name:", "name:", 5},
		{"작업 !na cpu>4", 6, "name:", "작업 !name: cpu>4", 9},
		{"kind:task,cl", 12, "cluster", "kind:task,cluster", 17},
		{`name:"prod a`, 12, `"prod api"`, `name:"prod api"`, 15},
		{"name:x ", 7, "cpu>=", "name:x cpu>=", 12},
		{"na", 99, "name:", "name:", 5},
	} {
		if got, at := Accept(c.text, c.cursor, c.completion); got != c.want || at != c.at {
			t.Errorf("Accept(%q, %d): got %q, %d", c.text, c.cursor, got, at)
		}
	}
}

// What is offered for values is understood when it is taken.
func TestCompletionsParse(t *testing.T) {
	catalog := testCatalog(t)
	for _, text := range []string{"kind:", "mfa:", "last<", "last:", "by:", "cpu:", "name:"} {
		completions := Complete(catalog, text, len(text), func(string) []string { return nil })
		if len(completions) == 0 {
			t.Errorf("%s has no completions", text)
		}
		for _, c := range completions {
			accepted, _ := Accept(text, len(text), c)
			if _, err := Parse(catalog, accepted, Options{}); err != nil {
				t.Errorf("%s: %v", accepted, err)
			}
		}
	}
	if names := Complete(catalog, "", 0, nil); !slices.Contains(names, "mfa:") {
		t.Error("the fields of the last kind are missing")
	}
}
