// Package wire speaks AWS's wire protocols from the server's side: it reads requests into the SDK's
// own input structs and writes the SDK's own output structs, by reflection, so that no operation
// needs code of its own.
//
// Field names suffice for nearly all of it; what cannot be derived from them (REST paths, the
// irregular names of EC2, unions) is in tables, each taken from the API models that AWS publishes
// with its SDKs. It must not know what an operation does, who calls it, or whether it is allowed
// to: that is for the packages above.
package wire

import (
	"net/http"
	"net/url"
	"reflect"
	"sync"
)

// Protocol is one of AWS's wire protocols.
type Protocol int

// The protocols of the services that are simulated.
const (
	// JSON is awsJson 1.0 and 1.1: one path, X-Amz-Target names the operation.
	JSON Protocol = iota
	// Query is AWS query: a form with Action, and XML back.
	Query
	// EC2 is AWS query as EC2 speaks it.
	EC2
	// RESTJSON is REST-JSON 1: method and path name the operation, and the body is JSON.
	RESTJSON
	// RESTXML is REST-XML, as S3 speaks it. No operation of it is simulated, and only its errors
	// are spoken.
	RESTXML
)

// Service is how one service speaks.
type Service struct {
	// Name is the signing name, as it stands in the credential scope: "ecs",
	// "application-autoscaling", "events".
	Name string
	// Protocol is what it speaks.
	Protocol Protocol
	// Version is the JSON version ("1.1"), or the API version of a query service, which stands in
	// its XML namespace.
	Version string
	// Target is what precedes the operation in X-Amz-Target.
	Target string
	// Lower says that members of JSON bodies begin in lower case, as those of ecs and logs do.
	Lower bool
	// Global services answer in the partition's home region, whatever region a request is signed
	// for.
	Global bool

	// Names are wire names that do not follow from the field's: by "Struct.Field".
	Names map[string]string
	// ISOTimes are the members whose times are ISO 8601 in a protocol that carries seconds
	// otherwise: by "Struct.Field".
	ISOTimes []string
	// FormNames are those of a form, where they differ from the names in XML.
	FormNames map[string]string
	// Routes are the REST paths.
	Routes []Route
	// Unions are the implementations of union interfaces: Go cannot list what implements one.
	// Documents make values of the service's free-form document type.
	Unions    map[reflect.Type][]reflect.Type
	Documents map[reflect.Type]func(any) any
}

// Request is an HTTP request with its body read.
type Request struct {
	// Method and Path are the request line; Path is still escaped.
	Method, Path string
	// Query is the query string.
	Query  url.Values
	Header http.Header
	Body   []byte
}

// Response is what goes back.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Failure is an error as the service answers it.
type Failure struct {
	// Code is the error code as clients see it, Message the words, Status the HTTP status (0 means
	// 400).
	Code, Message string
	Status        int
}

// Codec reads and writes for one service. It is safe for concurrent use.
type Codec struct {
	Service
	outward sync.Map // reflect.Type -> []field
	inward  sync.Map // reflect.Type -> []field
}

// New makes the codec of a service.
func New(s Service) *Codec { return &Codec{Service: s} }

// Guess makes a codec for a service that is not simulated, out of how a request looks, so that its
// client can read the refusal.
func Guess(name string, r Request) *Codec {
	s := Service{Name: name, Protocol: RESTJSON, Version: "1.1"}
	switch {
	case r.Header.Get("X-Amz-Target") != "":
		s.Protocol = JSON
		s.Target, _ = splitTarget(r.Header.Get("X-Amz-Target"))
	case name == "ec2":
		s.Protocol = EC2
	case name == "s3":
		s.Protocol = RESTXML
	case isForm(r):
		s.Protocol = Query
	}
	return &Codec{Service: s}
}

// Operation is the operation that a request asks for; ok is false when it names none that could be
// read.
func (c *Codec) Operation(r Request) (name string, ok bool) {
	switch c.Protocol {
	case JSON:
		target, op := splitTarget(r.Header.Get("X-Amz-Target"))
		return op, op != "" && target == c.Target
	case Query, EC2:
		form, err := readForm(r)
		if err != nil {
			return "", false
		}
		return form.Get("Action"), form.Get("Action") != ""
	case RESTJSON:
		route, _, found := c.match(r)
		return route.Operation, found
	default:
		return "", false
	}
}

// Decode reads a request into input, a pointer to the operation's SDK input struct. Members that
// the struct does not have are ignored; those of the wrong type are an error.
func (c *Codec) Decode(r Request, input any) error {
	v := reflect.ValueOf(input).Elem()
	switch c.Protocol {
	case Query, EC2:
		form, err := readForm(r)
		if err != nil {
			return err
		}
		return c.assignForm(v, plant(form))
	case RESTJSON:
		return c.decodeREST(r, v)
	default:
		return c.decodeJSON(r.Body, v)
	}
}

// Encode writes output, a pointer to the operation's SDK output struct.
func (c *Codec) Encode(op string, output any, requestID string) Response {
	v := reflect.ValueOf(output).Elem()
	out := Response{Status: http.StatusOK, Header: http.Header{"X-Amzn-Requestid": {requestID}}}
	switch c.Protocol {
	case Query, EC2:
		out.Header.Set("Content-Type", "text/xml;charset=UTF-8")
		out.Body = c.encodeXML(op, v, requestID)
	case RESTJSON:
		out.Header.Set("Content-Type", "application/json")
		out.Body = c.appendObject(nil, v)
	default:
		out.Header.Set("Content-Type", "application/x-amz-json-"+c.Version)
		out.Body = c.appendObject(nil, v)
	}
	return out
}
