package kind

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWhatAUniversalTargetStarts: whoever names no cluster to RunTask means the one called default, and whoever makes a cluster means no cluster that is
// there, or an honest `default` would own somebody's schedule.
func TestWhatAUniversalTargetStarts(t *testing.T) {
	const api = "arn:aws:scheduler:::aws-sdk:ecs:"
	for _, x := range []struct {
		target, input string
		want          started
	}{
		{api + "runTask", `{"Cluster":"mine","TaskDefinition":"xmr"}`, started{ecs: true, cluster: "mine", definition: "xmr"}},
		{api + "runTask", `{"TaskDefinition":"xmr"}`, started{ecs: true, cluster: "default", definition: "xmr"}},
		{api + "createCluster", `{}`, started{ecs: true}},
		{api + "createCluster", `{"Tags":[]}`, started{ecs: true}},
		{api + "createCluster", `{"ClusterName":"mine"}`, started{ecs: true, cluster: "mine"}},
		{api + "updateService", `{"Service":"pool","DesiredCount":20}`, started{ecs: true, cluster: "default"}},
		{api + "runTask", `<broken>`, started{ecs: true}},
		{api + "listClusters", `{}`, started{}},
		{"arn:aws:scheduler:::aws-sdk:lambda:invoke", `{}`, started{}},
	} {
		if diff := cmp.Diff(x.want, universal(x.target, x.input), cmp.AllowUnexported(started{})); diff != "" {
			t.Errorf("%s of %s: %s", x.target, x.input, diff)
		}
	}
}
