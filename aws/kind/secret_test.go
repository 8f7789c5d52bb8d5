package kind

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestNamesThatHoldSecrets(t *testing.T) {
	for name, want := range map[string]bool{
		"Environment": true, "RuntimeEnvironmentVariables": true, "ENVIRONMENT": true, "secretString": true, "MasterUserPassword": true,
		"db_pass-word": true, "AuthToken": true, "UserData": true, "user_data": true, "user-data": true, "x.token": true, "webhookUrl": true,
		"": false, "image": false, "environ": false, "ment": false, "cluster": false, "toke": false, "environs": false, "dataUser": false,
	} {
		if got := holdsSecret(name); got != want {
			t.Errorf("%q holds a secret: %v", name, got)
		}
	}
	if namesSecret("Environment") || !namesSecret("DB_PASSWORD") {
		t.Error("the names that people give are misjudged")
	}
}

// platform is an enumerated word, as the SDK types it.
type platform string

// shape is like App Runner's service and CodeBuild's project: a kind that nobody has thought of
// yet.
type shape struct {
	ServiceArn, ImageIdentifier *string
	ImageConfiguration          *struct {
		Port                        *string
		RuntimeEnvironmentVariables map[string]string
		RuntimeEnvironmentSecrets   map[string]string
	}
	Environment *struct {
		Platform   platform
		Privileged bool
		Size       int32
		Image      *string
		Names      []string
	}
	MasterUserPassword *string
	PasswordLastUsed   *time.Time
	SecretArn          *string
	AccessTokenID      *string
	UserData           []byte
	Startup            *string
	EventPattern       *string
	Tags               map[string]string
}

func sampleShape() shape {
	return shape{
		ServiceArn: new("arn:aws:apprunner:us-east-1:123456789012:service/x/1"), ImageIdentifier: new("evil/miner"),
		ImageConfiguration: &struct {
			Port                        *string
			RuntimeEnvironmentVariables map[string]string
			RuntimeEnvironmentSecrets   map[string]string
		}{
			Port: new("8080"), RuntimeEnvironmentVariables: map[string]string{
				"WALLET_ID": "hunter2", "POOL": "hunter3", "ARN": "arn:aws:ssm:us-east-1:123456789012:parameter/hunter13",
			},
			RuntimeEnvironmentSecrets: map[string]string{
				"DB": "arn:aws:secretsmanager:us-east-1:123456789012:secret:db", "BAD": "hunter4", "WORSE": "arn:aws:s3:::hunter5",
			},
		},
		Environment: &struct {
			Platform   platform
			Privileged bool
			Size       int32
			Image      *string
			Names      []string
		}{Platform: "LINUX", Privileged: true, Size: 4711, Image: new("hunter6"), Names: []string{"hunter7", "hunter8"}},
		MasterUserPassword: new("hunter9"), PasswordLastUsed: new(time.Date(2026, 9, 1, 2, 3, 4, 0, time.UTC)),
		SecretArn: new("arn:aws:secretsmanager:us-east-1:123456789012:secret:mine"), AccessTokenID: new("token-1"),
		UserData: []byte("hunter10"), Startup: new(`{"Image":"evil","env":1,"Environment":{"A":"hunter11"}}`),
		EventPattern: new(`{"detail":{"environment":["prod"]}}`),
		Tags:         map[string]string{"Environment": "prod", "Team": "red", "DeployToken": "hunter12"},
	}
}

func TestAKindThatNobodyThoughtOfIsSealed(t *testing.T) {
	raw, sealed := record(sampleShape(), UpperCamel, sealer())
	text := string(raw)
	for _, gone := range []string{"hunter", "4711", "aHVudGVyMTA"} {
		if strings.Contains(text, gone) {
			t.Errorf("%s is in clear in %s", gone, text)
		}
	}
	if want := 5 + 4 + 4; sealed != want {
		t.Errorf("%d sealed, want %d: %s", sealed, want, text)
	}
	for _, kept := range []string{
		`"evil/miner"`, `"8080"`, `"WALLET_ID"`, `secret:db"`, `"Platform":"LINUX"`, `"Privileged":true`, `"PasswordLastUsed":"2026-09-01T02:03:04Z"`,
		`secret:mine"`, `"AccessTokenID":"token-1"`, `\"Image\":\"evil\"`, `\"environment\":[\"prod\"]`, `"Environment":"prod"`, `"Team":"red"`,
		`service/x/1"`,
	} {
		if !strings.Contains(text, kept) {
			t.Errorf("%s is not readable any more in %s", kept, text)
		}
	}
	tree(t, raw)
}

