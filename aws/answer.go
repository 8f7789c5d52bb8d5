package aws

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/rootout/rootout/aws/service"
)

// UnreadableError is an answer that arrived whole, says that the call succeeded, and cannot be
// read. What was asked for may have been done.
type UnreadableError struct {
	// Service is the IAM prefix, Operation the API's name, Region the one that was asked.
	Service, Operation, Region string
	// Member is where the answer is not what the API's model says, for example
	// "tasks[0].containers[1].cpu"; empty where it is no such document at all. Of a document of the
	// right shape Lacks says instead in words what it does not tell, Names what it cannot mean, Wrong
	// what else cannot be so.
	Member, Lacks, Names, Wrong string
	// RequestID is AWS's own, if the answer has one.
	RequestID string
	// Body is the answer as it came. It may hold secrets.
	Body []byte
	// Err is what the SDK said.
	Err error
}

// Error words it.
func (e *UnreadableError) Error() string {
	text := "the answer cannot be read"
	switch {
	case e.Lacks != "":
		return "the answer is not whole: " + e.Lacks
	case e.Names != "":
		return "the answer cannot be right: it names " + e.Names
	case e.Wrong != "":
		return "the answer cannot be right: " + e.Wrong
	case e.Member != "":
		return text + ": " + e.Member + " is not what the API says"
	}
	return text + ": it is not what " + e.Service + " answers, but maybe a page of a proxy"
}

// Unwrap gives what the SDK said.
func (e *UnreadableError) Unwrap() error { return e.Err }

// Lacking is the error for an answer that can be read and does not tell all that was asked for. The
// operation is "ecs:DescribeTasks"; what says in words what is missing.
func Lacking(operation, region, what string) error {
	return misleading(operation, region, &UnreadableError{Lacks: what})
}

// Astray is the error for an answer that names what it cannot mean, in words.
func Astray(operation, region, names string) error {
	return misleading(operation, region, &UnreadableError{Names: names})
}

// Wrong is the error for an answer that says what cannot be so, in words.
func Wrong(operation, region, what string) error {
	return misleading(operation, region, &UnreadableError{Wrong: what})
}

func misleading(operation, region string, e *UnreadableError) error {
	e.Region = region
	e.Service, e.Operation, _ = strings.Cut(operation, ":")
	return &CallError{Service: e.Service, Operation: e.Operation, Region: region, Err: e}
}

// IsAstray says whether an error is no worse than Astray: what else the answer says can be used.
func IsAstray(err error) bool {
	var e *UnreadableError
	return errors.As(err, &e) && e.Names != ""
}

// cutError is an answer that broke off on the way.
type cutError struct{ err error }

func (e *cutError) Error() string { return "the answer broke off: " + e.err.Error() }

func (e *cutError) Unwrap() error { return e.err }

// Unanswered says whether an error means that nothing came back: no connection, no answer in time,
// or one that broke off. Whatever AWS, or something in its place, answers is an answer.
func Unanswered(err error) bool {
	var cut *cutError
	return Classify(err) == Unreachable && (statusOf(worstPart(err)) == 0 || errors.As(err, &cut))
}

// received is the body of a call's answer, which the SDK may be given a second time.
type received struct {
	response *smithyhttp.Response
	body     []byte
	// again says that the answer is to be read once more, and not to be asked for.
	again bool
}

type receivedKey struct{}

// readAnswer reads a successful answer leniently where the SDK cannot read it, and tells what is
// wrong with it where neither can, or where it tells nothing. It stands around the SDK's deserializer.
type readAnswer struct{}

// ID implements middleware.DeserializeMiddleware.
func (*readAnswer) ID() string { return "RootoutReadAnswer" }

