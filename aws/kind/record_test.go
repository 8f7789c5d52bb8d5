package kind

import (
	"encoding/json"
	"strings"
	"testing"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/rootout/rootout/model"
)

// record is Record with its parts apart.
func record(value any, casing Casing, sealer model.Sealer, secret ...string) (json.RawMessage, int) {
	kept := Record(value, Writing{Casing: casing, Secret: secret}, sealer)
	return kept.JSON, kept.Sealed
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
	}, LowerCamel, sealer())
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
		raw, sealed := record(ebtypes.Target{Id: new("1"), Arn: new("arn:aws:ecs:us-east-1:123456789012:cluster/c"), Input: new(c.input)}, UpperCamel, sealer())
		if strings.Contains(string(raw), "hunter") || sealed != c.sealed || !strings.Contains(string(raw), c.kept) {
			t.Errorf("%s became %s, sealed %d", c.input, raw, sealed)
		}
		tree(t, raw)
	}
}
