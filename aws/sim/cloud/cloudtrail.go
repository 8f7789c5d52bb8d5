package cloud

import (
	"encoding/base64"
	"encoding/binary"
	"hash/fnv"
	"slices"
	"sort"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	trailtypes "github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
)

// trailWindow is how far back LookupEvents looks (API reference of LookupEvents).
const trailWindow = 90 * 24 * time.Hour

// CloudTrailOperations are those of the event history.
func (c *Cloud) CloudTrailOperations() []Operation {
	return []Operation{Op(c, "LookupEvents", true, c.lookupEvents)}
}

// lookupEvents answers newest first, at most 50 events a page, by at most one attribute, of the region that is asked; a token holds only for
// the very parameters that it came with (API reference of LookupEvents).
func (c *Cloud) lookupEvents(call Call, in *cloudtrail.LookupEventsInput) (*cloudtrail.LookupEventsOutput, error) {
	query, err := newTrailQuery(call, in)
	if err != nil {
		return nil, err
	}
	t := &c.ground.trail
	t.mu.Lock()
	defer t.mu.Unlock()
	out := &cloudtrail.LookupEventsOutput{Events: []trailtypes.Event{}}
	if in.EventCategory == trailtypes.EventCategoryInsight {
		return out, nil
	}
	events := t.region[call.Region]
	i := sort.Search(len(events), func(i int) bool { return !query.before(events[i]) })
	for i--; i >= 0; i-- {
		e := events[i]
		if e.Time.Before(query.start) {
			break
		}
		if e.visible.After(call.Now) || !query.matches(e) {
			continue
		}
		if len(out.Events) == query.limit {
			out.NextToken = new(query.token(query.last))
			break
		}
		out.Events = append(out.Events, c.lookedUp(e))
		query.last = e
	}
	return out, nil
}

// lookedUp is an event as LookupEvents answers it.
func (c *Cloud) lookedUp(e *TrailEvent) trailtypes.Event {
	out := trailtypes.Event{
		EventId: &e.ID, EventName: &e.Name, EventSource: &e.Source, EventTime: new(e.Time.Truncate(time.Second).UTC()),
		ReadOnly: new(strconv.FormatBool(e.ReadOnly)), CloudTrailEvent: new(string(c.Record(e))),
		Resources: []trailtypes.Resource{},
	}
	if name := e.userName(); name != "" {
		out.Username = &name
	}
	if key := e.accessKey(); key != "" {
		out.AccessKeyId = &key
	}
	for _, r := range e.resources() {
		out.Resources = append(out.Resources, trailtypes.Resource{ResourceType: new(r.Type), ResourceName: new(r.Name)})
	}
	return out
}

// trailQuery is one LookupEvents call, checked.
type trailQuery struct {
	start, end time.Time
	limit      int
	key, value string
	// digest stands for all parameters but the token; after is the event at which the page before this one ended.
	digest    uint64
	afterTime time.Time
	afterSeq  uint64
	last      *TrailEvent
}

func newTrailQuery(call Call, in *cloudtrail.LookupEventsInput) (*trailQuery, error) {
	q := &trailQuery{start: call.Now.Add(-trailWindow), limit: 50}
	if in.StartTime != nil && in.EndTime != nil && in.StartTime.After(*in.EndTime) {
		return nil, Errorf("InvalidTimeRangeException", "Invalid time range specified. StartTime must be before EndTime.")
	}
	if in.StartTime != nil && in.StartTime.After(q.start) {
		q.start = *in.StartTime
	}
	if in.EndTime != nil {
		q.end = *in.EndTime
	}
	if in.MaxResults != nil {
		if q.limit = int(*in.MaxResults); q.limit < 1 || q.limit > 50 {
			return nil, Errorf("InvalidMaxResultsException", "The specified MaxResults value %d is not valid. It must be between 1 and 50.", q.limit)
		}
	}
	if len(in.LookupAttributes) > 1 {
		return nil, Errorf("InvalidLookupAttributesException", "You can specify only one lookup attribute.")
	}
	for _, a := range in.LookupAttributes {
		q.key, q.value = string(a.AttributeKey), text(a.AttributeValue)
		if !slices.Contains(a.AttributeKey.Values(), a.AttributeKey) || q.value == "" || len(q.value) > 2000 {
			return nil, Errorf("InvalidLookupAttributesException", "The lookup attribute %s is not valid.", q.key)
		}
	}
	h := fnv.New64a()
	for _, s := range []string{call.Region, q.key, q.value, unixText(in.StartTime), unixText(in.EndTime), string(in.EventCategory)} {
		_, _ = h.Write([]byte(s + "\x00"))
	}
	q.digest = h.Sum64()
	return q, q.resume(in.NextToken)
}

func unixText(t *time.Time) string {
	if t == nil {
		return ""
	}
	return strconv.FormatInt(t.UnixMilli(), 10)
}

// token says after which event the next page goes on, and for which parameters.
func (q *trailQuery) token(last *TrailEvent) string {
	var b [24]byte
	binary.BigEndian.PutUint64(b[:], q.digest)
	binary.BigEndian.PutUint64(b[8:], uint64(last.Time.UnixNano()))
	binary.BigEndian.PutUint64(b[16:], last.seq)
	return base64.StdEncoding.EncodeToString(b[:])
}

func (q *trailQuery) resume(token *string) error {
	if token == nil {
		return nil
	}
	b, err := base64.StdEncoding.DecodeString(*token)
	if err != nil || len(b) != 24 || binary.BigEndian.Uint64(b) != q.digest {
		return Errorf("InvalidNextTokenException", "Invalid NextToken: a token must be sent with the parameters that it came with.")
	}
	q.afterTime = time.Unix(0, int64(binary.BigEndian.Uint64(b[8:])))
	q.afterSeq = binary.BigEndian.Uint64(b[16:])
	return nil
}

// before says that an event lies within reach of the page: not after EndTime, and older than what pages before have shown.
func (q *trailQuery) before(e *TrailEvent) bool {
	if !q.end.IsZero() && e.Time.After(q.end) {
		return false
	}
	if q.afterSeq == 0 {
		return true
	}
	return e.Time.Before(q.afterTime) || e.Time.Equal(q.afterTime) && e.seq < q.afterSeq
}

// matches compares the one attribute, exactly and with its case.
func (q *trailQuery) matches(e *TrailEvent) bool {
	switch trailtypes.LookupAttributeKey(q.key) {
	case "":
		return true
	case trailtypes.LookupAttributeKeyEventId:
		return e.ID == q.value
	case trailtypes.LookupAttributeKeyEventName:
		return e.Name == q.value
	case trailtypes.LookupAttributeKeyEventSource:
		return e.Source == q.value
	case trailtypes.LookupAttributeKeyReadOnly:
		return strconv.FormatBool(e.ReadOnly) == q.value
	case trailtypes.LookupAttributeKeyUsername:
		return e.userName() == q.value
	case trailtypes.LookupAttributeKeyAccessKeyId:
		return e.accessKey() == q.value
	case trailtypes.LookupAttributeKeyResourceName:
		return slices.ContainsFunc(e.resources(), func(r TrailResource) bool { return r.Name == q.value })
	case trailtypes.LookupAttributeKeyResourceType:
		return slices.ContainsFunc(e.resources(), func(r TrailResource) bool { return r.Type == q.value })
	}
	return false
}
