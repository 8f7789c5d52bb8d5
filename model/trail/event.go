package trail

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Event is what one record says. Its words are as the record has them: whoever draws one cleans it.
type Event struct {
	// ID is the record's eventID; of a record without one "sha256:" and the sum of it, so that a
	// repetition is known for one.
	ID string
	// Time is when it happened, in UTC; zero where the record does not say.
	Time time.Time
	// Source is the service ("ecs.amazonaws.com"), Name the API operation or event, without the
	// version that Lambda and CloudFront put behind theirs; Region where it was recorded, Account in
	// whose trail.
	Source, Name, Region, Account string
	// Type is AWS's eventType, Category its eventCategory.
	Type, Category string
	Identity       Identity
	// Address is where the call came from: an IP address or a service's name. Agent is what the
	// caller says of himself.
	Address, Agent string
	// Error is AWS's code, "" where it succeeded; Message its words.
	Error, Message string
	ReadOnly       bool
	// Shared is the same for the copies of an event that several accounts have.
	Shared, RequestID string
	// MFA says that a sign-in used a second factor; SwitchFrom is the session that one switched roles
	// from, in the console.
	MFA        bool
	SwitchFrom string
	// Resources are what the record itself lists, which is seldom what an event made.
	Resources []Resource
	// Target is what it was about, in a word; Names are the things that it names, at most 16. Of what
	// only looked they are those that the record lists itself.
	Target string
	Names  []string
	// Params are the request's parameters, Answer the response's elements, Details those of a
	// service's own event; nil where the record has none.
	Params, Answer, Details jsontext.Value
}

// Resource is one of the resources that a record lists.
type Resource struct{ ARN, Type, Name string }

// Class is what sort of event it is, as far as one looks for events.
type Class uint8

// The classes.
const (
	Read   Class = iota // It changed nothing.
	Write               // It changed something.
	Start               // A session or sign-in began: AWS calls most of these read-only (facts: AssumeRole, 244 of 244).
	Probe               // It changed nothing and was to tell what would be allowed: a dry run.
	Failed              // It was to change something and was refused.
)

// String is the class in a word.
func (c Class) String() string { return [...]string{"read", "write", "session", "probe", "failed"}[c] }

// sessionStarts are the events by which a session or sign-in begins (facts of C2).
func sessionStarts(name string) bool {
	switch name {
	case "AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "AssumeRoot", "GetFederationToken", "GetSessionToken",
		"GetRoleCredentials", "GetSigninToken", "ConsoleLogin", "SwitchRole", "Federate", "UserAuthentication", "CreateToken":
		return true
	}
	return false
}

// Class tells it.
func (e *Event) Class() Class {
	switch {
	case e.Error == "Client.DryRunOperation": // It would have succeeded (EC2 API Reference, DryRun).
		return Probe
	case sessionStarts(e.Name):
		return Start
	case e.ReadOnly:
		return Read
	case e.Error != "":
		return Failed
	}
	return Write
}

// Happened says whether AWS did what was asked.
func (e *Event) Happened() bool { return e.Error == "" }

// event keeps of a record what an Event is.
func (r *record) event(raw []byte) *Event {
	e := &Event{
		ID: string(r.EventID), Time: readTime(r.EventTime), Source: string(r.EventSource), Name: unversioned(string(r.EventName)),
		Region: string(r.AWSRegion), Account: string(r.RecipientAccount), Type: string(r.EventType), Category: string(r.EventCategory),
		Identity: r.UserIdentity.is.read(), Address: string(r.SourceIPAddress), Agent: string(r.UserAgent),
		Error: string(r.ErrorCode), Message: string(r.ErrorMessage), ReadOnly: yes(r.ReadOnly),
		Shared: string(r.SharedEventID), RequestID: string(r.RequestID),
		MFA: yes(r.Additional.is.MFAUsed) || yes(r.UserIdentity.is.Session.is.Attributes.MFA), SwitchFrom: string(r.Additional.is.SwitchFrom),
		Params: present(r.RequestParameters), Answer: present(r.ResponseElements), Details: present(r.ServiceDetails),
	}
	e.Identity.Bearer = yes(r.Additional.is.WithBearerToken)
	e.Identity.FromConsole = yes(r.FromConsole)
	if e.Account == "" {
		e.Account = e.Identity.Account
	}
	if e.ID == "" {
		sum := sha256.Sum256(raw)
		e.ID = "sha256:" + hex.EncodeToString(sum[:])
	}
	for _, x := range r.Resources {
		e.Resources = append(e.Resources, Resource{ARN: string(x.ARN), Type: string(x.Type), Name: string(x.Name)})
	}
	e.Target, e.Names = e.about()
	return e
}

// unversioned is an operation's name without the date of its version: CreateFunction20150331,
// AddPermission20150331v2 (facts of C6).
func unversioned(name string) string {
	const date = len("20150331")
	plain := name
	if n := len(plain); n > 2 && plain[n-2] == 'v' && digits(plain[n-1:]) {
		plain = plain[:n-2]
	}
	if n := len(plain); n > date && digits(plain[n-date:]) {
		return plain[:n-date]
	}
	return name
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// present is a member, nil where it is null or not there.
func present(v jsontext.Value) jsontext.Value {
	if len(v) == 0 || v.Kind() == 'n' {
		return nil
	}
	return v
}
