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

// How long a call stays out of LookupEvents at speed 1 (facts of C4: "within 5, up to 15" minutes):
// about two minutes for most, as public measurements find, and for one in lateShare up to latest.
const (
	defaultTrailDelay = 2 * time.Minute
	latest            = 15 * time.Minute
	lateShare         = 25
)

// readEventLimit bounds the recorded read calls that an account remembers; the oldest are forgotten
// first. Changes are never forgotten, for they are what a trail is read for.
const readEventLimit = 100_000

// trail is the account's event history.
type trail struct {
	mu     sync.Mutex
	rng    *rand.Rand
	delay  *time.Duration
	seq    uint64
	reads  int
	events map[Place][]*TrailEvent
	// named are the members that name resources, by eventSource.
	named map[string][]NamedMember
	// past makes what came before the account was made, remembered says where it has; see OnPast.
	past       func(region string) []TrailEvent
	remembered map[Place]bool
	// shape is how records of a source are written, nil for all alike.
	shape func(source string) RecordShape
}

// TrailEvent is one CloudTrail record before it is written out; its JSON is made only when somebody
// reads it.
type TrailEvent struct {
	// Time is eventTime; records show whole seconds.
	Time time.Time
	// Account is whose event it is; empty means the cloud's own.
	Account string
	// Region is awsRegion, and the region whose LookupEvents shows the event.
	Region string
	// Source is eventSource ("ecs.amazonaws.com"), Name is eventName.
	Source, Name string
	// Identity becomes userIdentity, unless UserIdentity is given for what an Identity cannot say
	// (an Identity Center user, a service).
	Identity     Identity
	UserIdentity map[string]any
	// InvokedBy is the service that calls with the Identity's session, empty where it calls itself.
	InvokedBy string
	// SourceIP and UserAgent are as the record shows them; a service's name stands there for calls
	// that a service made.
	SourceIP, UserAgent string
	// Request and Response become requestParameters and responseElements: SDK inputs and outputs,
	// or maps ready to be written. Neither may be changed afterwards. Records of read-only calls
	// have null for responseElements, whatever is given (CloudTrail record contents).
	Request, Response any
	// ErrorCode and ErrorMessage say why a call failed; both are empty for success.
	ErrorCode, ErrorMessage string
	// ReadOnly is what the record says of itself.
	ReadOnly bool
	// Type is eventType; empty means AwsApiCall.
	Type string
	// Resources are what LookupEvents names; nil means what can be read from Request and Response.
	Resources []TrailResource
	// Extra are further top-level members, for example additionalEventData or serviceEventDetails;
	// they win over what the record would hold.
	Extra map[string]any
	// RequestID and ID are made up when they are empty.
	RequestID, ID string

	// Whole is the event with everything that its record says, for one that holds here only what
	// events are searched by; nil for all others.
	Whole func() TrailEvent

	seq     uint64
	visible time.Time
	call    bool
	made    bool
	found   []TrailResource
}

// TrailResource is a resource that LookupEvents names beside an event.
type TrailResource struct{ Type, Name string }

// SetTrailDelay sets how long, on average and at speed 1, an event stays out of LookupEvents;
// single events take from half to one and a half of it, so they do not appear in the order of their
// times. Once it is set none is later than that; by default a few are, by many minutes.
func (c *Cloud) SetTrailDelay(d time.Duration) {
	t := &c.trail
	t.mu.Lock()
	defer t.mu.Unlock()
	t.delay = &d
}

// RecordEvent writes an event of the scenario into the history and returns its eventID. It may lie
// in the past, and is visible at once if its delay is over.
func (c *Cloud) RecordEvent(e TrailEvent) string {
	c.record(&e)
	return e.ID
}

// RecordCall writes down a call as it was answered: out is the output of a call that succeeded,
// failure the error of one that did not. A refused call's record carries no parameters, as AWS's do
// not, but for EC2's (facts of C3: AccessDenied often, UnauthorizedOperation never in public
// captures).
func (c *Cloud) RecordCall(call Call, readOnly bool, in, out any, failure *APIError) {
	service := c.service(call.Service)
	e := &TrailEvent{
		Time: call.Now, Account: call.Account, Region: call.Region, Source: service.EventSource, Name: call.Operation, Identity: call.Identity,
		SourceIP: call.SourceIP, UserAgent: call.UserAgent, Request: in, ReadOnly: readOnly, RequestID: call.RequestID, call: true,
	}
	if !readOnly || sessionStart(call.Operation) {
		e.Response = out
	}
	if failure != nil {
		code := failure.Code
		if strings.HasPrefix(code, "AccessDenied") {
			// Whatever the service's own code is, its records say this one; EC2's say
			// Client.UnauthorizedOperation (CloudTrail user guide, "Error code and error message log
			// example"; IAM user guide, "Troubleshoot access denied error messages").
			code = "AccessDenied"
		}
		e.ErrorCode, e.ErrorMessage, e.Response = service.ErrorPrefix+code, failure.Message, nil
		if code == "AccessDenied" || c.shapeOf(service.EventSource).Bare {
			e.Request = nil
		}
	}
	if !readOnly {
		c.freeze(e)
	}
	c.record(e)
}

