package cloud

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"
)

// defaultTrailDelay is how long a call stays out of LookupEvents at speed 1, on average. AWS says that events are "typically" there within 5
// minutes; public measurements find most of them after about two.
const defaultTrailDelay = 2 * time.Minute

// readEventLimit bounds the recorded read calls that an account remembers; the oldest are forgotten first. Changes are never forgotten, for
// they are what a trail is read for.
const readEventLimit = 100_000

// trail is the account's event history.
type trail struct {
	mu     sync.Mutex
	rng    *rand.Rand
	delay  *time.Duration
	seq    uint64
	reads  int
	region map[string][]*TrailEvent
}

// TrailEvent is one CloudTrail record before it is written out; its JSON is made only when somebody reads it.
type TrailEvent struct {
	// Time is eventTime; records show whole seconds.
	Time time.Time
	// Region is awsRegion, and the region whose LookupEvents shows the event.
	Region string
	// Source is eventSource ("ecs.amazonaws.com"), Name is eventName.
	Source, Name string
	// Identity becomes userIdentity, unless UserIdentity is given for what an Identity cannot say (an Identity Center user, a service).
	Identity     Identity
	UserIdentity map[string]any
	// SourceIP and UserAgent are as the record shows them; a service's name stands there for calls that a service made.
	SourceIP, UserAgent string
	// Request and Response become requestParameters and responseElements: SDK inputs and outputs, or maps ready to be written. Neither may be
	// changed afterwards. Records of read-only calls have null for responseElements, whatever is given (CloudTrail record contents).
	Request, Response any
	// ErrorCode and ErrorMessage say why a call failed; both are empty for success.
	ErrorCode, ErrorMessage string
	// ReadOnly is what the record says of itself.
	ReadOnly bool
	// Type is eventType; empty means AwsApiCall.
	Type string
	// Resources are what LookupEvents names; nil means what can be read from Request and Response.
	Resources []TrailResource
	// Extra are further top-level members, for example additionalEventData or serviceEventDetails; they win over what the record would hold.
	Extra map[string]any
	// RequestID and ID are made up when they are empty.
	RequestID, ID string

	seq     uint64
	visible time.Time
	call    bool
	found   []TrailResource
}

// TrailResource is a resource that LookupEvents names beside an event.
type TrailResource struct{ Type, Name string }

// SetTrailDelay sets how long, on average and at speed 1, an event stays out of LookupEvents; single events take from half to one and a half of
// it, so they do not appear in the order of their times.
func (c *Cloud) SetTrailDelay(d time.Duration) {
	t := &c.ground.trail
	t.mu.Lock()
	defer t.mu.Unlock()
	t.delay = &d
}

// RecordEvent writes an event of the scenario into the history. It may lie in the past, and is visible at once if its delay is over.
func (c *Cloud) RecordEvent(e TrailEvent) {
	c.record(&e)
}

// RecordCall writes down a call as it was answered: out is the output of a call that succeeded, failure the error of one that did not. A
// refused call's record carries no parameters, as AWS's do not.
func (c *Cloud) RecordCall(call Call, readOnly bool, in, out any, failure *APIError) {
	e := &TrailEvent{
		Time: call.Now, Region: call.Region, Source: eventSource(call.Service), Name: call.Operation, Identity: call.Identity,
		SourceIP: call.SourceIP, UserAgent: call.UserAgent, Request: in, ReadOnly: readOnly, RequestID: call.RequestID, call: true,
	}
	if !readOnly || sessionStart(call.Operation) {
		e.Response = out
	}
	if failure != nil {
		e.ErrorCode, e.ErrorMessage, e.Response = failure.Code, failure.Message, nil
		if call.Service == "ec2" {
			e.ErrorCode = "Client." + failure.Code
		}
		if strings.HasPrefix(failure.Code, "AccessDenied") || failure.Code == "UnauthorizedOperation" {
			e.Request = nil
		}
	}
	if !readOnly {
		e.freeze()
	}
	c.record(e)
}

// freeze writes the parameters of a change out at once: what a handler was given or gives may become part of the account, and go on changing.
// Reads keep nothing, so theirs wait until somebody looks.
func (e *TrailEvent) freeze() {
	e.found = e.resources()
	for _, v := range []*any{&e.Request, &e.Response} {
		if raw, err := json.Marshal(parameters(*v)); err == nil {
			*v = json.RawMessage(raw)
		}
	}
}

// eventSource is the eventSource of a signing name. Application Auto Scaling signs as application-autoscaling and records as autoscaling (its
// user guide, "Logging API calls").
func eventSource(service string) string {
	if service == "application-autoscaling" {
		service = "autoscaling"
	}
	return service + ".amazonaws.com"
}

func (c *Cloud) record(e *TrailEvent) {
	t := &c.ground.trail
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.rng == nil {
		t.rng = rand.New(rand.NewPCG(c.opts.Seed, 0x747261696c))
		t.region = map[string][]*TrailEvent{}
	}
	delay := defaultTrailDelay
	if t.delay != nil {
		delay = *t.delay
	}
	t.seq++
	e.seq = t.seq
	if e.ID == "" {
		e.ID = t.uuid()
	}
	if e.RequestID == "" {
		e.RequestID = t.uuid()
	}
	e.visible = c.in(e.Time, time.Duration((0.5+t.rng.Float64())*float64(delay)))
	events := t.region[e.Region]
	at := sort.Search(len(events), func(i int) bool { return events[i].Time.After(e.Time) })
	t.region[e.Region] = slices.Insert(events, at, e)
	if e.call && e.ReadOnly {
		if t.reads++; t.reads > readEventLimit {
			t.forget()
		}
	}
}

// forget drops the older half of the recorded reads.
func (t *trail) forget() {
	var seqs []uint64
	for _, events := range t.region {
		for _, e := range events {
			if e.call && e.ReadOnly {
				seqs = append(seqs, e.seq)
			}
		}
	}
	slices.Sort(seqs)
	until := seqs[len(seqs)/2]
	for region, events := range t.region {
		t.region[region] = slices.DeleteFunc(events, func(e *TrailEvent) bool { return e.call && e.ReadOnly && e.seq < until })
	}
	t.reads = len(seqs) - len(seqs)/2
}

func (t *trail) uuid() string {
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:8], t.rng.Uint64())
	binary.LittleEndian.PutUint64(b[8:], t.rng.Uint64())
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// Events returns the whole history of a region in order of time, visible to LookupEvents or not; tests judge by it without reading at two
// calls a second. The events must not be changed.
func (c *Cloud) Events(region string) []*TrailEvent {
	t := &c.ground.trail
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.region[region])
}

// EventRegions are the regions that have a history, sorted.
func (c *Cloud) EventRegions() []string {
	t := &c.ground.trail
	t.mu.Lock()
	defer t.mu.Unlock()
	var names []string
	for name := range t.region {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
