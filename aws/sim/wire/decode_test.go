package wire_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"pgregory.net/rapid"

	"github.com/rootout/rootout/aws/sim/all"
	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/wire"
)

func codecOf(t interface{ Fatalf(string, ...any) }, service string) *wire.Codec {
	for _, s := range all.New(cloud.Options{}).Services() {
		if s.Wire.Name == service {
			return wire.New(s.Wire)
		}
	}
	s, ok := wire.Unsimulated(service)
	if !ok {
		t.Fatalf("no codec for %s", service)
	}
	return wire.New(s)
}

// TestDecodeTolerance: what a newer client sends and this one does not know is ignored, a value of
// the wrong type is an error.
func TestDecodeTolerance(t *testing.T) {
	t.Parallel()
	codec := codecOf(t, "ecs")
	var in ecs.DescribeClustersInput
	body := `{"clusters":["a"],"fromTheFuture":{"x":[1,2]},"include":null}`
	if err := codec.Decode(wire.Request{Body: []byte(body)}, &in); err != nil {
		t.Fatal(err)
	}
	if len(in.Clusters) != 1 || in.Clusters[0] != "a" || in.Include != nil {
		t.Errorf("read %+v", in)
	}
	for _, bad := range []string{`{"clusters":"a"}`, `{"clusters":[1]}`, `[]`, `{"clusters":`, `7`} {
		if err := codec.Decode(wire.Request{Body: []byte(bad)}, &ecs.DescribeClustersInput{}); err == nil {
			t.Errorf("%s was read without error", bad)
		}
	}
	for _, bad := range []string{`{"maxResults":99999999999}`, `{"maxResults":1.5}`} {
		if err := codec.Decode(wire.Request{Body: []byte(bad)}, &ecs.ListClustersInput{}); err == nil {
			t.Errorf("%s was read without error", bad)
		}
	}
}

// TestDecodeTimes: the SDKs send seconds with fractions, the AWS CLI also whole seconds, and some
// clients ISO 8601.
func TestDecodeTimes(t *testing.T) {
	t.Parallel()
	codec := codecOf(t, "cloudtrail")
	for body, want := range map[string]time.Time{
		`{"StartTime":1790000000}`:             time.Unix(1_790_000_000, 0),
		`{"StartTime":1.790000000125E9}`:       time.UnixMilli(1_790_000_000_125),
		`{"StartTime":"2026-09-21T14:13:20Z"}`: time.Date(2026, 9, 21, 14, 13, 20, 0, time.UTC),
	} {
		var in cloudtrail.LookupEventsInput
		if err := codec.Decode(wire.Request{Body: []byte(body)}, &in); err != nil || in.StartTime == nil || !in.StartTime.Equal(want) {
			t.Errorf("%s read as %v, %v; want %v", body, in.StartTime, err, want)
		}
	}
}

// TestRoutes: a label may hold an escaped ARN, and no path is taken for another operation's.
func TestRoutes(t *testing.T) {
	t.Parallel()
	codec := codecOf(t, "scheduler")
	arn := "arn:aws:scheduler:eu-west-1:123456789012:schedule-group/a"
	r := wire.Request{Method: "DELETE", Path: "/tags/" + url.PathEscape(arn), Query: url.Values{"TagKeys": {"x", "y"}}, Header: http.Header{}}
	if op, ok := codec.Operation(r); !ok || op != "UntagResource" {
		t.Fatalf("read as %q", op)
	}
	var in scheduler.UntagResourceInput
	if err := codec.Decode(r, &in); err != nil {
		t.Fatal(err)
	}
	if in.ResourceArn == nil || *in.ResourceArn != arn || len(in.TagKeys) != 2 {
		t.Errorf("read %+v", in)
	}
	for _, path := range []string{"/", "/schedules/", "/schedules/a/b", "/schedule", ""} {
		if op, ok := codec.Operation(wire.Request{Method: "PUT", Path: path}); ok {
			t.Errorf("PUT %q was taken for %s", path, op)
		}
	}
}

// TestDecodeNeverPanics feeds what no client would send.
func TestDecodeNeverPanics(t *testing.T) {
	t.Parallel()
	ecsCodec, ec2Codec := codecOf(t, "ecs"), codecOf(t, "ec2")
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.StringMatching(`(NetworkInterfaceId|Filter|MaxResults|DryRun|\.|1|member|entry|-3|Value|Name){1,8}`)
		form := url.Values{}
		for range rapid.IntRange(0, 6).Draw(t, "pairs") {
			form.Set(key.Draw(t, "key"), rapid.StringMatching(`[a-z0-9.]{0,4}`).Draw(t, "value"))
		}
		_ = ec2Codec.Decode(wire.Request{Body: []byte(form.Encode())}, &ec2.DescribeNetworkInterfacesInput{})
		body := rapid.StringMatching(`\{("cluster"|"services"|"containerDefinitions"|"tags"):[][{}"a,:1n]{0,12}\}`).Draw(t, "body")
		_ = ecsCodec.Decode(wire.Request{Body: []byte(body)}, &ecs.RegisterTaskDefinitionInput{})
	})
}