func TestWhatAKindDeclaresIsSealed(t *testing.T) {
	raw, sealed := record(struct {
		ConnectionString, Name, BootArn *string
		Options                         map[string]string
		Input                           *string
	}{
		new("hunter2"), new("x"), new("hunter3"),
		map[string]string{"connectionstring": "hunter4", "a": "b"},
		new(`{"connectionString":["hunter5"],"a":"b"}`),
	}, UpperCamel, sealer(), "ConnectionString", "BootArn")
	if strings.Contains(string(raw), "hunter") || sealed != 4 || !strings.Contains(string(raw), `"Name":"x"`) {
		t.Errorf("%d sealed in %s", sealed, raw)
	}
}

// TestAKindDeclaresWhatNoNameSays: the start command of a container says nothing of its secrets by
// its name, so that the kind has to.
func TestAKindDeclaresWhatNoNameSays(t *testing.T) {
	kept := Record(sampleShape(), Writing{Casing: UpperCamel, Secret: []string{"Startup", "ImageIdentifier"}}, sealer())
	text := string(kept.JSON)
	for _, gone := range []string{"evil/miner", `\"Image\"`} {
		if strings.Contains(text, gone) {
			t.Errorf("%s is in clear in %s", gone, text)
		}
	}
	if !strings.Contains(text, `"ImageIdentifier":"sealed:`) || !strings.Contains(text, `"Startup":"sealed:`) || !strings.Contains(text, `"8080"`) {
		t.Errorf("it became %s", text)
	}
	if without := Record(sampleShape(), Writing{Casing: UpperCamel}, sealer()); kept.Sealed != without.Sealed+1 {
		t.Errorf("%d sealed, %d without what is declared: one text more, and the other whole", kept.Sealed, without.Sealed)
	}
}

// TestEveryListOfPairsIsSealed: a list of names and values is the other form of a map.
func TestEveryListOfPairsIsSealed(t *testing.T) {
	raw, sealed := record(ecstypes.Task{
		Attachments: []ecstypes.Attachment{{Details: []ecstypes.KeyValuePair{
			{Name: new("subnetId"), Value: new("subnet-1")}, {Name: new("AuthToken"), Value: new("hunter2")},
		}}},
		Tags: []ecstypes.Tag{
			{Key: new("Environment"), Value: new("prod")}, {Key: new("password"), Value: new("hunter3")},
		},
		Overrides: &ecstypes.TaskOverride{ContainerOverrides: []ecstypes.ContainerOverride{{
			Name: new("miner"), Command: []string{"--pool"}, Environment: []ecstypes.KeyValuePair{{Name: new("VALUE"), Value: new("hunter4")}},
			EnvironmentFiles: []ecstypes.EnvironmentFile{{Type: ecstypes.EnvironmentFileTypeS3, Value: new("arn:aws:s3:::bucket/file.env")}},
		}}},
	}, LowerCamel, sealer())
	want := map[string]any{
		"attachments": []any{map[string]any{"details": []any{
			map[string]any{"name": "subnetId", "value": "subnet-1"}, map[string]any{"name": "AuthToken", "value": sealer().Seal("hunter2")},
		}}},
		"tags": []any{
			map[string]any{"key": "Environment", "value": "prod"}, map[string]any{"key": "password", "value": sealer().Seal("hunter3")},
		},
		"overrides": map[string]any{"containerOverrides": []any{map[string]any{
			"name": "miner", "command": []any{"--pool"}, "environment": []any{map[string]any{"name": "VALUE", "value": sealer().Seal("hunter4")}},
			"environmentFiles": []any{map[string]any{"type": "s3", "value": "arn:aws:s3:::bucket/file.env"}},
		}}},
		"enableExecuteCommand": false, "version": 0.0,
	}
	if diff := cmp.Diff(want, tree(t, raw)); diff != "" || sealed != 3 {
		t.Errorf("%d sealed: %s", sealed, diff)
	}
}