// HandleDeserialize implements middleware.DeserializeMiddleware.
func (*readAnswer) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
	middleware.DeserializeOutput, middleware.Metadata, error,
) {
	got := &received{}
	ctx = middleware.WithStackValue(ctx, receivedKey{}, got)
	out, metadata, err := next.HandleDeserialize(ctx, in)
	if got.body == nil {
		return out, metadata, err
	}
	asked := service.Of(awsmiddleware.GetServiceID(ctx))
	operation := awsmiddleware.GetOperationName(ctx)
	unreadable := &UnreadableError{
		Service: asked.Prefix, Operation: operation, Region: awsmiddleware.GetRegion(ctx), RequestID: requestID(got.response), Body: got.body, Err: err,
	}
	switch {
	case err == nil && asked.IsRead(operation) && tellsNothing(got.body, reflect.ValueOf(out.Result)):
		unreadable.Lacks = "what was asked for is missing from it"
		return out, metadata, unreadable
	case err == nil:
		return out, metadata, nil
	}
	fixed, member, readable := lenient(got.body, reflect.TypeOf(out.Result))
	if readable {
		// A result that was read by half would keep that half.
		if result := reflect.ValueOf(out.Result); result.Kind() == reflect.Pointer && !result.IsNil() {
			result.Elem().SetZero()
		}
		got.again = true
		got.response.Body = io.NopCloser(bytes.NewReader(fixed))
		again, metadata, againErr := next.HandleDeserialize(ctx, in)
		if againErr == nil {
			return again, metadata, nil
		}
	}
	unreadable.Member = member
	return out, metadata, unreadable
}

// tellsNothing says whether the answer to a read has nothing in it but what could not be had, and
// not even a list without entries: AWS has none such, and it would be taken for "there is nothing".
// Where a list without entries may be left out, as in XML, nothing is said.
func tellsNothing(body []byte, result reflect.Value) bool {
	if text := bytes.TrimSpace(body); len(text) > 0 && text[0] != '{' {
		return false
	}
	for result.Kind() == reflect.Pointer {
		if result.IsNil() {
			return true
		}
		result = result.Elem()
	}
	if result.Kind() != reflect.Struct {
		return false
	}
	for field, value := range result.Fields() {
		switch field.Name {
		case "Failures", "NextToken", "ResultMetadata":
		default:
			if field.IsExported() && !value.IsZero() {
				return false
			}
		}
	}
	return true
}

// requestID is what AWS calls the request by, in the headers of its protocols.
func requestID(r *smithyhttp.Response) string {
	for _, name := range []string{"X-Amzn-Requestid", "X-Amz-Request-Id", "X-Amz-Requestid"} {
		if id := r.Header.Get(name); id != "" {
			return id
		}
	}
	return ""
}

// keepAnswer reads the body of a successful answer before the SDK does. It stands between the SDK's
// deserializer and the wire.
type keepAnswer struct{}

// ID implements middleware.DeserializeMiddleware.
func (*keepAnswer) ID() string { return "RootoutKeepAnswer" }

// HandleDeserialize implements middleware.DeserializeMiddleware.
func (*keepAnswer) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
	middleware.DeserializeOutput, middleware.Metadata, error,
) {
	got, ok := middleware.GetStackValue(ctx, receivedKey{}).(*received)
	// The objects of S3 are streams, which nobody may read in the SDK's place.
	if !ok || service.Of(awsmiddleware.GetServiceID(ctx)).Prefix == "s3" {
		return next.HandleDeserialize(ctx, in)
	}
	if got.again {
		return middleware.DeserializeOutput{RawResponse: got.response}, middleware.Metadata{}, nil
	}
	out, metadata, err := next.HandleDeserialize(ctx, in)
	response, ok := out.RawResponse.(*smithyhttp.Response)
	if err != nil || !ok || response.StatusCode >= http.StatusMultipleChoices {
		return out, metadata, err
	}
	body, err := readWhole(response)
	if err != nil {
		return out, metadata, &smithyhttp.ResponseError{Response: response, Err: &cutError{err}}
	}
	got.response, got.body = response, body
	response.Body = io.NopCloser(bytes.NewReader(body))
	return out, metadata, nil
}

// readWhole reads a body to its end; it is not nil where it is empty.
func readWhole(r *smithyhttp.Response) ([]byte, error) {
	defer func() { _ = r.Body.Close() }()
	into := bytes.NewBuffer(make([]byte, 0, max(0, min(r.ContentLength, 1<<20))+bytes.MinRead))
	_, err := into.ReadFrom(r.Body)
	return into.Bytes(), err
}

// addReadAnswer puts both steps around the SDK's deserializer.
func addReadAnswer(stack *middleware.Stack) error {
	const deserializer = "OperationDeserializer"
	if err := stack.Deserialize.Insert(&readAnswer{}, deserializer, middleware.Before); err != nil {
		return err
	}
	return stack.Deserialize.Insert(&keepAnswer{}, deserializer, middleware.After)
}
