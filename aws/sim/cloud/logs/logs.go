// Package logs simulates what reading a task's last lines needs of Amazon CloudWatch Logs.
//
// It must not know who writes the lines, nor other services.
package logs

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/rootout/rootout/aws/sim/cloud"
	"github.com/rootout/rootout/aws/sim/cloud/ptr"
	"github.com/rootout/rootout/aws/sim/wire"
)

// Logs is CloudWatch Logs. Its lock is the last one taken, so lines may be added with or without
// the cloud's.
type Logs struct {
	c      *cloud.Cloud
	mu     sync.Mutex
	groups *cloud.PerPlace[map[string]streams]
}

// streams are the streams of one group by name.
type streams map[string]*logStream

// logStream is one stream with its lines in order of time.
type logStream struct {
	name    string
	created time.Time
	lines   []LogLine
}

// LogLine is one line of a log stream.
type LogLine struct {
	Time    time.Time
	Message string
}

// Register adds CloudWatch Logs to an account.
func Register(c *cloud.Cloud) *Logs {
	l := &Logs{c: c, groups: cloud.NewPerPlace(func(cloud.Place) map[string]streams { return map[string]streams{} })}
	operations := []cloud.Operation{
		cloud.Op(c, "DescribeLogStreams", true, l.describeLogStreams),
		cloud.Op(c, "GetLogEvents", true, l.getLogEvents),
	}
	c.Register(cloud.Service{
		Wire: wire.Service{
			Name: "logs", Protocol: wire.JSON, Version: "1.1", Target: "Logs_20140328", Lower: true, Unions: unions(),
			Names: map[string]string{"DescribeDestinationsInput.DestinationNamePrefix": "DestinationNamePrefix"},
		},
		State:      l,
		Operations: operations,
		// The only error of DescribeLogStreams for what is asked wrongly (API model 2014-03-28).
		Check: cloud.RefuseUnlistedAs("InvalidParameterException"),
		// CloudWatch Logs user guide, "Quotas".
		Buckets: cloud.BucketEach(25, 25, "GetLogEvents", "DescribeLogStreams"),
	})
	return l
}

// unions are those of CloudWatch Logs, but for those of its event streams, which are not spoken
// here.
func unions() map[reflect.Type][]reflect.Type {
	return map[reflect.Type][]reflect.Type{
		reflect.TypeFor[logstypes.IntegrationDetails](): {reflect.TypeFor[logstypes.IntegrationDetailsMemberOpenSearchIntegrationDetails]()},
		reflect.TypeFor[logstypes.ResourceConfig]():     {reflect.TypeFor[logstypes.ResourceConfigMemberOpenSearchResourceConfig]()},
	}
}

// AddLogLines appends lines to a stream in a region of the cloud's own account, making group and
// stream where they are missing; without lines it only makes them.
func (l *Logs) AddLogLines(region, group, stream string, lines ...LogLine) {
	l.mu.Lock()
	defer l.mu.Unlock()
	groups := l.groups.At(l.c.In(region))
	if groups[group] == nil {
		groups[group] = streams{}
	}
	s := groups[group][stream]
	if s == nil {
		s = &logStream{name: stream, created: l.c.Now()}
		if len(lines) > 0 {
			s.created = lines[0].Time
		}
		groups[group][stream] = s
	}
	s.lines = append(s.lines, lines...)
	slices.SortStableFunc(s.lines, func(a, b LogLine) int { return a.Time.Compare(b.Time) })
}

// find looks a group up by its name or by its identifier, which may be an ARN; the lock is held.
func (l *Logs) find(p cloud.Place, name, identifier *string) (streams, error) {
	if (name == nil) == (identifier == nil) {
		return nil, cloud.Errorf("InvalidParameterException", "Exactly one of logGroupName and logGroupIdentifier must be given.")
	}
	group := ptr.Val(name)
	if identifier != nil {
		group = ptr.Val(identifier)
		if _, after, ok := strings.Cut(group, ":log-group:"); ok {
			group = strings.TrimSuffix(after, ":*")
		}
	}
	found, ok := l.groups.At(p)[group]
	if !ok {
		return nil, cloud.Errorf("ResourceNotFoundException", "The specified log group does not exist.")
	}
	return found, nil
}

