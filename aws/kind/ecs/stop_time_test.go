package ecs_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rootout/rootout/aws/kind/kindtest"
	cloud "github.com/rootout/rootout/aws/sim/all"
)

// TestATaskStopsInTheTimeThatItsDefinitionGives: the definition's own stopTimeout, 30 s where it has
// none, and nothing of its own while nobody has read the definition.
func TestATaskStopsInTheTimeThatItsDefinitionGives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := kindtest.New(t, func(c *cloud.Cloud, now time.Time) {
			c.SeedCluster(kindtest.Region, cloud.ClusterSeed{Name: "mine"})
			for family, stop := range map[string]time.Duration{"slow": 2 * time.Minute, "usual": 0} {
				c.SeedTaskDefinition(kindtest.Region, cloud.TaskDefinitionSeed{Family: family, CPU: 256, MemoryMiB: 512, Images: []string{family}, StopTimeout: stop})
				c.SeedTask(kindtest.Region, cloud.TaskSeed{Cluster: "mine", TaskDefinition: family, StartedAt: now})
			}
		})
		rule := w.Defs["ecs:task"].Rule
		stops := func() map[string]time.Duration {
			out := map[string]time.Duration{}
			for _, r := range w.Of("ecs:task") {
				out[strings.TrimSuffix(w.Field(r, "definition"), ":1")] = rule.SettleOf(r, w.Graph())
			}
			return out
		}
		w.Scan("ecs:cluster", "ecs:task")
		for family, stop := range stops() {
			if stop != 0 {
				t.Errorf("%s: %v, and nobody has read its definition", family, stop)
			}
		}
		w.Scan("ecs:task-definition")
		got := stops()
		if len(got) != 2 || got["slow"] != 2*time.Minute || got["usual"] != 30*time.Second || rule.Settle != 30*time.Second {
			t.Errorf("they stop in %v, else in %v", got, rule.Settle)
		}
		for _, r := range w.Of("ecs:task-definition") {
			if want := map[string]string{"slow": "120", "usual": "30"}[w.Field(r, "family")]; w.Field(r, "stoptimeout") != want {
				t.Errorf("the field of %s says %s, want %s", r.Name, w.Field(r, "stoptimeout"), want)
			}
		}
	})
}
