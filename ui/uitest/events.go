package uitest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/rootout/rootout/model/port"
)

// Lookup answers what a test puts into Answers.
type Lookup struct {
	Answers chan *port.Answer

	mu    sync.Mutex
	asked []port.Question
}

// Ask notes the questions.
func (f *Lookup) Ask(questions ...port.Question) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, questions...)
}

// Cancel does nothing.
func (f *Lookup) Cancel(...port.Question) {}

// Next waits for the next answer; a closed channel is the end.
func (f *Lookup) Next(ctx context.Context) (*port.Answer, error) {
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case a, ok := <-f.Answers:
		if !ok {
			return nil, io.EOF
		}
		return a, nil
	}
}

// Asked are the questions so far.
func (f *Lookup) Asked() []port.Question {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]port.Question(nil), f.asked...)
}

// Event is a record of CloudTrail: what who did in a region, so long before [Morning]. More are further
// members, each with a comma before it.
func Event(id string, ago time.Duration, region, who, name, more string) json.RawMessage {
	return json.RawMessage(fmt.Sprintf(`{"eventID":%q,"eventTime":%q,"eventSource":"ecs.amazonaws.com","eventName":%q,"awsRegion":%q,"recipientAccountId":%q,
		"sourceIPAddress":"203.0.113.7","userAgent":"Boto3","userIdentity":{"type":"AssumedRole","arn":%q,"accessKeyId":"ASIAEXAMPLE",
		"sessionContext":{"attributes":{"creationDate":"2026-10-03T20:00:00Z"}}}%s}`, id, Morning().Add(-ago).Format(time.RFC3339), name, region, AccountID, who, more))
}

// Night is what the intruder did in Virginia (three of his clusters are those of [Breach]), and a
// deployment in Seoul.
func Night() []json.RawMessage {
	night := []json.RawMessage{
		Event("start", 310*time.Minute, "us-east-1", Intruder, "AssumeRoleWithSAML", `,"readOnly":true`),
		Event("look", 309*time.Minute, "us-east-1", Intruder, "ListClusters", `,"readOnly":true`),
		Event("probe", 308*time.Minute, "us-east-1", Intruder, "RunInstances", `,"errorCode":"Client.DryRunOperation"`),
	}
	for i := range 20 {
		arn := Ref("us-east-1", "ecs:cluster", fmt.Sprintf("cl-%02d", i)).ID
		night = append(night, Event(fmt.Sprintf("made-%d", i), 300*time.Minute-time.Duration(i)*time.Second, "us-east-1", Intruder, "CreateCluster",
			fmt.Sprintf(`,"requestParameters":{"clusterName":"cl-%02d"},"responseElements":{"cluster":{"clusterArn":%q}}`, i, arn)))
	}
	return append(night,
		Event("refused", 150*time.Minute, "us-east-1", Intruder, "CreateService", `,"errorCode":"AccessDenied","errorMessage":"no"`),
		Event("deploy", 2*time.Hour, "ap-northeast-2", honest, "UpdateService", `,"requestParameters":{"service":"web"}`))
}

// Answer is a page of records of a region, read back so far.
func Answer(region string, back time.Duration, whole bool, records ...json.RawMessage) *port.Answer {
	return &port.Answer{
		Question: port.Question{Place: Ref(region, "", "").Place}, Records: records,
		From: Morning().Add(-back), To: Morning(), Complete: whole, At: Morning(),
	}
}
