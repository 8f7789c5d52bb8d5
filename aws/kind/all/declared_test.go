package all_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/rootout/rootout/aws/kind/kindtest"
)

// TestStatesAndARNsAreDeclared: a query for others than those is called misspelt.
func TestStatesAndARNsAreDeclared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, kindtest.Everything)
		w.Scan()
		for _, r := range w.Found() {
			k := w.Defs[r.Ref.Kind].Kind
			if r.State != "" && !slices.Contains(k.States, r.State) {
				t.Errorf("%s does not declare the state %s", k.ID, r.State)
			}
			service, rest, _ := strings.Cut(strings.TrimPrefix(r.ARN, "arn:aws:"), ":")
			if r.ARN != "" && (service != k.ID.Service() || !strings.Contains(rest, ":"+k.ARNWord()+"/")) {
				t.Errorf("%s does not begin as %s declares", r.ARN, k.ID)
			}
		}
	})
}
