package bucket_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/rootout/rootout/aws"
	"github.com/rootout/rootout/aws/lookup/bucket"
	"github.com/rootout/rootout/aws/lookup/logfile"
	"github.com/rootout/rootout/model/trail"
)

// pages is a bucket whose list takes two pages; the second may be without end.
type pages struct {
	asked   []string
	endless bool
}

func (p *pages) RoundTrip(r *http.Request) (*http.Response, error) {
	query := r.URL.Query()
	var body string
	switch {
	case strings.HasPrefix(r.URL.Host, "sts."):
		body = `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::123456789012:assumed-role/a/b</Arn><Account>123456789012</Account><UserId>A:b</UserId></GetCallerIdentityResult></GetCallerIdentityResponse>`
	case query.Has("location"):
		body = `<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">EU</LocationConstraint>`
	case query.Get("list-type") == "2":
		p.asked = append(p.asked, r.URL.Host+" "+query.Get("prefix")+" "+query.Get("continuation-token"))
		first := query.Get("continuation-token") == ""
		more, key := first || p.endless, "AWSLogs/a.json"
		if !first {
			key = "AWSLogs/b.json"
		}
		body = fmt.Sprintf(`<ListBucketResult><IsTruncated>%t</IsTruncated><NextContinuationToken>t</NextContinuationToken><Contents><Key>%s</Key></Contents><Contents><Key>AWSLogs/</Key></Contents></ListBucketResult>`, more, key)
	default:
		name := strings.TrimSuffix(r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:], ".json")
		body = `{"Records":[{"eventID":"` + name + `","eventName":"RunTask","eventSource":"ecs.amazonaws.com"}]}`
	}
	return &http.Response{StatusCode: http.StatusOK, Request: r, Header: http.Header{"Content-Type": {"text/xml"}}, ContentLength: int64(len(body)), Body: io.NopCloser(bytes.NewReader([]byte(body)))}, nil
}

func read(t *testing.T, p *pages) (events []string, report logfile.Report, err error) {
	t.Helper()
	conn, err := aws.Connect(t.Context(), aws.Options{Transport: p, Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("AKIAEXAMPLE", "x", "")})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	sources, err := bucket.Sources(t.Context(), []string{"s3://trail/AWSLogs/"}, "", func() (bucket.AWS, error) { return conn, nil })
	if err != nil {
		t.Fatal(err)
	}
	report, err = logfile.Load(context.Background(), sources, logfile.Options{}, func(all []*trail.Event, _ logfile.Report) {
		for _, e := range all {
			events = append(events, e.ID)
		}
	})
	return events, report, err
}

// TestABucketIsReadPageAfterPage in its own region, which old buckets call EU.
func TestABucketIsReadPageAfterPage(t *testing.T) {
	p := &pages{}
	events, report, err := read(t, p)
	if err != nil || report.Files != 2 || len(events) != 2 {
		t.Errorf("%v, %+v, %v", events, report, err)
	}
	if len(p.asked) != 2 || p.asked[0] != "trail.s3.eu-west-1.amazonaws.com AWSLogs/ " || !strings.HasSuffix(p.asked[1], " t") {
		t.Errorf("asked %q", p.asked)
	}
}

// TestAListThatGoesRoundEnds, with an error, and what was listed is read.
func TestAListThatGoesRoundEnds(t *testing.T) {
	_, _, err := read(t, &pages{endless: true})
	if err == nil || !strings.Contains(err.Error(), "s3:ListObjectsV2") && !strings.Contains(err.Error(), "where its list goes on") {
		t.Errorf("%v", err)
	}
}

// TestWhatIsNoBucket is refused before anything is asked.
func TestWhatIsNoBucket(t *testing.T) {
	if _, err := bucket.Open(t.Context(), nil, "s3://", ""); err == nil {
		t.Error("an address without a bucket passes")
	}
	if bucket.Is("/tmp/s3://x") || !bucket.Is("s3://x") {
		t.Error("paths and addresses are not told apart")
	}
}
