package cloud_test

import (
	"encoding/json"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/cloudtest"
)

// TestRecord is the anatomy of a record that a call leaves: members in AWS's words, the answer's
// parts, and no secret.
func TestRecord(t *testing.T) {
	t.Parallel()
	c, clock := cloudtest.AtNoon(1)
	call := cloud.Call{
		Place: c.In("eu-west-1"), Service: "ecs", Operation: "RegisterTaskDefinition", SourceIP: "203.0.113.7", UserAgent: "Boto3/1.43", RequestID: "r-1", Now: clock.T,
		Identity: cloud.Identity{
			AccessKeyID: "ASIAEXAMPLE000000001", UserID: "AROAEXAMPLEID12345678:root", SessionCreated: clock.T.Add(-time.Hour),
			ARN: "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/root",
		},
	}
	in := &ecs.RegisterTaskDefinitionInput{
		Family: new("kqzv"), Cpu: new("16384"),
		ContainerDefinitions: []ecstypes.ContainerDefinition{{
			Image: new("yz/ka:si"), Environment: []ecstypes.KeyValuePair{{Name: new("WALLET"), Value: new("s3cr3t")}},
		}},
	}
	c.RecordCall(call, false, in, &ecs.RegisterTaskDefinitionOutput{TaskDefinition: &ecstypes.TaskDefinition{
		TaskDefinitionArn: new("arn:aws:ecs:eu-west-1:123456789012:task-definition/kqzv:1"), Revision: 1, RegisteredAt: &clock.T,
	}}, nil)
	// The account may keep what it was given, and change it later: the record is of the call.
	in.ContainerDefinitions[0].Image = new("later/image:1")
	event := c.Events("eu-west-1")[0]
	var got map[string]any
	raw := c.Record(event)
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(raw), `{"eventVersion":"1.11","userIdentity":{"type":"AssumedRole","principalId":`) {
		t.Errorf("the record begins %.120s", raw)
	}
	delete(got, "tlsDetails")
	want := map[string]any{
		"eventVersion": "1.11", "eventTime": "2026-11-21T12:00:00Z", "eventSource": "ecs.amazonaws.com", "eventName": "RegisterTaskDefinition",
		"awsRegion": "eu-west-1", "sourceIPAddress": "203.0.113.7", "userAgent": "Boto3/1.43", "requestID": "r-1", "eventID": event.ID,
		"readOnly": false, "eventType": "AwsApiCall", "managementEvent": true, "recipientAccountId": "123456789012", "eventCategory": "Management",
		"userIdentity": map[string]any{
			"type": "AssumedRole", "principalId": "AROAEXAMPLEID12345678:root", "accountId": "123456789012", "accessKeyId": "ASIAEXAMPLE000000001",
			"arn": "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/root",
			"sessionContext": map[string]any{
				"sessionIssuer": map[string]any{
					"type": "Role", "principalId": "AROAEXAMPLEID12345678", "accountId": "123456789012",
					"userName": "AWSReservedSSO_AdministratorAccess_0123456789abcdef",
					"arn":      "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_AdministratorAccess_0123456789abcdef",
				},
				"attributes": map[string]any{"creationDate": "2026-11-21T11:00:00Z", "mfaAuthenticated": "false"},
			},
		},
		"requestParameters": map[string]any{
			"family": "kqzv", "cpu": "16384",
			"containerDefinitions": []any{map[string]any{
				"image": "yz/ka:si", "cpu": 0.0, "environment": []any{map[string]any{"name": "WALLET", "value": "HIDDEN_DUE_TO_SECURITY_REASONS"}},
			}},
		},
		"responseElements": map[string]any{"taskDefinition": map[string]any{
			"taskDefinitionArn": "arn:aws:ecs:eu-west-1:123456789012:task-definition/kqzv:1", "revision": 1.0,
			"registeredAt": "Nov 21, 2026, 12:00:00 PM",
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
}

// TestRecordRefusedAndSecret: a refused call shows no parameters, a password never shows.
func TestRecordRefusedAndSecret(t *testing.T) {
	t.Parallel()
	c, clock := cloudtest.AtNoon(1)
	call := cloud.Call{Place: c.In("us-east-1"), Service: "iam", Operation: "CreateLoginProfile", Now: clock.T, Identity: cloud.Identity{ARN: cloudtest.AliceARN}}
	c.RecordCall(call, false, &iam.CreateLoginProfileInput{UserName: new("supdev"), Password: new("hunter2")}, &iam.CreateLoginProfileOutput{}, nil)
	c.RecordCall(call, false, &iam.CreateLoginProfileInput{UserName: new("supdev"), Password: new("hunter2")}, nil,
		&cloud.APIError{Code: "AccessDenied", Message: "no", Status: 403})
	events := c.Events("us-east-1")
	ok, refused := string(c.Record(events[0])), string(c.Record(events[1]))
	if strings.Contains(ok+refused, "hunter2") {
		t.Error("a password is in the trail")
	}
	if !strings.Contains(ok, `"requestParameters":{"passwordResetRequired":false,"userName":"supdev"},"responseElements":null`) {
		t.Errorf("success is recorded as %s", ok)
	}
	if !strings.Contains(refused, `"errorCode":"AccessDenied","errorMessage":"no","requestParameters":null,"responseElements":null`) {
		t.Errorf("the refusal is recorded as %s", refused)
	}
}

// TestRecordMemory: a long day of reads stays small, and pushes no change out of the history.
func TestRecordMemory(t *testing.T) {
	t.Parallel()
	c, clock := cloudtest.AtNoon(1)
	c.RecordEvent(cloud.TrailEvent{Time: clock.T.Add(-time.Hour), Region: "eu-west-1", Source: "ecs.amazonaws.com", Name: "RunTask", ReadOnly: true})
	call := cloud.Call{Place: c.In("eu-west-1"), Service: "ecs", Operation: "ListTasks", Identity: cloud.Identity{ARN: cloudtest.AliceARN}}
	write := call
	write.Operation = "StopTask"
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range 400_000 {
		call.Now = clock.T.Add(time.Duration(i) * time.Millisecond)
		if i%1000 == 0 {
			write.Now = call.Now
			c.RecordCall(write, false, nil, nil, nil)
		}
		c.RecordCall(call, true, nil, nil, nil)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	writes, history := 0, 0
	events := c.Events("eu-west-1")
	for _, e := range events {
		switch e.Name {
		case "StopTask":
			writes++
		case "RunTask":
			history++
		}
	}
	if writes != 400 || history != 1 || len(events) > 100_500 {
		t.Errorf("%d changes of 400, %d events of the scenario's 1, %d events in all", writes, history, len(events))
	}
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 100<<20 {
		t.Errorf("the history takes %d MB", grown>>20)
	}
}
