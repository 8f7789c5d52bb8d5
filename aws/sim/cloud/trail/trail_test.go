package trail_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	trailtypes "github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"pgregory.net/rapid"

	"github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/cloudtest"
)

func lookUp(t *testing.T, c *all.Cloud, region string, in *cloudtrail.LookupEventsInput) (*cloudtrail.LookupEventsOutput, string) {
	t.Helper()
	return cloudtest.Do[cloudtrail.LookupEventsOutput](t, c, "cloudtrail", region, "LookupEvents", in)
}

// attribute is a LookupEvents by one attribute.
func attribute(key trailtypes.LookupAttributeKey, value string) *cloudtrail.LookupEventsInput {
	return &cloudtrail.LookupEventsInput{LookupAttributes: []trailtypes.LookupAttribute{{AttributeKey: key, AttributeValue: &value}}}
}

// TestLookupPaging: whatever comes in while pages are read, each event that was there at the start
// is seen once, newest first.
func TestLookupPaging(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		c, clock := cloudtest.AtNoon(1)
		c.SetTrailDelay(0)
		n := rapid.IntRange(0, 130).Draw(rt, "events")
		for i := range n {
			ago := time.Duration(rapid.IntRange(0, 40).Draw(rt, "ago")) * time.Second
			c.RecordEvent(cloud.TrailEvent{Time: clock.T.Add(-ago), Region: "eu-west-1", Source: "ecs.amazonaws.com", Name: "RunTask", ID: fmt.Sprint(i)})
		}
		in := &cloudtrail.LookupEventsInput{MaxResults: new(int32(rapid.IntRange(1, 50).Draw(rt, "size")))}
		seen := map[string]bool{}
		last := clock.T.Add(time.Hour)
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
			c.RecordEvent(cloud.TrailEvent{Time: clock.T, Region: "eu-west-1", Source: "ecs.amazonaws.com", Name: "StopTask"})
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
	c, clock := cloudtest.AtNoon(1)
	c.SetTrailDelay(0)
	for i := range 3 {
		c.RecordEvent(cloud.TrailEvent{Time: clock.T.Add(-time.Duration(i) * time.Minute), Region: "eu-west-1", Source: "ecs.amazonaws.com", Name: "RunTask"})
	}
	c.RecordEvent(cloud.TrailEvent{Time: clock.T.Add(-91 * 24 * time.Hour), Region: "eu-west-1", Source: "ecs.amazonaws.com", Name: "Ancient"})
	for want, in := range map[string]*cloudtrail.LookupEventsInput{
		"InvalidLookupAttributesException": attribute("Colour", "red"),
		"InvalidEventCategoryException":    {EventCategory: "gossip"},
		"InvalidMaxResultsException":       {MaxResults: new(int32(51))},
		"InvalidTimeRangeException":        {StartTime: new(clock.T), EndTime: new(clock.T.Add(-time.Hour))},
		"InvalidNextTokenException":        {NextToken: new("bm9uc2Vuc2U=")},
	} {
		if _, code := lookUp(t, c, "eu-west-1", in); code != want {
			t.Errorf("said %q, want %s", code, want)
		}
	}
	two := attribute(trailtypes.LookupAttributeKeyEventName, "RunTask")
	two.LookupAttributes = append(two.LookupAttributes, attribute(trailtypes.LookupAttributeKeyUsername, "nobody").LookupAttributes...)
	if out, code := lookUp(t, c, "eu-west-1", two); code != "" || len(out.Events) != 3 {
		t.Errorf("with two attributes %s; the first one's 3 events are wanted", code)
	}
	in := attribute(trailtypes.LookupAttributeKeyEventName, "RunTask")
	in.MaxResults = new(int32(2))
	first, _ := lookUp(t, c, "eu-west-1", in)
	in.NextToken = first.NextToken
	if rest, code := lookUp(t, c, "eu-west-1", in); code != "" || len(rest.Events) != 1 || rest.NextToken != nil {
		t.Errorf("the second page is %+v, %s", rest, code)
	}
	in.EndTime = new(clock.T)
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

// TestLookupDelay: an event is not there at once, and then comes within one and a half of the
// delay, divided by the speed.
func TestLookupDelay(t *testing.T) {
	t.Parallel()
	c, clock := cloudtest.AtNoon(10)
	c.SetTrailDelay(2 * time.Minute)
	c.RecordEvent(cloud.TrailEvent{Time: clock.T, Region: "eu-west-1", Source: "ecs.amazonaws.com", Name: "RunTask"})
	began := clock.T
	for want, at := range map[int]time.Duration{0: 5 * time.Second, 1: 18 * time.Second} {
		clock.T = began.Add(at)
		if out, _ := lookUp(t, c, "eu-west-1", &cloudtrail.LookupEventsInput{}); len(out.Events) != want {
			t.Errorf("after %s %d events, want %d", at, len(out.Events), want)
		}
	}
}

// TestLookupAttributes: each key finds its events, exactly and with its case.
func TestLookupAttributes(t *testing.T) {
	t.Parallel()
	c, clock := cloudtest.AtNoon(1)
	c.SetTrailDelay(0)
	session := cloud.Identity{AccessKeyID: "ASIAEXAMPLE000000001", ARN: "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0/root", UserID: "AROAX:root"}
	record := func(id, name string, who cloud.Identity, readOnly bool, request any) {
		c.RecordEvent(cloud.TrailEvent{
			ID: id, Time: clock.T, Region: "us-east-1", Source: "ecs.amazonaws.com", Name: name, Identity: who, ReadOnly: readOnly, Request: request,
		})
	}
	record("a", "CreateCluster", session, false, &ecs.CreateClusterInput{ClusterName: new("kqzv")})
	record("b", "ListClusters", cloud.Identity{ARN: "arn:aws:iam::123456789012:root", UserID: "123456789012"}, true, nil)
	record("c", "DeleteCluster", cloud.Identity{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", ARN: cloudtest.AliceARN}, false, &ecs.DeleteClusterInput{Cluster: new("shop")})
	tests := map[string]*cloudtrail.LookupEventsInput{
		"a":   attribute(trailtypes.LookupAttributeKeyResourceName, "kqzv"),
		"c a": attribute(trailtypes.LookupAttributeKeyReadOnly, "false"),
		// The session named root and the root user are both "root" here, which is why their ARNs
		// must be read.
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
