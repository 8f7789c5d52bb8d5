package kind

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/google/go-cmp/cmp"

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

func sealer() model.Sealer { return model.NewSealer([]byte("0123456789abcdef")) }

func tree(t *testing.T, raw json.RawMessage) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	return v
}

func TestRecordHasAWSShape(t *testing.T) {
	raw, sealed := record(sampleTask(), lowerCamel, sealer())
	want := map[string]any{
		"taskArn": "arn:aws:ecs:us-east-1:123456789012:task/mine/0123456789abcdef0123456789abcdef", "clusterArn": "arn:aws:ecs:us-east-1:123456789012:cluster/mine",
		"cpu": "16 vCPU", "memory": "32 GB", "launchType": "FARGATE", "capacityProviderName": "FARGATE_SPOT", "group": "service:web",
		"lastStatus": "RUNNING", "startedAt": "2026-09-01T02:03:04Z", "enableExecuteCommand": false, "version": 0.0,
		"containers": []any{map[string]any{"image": "evil/miner"}, map[string]any{"image": "evil/side"}, map[string]any{"image": "evil/miner"}},
	}
	if diff := cmp.Diff(want, tree(t, raw)); diff != "" || sealed != 0 {
		t.Errorf("sealed %d, %s", sealed, diff)
	}
}

func TestRecordSealsSecretsAndCleansText(t *testing.T) {
	raw, sealed := record(ecstypes.ContainerDefinition{
		Name: new("x\x1b[31m"), Command: []string{"--wallet", "48abc<&>"},
		Environment:      []ecstypes.KeyValuePair{{Name: new("TOKEN"), Value: new("hunter2")}, {Name: new("EMPTY"), Value: new("")}},
		EnvironmentFiles: []ecstypes.EnvironmentFile{{Type: ecstypes.EnvironmentFileTypeS3, Value: new("arn:aws:s3:::bucket/file.env")}},
		Secrets:          []ecstypes.Secret{{Name: new("DB"), ValueFrom: new("arn:aws:ssm:us-east-1:123456789012:parameter/db")}},
		DockerLabels:     map[string]string{"team": "red", "api_key": "hunter3"},
		LogConfiguration: &ecstypes.LogConfiguration{
			LogDriver: ecstypes.LogDriverSplunk, Options: map[string]string{"splunk-token": "hunter4", "splunk-url": "https://hunter5.example", "awslogs-group": "g"},
			SecretOptions: []ecstypes.Secret{{Name: new("apikey"), ValueFrom: new("arn:aws:secretsmanager:us-east-1:123456789012:secret:a")}},
		},
	}, lowerCamel, sealer())
	text := string(raw)
	if strings.Contains(text, "hunter") || sealed != 4 {
		t.Errorf("sealed %d in %s", sealed, text)
	}
	for _, kept := range []string{`x\\x1b[31m`, `48abc<&>`, `"team":"red"`, `parameter/db`, `file.env`, `secret:a`, `"awslogs-group":"g"`} {
		if !strings.Contains(text, kept) {
			t.Errorf("%s is not in %s", kept, text)
		}
	}
	tree(t, raw)
}

func TestInputsOfTargets(t *testing.T) {
	for _, c := range []struct {
		input  string
		sealed int
		kept   string
	}{
		{`{"containerOverrides":[{"name":"x","command":["run"],"environment":[{"name":"A","value":"hunter2"}]}]}`, 1, `\"name\":\"A\"`},
		{`{"Overrides":{"ContainerOverrides":[{"Environment":[{"Name":"A","Value":"hunter2"},{"Name":"B","Value":"hunter3"}]}]}}`, 2, `\"Name\":\"B\"`},
		{`{"environment":{"A":"hunter2"}}`, 1, `\"A\":\"sealed:`},
		{`{"nested":"{\"environment\":[{\"name\":\"A\",\"value\":\"hunter2\"}]}"}`, 1, `nested`},
		{`{"containerOverrides":[{"environment":[{"name":"A","value":<hunter2>}]}]}`, 1, `sealed:`},
		{`{"hello":"world"}`, 0, `{\"hello\":\"world\"}`},
		{`just text`, 0, `just text`},
	} {
		raw, sealed := record(ebtypes.Target{Id: new("1"), Arn: new("arn:aws:ecs:us-east-1:123456789012:cluster/c"), Input: new(c.input)}, upperCamel, sealer())
		if strings.Contains(string(raw), "hunter") || sealed != c.sealed || !strings.Contains(string(raw), c.kept) {
			t.Errorf("%s became %s, sealed %d", c.input, raw, sealed)
		}
		tree(t, raw)
	}
	raw, sealed := record(ebtypes.Target{HttpParameters: &ebtypes.HttpParameters{
		HeaderParameters: map[string]string{"X-Key": "hunter2"}, PathParameterValues: []string{"hunter3"},
	}}, upperCamel, sealer())
	if strings.Contains(string(raw), "hunter") || sealed != 2 {
		t.Errorf("what goes to an HTTP endpoint became %s", raw)
	}
}

func TestTargetsThatStartTasks(t *testing.T) {
	const cluster = "arn:aws:ecs:us-east-1:123456789012:cluster/mine"
	for _, c := range []struct {
		got, want started
	}{
		{templated(cluster, "x:1"), started{ecs: true, cluster: cluster, definition: "x:1"}},
		{templated("arn:aws:lambda:us-east-1:123456789012:function:f", ""), started{}},
		{universal("arn:aws:scheduler:::aws-sdk:ecs:runTask", `{"Cluster":"mine","TaskDefinition":"x"}`), started{ecs: true, cluster: "mine", definition: "x"}},
		{universal("arn:aws:scheduler:::aws-sdk:ecs:runTask", `broken`), started{ecs: true}},
		{universal("arn:aws:scheduler:::aws-sdk:ecs:listTasks", `{}`), started{}},
		{universal("arn:aws:scheduler:::aws-sdk:s3:putObject", `{}`), started{}},
	} {
		if c.got != c.want {
			t.Errorf("got %+v, want %+v", c.got, c.want)
		}
	}
}
