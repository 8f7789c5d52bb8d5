package aws_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/rootout/rootout/aws"
)

// roundTrip is a transport out of a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) {
	defer func() {
		if r.Body != nil {
			_ = r.Body.Close()
		}
	}()
	return f(r)
}

func answer(r *http.Request, status int, contentType, body string, headers ...string) *http.Response {
	response := &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r, Header: http.Header{},
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}
	response.Header.Set("Content-Type", contentType)
	for i := 0; i+1 < len(headers); i += 2 {
		response.Header.Set(headers[i], headers[i+1])
	}
	return response
}

func jsonError(r *http.Request, status int, code, message string) *http.Response {
	text, _ := json.Marshal(map[string]string{"__type": code, "message": message})
	return answer(r, status, "application/x-amz-json-1.1", string(text), "x-amzn-ErrorType", code, "x-amzn-RequestId", "req-1")
}

func queryError(r *http.Request, status int, code, message string) *http.Response {
	return answer(r, status, "text/xml", "<ErrorResponse><Error><Type>Sender</Type><Code>"+code+"</Code><Message>"+message+
		"</Message></Error><RequestId>req-1</RequestId></ErrorResponse>")
}

func ec2Error(r *http.Request, status int, code, message string) *http.Response {
	return answer(r, status, "text/xml", "<Response><Errors><Error><Code>"+code+"</Code><Message>"+message+
		"</Message></Error></Errors><RequestID>req-1</RequestID></Response>")
}

const callerARN = "arn:aws:sts::123456789012:assumed-role/Admin/jm"

func identity(r *http.Request, arn string) *http.Response {
	return answer(r, http.StatusOK, "text/xml", `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">`+
		`<GetCallerIdentityResult><Arn>`+arn+`</Arn><UserId>AROAEXAMPLE:jm</UserId><Account>123456789012</Account>`+
		`</GetCallerIdentityResult><ResponseMetadata><RequestId>req-0</RequestId></ResponseMetadata></GetCallerIdentityResponse>`)
}

// scope is the region and the service that a request is signed for.
func scope(r *http.Request) (region, service string) {
	_, rest, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	parts := strings.Split(rest, "/")
	if len(parts) < 5 {
		return "", ""
	}
	return parts[2], parts[3]
}

func body(r *http.Request) string {
	if r.Body == nil {
		return ""
	}
	b, _ := io.ReadAll(r.Body)
	return string(b)
}

// account is AWS behind a transport: it says who the caller is, and leaves the rest to the test.
func account(rest roundTrip) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		if _, service := scope(r); service == "sts" {
			return identity(r, callerARN), nil
		}
		return rest(r)
	}
}

func static() aws.Options {
	return aws.Options{
		Region:      "us-east-1",
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", "token"),
	}
}

func connect(t *testing.T, options aws.Options, transport roundTrip) *aws.Connection {
	t.Helper()
	options.Transport = transport
	c, err := aws.Connect(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// tally counts by name.
type tally struct {
	mu     sync.Mutex
	counts map[string]int
}

func (c *tally) add(name string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counts == nil {
		c.counts = map[string]int{}
	}
	c.counts[name]++
	return c.counts[name]
}

func (c *tally) of(name string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.counts[name]
}
