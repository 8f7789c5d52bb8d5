package cloud

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// logStore holds the log streams of every region and group.
type logStore struct {
	mu     sync.Mutex
	groups map[logGroupKey]map[string]*logStream
}

type logGroupKey struct{ region, group string }

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

// LogsOperations are those of CloudWatch Logs that reading a task's last lines needs.
func (c *Cloud) LogsOperations() []Operation {
	return []Operation{
		Op(c, "DescribeLogStreams", true, c.describeLogStreams),
		Op(c, "GetLogEvents", true, c.getLogEvents),
	}
}

// AddLogLines appends lines to a stream, making group and stream where they are missing; without lines it only makes them.
func (c *Cloud) AddLogLines(region, group, stream string, lines ...LogLine) {
	l := &c.ground.logs
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.groups == nil {
		l.groups = map[logGroupKey]map[string]*logStream{}
	}
	key := logGroupKey{region, group}
	if l.groups[key] == nil {
		l.groups[key] = map[string]*logStream{}
	}
	s := l.groups[key][stream]
	if s == nil {
		s = &logStream{name: stream, created: c.Now()}
		if len(lines) > 0 {
			s.created = lines[0].Time
		}
		l.groups[key][stream] = s
	}
	s.lines = append(s.lines, lines...)
	slices.SortStableFunc(s.lines, func(a, b LogLine) int { return a.Time.Compare(b.Time) })
}

// logGroup finds a group by its name or by its identifier, which may be an ARN; the lock is held.
func (c *Cloud) logGroup(region string, name, identifier *string) (map[string]*logStream, error) {
	if (name == nil) == (identifier == nil) {
		return nil, Errorf("InvalidParameterException", "Exactly one of logGroupName and logGroupIdentifier must be given.")
	}
	group := text(name)
	if identifier != nil {
		group = text(identifier)
		if _, after, ok := strings.Cut(group, ":log-group:"); ok {
			group = strings.TrimSuffix(after, ":*")
		}
	}
	streams, ok := c.ground.logs.groups[logGroupKey{region, group}]
	if !ok {
		return nil, Errorf("ResourceNotFoundException", "The specified log group does not exist.")
	}
	return streams, nil
}

// describeLogStreams lists streams by name, or by the time of their last line; limit is 1 to 50, and a prefix cannot go with LastEventTime
// (API reference of DescribeLogStreams).
func (c *Cloud) describeLogStreams(
	call Call, in *cloudwatchlogs.DescribeLogStreamsInput,
) (*cloudwatchlogs.DescribeLogStreamsOutput, error) {
	limit := 50
	if in.Limit != nil {
		limit = int(*in.Limit)
	}
	if limit < 1 || limit > 50 {
		return nil, Errorf("InvalidParameterException", "1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: "+
			"Member must have value between 1 and 50", limit)
	}
	byTime := in.OrderBy == logstypes.OrderByLastEventTime
	if byTime && in.LogStreamNamePrefix != nil {
		return nil, Errorf("InvalidParameterException", "Cannot order by LastEventTime with a logStreamNamePrefix.")
	}
	l := &c.ground.logs
	l.mu.Lock()
	defer l.mu.Unlock()
	streams, err := c.logGroup(call.Region, in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	var all []*logStream
	for name, s := range streams {
		if strings.HasPrefix(name, text(in.LogStreamNamePrefix)) {
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
			return nil, Errorf("InvalidParameterException", "The specified nextToken is invalid.")
		}
		start = at + 1
	}
	out := &cloudwatchlogs.DescribeLogStreamsOutput{LogStreams: []logstypes.LogStream{}}
	end := min(start+limit, len(all))
	for _, s := range all[start:end] {
		group := text(in.LogGroupName)
		if group == "" {
			group = text(in.LogGroupIdentifier)
		}
		out.LogStreams = append(out.LogStreams, s.describe(c.ARN("logs", call.Region, "log-group:"+group+":log-stream:"+s.name)))
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

// getLogEvents reads a stream forward from its head or backward from its tail, up to 10,000 lines a page. At either end the token of that
// direction comes back unchanged, which is how a reader knows that there is no more (API reference of GetLogEvents).
func (c *Cloud) getLogEvents(call Call, in *cloudwatchlogs.GetLogEventsInput) (*cloudwatchlogs.GetLogEventsOutput, error) {
	limit := 10000
	if in.Limit != nil {
		limit = int(*in.Limit)
	}
	if limit < 1 || limit > 10000 {
		return nil, Errorf("InvalidParameterException", "1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: "+
			"Member must have value between 1 and 10000", limit)
	}
	l := &c.ground.logs
	l.mu.Lock()
	defer l.mu.Unlock()
	streams, err := c.logGroup(call.Region, in.LogGroupName, in.LogGroupIdentifier)
	if err != nil {
		return nil, err
	}
	s, ok := streams[text(in.LogStreamName)]
	if !ok {
		return nil, Errorf("ResourceNotFoundException", "The specified log stream does not exist.")
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

// logWindow is the part of n lines that a page shows: f/N goes on forward from line N, b/N backward from it.
func logWindow(in *cloudwatchlogs.GetLogEventsInput, n, limit int) (from, to int, err error) {
	if token := text(in.NextToken); token != "" {
		direction, at, _ := strings.Cut(token, "/")
		line, bad := strconv.Atoi(at)
		switch {
		case bad == nil && direction == "f" && line >= 0 && line <= n:
			return line, min(line+limit, n), nil
		case bad == nil && direction == "b" && line >= 0 && line <= n:
			return max(line-limit, 0), line, nil
		}
		return 0, 0, Errorf("InvalidParameterException", "The specified nextToken is invalid.")
	}
	if in.StartFromHead != nil && *in.StartFromHead {
		return 0, min(limit, n), nil
	}
	return max(n-limit, 0), n, nil
}
