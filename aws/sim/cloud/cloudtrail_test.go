package cloud_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	trailtypes "github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rootout/rootout/aws/sim/cloud"
)

func lookUp(t *testing.T, c *cloud.Cloud, region string, in *cloudtrail.LookupEventsInput) (*cloudtrail.LookupEventsOutput, string) {
	t.Helper()
	return groundAsk[cloudtrail.LookupEventsOutput](t, c, c.CloudTrailOperations(), region, "LookupEvents", in)
}

// attribute is a LookupEvents by one attribute.
func attribute(key trailtypes.LookupAttributeKey, value string) *cloudtrail.LookupEventsInput {
	return &cloudtrail.LookupEventsInput{LookupAttributes: []trailtypes.LookupAttribute{{AttributeKey: key, AttributeValue: &value}}}
}

// TestLookupPaging: whatever comes in while pages are read, each event that was there at the start is seen once, newest first.
func TestLookupPaging(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		c, clock := groundCloud(1)
		c.SetTrailDelay(0)
		n := rapid.IntRange(0, 130).Draw(rt, "events")
		for i := range n {
			ago := time.Duration(rapid.IntRange(0, 40).Draw(rt, "ago")) * time.Second
			c.RecordEvent(cloud.TrailEvent{Time: clock.now.Add(-ago), Region: "eu-west-1", Source: "ecs.amazonaws.com", Name: "RunTask", ID: fmt.Sprint(i)})
		}
		in := &cloudtrail.LookupEventsInput{MaxResults: new(int32(rapid.IntRange(1, 50).Draw(rt, "size")))}
		seen := map[string]bool{}
		last := clock.now.Add(time.Hour)
		for {
			out, code := lookUp(t, c, "eu-west-1", in)
			if code != "" || len(out.Events) > int(*in.MaxResults) {
				rt.Fatalf("%d events, %s", len(out.Events), code)
			}
			for _, e := range out.Events {
				if e.EventTime.After(last) {
					rt.Fatalf("%s came after %s", e.EventTime, last)
				}
				if seen[*e.EventId] {
					rt.Fatalf("event %s came twice", *e.EventId)
				}
				last = *e.EventTime
				seen[*e.EventId] = true
			}
			if out.NextToken == nil {
				break
			}
			in.NextToken = out.NextToken
			c.RecordEvent(cloud.TrailEvent{Time: clock.now, Region: "eu-west-1", Source: "ecs.amazonaws.com", Name: "StopTask"})
		}
		for i := range n {
			if !seen[fmt.Sprint(i)] {
				rt.Fatalf("event %d of %d was not seen", i, n)
			}
		}
	})
}

// TestLookupRules are the refusals of LookupEvents, and a token's being bound to its parameters.
func TestLookupRules(t *testing.T) {
	t.Parallel()
	c, clock := groundCloud(1)
	c.SetTrailDelay(0)
	for i := range 3 {
		c.RecordEvent(cloud.TrailEvent{Time: clock.now.Add(-time.Duration(i) * time.Minute), Region: "eu-west-1", Source: "ecs.amazonaws.com", Name: "RunTask"})
	}
	c.RecordEvent(cloud.TrailEvent{Time: clock.now.Add(-91 * 24 * time.Hour), Region: "eu-west-1", Source: "ecs.amazonaws.com", Name: "Ancient"})
	two := attribute(trailtypes.LookupAttributeKeyEventName, "RunTask")
	two.LookupAttributes = append(two.LookupAttributes, two.LookupAttributes[0])
	for want, in := range map[string]*cloudtrail.LookupEventsInput{
		"InvalidLookupAttributesException": two,
		"InvalidMaxResultsException":       {MaxResults: new(int32(51))},
		"InvalidTimeRangeException":        {StartTime: new(clock.now), EndTime: new(clock.now.Add(-time.Hour))},
		"InvalidNextTokenException":        {NextToken: new("bm9uc2Vuc2U=")},
	} {
		if _, code := lookUp(t, c, "eu-west-1", in); code != want {
			t.Errorf("said %q, want %s", code, want)
		}
	}
	in := attribute(trailtypes.LookupAttributeKeyEventName, "RunTask")
	in.MaxResults = new(int32(2))
	first, _ := lookUp(t, c, "eu-west-1", in)
	in.NextToken = first.NextToken
	if rest, code := lookUp(t, c, "eu-west-1", in); code != "" || len(rest.Events) != 1 || rest.NextToken != nil {
		t.Errorf("the second page is %+v, %s", rest, code)
	}
	in.EndTime = new(clock.now)
	if _, code := lookUp(t, c, "eu-west-1", in); code != "InvalidNextTokenException" {
		t.Errorf("a token with other parameters said %q", code)
	}
	if out, _ := lookUp(t, c, "eu-west-1", &cloudtrail.LookupEventsInput{}); len(out.Events) != 3 {
		t.Errorf("%d events, want the three of the last 90 days", len(out.Events))
	}
	if out, _ := lookUp(t, c, "eu-west-2", &cloudtrail.LookupEventsInput{}); len(out.Events) != 0 {
		t.Errorf("another region shows %d events", len(out.Events))
	}
}

