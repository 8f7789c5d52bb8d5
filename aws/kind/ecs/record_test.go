package ecs

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/rootout/rootout/aws/kind"
	"github.com/rootout/rootout/model"
)

func sampleTask() ecstypes.Task {
	return ecstypes.Task{
		TaskArn: new("arn:aws:ecs:us-east-1:123456789012:task/mine/0123456789abcdef0123456789abcdef"), ClusterArn: new("arn:aws:ecs:us-east-1:123456789012:cluster/mine"),
		Cpu: new("16 vCPU"), Memory: new("32 GB"), LaunchType: ecstypes.LaunchTypeFargate, CapacityProviderName: new("FARGATE_SPOT"),
		Group: new("service:web"), LastStatus: new("RUNNING"), StartedAt: new(time.Date(2026, 9, 1, 2, 3, 4, 0, time.UTC)),
		Containers: []ecstypes.Container{{Image: new("evil/miner")}, {Image: new("evil/side")}, {Image: new("evil/miner")}},
	}
}

func TestRecordHasAWSShape(t *testing.T) {
	var r model.Resource
	raw := record(&kind.Visit{Sealer: model.NewSealer([]byte("0123456789abcdef"))}, &r, sampleTask())
	want := map[string]any{
		"taskArn": "arn:aws:ecs:us-east-1:123456789012:task/mine/0123456789abcdef0123456789abcdef", "clusterArn": "arn:aws:ecs:us-east-1:123456789012:cluster/mine",
		"cpu": "16 vCPU", "memory": "32 GB", "launchType": "FARGATE", "capacityProviderName": "FARGATE_SPOT", "group": "service:web",
		"lastStatus": "RUNNING", "startedAt": "2026-09-01T02:03:04Z", "enableExecuteCommand": false, "version": 0.0,
		"containers": []any{map[string]any{"image": "evil/miner"}, map[string]any{"image": "evil/side"}, map[string]any{"image": "evil/miner"}},
	}
	var got any
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" || r.Secrets != 0 {
		t.Errorf("sealed %d, %s", r.Secrets, diff)
	}
}

func TestTagsThatNameASecretShowNone(t *testing.T) {
	tags := []ecstypes.Tag{{Key: new("password"), Value: new("hunter3")}, {Key: new("team"), Value: new("red")}}
	if got := tagWords(tags).Texts(); !cmp.Equal(got, []string{"password=(sealed)", "team=red"}) {
		t.Errorf("the column shows %v", got)
	}
}

// TestEveryColumnHasAValue: a field without a getter of its own reads its place in Attrs, so that a
// kind whose values are shorter than its fields would show nothing.
func TestEveryColumnHasAValue(t *testing.T) {
	fields, values := kind.Columns(taskColumns(time.Now)...)
	if len(values(sampleTask())) != len(fields) {
		t.Fatal("values and fields do not match")
	}
	got := map[string]model.Value{}
	r := &model.Resource{Attrs: values(sampleTask())}
	for _, f := range fields {
		got[f.ID] = f.Get(r)
	}
	for id, want := range map[string]model.Value{
		"cpu": model.Number(16), "memory": model.Number(32768), "launch": model.Text("FARGATE_SPOT"), "image": model.List("evil/miner", "evil/side"),
		"cluster": model.Text("mine"), "service": model.Text("web"), "stopped": model.Unknown(), "protected": model.Unknown(),
	} {
		if got[id] != want {
			t.Errorf("%s is %v, want %v", id, got[id], want)
		}
	}
	if names := slices.Sorted(maps.Keys(got)); len(names) != len(fields) {
		t.Errorf("fields share ids: %v", names)
	}
}
