package trail

import (
	"errors"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// ErrNoRecord is returned for JSON that is no record of CloudTrail: no member of it says what
// happened.
var ErrNoRecord = errors.New("it is no CloudTrail record")

// record is a record as AWS documents it (CloudTrail User Guide, record contents, version 1.11), as
// far as anything here asks for it.
type record struct {
	EventID           text                 `json:"eventID"`
	EventTime         text                 `json:"eventTime"`
	EventSource       text                 `json:"eventSource"`
	EventName         text                 `json:"eventName"`
	EventType         text                 `json:"eventType"`
	EventCategory     text                 `json:"eventCategory"`
	AWSRegion         text                 `json:"awsRegion"`
	SourceIPAddress   text                 `json:"sourceIPAddress"`
	UserAgent         text                 `json:"userAgent"`
	ErrorCode         text                 `json:"errorCode"`
	ErrorMessage      text                 `json:"errorMessage"`
	RecipientAccount  text                 `json:"recipientAccountId"`
	SharedEventID     text                 `json:"sharedEventID"`
	RequestID         text                 `json:"requestID"`
	ReadOnly          text                 `json:"readOnly"`
	FromConsole       text                 `json:"sessionCredentialFromConsole"`
	UserIdentity      object[identity]     `json:"userIdentity"`
	RequestParameters jsontext.Value       `json:"requestParameters"`
	ResponseElements  jsontext.Value       `json:"responseElements"`
	ServiceDetails    jsontext.Value       `json:"serviceEventDetails"`
	Additional        object[additional]   `json:"additionalEventData"`
	Resources         array[namedResource] `json:"resources"`
}

type identity struct {
	Type        text                   `json:"type"`
	PrincipalID text                   `json:"principalId"`
	ARN         text                   `json:"arn"`
	AccountID   text                   `json:"accountId"`
	AccessKeyID text                   `json:"accessKeyId"`
	UserName    text                   `json:"userName"`
	InvokedBy   text                   `json:"invokedBy"`
	Credential  text                   `json:"credentialId"`
	Provider    text                   `json:"identityProvider"`
	OnBehalfOf  object[onBehalfOf]     `json:"onBehalfOf"`
	Session     object[sessionContext] `json:"sessionContext"`
}

type onBehalfOf struct {
	UserID        text `json:"userId"`
	IdentityStore text `json:"identityStoreArn"`
}

type sessionContext struct {
	Attributes struct {
		CreationDate text `json:"creationDate"`
		MFA          text `json:"mfaAuthenticated"`
	} `json:"attributes"`
	Issuer struct {
		Type        text `json:"type"`
		PrincipalID text `json:"principalId"`
		ARN         text `json:"arn"`
		UserName    text `json:"userName"`
	} `json:"sessionIssuer"`
	SourceIdentity text `json:"sourceIdentity"`
	SignInSession  text `json:"signInSessionArn"`
	RoleDelivery   text `json:"ec2RoleDelivery"`
}

type additional struct {
	MFAUsed         text `json:"MFAUsed"`
	SwitchFrom      text `json:"SwitchFrom"`
	WithBearerToken text `json:"callWithBearerToken"`
}

type namedResource struct {
	ARN  text `json:"ARN"`
	Type text `json:"type"`
	Name text `json:"resourceName"`
}

// text is a member that holds a word: of a number or a truth value its JSON, of anything else nothing.
type text string

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (t *text) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	switch dec.PeekKind() {
	case '"', '0', 't', 'f':
		token, err := dec.ReadToken()
		if err != nil {
			return err
		}
		*t = text(token.String())
		return nil
	default:
		return dec.SkipValue()
	}
}

// object is a member that holds an object, and nothing where it holds anything else.
type object[T any] struct{ is T }

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (o *object[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '{' {
		return dec.SkipValue()
	}
	return json.UnmarshalDecode(dec, &o.is)
}

// array is a member that holds a list of objects. CloudTrail writes a list of one as the object
// itself now and then.
type array[T any] []T

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (a *array[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	switch dec.PeekKind() {
	case '{':
		var one object[T]
		err := one.UnmarshalJSONFrom(dec)
		*a = append(*a, one.is)
		return err
	case '[':
		var all []object[T]
		err := json.UnmarshalDecode(dec, &all)
		for _, one := range all {
			*a = append(*a, one.is)
		}
		return err
	default:
		return dec.SkipValue()
	}
}

// lenient reads JSON as AWS and the tools that export it write it.
func lenient() json.Options {
	return json.JoinOptions(jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
}

// Parse reads one record. A record that lacks members, or holds others than AWS documents, is read as
// far as it goes; ErrNoRecord is for JSON that says of nothing what happened.
func Parse(raw []byte) (*Event, error) {
	var r record
	if err := json.Unmarshal(raw, &r, lenient()); err != nil {
		var syntax *jsontext.SyntacticError
		if errors.As(err, &syntax) {
			return nil, err
		}
		return nil, ErrNoRecord
	}
	if r.EventName == "" && r.EventSource == "" {
		return nil, ErrNoRecord
	}
	return r.event(raw), nil
}

// readTime reads a time as CloudTrail writes it: RFC 3339, or the basic form that its documents show
// for creationDate. Anything else is no time.
func readTime(s text) time.Time {
	if s == "" {
		return time.Time{}
	}
	for _, layout := range []string{time.RFC3339Nano, "20060102T150405Z", "2006-01-02 15:04:05Z07:00"} {
		if t, err := time.Parse(layout, string(s)); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// yes says whether a member means that something is so; AWS writes true, "true" and "Yes".
func yes(s text) bool {
	return strings.EqualFold(string(s), "true") || strings.EqualFold(string(s), "yes")
}