// freeze writes the parameters of a change out at once: what a handler was given or gives may
// become part of the account, and go on changing. Reads keep nothing, so theirs wait until somebody
// looks.
func (c *Cloud) freeze(e *TrailEvent) {
	c.trail.mu.Lock()
	e.found = c.trail.resources(e)
	c.trail.mu.Unlock()
	for _, v := range []*any{&e.Request, &e.Response} {
		if raw, err := json.Marshal(parameters(*v)); err == nil {
			*v = json.RawMessage(raw)
		}
	}
}

func (c *Cloud) record(e *TrailEvent) {
	t := &c.trail
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.rng == nil {
		t.rng = rand.New(rand.NewPCG(c.opts.Seed, 0x747261696c))
	}
	if t.events == nil {
		t.events = map[Place][]*TrailEvent{}
	}
	t.seq++
	e.seq = t.seq
	if e.ID == "" {
		e.ID = t.uuid()
	}
	if e.RequestID == "" {
		e.RequestID = t.uuid()
	}
	e.visible = c.Later(e.Time, t.late(t.rng))
	if e.Account == "" {
		e.Account = c.Account()
	}
	p := Place{Account: e.Account, Region: e.Region}
	events := t.events[p]
	at := sort.Search(len(events), func(i int) bool { return events[i].Time.After(e.Time) })
	t.events[p] = slices.Insert(events, at, e)
	if e.call && e.ReadOnly {
		if t.reads++; t.reads > readEventLimit {
			t.forget()
		}
	}
}

// forget drops the older half of the recorded reads.
func (t *trail) forget() {
	var seqs []uint64
	for _, events := range t.events {
		for _, e := range events {
			if e.call && e.ReadOnly {
				seqs = append(seqs, e.seq)
			}
		}
	}
	slices.Sort(seqs)
	until := seqs[len(seqs)/2]
	for p, events := range t.events {
		t.events[p] = slices.DeleteFunc(events, func(e *TrailEvent) bool { return e.call && e.ReadOnly && e.seq < until })
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

// Events returns the whole history of a region of the cloud's own account in order of time, visible
// to LookupEvents or not; tests judge by it without reading at two calls a second. The events must
// not be changed.
func (c *Cloud) Events(region string) []*TrailEvent {
	t := &c.trail
	t.mu.Lock()
	defer t.mu.Unlock()
	c.remember(c.In(region))
	return slices.Clone(t.events[c.In(region)])
}

// EventRegions are the regions in which the cloud's own account has a history, sorted.
func (c *Cloud) EventRegions() []string {
	t := &c.trail
	t.mu.Lock()
	defer t.mu.Unlock()
	var names []string
	for p := range t.events {
		if p.Account == c.Account() {
			names = append(names, p.Region)
		}
	}
	slices.Sort(names)
	return names
}

// ReadTrail calls read with the history of a place in order of time, visible or not. The history's
// lock is held: read must not record, and must not keep or change the events.
func (c *Cloud) ReadTrail(p Place, read func(History)) {
	t := &c.trail
	t.mu.Lock()
	defer t.mu.Unlock()
	c.remember(p)
	read(History{Events: t.events[p], trail: t})
}

// History is what ReadTrail shows.
type History struct {
	// Events stand in order of time, and those of the same time in the order of their Seq.
	Events []*TrailEvent
	trail  *trail
}

// Resources are what LookupEvents names beside an event.
func (h History) Resources(e *TrailEvent) []TrailResource { return h.trail.resources(e) }

// Seq numbers events in the order in which they were recorded, from 1.
func (e *TrailEvent) Seq() uint64 { return e.seq }

// Visible says whether LookupEvents shows the event by now.
func (e *TrailEvent) Visible(now time.Time) bool { return !e.visible.After(now) }