// describeLogStreams lists streams by name, or by the time of their last line; limit is 1 to 50,
// and a prefix cannot go with LastEventTime (API reference of DescribeLogStreams).
func (l *Logs) describeLogStreams(
	call cloud.Call, in *cloudwatchlogs.DescribeLogStreamsInput,
) (*cloudwatchlogs.DescribeLogStreamsOutput, error) {
	limit := 50
	if in.Limit != nil {
		limit = int(*in.Limit)
	}
	if limit < 1 || limit > 50 {
		return nil, cloud.Errorf("InvalidParameterException", "1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: "+
			"Member must have value between 1 and 50", limit)
	}
	byTime := in.OrderBy == logstypes.OrderByLastEventTime
	if byTime && in.LogStreamNamePrefix != nil {
		return nil, cloud.Errorf("InvalidParameterException", "Cannot order by LastEventTime with a logStreamNamePrefix.")
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	found, err := l.find(call.Place, in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	var all []*logStream
	for name, s := range found {
		if strings.HasPrefix(name, ptr.Val(in.LogStreamNamePrefix)) {
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(a, b *logStream) int {
		if byTime {
			if d := a.last().Compare(b.last()); d != 0 {
				return d
			}
		}
		return cmp.Compare(a.name, b.name)
	})
	if in.Descending != nil && *in.Descending {
		slices.Reverse(all)
	}
	start := 0
	if in.NextToken != nil {
		at := slices.IndexFunc(all, func(s *logStream) bool { return s.name == *in.NextToken })
		if at < 0 {
			return nil, cloud.Errorf("InvalidParameterException", "The specified nextToken is invalid.")
		}
		start = at + 1
	}
	out := &cloudwatchlogs.DescribeLogStreamsOutput{LogStreams: []logstypes.LogStream{}}
	end := min(start+limit, len(all))
	for _, s := range all[start:end] {
		group := ptr.Val(in.LogGroupName)
		if group == "" {
			group = ptr.Val(in.LogGroupIdentifier)
		}
		out.LogStreams = append(out.LogStreams, s.describe(l.c.ARNIn(call.Place, "logs", "log-group:"+group+":log-stream:"+s.name)))
	}
	if end < len(all) {
		out.NextToken = new(all[end-1].name)
	}
	return out, nil
}

func (s *logStream) last() time.Time {
	if len(s.lines) == 0 {
		return time.Time{}
	}
	return s.lines[len(s.lines)-1].Time
}

func (s *logStream) describe(arn string) logstypes.LogStream {
	out := logstypes.LogStream{LogStreamName: &s.name, Arn: &arn, CreationTime: new(s.created.UnixMilli())}
	if len(s.lines) > 0 {
		out.FirstEventTimestamp = new(s.lines[0].Time.UnixMilli())
		out.LastEventTimestamp = new(s.last().UnixMilli())
		out.LastIngestionTime = out.LastEventTimestamp
	}
	return out
}

// getLogEvents reads a stream forward from its head or backward from its tail, up to 10,000 lines a
// page. At either end the token of that direction comes back unchanged, which is how a reader knows
// that there is no more (API reference of GetLogEvents).
func (l *Logs) getLogEvents(call cloud.Call, in *cloudwatchlogs.GetLogEventsInput) (*cloudwatchlogs.GetLogEventsOutput, error) {
	limit := 10000
	if in.Limit != nil {
		limit = int(*in.Limit)
	}
	if limit < 1 || limit > 10000 {
		return nil, cloud.Errorf("InvalidParameterException", "1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: "+
			"Member must have value between 1 and 10000", limit)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	found, err := l.find(call.Place, in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	s, ok := found[ptr.Val(in.LogStreamName)]
	if !ok {
		return nil, cloud.Errorf("ResourceNotFoundException", "The specified log stream does not exist.")
	}
	var within []LogLine
	for _, line := range s.lines {
		ms := line.Time.UnixMilli()
		if (in.StartTime == nil || ms >= *in.StartTime) && (in.EndTime == nil || ms < *in.EndTime) {
			within = append(within, line)
		}
	}
	from, to, err := logWindow(in, len(within), limit)
	if err != nil {
		return nil, err
	}
	out := &cloudwatchlogs.GetLogEventsOutput{
		Events:            []logstypes.OutputLogEvent{},
		NextForwardToken:  new("f/" + strconv.Itoa(to)),
		NextBackwardToken: new("b/" + strconv.Itoa(from)),
	}
	for _, line := range within[from:to] {
		ms := line.Time.UnixMilli()
		out.Events = append(out.Events, logstypes.OutputLogEvent{Timestamp: &ms, IngestionTime: &ms, Message: new(line.Message)})
	}
	return out, nil
}

// logWindow is the part of n lines that a page shows: f/N goes on forward from line N, b/N backward
// from it.
func logWindow(in *cloudwatchlogs.GetLogEventsInput, n, limit int) (from, to int, err error) {
	if token := ptr.Val(in.NextToken); token != "" {
		direction, at, _ := strings.Cut(token, "/")
		line, bad := strconv.Atoi(at)
		switch {
		case bad == nil && direction == "f" && line >= 0 && line <= n:
			return line, min(line+limit, n), nil
		case bad == nil && direction == "b" && line >= 0 && line <= n:
			return max(line-limit, 0), line, nil
		}
		return 0, 0, cloud.Errorf("InvalidParameterException", "The specified nextToken is invalid.")
	}
	if in.StartFromHead != nil && *in.StartFromHead {
		return 0, min(limit, n), nil
	}
	return max(n-limit, 0), n, nil
}
