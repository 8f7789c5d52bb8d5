package logs_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/rootout/rootout/aws/sim/cloud/cloudtest"
	"github.com/rootout/rootout/aws/sim/cloud/logs"
)

// TestGetLogEvents reads a stream in both directions; a token that comes back unchanged is the end.
func TestGetLogEvents(t *testing.T) {
	t.Parallel()
	c, clock := cloudtest.AtNoon(1)
	var all []string
	for i := range 25 {
		text := "line " + strconv.Itoa(i)
		all = append(all, text)
		c.AddLogLines("eu-west-1", "/ecs/miner", "ecs/app/1", logs.LogLine{Time: clock.T.Add(time.Duration(i) * time.Second), Message: text})
	}
	read := func(in *cloudwatchlogs.GetLogEventsInput, token func(*cloudwatchlogs.GetLogEventsOutput) *string) (pages [][]string) {
		in.LogGroupName, in.LogStreamName, in.Limit = new("/ecs/miner"), new("ecs/app/1"), new(int32(10))
		for {
			out, code := cloudtest.Do[cloudwatchlogs.GetLogEventsOutput](t, c, "logs", "eu-west-1", "GetLogEvents", in)
			if code != "" {
				t.Fatalf("GetLogEvents said %s", code)
			}
			var page []string
			for _, e := range out.Events {
				page = append(page, *e.Message)
			}
			pages = append(pages, page)
			if in.NextToken != nil && *in.NextToken == *token(out) {
				return pages
			}
			in.NextToken = token(out)
		}
	}
	var forward, backward []string
	for _, p := range read(&cloudwatchlogs.GetLogEventsInput{StartFromHead: new(true)},
		func(o *cloudwatchlogs.GetLogEventsOutput) *string { return o.NextForwardToken }) {
		forward = append(forward, p...)
	}
	for _, p := range read(&cloudwatchlogs.GetLogEventsInput{},
		func(o *cloudwatchlogs.GetLogEventsOutput) *string { return o.NextBackwardToken }) {
		backward = append(append([]string{}, p...), backward...)
	}
	want := strings.Join(all, "\n")
	if got := strings.Join(forward, "\n"); got != want {
		t.Errorf("forward:\n%s", got)
	}
	if got := strings.Join(backward, "\n"); got != want {
		t.Errorf("backward:\n%s", got)
	}
	for _, in := range []*cloudwatchlogs.GetLogEventsInput{
		{LogGroupName: new("/ecs/other"), LogStreamName: new("ecs/app/1")},
		{LogGroupName: new("/ecs/miner"), LogStreamName: new("ecs/app/2")},
	} {
		if _, code := cloudtest.Do[cloudwatchlogs.GetLogEventsOutput](t, c, "logs", "eu-west-1", "GetLogEvents", in); code != "ResourceNotFoundException" {
			t.Errorf("%s %s said %q", *in.LogGroupName, *in.LogStreamName, code)
		}
	}
}

// TestDescribeLogStreams finds the streams of a task by prefix, and the latest by time.
func TestDescribeLogStreams(t *testing.T) {
	t.Parallel()
	c, clock := cloudtest.AtNoon(1)
	for i, name := range []string{"ecs/a/3", "ecs/a/1", "ecs/b/2"} {
		c.AddLogLines("eu-west-1", "/ecs/miner", name, logs.LogLine{Time: clock.T.Add(time.Duration(i) * time.Minute), Message: "x"})
	}
	names := func(in *cloudwatchlogs.DescribeLogStreamsInput) string {
		in.LogGroupName = new("/ecs/miner")
		var got []string
		for {
			out, code := cloudtest.Do[cloudwatchlogs.DescribeLogStreamsOutput](t, c, "logs", "eu-west-1", "DescribeLogStreams", in)
			if code != "" {
				return code
			}
			for _, s := range out.LogStreams {
				got = append(got, *s.LogStreamName)
			}
			if out.NextToken == nil {
				return strings.Join(got, " ")
			}
			in.NextToken = out.NextToken
		}
	}
	if got := names(&cloudwatchlogs.DescribeLogStreamsInput{LogStreamNamePrefix: new("ecs/a/"), Limit: new(int32(1))}); got != "ecs/a/1 ecs/a/3" {
		t.Errorf("by prefix: %s", got)
	}
	if got := names(&cloudwatchlogs.DescribeLogStreamsInput{OrderBy: logstypes.OrderByLastEventTime, Descending: new(true)}); got != "ecs/b/2 ecs/a/1 ecs/a/3" {
		t.Errorf("latest first: %s", got)
	}
	if got := names(&cloudwatchlogs.DescribeLogStreamsInput{
		OrderBy: logstypes.OrderByLastEventTime, LogStreamNamePrefix: new("ecs"),
	}); got != "InvalidParameterException" {
		t.Errorf("prefix and time together: %s", got)
	}
}