// TestLookupDelay: an event is not there at once, and then comes within one and a half of the delay, divided by the speed.
func TestLookupDelay(t *testing.T) {
	t.Parallel()
	c, clock := groundCloud(10)
	c.SetTrailDelay(2 * time.Minute)
	c.RecordEvent(cloud.TrailEvent{Time: clock.now, Region: "eu-west-1", Source: "ecs.amazonaws.com", Name: "RunTask"})
	began := clock.now
	for want, at := range map[int]time.Duration{0: 5 * time.Second, 1: 18 * time.Second} {
		clock.now = began.Add(at)
		if out, _ := lookUp(t, c, "eu-west-1", &cloudtrail.LookupEventsInput{}); len(out.Events) != want {
			t.Errorf("after %s %d events, want %d", at, len(out.Events), want)
		}
	}
}

// TestLookupAttributes: each key finds its events, exactly and with its case.
func TestLookupAttributes(t *testing.T) {
	t.Parallel()
	c, clock := groundCloud(1)
	c.SetTrailDelay(0)
	session := cloud.Identity{AccessKeyID: "ASIAEXAMPLE000000001", ARN: "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0/root", UserID: "AROAX:root"}
	record := func(id, name string, who cloud.Identity, readOnly bool, request any) {
		c.RecordEvent(cloud.TrailEvent{
			ID: id, Time: clock.now, Region: "us-east-1", Source: "ecs.amazonaws.com", Name: name, Identity: who, ReadOnly: readOnly, Request: request,
		})
	}
	record("a", "CreateCluster", session, false, &ecs.CreateClusterInput{ClusterName: new("kqzv")})
	record("b", "ListClusters", cloud.Identity{ARN: "arn:aws:iam::123456789012:root", UserID: "123456789012"}, true, nil)
	record("c", "DeleteCluster", cloud.Identity{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", ARN: groundARN}, false, &ecs.DeleteClusterInput{Cluster: new("shop")})
	tests := map[string]*cloudtrail.LookupEventsInput{
		"a":   attribute(trailtypes.LookupAttributeKeyResourceName, "kqzv"),
		"c a": attribute(trailtypes.LookupAttributeKeyReadOnly, "false"),
		// The session named root and the root user are both "root" here, which is why their ARNs must be read.
		"b a":   attribute(trailtypes.LookupAttributeKeyUsername, "root"),
		"c":     attribute(trailtypes.LookupAttributeKeyUsername, "alice"),
		"a ":    attribute(trailtypes.LookupAttributeKeyAccessKeyId, "ASIAEXAMPLE000000001"),
		"b":     attribute(trailtypes.LookupAttributeKeyEventId, "b"),
		"c b a": attribute(trailtypes.LookupAttributeKeyEventSource, "ecs.amazonaws.com"),
		"":      attribute(trailtypes.LookupAttributeKeyEventName, "createcluster"),
		"c a ":  attribute(trailtypes.LookupAttributeKeyResourceType, "AWS::ECS::Cluster"),
	}
	for want, in := range tests {
		out, code := lookUp(t, c, "us-east-1", in)
		if code != "" {
			t.Fatal(code)
		}
		var ids []string
		for _, e := range out.Events {
			ids = append(ids, *e.EventId)
		}
		if got := strings.Join(ids, " "); got != strings.TrimSpace(want) {
			t.Errorf("%s=%s found %q, want %q", in.LookupAttributes[0].AttributeKey, *in.LookupAttributes[0].AttributeValue, got, want)
		}
	}
}

// TestRecord is the anatomy of a record that a call leaves: members in AWS's words, the answer's parts, and no secret.
func TestRecord(t *testing.T) {
	t.Parallel()
	c, clock := groundCloud(1)
	call := cloud.Call{
		Region: "eu-west-1", Service: "ecs", Operation: "RegisterTaskDefinition", SourceIP: "203.0.113.7", UserAgent: "Boto3/1.43", RequestID: "r-1", Now: clock.now,
		Identity: cloud.Identity{
			AccessKeyID: "ASIAEXAMPLE000000001", UserID: "AROAEXAMPLEID12345678:root", SessionCreated: clock.now.Add(-time.Hour),
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
		TaskDefinitionArn: new("arn:aws:ecs:eu-west-1:123456789012:task-definition/kqzv:1"), Revision: 1, RegisteredAt: &clock.now,
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
	c, clock := groundCloud(1)
	call := cloud.Call{Region: "us-east-1", Service: "iam", Operation: "CreateLoginProfile", Now: clock.now, Identity: cloud.Identity{ARN: groundARN}}
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
	c, clock := groundCloud(1)
	c.RecordEvent(cloud.TrailEvent{Time: clock.now.Add(-time.Hour), Region: "eu-west-1", Source: "ecs.amazonaws.com", Name: "RunTask", ReadOnly: true})
	call := cloud.Call{Region: "eu-west-1", Service: "ecs", Operation: "ListTasks", Identity: cloud.Identity{ARN: groundARN}}
	write := call
	write.Operation = "StopTask"
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range 400_000 {
		call.Now = clock.now.Add(time.Duration(i) * time.Millisecond)
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
