package all_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/rootout/rootout/aws/kind/kindtest"
	cloud "github.com/rootout/rootout/aws/sim/all"
)

// under are the values in JSON below the members of some names.
func under(t *testing.T, raw json.RawMessage, members []string) []string {
	t.Helper()
	var tree any
	if err := json.Unmarshal(raw, &tree); err != nil {
		t.Fatalf("%v: %s", err, raw)
	}
	var out []string
	var walk func(node any, within bool)
	walk = func(node any, within bool) {
		switch n := node.(type) {
		case map[string]any:
			for name, child := range n {
				declared := slices.ContainsFunc(members, func(m string) bool { return strings.EqualFold(m, name) })
				walk(child, within || declared)
			}
		case []any:
			for _, child := range n {
				walk(child, within)
			}
		case string:
			if within {
				out = append(out, n)
			}
		}
	}
	walk(tree, false)
	return out
}

// TestWhatAKindDeclaresSecretIsSealed in everything that is kept of its resources.
func TestWhatAKindDeclaresSecretIsSealed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, func(c *cloud.Cloud, now time.Time) {
			kindtest.Everything(c, now)
			c.SeedRule(kindtest.Region, cloud.RuleSeed{
				Name: "hook", Schedule: "rate(1 day)", Cluster: "mine", TaskDefinition: "xmr",
				Targets: []ebtypes.Target{{
					Id: new("http"), Arn: new("arn:aws:events:us-east-1:123456789012:api-destination/x/1"),
					HttpParameters: &ebtypes.HttpParameters{HeaderParameters: map[string]string{"X-Key": "hunter2"}},
				}},
			})
		})
		w.Scan()
		sealed := map[string]int{}
		for ref, r := range w.Found() {
			d := w.Defs[ref.Kind]
			for what, data := range keptOf(w, r) {
				if data == nil {
					continue
				}
				for _, value := range under(t, data, d.Secret) {
					if !strings.HasPrefix(value, "sealed:") {
						t.Errorf("%s: its %s holds %q in clear", ref, what, value)
					}
					sealed[what]++
				}
			}
		}
		if sealed["record"] == 0 || sealed["targets"] == 0 {
			t.Errorf("nothing that a kind declares secret was kept: %v", sealed)
		}
	})
}
