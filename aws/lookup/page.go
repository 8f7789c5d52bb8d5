package lookup

import (
	"context"
	"encoding/json"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/model/port"
)

// pageMost is how many events AWS gives with one call (CloudTrail API Reference, LookupEvents).
const pageMost = 50

// page is what one call brought.
type page struct {
	records []json.RawMessage
	oldest  time.Time
	next    string
}

func lookupPage(ctx context.Context, clients *aws.Clients, q port.Question, w window) (page, error) {
	in := &cloudtrail.LookupEventsInput{StartTime: sdk.Time(w.since), EndTime: sdk.Time(w.until), MaxResults: sdk.Int32(pageMost)}
	if q.By != port.AnyEvent {
		in.LookupAttributes = []types.LookupAttribute{{AttributeKey: types.LookupAttributeKey(q.By), AttributeValue: sdk.String(q.Value)}}
	}
	if w.token != "" {
		in.NextToken = sdk.String(w.token)
	}
	out, err := aws.Client(clients, cloudtrail.NewFromConfig).LookupEvents(ctx, in)
	if err != nil {
		return page{}, err
	}
	found := page{next: sdk.ToString(out.NextToken)}
	for i := range out.Events {
		e := &out.Events[i]
		found.records = append(found.records, record(e, clients.Region()))
		if at := sdk.ToTime(e.EventTime).UTC(); !at.IsZero() && (found.oldest.IsZero() || at.Before(found.oldest)) {
			found.oldest = at
		}
	}
	if found.next == w.token && found.next != "" {
		return page{}, aws.Lacking(Action, clients.Region(), "another token than the one that it was given")
	}
	return found, nil
}

// record is an event's own record; AWS may leave it out, and then what stands beside it is told.
func record(e *types.Event, region string) json.RawMessage {
	if raw := sdk.ToString(e.CloudTrailEvent); json.Valid([]byte(raw)) {
		return json.RawMessage(raw)
	}
	beside := map[string]any{
		"eventID": sdk.ToString(e.EventId), "eventName": sdk.ToString(e.EventName), "eventSource": sdk.ToString(e.EventSource),
		"awsRegion": region, "readOnly": sdk.ToString(e.ReadOnly),
		"userIdentity": map[string]string{"userName": sdk.ToString(e.Username), "accessKeyId": sdk.ToString(e.AccessKeyId)},
	}
	if e.EventTime != nil {
		beside["eventTime"] = e.EventTime.UTC().Format(time.RFC3339)
	}
	raw, err := json.Marshal(beside)
	if err != nil {
		return json.RawMessage("{}")
	}
	return raw
}
