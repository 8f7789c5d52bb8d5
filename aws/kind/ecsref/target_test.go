package ecsref

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWhatAUniversalTargetStarts: whoever names no cluster to RunTask means the one called default,
// and whoever makes a cluster means no cluster that is there, or an honest `default` would own
// somebody's schedule.
func TestWhatAUniversalTargetStarts(t *testing.T) {
	const api = "arn:aws:scheduler:::aws-sdk:ecs:"
	for _, x := range []struct {
		target, input string
		want          Started
	}{
		{api + "runTask", `{"Cluster":"mine","TaskDefinition":"xmr"}`, Started{ECS: true, Cluster: "mine", Definition: "xmr"}},
		{api + "runTask", `{"TaskDefinition":"xmr"}`, Started{ECS: true, Cluster: "default", Definition: "xmr"}},
		{api + "createCluster", `{}`, Started{ECS: true}},
		{api + "createCluster", `{"Tags":[]}`, Started{ECS: true}},
		{api + "createCluster", `{"ClusterName":"mine"}`, Started{ECS: true, Cluster: "mine"}},
		{api + "updateService", `{"Service":"pool","DesiredCount":20}`, Started{ECS: true, Cluster: "default"}},
		{api + "runTask", `<broken>`, Started{ECS: true}},
		{api + "listClusters", `{}`, Started{}},
		{"arn:aws:scheduler:::aws-sdk:lambda:invoke", `{}`, Started{}},
	} {
		if diff := cmp.Diff(x.want, Universal(x.target, x.input)); diff != "" {
			t.Errorf("%s of %s: %s", x.target, x.input, diff)
		}
	}
}

func TestTargetsThatStartTasks(t *testing.T) {
	const cluster = "arn:aws:ecs:us-east-1:123456789012:cluster/mine"
	for _, c := range []struct {
		got, want Started
	}{
		{Templated(cluster, "x:1"), Started{ECS: true, Cluster: cluster, Definition: "x:1"}},
		{Templated("arn:aws:lambda:us-east-1:123456789012:function:f", ""), Started{}},
		{Universal("arn:aws:scheduler:::aws-sdk:ecs:runTask", `{"Cluster":"mine","TaskDefinition":"x"}`), Started{ECS: true, Cluster: "mine", Definition: "x"}},
		{Universal("arn:aws:scheduler:::aws-sdk:ecs:runTask", `broken`), Started{ECS: true}},
		{Universal("arn:aws:scheduler:::aws-sdk:ecs:listTasks", `{}`), Started{}},
		{Universal("arn:aws:scheduler:::aws-sdk:s3:putObject", `{}`), Started{}},
	} {
		if c.got != c.want {
			t.Errorf("got %+v, want %+v", c.got, c.want)
		}
	}
}