func TestJSONInsideATarget(t *testing.T) {
	for input, want := range map[string]struct {
		sealed int
		kept   []string
	}{
		`{"SecretId":"db","secretArn":"arn:x","Name":"a"}`:                             {0, []string{"db", "arn:x"}},
		`{"SecretString":"hunter2","ClientRequestToken":"hunter3"}`:                    {2, nil},
		`{"environment":{"SECRET_ID":"hunter2","PORT":80,"ON":true}}`:                  {3, []string{"PORT"}},
		`{"environment":{"poolArn":"hunter2","walletId":"hunter3"}}`:                   {2, []string{"poolArn", "walletId"}},
		`{"secrets":[{"name":"DB","valueFrom":"arn:aws:ssm:x:y:parameter/db"}]}`:       {0, []string{"DB", "parameter/db"}},
		`{"parameters":[{"Key":"DbPassword","Value":"hunter2"}]}`:                      {1, []string{"DbPassword"}},
		`{"a":[{"name":"POOL","value":"pool.example"}]}`:                               {0, []string{"pool.example"}},
		`{"environmentFiles":[{"value":"arn:aws:s3:::b/f.env","type":"s3"}]}`:          {0, []string{"f.env"}},
		`{"deep":"{\"deeper\":\"{\\\"password\\\":\\\"hunter2\\\"}\"}"}`:               {1, []string{"deeper"}},
		`{"Token":<token>, "x":"hunter2"}`:                                             {1, nil},
		`{"user_data":["hunter2",{"x":["hunter3"]},null]}`:                             {2, []string{"null"}},
		`{"environment":[{"name":{"hunter":"hunter2"},"value":"hunter3"}]}`:            {2, nil},
		`[{"Password":"hunter2"}]`:                                                     {1, nil},
		`{"environment":[{"name":"valueFrom","value":"hunter2","valueFrom":"arn:x"}]}`: {1, []string{"arn:x"}},
	} {
		raw, sealed := record(ebtypes.Target{Input: new(input)}, UpperCamel, sealer())
		if strings.Contains(strings.ReplaceAll(string(raw), `"hunter\"`, ""), "hunter2") || strings.Contains(string(raw), "hunter3") || sealed != want.sealed {
			t.Errorf("%s became %s, %d sealed, want %d", input, raw, sealed, want.sealed)
		}
		for _, kept := range want.kept {
			if !strings.Contains(string(raw), kept) {
				t.Errorf("%s is not readable any more in %s", kept, raw)
			}
		}
	}
}

// TestNoValueUnderASecretNameSurvives builds any tree of maps, lists, texts and numbers: what
// stands below a name that says so is nowhere in the record, and all else is.
func TestNoValueUnderASecretNameSurvives(t *testing.T) {
	secretNames := []string{
		"Environment", "runtimeEnvironmentVariables", "DB_PASSWORD", "x-token", "UserData", "user_data", "secret.thing", "MySecretS3cret", "TOKENS",
	}
	rapid.Check(t, func(r *rapid.T) {
		leaks, open := 0, 0
		var node func(depth int, secret bool) any
		node = func(depth int, secret bool) any {
			choice := rapid.IntRange(0, 4).Draw(r, "shape")
			if depth == 0 {
				choice = 4
			}
			switch choice {
			case 0, 1:
				object := map[string]any{}
				for range rapid.IntRange(1, 3).Draw(r, "members") {
					opens := rapid.Bool().Draw(r, "opens")
					name := rapid.SampledFrom([]string{"image", "nested", "Arn", "walletId", "command"}).Draw(r, "name")
					if opens {
						name = rapid.SampledFrom(secretNames).Draw(r, "secret name")
					}
					if _, there := object[name]; !there {
						object[name] = node(depth-1, secret || opens)
					}
				}
				return object
			case 2:
				var list []any
				for range rapid.IntRange(1, 3).Draw(r, "elements") {
					list = append(list, node(depth-1, secret))
				}
				return list
			case 3:
				if secret {
					leaks++
					return -770000 - leaks
				}
				open++
				return 880000 + open
			}
			if secret {
				leaks++
				return fmt.Sprintf("leak%d", leaks)
			}
			open++
			return fmt.Sprintf("open%d.", open)
		}
		value := map[string]any{"root": node(5, false)}
		asText, err := json.Marshal(value)
		if err != nil {
			r.Fatal(err)
		}
		for form, shape := range map[string]any{"maps": value, "JSON": ebtypes.Target{Input: new(string(asText))}} {
			raw, sealed := record(shape, UpperCamel, sealer())
			text := string(raw)
			if strings.Contains(text, "leak") || strings.Contains(text, "-77") || sealed != leaks {
				r.Fatalf("%s: %d sealed of %d in %s", form, sealed, leaks, text)
			}
			for i := 1; i <= open; i++ {
				if !strings.Contains(text, fmt.Sprintf("open%d.", i)) && !strings.Contains(text, fmt.Sprint(880000+i)) {
					r.Fatalf("%s: %d is not in %s", form, i, text)
				}
			}
		}
	})
}
