package port

import (
	"context"
	"encoding/json"
	"time"

	"github.com/rootout/rootout/model"
)

// Lookup asks the account's trail who did what. It brings AWS's records as they are, and does
// not say which sessions, makers and verdicts follow from them.
//
// AWS answers two such calls a second and region, so what is asked is queued, and answers come a
// page at a time in the order in which AWS gives them: newest first within one question, questions
// in no order. A record may come more than once, as several questions can meet it, and is told by
// its eventID.
type Lookup interface {
	// Ask puts questions into the queue and returns at once. One that is queued or answered already
	// is not asked again, unless its last answer failed or its interval reaches further.
	Ask(questions ...Question)
	// Cancel takes questions out of the queue that nobody waits for any more; no questions means
	// all. Answers that are under way may still come.
	Cancel(questions ...Question)
	// Next waits for the next answer. It returns the context's error when that ends, and io.EOF
	// after the last answer of a source that has an end, such as log files.
	Next(ctx context.Context) (*Answer, error)
}

// LookupBy is what a question selects records by, in AWS's own words.
type LookupBy string

// What CloudTrail can select by, one at a time.
const (
	AnyEvent     LookupBy = "" // Every record of the place and interval.
	ByEventID    LookupBy = "EventId"
	ByEventName  LookupBy = "EventName"
	ByAccessKey  LookupBy = "AccessKeyId"
	ByUsername   LookupBy = "Username" // The session's name, or the user's.
	ByResource   LookupBy = "ResourceName"
	ByService    LookupBy = "EventSource"
	ByReadOnly   LookupBy = "ReadOnly"
	ByResourceOf LookupBy = "ResourceType"
)

// Question is one thing to look up in one place. It is comparable; its times are in UTC.
type Question struct {
	// Place is whose trail is asked. Records of the account as a whole are kept where the
	// partition's global services live: the implementation knows where.
	Place model.Place
	By    LookupBy
	Value string
	// Since and Until bound the interval; a zero Until goes on being asked as time passes.
	Since, Until time.Time
}

// Answer is what came back to a question: a page of records, and how far the question has been
// answered.
type Answer struct {
	Question Question
	// Records are CloudTrail's own, newest first, with secrets replaced.
	Records []json.RawMessage
	// From and To are the part of the interval that has been read without a gap so far; To is the
	// place's horizon for this question. While Complete is false there may be records that nobody
	// has seen, and a missing record proves nothing.
	From, To time.Time
	Complete bool
	// Failure says why no more came, when that is so; the question stays open.
	Failure *model.Failure
	// Open counts the questions that wait behind this one, over all places.
	Open int
	At   time.Time
}
